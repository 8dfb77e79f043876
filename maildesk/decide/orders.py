"""What an agent's commands add up to on this ticket; anything that does not make sense here is a problem, not a guess."""

import datetime as dt

from maildesk.commands import Asked, Command, moment_of
from maildesk.decide.articles import cite_article
from maildesk.decide.desk import Desk
from maildesk.model.mail import Address
from maildesk.model.people import Agent
from maildesk.model.phrases import Verb
from maildesk.model.reason import Reason
from maildesk.model.sheet import Deed, Did
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import EntryKind, Priority, TicketState
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.outbound.canned import use_canned
from maildesk.outbound.voice import Voice

# In doubt, inside: with these, text is for colleagues, unless #reply says otherwise.
INWARD = (Verb.NOTE, Verb.ASSIGN, Verb.MERGE, Verb.SPLIT, Verb.SPAM, Verb.WAIT)
QUESTIONS = (Verb.WHY, Verb.STATUS, Verb.LIST, Verb.SEARCH, Verb.HELP, Verb.KB, Verb.ORIGINAL)
# What changes nothing about the ticket at hand.
ELSEWHERE = (*QUESTIONS, Verb.AWAY, Verb.UNDO)
_ONLY_ANSWERS = (Verb.OK, Verb.DROP, Verb.YES, Verb.NO, Verb.NEW)
_LONGEST_ABSENCE = dt.timedelta(days=400)


class Orders(Value, frozen=True):
    """All that one mail of an agent asks; `visible` says whether its text is for the customer.

    `cited` are articles of the knowledge base as they stand below the text. `questions` are answered to the agent alone,
    `split` is the entry to move, `deeds` what the receipt will say.
    """

    text: str = ""
    canned: str = ""
    cited: tuple[str, ...] = ()
    visible: bool = True
    assignee: str | None = None
    team: str | None = None
    priority: Priority | None = None
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()
    merge: tuple[int, ...] = ()
    split: int = 0
    cc: tuple[Address, ...] = ()
    close: bool = False
    quietly: bool = False
    spam: bool = False
    wait_until: dt.datetime | None = None
    away: bool = False
    away_until: dt.datetime | None = None
    undo: bool = False
    questions: tuple[Command, ...] = ()
    summary: str = ""
    deeds: tuple[Deed, ...] = ()
    problems: tuple[str, ...] = ()
    why: tuple[Why, ...] = ()

    @property
    def changes(self) -> bool:
        """Tell whether the ticket is touched at all."""
        return bool(self.text or self.summary or not (self.questions or self.away or self.undo))

    @property
    def said(self) -> str:
        """Give all that is to be said: the canned text first, then the agent's own, then where to read more."""
        return "\n\n".join(part for part in (self.canned, self.text, *self.cited) if part)


class _Reading:
    """Commands being added up: what they ask so far, what is wrong with them, what the receipt will say."""

    def __init__(
        self, agent: Agent, state: TicketState | None, snapshot: Snapshot, desk: Desk, *, visible: bool
    ) -> None:
        self.agent, self.state, self.snapshot, self.desk, self.visible = agent, state, snapshot, desk, visible
        self.fields: dict[str, object] = {}
        self.cited: list[str] = []
        self.problems: list[str] = []
        self.deeds: list[Deed] = []

    def refuse(self, command: Command, text: str) -> None:
        """Note why a line cannot be carried out."""
        self.problems.append(f"line {command.line}: “{command.source}”: {text}")

    def do(self, deed: Did, *words: str, **fields: object) -> None:
        """Note what a line asks, and how the receipt will call it."""
        self.fields |= fields
        self.deeds.append(Deed(deed, words))


