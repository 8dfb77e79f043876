"""Tell an agent what came of his mail: in one line, and only after commands or trouble."""

from maildesk.decide.draft import Draft
from maildesk.model.decision import Event, Tell
from maildesk.model.people import Agent
from maildesk.model.sheet import Deed, Did, Sheet

# What can be taken back; without any of these the receipt does not offer it.
_FOR_GOOD = (Did.AWAY, Did.BACK, Did.NOTHING, Did.EMPTY, Did.REFUSED, Did.DIRECT, Did.NOBODY_READS, Did.KEPT, Did.LEFT)


def tell_receipt(draft: Draft, agent: Agent, number: int, deeds: tuple[Deed, ...], *, undo: bool = True) -> None:
    """Send the receipt, if there is anything to say."""
    if not deeds or not agent.addresses:
        return
    undo = undo and any(deed.did not in _FOR_GOOD for deed in deeds)
    draft.do(
        Tell(
            number,
            Event.RECEIPT,
            agent.login,
            f"tell:receipt:{draft.snapshot.cause.key}:{agent.login}",
            by=draft.desk.settings.desk.name,
            note_address=True,
            sheet=Sheet("receipt", deeds),
            data={"changed": "yes"} if undo else {},
            why="you asked for it",
        )
    )
