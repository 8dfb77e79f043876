"""Read what strace saw of a daemon: who said what to whom, what was written to which file, and when the disk had it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.crash.load import KEY

# -y names files, --seccomp-bpf lets all other calls run at full speed; a page of SQLite has 4096 bytes.
STRACE = (
    "-f",
    "-y",
    "-q",
    "--seccomp-bpf",
    "-s",
    "70000",
    "-e",
    "trace=read,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fdatasync,fsync",
)
_CALL = re.compile(r'^(\d+) +(\w+)\((\d+)<([^>]*)>(?:, (?:\[\{iov_base=)?(?:"((?:[^"\\]|\\.)*)")?)?')
# By which calls a socket is read and written differs from event loop to event loop.
_HEARD, _SAID = ("read", "recvfrom", "recvmsg"), ("write", "writev", "sendto", "sendmsg")
_RESUMED = re.compile(r'^(\d+) +<\.\.\. (\w+) resumed>(?:, )?(?:"((?:[^"\\]|\\.)*)")?')
_FETCHED = re.compile(rb"\(UID (\d+) BODY\[\]<0> \{(\d+)\}\r\n")
_SETTLED = re.compile(rb"UID (?:STORE|MOVE) ([\d,:]+) ")
ACCEPTED = b"250 2.0.0 OK: queued"


class Call(NamedTuple):
    """One system call; `began` and `ended` are lines of the trace, which are in the order of time."""

    name: str
    fd: int
    file: str
    data: bytes
    began: int
    ended: int


def read_calls(trace: Path) -> list[Call]:
    """Read a trace; calls that were interrupted by other threads are put together again. In the order of their ends."""
    open_calls: dict[str, Call] = {}
    calls: list[Call] = []
    for number, line in enumerate(trace.read_text(encoding="latin-1").splitlines()):
        if found := _CALL.match(line):
            pid, name, fd, file, text = found.groups()
            call = Call(name, int(fd), file, _bytes(text), number, number)
            if line.endswith("<unfinished ...>"):
                open_calls[pid] = call
            else:
                calls.append(call)
        elif (found := _RESUMED.match(line)) and found[1] in open_calls:
            call = open_calls.pop(found[1])
            calls.append(call._replace(ended=number, data=call.data or _bytes(found[3])))
    return calls


@dataclass(slots=True)
class Order:
    """What was promised in which order; `wrong` says which promise came before the disk had the mail."""

    acknowledged: int = 0
    settled: int = 0
    wrong: list[str] = field(default_factory=list)


def judge_order(calls: list[Call]) -> Order:
    """For each mail that was acknowledged, or marked or moved at its server: was its page synced before?"""
    written: dict[str, int] = {}
    syncs = [call for call in calls if call.name in ("fdatasync", "fsync") and call.file.endswith(("-wal", ".db"))]
    order = Order()

    def judge(key: str, promise: Call, what: str) -> None:
        page = written.get(key)
        if page is None or not any(page < sync.began and sync.ended < promise.began for sync in syncs):
            order.wrong.append(f"{what} before the disk had {key}")

    incoming: defaultdict[int, bytes] = defaultdict(bytes)
    for call in sorted(calls, key=lambda one: one.ended):
        if call.name == "pwrite64" and call.file.endswith("-wal"):
            for key in KEY.findall(call.data):
                written.setdefault(key.decode(), call.ended)
        elif call.name in _HEARD:
            incoming[call.fd] += call.data
        elif call.name in _SAID and call.data.startswith(ACCEPTED):
            for key in _keys_at_end(incoming.pop(call.fd, b"")):
                order.acknowledged += 1
                judge(key, call, "250")
        elif call.name in _SAID and (found := _SETTLED.search(call.data)):
            fetched = dict(_fetched(incoming[call.fd]))
            for uid in _uids(found[1]):
                order.settled += 1
                judge(fetched.get(uid, f"UID {uid}"), call, call.data.decode("latin-1").strip())
    return order


def _keys_at_end(said: bytes) -> list[str]:
    """Give the key of the last mail a client has sent."""
    return [key.decode() for key in KEY.findall(said)][-1:]


def _fetched(said: bytes) -> Iterator[tuple[int, str]]:
    for found in _FETCHED.finditer(said):
        raw = said[found.end() : found.end() + int(found[2])]
        if key := KEY.search(raw):
            yield int(found[1]), key[1].decode()


def _uids(text: bytes) -> Iterator[int]:
    for part in text.decode().split(","):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)


def _bytes(text: str | None) -> bytes:
    return (text or "").encode("latin-1").decode("unicode_escape").encode("latin-1")
