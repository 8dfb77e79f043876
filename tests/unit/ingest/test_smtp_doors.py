from dataclasses import dataclass

import pytest

from maildesk.ingest.smtp.doors import Doors, parse_place


@dataclass(eq=False)
class Guest:
    """A connection with nothing behind it."""

    place: str = ""
    quiet_since: float | None = 0.0
    reading_since: float | None = None


def test_the_idlest_is_who_has_been_without_a_mail_for_longest() -> None:
    """Clients with a mail under way are never asked to go."""
    doors = Doors(3, 10, 100)
    busy, late, early = Guest(quiet_since=None), Guest(quiet_since=5), Guest(quiet_since=2)
    for guest in (busy, late, early):
        assert not doors.is_full()
        doors.enter(guest)
    assert doors.is_full()
    assert doors.find_idlest() is early
    doors.leave(early)
    doors.leave(early)
    assert doors.find_idlest() is late
    doors.leave(late)
    assert doors.find_idlest() is None


def test_a_place_has_its_share_until_somebody_from_there_leaves() -> None:
    """The count goes down again; a place without a name has no share."""
    doors = Doors(100, 2, 100)
    guests = [Guest("192.0.2.1"), Guest("192.0.2.1")]
    for guest in guests:
        assert not doors.is_crowded("192.0.2.1")
        doors.enter(guest)
    assert doors.is_crowded("192.0.2.1")
    assert not doors.is_crowded("192.0.2.2")
    doors.leave(guests[0])
    doors.leave(guests[0])
    assert not doors.is_crowded("192.0.2.1")
    for _ in range(5):
        doors.enter(Guest(""))
    assert not doors.is_crowded("")


def test_when_too_much_is_held_the_mail_that_has_come_for_longest_must_go() -> None:
    """Up to the limit nobody must."""
    doors = Doors(100, 2, 100)
    old, new = Guest(reading_since=1), Guest(reading_since=9)
    for guest in (new, old, Guest()):
        doors.enter(guest)
    doors.held = 100
    assert doors.find_slowest() is None
    doors.held = 101
    assert doors.find_slowest() is old


@pytest.mark.parametrize(
    ("peer", "place"),
    [
        (("127.0.0.1", 1), ""),
        (("127.8.8.8", 1), ""),
        (("::1", 1, 0, 0), ""),
        (("::ffff:127.0.0.1", 1, 0, 0), ""),
        (("192.0.2.7", 1), "192.0.2.7"),
        (("::ffff:192.0.2.7", 1, 0, 0), "192.0.2.7"),
        (("2001:db8:1:2:3::4", 1, 0, 0), "20010db800010002"),
        (("2001:db8:1:2:ffff::9", 1, 0, 0), "20010db800010002"),
        (("fe80::1%eth0", 1, 0, 2), "fe80000000000000"),
        ("", ""),
        (None, ""),
        ((), ""),
        (("not an address", 1), ""),
    ],
)
def test_a_place_is_an_address_or_an_ipv6_network_but_not_this_machine(peer: object, place: str) -> None:
    """One customer has a /64 to himself; loopback and unix sockets are no place."""
    assert parse_place(peer) == place
