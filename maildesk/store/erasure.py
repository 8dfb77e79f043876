"""Erase a person: their words, addresses and mails go, and the chain of events stays.

Tickets keep their numbers, times, states and who of the team did what; decisions keep their causes and reasons without what these
say. Where the address stands in mail of others, it is exchanged for a name that means nobody.
"""

import hashlib
import re
from collections.abc import Callable, Sequence

import msgspec

from maildesk.model.decision import CommandGiven, Decision
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.value import from_json, to_json
from maildesk.model.why import Why
from maildesk.store.apply import Content
from maildesk.store.codec import PACK_JSON_OVER, PACK_RAW_OVER, fold, pack, unpack
from maildesk.store.engines.connection import Connection
from maildesk.store.indexing import forget
from maildesk.store.traces import Traces, naming, naming_bytes

ERASED = "(erased)"
AT_ONCE = 200


def erase_rows(db: Connection, address: str, nobody: str, traces: Traces) -> None:
    """Blank what is the person's own and exchange the address elsewhere; `traces` are some of what `find_traces` gave."""
    _erase_own(db, address, nobody, traces)
    _erase_mentions(db, address, nobody, traces)


def _erase_own(db: Connection, address: str, nobody: str, traces: Traces) -> None:
    key = fold(address)
    _blank_tickets(db, traces.tickets)
    if traces.entries:
        db.run(
            "UPDATE entry SET text = :erased, attachments = '[]', why = '[]', message_id = '',"
            " author_name = CASE WHEN lower(author) = :key THEN '' ELSE author_name END,"
            " author = CASE WHEN lower(author) = :key THEN :nobody ELSE author END WHERE id IN :ids",
            erased=ERASED,
            key=key,
            nobody=nobody,
            ids=traces.entries,
        )
    _blank_mails(db, traces.mails)
    for number in traces.decisions:
        _change_packed(db, ("decision", "content"), number, _blank_decision, PACK_JSON_OVER)
    _blank_letters(db, traces.letters)


def erase_person(db: Connection, address: str, nobody: str) -> None:
    """Take the person off tickets, lists and queues; and empty the index of words, which cannot forget one entry alone."""
    key = fold(address)
    fresh = {"key": key, "nobody": nobody}
    db.run(
        "UPDATE ticket SET requester = :nobody, requester_key = :nobody, requester_name = '' WHERE requester_key = :key",
        **fresh,
    )
    db.run(
        "UPDATE participant SET address_key = :nobody, address = :nobody, name = '' WHERE address_key = :key", **fresh
    )
    db.run(
        "UPDATE outbox SET rcpt_to = :nobody, rcpt_key = :nobody, rcpt_domain = 'erased.invalid' WHERE rcpt_key = :key",
        **fresh,
    )
    db.run("UPDATE known_message SET author = '' WHERE author = :key", key=key)
    db.run("DELETE FROM suppression WHERE address = :key", key=key)
    named = naming(address)
    for table, column in (
        ("known_message", "addressed"), ("known_message", "message_id"), ("outbox", "effect_key"), ("outbox", "last_reply"),
        ("timer", "effect_key"), ("digest", "effect_key"), ("digest", "content"), ("journal", "envelope"),
        ("journal", "problem"), ("journal", "note"), ("journal", "message_id"), ("journal", "source_key"),
    ):  # fmt: skip
        _exchange(db, table, column, named, nobody)
    forget(db)


def _erase_mentions(db: Connection, address: str, nobody: str, traces: Traces) -> None:
    named, bare = naming(address), naming_bytes(address)

    def in_text(text: str) -> str:
        return named.sub(nobody, text)

    def in_bytes(raw: bytes) -> bytes:
        return bare.sub(nobody.encode(), raw)

    for number in traces.other_entries:
        row = db.one("SELECT author, text, attachments, why FROM entry WHERE id = :id", id=number)
        assert row is not None
        author, text, files, why = map(in_text, row)
        db.run(
            "UPDATE entry SET author = :author, text = :text, attachments = :files, why = :why WHERE id = :id",
            id=number, author=author, text=text, files=files, why=why,
        )  # fmt: skip
    for number in traces.other_mails:
        raw = _change_packed(db, ("journal_raw", "raw"), number, in_bytes, PACK_RAW_OVER)
        _measure(db, number, raw)
    for number in traces.other_decisions:
        _change_packed(
            db, ("decision", "content"), number, lambda content: _unnamed(in_bytes(content), nobody), PACK_JSON_OVER
        )
    for number in traces.other_letters:
        _change_packed(db, ("outbox_raw", "raw"), number, in_bytes, PACK_RAW_OVER)


