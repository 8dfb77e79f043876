"""Run the real `maildesk demo` for a test, and be the people in front of its page.

It is forked from a process that has loaded the program, as desks of tests are; as a `program` of its own, where that is tested.
"""

import contextlib
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.services import forks
from tests.services.processes import NotReady, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

COMMAND = (sys.executable, "-m", "maildesk", "demo")


@dataclass(slots=True)
class RunningDemo:
    """One `maildesk demo`: `url` is its page, `smtp` (HOST:PORT) takes mail, `lines` is what it printed."""

    folder: Path
    process: "subprocess.Popen[str] | forks.ForkedCommand"
    url: str = ""
    smtp: str = ""
    lines: list[str] = field(default_factory=list)

    def interrupt(self) -> int:
        """Press Ctrl-C; gives the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(15)

    def send(self, *words: str) -> tuple[int, str]:
        """Run `maildesk demo send` against it; gives its status and what it said."""
        done = forks.run(["demo", "send", *words, "--smtp", self.smtp])
        return done.returncode, done.stdout.decode()

    def has_printed(self, words: str, seconds: float = 10) -> None:
        """Wait until a line holds these words."""
        try:
            wait_until(lambda: any(words in line for line in self.lines), "", None, seconds)
        except NotReady:
            raise AssertionError(f"“{words}” was not printed:\n{''.join(self.lines[-40:])}") from None


@contextlib.contextmanager
def running_demo(folder: Path, smtp: str = "127.0.0.1:0", *, program: bool = False) -> Iterator[RunningDemo]:
    """Start a demo on free ports and wait for its welcome; afterwards nothing of it is left."""
    words = ["--data", str(folder), "--smtp", smtp, "--web", "127.0.0.1:0"]
    demo = RunningDemo(folder, _start_program(words) if program else forks.start(["demo", *words], aloud=True))
    process = demo.process
    reader = threading.Thread(target=_read, args=(demo,))
    reader.start()
    try:
        demo.has_printed("Ctrl-C", 90)  # on a machine that is busy with much else
        welcome = "".join(demo.lines)
        demo.url = re.search(r"http://\S+", welcome)[0]  # type: ignore[index]
        demo.smtp = re.search(r"smtp://(\S+)", welcome)[1]  # type: ignore[index]
        yield demo
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        reader.join()


def _start_program(words: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True
    )


def _read(demo: RunningDemo) -> None:
    assert demo.process.stdout
    with demo.process.stdout:
        demo.lines.extend(iter(demo.process.stdout.readline, ""))


# ---- in front of the page


def go_home(page: "Page", demo: RunningDemo) -> None:
    """Go to the page with everybody's mail; one that is there already stays, as it follows by itself."""
    if page.url != f"{demo.url}/":
        page.goto(demo.url)


def press(page: "Page", demo: RunningDemo, subject: str) -> None:
    """Send one of the samples."""
    go_home(page, demo)
    page.get_by_role("button", name=subject).click()


def card(page: "Page", column: str, *words: str) -> "Locator":
    """Find the newest mail in a persona's column that shows all these words."""
    found = page.get_by_role("region", name=column, exact=True).locator("a.card")
    for word in words:
        found = found.filter(has_text=word)
    return found.first


def read(page: "Page", demo: RunningDemo, column: str, *words: str) -> str:
    """Wait for a mail, open it and read it."""
    go_home(page, demo)
    card(page, column, *words).click()
    page.wait_for_url("**/mail/*")
    return page.locator("pre").first.inner_text()


def answer(page: "Page", demo: RunningDemo, column: str, *words: str, text: str, file: Path | None = None) -> None:
    """Open the mail and answer it with the Reply box."""
    read(page, demo, column, *words)
    page.get_by_label("Your text").fill(text)
    if file:
        page.get_by_label("A file").set_input_files(file)
    page.get_by_role("button", name="Reply").click()
    page.wait_for_url(f"{demo.url}/")
