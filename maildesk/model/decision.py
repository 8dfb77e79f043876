"""What a decision says: its cause, the actions it asks for, and why.

Actions are a closed union; `store` writes them down, `outbound` words the `Say` and `Tell` ones.
`ticket=NEW` in an action means the ticket that the same decision opens.
`Say` can only hold text that participants may read; `Tell` goes to agents only. Nothing turns one into the other.
"""

import datetime as dt
from enum import StrEnum

from maildesk.model.amends import Away, DropLetters, DropParticipant, RestoreLetters, Split, TakeBack, Unmerge
from maildesk.model.hook import HookEvent
from maildesk.model.mail import Address
from maildesk.model.sheet import Sheet
from maildesk.model.ticket import EntryKind, Priority, Role, Status, Trust
from maildesk.model.value import Value
from maildesk.model.why import Why

NEW = 0
DESK = -1  # as the ticket of a Tell: it is about no ticket


class MailArrived(Value, frozen=True, tag=True):
    """A journaled mail is to be understood; `again` after a ticket had to say that it could not be read."""

    journal_id: int
    again: bool = False

    @property
    def key(self) -> str:
        """Name this cause once and for all."""
        return f"mail:{self.journal_id}/again" if self.again else f"mail:{self.journal_id}"


class TimerDue(Value, frozen=True, tag=True):
    """A timer of a ticket has fallen due."""

    timer_id: int
    ticket: int
    kind: "TimerKind"

    @property
    def key(self) -> str:
        """Name this cause once and for all."""
        return f"timer:{self.timer_id}"


class CommandGiven(Value, frozen=True, tag=True):
    """A person at the command line (or a page) asked for something; `command_id` makes a retry harmless."""

    command_id: str
    verb: str
    ticket: int = 0
    words: tuple[str, ...] = ()
    by: str = ""
    entry: int = 0

    @property
    def key(self) -> str:
        """Name this cause once and for all."""
        return f"command:{self.command_id}"


Cause = MailArrived | TimerDue | CommandGiven


class TimerKind(StrEnum):
    """remind, give_up: waiting for the customer; close: reopening is over; feedback: ask for a rating; wake: `#wait` ended;
    held: an agent's own mail has waited for his word for a day."""

    REMIND = "remind"
    GIVE_UP = "give-up"
    CLOSE = "close"
    FEEDBACK = "feedback"
    WAKE = "wake"
    HELD = "held"


class HoldKind(StrEnum):
    """Why a mail waits for a person's word.

    A stranger, an agent unproven, a bad command, a leak, a proposed merge, for whom it is, a colleague who was faster.
    """

    STRANGER = "stranger"
    UNPROVEN = "unproven"
    COMMAND = "command"
    LEAK = "leak"
    MERGE = "merge"
    BEHALF = "behalf"
    COLLISION = "collision"


class Notice(StrEnum):
    """What we say to participants; all but `reply` is automatic mail, named in X-Maildesk-Notice."""

    ACKNOWLEDGEMENT = "acknowledgement"
    STATUS = "status"
    CLOSING = "closing"
    FEEDBACK = "feedback"
    REPLY = "reply"


class Event(StrEnum):
    """What agents are told about, named in X-Maildesk-Event."""

    NEW_TICKET = "new-ticket"
    CUSTOMER_MAIL = "customer-mail"
    ASSIGNED = "assigned"
    NOTE = "note"
    REOPENED = "reopened"
    HELD = "held"
    CHALLENGE = "challenge"
    COMMAND_REFUSED = "command-refused"
    BEHALF = "behalf"
    RECEIPT = "receipt"
    ANSWER = "answer"
    RATED = "rated"
    UNDELIVERED = "undelivered"
    QUARANTINED = "quarantined"
    POLICY_BROKEN = "policy-broken"
    BRAKE = "brake"
    MAILBOX = "mailbox"
    DIGEST = "digest"


class KnownKind(StrEnum):
    """seen: we received it; sent: it is ours; ghost: somebody referred to it and we never had it."""

    SEEN = "seen"
    SENT = "sent"
    GHOST = "ghost"


class OpenTicket(Value, frozen=True, tag=True):
    """Open a ticket; its number and salt are given when this is applied."""

    subject: str
    mailbox: str
    requester: Address
    language: str = ""
    channel: str = "email"
    status: Status = Status.NEW
    team: str = ""
    assignee: str = ""
    priority: Priority = Priority.NORMAL
    sla: str = ""
    tags: tuple[str, ...] = ()
    spam: bool = False
    continues: int | None = None


class ChangeTicket(Value, frozen=True, tag=True):
    """Change what is given, leave the rest; `resolved` is set and cleared by the status."""

    ticket: int
    status: Status | None = None
    team: str | None = None
    assignee: str | None = None
    priority: Priority | None = None
    sla: str | None = None
    spam: bool | None = None
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()


class AddEntry(Value, frozen=True, tag=True):
    """Write a line of the timeline; `ticket=None` parks a mail that matches nothing; `hold` makes it wait for a person.

    `at` and `author_name` are known better than from the causing mail where somebody passed it on; `of_hold`: it is made of the
    mail behind the held entry, whatever its message id.
    """

    ticket: int | None
    kind: EntryKind
    author: str
    text: str = ""
    message_id: str = ""
    trust: Trust = Trust.NONE
    public: bool = True
    hold: HoldKind | None = None
    attachments: tuple[str, ...] = ()
    why: tuple[Why, ...] = ()
    at: dt.datetime | None = None
    author_name: str = ""
    of_hold: bool = False


