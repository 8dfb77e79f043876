"""Show what maildesk understands of mails: no configuration, no database.

Mails are parsed in worker processes, on both cores, and printed in the order given. One that kills its worker is printed as a
mail that could not be read. A few small ones are parsed in this process: starting workers would take longer than that.
"""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maildesk.cli.options import json_option
from maildesk.cli.say import Exit, fail, say, say_json, tell

if TYPE_CHECKING:
    from maildesk.ingest.workers import ParsePool
    from maildesk.model.mail import Mail

_FEW = 4
_SMALL = 256 * 1024
_LANGUAGE_SAMPLE = 4000
_AHEAD = 64
_MOST_WORKERS = 8


@click.command()
@json_option
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def command(files: tuple[str, ...], *, as_json: bool) -> None:
    """Show what maildesk understands of a mail in a FILE (- is standard input).

    A FILE holds one mail as it came. `text` is all it says, `new_text` what its author newly wrote.
    """
    problems = 0
    for name, found in _parse_all(files):
        if isinstance(found, OSError):
            tell(f"maildesk: {name}: {found.strerror or found}")
            problems += 1
        elif as_json:
            say_json(as_object(name, found))
        else:
            say(_in_words(name, found))
    sys.exit(int(Exit.NO if problems else Exit.FINE))


def as_object(name: str, mail: "Mail") -> dict[str, Any]:
    """Give the stable JSON form of a mail."""
    return {
        "file": name,
        "from": mail.author.address if mail.author else "",
        "from_ambiguous": mail.author_ambiguous,
        "to": [address.address for address in mail.to],
        "cc": [address.address for address in mail.cc],
        "subject": mail.subject,
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else None,
        "language": _language(mail),
        "text": mail.text,
        "new_text": mail.new_text,
        "html": mail.html,
        "attachments": [
            {"name": a.name, "content_type": a.content_type, "size": a.size, "sha256": a.sha256, "inline": a.inline}
            for a in mail.attachments
        ],
        "kind": str(mail.kind),
        "automatic": mail.automatic,
        "bounce": {
            "failed": list(mail.bounce.failed) if mail.bounce else [],
            "delayed": list(mail.bounce.delayed) if mail.bounce else [],
        },
        "defects": list(mail.defects),
    }


def _language(mail: "Mail") -> str:
    """Say in which of all the languages we know a mail is; a desk asks for its own languages only."""
    from maildesk.language import detect

    return detect(mail.new_text[:_LANGUAGE_SAMPLE] or mail.subject)[0]


def _in_words(name: str, mail: "Mail") -> str:
    author = f"{mail.author.name} <{mail.author.address}>".strip() if mail.author else "nobody"
    lines = [
        f"{name}",
        f"  from      {author}" + (f"  ({mail.author_ambiguous})" if mail.author_ambiguous else ""),
        f"  to        {', '.join(address.address for address in (*mail.to, *mail.cc))}",
        f"  subject   {mail.subject}",
        f"  date      {mail.date.isoformat() if mail.date else 'none'}",
        f"  id        {mail.message_id or 'none'}",
        f"  kind      {mail.kind}" + "".join(f"\n            {why.text}" for why in mail.kind_why if why.text),
        f"  language  {_language(mail) or 'unknown'}",
    ]
    lines += [f"  file      {a.name} ({a.content_type}, {a.size} bytes)" for a in mail.attachments]
    if mail.bounce:
        lines += [f"  failed    {address}" for address in mail.bounce.failed]
        lines += [f"  delayed   {address}" for address in mail.bounce.delayed]
    lines += [f"  odd       {defect}" for defect in mail.defects]
    return "\n".join([*lines, "", *(f"    {line}" for line in mail.new_text.split("\n")), ""])


def _parse_all(files: tuple[str, ...]) -> "Iterator[tuple[str, Mail | OSError]]":
    """Parse files in order, each as soon as it can be shown."""
    if len(files) <= _FEW and all(_is_small(name) for name in files):
        from maildesk.ingest.parse import parse_mail

        for name in files:
            raw = _read(name)
            yield name, raw if isinstance(raw, OSError) else parse_mail(raw)
        return
    from maildesk.ingest.workers import ParseFailed, ParsePool

    pool = ParsePool()
    try:
        pool.open(min(len(files), os.cpu_count() or 1, _MOST_WORKERS))
    except ParseFailed as failed:
        fail(str(failed))
    try:
        yield from _parse_with(pool, files)
    finally:
        pool.close()


def _parse_with(pool: "ParsePool", files: tuple[str, ...]) -> "Iterator[tuple[str, Mail | OSError]]":
    waiting: deque[tuple[str, Callable[[], Mail | OSError]]] = deque()
    for name in files:
        raw = _read(name)
        waiting.append((name, _known(raw) if isinstance(raw, OSError) else _result_of(pool.submit(raw))))
        if len(waiting) >= _AHEAD:
            done, result = waiting.popleft()
            yield done, result()
    for done, result in waiting:
        yield done, result()


def _known(problem: OSError) -> "Callable[[], Mail | OSError]":
    return lambda: problem


def _result_of(future: "Future[Mail]") -> "Callable[[], Mail | OSError]":
    return lambda: _wait(future)


def _wait(future: "Future[Mail]") -> "Mail":
    from maildesk.ingest.workers import ParseFailed
    from maildesk.model.mail import Mail

    try:
        return future.result()
    except ParseFailed as failed:
        return Mail(author_ambiguous="the mail could not be read", defects=(f"unreadable: {failed}",))


def _is_small(name: str) -> bool:
    if name == "-":
        return True
    try:
        return Path(name).stat().st_size <= _SMALL
    except OSError:
        return True  # the error is told when it is read


def _read(name: str) -> bytes | OSError:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as problem:
        return problem
