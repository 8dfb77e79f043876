"""Who gets the ticket."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from maildesk.model.decision import Rotate
from maildesk.model.people import Agent, People, Team
from maildesk.model.reason import Reason
from maildesk.rules.assign import choose_assignee
from maildesk.worktime import Calendar

MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
DAY = Calendar("day", "Europe/Zagreb", dict.fromkeys(range(7), ((480, 960),)))
NIGHT = Calendar("night", "Europe/Zagreb", dict.fromkeys(range(7), ((1200, 1680),)))


def people(*agents: Agent, **team: Any) -> People:
    """Make a team called t of some agents."""
    members = tuple(agent.login for agent in agents)
    return People({"t": Team("t", members, **team)}, {agent.login: agent for agent in agents})


def agent(login: str, **more: Any) -> Agent:
    return Agent(login, login.title(), (f"{login}@firma.hr",), **more)


ABC = (agent("a"), agent("b"), agent("c"))


def choose(how: str, who: People, **more: Any) -> str:
    given: dict[str, Any] = {
        "loads": {},
        "rotation": {},
        "now": MONDAY,
        "calendars": {"day": DAY, "night": NIGHT},
    } | more
    return choose_assignee(how, "t", who, **given)[0]


def test_in_turn_is_fair_over_a_thousand_tickets() -> None:
    """B94: round-robin skips the absent and is fair to within one ticket over 1,000."""
    who = people(agent("a"), agent("b", absent=True), agent("c"), agent("d"))
    rotation: dict[str, str] = {}
    given: Counter[str] = Counter()
    for _ in range(1000):
        login, why, rotate = choose_assignee("round-robin", "t", who, {}, rotation, MONDAY, {})
        assert why.reason is Reason.ASSIGNED
        assert rotate == Rotate("t", login)
        rotation["t"] = login
        given[login] += 1
    assert given["b"] == 0
    assert max(given.values()) - min(given[login] for login in "acd") <= 1


def test_a_turn_goes_on_behind_one_who_left() -> None:
    """The one served last is away or gone: the turn goes to whoever stands behind."""
    assert choose("round-robin", people(*ABC), rotation={"t": "a"}) == "b"
    assert choose("round-robin", people(*ABC), rotation={"t": "c"}) == "a"
    assert choose("round-robin", people(*ABC), rotation={"t": "gone"}) == "a"
    assert choose("round-robin", people(ABC[0], agent("b", absent=True), ABC[2]), rotation={"t": "b"}) == "c"


def test_least_busy_is_fair_over_a_thousand_tickets() -> None:
    """B94: least-busy evens out the loads, among equals in turn."""
    loads, rotation = {"a": 7}, {}
    for _ in range(1000):
        login, _, rotate = choose_assignee("least-busy", "t", people(*ABC), loads, rotation, MONDAY, {})
        loads[login] = loads.get(login, 0) + 1
        assert rotate is not None
        rotation["t"] = rotate.login
    assert max(loads.values()) - min(loads.values()) <= 1


def test_nobody_gets_more_than_he_can_hold() -> None:
    """Whoever has `max_open` tickets is passed over; when all are full the team keeps it, and the reason names them."""
    who = people(agent("a", max_open=2), agent("b", max_open=9))
    assert choose("least-busy", who, loads={"a": 2, "b": 5}) == "b"
    login, why, rotate = choose_assignee("least-busy", "t", who, {"a": 2, "b": 9}, {}, MONDAY, {})
    assert (login, why.reason, rotate) == ("", Reason.NOBODY_TO_ASSIGN, None)
    assert why.text == "least-busy of t: a has 2 open, b has 9 open"


def test_those_at_work_come_first() -> None:
    """Whoever's calendar is open is preferred; if nobody's is, everybody counts."""
    who = people(agent("a", calendar="night"), agent("b", calendar="day"))
    assert choose("round-robin", who) == "b"
    assert choose("round-robin", who, now=MONDAY.replace(hour=21)) == "a"
    assert choose("round-robin", who, now=MONDAY.replace(hour=17)) == "a"
    follows = people(agent("a"), agent("b", calendar="night"), calendar="day")
    assert choose("least-busy", follows, loads={"a": 5}) == "a"


def test_skills_are_preferred_not_required() -> None:
    """Of those who are free the ones with all skills are chosen; if none has them, somebody else is better than nobody."""
    who = people(agent("a"), agent("b", skills=("erp", "hr")), agent("c", skills=("erp",)))
    assert choose("least-busy", who, needs=("erp", "hr")) == "b"
    assert choose("least-busy", who, needs=("windows",)) == "a"


def test_an_urgent_ticket_weighs_more() -> None:
    """The least busy is who has the lightest burden; `max_open` counts tickets, whatever they weigh."""
    who = people(agent("a"), agent("b", max_open=3))
    assert choose("least-busy", who, loads={"a": 1, "b": 2}, burdens={"a": 8, "b": 4}) == "b"
    assert choose("least-busy", who, loads={"a": 9, "b": 3}, burdens={"a": 18, "b": 3}) == "a"
    why = choose_assignee("least-busy", "t", who, {"a": 1}, {}, MONDAY, {}, (), {"a": 8, "b": 9})[1]
    assert why.text == "a, least busy of t (1 open, they weigh as 4)"


def test_it_is_said_who_was_passed_over() -> None:
    """The reason names who else there was and why it was not them: away, full, without the skill, not at work."""
    who = people(
        agent("a"), agent("b", absent=True), agent("c", max_open=1), agent("d", skills=("erp",)),
        agent("e", skills=("erp",), calendar="night"),
    )  # fmt: skip
    why = choose_assignee("round-robin", "t", who, {"c": 1}, {}, MONDAY, {"night": NIGHT}, ("erp",))[1]
    assert why.text == ("d, next in turn of t; b is away, c has 1 open, a has not erp, e is not at work now")
    nobody = choose_assignee("round-robin", "t", who, {}, {}, MONDAY, {}, ("unix",))[1]
    assert "nobody free has unix" in nobody.text


def test_who_covers_has_it_meanwhile() -> None:
    """Who is meant by name or on call and is away is stood in for by `cover`, unless that one is away as well."""
    who = people(agent("a", absent=True, cover="b"), agent("b"), agent("c"), on_call=("a", "c"))
    assert choose("a", who) == "b"
    assert choose_assignee("a", "t", who, {}, {}, MONDAY, {})[1].text == "b, covers for a, who is away"
    assert choose("on-call", who, now=dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)) in ("b", "c")
    weeks = {choose("on-call", who, now=MONDAY + dt.timedelta(weeks=week)) for week in range(2)}
    assert weeks == {"b", "c"}
    both = people(agent("a", absent=True, cover="b"), agent("b", absent=True))
    assert choose("a", both) == ""


@pytest.mark.parametrize(
    ("now", "login"),
    [
        (dt.datetime(2026, 11, 22, 22, 59, tzinfo=dt.UTC), "b"),  # Sunday 23:59 in Zagreb
        (dt.datetime(2026, 11, 22, 23, 0, tzinfo=dt.UTC), "a"),  # Monday 0:00
        (dt.datetime(2026, 11, 29, 22, 59, tzinfo=dt.UTC), "a"),
        (dt.datetime(2026, 11, 29, 23, 0, tzinfo=dt.UTC), "b"),
        (dt.datetime(2026, 12, 31, 12, 0, tzinfo=dt.UTC), "b"),
        (dt.datetime(2027, 1, 5, 12, 0, tzinfo=dt.UTC), "a"),
    ],
)
def test_the_rota_changes_on_monday(now: dt.datetime, login: str) -> None:
    """On call changes with the week in the team's time zone, and does not stumble over the new year."""
    who = people(*ABC, calendar="day", on_call=("a", "b"))
    assert choose("on-call", who, now=now) == login


