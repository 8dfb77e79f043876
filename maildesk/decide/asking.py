"""Ask an agent once more about a mail that waits for his word."""

from maildesk.decide.draft import Draft
from maildesk.model.decision import Event, HoldKind, Tell
from maildesk.model.people import Agent
from maildesk.model.snapshot import HeldEntry


def ask(draft: Draft, agent: Agent, held: HeldEntry, problem: str, *, what: str, key: str) -> None:
    """Ask an agent about a held mail once more."""
    event = Event.CHALLENGE if held.kind is HoldKind.UNPROVEN else Event.HELD
    if held.kind in (HoldKind.COMMAND, HoldKind.LEAK):
        event = Event.COMMAND_REFUSED
    draft.do(
        Tell(
            held.ticket,
            event,
            agent.login,
            key,
            by=held.author_name or held.author,
            text=held.text,
            note_address=True,
            hold=held.id,
            data={"problems": problem, "author": held.author, "merge": "", "what": what},
            why="you were asked",
        )
    )
