"""What was known when a decision was made: everything `decide` may look at.

`Lookup` says, before the transaction, what a decision will ask for; `store` answers it with a `Snapshot` taken
under the conversation's lock.
"""

import datetime as dt

from maildesk.model.decision import Cause, Decision, HoldKind, KnownKind, TimerKind
from maildesk.model.mail import Envelope, Mail
from maildesk.model.sheet import Brief
from maildesk.model.ticket import Entry, TicketState
from maildesk.model.value import Value

STOPPED = "asked for no more status mails"  # as `History.suppressed`: acknowledgements and closings still go out


class Lookup(Value, frozen=True):
    """What a decision needs to know.

    `ids` are the message ids that linking uses (own, In-Reply-To, References; these are also the lock keys);
    `tickets` are numbers claimed by tokens or the subject; `addresses` are people whose history matters;
    `hold` is a held entry's id; `journal_id`, `author`, `date` and `body_digest` serve the duplicate test.
    `asked` is the agent whom a mail without a reply address of his would be asked about: how often was he, in the last hour?
    Where references are `trusted`, a parent nobody sent us ties parked mails of all mailboxes together, not of one only.
    """

    ids: tuple[str, ...] = ()
    tickets: tuple[int, ...] = ()
    addresses: tuple[str, ...] = ()
    hold: int = 0
    journal_id: int = 0
    message_id: str = ""
    author: str = ""
    body_digest: str = ""
    date: dt.datetime | None = None
    teams: bool = True
    trusted: bool = False
    asked: str = ""
    asks: "Asks | None" = None


class Asks(Value, frozen=True):
    """What an agent's words ask of the database beside his ticket: his last mail (`undo`), whole timelines, lists, the origin.

    `listed` is what stands behind `#list`, folded, None without one; `query` what stands behind `#search`.
    """

    agent: str = ""
    undo: bool = False
    timeline: bool = False
    why: bool = False
    original: bool = False
    listed: tuple[str, ...] | None = None
    query: str = ""


class ChangeSet(Value, frozen=True):
    """What an agent's last mail on a ticket did: the decision with its row, tickets as they were before it.

    `waiting` are the effect keys of its letters that have not left, `held` the id of the entry it left waiting, `opened` the
    number of the ticket that it split off.
    """

    row: int
    at: dt.datetime
    decision: Decision
    before: tuple[TicketState, ...] = ()
    waiting: tuple[str, ...] = ()
    held: int = 0
    opened: int = 0


class Pending(Value, frozen=True):
    """A reply that waits for its `send_delay`: whose, its words, the keys of its letters and the bytes they take."""

    agent: str
    text: str
    keys: tuple[str, ...]
    size: int = 0


class View(Value, frozen=True):
    """What the database answers to `Asks`, by ticket where there may be several; `why` are the sentences of `explain`."""

    timelines: dict[int, tuple[Entry, ...]] = {}
    earlier: dict[int, tuple[Brief, ...]] = {}
    tickets: tuple[Brief, ...] = ()
    last: dict[int, ChangeSet] = {}
    pending: dict[int, Pending] = {}
    why: dict[int, str] = {}
    originals: dict[int, int] = {}


class KnownMessage(Value, frozen=True):
    """A message id we have met: on which ticket (final survivor; None: parked), how, and where.

    For a ghost, `date` and `date_last` are the first and the last Date of the mails that refer to it (None: one has no Date),
    and `addressed` everybody to whom they were addressed.
    """

    message_id: str
    kind: KnownKind
    ticket: int | None = None
    journal_id: int | None = None
    mailbox: str = ""
    author: str = ""
    date: dt.datetime | None = None
    what: str = ""
    addressed: tuple[str, ...] = ()
    date_last: dt.datetime | None = None


class Parked(Value, frozen=True):
    """A mail that matched nothing when it came, and may be filed now."""

    journal_id: int
    message_id: str
    ids: tuple[str, ...] = ()
    automatic: bool = True
    author: str = ""


