"""Play a case: each mail is journaled, parsed, decided and answered as the daemon does it, at a time of the case's own."""

import datetime as dt
import functools
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

import msgspec

from maildesk.daemon.digests import find_due, send_digest
from maildesk.daemon.intake import unreadable
from maildesk.decide import Desk
from maildesk.desk import PARENT_PAUSE, File, Outcome, Received, handle_command, handle_mail, handle_timer, wanted
from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.parse import attachment_bytes, parse_mail
from maildesk.model.decision import CommandGiven, Decision
from maildesk.model.mail import Address, Arrival, Envelope, Mail
from maildesk.model.outgoing import Queued
from maildesk.model.snapshot import Due
from maildesk.store import recall
from maildesk.store.codec import from_us
from maildesk.store.db import Store, Tx
from maildesk.tokens import split_subaddress
from tests.golden.case import Step, read_wait
from tests.golden.letters import Letter, fill_in

START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # a Tuesday, in everybody's working hours
T = TypeVar("T")
BETWEEN = dt.timedelta(minutes=10)
_WITH_ENVELOPE = ("smtp", "lmtp", "pipe")


class Played(NamedTuple):
    """What a case came to; the store is still open."""

    store: Store
    desk: Desk
    decisions: dict[str, list[Decision]]
    letters: list[Letter]
    journal: dict[int, str]
    again: list[str]
    waited: list[str]
    slow: list[tuple[str, Received]]


def play(steps: Iterable[Step], desk: Desk, store: Store) -> Played:
    """Play the steps in the order given."""
    played = Played(store, desk, {}, [], {}, [], [], [])
    now = START
    for step in steps:
        now += BETWEEN
        if downtime := step.how.get("downtime"):
            now += read_wait(downtime)
        if wait := step.how.get("wait"):
            now = _pass_time(played, step.name, now, now + read_wait(wait))
        if step.is_mail:
            _bring_mail(played, step, now)
        elif "command" in step.how:
            _give_command(played, step, now)
    return played


def _bring_mail(played: Played, step: Step, now: dt.datetime) -> None:
    raw = fill_in(step.raw.decode("utf-8", "surrogateescape"), played.letters).encode("utf-8", "surrogateescape")
    raw = raw.replace(b"\n", b"\r\n")
    arrival = _arrival(played, step, raw, now)
    accepted = played.store.accept(arrival, lease=True).result()
    if not accepted.fresh:
        played.again.append(step.name)
        return
    played.journal[accepted.journal_id] = step.name
    mail = parse_mail(raw, arrival.envelope.mail_from if arrival.source in _WITH_ENVELOPE else None)
    problem = step.how.get("unreadable", "")
    if problem:
        mail = unreadable(accepted.journal_id, problem, arrival.envelope.mail_from)
    imported = arrival.source == "import"
    files = {} if problem else _files(raw, mail)
    received = Received(accepted.journal_id, arrival, mail, files, trusted=imported, silent=imported, problem=problem)
    received = received._replace(looked_up=step.how.get("looked_up", {}))
    if "slow" in step.how:
        played.slow.append((step.name, received))
    else:
        _decide_mail(played, step.name, received, now)


def _decide_mail(played: Played, name: str, received: Received, now: dt.datetime) -> None:
    """Decide a mail, and after it those that a slow worker still had in hand; one that waits for its parent comes back."""
    outcome = _try_mail(played, received, now)
    if not outcome.waits:
        _keep(played, name, outcome)
    for slow, late in _taken(played.slow):
        _keep(played, slow, _try_mail(played, late, now))
    if outcome.waits:
        played.waited.append(name)
        outcome = _try_mail(played, received, now + PARENT_PAUSE)
        assert not outcome.waits, f"{name} waits for a mail that is decided"
        _keep(played, name, outcome)


def _try_mail(played: Played, received: Received, now: dt.datetime) -> Outcome:
    lookup = wanted(received, played.desk)
    whole = _with_original(played.store, received, lookup.hold) if lookup.hold else received
    return played.store.transact(lambda tx: handle_mail(tx, whole, lookup, played.desk, now), lookup).result()


