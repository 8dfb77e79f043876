"""Subjects that programs give to their answers, in the languages of their users.

Weak evidence, for people quote subjects and write "Out of office" themselves: only a well-known prefix at the very start makes a
mail automatic; anything else merely costs it the acknowledgement.
"""

import re

from maildesk.language import fold, phrases

_AUTOMATIC = """
automatic reply; auto reply; auto-reply; autoreply; auto response; autoresponse; auto-response; autoresponder; auto generated;
auto-generated; automatic response; automated
reply; automated response; out of office; out of office autoreply; out of office reply; ooo auto
reply; vacation reply; vacation response; automatische antwort; automatische antwort auf;
abwesenheitsnotiz; abwesenheitsmeldung; abwesenheitsbenachrichtigung; automatische rückantwort;
automatická odpověď; automatická odpoveď; odpověď v nepřítomnosti; oznámení o nepřítomnosti; oznam o
neprítomnosti; automatski odgovor; automatski odgovor na; obavijest o odsutnosti; samodejni odgovor;
avtomatski odgovor; obvestilo o odsotnosti; odpowiedź automatyczna; automatyczna odpowiedź;
autoodpowiedź; informacja o nieobecności; automatikus válasz; automatikus valasz; risposta
automatica; assenza dall'ufficio; réponse automatique; reponse automatique; message d'absence;
notification d'absence; respuesta automática; resposta automàtica; resposta automática; ausência
temporária; automatisch antwoord; automatische reactie; afwezigheidsbericht; automatisk svar;
autosvar; fraværsmeddelelse; fraværsassistent; automatiskt svar; frånvaromeddelande; automaattinen
vastaus; poissaoloilmoitus; lomavastaus; automaatvastus; automātiska atbilde; automātiskā atbilde;
automatinis atsakymas; răspuns automat; raspuns automat; автоматический ответ; автоответ;
автоответчик; автоматична відповідь; автовідповідь; відсутній на робочому місці; автоматичен
отговор; аутоматски одговор; αυτόματη απάντηση; otomatik yanıt; otomatik cevap; trả lời tự động;
balasan otomatis; jawapan automatik; 自動応答; 自動返信; 不在通知; 自动答复; 自动回复; 自動回覆; 自動答覆; 자동 회신; 자동 응답;
תשובה אוטומטית; מענה אוטומטי; رد تلقائي; پاسخ خودکار; përgjigje automatike; автоматски одговор; sjálfvirkt svar; ตอบกลับอัตโนมัติ
"""
_ABSENT = """
out-of-office; vacation; away from office; away from the office; out of the office; i am out of the office; i'm out of the
office; i am away; on vacation; abwesenheit; mimo kancelář; jsem mimo
kancelář; nepřítomnost; nie som v kancelárii; mimo kancelárie; automatska poruka; odsutan; odsutna;
izvan ureda; odsutnost; odsoten; odsotna; odsotnost; nieobecność; poza biurem; házon kívül;
szabadságon; irodán kívül; fuori sede; fuori ufficio; absence du bureau; absent du bureau; absence;
fuera de la oficina; fuera de oficina; ausencia; fora de l'oficina; ausência; fora do escritório;
afwezig; niet aanwezig; ikke på kontoret; fravær; frånvaro; ej på kontoret; poissa toimistosta;
kontorist väljas; ārpus biroja; ne biure; în afara biroului; нет на месте; нет в офисе; извън офиса;
одсутан; εκτός γραφείου; ofis dışında; büro dışında; 不在; 外出; 休假; 부재 중; 부재중; خارج المكتب;
ooo; i am on vacation; i'm on vacation; on holiday; on annual leave; on leave; away from my desk;
away from my mail; nejsem v kanceláři; jsem na dovolené; na dovolené; som na dovolenke; na dovolenke;
odsutan iz ureda; odsutna iz ureda; odsutnost iz ureda; nisam u uredu; izvan sam ureda; na godišnjem
odmoru; na godišnjem sam odmoru; na dopustu; abwesend; im urlaub; nicht im büro; na urlopie;
fraværende; på ferie; frånvarande; på semester; poissa; lomalla; en vacances; en congé; de
vacaciones; in ferie; em férias; met vakantie; отсутствую; отсутствую на рабочем месте; в отпуске;
у відпустці; в отпуск; ikke til stede; ausente; nepřítomen; nepřítomna; neprítomný; neprítomná; nieobecny; nieobecna; assente;
absente; absent(e); távol; ei ole kohal; prombūtnē; išvykęs; išvykusi; відсутній; відсутня; i am on holiday; i'm on holiday; i am on
leave; i am on annual leave; ich bin im urlaub; ich bin nicht im büro; je suis absent; je suis absente; je suis en congé; estoy de
vacaciones; sono in ferie; estou de férias; jestem na urlopie; jag är på semester
"""
# "Out of the office until Monday": an absence and its end, in the same languages.
_UNTIL = """
until; till; til; through; bis; ab; vom; do; až; dokud; tot; t/m; jusqu'au; jusqu'à; hasta; até; fino; dal; fram; asti; saakka;
kuni; līdz; iki; până; до; έως; μέχρι
"""
# Holidays are what people write to travel agents about, too: these words say something in an answer only.
_HOLIDAYS = "dovolená; dovolenka; urlaub; godišnji odmor; dopust; urlop; ferie; semester; vacanze; holiday"

