"""A mail can hurt its worker at most: the pool goes on, the others are answered, nothing else is reachable from there."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.ingest.parse import attachment_bytes, parse_mail
from maildesk.ingest.workers import NoWorker, ParseFailed, ParsePool, child, feeder, process
from maildesk.ingest.workers.frames import DONE, PARSE, RECYCLE, complete, frame
from maildesk.ingest.workers.samples import SAMPLES

LETTER = b"From: Ana <ana@example.org>\nSubject: number %d\nMessage-ID: <%d@example.org>\n\nHello, this is mail %d."


def letters(count: int) -> list[bytes]:
    """Write mails that can be told apart."""
    return [LETTER % (n, n, n) for n in range(count)]


@pytest.fixture
def workers() -> Iterator[ParsePool]:
    """A pool of two workers."""
    pool = ParsePool()
    pool.open(2)
    yield pool
    pool.close()


@pytest.fixture
def one() -> Iterator[ParsePool]:
    """A pool of one worker."""
    pool = ParsePool()
    pool.open(1)
    yield pool
    pool.close()


def child_of(workers: ParsePool, number: int = 0) -> int:
    """Give the process that parses for a feeder; it may take a moment to be there."""
    parent = workers._feeders[number]._worker._process.pid  # type: ignore[union-attr]
    path = Path(f"/proc/{parent}/task/{parent}/children")
    for _ in range(1000):
        if found := path.read_text().split():
            return int(found[0])
        time.sleep(0.01)
    raise AssertionError("no child")


def test_a_worker_answers_what_the_parser_would(workers: ParsePool) -> None:
    """Every sample comes back over the pipe as it is parsed here, and its files as well."""
    for sample in SAMPLES:
        mail = workers.submit(sample, "").result()
        assert mail == parse_mail(sample, "")
        indices = tuple(a.index for a in mail.attachments)
        assert workers.submit_files(sample, indices).result() == attachment_bytes(sample, indices)


def test_answers_find_their_questions(workers: ParsePool) -> None:
    """Many mails at once come back each to its own caller."""
    waiting = [workers.submit(mail) for mail in letters(500)]
    assert [future.result().message_id for future in waiting] == [f"{n}@example.org" for n in range(500)]


async def test_the_loop_waits_without_blocking() -> None:
    """Parsing is awaited; a caller that gives up leaves the others alone; after the end every call fails."""
    workers = ParsePool()
    await workers.start(2)
    try:
        tasks = [asyncio.create_task(workers.parse(mail, "")) for mail in letters(40)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [answer.subject for answer in answers[1::2]] == [f"number {n}" for n in range(1, 40, 2)]  # type: ignore[union-attr]
        assert await workers.attachments(SAMPLES[0], ()) == ()
    finally:
        await workers.stop()
    with pytest.raises(ParseFailed, match="not running"):
        await workers.parse(b"x")


def test_a_loop_that_is_gone_does_no_harm() -> None:
    """A desk that ended in the middle of a mail leaves no noise and no process behind."""
    workers = ParsePool()

    async def begin() -> None:
        await workers.start(1)
        asyncio.create_task(workers.parse(b"x" * 1_000_000)).cancel()

    asyncio.run(begin())
    process = workers._feeders[0]._worker._process  # type: ignore[union-attr]
    workers.close()
    assert process.poll() is not None


def test_a_killed_worker_fails_one_mail_and_comes_back(one: ParsePool) -> None:
    """Whatever was queued behind the mail in work is answered by the successor."""
    victim = child_of(one)
    os.kill(victim, signal.SIGSTOP)
    waiting = [one.submit(mail) for mail in letters(20)]
    os.kill(victim, signal.SIGKILL)
    outcomes = [future.exception() for future in waiting]
    failed = [str(outcome) for outcome in outcomes if outcome]
    assert failed == ["the parse worker was killed (signal 9)"]
    assert isinstance(outcomes[0], ParseFailed)
    assert [future.result().subject for future in waiting[1:]] == [f"number {n}" for n in range(1, 20)]


def test_a_worker_that_sits_on_a_mail_is_replaced(one: ParsePool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent keeps the wall clock: a worker that does not answer in time is killed with its child."""
    monkeypatch.setattr(feeder, "MAIL_SECONDS", 0.3)
    victim = child_of(one)
    os.kill(victim, signal.SIGSTOP)
    stuck = one.submit(b"From: a@b.cz\n\nx")
    with pytest.raises(ParseFailed, match=r"took longer than 0.3 s"):
        stuck.result()
    monkeypatch.setattr(feeder, "MAIL_SECONDS", 15)
    assert one.submit(b"From: a@b.cz\n\nx").result().text == "x"
    assert not Path(f"/proc/{victim}").exists() or "Z" in Path(f"/proc/{victim}/stat").read_text().split()[2]