def read_orders(
    asked: Asked, agent: Agent, snapshot: Snapshot, desk: Desk, *, note: bool, state: TicketState | None = None
) -> Orders:
    """Add up the commands of a mail that went to the reply address, or (`note`) to the note address."""
    inward = note or any(c.verb in INWARD for c in asked.commands)
    visible = bool(asked.find(Verb.REPLY)) or not inward
    reading = _Reading(agent, state, snapshot, desk, visible=visible)
    reading.problems += [str(p) for p in asked.problems]
    text = asked.text.strip()
    whys = [Why(Reason.COMMAND, c.source[:100]) for c in asked.commands]
    for command in asked.commands:
        _one(command, reading)
    if note:
        whys.append(Why(Reason.NOTE_ADDRESS))
        if asked.find(Verb.REPLY) or asked.find(Verb.USE):
            reading.problems.append("this answers a note, so it can only be a note; answer the customer's mail instead")
    _alone(asked, text, reading, note=note)
    if not asked.commands and not text:
        whys.append(Why(Reason.EMPTY_TEXT))
    done = (c for c in asked.commands if c.verb not in (Verb.NOTE, Verb.REPLY) and not _is_elsewhere(c, state))
    return Orders(
        text=text,
        cited=tuple(reading.cited),
        visible=visible,
        questions=tuple(c for c in asked.commands if c.verb in QUESTIONS and _is_elsewhere(c, state)),
        summary="; ".join(c.source.strip().lstrip("#") for c in done),
        deeds=tuple(reading.deeds),
        problems=tuple(reading.problems),
        why=tuple(whys),
        **reading.fields,  # type: ignore[arg-type]
    )


def _alone(asked: Asked, text: str, reading: _Reading, *, note: bool) -> None:
    """Ask what text beside a question is meant for, rather than send it to a customer."""
    first = next((c for c in asked.commands if _is_elsewhere(c, reading.state)), None)
    said = note or any(c.verb in (Verb.NOTE, Verb.REPLY) for c in asked.commands)
    if first and text and (first.verb is Verb.UNDO or not said):
        hint = (
            "write #undo alone"
            if first.verb is Verb.UNDO
            else "add #reply if your text is for the customer, #note if not"
        )
        reading.refuse(first, f"is your text for the customer? – {hint}")


def _is_elsewhere(command: Command, state: TicketState | None) -> bool:
    """Tell whether a command changes nothing here; on a ticket `#kb` with words is part of an answer, and not a question."""
    return command.verb in ELSEWHERE and not (command.verb is Verb.KB and command.words and state is not None)


def _one(command: Command, reading: _Reading) -> None:  # noqa: C901, PLR0912 - one arm for each command
    match command.verb, command.words:
        case (Verb.TAKE, _):
            reading.do(Did.ASSIGNED, reading.agent.login, assignee=reading.agent.login)
        case Verb.ASSIGN, ("agent", login):
            reading.do(Did.ASSIGNED, login, assignee=login)
        case Verb.ASSIGN, ("team", team):
            reading.do(Did.TEAM, team, team=team, assignee="")
        case Verb.ASSIGN, ("nobody",):
            reading.do(Did.UNASSIGNED, assignee="")
        case Verb.CLOSE, words:
            quietly = "quietly" in words
            reading.do(Did.CLOSED_QUIETLY if quietly else Did.CLOSED, close=True, quietly=quietly)
        case Verb.PRIORITY, (priority,):
            reading.do(Did.PRIORITY, priority, priority=Priority(priority))
        case (Verb.SPAM, _):
            reading.do(Did.SPAM, spam=True, quietly=True)
        case Verb.TAG, words:
            _tag(words, reading)
        case Verb.MERGE, (number,):
            _merge(int(number.lstrip("#")), command, reading)
        case Verb.SPLIT, words:
            _split(words, command, reading)
        case Verb.CC, words:
            _cc(words, command, reading)
        case Verb.USE, (name,):
            _use(name, command, reading)
        case Verb.KB, words if words and reading.state is not None:
            _kb(" ".join(words), command, reading)
        case Verb.WAIT, words:
            _wait(words, command, reading)
        case Verb.AWAY, words:
            _away(words, command, reading)
        case (Verb.UNDO, _):
            reading.fields["undo"] = True
        case verb, words if verb in (Verb.WHY, Verb.STATUS) and words:
            if reading.snapshot.ticket(int(words[0])) is None:
                reading.refuse(command, f"there is no ticket #{words[0]}")
        case verb, _ if verb in _ONLY_ANSWERS:
            reading.refuse(command, "this answers a question of ours: reply to the mail that asks it")
        case (Verb.FOR, _):
            reading.refuse(command, "this stands in a new mail or a forward to the desk, not in an answer on a ticket")
        case _:
            return


