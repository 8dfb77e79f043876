"""Other desks' numbers: what Jira or ServiceNow write into subjects when their message ids lead nowhere."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

MOST_NUMBERS = 3
_LONGEST_SUBJECT = 1000


def external_ids(author: str, subject: str, patterns: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Give an id for each number that one of these (domain, pattern) finds in a subject from exactly its domain.

    A pattern with a group means what stands in the first one. The blank in an id keeps it apart from every id that stands in a
    header: those are read without any.
    """
    domain = author.rpartition("@")[2].casefold()
    found = (
        f"{number} of {domain}"
        for wanted, pattern in patterns
        if wanted == domain
        for match in _compiled(pattern).finditer(subject[:_LONGEST_SUBJECT])
        if (number := (match.groups() or (match.group(0),))[0])
    )
    return tuple(number for number, _ in zip(dict.fromkeys(found), range(MOST_NUMBERS), strict=False))


@lru_cache(64)
def _compiled(pattern: str) -> Any:
    import re2

    return re2.compile(pattern)
