import datetime as dt

import pytest
from msgspec.structs import replace

from maildesk.model.outgoing import OutboxState, Outgoing, Promise, Queued
from maildesk.outbound.backoff import Heard, Outcome, Phase, breaker_pause, classify, is_stale, judge, pause
from tests.unit.outbound.builders import NOW

MAIL = Outgoing(
    "k", "reply", "a@b", "c@d", "i@b", b"", Promise.AT_LEAST_ONCE, False, expires=NOW + dt.timedelta(days=5)
)
MINUTE = dt.timedelta(minutes=1)


def queued(attempts: int = 1, promise: Promise = Promise.AT_LEAST_ONCE, **changes: object) -> Queued:
    return replace(Queued(7, replace(MAIL, promise=promise), attempts), **changes)


@pytest.mark.parametrize(
    ("phase", "code", "text", "outcome"),
    [
        (Phase.CONNECT, 0, "refused", Outcome.HOST_DOWN),
        (Phase.GREETING, 421, "busy", Outcome.HOST_DOWN),
        (Phase.GREETING, 554, "go away", Outcome.MISCONFIGURED),
        (Phase.TLS, 0, "not offered", Outcome.HOST_DOWN),
        (Phase.LOGIN, 535, "5.7.8 wrong", Outcome.MISCONFIGURED),
        (Phase.LOGIN, 454, "4.7.0 later", Outcome.HOST_DOWN),
        (Phase.MAIL, 0, "closed", Outcome.DEFERRED),
        (Phase.MAIL, 421, "closing", Outcome.HOST_DOWN),
        (Phase.MAIL, 451, "later", Outcome.DEFERRED),
        (Phase.MAIL, 530, "5.7.0 login first", Outcome.MISCONFIGURED),
        (Phase.MAIL, 552, "5.3.4 too big", Outcome.TOO_BIG),
        (Phase.MAIL, 550, "5.7.1 sender", Outcome.REFUSED),
        (Phase.RCPT, 450, "4.2.0 greylisted", Outcome.DEFERRED),
        (Phase.RCPT, 550, "5.1.1 no such user", Outcome.NO_SUCH_ADDRESS),
        (Phase.RCPT, 550, "no such user", Outcome.NO_SUCH_ADDRESS),
        (Phase.RCPT, 553, "5.1.3 syntax", Outcome.NO_SUCH_ADDRESS),
        (Phase.RCPT, 550, "5.7.1 policy", Outcome.REFUSED),
        (Phase.RCPT, 552, "5.2.2 full", Outcome.REFUSED),
        (Phase.RCPT, 554, "no", Outcome.REFUSED),
        (Phase.RCPT, 252, "perhaps", Outcome.DEFERRED),
        (Phase.DATA, 451, "later", Outcome.DEFERRED),
        (Phase.DATA, 554, "no", Outcome.REFUSED),
        (Phase.DATA, 0, "closed", Outcome.DEFERRED),
        (Phase.DOT, 250, "ok", Outcome.SENT),
        (Phase.DOT, 451, "later", Outcome.DEFERRED),
        (Phase.DOT, 421, "closing", Outcome.DEFERRED),
        (Phase.DOT, 552, "too big", Outcome.TOO_BIG),
        (Phase.DOT, 554, "5.7.1 spam", Outcome.REFUSED),
        (Phase.DOT, 0, "closed", Outcome.UNKNOWN_FATE),
        (Phase.ADDRESS, 0, "not an address", Outcome.NO_SUCH_ADDRESS),
    ],
)
def test_each_answer_in_each_phase_has_its_meaning(phase: Phase, code: int, text: str, outcome: Outcome) -> None:
    """The same code means different things before and after the final dot."""
    assert classify(Heard(phase, code, text)) is outcome


def test_the_schedule_of_a_mail_that_is_put_off() -> None:
    """1, 5, 15, 30 minutes, 1, 2, 4 hours, then every 6 hours, a fifth more or less (B120)."""
    waits = [pause(n, "k") / MINUTE for n in range(1, 10)]
    assert waits[:7] == [1, 5, 15, 30, 60, 120, 240]
    assert all(288 <= wait <= 432 for wait in waits[7:])
    assert waits[7] != waits[8]
    assert pause(9, "k") == pause(9, "k")