def _taken(waiting: list[T]) -> list[T]:
    taken = list(waiting)
    waiting.clear()
    return taken


def _arrival(played: Played, step: Step, raw: bytes, now: dt.datetime) -> Arrival:
    """Say how the mail came: by SMTP from its author to our addresses in it, unless envelopes.yaml says otherwise."""
    how, mail = step.how, parse_mail(raw)
    sender = how.get("from", mail.author.address if mail.author else "")
    to = how.get("to") or _ours(played.desk, (*mail.to, *mail.cc))
    envelope = Envelope(fill_in(sender, played.letters), tuple(fill_in(address, played.letters) for address in to))
    source = how.get("source", "smtp")
    if source not in _WITH_ENVELOPE:
        envelope = Envelope()
    key = "" if source in _WITH_ENVELOPE else how.get("key", step.name)
    mailbox = how.get("mailbox", source.removeprefix("imap:") if source.startswith("imap:") else "")
    arrived = now - read_wait(how["lay"]) if "lay" in how else now
    return build_arrival(source, raw, envelope, arrived, key=key, mailbox=mailbox)


def _ours(desk: Desk, people: tuple[Address, ...]) -> tuple[str, ...]:
    own = [a.address for a in people if split_subaddress(a.address)[0].casefold() in desk.own_addresses]
    return tuple(own) or (desk.settings.mailboxes[0].address,)


def _files(raw: bytes, mail: Mail) -> dict[int, File]:
    indices = tuple(a.index for a in mail.every_file)
    return dict(zip(indices, attachment_bytes(raw, indices), strict=True)) if indices else {}


def _with_original(store: Store, received: Received, hold: int) -> Received:
    raw = store.read(lambda db: recall.held_raw(db, hold))
    if raw is None:
        return received
    original = parse_mail(raw)
    return received._replace(original=original, files=_files(raw, original))


def _give_command(played: Played, step: Step, now: dt.datetime) -> None:
    given: dict[str, Any] = step.how["command"]
    cause = CommandGiven(
        f"golden:{step.name}",
        given["verb"],
        int(given.get("ticket", 0)),
        tuple(given.get("words", ())),
        given.get("by", ""),
        int(given.get("entry", 0)),
    )
    outcome = played.store.transact(lambda tx: handle_command(tx, cause, played.desk, now)).result()
    _keep(played, step.name, outcome)


def _pass_time(played: Played, name: str, now: dt.datetime, until: dt.datetime) -> dt.datetime:
    """Let time pass and fire the timers that fall due on the way, and send what waits for the beginning of a shift."""
    next_due = (
        "SELECT MIN(due) FROM (SELECT due FROM timer WHERE state = 'waiting' UNION ALL SELECT due FROM digest) AS two"
    )
    while (due_at := played.store.read(lambda db: db.value(next_due))) and from_us(due_at) <= until:
        now = max(now, from_us(due_at))
        for due in played.store.claim_timers(20, now):
            _keep(played, name, _fire(played, due, now))
        while login := find_due(played.store, now):
            work = functools.partial(_send_digest, played.desk, login, now)
            played.letters.extend(Letter(name, queued.mail) for queued in played.store.transact(work).result())
    return until


def _send_digest(desk: Desk, login: str, now: dt.datetime, tx: Tx) -> tuple[Queued, ...]:
    return send_digest(tx, desk, login, now)


def _fire(played: Played, due: Due, now: dt.datetime) -> Outcome:
    return played.store.transact(lambda tx: handle_timer(tx, due, played.desk, now)).result()


def _keep(played: Played, name: str, outcome: Outcome) -> None:
    """Remember a decision and its letters; every value of it must survive being written down."""
    text = msgspec.json.encode(outcome.decision)
    assert msgspec.json.decode(text, type=Decision) == outcome.decision
    played.decisions.setdefault(name, []).append(outcome.decision)
    played.letters.extend(Letter(name, queued.mail) for queued in outcome.queued)
