"""Other processes for tests of the store, forked: each runs one of the functions below."""

import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from maildesk.store import Store
from tests.integration.store.standin import NOW, handle, look_up, make_arrival, make_mail
from tests.services import forks


def start(verb: str, url: str, folder: Path, *words: object, env: dict[str, str] | None = None) -> forks.ForkedCommand:
    """Start a worker; it prints JSON lines."""
    return forks.start([verb, url, str(folder), *map(str, words)], module=__name__, **(env or {}))


def finish(worker: forks.ForkedCommand, seconds: float = 60) -> list[Any]:
    """Wait for a worker and read what it printed; a line that its death cut off says nothing."""
    output, _ = worker.communicate(timeout=seconds)
    return [json.loads(line) for line in output.splitlines(keepends=True) if line.endswith("\n")]


def tell(value: object) -> None:
    """Print one line, at once and whole."""
    os.write(1, json.dumps(value).encode() + b"\n")


def die() -> None:
    """End as a power cut ends us."""
    os.kill(os.getpid(), signal.SIGKILL)


def claim_all(store: Store) -> None:
    """Claim mails a few at a time, and finish them, until there are none."""
    while claimed := store.claim_mails(3, NOW):
        tell([one.journal_id for one in claimed])
        for one in claimed:
            store.transact(lambda tx, one=one: tx.finish_mail(one.journal_id, "done")).result()  # type: ignore[misc]


def claim_and_die(store: Store, what: str, count: str) -> None:
    """Claim, mark letters whose key says so as handed over, and die."""
    if what == "mails":
        tell([[one.journal_id, one.attempts] for one in store.claim_mails(int(count), NOW)])
    elif what == "timers":
        tell([due.id for due in store.claim_timers(int(count), NOW)])
    else:
        letters = store.claim_outbox(int(count), NOW)
        store.mark_data_sent([letter.id for letter in letters if "handed" in letter.mail.key]).result()
        tell([letter.id for letter in letters])
    die()


def accept_until_killed(store: Store, name: str, clients: str) -> None:
    """Journal mails from several threads, telling each id when it is promised."""

    def client(number: int) -> None:
        for serial in range(100_000):
            key = f"{name}.{number}.{serial}"
            journal_id = store.accept(make_arrival(key, size=2000), lease=serial % 2 == 0).result().journal_id
            tell([key, journal_id])

    threads = [threading.Thread(target=client, args=(number,)) for number in range(int(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def hog(store: Store, seconds: str) -> None:
    """Decide without a pause, as a busy daemon does."""
    tell("busy")
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        for future in [store.transact(lambda _: time.sleep(0.004)) for _ in range(40)]:
            future.result()


def decide_all(store: Store, rounds: str) -> None:
    """Claim and decide until nothing has been waiting for some rounds; mails are named `<conversation>.<turn>`."""
    idle = 0
    while idle < int(rounds):
        claimed = store.claim_mails(5)
        idle = 0 if claimed else idle + 1
        if not claimed:
            threading.Event().wait(0.05)
        for one in claimed:
            conversation, turn = one.arrival.message_id[1:-2].split(".")
            mail = make_mail(f"{conversation}.{turn}", [f"{conversation}.{n}" for n in range(int(turn))])
            lookup = look_up(mail, one.journal_id)
            store.transact(
                lambda tx, one=one, mail=mail: handle(tx, one.journal_id, mail, one.arrival), lookup
            ).result()  # type: ignore[misc]
            tell(one.journal_id)


def main(words: list[str]) -> None:
    """Be a worker."""
    verb, url, folder, *words = words
    opened = Store.open(url, Path(folder))
    {f.__name__: f for f in (claim_all, claim_and_die, accept_until_killed, hog, decide_all)}[verb](opened, *words)  # type: ignore[operator]
    opened.close()
