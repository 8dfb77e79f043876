import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest

from maildesk.model.decision import CommandGiven, Decision, SetTimer, TimerKind
from maildesk.model.outgoing import Attempt, OutboxState, Promise, Queued
from maildesk.model.snapshot import Lookup
from maildesk.store import Store, Tx, read
from maildesk.store import owner as owners
from maildesk.store.engines.connection import Connection
from maildesk.store.engines.lanes import Lane
from maildesk.store.outbox import late_replies
from tests.integration.store import workers
from tests.integration.store.standin import NOW, make_arrival, make_letter, make_mail, number_of, take_in

HOUR = dt.timedelta(hours=1)


def write(store: Store, sql: str, **params: Any) -> None:
    """Change a row behind the store's back."""
    store._engine.submit(Lane.QUICK, lambda db: db.run(sql, **params)).result()


def mails(store: Store) -> dict[int, tuple[str, int, int]]:
    """Give state, attempts and crashes of each journaled mail."""

    def ask(db: Connection) -> list[Any]:
        return db.all("SELECT id, state, attempts, crashes FROM journal ORDER BY id")

    return {number: (state, attempts, crashes) for number, state, attempts, crashes in store.read(ask)}


def send(store: Store, *letters: Any, lease: bool = False) -> tuple[Queued, ...]:
    """Queue letters at NOW."""

    def work(tx: Tx) -> tuple[Queued, ...]:
        tx.snapshot(CommandGiven("s", "s"), Lookup(), NOW)
        return tx.queue(letters, lease=lease)

    return store.transact(work).result()


def outbox(store: Store) -> dict[str, tuple[str, int]]:
    """Give state and attempts of each letter by its key."""
    return {row["key"]: (row["state"], row["attempts"]) for row in store.read(read.list_outbox)}


def test_two_processes_never_claim_the_same_mail(store: Store, database_url: str, tmp_path: Path) -> None:
    """Two daemons on one database share the mails between them; none is handed out twice, none is left (B121)."""
    accepted = {store.accept(make_arrival(number)).result().journal_id for number in range(60)}
    running = [workers.start("claim_all", database_url, tmp_path) for _ in range(2)]
    claimed = [number for worker in running for group in workers.finish(worker) for number in group]
    assert sorted(claimed) == sorted(accepted)


def test_large_mails_are_claimed_a_few_at_a_time(store: Store) -> None:
    """After an outage a journal full of large mails does not fill the memory; none is skipped, none loses an attempt."""
    ids = [store.accept(make_arrival(number)).result().journal_id for number in range(5)]
    write(store, "UPDATE journal SET size = 10000000")
    assert [one.journal_id for one in store.claim_mails(50, NOW, 25_000_000)] == ids[:2]
    assert [one.journal_id for one in store.claim_mails(50, NOW, 1)] == ids[2:3]
    assert [one.journal_id for one in store.claim_mails(50, NOW)] == ids[3:]
    assert {attempts for _, attempts, _ in mails(store).values()} == {1}


def test_the_oldest_mail_is_claimed_first(store: Store) -> None:
    """After an outage mails are decided in the order in which they were received (B115)."""
    ids = [store.accept(make_arrival(n, at=NOW - HOUR * age)).result().journal_id for n, age in enumerate((3, 9, 1, 7))]
    assert {one.journal_id for one in store.claim_mails(2, NOW)} == {ids[1], ids[3]}
    assert [one.journal_id for one in store.claim_mails(1, NOW)] == [ids[0]]


def test_a_deferred_mail_comes_back_when_its_time_has_come(store: Store) -> None:
    """A mail that failed waits, counted; one that was put behind its parent waits uncounted."""
    failed = store.accept(make_arrival(1), lease=True).result().journal_id
    early = store.accept(make_arrival(2), lease=True).result().journal_id
    store.transact(lambda tx: tx.defer_mail(failed, NOW + HOUR, "KeyError: x")).result()
    store.transact(lambda tx: tx.defer_mail(early, NOW + HOUR, "after <p@x>", count_attempt=False)).result()
    assert store.claim_mails(10, NOW) == []
    again = {one.journal_id: one.attempts for one in store.claim_mails(10, NOW + HOUR)}
    assert again == {failed: 2, early: 1}
    (row,) = store.read(lambda db: read.list_journal(db, journal_id=failed))
    assert row["problem"] == "KeyError: x"


