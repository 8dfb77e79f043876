"""Run a daemon's work in the quicker of two event loops: uvloop's where it is installed, else Python's own.

With uvloop a mail costs the loop's thread a fifth less, and a reply is written without giving the interpreter away first.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

CHOICE = "MAILDESK_LOOP"
"""The name in the environment under which `asyncio` asks for Python's own loop, to look for trouble with."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end, as `asyncio.run` does."""
    with asyncio.Runner(loop_factory=find_loop()) as runner:
        return runner.run(work)


def find_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """Choose what makes the loop."""
    if os.environ.get(CHOICE) == "asyncio":
        return asyncio.SelectorEventLoop
    try:
        import uvloop
    except ImportError:
        return asyncio.SelectorEventLoop
    return uvloop.new_event_loop
