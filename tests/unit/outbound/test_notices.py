import datetime as dt
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from maildesk.model.decision import Notice
from maildesk.model.mail import Address, Envelope, Kind, Mail
from maildesk.model.reason import Reason
from maildesk.model.snapshot import History
from maildesk.model.why import Why
from maildesk.outbound.notices import consider, hold_back, is_machine_address
from tests.unit.outbound.builders import MAILBOX, NOW, REQUESTER


class Budget(NamedTuple):
    automatic_per_address: int = 3
    per_domain: int = 60


MAIL = Mail(author=REQUESTER, to=(Address(MAILBOX),), subject="Upit")
ENVELOPE = Envelope(REQUESTER.address, (MAILBOX,))
OWN = frozenset({MAILBOX, "help@firma.hr"})


def judged(notice: Notice = Notice.ACKNOWLEDGEMENT, to: Address = REQUESTER, **changes: object) -> tuple[bool, Reason]:
    given: dict[str, object] = {
        "mail": MAIL,
        "envelope": ENVELOPE,
        "history": History(to.address),
        "own_addresses": OWN,
        "limits": Budget(),
        "said": (),
        "key": "ack:ticket:1042",
        "source": "smtp",
        "now": NOW,
    }
    trace = consider(notice, to, **(given | changes))  # type: ignore[arg-type]
    assert (trace.notice, trace.to) == (notice.value, to.address)
    return trace.due, trace.why.reason


def mail(**changes: object) -> Mail:
    return replace(MAIL, **changes)


def test_a_person_who_opens_a_ticket_gets_an_acknowledgement() -> None:
    """With nothing against it, the notice is due."""
    assert judged() == (True, Reason.NOTICE_DUE)


@pytest.mark.parametrize("kind", [Kind.AUTOMATIC, Kind.BOUNCE, Kind.RECEIPT, Kind.CALENDAR, Kind.LOOP])
@pytest.mark.parametrize("notice", [Notice.ACKNOWLEDGEMENT, Notice.STATUS, Notice.CLOSING, Notice.FEEDBACK])
def test_machines_are_never_answered(kind: Kind, notice: Notice) -> None:
    """Auto-replies, bounces, receipts, calendar answers and our own mail cause no automatic mail, to anybody (B33, B45)."""
    automatic = mail(kind=kind, kind_why=(Why(Reason.KIND_AUTOMATIC, "Auto-Submitted"),))
    assert judged(notice, mail=automatic) == (False, Reason.NO_PERSON_WROTE)


def test_lists_are_not_answered() -> None:
    """Mail by a mailing list is acknowledged neither to its author nor to the list (B81)."""
    assert judged(mail=mail(kind=Kind.LIST)) == (False, Reason.KIND_LIST)
    posted = mail(headers=(("List-Post", "<mailto:Ivana@kupac.hr>"),))
    assert judged(mail=posted) == (False, Reason.KIND_LIST)


def test_who_asks_for_no_automatic_answer_gets_none() -> None:
    """X-Auto-Response-Suppress and Precedence keep acknowledgements back, while the mail is a ticket (B35)."""
    assert judged(mail=mail(no_ack="X-Auto-Response-Suppress: All")) == (False, Reason.ACK_SUPPRESSED)


@pytest.mark.parametrize("source", ["smtp", "lmtp", "pipe"])
def test_the_null_return_path_is_never_answered(source: str) -> None:
    """What came with MAIL FROM:<> gets nothing (B46)."""
    assert judged(source=source, envelope=Envelope("", (MAILBOX,))) == (False, Reason.NULL_RETURN_PATH)


def test_fetched_mail_tells_its_return_path_in_the_header() -> None:
    """A mailbox knows no envelope: there the Return-Path field counts, and its absence means nothing."""
    assert judged(source="imap:podrska@firma.hr", envelope=Envelope()) == (True, Reason.NOTICE_DUE)
    null = mail(headers=(("Return-Path", "<>"),))
    assert judged(source="imap:podrska@firma.hr", envelope=Envelope(), mail=null) == (False, Reason.NULL_RETURN_PATH)


@pytest.mark.parametrize("address", [MAILBOX, "PODRSKA@firma.hr", "help@firma.hr", "podrska+abc@firma.hr"])
@pytest.mark.parametrize("notice", list(Notice))
def test_we_never_write_to_ourselves(address: str, notice: Notice) -> None:
    """No mail of ours goes to an address of ours, whatever its case or subaddress, not even a person's reply (B38)."""
    assert judged(notice, Address(address)) == (False, Reason.OWN_ADDRESS)


@pytest.mark.parametrize(
    "address",
    [
        "noreply@x.org",
        "no-reply@x.org",
        "no.reply@x.org",
        "NoReply2@x.org",
        "orders-noreply@x.org",
        "do-not-reply@x.org",
        "donotreply@x.org",
        "MAILER-DAEMON@x.org",
        "postmaster@x.org",
        "notifications@x.org",
        "list-request@x.org",
        "list-bounces@x.org",
        "owner-list@x.org",
        "majordomo@x.org",
    ],
)
def test_nobody_reads_these(address: str) -> None:
    """No-reply addresses, daemons and list robots get no automatic mail."""
    assert is_machine_address(address)
    assert judged(to=Address(address), mail=mail(author=Address(address))) == (False, Reason.NO_REPLY_ADDRESS)