def test_a_quarantined_mail_waits_for_its_retry(store: Store) -> None:
    """Quarantine takes a mail out of the line with its reason; `journal retry` gives it three fresh attempts (B112)."""
    number = store.accept(make_arrival(1), lease=True).result().journal_id
    store.transact(lambda tx: tx.quarantine(number, "Traceback …\0")).result()
    assert store.claim_mails(10, NOW) == []
    (row,) = store.read(lambda db: read.list_journal(db, "quarantined"))
    assert row["problem"] == "Traceback …\ufffd"
    assert store.retry_mail(number)
    assert [one.attempts for one in store.claim_mails(10)] == [1]
    assert not store.retry_mail(number), "it is in work"


def test_the_first_death_blames_nobody_and_the_next_ones_only_the_mail_in_hand(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    """A process dies with ten mails in hand and one can be to blame: only a mail it holds alone is counted down (B111)."""
    for number in range(4):
        store.accept(make_arrival(number)).result()
    assert workers.finish(workers.start("claim_and_die", database_url, tmp_path, "mails", 3)) == [
        [[1, 1], [2, 1], [3, 1]]
    ]
    assert store.free_abandoned() == 3
    assert mails(store) == {1: ("waiting", 0, 1), 2: ("waiting", 0, 1), 3: ("waiting", 0, 1), 4: ("waiting", 0, 0)}
    assert workers.finish(workers.start("claim_and_die", database_url, tmp_path, "mails", 3)) == [[[4, 1], [1, 1]]]
    store.free_abandoned()
    assert mails(store)[1] == ("waiting", 1, 2), "held alone among the marked ones: this attempt counts"
    assert mails(store)[4] == ("waiting", 0, 1)
    assert [one.journal_id for one in store.claim_mails(10, NOW)] == [1]
    assert store.claim_mails(10, NOW) == [], "one marked mail at a time"
    store.transact(lambda tx: tx.finish_mail(1, "done")).result()
    assert [one.journal_id for one in store.claim_mails(10, NOW)] == [2]


def test_a_daemon_that_starts_frees_what_the_dead_have_left(store: Store, database_url: str, tmp_path: Path) -> None:
    """On the same machine death shows at once: nobody waits for a lease to run out."""
    store.accept(make_arrival(1)).result()
    workers.finish(workers.start("claim_and_die", database_url, tmp_path, "mails", 1))
    assert [one.journal_id for one in store.claim_mails(10, NOW)] == [1]


def test_other_machines_are_believed_for_a_minute(store: Store) -> None:
    """A process elsewhere that was heard of lately keeps its mails; a silent one loses them."""
    store.claim_mails(1)
    for number, (owner, silence) in enumerate([("far/away/1/77", 30), ("far/gone/2/77", 90)]):
        mail = store.accept(make_arrival(number)).result().journal_id
        write(store, "INSERT INTO process (owner, seen) VALUES (:o, {clock} - :s)", o=owner, s=silence * 1_000_000)
        write(store, "UPDATE journal SET owner = :o, claimed = {clock}, attempts = 1 WHERE id = :i", o=owner, i=mail)
    assert store.free_abandoned() == 1
    assert [one.journal_id for one in store.claim_mails(10)] == [2]


def test_a_living_process_that_lost_a_mail_does_not_keep_it_for_ever(store: Store) -> None:
    """After half an hour in one hand a mail is given to the next."""
    number = store.accept(make_arrival(1), lease=True).result().journal_id
    assert store.free_abandoned() == 0
    long = int(owners.LONGEST_HOLD.total_seconds() + 1) * 1_000_000
    write(store, "UPDATE journal SET claimed = claimed - :long", long=long)
    assert store.free_abandoned() == 1
    assert [one.journal_id for one in store.claim_mails(10)] == [number]


def test_two_stores_of_one_process_hold_for_themselves(store: Store, database_url: str, tmp_path: Path) -> None:
    """Closing a second store (a command run inside the daemon) frees nothing that the first one has in hand."""
    number = store.accept(make_arrival(1), lease=True).result().journal_id
    second = Store.open(database_url, tmp_path)
    second.claim_mails(10)
    second.close()
    assert mails(store) == {number: ("waiting", 1, 0)}
    assert store.claim_mails(10) == []


def test_a_mail_that_could_not_be_worked_on_is_found_again(store: Store) -> None:
    """When the database was away in the middle, the daemon lets the mail go and claims it later, uncounted."""
    number = store.accept(make_arrival(1), lease=True).result().journal_id
    assert store.claim_mails(10) == []
    store.let_go(number)
    assert [(one.journal_id, one.attempts) for one in store.claim_mails(10)] == [(number, 1)]
    assert store.claim_mails(10) == []


def test_closing_gives_everything_back(database_url: str, tmp_path: Path) -> None:
    """A daemon that stops in order leaves its mails to the next, uncounted."""
    first = Store.open(database_url, tmp_path)
    number = first.accept(make_arrival(1), lease=True).result().journal_id
    first.close()
    second = Store.open(database_url, tmp_path)
    assert mails(second) == {number: ("waiting", 0, 0)}
    assert second.read(lambda db: db.value("SELECT COUNT(*) FROM process")) == 0
    second.close()


@pytest.mark.parametrize(
    ("key", "promise", "state"),
    [
        ("plain", Promise.AT_MOST_ONCE, "waiting"),
        ("handed", Promise.AT_MOST_ONCE, "unsure"),
        ("handed", Promise.AT_LEAST_ONCE, "waiting"),
    ],
)
def test_letters_of_the_dead(
    store: Store, database_url: str, tmp_path: Path, key: str, promise: Promise, state: str
) -> None:
    """A notice that may have left is not sent again, people's words are; what surely did not leave is sent."""
    number = number_of(take_in(store, make_mail(1)))
    (letter,) = send(store, make_letter(key, number, promise=promise))
    store.drop_letters([1, 2])
    assert workers.finish(workers.start("claim_and_die", database_url, tmp_path, "letters", 5)) == [[letter.id]]
    store.free_abandoned()
    assert outbox(store)[key] == (state, 1)
    again = store.claim_outbox(5, NOW)
    assert [one.mail.raw for one in again] == ([letter.mail.raw] if state == "waiting" else [])
    assert [one.attempts for one in again] == ([2] if state == "waiting" else [])
    assert [one.ambiguous for one in again] == ([int(key == "handed")] if state == "waiting" else [])


def test_timers_of_the_dead(store: Store, database_url: str, tmp_path: Path) -> None:
    """A timer in the hands of a process that died fires in another."""
    number = number_of(take_in(store, make_mail(1)))
    decision = Decision((SetTimer(number, TimerKind.CLOSE, NOW),), ticket=number)
    there = Lookup(tickets=(number,))
    store.transact(lambda tx: tx.apply(decision, tx.snapshot(CommandGiven("t", "t"), there, NOW))).result()
    (held,) = workers.finish(workers.start("claim_and_die", database_url, tmp_path, "timers", 5))
    assert store.claim_timers(5, NOW) == [], "until its death is noticed"
    store.free_abandoned()
    assert [due.id for due in store.claim_timers(5, NOW)] == held


def test_a_letter_leased_with_its_decision_is_in_our_hands(store: Store) -> None:
    """What may leave at once is ours from the commit on; what waits for its time is claimed by whoever comes then."""
    number = number_of(take_in(store, make_mail(1)))
    store.drop_letters([1, 2])
    now, later = send(
        store, make_letter("now", number), make_letter("later", number, not_before=NOW + HOUR), lease=True
    )
    assert (now.attempts, later.attempts) == (1, 0)
    assert store.claim_outbox(10, NOW) == []
    (claimed,) = store.claim_outbox(10, NOW + HOUR)
    assert (claimed.id, claimed.attempts, claimed.mail.key, claimed.mail.ticket) == (later.id, 1, "later", number)


def test_attempts_end_as_they_end(store: Store) -> None:
    """Sent, failed, to be tried again: each is written down with the relay's words; late news of lost rows is ignored."""
    number = number_of(take_in(store, make_mail(1)))
    store.drop_letters([1, 2])
    sent, failed, again, lost = send(store, *(make_letter(key, number) for key in ("a", "b", "c", "d")), lease=True)
    write(store, "UPDATE outbox SET owner = 'somebody/else/1/1' WHERE id = :id", id=lost.id)
    store.finish(
        [
            Attempt(sent.id, OutboxState.SENT, "250 ok"),
            Attempt(failed.id, OutboxState.FAILED, "550 " + "x" * 900),
            Attempt(again.id, OutboxState.WAITING, "451 later", NOW + HOUR),
            Attempt(lost.id, OutboxState.SENT, "250 ok"),
        ]
    ).result()
    assert outbox(store) | {"d": 0} == outbox(store) | {
        "a": ("sent", 1),
        "b": ("failed", 1),
        "c": ("waiting", 1),
        "d": 0,
    }
    assert outbox(store)["d"] == ("sending", 1)
    rows = {row["key"]: row for row in store.read(read.list_outbox)}
    assert len(rows["b"]["last_reply"]) == 500
    assert rows["c"]["next"] == (NOW + HOUR).isoformat()
    assert [one.mail.key for one in store.claim_outbox(10, NOW + HOUR)] == ["c"]


def test_an_attempt_pushes_the_next_one_forward_before_it_begins(store: Store) -> None:
    """Between claim and answer a letter is nobody else's and not due: the network comes after the commit."""
    number = number_of(take_in(store, make_mail(1)))
    store.drop_letters([1, 2])
    send(store, make_letter("a", number))
    (claimed,) = store.claim_outbox(10, NOW)
    assert claimed.attempts == 1
    (row,) = [row for row in store.read(read.list_outbox) if row["key"] == "a"]
    assert row["state"] == "sending"
    assert row["next"] > NOW.isoformat()


def test_what_attempts_came_to_is_counted(store: Store) -> None:
    """A relay that was down costs no attempt; refusals and unknown fates are counted apart, for they end a mail sooner."""
    number = number_of(take_in(store, make_mail(1)))
    store.drop_letters([1, 2])
    (letter,) = send(store, make_letter("a", number))
    steps = [
        Attempt(0, OutboxState.WAITING, **how)
        for how in ({"counts": False}, {"refused": True}, {"ambiguous": True}, {})
    ]
    seen = []
    for step in steps:
        (claimed,) = store.claim_outbox(10, NOW + HOUR)
        seen.append((claimed.attempts, claimed.refused, claimed.ambiguous))
        store.finish([msgspec.structs.replace(step, queued_id=letter.id, retry_at=NOW)]).result()
    assert seen == [(1, 0, 0), (1, 0, 0), (2, 1, 0), (3, 1, 1)]


def test_replies_that_wait_for_hours_are_found_once(store: Store) -> None:
    """A reply that has not left is listed until its people were told, notices and young replies are not."""
    number = number_of(take_in(store, make_mail(1)))
    store.drop_letters([1, 2])
    old, other, _ = send(
        store, make_letter("a", number, kind="reply"), make_letter("b", number, kind="reply"), make_letter("c", number)
    )
    late = store.read(lambda db: late_replies(db, NOW + HOUR))
    assert [(one.id, one.ticket) for one in late] == [(old.id, number)]
    assert store.read(lambda db: late_replies(db, NOW - HOUR)) == []
    cause = CommandGiven(f"late:{old.id}", "undelivered", number)
    store.transact(lambda tx: tx.apply(Decision(), tx.snapshot(cause, Lookup(), NOW), "p")).result()
    assert store.read(lambda db: late_replies(db, NOW + HOUR)) == []
    assert other.id > old.id


def test_people_hold_retry_and_drop_letters(store: Store) -> None:
    """Held letters stay until somebody lets them go; sent ones cannot be called back."""
    number = number_of(take_in(store, make_mail(1)))
    store.drop_letters([1, 2])
    a, b = send(store, make_letter("a", number), make_letter("b", number))
    assert store.hold_letters([a.id, b.id, 999]) == [a.id, b.id]
    assert store.claim_outbox(10, NOW) == []
    assert store.drop_letters([b.id]) == [b.id]
    assert store.retry_letters([a.id]) == [a.id]
    (claimed,) = store.claim_outbox(10, dt.datetime.now(dt.UTC))
    store.finish([Attempt(claimed.id, OutboxState.SENT)]).result()
    assert store.retry_letters([claimed.id]) == []
    assert store.drop_letters([claimed.id]) == []