def _tag(words: tuple[str, ...], reading: _Reading) -> None:
    added = tuple(w.lstrip("+") for w in words if not w.startswith("-"))
    before = reading.fields
    reading.do(
        Did.TAGS,
        *(w if w.startswith("-") else f"+{w.lstrip('+')}" for w in words),
        add_tags=(*before.get("add_tags", ()), *added),  # type: ignore[misc]
        drop_tags=(*before.get("drop_tags", ()), *(w[1:] for w in words if w.startswith("-"))),  # type: ignore[misc]
    )


def _merge(number: int, command: Command, reading: _Reading) -> None:
    other = reading.snapshot.ticket(number)
    if other is None:
        reading.refuse(command, f"there is no ticket #{number}")
    elif reading.state and other.ticket.number == reading.state.ticket.number:
        reading.refuse(command, f"#{number} is this very ticket")
    else:
        low = min(other.ticket.number, reading.state.ticket.number) if reading.state else other.ticket.number
        reading.do(Did.MERGED, str(number), str(low), merge=(other.ticket.number,))


def _split(words: tuple[str, ...], command: Command, reading: _Reading) -> None:
    """Choose the mail to split off: the newest of a customer, or the one that `#status` gives this number."""
    view, state = reading.snapshot.view, reading.state
    entries = view.timelines.get(state.ticket.number, ()) if view and state else ()
    mails = [e for e in entries if e.kind is EntryKind.MAIL and not e.held]
    if len(mails) < 2:
        reading.refuse(command, "there is only one mail of a customer on this ticket")
        return
    place = int(words[0]) if words else len(mails)
    if not 1 <= place <= len(mails):
        reading.refuse(command, f"there is no mail {place}; #status numbers them 1 to {len(mails)}")
        return
    reading.do(Did.SPLIT, str(place), split=mails[place - 1].id)


def _cc(words: tuple[str, ...], command: Command, reading: _Reading) -> None:
    own = next((a for a in words if reading.desk.is_own(a) or reading.desk.find_agent(a)), "")
    if own:
        what = "an address of ours" if reading.desk.is_own(own) else "an agent's address; #assign hands a ticket over"
        reading.refuse(command, f"{own} is {what}")
        return
    reading.do(Did.CC, *words, cc=tuple(Address(address) for address in words))


def _use(name: str, command: Command, reading: _Reading) -> None:
    desk, state = reading.desk, reading.state
    if state is None:
        reading.refuse(command, "a text is used in an answer on a ticket")
        return
    speaker = Voice.of(desk.settings, desk.policy, desk.keys, reading.snapshot.now)
    used = use_canned(name, state.ticket, speaker, agent=reading.agent.login)
    if used.problem:
        reading.refuse(command, used.problem)
        return
    reading.do(Did.USED, name, canned=used.text)


def _kb(question: str, command: Command, reading: _Reading) -> None:
    assert reading.state is not None
    found = cite_article(question, reading.state.ticket, reading.desk, inside=not reading.visible)
    if found.problem:
        reading.refuse(command, found.problem)
        return
    if found.text not in reading.cited:
        reading.cited.append(found.text)
        reading.do(Did.CITED, found.title)


def _wait(words: tuple[str, ...], command: Command, reading: _Reading) -> None:
    moment = moment_of(words, reading.snapshot.now, reading.desk.settings.desk.timezone)
    if moment is None:
        reading.refuse(command, "no time of day or date is understood here, or it is over")
        return
    reading.do(Did.WAITS, moment.isoformat(), wait_until=moment)


def _away(words: tuple[str, ...], command: Command, reading: _Reading) -> None:
    if words == ("off",):
        reading.do(Did.BACK, away=True, away_until=None)
        return
    moment = moment_of(words, reading.snapshot.now, reading.desk.settings.desk.timezone)
    if moment is None or moment > reading.snapshot.now + _LONGEST_ABSENCE:
        reading.refuse(command, "no day is understood here, or it is over")
        return
    reading.do(Did.AWAY, moment.isoformat(), away=True, away_until=moment)