class SettleEntry(Value, frozen=True, tag=True):
    """End the waiting of a held entry: release it into the timeline (`public`), or drop it (kept, never shown to participants)."""

    entry: int
    released: bool
    public: bool = True


class AddParticipant(Value, frozen=True, tag=True):
    """Let a person take part, or raise what is known of one who does."""

    ticket: int
    person: Address
    role: Role
    wrote: bool = False


class KnowMessage(Value, frozen=True, tag=True):
    """Remember that a message id belongs to a ticket (None: to a parked mail).

    `invites`: should this mail come after the one that refers to it, its author takes part if that one was addressed to him.
    """

    ticket: int | None
    message_id: str
    kind: KnownKind
    date: dt.datetime | None = None
    invites: bool = True


class Merge(Value, frozen=True, tag=True):
    """Make `absorbed` an alias of `survivor`: entries, known ids and participants' mails move, rights do not."""

    survivor: int
    absorbed: int


class FileParked(Value, frozen=True, tag=True):
    """File a parked mail, with its known ids, on a ticket; see KnowMessage for `invites`."""

    journal_id: int
    ticket: int
    invites: bool = True


class SetTimer(Value, frozen=True, tag=True):
    """Wake the ticket up at `due`; `key` is an effect key, so one timer is set once."""

    ticket: int
    kind: TimerKind
    due: dt.datetime
    key: str = ""


class CancelTimers(Value, frozen=True, tag=True):
    """Forget these timers of a ticket."""

    ticket: int
    kinds: tuple[TimerKind, ...]


class Rotate(Value, frozen=True, tag=True):
    """Remember who of a team was given the last ticket in turn."""

    team: str
    login: str


class Rate(Value, frozen=True, tag=True):
    """Record a requester's rating, 1 to 5, and the words that came with it."""

    ticket: int
    score: int
    comment: str = ""


class Suppress(Value, frozen=True, tag=True):
    """Send no automatic mail to this address until it writes again (`lift` ends it)."""

    address: str
    reason: str = ""
    lift: bool = False


class Say(Value, frozen=True, tag=True):
    """Say something to one participant. `text` is public by type: it comes from a reply, never from a note.

    `key` is the effect key, `{ticket}` and `{entry}` in it are filled in when applied; `attachments` are indices into the
    causing mail, `joins` are the keys of given-up letters whose files go along; `delay` is seconds before the first attempt;
    `data` fills the notice's template; `held` says why it waits.
    """

    ticket: int
    notice: Notice
    to: Address
    key: str
    language: str = ""
    text: str = ""
    attachments: tuple[int, ...] = ()
    delay: int = 0
    data: dict[str, str] = {}
    held: str = ""
    joins: tuple[str, ...] = ()


class Tell(Value, frozen=True, tag=True):
    """Tell one agent (or `address`, for an admin) something about a ticket.

    `by` is the author's name as shown in From; `note_address` makes the reply go to the team instead of the customer;
    `about` is the position of the AddEntry among this decision's AddEntry actions whose confirmation is asked, -1 for none,
    and `hold` the id of an entry held earlier. `later` puts it into the one mail that the agent gets at that moment. `sheet`
    is what goes below the text, worded in the agent's language; `original` the journal id of a mail that goes along whole.
    """

    ticket: int
    event: Event
    agent: str
    key: str
    address: str = ""
    by: str = ""
    text: str = ""
    note_address: bool = False
    about: int = -1
    hold: int = 0
    attachments: tuple[int, ...] = ()
    data: dict[str, str] = {}
    why: str = ""
    later: dt.datetime | None = None
    sheet: Sheet | None = None
    original: int = 0


class Call(Value, frozen=True, tag=True):
    """Tell a hook that something happened to a ticket; `data` are the rules that asked for it. It bears no words of any mail."""

    ticket: int
    hook: str
    event: HookEvent
    key: str
    data: dict[str, str] = {}


Action = (
    OpenTicket
    | ChangeTicket
    | AddEntry
    | SettleEntry
    | AddParticipant
    | KnowMessage
    | Merge
    | Unmerge
    | Split
    | TakeBack
    | DropLetters
    | RestoreLetters
    | DropParticipant
    | FileParked
    | SetTimer
    | CancelTimers
    | Rotate
    | Away
    | Rate
    | Suppress
    | Say
    | Tell
    | Call
)


class NoticeTrace(Value, frozen=True):
    """One notice that was considered: due or withheld, to whom, and why."""

    notice: str
    to: str
    due: bool
    why: Why


class RuleTrace(Value, frozen=True):
    """One rule that was tried: whether it matched, the word or the reason, what it set and what came too late.

    `number` is its place among all rules, from 1; 0 in what was stored before numbers were.
    """

    name: str
    file: str
    line: int
    matched: bool
    why: str
    set: dict[str, str] = {}
    ignored: dict[str, str] = {}
    trial: bool = False
    number: int = 0


class Decision(Value, frozen=True):
    """All that follows from one cause, and why: everything `explain` has to say.

    `wait_for` names a parent that is journaled but not decided yet: then nothing else is set and the mail comes back.
    `settles` is the held entry whose files `Say.attachments` mean, instead of the causing mail's.
    """

    actions: tuple[Action, ...] = ()
    why: tuple[Why, ...] = ()
    ticket: int | None = None
    trust: Trust = Trust.NONE
    rules: tuple[RuleTrace, ...] = ()
    notices: tuple[NoticeTrace, ...] = ()
    result: dict[str, str] = {}
    wait_for: str = ""
    kind: str = ""
    settles: int = 0