def test_an_absent_ones_week_falls_to_the_next() -> None:
    """B94: on call skips the absent; a rota of absent people leaves it to the team."""
    away = people(agent("a", absent=True), agent("b"), on_call=("a", "b"))
    assert choose("on-call", away) == "b"
    assert choose("on-call", people(agent("a", absent=True), on_call=("a",))) == ""
    assert choose("on-call", people(*ABC)) == ""


def test_a_person_named_by_a_rule_gets_it_unless_away() -> None:
    """A named person gets the ticket however busy; if away or unknown, nobody does and the reason says so."""
    who = people(agent("a", max_open=1), agent("b", absent=True))
    assert choose("a", who, loads={"a": 5}) == "a"
    assert choose_assignee("b", "t", who, {}, {}, MONDAY, {})[1].text == "b is away"
    assert choose_assignee("x", "t", who, {}, {}, MONDAY, {})[1].text == "x is no agent"


@pytest.mark.parametrize("how", ["nobody", "", "least-busy", "round-robin", "on-call"])
def test_no_team_and_no_members_are_nobody(how: str) -> None:
    """Without a team, or with an empty one, the ticket has no owner."""
    assert choose_assignee(how, "none", people(*ABC), {}, {}, MONDAY, {})[0] == ""
    assert choose(how, people()) == ""
