"""What rules cost: a 50 kB mail with 10 to 10,000 rules, and a desk that takes 2,000 new ones while mail comes in."""

import asyncio
import datetime as dt
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.client import send_all
from bench.daemon import end, settle, start, start_daemon
from bench.mails import letters
from bench.servers import settings_text
from maildesk.daemon.loop import run
from maildesk.decide import Desk
from maildesk.desk import Received, handle_mail, wanted
from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.parse import parse_mail
from maildesk.model.mail import Envelope
from maildesk.rules.evaluate import evaluate
from maildesk.rules.load import load_policy
from maildesk.rules.selftest import facts_of
from maildesk.settings import Settings, shipped_dir
from maildesk.settings.load import read_settings
from maildesk.store.db import Store
from maildesk.tokens import Keys
from maildesk.yaml_file import Problems

_SYLLABLES = [a + b for a in "bcčdghjklmnprřsštvzž" for b in "aeiou"]
_VOCABULARY = ["".join(random.Random(n).choices(_SYLLABLES, k=1 + n % 4)) for n in range(4000)]
COUNTS = (10, 100, 1000, 10_000)
MAILS = 12
SIZE = 50_000
RELOADED = 2000
PACED = 100
_NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def rules_cost(counts: tuple[int, ...] = COUNTS) -> dict[int, tuple[float, float]]:
    """Print, and give, the CPU milliseconds of a 50 kB mail by the number of rules: of the rules alone, and of the whole way.

    The whole way is parse, look-up, decision and the writing of ticket, record and letters, in one process.
    """
    costs: dict[int, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            costs[count] = _cost(Path(folder) / str(count), count)
    alone, whole = costs[counts[0]]
    for count, (rules, way) in costs.items():
        print(
            f"rules: {count:6d}   a 50 kB mail {way:6.2f} ms ({way / whole:.2f} x that with {counts[0]})"
            f"   of which rules {rules:5.2f} ms ({rules / alone:.2f} x)"
        )
    return costs


def _cost(folder: Path, count: int) -> tuple[float, float]:
    """Measure the best of several different mails: on a shared machine the others only wait longer."""
    desk = _desk(folder, count)
    store = Store.open(f"sqlite:///{folder}/bench.db", folder)
    chance, rules, whole = random.Random(7), [], []
    try:
        _handle(_mail(chance, 0), 0, desk, store)  # what is imported and compiled once
        for number in range(1, MAILS + 1):
            facts = facts_of(parse_mail(_mail(chance, MAILS + number)), _NOW)
            began = time.thread_time()
            evaluate(desk.policy, facts, misses=False)
            rules.append(time.thread_time() - began)
            raw = _mail(chance, number)
            began = time.process_time()
            _handle(raw, number, desk, store)
            whole.append(time.process_time() - began)
    finally:
        store.close()
    return 1000 * min(rules), 1000 * min(whole)


def _handle(raw: bytes, number: int, desk: Desk, store: Store) -> None:
    envelope = Envelope(f"user{number}@customer.test", ("support@bench.test",))
    arrival = build_arrival("smtp", raw, envelope, _NOW)
    accepted = store.accept(arrival, lease=True).result()
    received = Received(accepted.journal_id, arrival, parse_mail(raw, envelope.mail_from), {})
    lookup = wanted(received, desk)
    store.transact(lambda tx: handle_mail(tx, received, lookup, desk, _NOW), lookup).result()


def _desk(folder: Path, count: int) -> Desk:
    config = folder / "config"
    shutil.copytree(shipped_dir("config"), config)
    for old in (*config.glob("rules/*.yaml"), *config.glob("tests/*.yaml")):
        old.unlink()
    write_rules(config, count)
    settings = _settings()
    policy, problems = load_policy(config, shipped_dir("templates"), settings)
    assert policy is not None, problems[:3]
    assert len(policy.rules) == count
    return Desk(settings, policy, Keys.from_secret(bytes(32), "bench.test"))


def _settings() -> Settings:
    problems = Problems()
    settings = read_settings("maildesk.yaml", settings_text(25), problems)
    assert settings is not None, problems.sorted()
    return settings


def write_rules(config: Path, count: int) -> None:
    """Write so many different rules of all kinds, in files of a thousand: words, phrases, addresses, fields, expressions."""
    rules = [_rule(number) for number in range(count)]
    for place in range(0, count, 1000):
        text = "rules:\n" + "".join(rules[place : place + 1000])
        (config / "rules" / f"5{place // 1000}-bench.yaml").write_text(text, encoding="utf-8")


def _rule(number: int) -> str:
    chance = random.Random(number)
    one, two, three = ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) + "ka" for _ in range(3))
    plain_one, plain_two = (word.translate(str.maketrans("čřšž", "crsz")) for word in (one, two))
    when = (
        f"{{words: [{one}, {two} {three}]}}",
        f"{{subject: {one}, body: [{two}, {three}*]}}",
        f"{{from: [{plain_one}.example, x@{plain_two}.example]}}",
        f"{{any: [{{words: {one}}}, {{all: [{{subject: {two}}}, {{attachment: pdf}}]}}]}}",
        f"{{words: {one}, hours: open}}",
        f"{{header: {{X-{plain_one}: present}}}}",
        f"{{words: '/\\b{one.upper()}-\\d+\\b/'}}" if number % 80 == 6 else f"{{words: [{one}, ={two.upper()}]}}",
        f"{{words: [{one}, {two}], customer: vip}}",
    )[number % 8]
    return (
        f"  - name: Rule {number}\n    when: {when}\n    unless: {{words: {three}xx}}\n"
        f"    then: {{team: billing, tags: t{number}}}\n"
    )


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4)))


