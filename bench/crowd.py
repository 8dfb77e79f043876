"""Compare the cost of a mail on a desk that is new with that on one that has many tickets: `python -m bench --tickets N`.

The large desk is made from a small real one: five hundred mails go through a daemon, then their rows are copied until there
are N tickets. Copies have numbers, ids, dates and people of their own (a hundred times as many people as the small one);
only the raw bytes of mails are not copied, which nobody reads but by their number, and long texts are cut.
"""

import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from bench.client import send_all
from bench.daemon import cpu_of, end, settle, start, start_daemon
from bench.mails import letters
from maildesk.daemon.loop import run

SEED = 500
PAIRS = 5
MAILS = 150
_HOUR = 3_600_000_000  # microseconds
# What must differ in a copy: numbers rise by a step of their table's, texts get a mark, moments lie further back.
_STEPS = {
    "journal": {"id": "journal"},
    "decision": {"id": "decision", "ticket": "ticket"},
    "ticket": {"number": "ticket", "continues": "ticket", "merged_into": "ticket"},
    "entry": {"id": "entry", "ticket": "ticket", "decision": "decision", "journal_id": "journal"},
    "participant": {"ticket": "ticket"},
    "known_message": {"id": "known_message", "ticket": "ticket", "journal_id": "journal", "copy": "journal"},
    "outbox": {"id": "outbox", "ticket": "ticket", "entry": "entry"},
    "timer": {"id": "timer", "ticket": "ticket"},
}
_MARKED = {"source_key", "message_id", "cause", "effect_key"}
_PEOPLE = {"requester", "requester_key", "address", "address_key", "author", "rcpt_to", "rcpt_key"}
_MOMENTS = {"received_at", "accepted_at", "at", "filed", "created", "updated", "since"}


def crowd(tickets: int) -> None:
    """Print the CPU cost of a mail with many tickets as a ratio to that with none: the median of five pairs."""
    sink, relay = start("sink")
    try:
        with tempfile.TemporaryDirectory() as folder:
            large = Path(folder, "large")
            _measure(large, relay, SEED, 1)
            began = time.monotonic()
            count = multiply(large / "bench.db", tickets)
            size = (large / "bench.db").stat().st_size / 1e9
            print(f"crowd: {count} tickets, {size:.1f} GB, made in {time.monotonic() - began:.0f} s")
            pairs = [
                (_measure(Path(folder, f"new{turn}"), relay, MAILS, turn), _measure(large, relay, MAILS, turn))
                for turn in range(2, 2 + PAIRS)
            ]
    finally:
        end(sink)
    ratios = sorted(b / a for a, b in pairs)
    print(
        f"crowd: {1000 * median(a for a, _ in pairs):.2f} CPU ms a mail with none, {1000 * median(b for _, b in pairs):.2f}"
        f" with {count}: ratio {median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


def multiply(path: Path, tickets: int) -> int:
    """Copy all rows of a desk's database until it has so many tickets; give how many it has."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in ("foreign_keys = OFF", "synchronous = OFF", "journal_mode = MEMORY", "cache_size = -1000000"):
            db.execute(f"PRAGMA {pragma}")
        steps = {table: _step(db, table) for table in _STEPS}
        (there,) = db.execute("SELECT count(*) FROM ticket").fetchone()
        db.execute("BEGIN")
        for copy in range(1, max(tickets // there, 1)):
            for table, numbers in _STEPS.items():
                _copy_rows(db, table, numbers, steps, copy)
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")
        (count,) = db.execute("SELECT count(*) FROM ticket").fetchone()
    return int(count)


def _step(db: sqlite3.Connection, table: str) -> tuple[int, int]:
    """Give the last number of the small desk and the distance between copies."""
    key = "number" if table == "ticket" else "ticket" if table == "participant" else "id"
    last = db.execute(f"SELECT COALESCE(MAX({key}), 0) FROM {table}").fetchone()[0]
    return last, last + 1


def _copy_rows(
    db: sqlite3.Connection, table: str, numbers: dict[str, str], steps: dict[str, tuple[int, int]], copy: int
) -> None:
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(_value(column, numbers, steps, copy) for column in columns)
    key = "number" if table == "ticket" else "ticket" if table == "participant" else "id"
    db.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {key} <= {steps[table][0]}"
    )


def _value(column: str, numbers: dict[str, str], steps: dict[str, tuple[int, int]], copy: int) -> str:
    if column in numbers:
        return f"{column} + {copy * steps[numbers[column]][1]}"
    if column in _MARKED:
        return f"CASE WHEN {column} = '' THEN '' ELSE '{copy:x}.' || {column} END"
    if column in _PEOPLE and copy % 100:
        return f"CASE WHEN {column} LIKE 'user%' THEN 'c{copy % 100}' || {column} ELSE {column} END"
    if column == "text":
        return "substr(text, 1, 1000)"
    if column in _MOMENTS:
        return f"{column} - {copy * _HOUR}"
    return column


def _measure(folder: Path, relay: int, mails: int, seed: int) -> float:
    """Start the desk, let it get warm, send mails; give the CPU seconds of one mail."""
    daemon, port = start_daemon(folder, relay)
    try:
        run(send_all(list(letters(50, seed=seed, prefix="w")), "127.0.0.1", port, 4))
        settle(folder)
        before = cpu_of(daemon.pid)
        run(send_all(list(letters(mails, seed=seed + 100)), "127.0.0.1", port, 16))
        settle(folder)
        return (cpu_of(daemon.pid) - before) / mails
    finally:
        end(daemon)
