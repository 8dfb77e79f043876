"""Read a delivery report: who did not get a mail of ours, for the moment or for good, and which mail it was.

First the standard form (RFC 3464, per recipient), then what servers wrote before it or still write (`kinds.bounce_text`). Only a
mail that a mail system sent is read: a person who quotes "550 user unknown" reports nothing. Only the first 64 kB count.
"""

import re

from maildesk.ingest.kinds.bounce_text import expanded_from, read_text, reported_inside
from maildesk.ingest.kinds.daemon import (
    has_daemon_sender,
    has_null_return_path,
    is_daemon,
    is_surely_daemon,
    sender_domain,
    speaks_of_failure,
)
from maildesk.ingest.parts import Part, Structure
from maildesk.model.mail import Bounce

LIMIT = 64 * 1024
_IDS = 60
_STATUS_LENGTH = 300
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"}
)
_NOT_BOUNCES = frozenset({"feedback-report", "disposition-notification"})
_NOTIFIED = "message/disposition-notification"
_ID = re.compile(r"<([^<>\s]{1,300})>")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_ADDRESS = re.compile(r"(?:\"[^\"\s]{1,62}\"|[^\s<>\"'();,:\\]{1,64})@[^\s<>\"'();,:\\]{1,255}")


def read_bounce(structure: Structure) -> Bounce | None:
    """Read a delivery report, None if the mail is none."""
    if structure.params.get("report-type", "").lower() in _NOT_BOUNCES:
        return _refusal(structure)
    groups = [
        group for part in structure.parts if part.content_type in _REPORTS for group in _groups(part.text[:LIMIT])
    ]
    recipients = [group for group in groups if "final-recipient" in group or "original-recipient" in group]
    if recipients and not _is_challenge(structure):
        return _standard(structure, recipients)
    if not is_daemon(structure):
        return None
    return _unstandard(structure)


def read_complaint(structure: Structure) -> Bounce:
    """Say which mail a complaint about spam (RFC 5965) returns; nobody failed to get it."""
    return Bounce((), (), "complaint", _original_ids(structure))


def _refusal(structure: Structure) -> Bounce | None:
    """Read the receipt by which a recipient's filter says that it threw the mail away (`reject`, RFC 5429 §2.2).

    A person who deletes a mail unread sends the same "deleted", so a mail system must be speaking, and of a refusal.
    """
    part = next((part for part in structure.parts if part.content_type == _NOTIFIED), None)
    if part is None or not (has_daemon_sender(structure) or has_null_return_path(structure)):
        return None
    groups = _groups(part.text[:LIMIT])
    said = _explanation(structure)[:2000]
    sieve = has_daemon_sender(structure) and "automatically rejected" in said[:300].lower()
    refused = sieve or "rejected" in structure.first("auto-submitted").lower()
    if not refused or not any("deleted" in group.get("disposition", "").lower() for group in groups):
        return None
    failed = dict.fromkeys(address for group in groups if (address := _recipient(group)))
    status = _STATUS.search(said)
    ids = [i for group in groups for i in _ID.findall(group.get("original-message-id", ""))]
    ids += [i for i in _original_ids(structure) if i not in ids]
    return Bounce(tuple(failed), (), status.group() if status else "rejected", tuple(ids)[:_IDS])


def _is_challenge(structure: Structure) -> bool:
    """Tell Boxbe, which borrows the standard form to ask a sender to prove that he is a person."""
    return "boxbe" in structure.first("from").casefold()


def _groups(text: str) -> list[dict[str, str]]:
    """Split a delivery-status part into its groups of fields; RFC 3464 §2.1 puts blank lines between them."""
    groups: list[dict[str, str]] = [{}]
    name = ""
    for line in text.split("\n"):
        if not line.strip():
            if groups[-1]:
                groups.append({})
            name = ""
        elif line[:1] in " \t" and name:
            groups[-1][name] = f"{groups[-1][name]} {line.strip()}"[:2000]
        else:
            key, colon, value = line.partition(":")
            name = key.strip().lower() if colon and len(key) < 60 else ""
            if name == "final-recipient" and name in groups[-1]:  # some servers leave the blank line out
                groups.append({})
            if name:
                groups[-1][name] = value.strip()[:2000]
    return groups


