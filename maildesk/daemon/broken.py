"""Tell the admins what is broken: a policy that was not taken, a mail that could not be decided."""

import hashlib
from collections.abc import Iterable

from maildesk.model.decision import Event
from maildesk.model.outgoing import Outgoing
from maildesk.outbound.alarms import letters_to_admins
from maildesk.outbound.voice import Voice
from maildesk.yaml_file import Problem, print_problems

_UNCHANGED = "Nothing was changed; the running rules stay active."


def letters_about(
    problems: tuple[Problem, ...], since: str, admins: Iterable[str], voice: Voice
) -> tuple[Outgoing, ...]:
    """Write the letters; `since` names the good policy that stays, so that the same mistake made anew is told anew."""
    key = f"policy-broken:{_digest(problems, since)}"
    return letters_to_admins(Event.POLICY_BROKEN, key, print_problems(problems, _UNCHANGED), admins, voice)


def letters_of_quarantine(journal_id: int, problem: str, admins: Iterable[str], voice: Voice) -> tuple[Outgoing, ...]:
    """Write the letters that say which mail was put aside and what went wrong with it; none of its own words."""
    key, told = f"quarantined:{journal_id}", f"journal {journal_id}: {problem}"
    return letters_to_admins(Event.QUARANTINED, key, told, admins, voice)


def _digest(problems: tuple[Problem, ...], since: str) -> str:
    """Name a broken state by what is wrong, not by where: lines move while somebody mends."""
    named = "\n".join(sorted(f"{problem.file}: {problem.text}" for problem in problems))
    return hashlib.sha256(f"{since}\n{named}".encode()).hexdigest()[:32]
