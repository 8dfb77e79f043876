"""Where a folder begins for us: a desk that takes over a mailbox leaves its old mail alone, and misses nothing after that.

What was found at the first visit is remembered, so that restarts, other daemons, and mail that people have read since make no
difference. A folder numbered anew (RFC 3501 §2.3.1.1) is looked through again by the moment of the first visit.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from maildesk.ingest.imap.account import Account
from maildesk.ingest.imap.memory import Keep, Remember
from maildesk.ingest.imap.session import Session
from maildesk.model.value import utc
from maildesk.settings import Since

DAY = dt.timedelta(days=1)


class Beginning(NamedTuple):
    """Ours are the mails from `first` on, and of the older ones those in `older`."""

    first: int = 1
    older: frozenset[int] = frozenset()
    began: dt.datetime | None = None

    def has(self, uid: int) -> bool:
        """Tell whether a mail is ours."""
        return uid >= self.first or uid in self.older

    def is_later(self, arrived: dt.datetime | None) -> bool:
        """Tell whether a mail came after our first visit, for servers whose numbers mean nothing."""
        return self.began is None or arrived is None or utc(arrived) >= self.began


class Found(msgspec.Struct):
    """What is remembered: when we came first, and what was ours in which epoch."""

    uidvalidity: int
    first: int
    older: str
    began: dt.datetime


Begin = Callable[[Account, Session], Beginning]


def begin_by(since: Since, remember: Remember, keep: Keep, now: Callable[[], dt.datetime]) -> Begin:
    """Make what tells where a folder begins, as maildesk.yaml says."""

    def begin(account: Account, session: Session) -> Beginning:
        if since.kind == "all":
            return Beginning()
        name = f"{account.address}/{account.mark}"
        text = remember(name)
        found = msgspec.json.decode(text, type=Found) if text else None
        if found is not None and found.uidvalidity == session.uidvalidity:
            return Beginning(found.first, frozenset(read_ranges(found.older)), found.began)
        began = found.began if found is not None else now()
        beginning = look(session, since, began, is_first=found is None)
        kept = Found(session.uidvalidity, beginning.first, write_ranges(beginning.older), began)
        keep(name, msgspec.json.encode(kept).decode())
        return beginning

    return begin


def look(session: Session, since: Since, began: dt.datetime, *, is_first: bool) -> Beginning:
    """Find which of the mails that are there now are ours; later, also those that have come since the first visit."""
    first = session.uidnext or max(session.list_all(), default=0) + 1
    older: set[int] = set()
    for moment, is_unread in wanted(since, began):
        older |= _arrived_since(session, moment, is_unread=is_unread)
    if not is_first:
        older |= _arrived_since(session, began, is_unread=False)
    return Beginning(first, frozenset(uid for uid in older if uid < first), began)


def wanted(since: Since, began: dt.datetime) -> tuple[tuple[dt.datetime, bool], ...]:
    """Say back to which moments mail is taken, and whether only what is unread."""
    match since.kind:
        case "recent":
            return ((began - DAY, False), (began - since.ago, True))
        case "ago":
            return ((began - since.ago, False),)
        case "day" if since.day is not None:
            return ((dt.datetime.combine(since.day, dt.time(), dt.UTC), False),)
    return ()


def _arrived_since(session: Session, moment: dt.datetime, *, is_unread: bool) -> set[int]:
    # The server compares days, in a zone of its own (RFC 3501 §6.4.4): ask for one more and look closer.
    uids = session.list_since((moment - DAY).date(), is_unread=is_unread)
    times = session.fetch_sizes(uids)
    return {uid for uid, listed in times.items() if listed.arrived is None or utc(listed.arrived) >= moment}


def write_ranges(uids: Iterable[int]) -> str:
    """Write UIDs shortly: `3:7,9`."""
    ranges: list[list[int]] = []
    for uid in sorted(uids):
        if ranges and ranges[-1][1] == uid - 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in ranges)


def read_ranges(text: str) -> list[int]:
    """Read what `write_ranges` wrote."""
    uids: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition(":")
        uids += range(int(first), int(last or first) + 1)
    return uids
