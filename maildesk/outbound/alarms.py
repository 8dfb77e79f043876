"""Letters to the admins about the desk as a whole."""

from collections.abc import Iterable

from maildesk.model.decision import Event, Tell
from maildesk.model.outgoing import Outgoing
from maildesk.outbound.tell import compose_tell
from maildesk.outbound.voice import Voice


def letters_of_brake(why: str, admins: Iterable[str], voice: Voice) -> tuple[Outgoing, ...]:
    """Write the letters that say that the storm brake holds automatic mail; one a day and admin, by their effect keys."""
    return tuple(
        compose_tell(
            Tell(
                0,
                Event.BRAKE,
                "",
                f"brake:{voice.now.date()}:{admin.casefold()}",
                address=admin,
                data={"problems": why},
                why="you are an admin",
            ),
            None,
            voice,
        )
        for admin in dict.fromkeys(admins)
    )
