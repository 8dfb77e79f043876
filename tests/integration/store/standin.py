"""A desk for tests of the store: mails, and a small pure decision that links by any known id and merges what proves one."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from maildesk.model.decision import (
    NEW,
    Action,
    AddEntry,
    AddParticipant,
    Decision,
    FileParked,
    KnowMessage,
    KnownKind,
    MailArrived,
    Merge,
    OpenTicket,
)
from maildesk.model.mail import Address, Arrival, Envelope, Kind, Mail
from maildesk.model.outgoing import Outgoing, Promise
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Lookup, Snapshot, Written
from maildesk.model.ticket import EntryKind, Role
from maildesk.model.why import Why
from maildesk.store import Store, Tx

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
BOX = "podrska@firma.hr"


def make_arrival(number: int | str, source: str = "smtp", at: dt.datetime = NOW, size: int = 300) -> Arrival:
    """Make a mail on the doorstep whose Message-ID is m<number>@x."""
    raw = f"Message-ID: <m{number}@x>\r\nSubject: mail {number}\r\n\r\n".encode()
    key = "" if source in ("smtp", "lmtp", "pipe", "web") else str(number)
    return Arrival(source, key, raw + b"a" * (size - len(raw)), Envelope("jana@firma.cz", (BOX,)), at)


def make_mail(
    number: int | str,
    refers: Sequence[int | str] = (),
    *,
    author: str = "jana@firma.cz",
    cc: Sequence[str] = (),
    kind: Kind = Kind.PERSON,
    text: str = "Dobrý den, prosím o opravu.",
    date: dt.datetime | None = NOW,
) -> Mail:
    """Make the understood form of such a mail, which refers to others by their numbers."""
    return Mail(
        author=Address(author, "Jana"),
        to=(Address(BOX),),
        cc=tuple(Address(person) for person in cc),
        subject=f"mail {number}",
        message_id=f"m{number}@x",
        references=tuple(f"m{other}@x" for other in refers),
        date=date,
        text=text,
        new_text=text,
        kind=kind,
        body_digest=f"digest of {number}",
    )


def look_up(mail: Mail, journal_id: int) -> Lookup:
    """Say what deciding about a mail needs."""
    return Lookup(
        ids=tuple(dict.fromkeys(filter(None, (mail.message_id, *mail.references)))),
        addresses=(mail.author.address,) if mail.author else (),
        journal_id=journal_id,
        message_id=mail.message_id,
        author=mail.author.address if mail.author else "",
        body_digest=mail.body_digest,
        date=mail.date,
    )


def decide(snapshot: Snapshot) -> Decision:
    """Link by any id that was met before, merge all tickets found, take parked mails along; park what is automatic."""
    mail = snapshot.mail
    assert mail is not None
    assert mail.author is not None
    if snapshot.duplicate_of:
        return Decision(why=(Why(Reason.DUPLICATE, str(snapshot.duplicate_of)),))
    numbers = sorted({known.ticket for known in snapshot.known if known.ticket})
    if not numbers and mail.automatic:
        return Decision((_entry(mail, None), *_ids(mail, None)), why=(Why(Reason.PARKED),))
    home = numbers[0] if numbers else NEW
    actions: list[Action] = (
        [] if numbers else [OpenTicket(mail.subject, BOX, mail.author, "cs", team="l1", assignee="ana")]
    )
    actions += [Merge(home, other) for other in numbers[1:]]
    actions += [
        _entry(mail, home),
        AddParticipant(home, mail.author, Role.REQUESTER if home == NEW else Role.CC, wrote=True),
    ]
    actions += _ids(mail, home)
    actions += [FileParked(parked.journal_id, home) for parked in snapshot.parked]
    return Decision(tuple(actions), why=(Why(Reason.LINK_KNOWN_ID if numbers else Reason.LINK_NONE),), ticket=home)


def _entry(mail: Mail, ticket: int | None) -> AddEntry:
    assert mail.author is not None
    return AddEntry(
        ticket, EntryKind.MAIL, mail.author.address, mail.new_text, mail.message_id, why=(Why(Reason.LINK_NONE),)
    )


def _ids(mail: Mail, ticket: int | None) -> list[Action]:
    own: list[Action] = [KnowMessage(ticket, mail.message_id, KnownKind.SEEN, mail.date)] if mail.message_id else []
    return own + [KnowMessage(ticket, parent, KnownKind.GHOST, mail.date) for parent in mail.references]


def handle(tx: Tx, journal_id: int, mail: Mail, arrival: Arrival | None = None, now: dt.datetime = NOW) -> Written:
    """Do what the desk does with one mail, letters included."""
    lookup = look_up(mail, journal_id)
    snapshot = tx.snapshot(MailArrived(journal_id), lookup, now, mail, arrival, mailbox=BOX)
    decision = decide(snapshot)
    written = tx.apply(decision, snapshot)
    if written.ticket and not written.repeated:
        tx.queue(make_letters(written.ticket.ticket.number, journal_id))
    tx.finish_mail(journal_id, "; ".join(why.reason.value for why in decision.why))
    return written


def make_letters(ticket: int, journal_id: int) -> tuple[Outgoing, ...]:
    """Make an acknowledgement (once for a ticket) and a letter to an agent (once for a mail)."""
    return (
        make_letter(f"ack:ticket:{ticket}", ticket),
        make_letter(f"tell:{journal_id}", ticket, "agent:new-ticket", "ana@firma.hr", Promise.AT_LEAST_ONCE),
    )


def make_letter(
    key: str,
    ticket: int | None = None,
    kind: str = "acknowledgement",
    to: str = "jana@firma.cz",
    promise: Promise = Promise.AT_MOST_ONCE,
    **more: Any,
) -> Outgoing:
    """Make a finished letter."""
    raw = f"To: {to}\r\n\r\n{key}".encode()
    return Outgoing(
        key, kind, "", to, f"md1.{key.replace(':', '.')}@firma.hr", raw, promise, kind != "reply", ticket, **more
    )


def take_in(store: Store, mail: Mail, number: int | str | None = None, now: dt.datetime = NOW) -> Written:
    """Journal a mail and decide it at once."""
    arrival = make_arrival(number if number is not None else mail.message_id[1:-2])
    journal_id = store.accept(arrival, lease=True).result().journal_id
    return store.transact(lambda tx: handle(tx, journal_id, mail, arrival, now), look_up(mail, journal_id)).result()


def number_of(written: Written) -> int:
    """Give the number of the ticket that a decision ended on."""
    assert written.ticket is not None
    return written.ticket.ticket.number