class HeldEntry(Value, frozen=True):
    """An entry that waits for a person; `note` if its words were for the team only, whatever is answered.

    `proposed` are the tickets that it showed to be one with its own, if people agree; `as_is` if its author has said already
    that lines like commands are text; `asked` is when somebody was last asked whether a mail on its ticket is theirs.
    """

    id: int
    ticket: int
    kind: HoldKind
    author: str
    author_name: str = ""
    text: str = ""
    message_id: str = ""
    journal_id: int | None = None
    at: dt.datetime | None = None
    settled: bool = False
    note: bool = False
    proposed: tuple[int, ...] = ()
    as_is: bool = False
    asked: dt.datetime | None = None


class History(Value, frozen=True):
    """What we remember of an address: languages, past tickets, and the automatic mail it got from us."""

    address: str
    tickets: int = 0
    last_language: str = ""
    automatic_day: int = 0
    domain_hour: int = 0
    last_feedback: dt.datetime | None = None
    suppressed: str = ""
    team: str = ""


class Snapshot(Value, frozen=True):
    """Everything known at the moment of one decision.

    `trusted` is True for `import` (history: nothing is held); `silent` when nothing may be sent (import without --notify).
    `loads` counts the open tickets of each agent, `burdens` weighs them (`Priority.weight`), `rotation` names the last one
    served in each team, `away` who said by `#away` that he is not there, and until when.
    `original` is the mail behind `hold`, parsed again.
    `repeats` is the newest of several tickets that the author opened within an hour with these very words.
    `asked_hour` counts the questions of the last hour to the agent whom the mail claims to be from.
    `looked_up` is what another program knew of the author and the orders named, asked before the transaction.
    `view` is what an agent's words asked to see, `waits` are mails of agents that wait for their own word.
    `made_hour` counts the automatic mails nobody asked for that the whole desk made in the last hour, `usual_hour` what is usual,
    `told` the mails that each agent's address (folded) got in it.
    `unreadable` is the ticket that stands in for the mail, which could not be read until now.
    """

    cause: Cause
    now: dt.datetime
    journal_id: int = 0
    mail: Mail | None = None
    envelope: Envelope = Envelope()
    source: str = ""
    mailbox: str = ""
    received_at: dt.datetime | None = None
    tickets: tuple[TicketState, ...] = ()
    known: tuple[KnownMessage, ...] = ()
    parked: tuple[Parked, ...] = ()
    duplicate_of: int = 0
    histories: dict[str, History] = {}
    loads: dict[str, int] = {}
    burdens: dict[str, int] = {}
    rotation: dict[str, str] = {}
    away: dict[str, dt.datetime] = {}
    hold: HeldEntry | None = None
    original: Mail | None = None
    trusted: bool = False
    silent: bool = False
    waiting_parent: str = ""
    repeats: int = 0
    looked_up: dict[str, str] = {}
    made_hour: int = 0
    usual_hour: int = 0
    asked_hour: int = 0
    told: dict[str, int] = {}
    unreadable: int = 0
    view: View | None = None
    waits: tuple[HeldEntry, ...] = ()

    def ticket(self, number: int) -> TicketState | None:
        """Find the ticket that answers to a number, its own or one it absorbed."""
        return next((t for t in self.tickets if t.ticket.number == number or number in t.aliases), None)

    def history(self, address: str) -> History:
        """Give what is known of an address; nothing, if it is new."""
        return self.histories.get(address.casefold(), History(address))


class Written(Value, frozen=True):
    """What applying a decision gave: the ticket as it now stands and the ids of its new entries, in the order of AddEntry.

    `repeated` is True if the cause had been decided before: then nothing changed and nothing is to be queued.
    """

    ticket: TicketState | None = None
    entries: tuple[int, ...] = ()
    tickets: tuple[TicketState, ...] = ()
    repeated: bool = False


class Due(Value, frozen=True):
    """A timer that has been claimed."""

    id: int
    ticket: int
    kind: TimerKind
    due: dt.datetime
