"""Tell mail that a mail system wrote: by its sender, its envelope and what it says of itself."""

import re
from functools import lru_cache

from maildesk.ingest.parts import Structure
from maildesk.language import fold, phrases

_LOCALS = frozenset(
    "mailer-daemon mailerdaemon mailer_daemon mail-daemon maildaemon mdaemon post_master postmaster postoffice mail.delivery.system"
    " maildeliverysystem mail-delivery-subsystem microsoftexchange bounce-daemon mmdf uucp listserv".split()
)
_SURE = (
    "mailer-daemon",
    "mailerdaemon",
    "mailer_daemon",
    "mail.delivery.system",
    "post_master",
)  # no person is called so
# E500_SMTP_Mail_Service, Antivirus_for_SMTP_Gateways, mail-security-gateway: words of which at least two, one of them telling,
# make a name that only a program between two mail servers bears.
_MACHINE_WORDS = frozenset(
    "smtp mail email antivirus virus spam antispam gateway gateways daemon mta mailer mailserver system server service security"
    " scanner filter delivery subsystem quarantine relay".split()
)
_TELLING = frozenset("smtp antivirus antispam gateway gateways daemon mta mailer mailserver relay subsystem".split())
_WORDS = re.compile(r"[a-z]+")
_ANGLED = re.compile(r"<([^<>\s]+)>")
_ADDRESS = re.compile(r"[^\s<>()\"]+@[^\s<>()\"]+")
_BARE = re.compile(r"\s*\"?([A-Za-z_.-]+)\"?\s*(?:$|<|\()")
_SUBJECTS = phrases("""
undelivered mail; undeliverable; undeliver; delivery status notification; delivery status; delivery
failure; delivery failed; delivery report; delivery problem; delivery has failed; delivery
notification; could not be delivered; failure notice; failure delivery; returned mail; mail
delivery; message delivery; delivery error; mail failure; mail system error; returning message to
sender; returned to sender; message status; nondeliverable; non-deliverable; warning: could not
send; delivery delayed; delayed mail; message delayed; not delivered; unzustellbar; nicht
zustellbar; unzustellbare; konnte nicht zugestellt; zustellung fehlgeschlagen; nelze doručit;
nedoručitelné; nedoruč; nepodařilo se doručit; vrácena zpráva; nije isporučen; neisporučen;
neisporučivo; nije dostavljen; neuspjela isporuka; nedostavljen; nedostavljivo; niedostarczal; nie
dostarczono; zwrot wiadomości; nem kézbesíthető; kézbesítetlen; impossible à remettre; non remis;
échec de la remise; échec d'envoi; non recapitabile; mancata consegna; no se puede entregar; no
entregado; não foi possível; niet bestelbaar; onbestelbaar; не доставлено; недоставленное; не може
бути доставлено; 配信できません; 配送できません; 退信; 無法傳遞; olevererbar; kunne ikke leveres; ulevert; iletilemedi;
mail could not be; mail failed; mail system problem; postmaster notify; delivery unsuccessful;
message undeliverable; message not delivered; user unknown; unable to deliver; undelivered; problem
delivering; not yet been delivered; failed mail; mail error; message rejected; 发送失败; 投遞失敗; doručení se zpožďuje;
doručenie sa oneskoruje; isporuka kasni; zustellung verzögert; verspätete zustellung; nedoručiteľn; správu sa nepodarilo; ni mogoče
dostaviti; ni bilo mogoče dostaviti; nie można dostarczyć; nie udało się dostarczyć; kézbesíthetetlen; nem sikerült
kézbesíteni; не вдалося доставити; не удалось доставить; não é possível entregar; não pôde ser entregue; impossibile
recapitare; nu a putut fi livrat; nelivrabil; kunde inte levereras; toimitus epäonnistui; недостављ; 投递失败; 无法投递
""")
_SENTENCES = phrases("""
could not be delivered; was not delivered; undeliverable; unable to deliver; wasn't able to deliver;
failed permanently; could not deliver; delivery failed; delivery to the following; has been delayed;
not been delivered; cannot be delivered; was undeliverable; did not reach; could not be reached;
user unknown; unknown user; no such user; mailbox unavailable; returned to sender; permanent fatal
errors; following address; following recipient; mailbox full; over quota; does not exist; was
rejected; rejected your message; problems delivering; couldn't be delivered; unrouteable address;
delivery error; error delivering; delivery has failed; could not send; transcript of session;
returned mail; nelze doručit; nebylo možné doručit; nepodařilo se; nije moguće isporučiti; nije
isporučena; konnte nicht zugestellt; не доставлено; не может быть доставлено; unzustellbar; n'a pas
pu être; no se pudo entregar; 配信できません; 配送できません; message delivery; not accepting; recipient rejected;
address rejected; host unknown; delayed; undelivered; your message was automatically rejected;
invalid recipient; invalid address; quota exceeded; not a valid user; invalid user; delivery
failure; delivery report; error occurred while trying to deliver;
not yet been delivered; hasn't been delivered; doručení se zpožďuje; se zpožďuje; nebolo možné
doručiť; sa nepodarilo doručiť; nije dostavljena; nije moguće dostaviti; isporuka kasni; ni bilo mogoče dostaviti; nie można
dostarczyć; nie udało się dostarczyć; nem sikerült kézbesíteni; не вдалося доставити; не удалось доставить; не может быть
отправлено; não pôde ser entregue; non è stato possibile recapitare; impossibile recapitare; kan niet worden bezorgd; nu a
putut fi livrat; kunde inte levereras; kunne ikke leveres; nicht zugestellt; zustellung verzögert; verzögert sich; wird
weiterhin versucht; nicht erneut senden; 无法投递; 无法送达; 无法发送; 投递失败; 被退回; 無法投遞; 無法送達
""")


