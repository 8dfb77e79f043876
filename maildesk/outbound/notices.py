"""Who may be written to without a person's asking, and why not: one table, asked in order, the first `no` counts.

RFC 3834 and what mail programs do in practice say whom a machine must not answer. The rows at the end hold even if all
detection fails: one acknowledgement per ticket ever, few automatic mails to an address, none to ourselves.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Protocol

from maildesk.model.decision import Notice, NoticeTrace
from maildesk.model.mail import Address, Envelope, Kind, Mail
from maildesk.model.reason import Reason
from maildesk.model.snapshot import STOPPED, History
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.outbound.voice import is_reachable
from maildesk.tokens import split_subaddress

FEEDBACK_PAUSE = dt.timedelta(days=30)
UNPROVEN_PER_ADDRESS = 1
STATUS_PER_TICKET = 6  # within a day

# Sources that hand over the envelope itself; elsewhere an empty sender only means that nobody told us.
_WITH_ENVELOPE = ("smtp", "lmtp", "pipe")
# What a person has just done, or asked for, is not "automatic mail that nobody asked for".
ASKED_FOR = (Notice.CLOSING, Notice.FEEDBACK)
_MACHINES = frozenset(
    {
        ("noreply",),
        ("no", "reply"),
        ("donotreply",),
        ("do", "not", "reply"),
        ("dontreply",),
        ("mailer", "daemon"),
        ("mailerdaemon",),
        ("postmaster",),
    }
)
_LIST_OWNERS = ("owner",)
_LIST_ROBOTS = ("request", "bounces", "bounce")
_ROBOTS = frozenset(
    {"listserv", "majordomo", "mailer", "notification", "notifications", "autoreply", "bounce", "bounces"}
)
_PARTS = re.compile(r"[^\W\d_]+")


class Limits(Protocol):
    """The budgets of `limits` in maildesk.yaml."""

    @property
    def automatic_per_address(self) -> int:
        """Automatic mails to one address in 24 hours."""

    @property
    def acknowledge_within(self) -> dt.timedelta:
        """How old a mail may be that is still acknowledged."""

    @property
    def per_domain(self) -> int:
        """Automatic mails to one domain in an hour."""


class _Case(Value, frozen=True):
    """Everything one notice is judged by."""

    notice: Notice
    to: Address
    mail: Mail | None
    envelope: Envelope
    source: str
    history: History
    own_addresses: frozenset[str]
    said: tuple[str, ...]
    key: str
    verdict: str
    follow_up: bool
    rule_ack: bool
    spam: bool
    silent: bool
    quiet: bool
    merged: bool
    now: dt.datetime | None
    received: dt.datetime | None
    news: int
    limits: Limits

    @property
    def answered(self) -> Mail | None:
        """Give the mail that this notice would answer: it is by the person who would get the notice."""
        author = self.mail.author if self.mail else None
        same = author is not None and author.address.casefold() == self.to.address.casefold()
        return self.mail if same else None


def consider(  # noqa: PLR0913 - the table of who is never answered has this many columns
    notice: Notice,
    to: Address,
    *,
    mail: Mail | None,
    envelope: Envelope,
    history: History,
    own_addresses: frozenset[str],
    limits: Limits,
    said: tuple[str, ...],
    key: str,
    source: str = "",
    verdict: str = "none",
    follow_up: bool = False,
    rule_ack: bool = True,
    spam: bool = False,
    silent: bool = False,
    quiet: bool = False,
    merged: bool = False,
    now: dt.datetime | None = None,
    received: dt.datetime | None = None,
    news: int = 0,
) -> NoticeTrace:
    """Say whether a notice is due to a person, and why or why not.

    `mail` is what caused it, None for timers and agents' acts; `own_addresses` are ours, lower case, without subaddress.
    `verdict` is what a trusted server says of the author: pass, fail, or none if it says nothing. `said` are the effect
    keys of the ticket so far, `key` this notice's own; `news` counts the ticket's status mails of a day.
    """
    case = _Case(
        notice, to, mail, envelope, source, history, own_addresses, said, key, verdict, follow_up, rule_ack, spam, silent,
        quiet, merged, now, received, news, limits,
    )  # fmt: skip
    rows = _PERSON if notice is Notice.REPLY else _MACHINE
    for row in rows:
        if why := row(case):
            return NoticeTrace(notice.value, to.address, False, why)
    return NoticeTrace(notice.value, to.address, True, Why(Reason.NOTICE_DUE))


def hold_back(sent_last_hour: int, usual_per_hour: int, brake_per_hour: int) -> tuple[bool, Why | None]:
    """Say whether the storm brake holds automatic mail: far more leaves than this desk usually sends."""
    most = max(brake_per_hour, 3 * usual_per_hour)
    if sent_last_hour < most:
        return False, None
    return True, Why(Reason.BRAKE, f"{sent_last_hour} automatic mails in an hour, at most {most}")


def is_machine_address(address: str) -> bool:
    """Tell whether nobody reads what is sent to an address: no-reply, mailer-daemon, list robots; by whole words of its name."""
    local = split_subaddress(address)[0].rpartition("@")[0].casefold()
    words = tuple(_PARTS.findall(local))
    if not words:
        return False
    runs = {words[i:j] for i in range(len(words)) for j in range(i + 1, min(i + 4, len(words) + 1))}
    if runs & _MACHINES:
        return True
    robot = words[0] in _ROBOTS if len(words) == 1 else words[0] in _LIST_OWNERS or words[-1] in _LIST_ROBOTS
    return robot and len(words) <= 4


def _imported(case: _Case) -> Why | None:
    return Why(Reason.IMPORTED, "history is not answered") if case.silent else None


def _said_already(case: _Case) -> Why | None:
    return Why(Reason.SAID_ALREADY, case.key) if case.key in case.said else None


def _no_person(case: _Case) -> Why | None:
    """RFC 3834 §2: an automatic response never answers an automatic message, whoever would get it."""
    if case.mail and case.mail.automatic:
        shown = case.mail.kind_why[0].text if case.mail.kind_why else ""
        return Why(Reason.NO_PERSON_WROTE, f"{case.mail.kind.value} {shown}".rstrip())
    return None


def _list(case: _Case) -> Why | None:
    """RFC 3834 §2: nor a message that came by a mailing list."""
    mail = case.answered
    if mail is None:
        return None
    posts = [value for value in mail.header("List-Post") if case.to.address.casefold() in value.casefold()]
    if mail.kind is Kind.LIST or posts:
        return Why(Reason.KIND_LIST, "by a mailing list")
    return None


def _suppressed_by_header(case: _Case) -> Why | None:
    mail = case.answered
    return Why(Reason.ACK_SUPPRESSED, mail.no_ack) if mail and mail.no_ack else None


def _null_return_path(case: _Case) -> Why | None:
    """RFC 3834 §2, RFC 5321 §4.5.5: what came from nowhere is answered by nobody."""
    mail = case.answered
    if mail is None:
        return None
    if case.source in _WITH_ENVELOPE:
        return None if case.envelope.mail_from else Why(Reason.NULL_RETURN_PATH, "MAIL FROM:<>")
    if any(value.strip() in ("<>", "") for value in mail.header("Return-Path")[:1]):
        return Why(Reason.NULL_RETURN_PATH, "Return-Path: <>")
    return None


def _own_address(case: _Case) -> Why | None:
    base = split_subaddress(case.to.address)[0].casefold()
    return Why(Reason.OWN_ADDRESS, base) if base in case.own_addresses else None


def _nobody_reads(case: _Case) -> Why | None:
    if not is_reachable(case.to.address):
        return Why(Reason.NO_REPLY_ADDRESS, "not an address that mail can be sent to")
    return Why(Reason.NO_REPLY_ADDRESS, case.to.address) if is_machine_address(case.to.address) else None


def _bounced(case: _Case) -> Why | None:
    if case.history.suppressed == STOPPED and case.notice not in (Notice.STATUS, Notice.FEEDBACK):
        return None
    return Why(Reason.ADDRESS_SUPPRESSED, case.history.suppressed) if case.history.suppressed else None


def _spam(case: _Case) -> Why | None:
    return Why(Reason.SPAM) if case.spam else None


def _follow_up(case: _Case) -> Why | None:
    if case.notice is Notice.ACKNOWLEDGEMENT and case.follow_up:
        return Why(Reason.FOLLOW_UP, "only a new ticket is acknowledged")
    return None


def _rule_says_no(case: _Case) -> Why | None:
    return Why(Reason.RULE_SAYS_NO_ACK) if case.notice is Notice.ACKNOWLEDGEMENT and not case.rule_ack else None


def _not_addressed(case: _Case) -> Why | None:
    """A mail that names none of our addresses, in header or envelope, came by a list or a Bcc."""
    mail = case.answered
    if mail is None or case.notice is not Notice.ACKNOWLEDGEMENT or case.source == "web":
        return None
    named = [*(a.address for a in (*mail.to, *mail.cc)), *case.envelope.rcpt_to]
    named += [value for name in ("Delivered-To", "X-Original-To", "Envelope-To") for value in mail.header(name)]
    if any(split_subaddress(address.strip(" <>"))[0].casefold() in case.own_addresses for address in named):
        return None
    return Why(Reason.NOT_ADDRESSED, "none of our addresses is in To, Cc or the envelope")


def _too_late(case: _Case) -> Why | None:
    """After an outage nobody is told on the fifteenth that his mail of the first was received."""
    if case.notice is not Notice.ACKNOWLEDGEMENT or case.now is None or case.received is None:
        return None
    age, most = case.now - case.received, case.limits.acknowledge_within
    return Why(Reason.TOO_LATE, f"received {age.days} days ago, at most {most}") if age > most else None


def _closed_quietly(case: _Case) -> Why | None:
    return Why(Reason.CLOSED_QUIETLY) if case.quiet and case.notice in ASKED_FOR else None


def _merged_away(case: _Case) -> Why | None:
    return Why(Reason.MERGED_AWAY) if case.merged and case.notice in ASKED_FOR else None


def _asked_recently(case: _Case) -> Why | None:
    last = case.history.last_feedback
    if case.notice is not Notice.FEEDBACK or last is None or case.now is None or case.now - last >= FEEDBACK_PAUSE:
        return None
    return Why(Reason.ASKED_RECENTLY, f"on {last.date()}")


def _address_budget(case: _Case) -> Why | None:
    if case.notice in ASKED_FOR:
        return None
    refuted = case.notice is Notice.ACKNOWLEDGEMENT and case.verdict not in ("", "none", "pass")
    usual = case.limits.automatic_per_address
    most = min(usual, UNPROVEN_PER_ADDRESS) if refuted else usual
    if case.history.automatic_day < most:
        return None
    return Why(Reason.BUDGET_ADDRESS, f"{case.history.automatic_day} automatic mails in 24 hours, at most {most}")


def _domain_budget(case: _Case) -> Why | None:
    if case.notice in ASKED_FOR or case.history.domain_hour < case.limits.per_domain:
        return None
    return Why(
        Reason.BUDGET_DOMAIN, f"{case.history.domain_hour} to this domain in an hour, at most {case.limits.per_domain}"
    )


def _ticket_budget(case: _Case) -> Why | None:
    """Whatever asks for them, and however often: a ticket has no more news than that."""
    if case.notice is not Notice.STATUS or case.news < STATUS_PER_TICKET:
        return None
    return Why(Reason.BUDGET_TICKET, f"{case.news} status mails in 24 hours, at most {STATUS_PER_TICKET}")


_Row = Callable[[_Case], Why | None]

_PERSON: tuple[_Row, ...] = (_imported, _said_already, _own_address)
_MACHINE: tuple[_Row, ...] = (
    _imported,
    _said_already,
    _own_address,
    _no_person,
    _null_return_path,
    _list,
    _suppressed_by_header,
    _nobody_reads,
    _bounced,
    _spam,
    _follow_up,
    _rule_says_no,
    _too_late,
    _not_addressed,
    _closed_quietly,
    _merged_away,
    _asked_recently,
    _address_budget,
    _domain_budget,
    _ticket_budget,
)
