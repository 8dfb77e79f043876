"""Read the addresses of an envelope (RFC 5321 §4.1.2): one pass, strict about what could mean something to another program."""

import re

NULL_PATH = "<>"
LONGEST = 320  # 64 for the local part, 255 for the domain, the @ between (RFC 5321 §4.5.3.1)

_ATOM = r'[^\x00-\x20\x7f-\xa0<>"\\@\u2028\u2029\ud800-\udfff]'
_LOCAL = re.compile(rf'(?:{_ATOM}+|"(?:[^\x00-\x1f\x7f-\xa0"\\\u2028\u2029\ud800-\udfff]|\\[\x20-\x7e])*")\Z')
_LABEL = r"[^\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\xa0\u2028\u2029\ud800-\udfff]+"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Za-z:.]+\])\Z")


def parse_path(argument: str) -> tuple[str, str] | None:
    """Give the address (`<>` for the null path) and the parameters after it; None where there is no address."""
    text = argument.strip(" \t")
    if not text.startswith("<"):
        # The brackets are not optional, but people who type a command by hand leave them out.
        address, _, rest = text.partition(" ")
        return (address, rest.strip()) if is_address(address) else None
    end = _closing_bracket(text)
    if end < 0 or text[end + 1 : end + 2].strip():
        return None
    address, rest = text[1:end].strip(" \t"), text[end + 1 :].strip()
    if not address:
        return NULL_PATH, rest
    if address.startswith("@"):
        address = address.partition(":")[2]  # a source route is read and forgotten: RFC 5321 appendix C
    return (address, rest) if is_address(address) else None


def is_address(text: str) -> bool:
    """Tell whether this may stand in an envelope; a name without a domain may (`postmaster`, RFC 5321 §4.5.1)."""
    if not 0 < len(text) <= LONGEST:
        return False
    local, at, domain = text.rpartition("@")
    if not at:
        return _LOCAL.match(domain) is not None
    return _LOCAL.match(local) is not None and _DOMAIN.match(domain) is not None


def without_detail(address: str) -> str:
    """Take the detail out of `local+detail@domain` (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}" if at else address


def _closing_bracket(text: str) -> int:
    """Find the `>` that ends the path; one inside a quoted local part does not."""
    quoted = escaped = False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == ">" and not quoted:
            return index
    return -1
