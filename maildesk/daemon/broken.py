"""Tell the admins what is broken: a policy that was not taken, a mail that could not be decided, a silent mailbox."""

import hashlib
from collections.abc import Iterable

from maildesk.model.decision import Event, Tell
from maildesk.model.outgoing import Outgoing
from maildesk.outbound.compose import compose_tell
from maildesk.outbound.voice import Voice
from maildesk.yaml_file import Problem, print_problems

_UNCHANGED = "Nothing was changed; the running rules stay active."


def letters_about(
    problems: tuple[Problem, ...], since: str, admins: Iterable[str], voice: Voice
) -> tuple[Outgoing, ...]:
    """Write the letters; `since` names the good policy that stays, so that the same mistake made anew is told anew."""
    key = f"policy-broken:{_digest(problems, since)}"
    told = print_problems(problems, _UNCHANGED)
    return tuple(
        compose_tell(
            Tell(
                0,
                Event.POLICY_BROKEN,
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


def letters_of_quarantine(journal_id: int, problem: str, admins: Iterable[str], voice: Voice) -> tuple[Outgoing, ...]:
    """Write the letters that say which mail was put aside and what went wrong with it; none of its own words."""
    told = f"journal {journal_id}: {problem}"
    return tuple(
        compose_tell(
            Tell(
                0,
                Event.QUARANTINED,
                "",
                f"quarantined:{journal_id}:{admin.casefold()}",
                address=admin,
                data={"problems": told},
                why="you are an admin",
            ),
            None,
            voice,
        )
        for admin in dict.fromkeys(admins)
    )


def letters_of_mailbox(key: str, told: str, admins: Iterable[str], voice: Voice) -> tuple[Outgoing, ...]:
    """Write the letters about a mailbox that is not fetched any more, or is again; `key` names the occasion."""
    return tuple(
        compose_tell(
            Tell(
                0,
                Event.MAILBOX,
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


def _digest(problems: tuple[Problem, ...], since: str) -> str:
    """Name a broken state by what is wrong, not by where: lines move while somebody mends."""
    named = "\n".join(sorted(f"{problem.file}: {problem.text}" for problem in problems))
    return hashlib.sha256(f"{since}\n{named}".encode()).hexdigest()[:32]
