"""Places between two steps where a forked daemon ends as by SIGKILL, and faults that come and go while it runs."""

import asyncio
import importlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Place(NamedTuple):
    """A function of the desk, and whether the kill comes before it begins or after it has returned."""

    module: str
    name: str
    when: str = "after"


# Each transition of a mail (N), of a letter (O) and of a start (S), in the order of their lives.
PLACES = {
    "N: written into the journal, not committed": Place("maildesk.store.journal", "accept"),
    "N: journal committed, 250 not said": Place("maildesk.daemon.intake", "Intake.accept"),
    "N: 250 said": Place("maildesk.ingest.smtp.dialogue", "Dialogue._answer_content"),
    "N: claimed, not committed": Place("maildesk.store.claim", "claim"),
    "N: claim committed": Place("maildesk.store.db", "Store.claim_mails"),
    "N: parse begins": Place("maildesk.ingest.workers.pool", "ParsePool.parse", "before"),
    "N: parse done": Place("maildesk.ingest.workers.pool", "ParsePool.parse"),
    "N: decided and applied, not committed": Place("maildesk.daemon.intake", "handle_mail"),
    "N: decision committed, letters not offered": Place("maildesk.daemon.intake", "Intake.decide"),
    "N: journaled, not yet moved at the server": Place("maildesk.ingest.imap.rounds", "Rounds._hand_on"),
    "N: about to be moved at the server": Place("maildesk.ingest.imap.session", "Session.settle", "before"),
    "N: moved at the server": Place("maildesk.ingest.imap.session", "Session.settle"),
    "O: letters written, not committed": Place("maildesk.store.outbox", "queue"),
    "O: letter claimed from the outbox": Place("maildesk.store.db", "Store.claim_outbox"),
    "O: attempt begins": Place("maildesk.outbound.deliver", "Deliverer._attempt", "before"),
    "O: mark written, not committed": Place("maildesk.store.outbox", "mark_data_sent"),
    "O: mark committed, dot not sent": Place("maildesk.daemon.post", "StoreOutbox.data_sent"),
    "O: final dot sent, no answer yet": Place("maildesk.outbound.relay.wire", "Wire.write"),
    "O: answer heard": Place("maildesk.outbound.relay.session", "Session.send"),
    "O: outcome written, not committed": Place("maildesk.store.outbox", "finish"),
    "O: outcome committed": Place("maildesk.daemon.post", "StoreOutbox.finish"),
    "S: this process written down as alive": Place("maildesk.store.owner", "register"),
    "S: what the dead have left is freed, not committed": Place("maildesk.store.claim", "free_abandoned"),
    "S: parse workers started": Place("maildesk.ingest.workers.pool", "ParsePool.start"),
    "S: listening": Place("maildesk.daemon.service", "listen"),
}
BY_IMAP = ("N: journaled, not yet moved at the server", "N: about to be moved at the server", "N: moved at the server")
# What must have happened before, so that there is something to claim.
LEFT_BY = {
    "N: claimed, not committed": "N: parse begins",
    "N: claim committed": "N: parse begins",
    "O: letter claimed from the outbox": "O: attempt begins",
}
_DOT = b".\r\n"


def kill_at(place: str, nth: int) -> None:
    """End this process the nth time it passes a place."""
    where, passed = PLACES[place], 0

    def pass_by(args: tuple[Any, ...], result: object) -> None:
        nonlocal passed
        if place.endswith("no answer yet") and args[1] != _DOT:
            return
        if "claim" in where.name and not result:
            return
        passed += 1
        if passed == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    holder: Any = importlib.import_module(where.module)
    *path, name = where.name.split(".")
    for part in path:
        holder = getattr(holder, part)
    setattr(holder, name, _wrapped(getattr(holder, name), where.when, pass_by))


def _wrapped(real: Callable[..., Any], when: str, pass_by: Callable[..., None]) -> Callable[..., Any]:
    async def later(*args: Any, **named: Any) -> Any:
        if when == "before":
            pass_by(args, True)
        result = await real(*args, **named)
        if when == "after":
            pass_by(args, result)
        return result

    def now(*args: Any, **named: Any) -> Any:
        if when == "before":
            pass_by(args, True)
        result = real(*args, **named)
        if when == "after":
            pass_by(args, result)
        return result

    return later if asyncio.iscoroutinefunction(real) else now


def dies_of(word: str) -> None:
    """End this process as soon as it begins to read a mail with this word in it."""
    from maildesk.ingest.workers.pool import ParsePool

    real = ParsePool.parse

    async def parse(self: ParsePool, raw: bytes, *args: Any, **named: Any) -> Any:
        if word.encode() in raw:
            os.kill(os.getpid(), signal.SIGKILL)
        return await real(self, raw, *args, **named)

    ParsePool.parse = parse  # type: ignore[method-assign]


def impatient() -> None:
    """Wait a second where a desk waits half a minute: for a locked database, and before a mailbox is looked at again."""
    from maildesk.daemon import mailboxes
    from maildesk.ingest.imap.options import Options, Rhythm
    from maildesk.store.engines import sqlite

    sqlite._PRAGMAS = tuple(p.replace("busy_timeout = 5000", "busy_timeout = 700") for p in sqlite._PRAGMAS)
    mailboxes.Options = lambda **named: Options(rhythm=Rhythm(again=1.0), **named)  # type: ignore[assignment,misc]


def read_only_while(flag: str) -> None:
    """Let SQLite refuse to write, as for a file on a disk that has become read-only, as long as a file exists."""
    from maildesk.store.engines.writer import Writer

    impatient()
    real, file = Writer._commit_group, Path(flag)

    def commit_group(self: Writer) -> Any:
        self._driver.execute(f"PRAGMA query_only = {'ON' if file.exists() else 'OFF'}")
        return real(self)

    Writer._commit_group = commit_group  # type: ignore[method-assign]
