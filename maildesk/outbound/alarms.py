"""Letters to the admins about the desk as a whole: one way to write them, whatever is the matter."""

from collections.abc import Iterable

from maildesk.model.decision import Event, Tell
from maildesk.model.outgoing import Outgoing
from maildesk.outbound.tell import compose_tell
from maildesk.outbound.voice import Voice


def letters_to_admins(event: Event, key: str, told: str, admins: Iterable[str], voice: Voice) -> tuple[Outgoing, ...]:
    """Write one letter for each admin; `key` names the occasion, which is told to each of them once."""
    return tuple(
        compose_tell(
            Tell(
                0,
                event,
                "",
                f"{key}:{admin.casefold()}",
                address=admin,
                data={"problems": told},
                why="you are an admin",
            ),
            None,
            voice,
        )
        for admin in dict.fromkeys(admins)
    )


def letters_of_brake(why: str, admins: Iterable[str], voice: Voice) -> tuple[Outgoing, ...]:
    """Write the letters that say that the storm brake holds automatic mail; one a day and admin, by their effect keys."""
    return letters_to_admins(Event.BRAKE, f"brake:{voice.now.date()}", why, admins, voice)
