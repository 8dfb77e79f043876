"""When an agent is told at once, and when not."""

import datetime as dt

import pytest
from msgspec.structs import replace

from maildesk.decide import Desk
from maildesk.decide.rest import later, next_hours
from maildesk.model.decision import Event, MailArrived
from maildesk.model.people import Agent, People, Team
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import Priority
from maildesk.worktime import Calendar
from tests.golden.desk import build_desk

DAYS = Calendar("days", "Europe/Prague", dict.fromkeys(range(5), ((8 * 60, 16 * 60),)))
MONDAY = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)  # Prague is an hour ahead
NOON, NIGHT = MONDAY.replace(hour=11), MONDAY.replace(hour=22)
TUESDAY = MONDAY + dt.timedelta(days=1)
ANA = Agent("ana", "Ana", ("Ana@firma.hr",), calendar="days")
FREE = Agent("eva", "Eva", ("eva@firma.hr",))


def desk(*people: Agent, on_call: tuple[str, ...] = ()) -> Desk:
    given = build_desk({})
    team = Team("l1", tuple(p.login for p in people), on_call=on_call)
    people_of_ours = People({"l1": team}, {p.login: p for p in people})
    return given._replace(policy=replace(given.policy, people=people_of_ours, calendars={"days": DAYS}))


def told(
    agent: Agent,
    now: dt.datetime,
    event: Event = Event.CUSTOMER_MAIL,
    priority: Priority = Priority.NORMAL,
    *,
    on_call: tuple[str, ...] = (),
    this_hour: int = 0,
) -> dt.datetime | None:
    """Ask when an agent is told."""
    snapshot = Snapshot(MailArrived(1), now, told={agent.addresses[0].casefold(): this_hour})
    return later(snapshot, desk(agent, on_call=on_call), event, agent, team="l1", priority=priority)[0]


def test_at_work_one_hears_at_once() -> None:
    """In their hours, or if they have none of their own, people are told at once; a team's calendar says nothing of it."""
    assert told(ANA, NOON) is None
    assert told(FREE, NIGHT) is None


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (NIGHT, TUESDAY.replace(hour=7)),
        (MONDAY.replace(hour=3), MONDAY.replace(hour=7)),
        (MONDAY.replace(hour=15), TUESDAY.replace(hour=7)),  # 16:00 sharp is closed
        (MONDAY - dt.timedelta(hours=30), MONDAY.replace(hour=7)),
    ],
)
def test_outside_of_hours_it_waits_for_the_shift(now: dt.datetime, morning: dt.datetime) -> None:
    """At night and over the weekend everything waits for the next opening of the person's own calendar."""
    assert told(ANA, now) == morning


def test_urgent_wakes_who_is_on_call() -> None:
    """What is urgent goes at once to whoever is on call, and to nobody else at night."""
    assert told(ANA, NIGHT, priority=Priority.URGENT, on_call=("ana",)) is None
    assert told(ANA, NIGHT, priority=Priority.URGENT) == TUESDAY.replace(hour=7)
    assert told(ANA, NIGHT, priority=Priority.HIGH, on_call=("ana",)) == TUESDAY.replace(hour=7)


@pytest.mark.parametrize("event", [Event.RECEIPT, Event.CHALLENGE, Event.COMMAND_REFUSED])
def test_what_asks_for_an_answer_never_waits(event: Event) -> None:
    """A receipt, a question and a refused command answer the person's own mail, so they come at once, whatever the hour."""
    assert told(ANA, NIGHT, event, this_hour=500) is None


def test_a_question_that_anybody_can_answer_waits_for_the_shift_and_is_never_gathered() -> None:
    """A stranger's mail is asked about in working hours, and then at once, however many mails there were."""
    assert told(ANA, NIGHT, Event.HELD) == TUESDAY.replace(hour=7)
    assert told(ANA, NIGHT, Event.HELD, Priority.URGENT, on_call=("ana",)) is None
    assert told(ANA, NOON, Event.HELD, this_hour=1000) is None


def test_too_much_is_gathered() -> None:
    """The twenty-first mail within an hour waits for the quarter of the hour; an urgent one does not."""
    assert told(FREE, NOON, this_hour=19) is None
    assert told(FREE, NOON, this_hour=20) == NOON + dt.timedelta(minutes=15)
    assert told(FREE, NOON.replace(minute=59, second=59), this_hour=20) == NOON.replace(hour=12)
    assert told(FREE, NOON, this_hour=20, priority=Priority.URGENT) is None


@pytest.mark.parametrize(
    ("quiet", "now", "end"),
    [
        ((22 * 60, 6 * 60), NIGHT, TUESDAY.replace(hour=5)),
        ((22 * 60, 6 * 60), MONDAY.replace(hour=4, minute=59), MONDAY.replace(hour=5)),
        ((22 * 60, 6 * 60), MONDAY.replace(hour=5), MONDAY.replace(hour=5)),
        ((12 * 60, 13 * 60), NOON, NOON.replace(hour=12)),
        ((12 * 60, 13 * 60), NIGHT, NIGHT),
    ],
)
def test_quiet_hours(quiet: tuple[int, int], now: dt.datetime, end: dt.datetime) -> None:
    """Quiet hours hold by the desk's clock, over midnight too, and end sharp."""
    agent = Agent("ana", "Ana", ("ana@firma.hr",), quiet=quiet)
    assert next_hours(agent, desk(agent), now) == end


def test_quiet_hours_within_the_shift() -> None:
    """Who works from eight and wants no mail before nine gets it at nine; who is quiet all shift long gets it all the same."""
    early = Agent("ana", "Ana", ("ana@firma.hr",), calendar="days", quiet=(7 * 60, 9 * 60))
    assert next_hours(early, desk(early), NIGHT) == TUESDAY.replace(hour=8)
    never = Agent("ana", "Ana", ("ana@firma.hr",), calendar="days", quiet=(6 * 60, 20 * 60))
    assert next_hours(never, desk(never), NIGHT) == NIGHT
