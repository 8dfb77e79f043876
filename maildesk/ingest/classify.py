"""Say what kind of mail this is and who is speaking: a person, a list, a program, a mail system, a calendar, our own loop.

The order is that of the strength of the evidence: structure first, then RFC 3834, vendors' marks, subjects, lists, the envelope.
Whatever a person may have written stays `person` or `list`; then `no_ack` says why no program may answer it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from maildesk.ingest.bounce import read_bounce
from maildesk.ingest.kinds import lists, machines, subjects
from maildesk.ingest.kinds.daemon import has_daemon_sender, has_null_return_path
from maildesk.ingest.parts import Part, Structure
from maildesk.language import fold, phrases
from maildesk.model.mail import NULL_PATH, Kind
from maildesk.model.reason import Reason
from maildesk.model.why import Why

_INVITATIONS = phrases("""
you have been invited; invitation from google calendar; microsoft teams meeting; join zoom meeting;
when:; wann:; kdy:; kada:; invited you to; byli jste pozvani; pozvani ste; sie wurden eingeladen;
pozvanka; join the meeting
""")
_COMPLAINTS = ("feedback-report", "complaint")
_HOPS_WARN, _HOPS_LOOP = 30, 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What kind of mail it is, why, and ("" if nothing) why it must not get an automatic answer although a person wrote it."""

    kind: Kind
    why: tuple[Why, ...]
    no_ack: str = ""


def classify(structure: Structure) -> Verdict:
    """Say what kind of mail it is; the first evidence that holds decides."""
    for look in _LOOKS:
        if verdict := look(structure):
            return verdict
    no_ack = _no_ack(structure)
    why = (Why(Reason.KIND_PERSON, ""), *((Why(Reason.ACK_SUPPRESSED, no_ack),) if no_ack else ()))
    return Verdict(Kind.PERSON, why, no_ack)


def _verdict(kind: Kind, reason: Reason, evidence: str) -> Verdict:
    return Verdict(kind, (Why(reason, evidence),), evidence)


def _loop(structure: Structure) -> Verdict | None:
    """A desk's automatic mail, ours or another's, and mail that goes round in circles (RFC 5321 §6.3).

    People's replies carry the desk's mark, too, but no Auto-Submitted.
    """
    if structure.header("x-maildesk-loop") and machines.auto_submitted(structure):
        return _verdict(Kind.LOOP, Reason.KIND_OWN_LOOP, "X-Maildesk-Loop")
    hops = len(structure.header("received"))
    return _verdict(Kind.LOOP, Reason.KIND_OWN_LOOP, f"{hops} hops") if hops > _HOPS_LOOP else None


def _receipt(structure: Structure) -> Verdict | None:
    """A read receipt (RFC 8098), also in Exchange's old forms; never answered."""
    content_class = structure.first("content-class").casefold()
    parts = {part.content_type for part in structure.parts}
    if (
        structure.params.get("report-type", "").casefold() == "disposition-notification"
        or "message/disposition-notification" in parts
    ) and read_bounce(structure) is None:  # by a receipt, too, a recipient's filter says that it refused a mail
        return _verdict(Kind.RECEIPT, Reason.KIND_RECEIPT, "disposition-notification")
    if content_class.endswith((":mdn", ":recallreport")) or structure.header("x-msxmtid"):
        return _verdict(Kind.RECEIPT, Reason.KIND_RECEIPT, content_class or "X-MSXMTID")
    return None


def _bounce(structure: Structure) -> Verdict | None:
    """A delivery report, standard or not; a complaint about spam (RFC 5965) only looks like one."""
    if structure.params.get("report-type", "").casefold() == "feedback-report" or any(
        part.content_type == "message/feedback-report" for part in structure.parts
    ):
        return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, _COMPLAINTS[0])
    if structure.first("subject").casefold().startswith("complaint about message from") and _only_returns(structure):
        return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, _COMPLAINTS[1])
    bounce = read_bounce(structure)
    if bounce is None:
        said = structure.params.get("report-type", "").casefold() == "delivery-status" and not machines.challenges(
            structure
        )
        return _verdict(Kind.BOUNCE, Reason.KIND_BOUNCE, "delivery-status") if said else None
    return _verdict(Kind.BOUNCE, Reason.KIND_BOUNCE, bounce.status or ", ".join((*bounce.failed, *bounce.delayed)))


def is_complaint(verdict: Verdict) -> bool:
    """Tell whether a mail is a complaint about spam."""
    return verdict.kind is Kind.AUTOMATIC and verdict.why[0].text in _COMPLAINTS


def _only_returns(structure: Structure) -> bool:
    return bool(structure.parts) and all(part.content_type == "message/rfc822" for part in structure.parts)