def test_put_off_mail_is_tried_until_it_expires() -> None:
    """The last attempt falls just before the end; after that the mail has failed for good (B120)."""
    end = MAIL.expires
    assert end is not None
    later = judge(Heard(Phase.RCPT, 451, "later"), queued(9), end - dt.timedelta(hours=2))
    assert later.attempt.state is OutboxState.WAITING
    assert later.attempt.retry_at == end - MINUTE
    last = judge(Heard(Phase.RCPT, 451, "later"), queued(10), end - MINUTE)
    assert (last.outcome, last.attempt.state) == (Outcome.EXPIRED, OutboxState.FAILED)


def test_greylisting_passes_within_minutes() -> None:
    """A mail put off once comes back after a minute."""
    assert judge(Heard(Phase.RCPT, 450, "greylisted"), queued(), NOW).attempt.retry_at == NOW + MINUTE


def test_an_address_that_does_not_exist_is_not_tried_again() -> None:
    """A permanent refusal of the address ends the mail at once (B120)."""
    assert judge(Heard(Phase.RCPT, 550, "5.1.1 unknown"), queued(), NOW).attempt.state is OutboxState.FAILED


def test_a_refusal_by_policy_gets_three_more_chances() -> None:
    """A full mailbox or a policy is tried again within a day, then it has failed."""
    refusal = Heard(Phase.RCPT, 552, "5.2.2 full")
    waits = [judge(refusal, queued(9, refused=n), NOW).attempt.retry_at for n in (0, 1, 2)]
    assert waits == [NOW + dt.timedelta(hours=h) for h in (1, 5, 18)]
    assert judge(refusal, queued(9), NOW).attempt.refused
    assert judge(refusal, queued(9, refused=3), NOW).attempt.state is OutboxState.FAILED


def test_a_refused_text_is_not_tried_again() -> None:
    """What the relay refuses after having read it stays refused."""
    assert judge(Heard(Phase.DOT, 554, "5.7.1 spam"), queued(), NOW).attempt.state is OutboxState.FAILED


def test_trouble_with_the_relay_costs_no_attempt() -> None:
    """A relay that is down or badly configured says nothing about the mail."""
    for heard in (Heard(Phase.CONNECT, 0, "refused"), Heard(Phase.LOGIN, 535, "wrong")):
        attempt = judge(heard, queued(), NOW).attempt
        assert attempt.state is OutboxState.WAITING
        assert not attempt.counts


def test_a_notice_of_unknown_fate_counts_as_sent() -> None:
    """A doubled notice is worse than none."""
    attempt = judge(Heard(Phase.DOT, 0, "closed"), queued(promise=Promise.AT_MOST_ONCE), NOW).attempt
    assert attempt.state is OutboxState.UNSURE


def test_a_persons_words_of_unknown_fate_are_sent_again_three_times() -> None:
    """After 10, 30 and 120 minutes; then they have probably arrived."""
    heard = Heard(Phase.DOT, 0, "closed")
    waits = [judge(heard, queued(n + 5, ambiguous=n), NOW).attempt.retry_at for n in (0, 1, 2)]
    assert waits == [NOW + n * MINUTE for n in (10, 30, 120)]
    last = judge(heard, queued(8, ambiguous=3), NOW).attempt
    assert last.state is OutboxState.UNSURE
    assert judge(heard, queued(13), NOW).attempt.state is OutboxState.UNSURE


def test_what_a_relay_says_is_kept_short_and_printable() -> None:
    """Replies are stored without control characters, at most 500 characters."""
    words = judge(Heard(Phase.RCPT, 550, "5.1.1 \x1b[31mred\x00 " + "x" * 9000), queued(), NOW).attempt.reply
    assert words.startswith("rcpt: 550 5.1.1  [31mred ")
    assert len(words) <= 500


def test_a_relay_that_keeps_failing_is_left_alone_for_longer() -> None:
    """Seconds at first, one probe in five minutes from the fifth failure on."""
    assert [breaker_pause(n).total_seconds() for n in range(1, 7)] == [2, 4, 8, 16, 300, 300]


def test_a_mail_whose_time_is_over_is_stale() -> None:
    """An acknowledgement that could not leave for days is not sent at last."""
    assert not is_stale(queued(), NOW)
    assert is_stale(queued(), NOW + dt.timedelta(days=5))
    assert not is_stale(queued(mail=replace(MAIL, expires=None)), NOW + dt.timedelta(days=99))