def sender_address(structure: Structure) -> str:
    """Give the author's address, folded; where there is none, a bare name ("MAILER-DAEMON <>") stands for it."""
    return _address_in(structure.first("from")[:500])


@lru_cache(64)  # a mail's kind is asked for its sender seven times
def _address_in(written: str) -> str:
    angled = _ANGLED.findall(written)  # the last: a display name may hold brackets, too
    if angled:
        return str(angled[-1]).casefold()
    if match := _ADDRESS.search(written):
        return match.group().casefold()
    bare = _BARE.match(written)
    return bare.group(1).casefold() if bare else ""


def sender_local(structure: Structure) -> str:
    """Give the local part of the author's address."""
    return sender_address(structure).partition("@")[0]


def sender_domain(structure: Structure) -> str:
    """Give the domain of the author's address."""
    return sender_address(structure).partition("@")[2]


def has_daemon_sender(structure: Structure) -> bool:
    """Tell whether the author is a mail system by name, or nobody at all."""
    local = sender_local(structure)
    return not local or local in _LOCALS or local.startswith(("microsoftexchange", "postmaster", *_SURE))


def has_machine_name(structure: Structure) -> bool:
    """Tell a sender whose name is that of a program between mail servers; it may stand there instead of a postmaster's."""
    words = [word for word in _WORDS.findall(sender_local(structure)[:100]) if word in _MACHINE_WORDS]
    return len(words) >= 2 and not _TELLING.isdisjoint(words)


def has_no_sender(structure: Structure) -> bool:
    """Tell an author's field that names nobody on purpose ("Mail System <>"), as the envelope of a report does."""
    return "<>" in structure.first("from")[:500] and not sender_local(structure)


def has_null_return_path(structure: Structure) -> bool:
    """Tell the null return path, also as servers write it down ("MAILER-DAEMON")."""
    path = structure.return_path
    return path is not None and (path == "" or path.casefold().split("@")[0] in ("mailer-daemon", "mailerdaemon"))


def has_bounce_subject(structure: Structure) -> bool:
    """Tell a subject that mail systems give to delivery reports; people answer such mails, so "Re:" is none."""
    subject = fold(structure.first("subject")[:300])
    return not subject.startswith(("re:", "fwd:", "fw:", "aw:", "odp:")) and any(
        phrase in subject for phrase in _SUBJECTS
    )


def is_daemon(structure: Structure) -> bool:
    """Tell whether a mail system, not a person or a vacation program, sent this."""
    if structure.header("x-failed-recipients") or sender_local(structure).startswith(_SURE):
        return True
    replied = structure.first("auto-submitted").strip().casefold().startswith("auto-replied")
    if replied and not has_daemon_sender(structure) and not has_bounce_subject(structure):
        return False
    if has_null_return_path(structure) or has_no_sender(structure):
        return True
    nobody = "@" not in sender_address(structure)  # a bare domain or a title: Amazon WorkMail
    return (nobody or has_daemon_sender(structure) or has_machine_name(structure)) and has_bounce_subject(structure)


def is_surely_daemon(structure: Structure) -> bool:
    """Tell whether name or subject say so, too; a null return path alone may be a vacation program's."""
    return (
        bool(structure.header("x-failed-recipients")) or has_daemon_sender(structure) or has_bounce_subject(structure)
    )


def speaks_of_failure(structure: Structure, text: str) -> bool:
    """Tell whether the mail says that something was not delivered."""
    if structure.header("x-failed-recipients") or (has_bounce_subject(structure) and has_daemon_sender(structure)):
        return True
    folded = fold(text[:3000])
    return any(phrase in folded for phrase in _SENTENCES)