def test_a_large_mail_goes_through(one: ParsePool) -> None:
    """25 MB fit through the pipes and into the memory a worker has, there and back."""
    head = b"From: a@b.cz\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
    raw = head + b"QUJD" * (25 * 1024 * 1024 // 4 - 50)
    mail = one.submit(raw).result()
    assert mail.defects == ()
    ((name, _, content),) = one.submit_files(raw, (mail.attachments[0].index,)).result()
    assert (name, len(content), content[:6]) == ("a.zip", mail.attachments[0].size, b"ABCABC")


def test_a_worker_leaves_room_for_the_next(one: ParsePool) -> None:
    """After a thousand mails a fresh child takes over, and nobody notices."""
    before = child_of(one)
    waiting = [one.submit(mail) for mail in letters(child.MAILS_A_CHILD + 50)]
    assert all(future.result().subject for future in waiting)
    assert child_of(one) != before


# ---- what the limits forbid: tried in a child with the worker's own limits ----


def limited(code: str) -> subprocess.CompletedProcess[str]:
    """Run code after the worker has given up what it does not need."""
    program = f"import os, sys, socket, time\nfrom maildesk.ingest.workers import child\nchild._limit()\nchild._allow_cpu()\n{code}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)


def test_no_socket_and_no_file_can_be_opened() -> None:
    """A parser that is taken over can neither call home nor write."""
    assert "Too many open files" in limited("socket.socket()").stderr
    assert "Too many open files" in limited("open('/dev/null')").stderr
    assert "os.pipe" in limited("os.pipe()").stderr or limited("os.pipe()").returncode


def test_memory_ends() -> None:
    """256 MB more than at the start, then MemoryError instead of the machine's last page."""
    assert "MemoryError" in limited("x = [bytearray(1 << 24) for _ in range(32)]").stderr
    assert limited("x = bytearray(100 << 20)").returncode == 0


def test_processor_time_ends() -> None:
    """A mail that spins is ended by the system, whatever Python is doing."""
    spinning = limited("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass")
    assert -spinning.returncode in (signal.SIGXCPU, signal.SIGKILL)


def test_the_worker_ends_with_the_desk() -> None:
    """When the pipe closes, nobody is left to parse for."""
    process = subprocess.Popen(
        [sys.executable, "-m", "maildesk.ingest.workers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin
    assert process.stdout
    process.stdout.read(9)
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()


# ---- frames ----


def test_frames_arrive_in_pieces() -> None:
    """A message is complete when its last byte is there, and leaves the buffer for the next."""
    whole = frame(DONE, b"{}", b"data") + frame(PARSE, b"null")
    buffer = bytearray()
    found = []
    for at in range(len(whole)):
        buffer += whole[at : at + 1]
        if message := complete(buffer):
            found.append(message)
    assert found == [(DONE, b"{}", b"data"), (PARSE, b"null", b"")]
    assert not buffer


def test_a_frame_that_promises_too_much_is_refused() -> None:
    """A worker that has been taken over cannot make the desk wait for four gigabytes."""
    with pytest.raises(ValueError, match="more than it may send"):
        complete(bytearray(b"D\xff\xff\xff\xff\0\0\0\0"))


def test_the_statuses_of_a_worker_are_apart() -> None:
    """Making room for the next child is no failure, and no signal looks like it."""
    assert RECYCLE not in (0, 1, 128 + signal.SIGKILL)


def test_suspects_do_not_hold_up_a_quick_mail(workers: ParsePool) -> None:
    """While suspects wait for their one worker, mail that comes later is read by the free one."""
    stopped = [child_of(workers, number) for number in range(2)]
    for victim in stopped:
        os.kill(victim, signal.SIGSTOP)
    suspects = [workers.submit(mail, suspect=True) for mail in letters(3)]
    quick = workers.submit(LETTER % (9, 9, 9))
    while len(at_work := [number for number in range(2) if workers._feeders[number]._at_work]) < 2:
        time.sleep(0.01)
    [free] = [number for number in at_work if not workers._feeders[number]._at_work[0].is_slow]
    os.kill(stopped[free], signal.SIGCONT)
    assert quick.result(10).subject == "number 9"
    assert not any(future.done() for future in suspects)
    os.kill(stopped[1 - free], signal.SIGCONT)
    assert [future.result(10).subject for future in suspects] == ["number 0", "number 1", "number 2"]


def test_without_a_worker_no_mail_is_to_blame(one: ParsePool, monkeypatch: pytest.MonkeyPatch) -> None:
    """When no process can be started the mail is given back as it came (`NoWorker`), and read as soon as there is one."""
    monkeypatch.setattr(feeder, "_PAUSES", (0.01, 0.01))
    with monkeypatch.context() as broken:
        broken.setattr(process.subprocess, "Popen", raise_os_error)
        end_in_the_midst(one)
        with pytest.raises(NoWorker):
            one.submit(letters(1)[0]).result(10)
    assert one.submit(letters(1)[0]).result(10).subject == "number 0"


def end_in_the_midst(one: ParsePool) -> None:
    """Kill a worker that has a mail in hand."""
    victim = child_of(one)
    os.kill(victim, signal.SIGSTOP)
    stuck = one.submit(letters(1)[0])
    while not one._feeders[0]._at_work:
        time.sleep(0.01)
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(ParseFailed):
        stuck.result(10)
    assert one.killed == 1


def test_a_worker_that_dies_idle_harms_no_mail(one: ParsePool) -> None:
    """Nothing was in hand when it was killed: the next mail finds another one."""
    os.kill(child_of(one), signal.SIGKILL)
    while not one.killed:
        time.sleep(0.01)
    assert one.submit(letters(1)[0]).result(10).subject == "number 0"


def raise_os_error(*_arguments: object, **_options: object) -> None:
    """Behave as a machine without file descriptors."""
    raise OSError(24, "Too many open files")