def _standard(structure: Structure, groups: list[dict[str, str]]) -> Bounce:
    failed: dict[str, None] = {}
    delayed: dict[str, None] = {}
    status = ""
    written_to = expanded_from(_explanation(structure))
    for group in groups:
        address = _recipient(group)
        address = address if "original-recipient" in group else written_to.get(address, address)
        said = _action(group)
        if said == "failed":
            failed[address] = None
        elif said == "delayed":
            delayed[address] = None
        status = f"{group.get('status', '')} {_plain(group.get('diagnostic-code', ''))}".strip() or status
        if said not in ("failed", "delayed") and said:
            status = f"{status} ({said})"
    unnamed = failed.pop("", "none") is None
    delayed.pop("", None)
    if unnamed and not failed and not delayed:
        failed = dict.fromkeys(_from_text(structure)[0] or _returned_to(structure))
    return Bounce(
        tuple(failed), tuple(a for a in delayed if a not in failed), status[:_STATUS_LENGTH], _original_ids(structure)
    )


def _recipient(group: dict[str, str]) -> str:
    """Prefer the address we sent to: it is the one we know (RFC 3464 §2.3.1)."""
    for name in ("original-recipient", "final-recipient"):
        value = group.get(name, "")
        address = _ADDRESS.search(_plain(value).replace("<", " ").replace(">", " "))
        if address:
            return address.group().rstrip(".")
    return ""


def _plain(value: str) -> str:
    """Drop the type in front of an address or a diagnostic ("rfc822; ", "smtp; ")."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() and "@" not in kind else value.strip()


def _action(group: dict[str, str]) -> str:
    """Say what became of the mail: what the Action field says, else what the status class means (RFC 3464 §2.3.3)."""
    action = group.get("action", "").lower()
    for word in ("delayed", "delivered", "relayed", "expanded", "failed"):
        if word in action:
            return word
    return {"2": "delivered", "4": "delayed"}.get(group.get("status", "")[:1], "failed")


def _unstandard(structure: Structure) -> Bounce | None:
    text = _explanation(structure)
    if not speaks_of_failure(structure, text):
        return None
    failed, delayed = _from_text(structure)
    if not failed and not delayed:
        failed = _wrapped(structure) or _returned_to(structure)
    if not failed and not delayed and not is_surely_daemon(structure):
        return None
    status = _STATUS.search(text)
    return Bounce(failed, delayed, status.group() if status else "", _original_ids(structure))


def _from_text(structure: Structure) -> tuple[tuple[str, ...], tuple[str, ...]]:
    own = " ".join(structure.header("to")).casefold()
    header = structure.header("x-failed-recipients")
    return read_text(_explanation(structure), header, own, sender_domain(structure))


def _wrapped(structure: Structure) -> tuple[str, ...]:
    """Look into a returned mail that is a report itself: scanners on the way wrap up what they pass on."""
    part = next((part for part in structure.parts if part.content_type == "message/rfc822"), None)
    return reported_inside(part.text) if part and "final-recipient:" in part.text[:LIMIT].lower() else ()


def _returned_to(structure: Structure) -> tuple[str, ...]:
    """Take the recipient of the returned mail where the report names nobody, if it is one."""
    part = next((part for part in structure.parts if part.content_type in _RETURNED), None)
    header = part.text[:LIMIT].split("\n\n", 1)[0].split("\n") if part else []
    to = [match.group() for line in header if line[:3].lower() == "to:" for match in _ADDRESS.finditer(line[:1000])]
    return tuple(to) if len(to) == 1 else ()


def _explanation(structure: Structure) -> str:
    """Give what the mail system says itself: the first text part."""
    part = next((p for p in structure.parts if p.content_type.startswith("text/") and p.text.strip()), None)
    if part is None:
        return ""
    text = part.text[:LIMIT]
    if part.content_type == "text/html":
        from maildesk.ingest.html_text import html_to_text

        text = html_to_text(text)
    return text


def _original_ids(structure: Structure) -> tuple[str, ...]:
    """Give the ids of the mail that came back: its own, and those it referred to. From other parts nothing is taken."""
    returned = [part for part in structure.parts if part.content_type in _RETURNED]
    returned += [part for part in structure.parts if part.content_type.startswith("text/") and part not in returned]
    found: dict[str, None] = {}
    for name in ("message-id", "references", "in-reply-to"):
        for part in returned:
            found.update((i, None) for i in _ids_of(part, name))
    return tuple(found)[:_IDS]


def _ids_of(part: Part, name: str) -> list[str]:
    found: list[str] = []
    inside = False
    for line in part.text[:LIMIT].split("\n"):
        stripped = line.lstrip("> \t")
        inside = stripped[: len(name) + 1].lower() == f"{name}:" or (
            inside and line[:1] in " \t>" and bool(line.strip())
        )
        if inside:
            found += _ID.findall(line)
    return found