def _calendar(structure: Structure) -> Verdict | None:
    """Invitations and the answers to them (RFC 5546); an attached calendar file is just a file."""
    part = next((part for part in structure.parts if _is_event(part)), None)
    if part is None:
        return None
    method = _method(part)
    if method == "REQUEST" and _has_words(structure):
        return None
    if method in ("REPLY", "COUNTER", "CANCEL", "REQUEST", "REFRESH", "DECLINECOUNTER"):
        return _verdict(Kind.CALENDAR, Reason.KIND_CALENDAR, f"method={method}")
    return None


def _is_event(part: Part) -> bool:
    return part.content_type == "text/calendar" and part.disposition != "attachment"


def _has_words(structure: Structure) -> bool:
    """Tell whether somebody wrote something to an invitation, beside what the calendar program puts there."""
    text = next((part.text for part in structure.parts if part.content_type == "text/plain"), "")[:5000]
    folded = fold(text)
    return bool(folded) and not any(phrase in folded for phrase in _INVITATIONS)


def _method(part: Part) -> str:
    """Read METHOD from the part's type or, where that is silent, from the calendar itself (RFC 5546 §1.4)."""
    declared = next((value for name, value in part.headers if name.lower() == "content-type"), "").casefold()
    if "method=" in declared:
        return declared.split("method=", 1)[1].split(";", 1)[0].strip(' "').upper()
    line = next((line for line in part.text.split("\n")[:200] if line[:7].upper() == "METHOD:"), "")
    return line[7:].strip().upper()


def _automatic(structure: Structure) -> Verdict | None:
    """What says of itself, in a header made for it, that a program sent it."""
    if said := machines.auto_submitted(structure):
        return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, f"Auto-Submitted: {said[:60]}")
    looks: tuple[Callable[[Structure], str], ...] = (
        machines.answers_by_itself,
        machines.exchange_absence,
        machines.challenges,
        machines.aggregate_report,
        machines.monitors,
    )
    evidence = next((found for look in looks if (found := look(structure))), "")
    return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, evidence) if evidence else None


def _recall(structure: Structure) -> Verdict | None:
    """Outlook's attempt to take a mail back."""
    classes = structure.first("content-class").casefold() + structure.first("x-message-class").casefold()
    if "recall" in classes or any(
        "recall" in name.lower() for name, _ in structure.headers if name.lower().startswith("x-ms-exchange-")
    ):
        return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, "recall")
    return None


def _absence(structure: Structure) -> Verdict | None:
    """An absence note, a robots' dialogue or a ticket system's acknowledgement, told by the subject."""
    subject = structure.first("subject")
    # What puts words before a desk's number answers it, too: old absence programs keep a subject, and name no mail.
    answers = bool(structure.header("in-reply-to") or structure.header("references")) or subject.find("[#") > 0
    # Agents of other desks write through these systems, too: only what answers a mail of ours counts as an acknowledgement.
    system = machines.ticket_system(structure) if answers or "[#" in subject else ""
    if system and (phrase := subjects.acknowledges(subject)):
        return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, f"{system}, subject: {phrase}")
    if prefix := subjects.away_prefix(subject, answers=answers):
        return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, f"subject: {prefix}")
    if nested := subjects.nesting(subject):
        return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, f"subject: {nested}")
    return None


def _list(structure: Structure) -> Verdict | None:
    if evidence := lists.list_administration(structure):
        return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, evidence)
    if evidence := lists.newsletter(structure):
        return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, f"newsletter: {evidence}")
    if evidence := lists.list_post(structure):
        # By a group that stands before the desk people write to us: what else forbids an answer must be known then.
        return Verdict(Kind.LIST, (Why(Reason.KIND_LIST, evidence),), _no_ack(structure, posted=True))
    return None


def _null_path(structure: Structure) -> Verdict | None:
    """The null return path is for mail that nobody may answer (RFC 5321 §4.5.5); no person's program sends with it."""
    if not has_null_return_path(structure):
        return None
    return _verdict(Kind.AUTOMATIC, Reason.KIND_AUTOMATIC, NULL_PATH)


def _no_ack(structure: Structure, posted: bool = False) -> str:
    """Say why a mail that a person may have written gets no automatic answer, but for what every list it is `posted` on adds."""
    subject = structure.first("subject")
    if reason := machines.must_not_be_answered(structure, posted):
        return reason
    if any(_is_event(part) for part in structure.parts):
        return "calendar invitation"
    if structure.header("list-unsubscribe") and not posted:
        return "List-Unsubscribe"
    if posted and has_null_return_path(structure):
        return NULL_PATH
    if phrase := subjects.says_received(subject):
        return f"subject: {phrase}"
    if subjects.many_replies(subject):
        return "subject: many replies"
    if subject.casefold().startswith("recall:"):
        return "subject: recall"
    if len(structure.header("received")) > _HOPS_WARN:
        return "many hops"
    return "from a mail system" if has_daemon_sender(structure) else ""


_LOOKS: tuple[Callable[[Structure], Verdict | None], ...] = (
    _loop, _receipt, _bounce, _calendar, _automatic, _recall, _absence, _list, _null_path,
)  # fmt: skip
