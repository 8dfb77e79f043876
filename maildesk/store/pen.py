"""One decision on its way into the tables: which numbers it means, what its tickets have become so far."""

import datetime as dt
from collections import defaultdict
from typing import Any

import msgspec

from maildesk.model.decision import NEW, AddEntry, ChangeTicket, Decision, KnowMessage, KnownKind, OpenTicket
from maildesk.model.mail import Mail
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import EntryKind, Status, Ticket
from maildesk.store.codec import clean, fold, json_text, maybe_us, to_us
from maildesk.store.engines.connection import Connection
from maildesk.store.tickets import Part, read_one

MOST_ADDRESSED = 100
_CLAMP = dt.timedelta(days=1)
_FROM_A_MAIL = (EntryKind.MAIL, EntryKind.REPLY, EntryKind.NOTE)


class Pen:
    """What is being written: `number` is the ticket this decision opens, `row` its row among the decisions.

    `rows` are those of the ticket that is opened, where they are known without reading them.
    """

    def __init__(self, db: Connection, decision: Decision, snapshot: Snapshot) -> None:
        self.db = db
        self.actions = decision.actions
        self.snapshot = snapshot
        self.now = snapshot.now
        self.row = 0
        self.number = 0
        self.entries: list[int] = []
        self.people: dict[tuple[int, str], dict[str, Any]] = {}
        self.known: list[dict[str, Any]] = []
        self.states = {state.ticket.number: state for state in snapshot.tickets}
        self.touched: dict[int, set[Part]] = defaultdict(set)
        self.topics: dict[int, tuple[str, str]] = {}
        self.turns: dict[str, str] = {}
        self.turned: dict[str, int] = {}
        self.fresh: Ticket | None = None
        self.rows: dict[Part, list[tuple[Any, ...]]] | None = None
        self.before: dict[int, Ticket | None] = {}
        self.after: dict[int, Ticket] = {}
        self._alias = {alias: state.ticket.number for state in snapshot.tickets for alias in state.aliases}
        self._open_ids = {
            action.message_id
            for action in decision.actions
            if isinstance(action, AddEntry) and action.kind is EntryKind.MAIL and action.public and action.hold is None
        }

    def find(self, number: int) -> int:
        """Give the living ticket that a number of the decision means."""
        number = self.number if number == NEW else number
        while number in self._alias:
            number = self._alias[number]
        return number

    def ticket(self, number: int) -> Ticket:
        """Give a ticket as it stands so far; it counts as touched from now on."""
        found = self.find(number)
        if found not in self.after:
            ticket = self.states[found].ticket if found in self.states else read_one(self.db, found)
            self._alias |= {found: ticket.number} if found != ticket.number else {}
            found = ticket.number
            self.before[found] = self.after[found] = ticket
        return self.after[found]

    def note(self, part: Part, number: int, *row: Any) -> None:
        """Note a row of the ticket that is being opened, as `tickets` would read it."""
        if self.rows is not None and self.fresh is not None and number == self.fresh.number:
            self.rows.setdefault(part, []).append(row)

    def touch(self, number: int, part: Part) -> int:
        """Note that something beside the row of a ticket changes; give the ticket's number."""
        found = self.ticket(number).number
        self.touched[found].add(part)
        return found

    def put(self, ticket: Ticket) -> None:
        """Keep what a ticket has become."""
        self.before.setdefault(ticket.number, None)
        self.after[ticket.number] = ticket

    def absorb(self, survivor: int, absorbed: Ticket) -> None:
        """Make one ticket an alias of another."""
        self._alias[absorbed.number] = survivor
        self.put(
            msgspec.structs.replace(
                absorbed, merged_into=survivor, status=Status.CLOSED, resolved=absorbed.resolved or self.now
            )
        )

    def revive(self, before: Ticket, survivor: int) -> None:
        """Let an absorbed ticket live again as it was before."""
        self._alias.pop(before.number, None)
        self.before[before.number] = None  # every column is written
        self.put(msgspec.structs.replace(before, merged_into=None))
        if state := self.states.get(survivor):
            left = tuple(number for number in state.aliases if number != before.number)
            self.states[survivor] = msgspec.structs.replace(state, aliases=left)

    def entry_row(self, action: AddEntry) -> dict[str, Any]:
        """Make the row of a timeline entry; a mail stands at the day it was written, if that is near the day it came."""
        mail, journal_id = self._origin(action)
        return {
            "ticket": None if action.ticket is None else self.touch(action.ticket, Part.TEXTS),
            "decision": self.row,
            "at": to_us(action.at or (self._written_at(mail) if action.kind is EntryKind.MAIL else self.now)),
            "filed": to_us(self.now),
            "kind": action.kind.value,
            "author": clean(action.author),
            "author_name": clean(action.author_name or _name(mail, action.author)),
            "message_id": clean(action.message_id),
            "trust": action.trust.value,
            "public": action.public and action.hold is None,
            "held": action.hold is not None,
            "hold_kind": action.hold.value if action.hold else None,
            "journal_id": journal_id,
            "attachments": json_text(action.attachments),
            "why": json_text(action.why),
            "text": clean(action.text),
        }

    def known_row(self, action: KnowMessage) -> dict[str, Any]:
        """Make the row of a known id; a ghost tells about the mail that refers to it."""
        seen = action.kind is KnownKind.SEEN
        mail, journal_id = self._source(action.message_id)
        number = None if action.ticket is None else self.touch(action.ticket, Part.CHAIN)
        people = [address.address for address in (*mail.to, *mail.cc)] if mail and action.invites else []
        return {
            "message_id": clean(action.message_id),
            "kind": action.kind.value,
            "ticket": number,
            "mailbox": clean(self.snapshot.mailbox),
            "date": maybe_us(action.date),
            "date_last": maybe_us(action.date),
            "author": fold(mail.author.address) if mail and mail.author else "",
            "journal_id": journal_id,
            "addressed": json_text(self._addressed(action, number, [fold(address) for address in people])),
            "what": mail.kind.value if seen and mail else "",
            "digest": mail.body_digest if seen and mail else "",
            "copy": (journal_id or 0) if seen else 0,
            "chain": seen and action.message_id in self._open_ids,
            "at": to_us(self.now),
        }

    def _addressed(self, action: KnowMessage, ticket: int | None, people: list[str]) -> list[str]:
        """List whom a mail is addressed to; to a ghost belong those of all mails on the ticket that refer to it."""
        others = (
            address
            for known in self.snapshot.known
            if known.kind is action.kind is KnownKind.GHOST
            and known.message_id == action.message_id
            and known.mailbox == self.snapshot.mailbox
            and known.ticket is not None
            and self.find(known.ticket) == ticket
            for address in known.addressed
        )
        return list(dict.fromkeys((*people[:MOST_ADDRESSED], *others)))[:MOST_ADDRESSED]

    def _origin(self, action: AddEntry) -> tuple[Mail | None, int | None]:
        """Find the mail an entry was made from; a change or a rule's note has none."""
        if action.of_hold and self.snapshot.hold:
            return self.snapshot.original, self.snapshot.hold.journal_id
        mail, journal_id = self._source(action.message_id)
        made_of_it = action.kind is EntryKind.MAIL or (mail is not None and action.message_id == mail.message_id)
        return (mail, journal_id) if made_of_it and action.kind in _FROM_A_MAIL else (None, None)

    def _source(self, message_id: str) -> tuple[Mail | None, int | None]:
        """Find the mail that an id belongs to: the one held earlier, else the one that is decided upon."""
        snapshot = self.snapshot
        hold, mail = snapshot.hold, snapshot.mail
        if hold and message_id == hold.message_id and (mail is None or message_id != mail.message_id):
            return snapshot.original, hold.journal_id
        return mail, snapshot.journal_id or None

    def _written_at(self, mail: Mail | None) -> dt.datetime:
        """Take the Date of a mail; one received now may not claim to be of another week, history may."""
        received = self.snapshot.received_at or self.now
        if mail is None or mail.date is None:
            return received
        return mail.date if self.snapshot.trusted else min(max(mail.date, received - _CLAMP), received + _CLAMP)


