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
delivering
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
failure; delivery report
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
    named, subject = has_daemon_sender(structure), has_bounce_subject(structure)
    if structure.first("auto-submitted").strip().casefold().startswith("auto-replied") and not named and not subject:
        return False
    return has_null_return_path(structure) or (named and subject)


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
