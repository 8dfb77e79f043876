"""What the listeners ask of the rest of the desk."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from maildesk.model.mail import Accepted, Arrival


def always() -> bool:
    """Find room."""
    return True


def utc_now() -> dt.datetime:
    """Read the clock."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """`accept` returns once the mail is committed and raises on trouble of ours; `known` tells whether we answer an address.

    `known` is asked with the address in lower case, first as it came, then without its subaddress detail.
    `has_room` is False while the disk is too full to take more (T76): MAIL is answered 452 then. `now` is the desk's clock.
    """

    accept: Callable[[Arrival], Awaitable[Accepted]]
    known: Callable[[str], bool]
    has_room: Callable[[], bool] = always
    now: Callable[[], dt.datetime] = utc_now
