"""What a relay's answer means for a mail and when to try again; a pure table of phases, codes and promises.

Only one moment is ambiguous: after the final dot was written and before it was answered. There a notice counts as sent,
for a doubled one is worse than none, and people's words are sent again, for a lost answer is worse than a doubled one.
"""

import datetime as dt
import hashlib
import re
from enum import StrEnum

import msgspec

from maildesk.model.outgoing import Attempt, OutboxState, Promise, Queued
from maildesk.model.value import Value

SCHEDULE = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
THEN_EVERY = dt.timedelta(hours=6)
JITTER = 0.2
AFTER_UNKNOWN_FATE = tuple(dt.timedelta(minutes=minutes) for minutes in (10, 30, 120))
AFTER_POLICY_REFUSAL = tuple(dt.timedelta(hours=hours) for hours in (1, 5, 18))
MOST_ATTEMPTS_WITH_UNKNOWN_FATE = 12

LAST_CHANCE = dt.timedelta(minutes=1)

BREAKER_FAILURES = 5
BREAKER_PROBE = dt.timedelta(minutes=5)
_FIRST_PAUSE = dt.timedelta(seconds=2)

MAX_REPLY = 500
_UNPRINTABLE = re.compile(r"[^ -~\u00a0-\ud7ff]+")
_ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b", re.ASCII)
_NO_SUCH_USER = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
_NOT_THIS_SENDER = ("5.7.60", "5.2.252")  # Exchange Online: "does not have permissions to send as this sender"
_TOO_BIG = ("5.3.4", "5.2.3")


class Phase(StrEnum):
    """Where a conversation with the relay stood; `dot` is after the last byte of the mail was written."""

    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "ehlo"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"
    ADDRESS = "address"


class Outcome(StrEnum):
    """What an attempt meant.

    host_down and misconfigured are about the relay, not about the mail; refused_for_good says that the address does not
    exist, refused that this mail was not wanted.
    """

    SENT = "sent"
    DEFERRED = "deferred"
    HOST_DOWN = "host-down"
    MISCONFIGURED = "misconfigured"
    NO_SUCH_ADDRESS = "no-such-address"
    REFUSED = "refused"
    TOO_BIG = "too-big"
    UNKNOWN_FATE = "unknown-fate"
    EXPIRED = "expired"


