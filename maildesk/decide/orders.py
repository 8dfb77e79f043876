"""What an agent's commands add up to on this ticket; anything that does not make sense here is a problem, not a guess."""

import datetime as dt

from maildesk.commands import Asked, Command, moment_of
from maildesk.decide.desk import Desk
from maildesk.model.people import Agent
from maildesk.model.phrases import Verb
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import Priority
from maildesk.model.value import Value
from maildesk.model.why import Why

# In doubt, inside: with these, text is for colleagues, unless #reply says otherwise.
_INWARD = (Verb.NOTE, Verb.ASSIGN, Verb.MERGE, Verb.SPAM, Verb.WAIT)
_CARRIED_OUT = (
    Verb.NOTE, Verb.REPLY, Verb.TAKE, Verb.ASSIGN, Verb.CLOSE, Verb.WAIT, Verb.PRIORITY, Verb.TAG, Verb.MERGE, Verb.SPAM,
)  # fmt: skip


class Orders(Value, frozen=True):
    """All that one mail of an agent asks; `visible` says whether its text is for the customer."""

    text: str = ""
    visible: bool = True
    assignee: str | None = None
    team: str | None = None
    priority: Priority | None = None
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()
    merge: tuple[int, ...] = ()
    close: bool = False
    quietly: bool = False
    spam: bool = False
    wait_until: dt.datetime | None = None
    summary: str = ""
    problems: tuple[str, ...] = ()
    why: tuple[Why, ...] = ()


def read_orders(asked: Asked, agent: Agent, snapshot: Snapshot, desk: Desk, *, note: bool) -> Orders:
    """Add up the commands of a mail that went to the reply address, or (`note`) to the note address."""
    problems = [str(p) for p in asked.problems]
    cannot = (c for c in asked.commands if c.verb not in _CARRIED_OUT)
    problems += [f"line {c.line}: “{c.source}”: this desk cannot do that by mail yet" for c in cannot]
    inward = note or any(c.verb in _INWARD for c in asked.commands)
    fields: dict[str, object] = {"text": asked.text.strip(), "visible": bool(asked.find(Verb.REPLY)) or not inward}
    whys = [Why(Reason.COMMAND, c.source[:100]) for c in asked.commands]
    if note:
        whys.append(Why(Reason.NOTE_ADDRESS))
        if asked.find(Verb.REPLY):
            problems.append("this answers a note, so it can only be a note; answer the customer's mail instead")
    for command in asked.commands:
        fields |= _one(command, agent, snapshot, desk, problems)
    if not asked.commands and not fields["text"]:
        whys.append(Why(Reason.EMPTY_TEXT))
    summary = "; ".join(c.source.strip().lstrip("#") for c in asked.commands if c.verb not in (Verb.NOTE, Verb.REPLY))
    return Orders(**fields, summary=summary, problems=tuple(problems), why=tuple(whys))  # type: ignore[arg-type]


def _one(  # noqa: PLR0911 - one arm for each command
    command: Command, agent: Agent, snapshot: Snapshot, desk: Desk, problems: list[str]
) -> dict[str, object]:
    match command.verb, command.words:
        case Verb.TAKE, _:
            return {"assignee": agent.login}
        case Verb.ASSIGN, ("agent", login):
            return {"assignee": login}
        case Verb.ASSIGN, ("team", team):
            return {"team": team, "assignee": ""}
        case Verb.ASSIGN, ("nobody",):
            return {"assignee": ""}
        case Verb.CLOSE, words:
            return {"close": True, "quietly": "quietly" in words}
        case Verb.PRIORITY, (priority,):
            return {"priority": Priority(priority)}
        case Verb.SPAM, _:
            return {"spam": True, "quietly": True}
        case Verb.TAG, words:
            added = tuple(w.lstrip("+") for w in words if not w.startswith("-"))
            return {"add_tags": added, "drop_tags": tuple(w[1:] for w in words if w.startswith("-"))}
        case Verb.MERGE, (number,):
            return _merge(int(number.lstrip("#")), command, snapshot, problems)
        case Verb.WAIT, words:
            return _wait(words, command, snapshot, desk, problems)
        case _:
            return {}


def _merge(number: int, command: Command, snapshot: Snapshot, problems: list[str]) -> dict[str, object]:
    state = snapshot.ticket(number)
    if state is None:
        problems.append(f"line {command.line}: “{command.source}”: there is no ticket #{number}")
        return {}
    return {"merge": (state.ticket.number,)}


def _wait(
    words: tuple[str, ...], command: Command, snapshot: Snapshot, desk: Desk, problems: list[str]
) -> dict[str, object]:
    moment = moment_of(words, snapshot.now, desk.settings.desk.timezone)
    if moment is None:
        problems.append(f"line {command.line}: “{command.source}”: no time of day or date is understood here")
        return {}
    return {"wait_until": moment}
