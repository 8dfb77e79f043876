"""Clients that would stop a whole desk, not by what they write but by how: honest mail is taken within a second all the while."""

import contextlib
import os
import resource
import smtplib
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.hostile.meter import forget_peak, seconds_of, use_of
from tests.hostile.visitor import late, visiting
from tests.services.processes import wait_until
from tests.services.sink import Sink

MOST_WAIT = float(
    os.environ.get("MAILDESK_HOSTILE_WAIT", "3")
)  # `make prove` demands one second, of a machine for itself
MOST_MEGABYTES = 250

pytestmark = [pytest.mark.alone, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


@pytest.fixture
def desk(tmp_path: Path, sink: Sink) -> Iterator[RunningDesk]:
    """A running desk."""
    with running_desk(tmp_path, settings(sink.port), program=True) as running:
        yield running


@contextlib.contextmanager
def clients(port: int, number: int) -> Iterator[list[socket.socket]]:
    """Open many connections that say nothing."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)) for _ in range(number)]


def begin_data(port: int) -> socket.socket:
    """Come as far as the 354."""
    one = socket.create_connection(("127.0.0.1", port), timeout=30)
    file = one.makefile("rb", buffering=0)
    for command in (b"", b"EHLO x\r\n", b"MAIL FROM:<a@b.cz>\r\n", b"RCPT TO:<support@demo.test>\r\n", b"DATA\r\n"):
        one.sendall(command)
        while (line := file.readline())[3:4] == b"-":
            pass
    file.close()
    assert line.startswith(b"354")
    return one


def last_reply(one: socket.socket) -> bytes:
    """Read what is left to be read."""
    said = b""
    with contextlib.suppress(OSError):
        while piece := one.recv(4096):
            said += piece
    return said


def pour(port: int, piece: bytes, times: int) -> bytes:
    """Send content until it is all sent or the desk has had enough; give its last word."""
    with begin_data(port) as one:
        try:
            for _ in range(times):
                one.sendall(piece)
            one.shutdown(socket.SHUT_WR)
        except OSError:
            return last_reply(one) or b"closed"
        return last_reply(one)


def test_a_thousand_idle_clients_keep_nobody_out(desk: RunningDesk, sink: Sink) -> None:
    """The one that waits longest makes room for the next, so a crowd that says nothing costs nobody his place."""
    assert desk.process is not None
    forget_peak(desk.process.pid)
    with visiting(desk, sink) as visitor, clients(desk.port, 1000) as idle:
        wait_until(lambda: len(visitor.taken) >= 4, "mail is taken among a thousand idle clients", seconds=60)
        assert len(idle) == 1000
    assert not visitor.unanswered
    assert late(visitor.taken) < MOST_WAIT
    assert use_of(desk.process.pid).megabytes < MOST_MEGABYTES


def test_floods_of_content_are_cut_and_cost_no_memory(desk: RunningDesk, sink: Sink) -> None:
    """An endless line, 33 MB of line ends, and a mail that never ends: cut at the limit, each by a reply that says why."""
    assert desk.process is not None
    forget_peak(desk.process.pid)
    used = seconds_of(desk.process.pid)
    said: dict[str, bytes] = {}
    floods = {"line": (b"x" * 2**20, 100), "ends": (b"\r\n" * 2**19, 33), "mail": ((b"y" * 98 + b"\r\n") * 10_000, 40)}
    with visiting(desk, sink) as visitor:
        threads = [
            threading.Thread(target=lambda name=name, flood=flood: said.update({name: pour(desk.port, *flood)}))
            for name, flood in floods.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said["line"].startswith((b"500 5.6.0 A line is too long", b"closed"))
    assert said["ends"].startswith((b"500 5.6.0 Too many lines", b"closed"))
    assert said["mail"].startswith((b"552 5.3.4", b"closed"))
    assert late(visitor.taken or [0.0]) < MOST_WAIT
    assert seconds_of(desk.process.pid) - used < 5
    assert use_of(desk.process.pid).megabytes < MOST_MEGABYTES


def test_clients_that_dribble_keep_nobody_out(desk: RunningDesk, sink: Sink) -> None:
    """Two hundred clients, half in the middle of a command, half in a mail, send a byte now and then (slowloris)."""
    assert desk.process is not None
    used, began = seconds_of(desk.process.pid), time.monotonic()
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(begin_data(desk.port)) for _ in range(100)]
        slow += stack.enter_context(clients(desk.port, 100))
        visitor = stack.enter_context(visiting(desk, sink))
        for _ in range(15):
            for one in slow:
                with contextlib.suppress(OSError):
                    one.sendall(b"x")
            time.sleep(0.2)
        wait_until(lambda: len(visitor.taken) >= 4, "mail is taken among clients that dribble", seconds=60)
    assert late(visitor.taken) < MOST_WAIT
    assert (seconds_of(desk.process.pid) - used) / (time.monotonic() - began) < 0.5


def test_few_file_descriptors_are_shared_out(tmp_path: Path, sink: Sink) -> None:
    """With 64 descriptors and 200 clients the desk keeps enough for itself: mail is taken and answered all the while."""
    wrapper = ("prlimit", "--nofile=64:64")
    with running_desk(tmp_path, settings(sink.port), wrapper) as desk:
        assert desk.process is not None
        used, began = seconds_of(desk.process.pid), time.monotonic()
        with clients(desk.port, 200), visiting(desk, sink) as visitor:
            wait_until(lambda: len(visitor.taken) >= 4, "mail is taken with few descriptors", seconds=60)
        assert not visitor.unanswered
        assert late(visitor.taken) < MOST_WAIT
        assert (seconds_of(desk.process.pid) - used) / (time.monotonic() - began) < 0.5
        assert not [line for line in desk.log if "out of system resource" in line]
        desk.verify()


def test_without_file_descriptors_the_desk_waits_and_recovers(desk: RunningDesk) -> None:
    """When there is not one descriptor left (somebody else took them), it does not spin, and goes on as soon as there are some."""
    assert desk.process is not None
    pid = desk.process.pid
    in_use = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (in_use + 1, before[1]))
    with contextlib.ExitStack() as stack:
        used, began = seconds_of(pid), time.monotonic()
        for _ in range(200):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", desk.port))
        time.sleep(3)
        share = (seconds_of(pid) - used) / (time.monotonic() - began)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    assert share < 0.2
    released = time.monotonic()
    while True:
        try:
            desk.send(b"From: a@b.cz\r\nSubject: x\r\n\r\nwords\r\n", "a@b.cz")
            break
        except (OSError, smtplib.SMTPException):
            assert time.monotonic() - released < 5
            time.sleep(0.1)
    assert time.monotonic() - released < 5
    desk.settle()
    assert len(desk.tickets()) == 1
