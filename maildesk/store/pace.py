"""How much automatic mail leaves in an hour, without counting it for every decision: what the storm brake looks at.

The number is kept in memory, moved along by our own letters and counted anew every few seconds, which is how two daemons
on one database see each other's. What is usual at this hour is looked up once an hour.
"""

import datetime as dt
import statistics
import threading

from maildesk.store.codec import to_us
from maildesk.store.digests import Told
from maildesk.store.engines.connection import Connection

FRESH = dt.timedelta(seconds=5)
HOUR = dt.timedelta(hours=1)
DAYS = 14
_MOST = 100_000  # counted no further: any brake holds by then
_COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE counted AND created > :since AND created <= :until LIMIT :most) AS few"


class Pace:
    """The counted letters (see `outbox.COUNTED`) of the last hour, and of the same hour on a usual day."""

    def __init__(self) -> None:
        self.told = Told()
        self._lock = threading.Lock()
        self._at: dt.datetime | None = None
        self._count = 0
        self._usual: tuple[dt.datetime, int] | None = None
        self._alarmed: dt.date | None = None

    def read(self, db: Connection, now: dt.datetime) -> tuple[int, int]:
        """Give how many were made in the last hour, and the median of the same hour over 14 days."""
        with self._lock:
            if self._at is not None and self._usual is not None and abs(now - self._at) < FRESH:
                return self._count, self._usual[1]
            hour = now.replace(minute=0, second=0, microsecond=0)
            usual = self._usual if self._usual and self._usual[0] == hour else None
        count = count_made(db, now - HOUR, now)
        usual = usual or (hour, usual_made(db, hour))
        with self._lock:
            self._at, self._count, self._usual = now, count, usual
        return count, usual[1]

    def add(self, letters: int) -> None:
        """Follow letters that were just made."""
        with self._lock:
            self._count += letters

    def forget(self) -> None:
        """Count anew: something that was followed did not happen after all."""
        with self._lock:
            self._at = self._alarmed = None

    def is_first_alarm(self, day: dt.date) -> bool:
        """Tell whether this process has not raised the alarm yet on a day; its effect key says so for all of them."""
        with self._lock:
            first, self._alarmed = self._alarmed != day, day
        return first


def count_made(db: Connection, since: dt.datetime, until: dt.datetime) -> int:
    """Count the automatic mails nobody asked for that were made in a time, whatever became of them."""
    number: int = db.value(_COUNT, since=to_us(since), until=to_us(until), most=_MOST)
    return number


def usual_made(db: Connection, hour: dt.datetime) -> int:
    """Say how many are made in such an hour: the median of the same hour of the last 14 days."""
    if not count_made(db, hour - dt.timedelta(days=DAYS), hour):
        return 0
    starts = (hour - dt.timedelta(days=day) for day in range(1, DAYS + 1))
    return int(statistics.median(count_made(db, start, start + HOUR) for start in starts))
