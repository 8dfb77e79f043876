"""Bugs on purpose, put into a forked daemon before it starts: the kill harness has to find each of them.

Each function replaces one function of the desk by one that breaks one promise. They are chosen by name from the tests
(`tests.crash.mutants:promises_too_early`); nothing in the desk knows of them.
"""

import asyncio
import datetime as dt
import os
from collections.abc import Sequence
from typing import Any


def promises_too_early() -> None:
    """Say 250 before the mail is committed: the commit follows a moment later."""
    from maildesk.daemon.intake import Intake
    from maildesk.model.mail import Accepted, Arrival

    real = Intake.accept
    late: set[asyncio.Task[Accepted]] = set()

    async def accept(self: Intake, arrival: Arrival) -> Accepted:
        async def later() -> Accepted:
            await asyncio.sleep(0.02)
            return await real(self, arrival)

        late.add(asyncio.create_task(later()))
        return Accepted(0, True)

    Intake.accept = accept  # type: ignore[method-assign]


def knows_no_mail_again() -> None:
    """Give each arriving mail a key of its own, as if there were no unique key: a client that tries again is doubled.

    The 250 comes a little late, as over a slow line: that is when clients try again.
    """
    from maildesk.daemon.intake import Intake
    from maildesk.model.mail import Accepted, Arrival
    from maildesk.store import journal

    real_keys, real_accept = journal._keys, Intake.accept

    def keys(arrival: Arrival) -> tuple[str, str]:
        key, before = real_keys(arrival)
        if arrival.source not in journal.BY_DIGEST:
            return key, before
        return f"{key}{os.urandom(8).hex()}", before and "none"

    async def accept(self: Intake, arrival: Arrival) -> Accepted:
        accepted = await real_accept(self, arrival)
        await asyncio.sleep(0.02)
        return accepted

    journal._keys = keys
    Intake.accept = accept  # type: ignore[method-assign]


def moves_too_early() -> None:
    """Move a mail away at the IMAP server before the journal has it."""
    from maildesk.ingest.imap.batches import Listed
    from maildesk.ingest.imap.rounds import Rounds

    real = Rounds._take_portion

    def take_portion(self: Rounds, mails: dict[int, bytes], listed: dict[int, Listed], now: dt.datetime) -> int:
        self._settle(list(mails))
        return real(self, mails, listed, now)

    Rounds._take_portion = take_portion  # type: ignore[method-assign]


def marks_no_attempt() -> None:
    """Send letters without committing, before the final dot, that their fate may be unknown from now on."""
    from maildesk.daemon.post import StoreOutbox

    async def data_sent(_self: StoreOutbox, _ids: Sequence[int]) -> None:
        return

    StoreOutbox.data_sent = data_sent  # type: ignore[method-assign]


def sends_before_the_commit() -> None:
    """Hand letters to the relay while the transaction that queues them is still open, and without a mark of the attempt."""
    import time

    from maildesk.daemon import intake
    from maildesk.daemon.service import Service

    marks_no_attempt()
    real_handle, real_init, services = intake.handle_mail, Service.__init__, list[Service]()

    def init(self: Service, *args: Any, **named: Any) -> None:
        real_init(self, *args, **named)
        services.append(self)

    def handle_mail(*args: Any, **named: Any) -> Any:
        outcome = real_handle(*args, **named)
        service = services[-1]
        assert service._loop is not None
        service._loop.call_soon_threadsafe(service.deliverer.offer, outcome.queued)
        time.sleep(0.03)
        return outcome._replace(queued=())

    Service.__init__ = init  # type: ignore[method-assign]
    intake.handle_mail = handle_mail


def refuses_for_good() -> None:
    """Answer trouble of ours with 554 instead of 451."""
    from maildesk.ingest.smtp import replies

    replies.TROUBLE = "554 5.3.0 Internal error"


def does_not_sync() -> None:
    """Let SQLite commit without waiting for the disk."""
    from maildesk.store.engines import sqlite

    sqlite._PRAGMAS = tuple(p.replace("synchronous = FULL", "synchronous = OFF") for p in sqlite._PRAGMAS)
