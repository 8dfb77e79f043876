"""The parse worker: a process that turns raw mails into values, under limits, and can do nothing else.

Started as `python -m maildesk.ingest.workers`; speaks frames over stdin and stdout. It imports everything once, then forks a
child that serves a thousand mails and makes room for the next; a fork costs milliseconds, an import half a second. The child
may use 5 s of CPU a mail, 256 MB beyond what it started with, and no file or socket besides its two pipes.
Needs Linux or another Unix: resource limits and fork.
"""

import codecs
import contextlib
import gc
import importlib
import io
import mimetypes
import os
import resource
import sys
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from maildesk.ingest.mime.labels import CODECS
from maildesk.ingest.workers.frames import (
    BROKEN,
    DONE,
    FILES,
    HEADER,
    OUT_OF_MEMORY,
    PARSE,
    READY,
    RECYCLE,
    SIGNALLED,
    frame,
    mail_frame,
)

_OPTIONAL = ("pycld2", "mailparser.utils")
_CODECS_OF_LIBRARIES = ("ascii", "latin-1", "big5", "punycode", "idna", "raw_unicode_escape", "unicode_escape")

MAILS_A_CHILD = 1000
CPU_SECONDS = 5
EXTRA_MEMORY = 256 * 1024 * 1024

# With a buffer of one byte nothing is read ahead, and what is asked for goes straight into the bytes that are given out.
_REQUESTS = io.BufferedReader(io.FileIO(0, closefd=False), 1)


def serve() -> NoReturn:
    """Serve mails from stdin until it is closed or a mail kills the child; end with that child's status."""
    sys.stdout = sys.stderr  # nothing but frames may go where frames go
    try:
        preload()
    except Exception as problem:  # the desk must hear why there is no worker  # noqa: BLE001
        _write(frame(BROKEN, msgspec.json.encode(f"{type(problem).__name__}: {problem}"[:500])))
        os._exit(1)
    _write(frame(READY, b""))
    while True:
        child = os.fork()
        if child == 0:
            _serve_as_child()
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code != RECYCLE:
            os._exit(SIGNALLED - code if code < 0 else code)


def preload() -> None:
    """Load everything that would be loaded on first use: later no file can be opened."""
    from maildesk.ingest.parse import parse_mail
    from maildesk.ingest.workers.samples import SAMPLES

    for name in _OPTIONAL:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    mimetypes.init()
    for codec in (*CODECS, *_CODECS_OF_LIBRARIES):
        codecs.lookup(codec)
    for sample in SAMPLES:
        mail = parse_mail(sample)
        broken = [defect for defect in mail.defects if "could not be read" in defect or "unreadable" in defect]
        if broken:
            raise RuntimeError(f"a sample mail cannot be parsed: {broken[0]}")
    sys.meta_path.insert(0, _Sealed())
    # What is loaded stays: the collector need not go through it again, and the children's pages of it stay shared.
    gc.collect()
    gc.freeze()


class _Sealed:
    """Answers every later import at once: what is not loaded by now is not there (looking for it would open files)."""

    def find_spec(self, name: str, *_: object) -> None:
        """Refuse to look."""
        raise ModuleNotFoundError(f"{name} was not loaded before the worker gave up files", name=name)


def _serve_as_child() -> NoReturn:
    """Serve a thousand mails within limits, then leave."""
    _limit()
    for _ in range(MAILS_A_CHILD):
        request = _read_request()
        if request is None:
            os._exit(0)
        _allow_cpu()
        try:
            _write(_answer(*request))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except BrokenPipeError:
            os._exit(0)
        del request  # while the next one is read there is room for one only
    os._exit(RECYCLE)


def _limit() -> None:
    """Give up what reading a mail does not need: memory without end, files, sockets, core dumps."""
    pages = int(Path("/proc/self/statm").read_bytes().split()[0]) if sys.platform == "linux" else 0
    if pages:
        memory = pages * resource.getpagesize() + EXTRA_MEMORY
        _set(resource.RLIMIT_AS, memory)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_NOFILE, 3)  # stdin, stdout, stderr are open: nothing else can be


def _set(what: int, limit: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # a stricter limit from outside stays
        resource.setrlimit(what, (limit, limit))


def _allow_cpu() -> None:
    """Let the next mail use so many seconds more than were used so far; SIGXCPU ends what takes longer."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _answer(kind: bytes, text: bytes, raw: bytes) -> bytes:
    from maildesk.ingest.parse import attachment_bytes, parse_mail

    wanted: Any = msgspec.json.decode(text)
    if kind == PARSE:
        mail = parse_mail(raw, wanted)
        if "unreadable: MemoryError" in mail.defects:
            raise MemoryError
        return mail_frame(mail)
    if kind == FILES:
        files = attachment_bytes(raw, tuple(wanted))
        described = [(name, content_type, len(data)) for name, content_type, data in files]
        return frame(DONE, msgspec.json.encode(described), b"".join(data for _, _, data in files))
    return frame(BROKEN, msgspec.json.encode("an unknown request"))


def _read_request() -> tuple[bytes, bytes, bytes] | None:
    """Read exactly one request, not a byte more: the next child reads on from there. None at the end."""
    header = _read(HEADER.size)
    if header is None:
        return None
    kind, text_length, data_length = HEADER.unpack(header)
    text, data = _read(text_length), _read(data_length)
    return None if text is None or data is None else (kind, text, data)


def _read(length: int) -> bytes | None:
    """Read so many bytes into one block; None at the end."""
    data = _REQUESTS.read(length)
    return data if len(data) == length else None


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]
