"""Ask an agent about a mail that waits for his word."""

from maildesk.decide.draft import Draft
from maildesk.model.decision import Event, HoldKind, Tell
from maildesk.model.people import Agent
from maildesk.model.snapshot import HeldEntry

# What an agent wrote, and only the agent's own word can send.
OWN_WORDS = (HoldKind.COMMAND, HoldKind.LEAK, HoldKind.COLLISION)


def ask(draft: Draft, agent: Agent, held: HeldEntry, problem: str, *, what: str, key: str) -> None:
    """Ask an agent about a held mail once more."""
    event = Event.CHALLENGE if held.kind is HoldKind.UNPROVEN else Event.HELD
    if held.kind in OWN_WORDS:
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


def ask_author(  # noqa: PLR0913 - what a question is made of
    draft: Draft, agent: Agent, number: int, text: str, *, event: Event, problems: str, what: str = "", hold: int = 0
) -> None:
    """Ask the agent who wrote a mail, or seems to have, about it; without `hold` it is the entry that is being made first."""
    draft.do(
        Tell(
            number,
            event,
            agent.login,
            f"tell:{event.value}:{draft.snapshot.cause.key}:{agent.login}",
            by=draft.desk.settings.desk.name,
            text=text,
            note_address=True,
            about=-1 if hold else 0,
            hold=hold,
            data={"problems": problems, "what": what},
            why="it claims to be yours" if event is Event.CHALLENGE else "you wrote it",
        )
    )
