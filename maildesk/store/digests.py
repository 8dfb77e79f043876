"""What agents are told of later, all together; a row is gone as soon as the mail that carries it stands in the outbox."""

import datetime as dt
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from maildesk.model.decision import Tell
from maildesk.model.outgoing import Outgoing
from maildesk.model.value import from_json, to_json
from maildesk.store.codec import clean, fold, from_us, to_us
from maildesk.store.engines.connection import Connection, insert_into
from maildesk.store.schema import digest

HOUR = dt.timedelta(hours=1)
_MOST_AGENTS = 10_000
_MOST_REMEMBERED = 1000
_INSERT = insert_into(
    digest, "effect_key", "login", "ticket", "at", "due", "content", tail="ON CONFLICT (effect_key) DO NOTHING"
)

Gathered = tuple[dt.datetime, Tell]


class Told:
    """How many mails each agent's address got in the last hour, from this process; kept in memory, for about right is enough."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: defaultdict[str, deque[dt.datetime]] = defaultdict(lambda: deque(maxlen=_MOST_REMEMBERED))

    def add(self, letters: Iterable[Outgoing], now: dt.datetime) -> None:
        """Follow letters that were just made."""
        with self._lock:
            for letter in letters:
                address = fold(letter.rcpt_to)
                if letter.kind.startswith("agent:") and (address in self._at or len(self._at) < _MOST_AGENTS):
                    self._at[address].append(now)

    def read(self, now: dt.datetime) -> dict[str, int]:
        """Give the numbers by (folded) address."""
        if not self._at:
            return {}
        with self._lock:
            for times in self._at.values():
                while times and times[0] <= now - HOUR:
                    times.popleft()
            return {address: len(times) for address, times in self._at.items() if times}


def gather(db: Connection, tells: Sequence[Tell], now: dt.datetime) -> None:
    """Put aside what is told later."""
    db.many(
        _INSERT,
        [
            {
                "effect_key": clean(tell.key),
                "login": tell.agent,
                "ticket": tell.ticket or None,
                "at": to_us(now),
                "due": to_us(tell.later or now),
                "content": clean(to_json(tell).decode()),
            }
            for tell in tells
        ],
    )


def find_due(db: Connection, now: dt.datetime) -> str:
    """Give an agent for whom something is due, "" if nobody is waiting."""
    return str(db.value("SELECT login FROM digest WHERE due <= :now ORDER BY due LIMIT 1", now=to_us(now)) or "")


def take(db: Connection, login: str, now: dt.datetime) -> tuple[int, tuple[Gathered, ...]]:
    """Take away what is due for an agent, oldest first, with the number of the first row; whoever comes second finds nothing."""
    rows = sorted(
        db.all(
            "DELETE FROM digest WHERE login = :login AND due <= :now RETURNING id, at, content",
            login=login,
            now=to_us(now),
        )
    )
    return (rows[0][0] if rows else 0), tuple((from_us(at), from_json(content, Tell)) for _, at, content in rows)
