"""A ticket as it stands, who takes part in it, and its timeline."""

import datetime as dt
from enum import StrEnum

from maildesk.model.value import Value
from maildesk.model.why import Why


class Status(StrEnum):
    """new: nobody has touched it; waiting: for the customer; resolved: can be reopened; closed: cannot."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Priority(StrEnum):
    """How urgent, in rising order."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def weight(self) -> int:
        """Say how much an open ticket of this priority keeps somebody busy, in halves of a normal one."""
        return _WEIGHTS[self]


_WEIGHTS = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 4, Priority.URGENT: 8}


class Role(StrEnum):
    """How a person takes part: `cc` was named by the requester, `joined` was let in by an agent."""

    REQUESTER = "requester"
    CC = "cc"
    JOINED = "joined"
    AGENT = "agent"


class Participant(Value, frozen=True):
    """A person on a ticket; `wrote` is True once a mail of theirs was filed in the open."""

    address: str
    name: str = ""
    role: Role = Role.CC
    wrote: bool = False


class EntryKind(StrEnum):
    """mail: from outside; reply: an agent's, to participants; note: agents only; change; notice: automatic mail of ours."""

    MAIL = "mail"
    REPLY = "reply"
    NOTE = "note"
    CHANGE = "change"
    NOTICE = "notice"


class Trust(StrEnum):
    """How sure we are of a mail's author."""

    NONE = "none"
    ALIGNED = "aligned"
    AGENT = "agent"
    AMBIGUOUS = "ambiguous"


class Ticket(Value, frozen=True):
    """The current state of one request; `number` is what people say."""

    number: int
    subject: str
    mailbox: str
    requester: str
    requester_name: str = ""
    status: Status = Status.NEW
    team: str = ""
    assignee: str = ""
    priority: Priority = Priority.NORMAL
    language: str = ""
    channel: str = "email"
    tags: tuple[str, ...] = ()
    created: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)
    updated: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)
    resolved: dt.datetime | None = None
    merged_into: int | None = None
    continues: int | None = None
    salt: str = ""
    sla: str = ""
    spam: bool = False
    version: int = 0


class TicketState(Value, frozen=True):
    """A ticket with what a decision about it may need.

    `chain` holds the message ids of its public mails, ours and theirs, oldest first (the first and the last 50);
    `last_from_customer` is the id to answer; `said` are the effect keys already queued for it, `said_at` when;
    `aliases` are the numbers it absorbed, `salts` the token salt of each number, its own and theirs; `answers` are the
    agents' replies since the customer's last mail, newest first, `pending` the effect keys of replies that have not left.
    """

    ticket: Ticket
    participants: tuple[Participant, ...] = ()
    chain: tuple[str, ...] = ()
    last_from_customer: str = ""
    last_text: str = ""
    thread_topic: str = ""
    thread_index: str = ""
    said: tuple[str, ...] = ()
    said_at: tuple[dt.datetime, ...] = ()
    timers: tuple[str, ...] = ()
    rating: int | None = None
    aliases: tuple[int, ...] = ()
    salts: dict[int, str] = {}
    public_texts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    answers: "tuple[Answer, ...]" = ()
    pending: tuple[str, ...] = ()

    def participant(self, address: str) -> Participant | None:
        """Find who takes part under this address, without regard to case."""
        wanted = address.casefold()
        return next((p for p in self.participants if p.address.casefold() == wanted), None)


class Answer(Value, frozen=True):
    """A reply of an agent, and when it was written."""

    agent: str
    at: dt.datetime


class Entry(Value, frozen=True):
    """One line of a ticket's timeline, as stored; `public` entries may be shown to participants."""

    id: int
    at: dt.datetime
    kind: EntryKind
    author: str
    text: str = ""
    message_id: str = ""
    trust: Trust = Trust.NONE
    held: bool = False
    public: bool = True
    journal_id: int | None = None
    attachments: tuple[str, ...] = ()
    why: tuple[Why, ...] = ()
    name: str = ""
    undone: bool = False
