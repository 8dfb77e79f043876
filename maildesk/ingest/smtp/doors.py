"""Who may come in when there are many: decides, closes nothing by itself, knows no sockets."""

import ipaddress
from collections import Counter
from operator import itemgetter
from typing import Protocol


class Visitor(Protocol):
    """One connection as the doors see it."""

    place: str
    """Where it comes from, "" where many may come from one place."""
    quiet_since: float | None
    """Since when it has had no mail under way (a clock's reading), None while it has one."""

    @property
    def reading_since(self) -> float | None:
        """Since when it has been sending the content of a mail, None while it is not."""


class Doors:
    """The connections of one listener that are open now, and the bytes of unfinished mail they hold."""

    def __init__(self, connections: int, per_place: int, held: int) -> None:
        self._connections = connections
        self._per_place = per_place
        self._most_held = held
        self._places: Counter[str] = Counter()
        # In the order they came: who came first breaks a tie, since a clock may be coarse.
        self.visitors: dict[Visitor, None] = {}
        self.held = 0

    def is_crowded(self, place: str) -> bool:
        """Tell whether this place has its share of connections already."""
        return bool(place) and self._places[place] >= self._per_place

    def is_full(self) -> bool:
        """Tell whether somebody must leave before the next may enter."""
        return len(self.visitors) >= self._connections

    def enter(self, visitor: Visitor) -> None:
        """Count a connection in."""
        self.visitors[visitor] = None
        if visitor.place:
            self._places[visitor.place] += 1

    def leave(self, visitor: Visitor) -> None:
        """Count a connection out; a second time changes nothing."""
        if visitor in self.visitors:
            del self.visitors[visitor]
            self._places[visitor.place] -= 1
            if self._places[visitor.place] <= 0:
                del self._places[visitor.place]

    def has_memory_for(self, size: int) -> bool:
        """Tell whether a mail of so many bytes may begin to arrive."""
        return self.held + size <= self._most_held or not self.held

    def find_idlest(self) -> Visitor | None:
        """Find the connection that has been without a mail for longest: it loses least."""
        quiet = [(since, visitor) for visitor in self.visitors if (since := visitor.quiet_since) is not None]
        return min(quiet, key=itemgetter(0))[1] if quiet else None

    def find_slowest(self) -> Visitor | None:
        """Find whose mail must go because too much is held: the one that has been arriving for longest."""
        if self.held <= self._most_held:
            return None
        reading = [(since, visitor) for visitor in self.visitors if (since := visitor.reading_since) is not None]
        return min(reading, key=itemgetter(0))[1] if reading else None


def parse_place(peer: object) -> str:
    """Name where a connection comes from: an IPv4 address, a /64 of IPv6, "" for this machine and unix sockets."""
    if not isinstance(peer, tuple) or not peer:
        return ""
    try:
        address = ipaddress.ip_address(str(peer[0]).partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return "" if address.is_loopback else address.packed[:8].hex()
        address = address.ipv4_mapped
    return "" if address.is_loopback else str(address)
