"""Compare what senders were told, what the desk has, and what left it: what is lost, what is doubled, what is unsure."""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from maildesk.store import read
from maildesk.store.db import Store
from maildesk.store.verify import verify
from tests.crash.load import KEY, Ledger, count_waiting
from tests.services.dovecot import Dovecot
from tests.services.sink import Received, Sink

# A mail whose reader was killed three times makes a ticket for people, and nobody is told.
_TO_ACKNOWLEDGE = (
    "SELECT number FROM ticket WHERE merged_into IS NULL AND number NOT IN"
    " (SELECT e.ticket FROM entry AS e JOIN journal AS j ON j.id = e.journal_id WHERE j.state = 'quarantined')"
)


@dataclass(slots=True)
class Findings:
    """What was counted; `wrong` is what must never be."""

    wrong: list[str] = field(default_factory=list)
    mails: int = 0
    tickets: int = 0
    acknowledgements: int = 0
    replies: int = 0
    unsure: int = 0
    sent_twice: int = 0
    aside: set[str] = field(default_factory=set)  # mails in hand at three deaths: a ticket says so, nothing is sent

    def line(self) -> str:
        """Say it in one line, for docs/proofs.md."""
        return (
            f"{self.mails} mails acknowledged, {self.tickets} tickets, {self.acknowledgements} acknowledgements sent,"
            f" {self.unsure} of unknown fate and not sent again, {self.replies} answers of agents,"
            f" {self.sent_twice} letters sent twice because the fate of the first was unknown,"
            f" {len(self.aside)} mails put aside after three deaths; wrong: {len(self.wrong)}"
        )


def settle(store: Store, seconds: float) -> float:
    """Wait until nothing waits; give how long it took."""
    began = time.monotonic()
    while count_waiting(store):
        if time.monotonic() - began > seconds:
            waiting = store.read(lambda db: read.list_journal(db, "waiting"))[:3]
            leaving = store.read(lambda db: read.list_outbox(db, ("waiting", "sending")))[:3]
            raise AssertionError(f"not settled: {waiting} {leaving}")
        time.sleep(0.05)
    return time.monotonic() - began


def judge(store: Store, ledger: Ledger, sink: Sink, kills: Sequence[int]) -> Findings:
    """Look at everything once; `kills` says how many mails had reached the sink at each kill."""
    found = Findings(mails=len(ledger.acknowledged), replies=len(ledger.replies))
    found.wrong += [f"refused for good: {key} {reply}" for key, reply in ledger.refused.items()]
    _judge_mails(store, ledger, found)
    _judge_letters(store, ledger, sink.mails, kills, found)
    found.wrong += store.read(verify)
    return found


def _judge_mails(store: Store, ledger: Ledger, found: Findings) -> None:
    """Each acknowledged mail stands in the journal once, is decided, and is on one ticket."""
    rows = store.read(
        lambda db: db.all(
            "SELECT j.id, j.state, r.packed, r.raw FROM journal AS j JOIN journal_raw AS r ON r.id = j.id"
        )
    )
    entries = store.read(lambda db: db.all("SELECT journal_id, ticket FROM entry WHERE journal_id IS NOT NULL"))
    tickets: defaultdict[int, list[int]] = defaultdict(list)
    for journal_id, ticket in entries:
        tickets[journal_id].append(ticket)
    journaled: defaultdict[str, list[int]] = defaultdict(list)
    for journal_id, state, packed, raw in rows:
        key = _key(raw, packed)
        journaled[key].append(journal_id)
        if state == "quarantined":
            found.aside.add(key)
        if state == "waiting":
            found.wrong.append(f"still waiting: {key}")
    for key in sorted(ledger.acknowledged):
        ids = journaled.get(key, [])
        on = [ticket for one in ids for ticket in tickets[one]]
        if not ids:
            found.wrong.append(f"lost: {key} was acknowledged and is not in the journal")
        elif not on or None in on:
            found.wrong.append(f"lost: {key} is on no ticket")
    for key, ids in journaled.items():
        if len(ids) > 1:
            found.wrong.append(f"doubled: {key} stands in the journal {len(ids)} times")
        if len({ticket for one in ids for ticket in tickets[one]}) > 1:
            found.wrong.append(f"doubled: {key} made several tickets")
    unknown = journaled.keys() - ledger.acknowledged - ledger.tried
    found.wrong += [f"nobody sent this: {key}" for key in unknown]
    (found.tickets,) = store.read(lambda db: db.one("SELECT COUNT(*) FROM ticket WHERE merged_into IS NULL")) or (0,)


