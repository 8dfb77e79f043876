"""What an author may do on the tickets a mail was linked to."""

from maildesk.decide.author import Author
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.threading.link import Link, Terms

_BY_REFERENCE = (Reason.LINK_OUR_ID, Reason.LINK_KNOWN_ID, Reason.LINK_GHOST, Reason.LINK_EXTERNAL)


class Rights(Value, frozen=True):
    """`home` is where the mail goes, `merge` the tickets that become one with it, `proposed` those people must decide about."""

    home: int
    may_write: bool
    merge: tuple[int, ...] = ()
    proposed: tuple[int, ...] = ()
    why: tuple[Why, ...] = ()


def find_rights(snapshot: Snapshot, author: Author, found: Link, terms: Terms) -> Rights:
    """Say where the mail is filed and whether its author takes part there.

    Filing and rights are two questions: a stranger's mail with a valid reference is filed, but held; and
    only somebody who takes part in both tickets (or whose references are trusted) makes two of them one.
    """
    assert found.ticket is not None
    linked = (found.ticket, *found.same)
    if snapshot.trusted or (terms.trusting and found.by in _BY_REFERENCE):
        return Rights(min(linked), True, _others(linked, min(linked)), why=(Why(Reason.REFERENCES_TRUSTED),))
    mine = tuple(n for n in linked if _takes_part(snapshot, author, found, n))
    if not mine:
        why = Why(Reason.STRANGER_HELD, f"{author.who.address or 'nobody'} does not take part in #{found.ticket}")
        return Rights(found.ticket, False, proposed=found.same, why=(why, *_proposals(found.same)))
    home = min(mine)
    others = tuple(n for n in linked if n not in mine)
    why = Why(Reason.PARTICIPANT, f"{author.who.address} on #{home}")
    return Rights(home, True, _others(mine, home), others, (why, *_proposals(others)))


def _others(numbers: tuple[int, ...], home: int) -> tuple[int, ...]:
    return tuple(n for n in numbers if n != home)


def _proposals(numbers: tuple[int, ...]) -> tuple[Why, ...]:
    return tuple(Why(Reason.MERGE_PROPOSED, f"#{n}") for n in numbers)


def _takes_part(snapshot: Snapshot, author: Author, found: Link, number: int) -> bool:
    state = snapshot.ticket(number)
    if state is None or not author.known:
        return False
    if state.participant(author.who.address):
        return True
    # A parent that came after its answer: its author takes part where the answer was addressed to him.
    return (number, author.who.address.casefold()) in found.invited