@pytest.mark.parametrize(
    "address", ["groot@x.org", "info@x.org", "noreen.ply@x.org", "owner@x.org", "request@x.org", "ana@noreply.org"]
)
def test_these_are_people(address: str) -> None:
    """Names that merely contain such letters are people's."""
    assert not is_machine_address(address)


@pytest.mark.parametrize("address", ["", "ivana", "a b@c.d", "a@b\r\nBcc: x@y"])
def test_what_is_no_address_gets_nothing(address: str) -> None:
    """An address that cannot be mailed to is withheld with its reason instead of failing later."""
    assert judged(to=Address(address))[1] is Reason.NO_REPLY_ADDRESS


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"silent": True}, Reason.IMPORTED),
        ({"said": ("ack:ticket:1042",)}, Reason.SAID_ALREADY),
        ({"history": History("x", suppressed="bounced: 5.1.1")}, Reason.ADDRESS_SUPPRESSED),
        ({"spam": True}, Reason.SPAM),
        ({"follow_up": True}, Reason.FOLLOW_UP),
        ({"rule_ack": False}, Reason.RULE_SAYS_NO_ACK),
        ({"mail": mail(to=(Address("all@kupac.hr"),)), "envelope": Envelope("a@b", ())}, Reason.NOT_ADDRESSED),
        ({"history": History("x", automatic_day=3)}, Reason.BUDGET_ADDRESS),
        ({"history": History("x", automatic_day=1), "verdict": "fail"}, Reason.BUDGET_ADDRESS),
        ({"history": History("x", domain_hour=60)}, Reason.BUDGET_DOMAIN),
    ],
)
def test_each_row_withholds_with_its_reason(changes: dict[str, object], reason: Reason) -> None:
    """Imports, repetitions, bounced addresses, spam, follow-ups, rules, Bcc and budgets each say no (B43, B47, B81)."""
    assert judged(**changes) == (False, reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"history": History("x", automatic_day=2)},
        {"history": History("x", automatic_day=1), "verdict": "pass"},
        {"history": History("x", automatic_day=1), "verdict": "none"},
        {"verdict": "fail"},
        {"history": History("x", domain_hour=59)},
        {"mail": mail(to=()), "envelope": Envelope("a@b", ("podrska+k7@firma.hr",))},
        {"mail": mail(to=(), headers=(("Delivered-To", "help@firma.hr"),)), "envelope": Envelope("a@b", ())},
        {"mail": None},
    ],
)
def test_each_row_lets_others_pass(changes: dict[str, object]) -> None:
    """Just below a budget, addressed by envelope or Delivered-To, or without a causing mail, the notice is due (B128)."""
    assert judged(**changes) == (True, Reason.NOTICE_DUE)


@pytest.mark.parametrize("notice", [Notice.CLOSING, Notice.FEEDBACK])
def test_what_follows_an_agents_act_has_no_budget(notice: Notice) -> None:
    """Closing and feedback are asked for by people and do not count as automatic mail that nobody wanted."""
    assert judged(notice, history=History("x", automatic_day=99, domain_hour=99)) == (True, Reason.NOTICE_DUE)
    assert judged(notice, quiet=True) == (False, Reason.CLOSED_QUIETLY)
    assert judged(notice, merged=True) == (False, Reason.MERGED_AWAY)


@pytest.mark.parametrize(("days", "due"), [(29, False), (30, True)])
def test_feedback_is_asked_once_in_thirty_days(days: int, due: bool) -> None:
    """A person is asked for a rating at most once in 30 days, over all tickets (B98)."""
    history = History("x", last_feedback=NOW - dt.timedelta(days=days))
    assert judged(Notice.FEEDBACK, history=history)[0] is due


def test_an_agents_mail_does_not_keep_the_customers_closing_back() -> None:
    """What an agent's mail program says about answers to the agent concerns nobody else."""
    by_agent = mail(author=Address("ana@privatno.hr"), no_ack="X-Auto-Response-Suppress: All")
    assert judged(Notice.CLOSING, mail=by_agent) == (True, Reason.NOTICE_DUE)


def test_a_persons_reply_needs_no_permission() -> None:
    """Human mail goes to bounced addresses and beyond all budgets; twice or to ourselves it does not."""
    history = History("x", suppressed="bounced", automatic_day=99)
    assert judged(Notice.REPLY, history=history, mail=mail(kind=Kind.AUTOMATIC)) == (True, Reason.NOTICE_DUE)
    assert judged(Notice.REPLY, said=("ack:ticket:1042",)) == (False, Reason.SAID_ALREADY)


def test_the_brake_holds_when_far_more_leaves_than_usual() -> None:
    """Beyond the setting, or three times the usual hour, automatic mail waits for a person."""
    assert hold_back(59, 0, 60) == (False, None)
    assert hold_back(60, 0, 60)[0]
    assert not hold_back(200, 100, 60)[0]
    held, why = hold_back(300, 100, 60)
    assert held
    assert why is not None
    assert why.reason is Reason.BRAKE