class Heard(Value, frozen=True):
    """What was heard in a phase: `code` 0 means nothing (the connection broke or stayed silent), `text` says what."""

    phase: Phase
    code: int = 0
    text: str = ""

    @property
    def enhanced(self) -> str:
        """Read the enhanced status code, such as 5.1.1 (RFC 3463), if the relay gives one."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""

    @property
    def words(self) -> str:
        """Give what can be stored and shown: printable, at most 500 characters."""
        text = f"{self.code or ''} {self.text}".strip()
        return _UNPRINTABLE.sub(" ", f"{self.phase.value}: {text}")[:MAX_REPLY].strip()


class Verdict(Value, frozen=True):
    """What an attempt came to: for the outbox, and its meaning."""

    outcome: Outcome
    attempt: Attempt


def judge(heard: Heard, queued: Queued, now: dt.datetime) -> Verdict:
    """Say what becomes of a mail after what was heard about it."""
    outcome = classify(heard)
    match outcome:
        case Outcome.SENT:
            return _end(outcome, queued, heard, OutboxState.SENT)
        case Outcome.HOST_DOWN | Outcome.MISCONFIGURED:
            return _later(outcome, queued, heard, now, _FIRST_PAUSE)
        case Outcome.NO_SUCH_ADDRESS | Outcome.TOO_BIG:
            return _end(outcome, queued, heard, OutboxState.FAILED)
        case Outcome.UNKNOWN_FATE:
            return _after_unknown_fate(queued, heard, now)
        case Outcome.REFUSED if heard.phase is not Phase.RCPT and heard.phase is not Phase.MAIL:
            return _end(outcome, queued, heard, OutboxState.FAILED)
        case Outcome.REFUSED if queued.refused >= len(AFTER_POLICY_REFUSAL):
            return _end(outcome, queued, heard, OutboxState.FAILED)
        case Outcome.REFUSED:
            return _later(outcome, queued, heard, now, AFTER_POLICY_REFUSAL[queued.refused])
        case _:
            return _later(outcome, queued, heard, now, pause(queued.attempts, queued.mail.key))


def classify(heard: Heard) -> Outcome:
    """Name what was heard, by phase and code."""
    code, phase = heard.code, heard.phase
    if phase in (Phase.CONNECT, Phase.GREETING, Phase.EHLO, Phase.TLS, Phase.LOGIN):
        return Outcome.MISCONFIGURED if 500 <= code < 600 else Outcome.HOST_DOWN
    if phase is Phase.ADDRESS:
        return Outcome.NO_SUCH_ADDRESS
    if code == 0:
        # Broken off before the dot: not sent for certain. Counted, for it may be this mail that breaks the relay.
        return Outcome.UNKNOWN_FATE if phase is Phase.DOT else Outcome.DEFERRED
    if 200 <= code < 300 and phase is Phase.DOT:
        return Outcome.SENT
    if code == 421 and phase is Phase.MAIL:
        return Outcome.HOST_DOWN  # RFC 5321 §3.8: it is going away, for every mail
    if 400 <= code < 500:
        return Outcome.DEFERRED
    if code in (530, 534, 535, 538):
        return Outcome.MISCONFIGURED  # RFC 4954 §6: it wants a login, for every mail
    if 500 <= code < 600:
        return _refusal(heard)
    return Outcome.DEFERRED  # unknown means temporary


def refuses_null(heard: Heard) -> bool:
    """Tell whether a relay may have refused a mail for its null return path: some want one of their own senders there.

    RFC 5321 §4.5.5 has every server take it; providers that relay for logged-in users do not.
    """
    if not 500 <= heard.code < 600 or classify(heard) is Outcome.MISCONFIGURED:
        return False
    return heard.phase is Phase.MAIL or heard.enhanced in _NOT_THIS_SENDER


def pause(attempts: int, seed: str) -> dt.timedelta:
    """Say how long to wait after the n-th attempt; the jitter is derived from `seed`, so that it can be foretold."""
    if 1 <= attempts <= len(SCHEDULE):
        return SCHEDULE[attempts - 1]
    share = int.from_bytes(hashlib.sha256(f"{seed}/{attempts}".encode()).digest()[:4], "big") / 0xFFFFFFFF
    return THEN_EVERY * (1 - JITTER + 2 * JITTER * share)


def breaker_pause(failures: int) -> dt.timedelta:
    """Say how long to leave a relay alone that failed so many times in a row: seconds at first, then a probe in 5 minutes."""
    if failures >= BREAKER_FAILURES:
        return BREAKER_PROBE
    return _FIRST_PAUSE * (1 << max(failures - 1, 0))


def is_stale(queued: Queued, now: dt.datetime) -> bool:
    """Tell whether a mail is too old to be tried at all: an acknowledgement days late helps nobody."""
    return queued.mail.expires is not None and now >= queued.mail.expires


def give_up(queued: Queued) -> Verdict:
    """End a mail whose time is over without having been tried again."""
    attempt = Attempt(
        queued.id,
        OutboxState.FAILED,
        "its time was over before the relay could be reached",
        counts=False,
        outcome=Outcome.EXPIRED.value,
    )
    return Verdict(Outcome.EXPIRED, attempt)


def is_hopeless(queued: Queued) -> bool:
    """Tell whether the process died so often after the dot of a mail that another try would only make another copy."""
    return queued.ambiguous > len(AFTER_UNKNOWN_FATE)


def probably_sent(queued: Queued) -> Verdict:
    """End a mail that has probably arrived, more than once even."""
    why = "interrupted again and again after it was handed over"
    return Verdict(
        Outcome.UNKNOWN_FATE, Attempt(queued.id, OutboxState.UNSURE, why, outcome=Outcome.UNKNOWN_FATE.value)
    )


def give_back(queued: Queued, retry_at: dt.datetime, why: str) -> Attempt:
    """Put a mail back that was not tried; it costs it nothing."""
    return Attempt(queued.id, OutboxState.WAITING, why, retry_at, counts=False)


def _refusal(heard: Heard) -> Outcome:
    enhanced = heard.enhanced
    if enhanced in _TOO_BIG or (heard.code == 552 and not enhanced.startswith("5.2")):
        return Outcome.TOO_BIG
    if heard.phase is Phase.RCPT:
        if enhanced in _NO_SUCH_USER:
            return Outcome.NO_SUCH_ADDRESS
        if not enhanced and heard.code in (550, 551, 553):
            return Outcome.NO_SUCH_ADDRESS  # RFC 5321 §4.2.3: mailbox unavailable, not local, name not allowed
    return Outcome.REFUSED


def _end(outcome: Outcome, queued: Queued, heard: Heard, state: OutboxState) -> Verdict:
    return Verdict(outcome, Attempt(queued.id, state, heard.words, outcome=outcome.value))


def _later(outcome: Outcome, queued: Queued, heard: Heard, now: dt.datetime, wait: dt.timedelta) -> Verdict:
    """Try again after a while, for the last time just before the mail expires, then never."""
    last = queued.mail.expires - LAST_CHANCE if queued.mail.expires else None
    if last is not None and now >= last:
        return _end(Outcome.EXPIRED, queued, heard, OutboxState.FAILED)
    retry = now + wait if last is None else min(now + wait, last)
    counts = outcome not in (Outcome.HOST_DOWN, Outcome.MISCONFIGURED)
    refused = outcome is Outcome.REFUSED
    later = Attempt(queued.id, OutboxState.WAITING, heard.words, retry, counts, refused=refused, outcome=outcome.value)
    return Verdict(outcome, later)


def _after_unknown_fate(queued: Queued, heard: Heard, now: dt.datetime) -> Verdict:
    """Promise decides; people's words are sent again three times, then they have probably arrived."""
    unsure = Attempt(queued.id, OutboxState.UNSURE, heard.words, ambiguous=True, outcome=Outcome.UNKNOWN_FATE.value)
    again = queued.mail.promise is Promise.AT_LEAST_ONCE
    if not again or queued.ambiguous >= len(AFTER_UNKNOWN_FATE) or queued.attempts > MOST_ATTEMPTS_WITH_UNKNOWN_FATE:
        return Verdict(Outcome.UNKNOWN_FATE, unsure)
    retry = now + AFTER_UNKNOWN_FATE[queued.ambiguous]
    later = msgspec.structs.replace(unsure, state=OutboxState.WAITING, retry_at=retry)
    return Verdict(Outcome.UNKNOWN_FATE, later)
