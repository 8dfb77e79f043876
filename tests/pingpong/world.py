"""A desk in virtual time, with people and robots around it: real store, real parser, real decisions, no waiting.

Every letter of the desk reaches whoever lives at its address, and what they answer comes back a minute later.
"""

import datetime as dt
import email
import email.policy
import heapq
import itertools
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import parseaddr
from typing import NamedTuple

from maildesk.decide import Desk
from maildesk.desk import PARENT_PAUSE, Outcome, Received, handle_mail, handle_timer, wanted
from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.parse import parse_mail
from maildesk.model.decision import Decision
from maildesk.model.mail import Envelope
from maildesk.model.outgoing import Outgoing
from maildesk.store.codec import from_us
from maildesk.store.db import Store

START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
POST = dt.timedelta(minutes=1)
MOST_EVENTS = 5000


class Mail(NamedTuple):
    """A mail on its way: what the envelope says, and the bytes with LF."""

    mail_from: str
    rcpt_to: str
    raw: bytes


class Got(NamedTuple):
    """A letter of ours as its receiver sees it."""

    envelope_from: str
    to: str
    message: EmailMessage
    raw: bytes

    @property
    def back(self) -> str:
        """The address a mail program would answer to."""
        return parseaddr(str(self.message["Reply-To"] or self.message["From"]))[1]

    @property
    def subject(self) -> str:
        """Its subject on one line."""
        return " ".join(str(self.message["Subject"]).split())

    @property
    def message_id(self) -> str:
        """Its id, in brackets."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """Its plain text."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""


Answers = Callable[[Got], list[Mail]]


class World:
    """A desk and everybody who writes to it; `answers` says what somebody sends back."""

    def __init__(self, desk: Desk, store: Store, answers: Answers) -> None:
        self.desk, self.store, self.answers = desk, store, answers
        self.now = START
        self.sent: list[tuple[dt.datetime, Outgoing]] = []
        self.decisions: list[Decision] = []
        self.brought = 0
        self._events: list[tuple[dt.datetime, int, Callable[[], object]]] = []
        self._order = itertools.count()

    def at(self, moment: dt.datetime, act: Callable[[], object]) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._events, (moment, next(self._order), act))

    def run(self, until: dt.datetime) -> None:
        """Let time pass: what was planned happens, timers fire, letters are answered."""
        for _ in range(MOST_EVENTS):
            due = self._next_timer()
            moment = self._events[0][0] if self._events else None
            if due is not None and due <= until and (moment is None or due <= moment):
                self.now = max(self.now, due)
                for timer in self.store.claim_timers(20, self.now):
                    self._keep(
                        self.store.transact(lambda tx, t=timer: handle_timer(tx, t, self.desk, self.now)).result()
                    )
            elif moment is not None and moment <= until:
                self.now, _, act = heapq.heappop(self._events)
                act()
            else:
                self.now = until
                return
        raise AssertionError(f"no end after {MOST_EVENTS} events: {len(self.sent)} letters")

    def bring(self, mail: Mail) -> None:
        """Hand a mail in by SMTP and let the desk decide it."""
        raw = mail.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        arrival = build_arrival("smtp", raw, Envelope(mail.mail_from, (mail.rcpt_to,)), self.now)
        accepted = self.store.accept(arrival, lease=True).result()
        self.brought += 1
        if not accepted.fresh:
            return
        received = Received(accepted.journal_id, arrival, parse_mail(raw, mail.mail_from))
        lookup = wanted(received, self.desk)
        outcome = self.store.transact(
            lambda tx: handle_mail(tx, received, lookup, self.desk, self.now), lookup
        ).result()
        if outcome.waits:
            self.now += PARENT_PAUSE
            outcome = self.store.transact(
                lambda tx: handle_mail(tx, received, lookup, self.desk, self.now), lookup
            ).result()
        self._keep(outcome)

    def _keep(self, outcome: Outcome) -> None:
        self.decisions.append(outcome.decision)
        for queued in outcome.queued:
            self._post(queued.mail)

    def _post(self, letter: Outgoing) -> None:
        self.sent.append((self.now, letter))
        parsed = email.message_from_bytes(letter.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        got = Got(letter.mail_from, letter.rcpt_to, parsed, letter.raw)
        leaves = max(letter.not_before or self.now, self.now)
        for answer in self.answers(got):
            self.at(leaves + POST, lambda mail=answer: self.bring(mail))

    def _next_timer(self) -> dt.datetime | None:
        due = self.store.read(lambda db: db.value("SELECT MIN(due) FROM timer WHERE state = 'waiting'"))
        return from_us(due) if due else None