def _blank_tickets(db: Connection, numbers: Sequence[int]) -> None:
    if not numbers:
        return
    db.run(
        "UPDATE ticket SET subject = :erased, thread_topic = '', thread_index = '' WHERE number IN :numbers",
        erased=ERASED,
        numbers=numbers,
    )
    db.run("UPDATE rating SET comment = '' WHERE ticket IN :numbers", numbers=numbers)
    db.run("DELETE FROM digest WHERE ticket IN :numbers", numbers=numbers)
    # The ids of our own letters stay: they name nobody, and somebody may still answer one.
    db.run("DELETE FROM known_message WHERE ticket IN :numbers AND kind <> 'sent'", numbers=numbers)


def _blank_mails(db: Connection, numbers: Sequence[int]) -> None:
    for number in numbers:
        db.run("UPDATE journal_raw SET raw = :nothing, packed = false WHERE id = :id", nothing=b"", id=number)
        _measure(db, number, b"")
        db.run(
            "UPDATE journal SET message_id = '', envelope = '[\"\"]', problem = '', note = 'erased' WHERE id = :id",
            id=number,
        )
    if numbers:
        db.run("DELETE FROM known_message WHERE journal_id IN :numbers AND kind <> 'sent'", numbers=numbers)


def _blank_letters(db: Connection, numbers: Sequence[int]) -> None:
    for number in numbers:
        db.run("UPDATE outbox_raw SET raw = :nothing, packed = false WHERE id = :id", nothing=b"", id=number)
    if numbers:
        db.run(
            "UPDATE outbox SET state = 'dropped', owner = NULL WHERE id IN :numbers AND state NOT IN ('sent', 'dropped')",
            numbers=numbers,
        )
        db.run("UPDATE outbox SET last_reply = '' WHERE id IN :numbers", numbers=numbers)


def _blank_decision(content: bytes) -> bytes:
    """Keep what a decision came from and why, by the names of the reasons alone."""
    read = from_json(content, Content)
    before, then = read.snapshot, read.decision
    if any(why.reason is Reason.ERASED for why in then.why):
        return content
    cause = before.cause
    if isinstance(cause, CommandGiven):
        cause = msgspec.structs.replace(cause, words=())
    reasons = (*dict.fromkeys(why.reason for why in then.why), Reason.ERASED)
    return to_json(
        Content(
            Snapshot(cause, before.now, before.journal_id, source=before.source, mailbox=before.mailbox),
            Decision(why=tuple(map(Why, reasons)), ticket=then.ticket, trust=then.trust, kind=then.kind),
        )
    )


def _unnamed(content: bytes, nobody: str) -> bytes:
    """Leave out the name that stands beside an address that was exchanged, in our own compact JSON."""
    return re.sub(rb'("address":"%s"),"name":"(?:[^"\\]|\\.)*"' % re.escape(nobody.encode()), rb"\1", content)


def _change_packed(
    db: Connection, place: tuple[str, str], number: int, change: Callable[[bytes], bytes], over: int
) -> bytes:
    """Change what is stored compressed in a column of a table; gives the new bytes."""
    table, column = place
    row = db.one(f"SELECT {column}, packed FROM {table} WHERE id = :id", id=number)  # noqa: S608 -- names of our tables
    assert row is not None
    changed = change(unpack(*row))
    content, packed = pack(changed, over)
    db.run(
        f"UPDATE {table} SET {column} = :content, packed = :packed WHERE id = :id",  # noqa: S608 -- names of our tables
        content=content,
        packed=packed,
        id=number,
    )
    return changed


def _measure(db: Connection, number: int, raw: bytes) -> None:
    """Write down what the bytes of a mail are now, so that `verify` can tell that nobody else has changed them."""
    db.run(
        "UPDATE journal SET size = :size, digest = :digest WHERE id = :id",
        size=len(raw),
        digest=hashlib.sha256(raw).digest(),
        id=number,
    )


def _exchange(db: Connection, table: str, column: str, named: re.Pattern[str], nobody: str) -> None:
    """Exchange the address in a short column, wherever it stands there."""
    last = 0
    sql = f"SELECT id, {column} FROM {table} WHERE id > :last AND {column} <> '' ORDER BY id LIMIT 5000"  # noqa: S608 -- ours
    while rows := db.all(sql, last=last):
        last = rows[-1][0]
        db.many(
            f"UPDATE {table} SET {column} = :text WHERE id = :id",  # noqa: S608 -- names of our tables
            [{"id": number, "text": named.sub(nobody, text)} for number, text in rows if named.search(text)],
        )


def portions(traces: Traces) -> list[Traces]:
    """Cut the work into transactions that the running desk can wait for, with rows of one kind in each."""
    return [
        Traces(**{kind: rows[start : start + AT_ONCE]})
        for kind, rows in traces._asdict().items()
        for start in range(0, len(rows), AT_ONCE)
    ]
