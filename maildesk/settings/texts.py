"""Read the small languages inside maildesk.yaml: addresses, sizes, ports, listeners, zones."""

import re
from urllib.parse import urlsplit

import msgspec

from maildesk.yaml_file.take import Refused

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LOCAL = re.compile(r"[^\x00-\x20\x7f\"(),:;<>@\[\\\]]{1,64}")  # RFC 5321 §4.5.3.1.1; no quoted local parts
_SIZE = re.compile(r"([0-9]{1,9})\s*(|[kmg]i?)b?", re.IGNORECASE)
_SIZES = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


class ListenAddress(msgspec.Struct, frozen=True):
    """A TCP address, or a unix socket (`path`)."""

    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        """Write it as in maildesk.yaml."""
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_domain(text: str) -> str:
    """Read a domain: letters, digits, hyphens and dots (an international one in its xn-- form), lower case."""
    domain = text.lower().rstrip(".")
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise Refused("must be a domain", "write it like firma.hr")
    return domain


def parse_address(text: str) -> str:
    """Read an address like podrska@firma.hr; its domain comes back in lower case."""
    local, at, domain = text.rpartition("@")
    try:
        if at and _LOCAL.fullmatch(local) and not local.startswith(".") and not local.endswith("."):
            return f"{local}@{parse_domain(domain)}"
    except Refused:
        pass
    raise Refused("must be an address", "write it like podrska@firma.hr")


def parse_language(text: str) -> str:
    """Read a language code: two or three letters (ISO 639)."""
    if not re.fullmatch(r"[a-z]{2,3}", text):
        raise Refused("must be a language code", "write it like en, cs or hr")
    return text


def parse_zone(text: str) -> str:
    """Read the name of a time zone."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError) as problem:  # unreadable, absolute path, unknown
        raise Refused("must be a time zone", "write it like Europe/Zagreb") from problem
    return text


def parse_word(text: str) -> str:
    """Read a name that goes into a protocol: not empty, nothing that cannot be seen, no spaces at its ends."""
    if not text.isprintable() or not text.strip() or text != text.strip() or len(text) > 255:
        raise Refused("must be a name")
    return text


def parse_count(text: str) -> int:
    """Read a whole number of at least 1."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise Refused("must be a whole number, at least 1")
    return int(text)


def parse_hops(text: str) -> int:
    """Read how many servers stand in a row: 0 to 9."""
    if not re.fullmatch(r"[0-9]", text):
        raise Refused("must be a number of servers, 0 to 9")
    return int(text)


def parse_days(text: str) -> int:
    """Read a number of days, at most ten years."""
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > 3660:
        raise Refused("must be a number of days, at most 3660")
    return int(text)


def parse_database(text: str) -> str:
    """Read where the database is."""
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")) or not text.isprintable():
        raise Refused("must be a database", "write it like sqlite:///maildesk.db or postgresql+psycopg://user@host/db")
    return text


def parse_port(text: str) -> int:
    """Read a TCP port; 0 lets the system choose a listener's."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise Refused("must be a port, 0 to 65535")
    return int(text)


def parse_size(text: str) -> int:
    """Read `25MB`, `512 KB`, `1000000`; a megabyte is 1024 times 1024 bytes."""
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise Refused("must be a size", "write it like 25MB")
    return int(found[1]) * _SIZES[found[2][:1].lower()]


def parse_listen(text: str) -> ListenAddress:
    """Read `127.0.0.1:2525`, `[::1]:2525` or `unix:/run/maildesk/lmtp.sock`."""
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if path.startswith("/") and "\0" not in path and len(path.encode()) <= 107:  # sun_path of sockaddr_un
            return ListenAddress(path=path)
        raise Refused("must be an absolute path of at most 107 bytes after unix:")
    host, colon, port = text.rpartition(":")
    try:
        if colon and re.fullmatch(r"\[[0-9a-fA-F:.%a-z0-9]+\]|[A-Za-z0-9.*-]*", host):
            return ListenAddress("" if host == "*" else host.strip("[]"), parse_port(port))
    except Refused:
        pass
    raise Refused("must be an address to listen on", "write it like 127.0.0.1:2525, [::1]:2525 or unix:/path")


def parse_url(text: str) -> str:
    """Read a web address; a slash at its end is dropped."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or " " in text:
        raise Refused("must be a web address", "write it like https://help.firma.hr")
    return text.rstrip("/")


def parse_pattern(text: str) -> str:
    """Read a regular expression that runs in linear time (RE2)."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        if len(text) <= 500 and re2.compile(text, options).match("") is None:
            return text
    except re2.error as wrong:
        raise Refused("must be a regular expression (RE2)", f"{wrong}"[:200]) from wrong
    raise Refused("must be a regular expression of at most 500 characters that does not match nothing")
