"""How mail clients speak in English, German and the languages of central and eastern Europe; see `words` for the form."""

FACTS = """
[en]
wrote: wrote; writes; sent; has written; wrote the following
on: on; at; in message; quoting; in reply to
from: from; sender
sent: sent; sent at; sent on
date: date; received
to: to; recipient; recipients
cc: cc; copy
reply: reply-to; reply to
subject: subject
other: importance; attachments; priority; sensitivity; attachment
original: original message; reply message; original email; original mail; original appointment; previous message; \
end of original message; begin original message; initial message; quoted message; message from; in reply to
forwarded: forwarded message; forwarded mail; forwarded email; begin forwarded message; forward message; forwarded letter; \
start of forwarded message; message forwarded; fwd; forwarded by; forwarded message from
device: sent from; sent via; sent using; sent with; sent by; sent on the go; get outlook for; sent wirelessly from; \
sent on my; sent through; typed on my

[de]
wrote: schrieb; schrieb folgendes; hat geschrieben; geschrieben; schreibt
on: am; von; zitat von
from: von; absender
sent: gesendet; gesendet am; versendet
date: datum
to: an; empfänger
cc: kopie; kopie (cc); cc
reply: antwort an; antworten an
subject: betreff; thema
other: wichtigkeit; anlagen; anhänge; priorität; vertraulichkeit
original: ursprüngliche nachricht; original-nachricht; originalnachricht; original nachricht; antwort nachricht; \
originalmail; ursprüngliche mail; original-mail; urspruengliche nachricht
forwarded: weitergeleitete nachricht; anfang der weitergeleiteten nachricht; weitergeleitete e-mail; weitergeleitet von; \
weitergeleitete mail
device: gesendet von; gesendet mit; diese nachricht wurde von; mobil gesendet; \
holen sie sich outlook; gesendet aus; von unterwegs gesendet; diese e-mail wurde von meinem; diese mail wurde von; \
android gesendet; iphone gesendet; ipad gesendet; handy gesendet; smartphone gesendet

[cs]
wrote: napsal(a); napsal; napsala; napsal/a; píše; psal; psala; odeslal; napsali
on: dne; odesílatel; v; od
from: od; odesílatel
sent: odesláno; posláno; datum odeslání
date: datum
to: komu; příjemce; pro
cc: kopie; kopie (cc)
reply: odpověď na; odpovědět na; adresa pro odpověď; odpověď komu
subject: předmět; věc
other: důležitost; přílohy; příloha; priorita; citlivost
original: původní zpráva; odchozí zpráva; původní e-mail; původní email; puvodni zprava; původní mail
forwarded: přeposlaná zpráva; začátek přeposílané zprávy; přeposlal; přeposlaný e-mail; přeposlaný mail
device: odesláno z; odesláno ze; posláno z; odeslano z; posláno ze; poslano z; odesláno pomocí; získat outlook; napsáno na; \
odesláno prostřednictvím; odesláno přes; tento e-mail byl odeslán z; tento email byl odeslán z; tato zpráva byla odeslána z

[sk]
wrote: napísal(a); napísal; napísala; napísal/a; píše; používateľ napísal; odoslal
on: dňa; dna; v; používateľ
from: od; odosielateľ
sent: odoslané; poslané; odoslaný; dátum odoslania
date: dátum
to: komu; pre; príjemca
cc: kópia; kópia (cc)
reply: odpovedať na; odpovedať-pre; odpoveď na; odpovedať komu
subject: predmet; vec
other: dôležitosť; prílohy; príloha; priorita
original: pôvodná správa; pôvodný e-mail; pôvodná správa --- original message
forwarded: preposlaná správa; začiatok preposlanej správy; preposlaná správa --- forwarded message; preposlal
device: odoslané z; odoslané zo; poslané z; poslané zo; získať outlook; odoslané pomocou; odoslane z; poslane z

[hr]
wrote: je napisao; je napisala; napisao je; napisala je; je napisao/la; napisao/la je; piše; napisao; napisala; \
je napisao/napisala; napisao/la; je napisao(la); napisao(la) je; napisali su; korisnik je napisao
on: dana; u; na dan; dne; korisnik; pet; sub; ned; pon; uto; sri; čet
from: od; šalje; pošiljatelj; salje
sent: poslano; datum slanja; poslato
date: datum
to: prima; za; primatelj; komu
cc: kopija; kp; cc
reply: odgovori na; odgovor na; odgovor za
subject: predmet; naslov; tema
other: važnost; privici; privitci; prilozi; prioritet
original: izvorna poruka; originalna poruka; prvotna poruka; izvorna e-pošta; izvorni mail
forwarded: proslijeđena poruka; prosljeđena poruka; započni proslijeđenu poruku; početak proslijeđene poruke; \
preusmjerena poruka; proslijedio; proslijeđeni mail
device: poslano s; poslano sa; poslano iz; poslano putem; poslano preko; preuzmite outlook; nabavite outlook; poslato sa

[sl]
wrote: je napisal(a); je napisal; je napisala; napisal; napisala; je oseba napisala; piše; je poslal
on: dne; v; dana; od
from: od; pošiljatelj
sent: poslano; datum pošiljanja
date: datum
to: za; prejemnik; komu
cc: kp; kopija
reply: odgovori za; odgovor na; odgovori na
subject: zadeva; predmet
other: pomembnost; priloge; prednost
original: izvirno sporočilo; prvotno sporočilo; originalno sporočilo
forwarded: posredovano sporočilo; začetek posredovanega sporočila; posredoval
device: poslano z; poslano iz; poslano s; poslano prek; prenesite outlook

[sr]
wrote: је написао; је написала; пише; написао је; написао/ла је; је написао/ла; je napisao; je napisala; napisao je; piše
on: дана; dana; у
from: шаље; од; пошиљалац; šalje; od; pošiljalac
sent: послато; poslato
date: датум; datum
to: прима; за; prima; za; коме
cc: коп; копија; kopija
reply: одговор за; одговори на
subject: тема; наслов; предмет; tema; naslov
other: важност; прилози; važnost; prilozi
original: изворна порука; оригинална порука; originalna poruka; izvorna poruka
forwarded: прослеђена порука; prosleđena poruka
device: послато са; poslato sa; poslato iz; poslato preko

[mk]
wrote: напиша; пишува; напишал
on: на; во
from: од; испраќач
sent: испратено; пратено
date: датум
to: до; за; на
cc: копија
subject: предмет; тема; наслов
original: оригинална порака; изворна порака
forwarded: проследена порака; препратена порака
device: испратено од; пратено од

[pl]
wrote: wiadomość napisana przez; pisze; napisał(a); napisał; napisała; napisał/a; użytkownik napisał; nadesłał; wysłał
on: wiadomość napisana przez; w dniu; dnia; użytkownik; w; dn
from: od; nadawca; wysyłane przez
sent: wysłano; wysłane; data wysłania
date: data
to: do; adresat; odbiorca
cc: dw; kopia
reply: odpowiedź-do; odpowiedz do; odpowiedź do
subject: temat; dotyczy
other: ważność; załączniki; priorytet
original: wiadomość oryginalna; oryginalna wiadomość; treść oryginalnej wiadomości; wiadomość źródłowa; \
original message; koniec treści oryginalnej wiadomości
forwarded: wiadomość przekazana; przekazana wiadomość; treść przekazanej wiadomości; początek przekazywanej wiadomości; \
wiadomość przesłana dalej; przekazany e-mail
device: wysłano z; wysłane z; wysłano za pomocą; wysłano przez; pobierz outlook; wyslano z; wysłane przez

[hu]
wrote: írta; ezt írta; a következőt írta; írja; következőt írta
on: ezt írta; feladó; időpontban
from: feladó; küldő; kitől
sent: elküldve; küldve; küldés dátuma
date: dátum; kelt
to: címzett; címzettek; kinek
cc: másolat; másolatot kap
reply: válaszcím
subject: tárgy
original: eredeti üzenet; eredeti levél
forwarded: továbbított üzenet; továbbított levél; továbbított levél kezdete; továbbított üzenet kezdete
device: küldve; elküldve; iphone-ról küldve; a következőről küldve; mobilról küldve; az outlook letöltése; \
készülékről küldve; telefonomról küldve; készülékemről küldve; iphone-omról küldve; eszközömről küldve; -omról küldve

[ro]
wrote: a scris; a scris următoarele; scrie
on: la; în data; pe; în
from: de la; expeditor; expeditorul
sent: trimis; trimis la; data trimiterii
date: data; dată
to: către; destinatarul; pentru
cc: cc
reply: răspuns către; răspunde la
subject: subiect; subiectul
original: mesajul original; mesaj original
forwarded: mesaj redirecționat; începe mesajul redirecționat; mesaj transmis; mesajul transmis
device: trimis de pe; trimis din; trimis de la; trimis prin; obțineți outlook

[ru]
wrote: пишет; написал(а); написал; написала; написал/а; пользователь написал; отправил
on: в; от; пользователь; числа
from: от; от кого; отправитель
sent: отправлено; послано; дата отправки
date: дата
to: кому; получатель
cc: копия
reply: ответ-кому; отвечать; ответить
subject: тема
original: исходное сообщение; исходное письмо; оригинальное сообщение; первоначальное сообщение; конец исходного сообщения
forwarded: перенаправленное сообщение; пересылаемое сообщение; начало переадресованного сообщения; пересланное сообщение; \
начало переадресованного письма; пересылаемое письмо; конец пересылаемого сообщения
device: отправлено с; отправлено из; послано с; отправлено через; скачать outlook; с уважением, отправлено

[uk]
wrote: пише; написав(ла); написав; написала; написав/ла; користувач пише; надіслав
on: у; від; користувач; в
from: від; від кого; відправник
sent: надіслано; відправлено
date: дата
to: кому; до; одержувач
cc: копія
reply: відповісти; кому відповісти
subject: тема
original: початкове повідомлення; оригінальне повідомлення; вихідне повідомлення
forwarded: переслане повідомлення; перенаправлене повідомлення; початок листа, що пересилається; початок переадресованого листа
device: надіслано з; відправлено з; надіслано із

[bg]
wrote: написа; пише; написал; изпрати
on: на; в
from: от; подател; изпращач
sent: изпратено; изпратен
date: дата
to: до; получател
cc: копие; як
reply: отговор до
subject: тема; относно
original: оригинално писмо; оригинално съобщение; първоначално съобщение
forwarded: препратено писмо; препратено съобщение; начало на препратеното съобщение
device: изпратено от; изпратен от

[el]
wrote: έγραψε; γράφει; έγραψε τα εξής; έγραψε στις
on: στις; την; ο/η; ο χρήστης; η; ο; το
from: από; αποστολέας
sent: στάλθηκε; ημερομηνία αποστολής; απεστάλη
date: ημερομηνία
to: προς; παραλήπτης
cc: κοινοποίηση; κοιν
reply: απάντηση; απάντηση σε
subject: θέμα
original: αρχικό μήνυμα; πρωτότυπο μήνυμα
forwarded: προωθημένο μήνυμα; έναρξη προωθημένου μηνύματος
device: στάλθηκε από; εστάλη από; αποστολή από

[tr]
wrote: yazdı; şunu yazdı; tarihinde yazdı; tarihinde şunu yazdı; yazmış; şunları yazdı
on: tarihinde
from: kimden; gönderen
sent: gönderildi; gönderilen; gönderme tarihi; gönderim tarihi
date: tarih
to: kime; alıcı
cc: bilgi; cc
reply: yanıt adresi
subject: konu
original: özgün ileti; orijinal mesaj; orijinal ileti; özgün mesaj
forwarded: iletilen ileti; iletilmiş mesaj; iletilen mesaj; yönlendirilmiş mesaj; i̇leti başlangıcı; ileti başlangıcı
device: gönderildi; aracılığıyla gönderildi
"""
