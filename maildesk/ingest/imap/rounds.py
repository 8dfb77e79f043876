"""Fetch what is new in one folder: list, leave out what the journal knows, fetch oldest first, hand on, then settle at the server.

What other people do to the mails at the server makes no difference: whether one is new is written in the journal, nowhere else.
A crash anywhere repeats a round, and the journal's keys make that harmless.
"""

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.imap.account import Account
from maildesk.ingest.imap.batches import Listed, arrival_time, chunks, portions
from maildesk.ingest.imap.session import Session
from maildesk.ingest.imap.wire import MAILS_AT_ONCE
from maildesk.ingest.too_large import stand_in
from maildesk.model.mail import Accepted, Arrival, Envelope

KEYS_AT_ONCE = 1000
FAILURES_IN_A_ROW = 3
TRIES = 3


class SeenKeys(Protocol):
    """Tells which of these keys of a source stand in the journal."""

    def __call__(self, source: str, keys: list[str], /) -> set[str]:
        """Look them up."""
        ...


class NotAccepted(Exception):
    """The desk could not write mails down, several in a row."""


class Rounds:
    """The rounds of one connection; knows which mails it has dealt with."""

    def __init__(
        self,
        session: Session,
        account: Account,
        accept: Callable[[Arrival], Accepted],
        seen_keys: SeenKeys,
        *,
        largest: int,
        first_uid: int = 1,
        goes_on: Callable[[int], bool] = lambda _taken: True,
    ) -> None:
        """`goes_on` is told after each portion how many mails were taken, and asked before each mail whether to go on."""
        self._session, self._account, self._accept, self._seen_keys = session, account, accept, seen_keys
        self._largest, self._first_uid, self._goes_on = largest, first_uid, goes_on
        self._last = 0
        self._tries: dict[int, int] = {}
        self._not_accepted: dict[int, str] = {}
        self._not_settled = ""
        self.on_server = self.missing = 0

    def sweep(self, now: Callable[[], dt.datetime]) -> int:
        """List the whole folder and take all that the journal does not know; give how many were taken."""
        uids = [uid for uid in self._session.list_all() if uid >= self._first_uid]
        self.on_server = len(uids)
        for uid in (self._tries.keys() | self._not_accepted.keys()) - set(uids):
            self._tries.pop(uid, None)
            self._not_accepted.pop(uid, None)
        new = self._leave_out_known(uids)
        taken = self._take(new, now)
        self.missing = len(new) - taken
        if self._account.after.startswith("move:"):
            # Journaled, but not moved: a crash came between. (Nothing is deleted on such an afterthought.)
            known = set(uids) - set(new)
            for some in chunks(sorted(known), MAILS_AT_ONCE):
                if not self._settle(some) or not self._goes_on(0):
                    break
        return taken

    def take_new(self, now: Callable[[], dt.datetime]) -> int:
        """Take what has come since the last round; give how many were taken."""
        return self._take(self._leave_out_known(self._session.list_after(max(self._last, self._first_uid - 1))), now)

    @property
    def problem(self) -> str:
        """What went wrong and did not stop the rounds: a mail that could not be taken, a move the server refused."""
        return next(iter(self._not_accepted.values()), self._not_settled)

    @property
    def has_leftovers(self) -> bool:
        """Tell whether some mail should be tried once more soon."""
        return bool(self._not_accepted) or any(tries < TRIES for tries in self._tries.values())

    def _leave_out_known(self, uids: list[int]) -> list[int]:
        account, validity = self._account, self._session.uidvalidity
        new: list[int] = []
        for some in chunks(uids, KEYS_AT_ONCE):
            keys = {account.key(validity, uid): uid for uid in some}
            known = self._seen_keys(account.source, list(keys))
            new += [uid for key, uid in keys.items() if key not in known]
        if uids:
            self._last = max(self._last, uids[-1])
        return new

    def _take(self, uids: list[int], now: Callable[[], dt.datetime]) -> int:
        taken = 0
        # In steps, so that a very full folder is handed on from the start, and each step's sizes fit in memory.
        for step in chunks(uids, KEYS_AT_ONCE):
            listed = self._session.fetch_sizes(step)
            for portion in portions(listed, MAILS_AT_ONCE, self._largest):
                count = self._take_portion(self._fetch(portion, listed), listed, now())
                taken += count
                if not self._goes_on(count):
                    return taken
        return taken

    def _take_portion(self, mails: dict[int, bytes], listed: dict[int, Listed], now: dt.datetime) -> int:
        """Hand mails on one by one; those that were taken are settled at the server even if the others cannot be."""
        done: list[int] = []
        failed = 0
        for uid, raw in mails.items():
            if not self._goes_on(0):
                break
            if self._hand_on(uid, raw, arrival_time(listed[uid].arrived, now)):
                done.append(uid)
                failed = 0
            else:
                failed += 1
            if failed >= FAILURES_IN_A_ROW:
                self._settle(done)
                raise NotAccepted(self.problem)
        self._settle(done)
        return len(done)

    def _fetch(self, uids: list[int], listed: dict[int, Listed]) -> dict[int, bytes]:
        """Fetch mails; of one that is too large only its header. What is missing is tried again while it is listed."""
        small = [uid for uid in uids if listed[uid].size <= self._largest]
        found = self._session.fetch_mails(small) if small else {}
        for uid in uids:
            if uid not in small or len(found.get(uid, b"")) > self._largest:
                header = self._session.fetch_header(uid)
                found.pop(uid, None)
                if header:
                    found[uid] = stand_in(header, listed[uid].size, self._where(uid))
            if uid not in found:
                self._tries[uid] = self._tries.get(uid, 0) + 1
        return {uid: found[uid] for uid in uids if uid in found}

    def _hand_on(self, uid: int, raw: bytes, arrived: dt.datetime) -> bool:
        account = self._account
        key = account.key(self._session.uidvalidity, uid)
        arrival = build_arrival(account.source, raw, Envelope(), arrived, key=key, mailbox=account.address)
        try:
            self._accept(arrival)
        except Exception as problem:  # noqa: BLE001 - one mail that cannot be written down must not keep back the others
            self._not_accepted[uid] = f"UID {uid}: {type(problem).__name__}"
            return False
        self._not_accepted.pop(uid, None)
        self._tries.pop(uid, None)
        return True

    def _settle(self, uids: list[int]) -> bool:
        """Tell whether the server did what it was asked."""
        if uids:
            self._not_settled = self._session.settle(uids)
        return not self._not_settled

    def _where(self, uid: int) -> str:
        return f"The whole mail is in the folder {self._account.folder} of {self._account.user}, UID {uid}."