def _mail(chance: random.Random, number: int) -> bytes:
    """Write a mail of 50 kB; every fortieth word is one that no mail had before."""
    text, length = [], 0
    while length < SIZE:
        word = _word(chance) if chance.random() < 0.025 else chance.choice(_VOCABULARY)
        text.append(word + ("\r\n" if chance.random() < 0.1 else " "))
        length += len(text[-1].encode())
    head = (
        f"From: Some Body <user{number}@customer.test>\r\nTo: support@bench.test\r\nSubject: Question {number}\r\n"
        f"Message-ID: <r{number}@customer.test>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return (head + "".join(text) + "\r\n").encode()


def reload_cost() -> None:
    """Print how long a desk takes to adopt 2,000 new rules while 10 mails a second come in, and the longest any mail waited."""
    sink, sink_port = start("sink")
    with tempfile.TemporaryDirectory() as folder:
        daemon, port = start_daemon(Path(folder), sink_port)
        try:
            run(send_all(letters(30, seed=5, prefix="w"), "127.0.0.1", port, 4))
            settle(Path(folder))
            run(_paced(Path(folder), port, "c", reload=False))
            took = run(_paced(Path(folder), port, "r", reload=True))
            settle(Path(folder))
            print(
                f"reload: {RELOADED} new rules hold after {took:.1f} s; longest wait for a decision meanwhile"
                f" {max(_waits(Path(folder), 'r')):.2f} s, else {max(_waits(Path(folder), 'c')):.2f} s"
            )
        finally:
            end(daemon)
            end(sink)


async def _paced(folder: Path, port: int, prefix: str, *, reload: bool) -> float:
    sending = asyncio.create_task(send_all(letters(PACED, seed=9, prefix=prefix), "127.0.0.1", port, 4, rate=10))
    took = 0.0
    if reload:
        await asyncio.sleep(1)
        before, began = _active(folder), time.monotonic()
        await asyncio.to_thread(write_rules, folder / "config", RELOADED)
        while _active(folder) == before and time.monotonic() - began < 300:  # noqa: ASYNC110 - told by another process
            await asyncio.sleep(0.05)
        took = time.monotonic() - began
    await sending
    return took


def _active(folder: Path) -> str:
    with closing(sqlite3.connect(f"file:{folder}/bench.db?mode=ro", uri=True, timeout=10)) as db:
        return str(db.execute("SELECT digest FROM policy_active").fetchone()[0])


def _waits(folder: Path, prefix: str) -> Iterator[float]:
    """Give the seconds between accepting and deciding, of the mails of one run."""
    with closing(sqlite3.connect(f"file:{folder}/bench.db?mode=ro", uri=True, timeout=10)) as db:
        sql = "SELECT accepted_at, finished FROM journal WHERE message_id LIKE ? AND finished IS NOT NULL"
        for accepted, finished in db.execute(sql, (f"{prefix}9x%",)).fetchall():
            yield (finished - accepted) / 1_000_000