_ACKNOWLEDGED = """
we have received your; we received your; your request has been received; your ticket has been
created; ticket received; request received; thank you for contacting; thank you for your email;
thank you for your e-mail; thank you for your message; thanks for contacting; your message has been
received; confirmation of receipt; acknowledgement of; has been received and; new ticket created;
auto ack; potvrzení přijetí; potvrzujeme přijetí; děkujeme za vaši zprávu; děkujeme za váš e-mail;
váš požadavek byl přijat; požadavek přijat; potvrdenie prijatia; vaša požiadavka bola prijatá;
potvrda primitka; zaprimili smo; vaš upit je zaprimljen; vaš zahtjev je zaprimljen; hvala na upitu;
hvala što ste nas kontaktirali; potrdilo o prejemu; prejeli smo vaš; eingangsbestätigung; ihre
anfrage ist eingegangen; wir haben ihre; vielen dank für ihre; bestätigung ihrer anfrage; accusé de
réception; nous avons bien reçu; merci de nous avoir contacté; acuse de recibo; hemos recibido su;
gracias por contactar; conferma di ricezione; abbiamo ricevuto la; recebemos seu; recebemos a sua;
ontvangstbevestiging; wij hebben uw; bedankt voor uw; potwierdzenie otrzymania; otrzymaliśmy;
dziękujemy za kontakt; visszaigazolás; megkaptuk; mottagningsbekräftelse; vi har tagit emot; vi har
mottatt; vi har modtaget; olemme vastaanottaneet; ваш запрос принят; заявка принята; мы получили
ваш; обращение зарегистрировано; ваш запит; talebiniz alınmıştır; confirm your message; confirm your
email; verify your message; action required to deliver
"""
_REPLIES = frozenset("re aw sv vs antw odp odg ynt fw fwd wg tr rv rif r i pd vb enc ref res".split())
_TOKEN = re.compile(
    r"\[[^\[\]]{0,40}#?\d{2,20}[^\[\]]{0,10}\]|(?:ticket|case|request|incident)[ #:-]{1,3}\d{3,20}", re.IGNORECASE
)
_QUESTIONS = frozenset(
    "how why where can could is does jak proc kde kdy kako zasto gdje zakaj kje wie warum wo wann come perche".split()
)
_PREFIX = re.compile(r"\s{0,3}([^\W\d_]{1,6})(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,2})?\s{0,2}[:\uff1a]")


_UNTIL_WITHIN = 12  # words
_AWAY = frozenset(phrases(_AUTOMATIC))
_MAYBE_AWAY = frozenset(phrases(_ABSENT))
_AWAY_IF_ANSWERED = _MAYBE_AWAY | frozenset(phrases(_HOLIDAYS))
_RECEIVED = phrases(_ACKNOWLEDGED)
_ENDS = frozenset(phrases(_UNTIL))


def away_prefix(subject: str, *, answers: bool) -> str:
    """Give the out-of-office prefix with which a subject begins ("Automatische Antwort: …"), "" if with none.

    The prefix must be all that stands before the colon, or in brackets, or be the whole subject. Words that people begin subjects
    with, too ("Vacation: days left?"), count only in a mail that `answers` another one: a person's answer begins with "Re:".
    """
    folded = fold(subject[:300]).lstrip("*- ").replace("\uff1a", ":").replace("\u2019", "'")
    bracketed = _bracketed(folded)
    if bracketed in _AWAY:
        return bracketed
    if bracketed and folded[0] == "[":  # "[shop #33575] AutoReply: …": a ticket system's answer
        folded = folded.split("]", 1)[1].lstrip()
    if folded.startswith("auto:") and "out of" in folded:
        return "auto: … out of the office"
    head, colon, rest = folded.partition(":")
    head = head.strip()
    before, _, last = head.rpartition(" ")
    if colon and last in _REPLIES:  # "Out of office Re: …"
        head = before
    if head in _AWAY and (colon or answers or " " in head):
        return "" if not answers and asks(rest) else head
    if answers and (found := _beside_the_subject(folded)):
        return found
    # As a whole subject, one word is too little: people who answer write "Vacation", too, but not "Mimo kancelář".
    return head if answers and head in _AWAY_IF_ANSWERED and (colon or " " in head) else ""


