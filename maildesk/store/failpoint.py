"""Named places where a test may kill, fail or stall the program; nothing happens there in normal life.

`MAILDESK_FAILPOINTS="after-work-commit=kill;before-quick-commit=exc:3;after-claim-mails=sleep:0.5"` arms them: `kill`
ends the process as SIGKILL does, `exc` raises FailPointReached, `sleep` waits; a number after `exc` or `kill` lets that
many passes go by first. The store's own places: before- and after-quick-commit (accept, claim, finish), before- and
after-work-commit (decisions), after-claim-mails, after-claim-outbox.
"""

import os
import signal
import time


class FailPointReached(RuntimeError):
    """A failure that a test asked for."""


def reach(name: str) -> None:
    """Do what a test has asked for at this place, if any did."""
    if name in _armed:
        _act(name, *_armed[name])


def arm(text: str) -> dict[str, tuple[str, float]]:
    """Read the setting; an unknown action is an error at once, not a test that silently tests nothing."""
    armed: dict[str, tuple[str, float]] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, action = part.partition("=")
        verb, _, number = action.partition(":")
        if verb not in ("kill", "exc", "sleep"):
            raise ValueError(f"MAILDESK_FAILPOINTS: unknown action {action!r} at {name!r}")
        armed[name] = (verb, float(number or 0))
    return armed


def _act(name: str, verb: str, number: float) -> None:
    if verb == "sleep":
        time.sleep(number)
        return
    if number > 0:
        _armed[name] = (verb, number - 1)
        return
    if verb == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise FailPointReached(name)


_armed = arm(os.environ.get("MAILDESK_FAILPOINTS", ""))
