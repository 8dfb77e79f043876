"""Read hooks.yaml: programs to tell, and the one to ask about customers and orders."""

import datetime as dt
import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from maildesk.model.hook import Endpoint, Hook, HookEvent, LookupSource
from maildesk.model.value import Value
from maildesk.rules.index import compile_regex
from maildesk.rules.matchers import is_regex
from maildesk.yaml_file import Mapping, Node, Scalar
from maildesk.yaml_file.take import Parse, Place, Refused, parse_duration, take_struct

LOOKUP = "lookup"
LONGEST_WAIT = dt.timedelta(seconds=60)
LONGEST_LOOKUP = dt.timedelta(seconds=5)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_LONGEST_URL = 2000

Event = Literal["new-ticket", "customer-mail", "reopened", "reply", "resolved", "held", "rated"]


class Hooks(Value, frozen=True):
    """All of hooks.yaml."""

    hooks: dict[str, Hook] = {}
    lookup: LookupSource | None = None


def parse_url(text: str) -> str:
    """Read a URL that requests may go to: https, or http; no names or passwords in it."""
    wrong = Refused("must be a URL", "write it like https://chat.firma.hr/hooks/desk")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0 or len(text) > _LONGEST_URL:
        raise wrong
    if not text.isascii() or any(c <= " " or c in '"<>\\^`{|}\x7f' for c in text):
        raise Refused("has characters that a URL cannot have", "write an international name as xn--…")
    if "@" in parts.netloc:
        raise Refused("has a name or password in it", "sign with secret_file instead")
    return text


class _EndpointKeys(msgspec.Struct, frozen=True):
    url: Annotated[str, Parse(parse_url)]
    secret_file: str = ""
    inside: tuple[str, ...] = ()
    ca_file: str = ""
    timeout: Annotated[dt.timedelta, Parse(parse_duration)] = dt.timedelta(seconds=10)
    form: Literal["maildesk", "slack"] = "maildesk"
    events: tuple[Event, ...] = ()


class _LookupKeys(msgspec.Struct, frozen=True):
    url: Annotated[str, Parse(parse_url)]
    secret_file: str = ""
    inside: tuple[str, ...] = ()
    ca_file: str = ""
    timeout: Annotated[dt.timedelta, Parse(parse_duration)] = dt.timedelta(seconds=2)
    numbers: str = ""
    cache: Annotated[dt.timedelta, Parse(parse_duration)] = dt.timedelta(minutes=10)


HOOK_KEYS = tuple(_EndpointKeys.__struct_fields__)
LOOKUP_KEYS = tuple(_LookupKeys.__struct_fields__)


def read_hooks(node: Node, place: Place) -> Hooks:
    """Read the file: hooks by name, and `lookup`."""
    if not isinstance(node, Mapping):
        place.error(node, "hooks.yaml names hooks", "write it like “chat: {url: https://…, events: [new-ticket]}”")
        return Hooks()
    hooks: dict[str, Hook] = {}
    lookup = None
    for pair in node.pairs:
        name = pair.key.text
        if name == LOOKUP:
            lookup = _lookup(pair.value, place)
        elif not _NAME.fullmatch(name):
            place.error(pair.key, f"“{name[:60]}” cannot name a hook", "use small letters, digits, - and _")
        else:
            given = take_struct(pair.value, _EndpointKeys, place, f"hook “{name}”")
            _check(pair.value, given, LONGEST_WAIT, place)
            hooks[name] = Hook(_endpoint(name, given), given.form, tuple(HookEvent(event) for event in given.events))
    return Hooks(hooks, lookup)


def _lookup(node: Node, place: Place) -> LookupSource:
    given = take_struct(node, _LookupKeys, place, "“lookup”")
    _check(node, given, LONGEST_LOOKUP, place)
    found = node.find("numbers") if isinstance(node, Mapping) else None
    if given.numbers and found is not None and (wrong := _wrong_regex(given.numbers)):
        place.error(found, f"“numbers” is no regular expression: {wrong}", r"write it like '/\b[0-9]{6,9}\b/'")
    return LookupSource(_endpoint(LOOKUP, given), given.numbers, given.cache)


def _wrong_regex(text: str) -> str:
    if not is_regex(text):
        return "it stands between slashes"
    try:
        return "it matches nothing at all" if compile_regex(text[1:-1]).search("") is not None else ""
    except ValueError as wrong:
        return str(wrong)


def _check(node: Node, given: _EndpointKeys | _LookupKeys, longest: dt.timedelta, place: Place) -> None:
    """Report what is wrong only in the whole."""
    if not isinstance(node, Mapping) or not given.url:
        return
    url, timeout = node.find("url"), node.find("timeout")
    host = urlsplit(given.url).hostname or ""
    if given.url.startswith("http:") and host not in given.inside and isinstance(url, Scalar):
        place.error(url, "goes out unencrypted", f"use https, or name the host: inside: {host}")
    if timeout is not None and not dt.timedelta(0) < given.timeout <= longest:
        place.error(timeout, f"“timeout” is more than nothing and at most {int(longest.total_seconds())}s")


def _endpoint(name: str, given: _EndpointKeys | _LookupKeys) -> Endpoint:
    inside = tuple(host.casefold() for host in given.inside)
    return Endpoint(name, given.url or "", given.secret_file, inside, given.ca_file, given.timeout)