def asks(rest: str) -> bool:
    """Tell whether what stands behind an absence is a question of its own ("Automatic reply: how do I set it up?").

    A program repeats the subject of the mail it answers: behind "Re:" or with a ticket's number, if that mail was a desk's.
    """
    rest = rest.strip()
    first = rest.partition(" ")[0]
    return (rest.endswith("?") or first in _QUESTIONS) and "[#" not in rest and first.rstrip(":") not in _REPLIES


def _beside_the_subject(folded: str) -> str:
    """Give the absence that a subject begins with before a dash or ends with in brackets; enough only in an answer."""
    dashed = folded.partition(" - ")[0].strip()
    if dashed != folded and " " in dashed and (dashed in _AWAY or dashed in _MAYBE_AWAY):
        return dashed
    opening = folded.rfind({"]": "[", ")": "("}.get(folded[-1:], "\n"))
    inside = folded[opening + 1 : -1].strip() if opening > 0 else ""
    return inside if inside in _AWAY else ""


def _bracketed(folded: str) -> str:
    """Give what stands in brackets at the start of a subject ("[Auto-Reply] …", "(Auto reply) …"), "" if nothing does."""
    closing = {"[": "]", "(": ")"}.get(folded[:1])
    return folded[1:].split(closing, 1)[0].strip() if closing and closing in folded else ""


def says_received(subject: str) -> str:
    """Give the phrase by which a subject sounds like somebody else's acknowledgement, or like an absence; "" if it does not."""
    folded = fold(subject[:300])
    found = next((phrase for phrase in _RECEIVED if phrase in folded), "")
    head, _, rest = folded.replace("\uff1a", ":").partition(":")
    head = head.strip()
    away = head in _AWAY or (head in _MAYBE_AWAY and not asks(rest))
    return found or (head if away else _away_until(folded))


def _away_until(folded: str) -> str:
    """Give the absence with which a subject begins that says no more than its end ("OOO until 9/21"), "" if with none."""
    words = folded.split()
    if not 3 <= len(words) <= _UNTIL_WITHIN or folded.endswith("?"):
        return ""
    absences = (" ".join(words[:at]) for at in range(1, len(words) - 1) if words[at] in _ENDS)
    return next((absence for absence in absences if absence in _AWAY or absence in _MAYBE_AWAY), "")


def acknowledges(subject: str) -> str:
    """Give the phrase of an acknowledgement with which a subject begins ("[peer #7] Ticket received: …"), "" if with none."""
    folded = fold(subject[:300]).lstrip("*- ")
    if folded.startswith("[") and "]" in folded:
        folded = folded.split("]", 1)[1].lstrip(" :-")
    return next((phrase for phrase in _RECEIVED if folded.startswith(phrase)), "")


def nesting(subject: str) -> str:
    """Say how two robots have wrapped a subject into each other's: three ticket numbers, two absences, endless repetition."""
    subject = subject[:2000]
    if len(_TOKEN.findall(subject)) >= 3:
        return "three ticket numbers"
    folded = fold(subject)
    if (
        sum(
            folded.count(phrase)
            for phrase in ("automatic reply:", "out of office:", "autoreply:", "auto reply:", "[received]")
        )
        >= 2
    ):
        return "two automatic prefixes"
    if len(subject) > 300 and _repeats(folded):
        return "the same words again and again"
    return ""


def _repeats(folded: str) -> bool:
    """Tell whether some five words in a row stand there three times."""
    words = folded.split()[:300]
    seen: dict[tuple[str, ...], int] = {}
    for at in range(len(words) - 4):
        chunk = tuple(words[at : at + 5])
        seen[chunk] = seen.get(chunk, 0) + 1
    return any(times >= 3 for times in seen.values())


def many_replies(subject: str) -> bool:
    """Tell four or more reply prefixes; people collect them in long conversations, robots do in a day."""
    at = count = 0
    subject = subject[:300]
    while (match := _PREFIX.match(subject, at)) and fold(match.group(1)) in _REPLIES:
        count, at = count + 1, match.end()
    return count >= 4
