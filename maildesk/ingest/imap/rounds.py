"""Fetch what is new in one folder: list, leave out what the journal knows, fetch oldest first, hand on, then settle at the server.

What other people do to the mails at the server makes no difference: whether one is new is written in the journal, nowhere else.
A crash anywhere repeats a round, and the journal's keys make that harmless. A folder that was numbered anew is read anew, and
what the journal has byte for byte is recognised; so is everything at a server whose numbers cannot be relied upon.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.imap.account import Account
from maildesk.ingest.imap.batches import Listed, arrival_time, chunks, portions
from maildesk.ingest.imap.beginning import Beginning
from maildesk.ingest.imap.memory import Memory
from maildesk.ingest.imap.session import Session
from maildesk.ingest.imap.wire import MAILS_AT_ONCE
from maildesk.ingest.too_large import stand_in
from maildesk.model.mail import Accepted, Arrival, Envelope
from maildesk.settings import delete_delay

KEYS_AT_ONCE = 1000
FAILURES_IN_A_ROW = 3
TRIES = 3
GONE_MEANWHILE = "[EXPUNGEISSUED]"  # RFC 5530 §3
SAMPLE = 20
PORTION = 4 * 1024 * 1024
SMALLEST_PORTION = 64 * 1024


class Amounts(NamedTuple):
    """How many bytes of a mail are taken, and how many are fetched at a time: that is what a broken connection costs."""

    largest: int
    portion: int = PORTION


class NotAccepted(Exception):
    """The desk could not write mails down, several in a row."""


class Rounds:
    """The rounds of one connection; knows which mails it has dealt with."""

    def __init__(
        self,
        session: Session,
        account: Account,
        accept: Callable[[Arrival], Accepted],
        memory: Memory,
        *,
        amounts: Amounts,
        beginning: Beginning | None = None,
        goes_on: Callable[[int], bool] = lambda _taken: True,
    ) -> None:
        """`goes_on` is told after each portion how many mails were taken, and asked before each mail whether to go on."""
        self._session, self._account, self._accept, self._memory = session, account, accept, memory
        self._largest, self._portion = amounts.largest, min(amounts.portion, amounts.largest)
        self._goes_on = goes_on
        self._beginning = beginning or Beginning()
        self._epoch = account.epoch(session.uidvalidity)
        self._numbered_anew = memory.has_other_epochs(account.source, self._epoch)
        self._last = 0
        self._tries: dict[int, int] = {}
        self._not_accepted: dict[int, str] = {}
        self._not_settled = ""
        self.is_reliable = True
        self.on_server = 0
        self.missing: list[int] = []

    def sweep(self, now: Callable[[], dt.datetime]) -> int:
        """List the whole folder and take all that the journal does not know; give how many were taken."""
        uids = [uid for uid in self._session.list_all() if not self.is_reliable or self._beginning.has(uid)]
        self.on_server = len(uids)
        for uid in (self._tries.keys() | self._not_accepted.keys()) - set(uids):
            self._tries.pop(uid, None)
            self._not_accepted.pop(uid, None)
        new = self._leave_out_known(uids)
        known = sorted(set(uids) - set(new)) if self.is_reliable else []
        if self.is_reliable and not self._keeps_numbers(known):
            self.is_reliable, known = False, []
            new = self._leave_out_known(self._session.list_all())
        if self._account.after.startswith("move:"):
            # Told again below, unless what could not be moved is gone: then somebody else moved it.
            self._not_settled = ""
        taken = self._take(new, now)
        self.missing = self._still_missing(new)
        self._tidy(known, now())
        return taken

    def take_new(self, now: Callable[[], dt.datetime]) -> int:
        """Take what has come since the last round; give how many were taken."""
        if not self.is_reliable:
            return self.sweep(now)
        listed = self._session.list_after(max(self._last, self._beginning.first - 1))
        return self._take(self._leave_out_known(listed), now)

    @property
    def problem(self) -> str:
        """What went wrong and did not stop the rounds: a mail that could not be taken, a move the server refused."""
        return next(iter(self._not_accepted.values()), self._not_settled)

    @property
    def has_leftovers(self) -> bool:
        """Tell whether some mail should be tried once more soon."""
        return bool(self._not_accepted) or any(tries < TRIES for tries in self._tries.values())

    # ---- what is new ----

    def _leave_out_known(self, uids: list[int]) -> list[int]:
        if uids:
            self._last = max(self._last, uids[-1])
        if not self.is_reliable:
            return self._leave_out_known_contents(uids)
        new: list[int] = []
        for some in chunks(uids, KEYS_AT_ONCE):
            keys = self._keys(some)
            known = self._memory.seen_keys(self._account.source, list(keys))
            new += [uid for key, uid in keys.items() if key not in known]
        return new

    def _leave_out_known_contents(self, uids: list[int]) -> list[int]:
        """Leave out mails whose message id and size the journal has; the others are told by their bytes when they are here."""
        new: list[int] = []
        for some in chunks(uids, KEYS_AT_ONCE):
            ids, sizes = self._session.fetch_message_ids(some), self._session.fetch_sizes(some)
            known = self._memory.known_contents(self._account.source, sorted(set(ids.values())))
            ours = [uid for uid in some if uid in sizes and self._beginning.is_later(sizes[uid].arrived)]
            new += [uid for uid in ours if (ids.get(uid, ""), sizes[uid].size) not in known]
        return new

    def _keeps_numbers(self, known: list[int]) -> bool:
        """Tell whether the newest known mails are the ones the journal has under their keys (some servers only count)."""
        if not (sample := known[-SAMPLE:]):
            return True
        return not self._changed(self._keys(sample))

    def _changed(self, keys: dict[str, int]) -> set[int]:
        """Give the UIDs under which the server has another mail than the journal."""
        ours = self._memory.message_ids(self._account.source, list(keys)) if keys else {}
        theirs = self._session.fetch_message_ids(keys.values()) if ours else {}
        return {
            uid for key, uid in keys.items() if theirs.get(uid, "") and theirs[uid] != (ours.get(key) or theirs[uid])
        }

    def _still_missing(self, uids: list[int]) -> list[int]:
        """Reconcile: give the mails that are at the server and not in the journal after all were tried."""
        suspects = (
            self._leave_out_known(uids) if self.is_reliable else sorted(self._tries.keys() | self._not_accepted.keys())
        )
        listed = self._session.fetch_sizes(suspects) if suspects and self._goes_on(0) else {}
        return sorted(uid for uid in suspects if uid in listed)

    def _keys(self, uids: Iterable[int]) -> dict[str, int]:
        validity = self._session.uidvalidity
        return {self._account.key(validity, uid): uid for uid in uids}

    # ---- taking ----

    def _take(self, uids: list[int], now: Callable[[], dt.datetime]) -> int:
        taken = 0
        # In steps, so that a very full folder is handed on from the start, and each step's sizes fit in memory.
        for step in chunks(uids, KEYS_AT_ONCE):
            listed = self._session.fetch_sizes(step)
            for portion in portions(listed, MAILS_AT_ONCE, self._portion):
                count = self._take_portion(self._fetch(portion, listed), listed, now())
                taken += count
                if not self._goes_on(count):
                    return taken
        return taken

    def _take_portion(self, mails: dict[int, bytes], listed: dict[int, Listed], now: dt.datetime) -> int:
        """Hand mails on one by one; those that were taken are settled at the server even if the others cannot be."""
        arrivals = {uid: self._arrival(uid, raw, arrival_time(listed[uid].arrived, now)) for uid, raw in mails.items()}
        done = self._recognise(arrivals)
        failed = 0
        for uid, arrival in arrivals.items():
            if uid in done:
                continue
            if not self._goes_on(0):
                break
            if self._hand_on(uid, arrival):
                done.append(uid)
                failed = 0
            else:
                failed += 1
            if failed >= FAILURES_IN_A_ROW:
                self._settle(done)
                raise NotAccepted(self.problem)
        self._settle(done)
        return len(done)

    def _recognise(self, arrivals: dict[int, Arrival]) -> list[int]:
        """Find the mails the journal has from before the folder was numbered anew."""
        if not arrivals or (self.is_reliable and not self._numbered_anew):
            return []
        known = self._memory.recognise(list(arrivals.values()), self._epoch if self.is_reliable else "")
        found = [uid for uid, arrival in arrivals.items() if arrival.source_key in known]
        for uid in found:
            self._tries.pop(uid, None)
        return found

    def _fetch(self, uids: list[int], listed: dict[int, Listed]) -> dict[int, bytes]:
        """Fetch mails; of one that is too large only its header. What is missing is tried again while it is listed."""
        small = [uid for uid in uids if listed[uid].size <= self._largest]
        found = self._session.fetch_mails(small) if small else {}
        for uid in uids:
            if uid not in small or len(found.get(uid, b"")) > self._largest:
                header = self._session.fetch_header(uid)
                found.pop(uid, None)
                if header:
                    found[uid] = stand_in(header, listed[uid].size, self._where())
            if uid not in found:
                self._tries[uid] = self._tries.get(uid, 0) + 1
        return {uid: found[uid] for uid in uids if uid in found}

    def _arrival(self, uid: int, raw: bytes, arrived: dt.datetime) -> Arrival:
        account = self._account
        key = account.key(self._session.uidvalidity, uid) if self.is_reliable else account.key_of_content(raw)
        return build_arrival(account.source, raw, Envelope(), arrived, key=key, mailbox=account.address)

    def _hand_on(self, uid: int, arrival: Arrival) -> bool:
        try:
            self._accept(arrival)
        except Exception as problem:  # noqa: BLE001 - one mail that cannot be written down must not keep back the others
            self._not_accepted[uid] = f"UID {uid}: {type(problem).__name__}"
            return False
        self._not_accepted.pop(uid, None)
        self._tries.pop(uid, None)
        return True

    # ---- what becomes of it at the server ----

    def _settle(self, uids: list[int]) -> bool:
        """Tell whether the server did what it was asked."""
        for _ in range(TRIES if uids else 0):
            self._not_settled = self._session.settle(uids)
            if GONE_MEANWHILE not in self._not_settled:
                break
            # Somebody else took some of them away, and the server did nothing with the others either.
            listed = self._session.fetch_sizes(uids)
            uids = [uid for uid in uids if uid in listed]
            if not uids:
                self._not_settled = ""
                break
        return not self._not_settled

    def _tidy(self, known: list[int], now: dt.datetime) -> None:
        """Do what could not be done when a mail was taken, or is done only later; `known` are sure to be in the journal."""
        account, delay = self._account, delete_delay(self._account.after)
        if account.after.startswith("move:"):
            # Journaled, but not moved: a crash came between. (With `delete` nothing is deleted on such an afterthought.)
            for some in chunks(known, MAILS_AT_ONCE):
                if not self._settle(some) or not self._goes_on(0):
                    return
        elif delay:
            moment = now - delay
            self._each(known, lambda keys: self._memory.done_before(account.source, keys, moment), self._session.delete)
        elif account.quarantine:
            folder = account.quarantine
            self._each(
                known,
                lambda keys: self._memory.quarantined(account.source, keys),
                lambda uids: self._session.move(uids, folder),
            )

    def _each(self, known: list[int], which: Callable[[list[str]], set[str]], act: Callable[[list[int]], str]) -> None:
        """Act on those mails that the journal names, after making sure that the server means the same ones."""
        for some in chunks(known, KEYS_AT_ONCE):
            keys = self._keys(some)
            chosen = {key: keys[key] for key in which(list(keys))}
            uids = sorted(set(chosen.values()) - self._changed(chosen)) if chosen else []
            for portion in chunks(uids, MAILS_AT_ONCE):
                self._not_settled = act(portion)
                if self._not_settled or not self._goes_on(0):
                    return

    def _where(self) -> str:
        return f"The whole mail is in the folder {self._account.folder} of {self._account.user}."
