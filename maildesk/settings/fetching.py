"""Read the small languages of a fetched mailbox: where it begins for us, what becomes of a mail, how a token is got."""

import datetime as dt
import re

import msgspec

from maildesk.yaml_file.take import Refused, parse_date, parse_duration

_SPECIAL = re.compile(r"\\[A-Za-z]{1,30}")


class Since(msgspec.Struct, frozen=True):
    """Which of the mails that lie in a folder at our first visit are taken; what comes later always is."""

    kind: str = "recent"
    """`all`, `now` (none), `ago`, `day`, or `recent`: all of a day, and what nobody has read as far back as `ago`."""
    ago: dt.timedelta = dt.timedelta(days=7)
    day: dt.date | None = None


class TokenUrl(msgspec.Struct, frozen=True):
    """Where OAuth access tokens come from: a `provider` we know, or an endpoint of one's own."""

    token_url: str = ""
    provider: str = ""
    client_id: str = ""
    scope: str = ""
    secret_file: str = ""
    tenant: str = ""
    device_url: str = ""
    authorize_url: str = ""


def parse_since(text: str) -> Since:
    """Read `all`, `now`, `3d`, `2026-11-01`, `recent` or `recent 14d`."""
    word, _, span = text.partition(" ")
    try:
        if text in ("all", "now"):
            return Since(text, dt.timedelta(0))
        if word == "recent":
            return Since(ago=parse_duration(span)) if span else Since()
        if text[:1].isdigit() and "-" in text:
            return Since("day", day=parse_date(text))
        return Since("ago", parse_duration(text))
    except Refused:
        raise Refused("must be where to begin", "write it like recent, now, all, 3d or 2026-11-01") from None


def parse_after(text: str) -> str:
    """Read what happens to a fetched mail: `keep`, `delete`, `delete:7d` (that long after) or `move:FOLDER`."""
    verb, colon, rest = text.partition(":")
    if text in {"keep", "delete"}:
        return text
    if verb == "delete" and colon:
        try:
            parse_duration(rest)
        except Refused:
            raise Refused("must be keep, move:FOLDER, delete or delete:7d") from None
        return text
    if verb == "move" and is_folder(rest):
        return text
    raise Refused("must be keep, move:FOLDER, delete or delete:7d")


def parse_folder(text: str) -> str:
    r"""Read the name of a folder, or what it is for: `\Junk` (RFC 6154)."""
    if not is_folder(text) or len(text) > 255:
        raise Refused("must be a folder", r"write it like INBOX, Pošta/Nova or \Junk")
    return text


def is_folder(text: str) -> bool:
    """Tell whether this may name a folder: nothing that cannot be seen, and a backslash only before a use."""
    if not text.strip() or not text.isprintable():
        return False
    return "\\" not in text or _SPECIAL.fullmatch(text) is not None


def delete_delay(after: str) -> dt.timedelta | None:
    """Say how long after a mail was taken it is deleted; None where it is not."""
    if after == "delete":
        return dt.timedelta(0)
    return parse_duration(after.removeprefix("delete:")) if after.startswith("delete:") else None


def parse_oauth(text: str) -> TokenUrl:
    """Read the name of a provider; for others, and for more to say, a mapping stands in its place."""
    if text not in {"microsoft", "google"}:
        raise Refused("must be microsoft, google or {token_url: …}")
    return TokenUrl(provider=text)
