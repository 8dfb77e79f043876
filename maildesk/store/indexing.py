"""Keep the index of words up to date: which entries it lacks, and the words of each.

It is fed after a mail is done, never in its transaction. An entry's words are those of its text and file names, who wrote it, and
what its ticket was when it was indexed: subject, requester, everybody who takes part, tags. To which ticket an entry belongs is not
kept here but asked of the entry, so a merge moves nothing.
"""

import json
from typing import NamedTuple

from maildesk.language import fold
from maildesk.store.engines.connection import Connection, Row
from maildesk.store.letters import WORD, flat

MARK = "search:mark"  # in `meta`: the last entry that is indexed
MOST_LETTERS = 200_000
MOST_WORDS = 5_000  # different ones, of a text that has more than a few
FEW_WORDS = 10_000
LONGEST_WORD = 40
# PostgreSQL gives ids before it commits: an entry may appear behind the mark, but not this far behind it.
_OUT_OF_ORDER = 5_000


class Indexed(NamedTuple):
    """Words to be added, by entry, with spaces between them; `mark` is where the index stood, `last` where it will stand."""

    mark: str
    last: int
    words: tuple[tuple[int, str], ...]


def split_words(text: str) -> tuple[str, ...]:
    """Split text into the words by which it is found: folded, each once, none longer than can be stored."""
    plain = flat(text[:MOST_LETTERS])
    if plain is None:
        different = " ".join(
            dict.fromkeys(text[:MOST_LETTERS].split())
        )  # people repeat themselves, and folding is dear
        found = WORD.findall(fold(different))
    else:
        found = list(dict.fromkeys(plain.split()))
    return tuple(list(dict.fromkeys([word[:LONGEST_WORD] for word in found]))[:MOST_WORDS])


def _row_of(text: str, *, sqlite: bool) -> str:
    """Give the words of a text as they are stored: SQLite splits them itself and drops what it has met, quicker than we could."""
    plain = flat(text[:MOST_LETTERS]) if sqlite else None
    return plain if plain is not None and plain.count(" ") < FEW_WORDS else " ".join(split_words(text))


def gather(db: Connection, limit: int) -> Indexed:
    """Read the next entries that the index lacks, oldest first, and take their words."""
    mark = db.value("SELECT value FROM meta WHERE key = :key", key=MARK) or "0"
    after = int(mark) if db.sqlite else int(mark) - _OUT_OF_ORDER
    rows = db.all(
        "SELECT e.id, e.text, e.attachments, e.author, e.author_name, t.number, t.subject, t.requester, t.requester_name,"
        " t.tags FROM entry AS e LEFT JOIN ticket AS t ON t.number = e.ticket"
        " WHERE e.id > :after AND e.kind IN ('mail', 'reply', 'note')"
        " {pg: AND NOT EXISTS (SELECT 1 FROM search AS s WHERE s.entry = e.id)} ORDER BY e.id LIMIT :limit",
        after=after,
        limit=limit,
    )
    people = _people(db, sorted({row[5] for row in rows if row[5] is not None}))
    last = max((int(mark), *(row[0] for row in rows)))
    texts = ((row[0], _text(row, people.get(row[5], ""))) for row in rows)
    return Indexed(mark, last, tuple((entry, _row_of(text, sqlite=db.sqlite)) for entry, text in texts))


def _people(db: Connection, numbers: list[int]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    if numbers:
        for number, address, name in db.all(
            "SELECT ticket, address, name FROM participant WHERE ticket IN :numbers", numbers=numbers
        ):
            found.setdefault(number, []).append(f"{address} {name}")
    return {number: " ".join(people) for number, people in found.items()}


def _text(row: Row, people: str) -> str:
    _, text, files, author, author_name, number, subject, requester, requester_name, tags = row
    facts = [str(part) for part in (number, subject, requester, requester_name, author, author_name) if part]
    listed = [*json.loads(files or "[]"), *json.loads(tags or "[]")]
    return "\n".join((*facts, people, *listed, text))


def write(db: Connection, found: Indexed) -> bool:
    """Add what was gathered; nothing, if another process has added it meanwhile."""
    moved = db.run(
        "INSERT INTO meta (key, value) VALUES (:key, :last)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE meta.value = :mark",
        key=MARK,
        last=str(found.last),
        mark=found.mark,
    )
    if not moved:
        return False
    if db.sqlite:
        rows = [{"entry": entry, "words": words} for entry, words in found.words]
        db.many("INSERT INTO search (rowid, words) VALUES (:entry, :words)", rows)
    else:
        db.many(
            "INSERT INTO search (entry, words) VALUES (:entry, array_to_tsvector(CAST(:words AS text[])))"
            " ON CONFLICT (entry) DO NOTHING",
            [{"entry": entry, "words": words.split()} for entry, words in found.words],
        )
    return True


def forget(db: Connection) -> None:
    """Empty the index; it is filled again from the first entry on."""
    if db.sqlite:
        db.run("INSERT INTO search (search) VALUES ('delete-all')")
    else:
        db.run("DELETE FROM search")
    db.run("DELETE FROM meta WHERE key = :key", key=MARK)
