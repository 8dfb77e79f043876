"""Find everything that is stored of a person: what is theirs, and where else their address stands."""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from maildesk.store.codec import fold, unpack
from maildesk.store.engines.connection import Connection
from maildesk.store.read import find_ticket
from maildesk.store.tickets import find_survivor

Json = dict[str, Any]
_PAGE = 200


class Traces(NamedTuple):
    """Rows of the tables: a person's `own`, and those of others in which the address stands.

    Their own are the tickets they asked for with all that is on these, and what they wrote elsewhere.
    """

    tickets: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()
    mails: tuple[int, ...] = ()
    decisions: tuple[int, ...] = ()
    letters: tuple[int, ...] = ()
    other_entries: tuple[int, ...] = ()
    other_mails: tuple[int, ...] = ()
    other_decisions: tuple[int, ...] = ()
    other_letters: tuple[int, ...] = ()

    @property
    def nothing(self) -> bool:
        """Tell whether there is nothing to be found."""
        return not any(self)


def naming(address: str) -> re.Pattern[str]:
    """Match an address wherever it stands by itself, in any case: `a@b.cz` does not stand in `jana@b.cz` or `a@b.cz.example`."""
    return re.compile(rf"(?<![\w.+%-]){re.escape(address)}(?![\w-]|\.\w)", re.IGNORECASE)


def naming_bytes(address: str) -> re.Pattern[bytes]:
    """Match an address in bytes in the same way, as it stands there without being encoded."""
    return re.compile(
        rb"(?<![\w.+%-])" + re.escape(address.encode("utf-8", "replace")) + rb"(?![\w-]|\.\w)", re.IGNORECASE
    )


def find_traces(db: Connection, address: str) -> Traces:
    """List the rows that hold something of a person; every mail, decision and letter is looked through."""
    key, named, bare = fold(address), naming(address), naming_bytes(address)
    tickets = _ids(db, "SELECT number FROM ticket WHERE requester_key = :key", key=key)
    entries = _ids(
        db,
        # What came with a ticket of somebody else that was merged into theirs is that person's.
        "SELECT id FROM entry WHERE (ticket IN :tickets AND (merged_from IS NULL OR merged_from IN :tickets))"
        " OR lower(author) = :key",
        tickets=tickets or [-1],
        key=key,
    )
    mails = _ids(
        db, "SELECT journal_id FROM entry WHERE id IN :entries AND journal_id IS NOT NULL", entries=entries or [-1]
    )
    mails |= {n for n, written in _pages(db, "journal", "envelope") if named.fullmatch(json.loads(written)[0])}
    waiting = _ids(db, "SELECT id FROM journal WHERE state = 'waiting'")
    mails -= waiting  # it is being worked on: what comes of it is found the next time
    causes = [f"mail:{number}{again}" for number in mails for again in ("", "/again")]
    decisions = _ids(
        db,
        "SELECT id FROM decision WHERE ticket IN :tickets OR cause IN :causes",
        tickets=tickets or [-1],
        causes=causes or [""],
    )
    words = "SELECT id, author || ' ' || text || ' ' || attachments || ' ' || why FROM entry WHERE id > :last"
    other_entries = tuple(n for n, text in _walk(db, words) if n not in entries and named.search(text))
    letters = _ids(
        db,
        "SELECT id FROM outbox WHERE ticket IN :tickets OR rcpt_key = :key OR entry IN :theirs"
        # What has left is not needed any more, and may hold the words of the entries in an encoded form.
        " OR (state NOT IN ('waiting', 'sending', 'held') AND ticket IN"
        " (SELECT ticket FROM entry WHERE id IN :entries UNION SELECT ticket FROM participant WHERE address_key = :key))",
        tickets=tickets or [-1],
        theirs=entries or [-1],
        entries=other_entries or [-1],
        key=key,
    )
    skipped = mails | waiting
    return Traces(
        tuple(sorted(tickets)),
        tuple(sorted(entries)),
        tuple(sorted(mails)),
        tuple(sorted(decisions)),
        tuple(sorted(letters)),
        other_entries,
        tuple(n for n, raw in _raws(db, "journal_raw", "raw") if n not in skipped and bare.search(raw)),
        tuple(n for n, content in _raws(db, "decision", "content") if n not in decisions and bare.search(content)),
        tuple(n for n, raw in _raws(db, "outbox_raw", "raw") if n not in letters and bare.search(raw)),
    )


def export(db: Connection, address: str, *, notes: bool = False) -> Json:
    """Give what is stored of a person in the form in which it is handed out; `notes` adds what agents wrote for each other."""
    traces, key = find_traces(db, address), fold(address)
    merged = _ids(db, "SELECT number FROM ticket WHERE requester_key = :key AND merged_into IS NOT NULL", key=key)
    taken_part = _ids(db, "SELECT ticket FROM participant WHERE address_key = :key", key=key)
    homes = {find_survivor(db, number) for number in merged | taken_part}
    theirs = [number for number in traces.tickets if number not in merged]
    ratings = db.all(
        "SELECT ticket, score, comment FROM rating WHERE ticket IN :tickets ORDER BY id", tickets=traces.tickets or [-1]
    )
    return {
        "address": address,
        "tickets": [_shown(find_ticket(db, number), set(traces.entries), key, notes=notes) for number in theirs],
        "wrote_on": [_of(find_ticket(db, number), key) for number in sorted(homes.difference(theirs))],
        "mails": list(traces.mails),
        "ratings": [{"ticket": number, "score": score, "comment": comment} for number, score, comment in ratings],
        "muted": db.value("SELECT reason FROM suppression WHERE address = :key", key=key),
        "named_in": {
            "mails": list(traces.other_mails),
            "entries": list(traces.other_entries),
            "letters": list(traces.other_letters),
        },
    }


def _shown(ticket: Json | None, own: set[int], key: str, *, notes: bool) -> Json:
    """Leave out what is for the team only, and what came with somebody else's ticket that was merged into this one."""
    assert ticket is not None
    open_to_them = (e for e in ticket["entries"] if e["public"] or notes or fold(e["author"]) == key)
    return {**ticket, "entries": [entry for entry in open_to_them if entry["id"] in own]}


def _of(ticket: Json | None, key: str) -> Json:
    """Give what one person wrote on another one's ticket."""
    assert ticket is not None
    theirs = [entry for entry in ticket["entries"] if fold(entry["author"]) == key]
    return {"number": ticket["number"], "entries": theirs}


def _ids(db: Connection, sql: str, **params: Any) -> set[int]:
    listed = {name: sorted(value) if isinstance(value, set) else value for name, value in params.items()}
    return {number for (number,) in db.all(sql, **listed)}


def _pages(db: Connection, table: str, column: str) -> Iterable[tuple[int, str]]:
    return _walk(db, f"SELECT id, {column} FROM {table} WHERE id > :last")  # noqa: S608 -- names of our tables


def _walk(db: Connection, sql: str) -> Iterable[tuple[int, str]]:
    last = 0
    while rows := db.all(f"{sql} ORDER BY id LIMIT {_PAGE}", last=last):
        yield from ((row[0], row[1]) for row in rows)
        last = rows[-1][0]


def _raws(db: Connection, table: str, column: str) -> Iterable[tuple[int, bytes]]:
    last = 0
    sql = f"SELECT id, {column}, packed FROM {table} WHERE id > :last ORDER BY id LIMIT {_PAGE}"  # noqa: S608 -- ours
    while rows := db.all(sql, last=last):
        for number, packed_bytes, packed in rows:
            yield number, unpack(packed_bytes, packed)
        last = rows[-1][0]
