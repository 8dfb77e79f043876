"""How mail clients speak in the languages of western and northern Europe and of Asia; see `words` for the form."""

FACTS = """
[it]
wrote: ha scritto; scrive; scritto; ha inviato
on: il; il giorno; in data; da
from: da; mittente
sent: inviato; inviato il; data invio
date: data
to: a; destinatario; per
cc: cc
reply: rispondi a; rispondi-a; risposta a
subject: oggetto
original: messaggio originale; messaggio iniziale
forwarded: messaggio inoltrato; inizio messaggio inoltrato; inoltrato da; forwarded message
device: inviato da; inviato dal; inviato con; inviato tramite; ottieni outlook; scarica outlook; spedito da

[fr]
wrote: a écrit; a ecrit; a envoyé; écrit; écrivait
on: le; en date du; du
from: de; expéditeur
sent: envoyé; envoyé le; envoyé à; date d'envoi
date: date
to: à; a; pour; destinataire
cc: cc; copie à; copie
reply: répondre à; réponse à
subject: objet; sujet
original: message original; message d'origine; message d’origine; message initial; courriel original; mail original
forwarded: message transféré; début du message réexpédié; début du message transféré; message transmis; transféré par; \
message transferé; forwarded message; mail transféré
device: envoyé de; envoyé depuis; envoyé à partir; envoyé sans fil; envoyé avec; envoyé par; obtenir outlook; \
télécharger outlook; envoyé via; provenance

[es]
wrote: escribió; escribio; ha escrito; escribe; escribía; envió
on: el; con fecha; en
from: de; remitente; desde
sent: enviado; enviado el; enviada; fecha de envío; enviado a las
date: fecha
to: para; destinatario; a
cc: cc; copia
reply: responder a; respuesta a
subject: asunto
original: mensaje original; correo original
forwarded: mensaje reenviado; inicio del mensaje reenviado; mensaje transmitido; correo reenviado; reenviado por
device: enviado desde; enviado con; enviado de; enviado a través; obtener outlook; descargar outlook; enviado por; enviado via

[ca]
wrote: ha escrit; va escriure; escrigué; escriu
on: el; el dia; a
from: de; remitent
sent: enviat; enviat el; data d'enviament
date: data
to: per a; a
cc: a/c; cc
subject: assumpte; tema
original: missatge original
forwarded: missatge reenviat; inici del missatge reenviat
device: enviat des; enviat amb

[pt]
wrote: escreveu; escreve; escreveram; enviou
on: em; no dia; a; às; no; na
from: de; remetente; desde
sent: enviado; enviada em; enviado em; enviada; data de envio
date: data
to: para; destinatário
cc: cc; c/c
reply: responder a; responder para; responder-para
subject: assunto
original: mensagem original
forwarded: mensagem encaminhada; mensagem reencaminhada; início da mensagem encaminhada; início da mensagem reencaminhada; \
início da mensagem encaminhada
device: enviado do; enviado a partir; enviado de; enviado pelo; enviada do; enviado por; obter o outlook; obtenha o outlook; \
enviado via; enviado com

[nl]
wrote: schreef; het volgende geschreven; geschreven; heeft geschreven; schreef het volgende; schrijft
on: op; van
from: van; afzender
sent: verzonden; verstuurd; verzonden op
date: datum
to: aan; naar
cc: cc; kopie
reply: antwoord aan; antwoord-naar; antwoorden aan; beantwoorden
subject: onderwerp
original: oorspronkelijk bericht; origineel bericht; oorspronkelijke bericht
forwarded: doorgestuurd bericht; begin doorgestuurd bericht; doorgezonden bericht
device: verzonden vanaf; verstuurd vanaf; verzonden met; verzonden via; verstuurd met; verzonden vanuit

[da]
wrote: skrev; skriver; skrev følgende; har skrevet
on: den; d; på
from: fra; afsender
sent: sendt; sendt den
date: dato
to: til; modtager
cc: kopi; cc; kopi til (cc); kopi til
reply: svar til; svar-til
subject: emne
original: oprindelig meddelelse; original meddelelse; oprindelig besked; oprindelig mail; original besked
forwarded: videresendt meddelelse; start på videresendt besked; videresendt besked; videresendt mail
device: sendt fra; sendt med; sendt via; hent outlook

[nb]
wrote: skrev; skriver; skrev følgende; skrev følgende den; har skrevet
on: den; på; kl
from: fra; avsender
sent: sendt; sendt den
date: dato
to: til; mottaker
cc: kopi; cc
reply: svar til; svar-til
subject: emne
original: opprinnelig melding; original melding; opprinnelig e-post
forwarded: videresendt melding; videresendt e-post; start på videresendt melding
device: sendt fra; skaff deg outlook; sendt med; sendt via; få outlook

[sv]
wrote: skrev; skriver; skrev följande; har skrivit
on: den; på; kl; vid
from: från; avsändare
sent: skickat; skickat den; sänt
date: datum
to: till; mottagare
cc: kopia; cc
reply: svar till; svara till
subject: ämne; rubrik
original: ursprungligt meddelande; originalmeddelande; original meddelande; ursprungligt mejl
forwarded: vidarebefordrat meddelande; vidarebefordrat mejl; vidarebefordrat mail; vidarebefordrat brev
device: skickat från; skickades från; hämta outlook; skickat med; sänt från; sänd från

[fi]
wrote: kirjoitti; kirjoitti näin; lähetti
on: klo
from: lähettäjä; keneltä
sent: lähetetty; lähetysaika
date: päiväys; päivämäärä; pvm
to: vastaanottaja; vast. ott
cc: kopio; cc
reply: vastausosoite; vastaus
subject: aihe; otsikko
original: alkuperäinen viesti; alkuperäinen viesti / orig.msg.; alkuperäinen sähköposti
forwarded: välitetty viesti; välitetty viesti alkaa; edelleenlähetetty viesti; välitetty viesti / fwd.msg; \
välitetty viesti / fwd.msg.
device: lähetetty; lähetetty laitteesta; hanki outlook

[et]
wrote: kirjutas; kirjutab
on: kuupäeval; kell
from: saatja; kellelt
sent: saadetud; saatmise aeg
date: kuupäev
to: saaja; adressaat; kellele
cc: koopia; cc
reply: vastamise aadress
subject: teema
original: algne kiri; algne sõnum; originaalkiri
forwarded: edastatud kiri; edastatud sõnum
device: saadetud minu; saadetud

[lv]
wrote: rakstīja; uzrakstīja; raksta
on: plkst; datums
from: no; sūtītājs
sent: nosūtīts; sūtīts
date: datums
to: kam; adresāts
cc: kopija
subject: temats; tēma
original: sākotnējais ziņojums; oriģinālā vēstule; sākotnējā ziņa
forwarded: pārsūtīts ziņojums; pārsūtītais ziņojums; pārsūtītā ziņa
device: nosūtīts no; sūtīts no

[lt]
wrote: rašė; parašė; rašo
on: data
from: kas; nuo; siuntėjas
sent: išsiųsta; siųsta
date: data
to: kam; gavėjas; iki
cc: kopija
reply: atgalinis adresas; atsakyti
subject: tema
original: originalus laiškas; pradinis laiškas; originali žinutė
forwarded: persiųstas laiškas; persiunčiamas laiškas
device: išsiųsta iš; siųsta iš; išsiųsta naudojant

[vi]
wrote: đã viết; viết
on: vào; vào lúc; ngày
from: từ; người gửi
sent: đã gửi; gửi lúc
date: ngày
to: đến; tới
cc: cc
subject: chủ đề; tiêu đề
original: thư gốc; tin nhắn gốc
forwarded: thư đã chuyển tiếp; tin nhắn đã chuyển tiếp; thư chuyển tiếp
device: được gửi từ; gửi từ; đã gửi từ

[id]
wrote: menulis; telah menulis
on: pada; pada tanggal
from: dari
sent: dikirim; terkirim
date: tanggal
to: kepada; untuk
subject: perihal; subjek
original: pesan asli
forwarded: pesan terusan; pesan yang diteruskan
device: dikirim dari; terkirim dari

[zh]
wrote: 写道; 寫道; 写于; 写到; 寫到
on: 在; 于; 於
from: 发件人; 寄件者; 寄件人; 寄件者
sent: 发送时间; 寄件日期; 发送日期; 傳送時間; 已傳送
date: 日期
to: 收件人; 收件者
cc: 抄送; 副本
reply: 回复地址; 答复
subject: 主题; 主旨; 標題
original: 原始邮件; 原始消息; 原始郵件; 原始訊息; 回复的原邮件; 回复的邮件
forwarded: 转发的消息; 转发的邮件; 轉寄郵件; 转发邮件; 轉寄的郵件; 转发邮件信息; 轉寄訊息
device: 发自我的; 傳送自; 寄自我的; 发自; 傳送自我的

[ja]
wrote: のメッセージ; 書きました; 書いた; が書きました; のメール; さんは書きました; wrote
from: 差出人; 送信者; 発信者; 送信元
sent: 送信日時; 送信日
date: 日付; 日時
to: 宛先; 受信者; 送信先
cc: cc; 写し
subject: 件名
original: 元のメッセージ; 元のメール; 元メッセージ; original message
forwarded: 転送されたメッセージ; 転送メッセージ; メッセージを転送; 転送されたメール; forwarded message
device: から送信; より送信

[ko]
wrote: 작성; 님이 작성; 님이 작성하였습니다; 님이 작성함; 님이 쓴 글; 님이 작성했습니다; 쓴 메시지
from: 보낸 사람; 보낸사람; 발신자
sent: 보낸 날짜; 보낸날짜; 날짜
date: 날짜; 일시
to: 받는 사람; 받는사람; 수신자
cc: 참조
subject: 제목
original: 원본 메시지; 원본메시지; 원본 메일
forwarded: 전달된 메시지; 전달 메시지; 전달된 메일
device: 에서 보냄; 에서 보낸; 에서 전송

[he]
wrote: כתב; כתבה; כתב/ה
on: בתאריך; ב; ביום
from: מאת; מ
sent: נשלח; נשלח בתאריך
date: תאריך
to: אל
cc: עותק
subject: נושא
original: הודעה מקורית; הודעה המקורית
forwarded: הודעה שהועברה; הודעה מועברת; הודעה הועברה
device: נשלח מ; נשלח מה

[ar]
wrote: كتب; كتبت; كتب/ت
on: في; بتاريخ
from: من; المرسل
sent: أرسلت; تم الإرسال
date: التاريخ; تاريخ
to: إلى; الى
cc: نسخة
subject: الموضوع
original: الرسالة الأصلية; رسالة أصلية
forwarded: رسالة معاد توجيهها; رسالة محوّلة; الرسالة المعاد توجيهها
device: أرسلت من; مرسل من; أُرسلت من
"""
