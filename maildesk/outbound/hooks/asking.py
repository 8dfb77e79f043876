"""Ask another program about a customer and the orders he names, before his mail is decided; nothing waits for it long.

An answer is a JSON object; what in it is a plain value is a fact that rules may ask about and agents see. Whoever does not
answer in time is not asked again for a minute: a shop that is down costs the desk one short wait a minute, and no mail.
"""

import asyncio
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maildesk.model.hook import LookupSource
from maildesk.model.mail import Mail
from maildesk.outbound.hooks.payload import sign
from maildesk.settings import SecretTrouble, read_secret

REST = dt.timedelta(minutes=1)
MOST_NUMBERS = 5
MOST_FACTS = 20
LONGEST_NAME, LONGEST_VALUE = 40, 200
_SEARCHED = 20_000
_REMEMBERED = 1000

Facts = dict[str, str]


class Asker:
    """Ask, remember answers for a while, and leave a source alone that does not answer; `trouble` says why, "" while it does."""

    def __init__(self, now: Callable[[], dt.datetime], base_dir: Path = Path()) -> None:
        """`base_dir` is where secrets and authorities lie."""
        self._now, self._base_dir = now, base_dir
        self._known: dict[str, tuple[dt.datetime, Facts]] = {}
        self._rests_until: dt.datetime | None = None
        self.trouble = ""

    async def ask(self, source: LookupSource, mail: Mail) -> Facts:
        """Give what the source knows of a mail's author and the numbers in it; nothing, if it cannot be asked now."""
        now = self._now()
        if mail.author is None or (self._rests_until is not None and now < self._rests_until):
            return {}
        question = {"address": mail.author.address, "numbers": numbers_in(mail, source.numbers)}
        key = json.dumps([source.endpoint.url, question], ensure_ascii=True)
        known = self._known.get(key)
        if known is not None and now < known[0]:
            return known[1]
        facts = await self._request(source, key, question)
        if facts is None:
            self._rests_until = self._now() + REST
            return {}
        self._rests_until, self.trouble = None, ""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[key] = (now + source.cache, facts)
        return facts

    async def _request(self, source: LookupSource, key: str, question: dict[str, Any]) -> Facts | None:
        from maildesk.outbound.hooks.request import send_request  # with h11, which a desk without lookup does not need

        seconds = int(self._now().timestamp())
        event_id = "ask_" + hashlib.sha256(f"{seconds}{key}".encode()).hexdigest()[:32]
        body = json.dumps({"id": event_id, **question}, ensure_ascii=False).encode("utf-8", "replace")
        try:
            reference = source.endpoint.secret_file
            secret = await asyncio.to_thread(read_secret, reference, self._base_dir) if reference else ""
        except SecretTrouble as trouble:
            self.trouble = str(trouble)
            return None
        fields = sign(secret, event_id, seconds, body)
        answer = await send_request(source.endpoint, body, fields, base_dir=self._base_dir)
        if answer.status == 404:
            return {}  # it is there, and knows nobody of that name
        facts = parse_facts(answer.body) if answer.status == 200 else None
        if facts is None:
            self.trouble = f"{answer.status or ''} {answer.text}".strip() or "no JSON object"
        return facts


def numbers_in(mail: Mail, pattern: str) -> list[str]:
    """List the first few numbers of orders in a mail, subject first; `pattern` is an expression in slashes, "" for none."""
    if not pattern:
        return []
    import re2

    text = f"{mail.subject}\n{mail.new_text[:_SEARCHED]}"
    found = (hit.group(1) if hit.re.groups else hit.group() for hit in re2.finditer(pattern[1:-1], text))
    return list(dict.fromkeys(number[:LONGEST_VALUE] for number in found if number))[:MOST_NUMBERS]


def parse_facts(body: bytes) -> Facts | None:
    """Read an answer: the plain values of a JSON object, printable and short; None if it is none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    plain = {_clean(name, LONGEST_NAME): _said(value) for name, value in answer.items()}
    return dict([(name, value) for name, value in plain.items() if name and value][:MOST_FACTS])


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _clean(str(value), LONGEST_VALUE) if isinstance(value, str | int | float) else ""


def _clean(text: str, longest: int) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * longest]).split())[:longest]
