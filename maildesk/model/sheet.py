"""What an agent is shown of tickets: what was done, a timeline, a list; worded only when the letter is written."""

import datetime as dt
from enum import StrEnum

from maildesk.model.ticket import Entry, Priority, Status, Ticket
from maildesk.model.value import Value


class Brief(Value, frozen=True):
    """A ticket in one line of a list; `snippet` is the line that a search found."""

    number: int
    subject: str
    status: Status = Status.NEW
    team: str = ""
    assignee: str = ""
    priority: Priority = Priority.NORMAL
    requester: str = ""
    requester_name: str = ""
    updated: dt.datetime | None = None
    snippet: str = ""


class Did(StrEnum):
    """What came of a command or of an agent's mail, or went wrong with it; each has its words in every language."""

    ASSIGNED = "assigned"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    CLOSED = "closed"
    CLOSED_QUIETLY = "closed-quietly"
    WAITS = "waits"
    PRIORITY = "priority"
    TAGS = "tags"
    MERGED = "merged"
    SPLIT = "split"
    SPAM = "spam"
    CC = "cc"
    AWAY = "away"
    BACK = "back"
    USED = "used"
    CITED = "cited"
    JOINED = "joined"
    UNDONE = "undone"
    STATUS = "status"
    UNMERGED = "unmerged"
    UNSPLIT = "unsplit"
    STOPPED = "stopped"
    LEFT = "left"
    KEPT = "kept"
    NOTHING = "nothing"
    EMPTY = "empty"
    REFUSED = "refused"
    ANSWERED_TOO = "answered-too"
    NOBODY_READS = "nobody-reads"
    DIRECT = "direct"


class Deed(Value, frozen=True):
    """One thing that was done, with its values: logins, numbers, moments (RFC 3339), words."""

    did: Did
    words: tuple[str, ...] = ()


class Sheet(Value, frozen=True):
    """What stands below, or instead of, the text of a mail to an agent.

    `what` is receipt, status, list, search, help, kb or handover; `ticket` with `entries` is a whole timeline, oldest first,
    `earlier` are other tickets of the same customer; `tickets` is a list, `query` what was asked for; `pages` are canned
    answers: name and title; `articles` of the knowledge base: name, title and link.
    """

    what: str
    deeds: tuple[Deed, ...] = ()
    ticket: Ticket | None = None
    entries: tuple[Entry, ...] = ()
    earlier: tuple[Brief, ...] = ()
    tickets: tuple[Brief, ...] = ()
    query: str = ""
    pages: tuple[tuple[str, str], ...] = ()
    articles: tuple[tuple[str, str, str], ...] = ()
