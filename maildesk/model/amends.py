"""Actions by which agents amend what was done: part and split tickets, stop letters, take changes back, be away."""

import datetime as dt

from maildesk.model.ticket import Ticket
from maildesk.model.value import Value


class Away(Value, frozen=True, tag=True):
    """Remember that an agent is not there until a moment; None says that he is back."""

    login: str
    until: dt.datetime | None = None


class Unmerge(Value, frozen=True, tag=True):
    """Take a merge back: `absorbed` lives again as it was `before`, with what stood on it and the numbers it answered to."""

    survivor: int
    before: Ticket
    aliases: tuple[int, ...] = ()


class Split(Value, frozen=True, tag=True):
    """Move one entry, with the ids it is known by, to the ticket that this decision opens."""

    entry: int
    ticket: int


class TakeBack(Value, frozen=True, tag=True):
    """Mark what an earlier decision wrote as taken back, and put its timers back; `unsaid`: its reply never left."""

    ticket: int
    decision: int
    timers: tuple[str, ...] = ()
    unsaid: bool = False


class DropLetters(Value, frozen=True, tag=True):
    """Give up letters, by effect key, that have not left; they count as never written."""

    ticket: int
    keys: tuple[str, ...]


class RestoreLetters(Value, frozen=True, tag=True):
    """Let letters that were given up leave after all, at `due`."""

    ticket: int
    keys: tuple[str, ...]
    due: dt.datetime


class DropParticipant(Value, frozen=True, tag=True):
    """Let somebody take part no longer."""

    ticket: int
    address: str