def _judge_letters(
    store: Store, ledger: Ledger, mails: Sequence[Received], kills: Sequence[int], found: Findings
) -> None:
    """A notice leaves once at most and is missed only if its fate is unknown; a person's words leave once at least."""
    rows = store.read(lambda db: db.all("SELECT id, kind, state, message_id, promise, rcpt_to, ticket FROM outbox"))
    seen: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for position, one in enumerate(mails):
        seen[_message_id(one.data), one.rcpt_to[0]].append(position)
    for number, kind, state, message_id, promise, rcpt_to, _ in rows:
        places = seen.pop((message_id, rcpt_to), [])
        once = promise == "at-most-once"
        if kind == "acknowledgement":
            found.acknowledgements += bool(places)
        if state == "unsure" and once:
            found.unsure += 1
        elif state != "sent" and not places:
            found.wrong.append(f"letter {number} ({kind}) is {state} and never left")
        if state == "sent" and not places:
            found.wrong.append(f"letter {number} ({kind}) counts as sent and never left")
        if len(places) > 1:
            found.sent_twice += 1
            _judge_doubled(
                f"letter {number} ({kind})", [mails[p].data for p in places], places, kills, found, once=once
            )
    found.wrong += [f"a letter left that is not in the outbox: {key}" for key in seen]
    acknowledged = Counter(ticket for _, kind, *_, ticket in rows if kind == "acknowledgement")
    tickets = store.read(lambda db: db.all(_TO_ACKNOWLEDGE))
    found.wrong += [f"ticket {n} has {acknowledged[n]} acknowledgements" for (n,) in tickets if acknowledged[n] != 1]
    by_people = b"".join(one.data for one in mails if not _is_automatic(one.data))
    unheard = [key for key in ledger.replies - found.aside if f"key-{key}-end".encode() not in by_people]
    found.wrong += [f"the agent's answer {key} never left" for key in unheard]


def _is_automatic(raw: bytes) -> bool:
    return b"\nX-Maildesk-Notice:" in raw or b"\nX-Maildesk-Event:" in raw


def _judge_doubled(
    what: str, copies: list[bytes], places: list[int], kills: Sequence[int], found: Findings, *, once: bool
) -> None:
    if once:
        found.wrong.append(f"{what} left twice")
    if len(set(copies)) > 1:
        found.wrong.append(f"{what} left twice, in different bytes")
    if not any(places[0] < kill <= places[1] for kill in kills):
        found.wrong.append(f"{what} left twice and nothing was killed between")


def judge_mailboxes(dovecot: Dovecot, moved: str, kept: str, ledger: Ledger) -> list[str]:
    """Every mail lies where it should: moved away once, or kept."""
    wrong = [f"not moved: {raw[:80]!r}" for raw in dovecot.mails(moved)]
    for who, place in (("moved", dovecot.mails(moved, "Done")), ("kept", dovecot.mails(kept))):
        there = Counter(_key(raw, packed=False) for raw in place)
        wrong += [f"{key} lies there {count} times" for key, count in there.items() if count != 1]
        wrong += [
            f"{key} is gone from its mailbox" for key in ledger.acknowledged if key.startswith(who) and key not in there
        ]
    return wrong


def _key(raw: bytes, packed: bool) -> str:
    if packed:
        from maildesk.store.codec import unpack

        raw = unpack(raw, packed)
    found = [key.decode() for key in KEY.findall(raw)]
    # An agent's answer also holds the key of the mail it answers.
    return next((key for key in found if key.startswith("agent")), found[0] if found else f"unknown: {raw[:60]!r}")


def _message_id(raw: bytes) -> str:
    head = raw.partition(b"\r\n\r\n")[0]
    return head.partition(b"\nMessage-ID: <")[2].partition(b">")[0].decode()
