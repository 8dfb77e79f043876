"""Find tickets by words: of their mails, notes, subjects, people and files.

A word finds every word that begins like it, whatever the accents and the case, and the ends of longer words do not count
(`faktura` finds `fakturou`). The words of a question are never syntax: they are taken apart as texts are, and only letters and
digits are left. What is found is for agents: notes are searched, too.
"""

import json
from collections.abc import Iterable
from typing import Any

from maildesk.language import fold
from maildesk.store.codec import from_us
from maildesk.store.engines.connection import Connection, Row
from maildesk.store.indexing import split_words

Json = dict[str, Any]

MOST_WORDS = 8
_MOST_ENTRIES = 1_000  # the newest that match are looked at
_MOST_APART = 20_000  # the newest of each word, where no single mail has them all
_LINES = 2_000
_SHOWN = 160
_VOWELS = "aeiouy"


def find_tickets(db: Connection, question: str, limit: int = 20) -> list[Json]:
    """List the tickets that answer a question, the one with the newest matching entry first; [] for no words at all.

    All words must stand in one entry or in the facts of its ticket; if there is no such entry, in the ticket as a whole.
    Each gives the entry that matched and, as `snippet`, its best line.
    """
    stems = tuple(stem_of(word) for word in split_words(question[:400])[:MOST_WORDS])
    if not stems or limit <= 0:
        return []
    best = _newest_of_each(db, _matching(db, stems, _MOST_ENTRIES))
    if not best and len(stems) > 1:
        each = [_newest_of_each(db, _matching(db, (stem,), _MOST_APART)) for stem in stems]
        shared = set(each[0]).intersection(*each[1:])
        best = {number: max(found[number] for found in each) for number in shared}
    newest = sorted(best, key=lambda number: -best[number])[:limit]
    return _described(db, {number: best[number] for number in newest}, stems) if newest else []


def stem_of(word: str) -> str:
    """Leave out the end of a longer word, where languages put their cases: at most two vowels."""
    stem = word
    while len(stem) > max(4, len(word) - 2) and stem[-1] in _VOWELS:
        stem = stem[:-1]
    return stem


def _matching(db: Connection, stems: tuple[str, ...], most: int) -> list[int]:
    """Give the newest entries in which something begins with each stem; a stem holds nothing but letters and digits."""
    if db.sqlite:
        rows = db.all(
            "SELECT rowid FROM search WHERE search MATCH :asked ORDER BY rowid DESC LIMIT :most",
            asked=" AND ".join(f'"{stem}"*' for stem in stems),
            most=most,
        )
    else:
        rows = db.all(
            "SELECT entry FROM search WHERE words @@ CAST(:asked AS tsquery) ORDER BY entry DESC LIMIT :most",
            asked=" & ".join(f"'{stem}':*" for stem in stems),
            most=most,
        )
    return [row[0] for row in rows]


def _newest_of_each(db: Connection, entries: list[int]) -> dict[int, int]:
    """Give the newest entry of each ticket."""
    return (
        db.pairs(
            "SELECT ticket, MAX(id) FROM entry WHERE id IN :entries AND ticket IS NOT NULL GROUP BY ticket",
            entries=entries,
        )
        if entries
        else {}
    )


def _described(db: Connection, best: dict[int, int], stems: tuple[str, ...]) -> list[Json]:
    rows = db.all(
        "SELECT t.number, t.subject, t.status, t.team, t.assignee, t.requester, t.updated, e.id, e.kind, e.author, e.at,"
        " e.text, e.attachments FROM entry AS e JOIN ticket AS t ON t.number = e.ticket WHERE e.id IN :entries",
        entries=list(best.values()),
    )
    found = {row[0]: _hit(row, stems) for row in rows}
    return [found[number] for number in best if number in found]


def _hit(row: Row, stems: tuple[str, ...]) -> Json:
    files = json.loads(row[12])
    return {
        "number": row[0],
        "subject": row[1],
        "status": row[2],
        "team": row[3],
        "assignee": row[4],
        "requester": row[5],
        "updated": from_us(row[6]).isoformat(timespec="seconds"),
        "entry": row[7],
        "kind": row[8],
        "author": row[9],
        "at": from_us(row[10]).isoformat(timespec="seconds"),
        "snippet": _snippet([*row[11].splitlines()[:_LINES], *files], stems),
    }


def _snippet(lines: Iterable[str], stems: tuple[str, ...]) -> str:
    """Give the line that has most of the words, around the first of them; "" if they stand in subject and people only."""
    most, best = 0, ""
    for line in lines:
        folded = f" {' '.join(split_words(line[:2000]))}"
        hits = sum(f" {stem}" in folded for stem in stems)
        if hits > most:
            most, best = hits, line[:2000].strip()
    if len(best) <= _SHOWN:
        return best
    at = min((place for stem in stems if (place := fold(best).find(stem)) >= 0), default=0)
    start = max(0, min(at - _SHOWN // 3, len(best) - _SHOWN))
    return f"{'…' if start else ''}{best[start : start + _SHOWN].strip()}{'…' if start + _SHOWN < len(best) else ''}"
