"""Which event loop the daemon runs in."""

import asyncio
import sys
from collections.abc import Iterator

import pytest
import uvloop

from maildesk.daemon.loop import CHOICE, TURN, find_loop, run


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(CHOICE, raising=False)
    turn = sys.getswitchinterval()
    yield
    sys.setswitchinterval(turn)


async def _name() -> str:
    return type(asyncio.get_running_loop()).__module__


def test_the_quicker_loop_is_taken_where_it_is_installed() -> None:
    """A daemon runs in uvloop's loop."""
    assert find_loop() is uvloop.new_event_loop
    assert run(_name()).startswith("uvloop")


def test_without_uvloop_pythons_own_loop_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uvloop may be missing: nothing fails, Python's own loop runs."""
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert run(_name()).startswith("asyncio")


def test_pythons_own_loop_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """MAILDESK_LOOP=asyncio takes Python's own loop, whatever is installed."""
    monkeypatch.setenv(CHOICE, "asyncio")
    assert run(_name()).startswith("asyncio")


def test_threads_take_short_turns() -> None:
    """While a daemon runs, no thread keeps the interpreter for Python's usual 5 ms: the loop answers senders meanwhile."""
    sys.setswitchinterval(0.005)
    run(_name())
    assert sys.getswitchinterval() == pytest.approx(TURN)
