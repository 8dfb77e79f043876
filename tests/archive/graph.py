"""Say which mails belong together by their header fields, with nothing of maildesk: the standard library and a union of sets.

A mail is a node, so is every id it bears or names; each field ties its mail to its ids. What hangs together is one conversation,
also by parents that nobody has.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from email.parser import BytesHeaderParser
from typing import NamedTuple

_ID = re.compile(r"<([^<>]*)>")


class Node(NamedTuple):
    """What the header of a mail says of its place: its own id ("" for none), the ids it names, and its To and Cc as they stand."""

    own: str
    names: tuple[str, ...]
    people: str


def read_node(raw: bytes) -> Node:
    """Read the three fields that tie mails together."""
    header = BytesHeaderParser().parsebytes(raw)
    own = _ids([header["message-id"] or ""]) or tuple(str(header["message-id"] or "").split()[:1])
    names = (*_ids([header["in-reply-to"] or ""]), *_ids(header.get_all("references", [])))
    people = " ".join(str(value) for key in ("to", "cc") for value in header.get_all(key, []))
    return Node(own[0] if own else "", names, people.casefold())


def _ids(values: Iterable[object]) -> tuple[str, ...]:
    found = (re.sub(r"\s+", "", one) for value in values for one in _ID.findall(str(value)))
    return tuple(one for one in found if one)


def components(nodes: Mapping[str, Node]) -> set[frozenset[str]]:
    """Give the conversations among mails, named by their keys."""
    return groups(nodes, ((key, f"<{one}>") for key, node in nodes.items() for one in (node.own, *node.names) if one))


def groups(mails: Iterable[str], ties: Iterable[tuple[Hashable, Hashable]]) -> set[frozenset[str]]:
    """Give the sets of mails that ties hold together."""
    root: dict[Hashable, Hashable] = {}

    def find(one: Hashable) -> Hashable:
        root.setdefault(one, one)
        while root[one] != one:
            root[one] = one = root[root[one]]
        return one

    for one, other in ties:
        root[find(one)] = find(other)
    found: dict[Hashable, set[str]] = defaultdict(set)
    for mail in mails:
        found[find(mail)].add(mail)
    return {frozenset(group) for group in found.values()}