def opened(action: OpenTicket, number: int, salt: str, now: dt.datetime) -> Ticket:
    """Make the first state of a ticket."""
    over = action.status in (Status.RESOLVED, Status.CLOSED)
    return Ticket(
        number=number,
        subject=clean(action.subject),
        mailbox=clean(action.mailbox),
        requester=clean(action.requester.address),
        requester_name=clean(action.requester.name),
        status=action.status,
        team=action.team,
        assignee=action.assignee,
        priority=action.priority,
        language=action.language,
        channel=action.channel,
        tags=tuple(dict.fromkeys(action.tags)),
        created=now,
        updated=now,
        resolved=now if over else None,
        continues=action.continues,
        salt=salt,
        sla=action.sla,
        spam=action.spam,
        version=1,
    )


def changed(ticket: Ticket, action: ChangeTicket, now: dt.datetime) -> Ticket:
    """Give the state that a change leads to; when it was resolved follows from the status."""
    given = {
        name: value
        for name in ("status", "team", "assignee", "priority", "sla", "spam")
        if (value := getattr(action, name)) is not None
    }
    if action.status in (Status.RESOLVED, Status.CLOSED):
        given["resolved"] = ticket.resolved or now
    elif action.status is not None:
        given["resolved"] = None
    tags = [tag for tag in dict.fromkeys((*ticket.tags, *action.add_tags)) if tag not in action.drop_tags]
    return msgspec.structs.replace(ticket, **given, tags=tuple(tags))


def _name(mail: Mail | None, author: str) -> str:
    return mail.author.name if mail and mail.author and mail.author.address == author else ""
