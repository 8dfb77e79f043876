"""Say what our own mail server found out about a mail's author, from Authentication-Results (RFC 8601); bounded and pure.

Anybody can write such a field, so it counts only with an authserv-id that is configured, and only where the sender cannot
have put it: above the Received field that names the outside client. Google and Microsoft write theirs right below that field;
`mx.google.com` and the word `m365` (Microsoft writes no authserv-id) stand for these. An entry `*.mx.example.net` also takes
in hosts of that name. SPF never counts: it is about the envelope. Two fields about one method are a contradiction.
"""

import re
from typing import NamedTuple

from maildesk.ingest.mime.addresses import a_label
from maildesk.model.reason import Reason
from maildesk.model.why import Why

MICROSOFT = "m365"
GOOGLE = "mx.google.com"

_FIELD = 4096
_FIELDS = 20
_RECEIVED = 100
_ADDRESS = re.compile(r"[\[(](?:IPv6:)?([0-9A-Fa-f]{0,4}[.:][0-9A-Fa-f.:]+)[\])]")
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]{1,255})", re.IGNORECASE)
_PART = re.compile(r'(?:"(?:[^"\\]|\\.)*"?|[^"\s]+)+', re.DOTALL)

Fields = tuple[tuple[str, str], ...]


class _Result(NamedTuple):
    """One method's result with its properties, e.g. dkim, pass, {"header.d": "example.org"}."""

    method: str
    result: str
    properties: dict[str, str]
    server: str


def verdict(
    headers: Fields, trusted: tuple[str, ...], from_domain: str, *, hops: int = 0, strict: bool = False
) -> tuple[str, Why]:
    """Say `pass`, `fail` or `none` about the From domain; `hops` more Received fields than the first outside one are ours.

    `strict`: a domain signs for itself only, not for what is below it.
    """
    if not trusted:
        return "none", Why(Reason.AUTHOR_UNPROVEN, "no server's Authentication-Results are trusted")
    fields, contradiction = _trusted_fields(headers, trusted, hops)
    if contradiction:
        return "fail", Why(Reason.AUTHOR_REFUTED, contradiction)
    if not fields and _is_same_tenant(headers, trusted):
        return "pass", Why(Reason.AUTHOR_ALIGNED, "Microsoft 365: sent within the organisation")
    by_field = [_results(server, value) for server, value in fields]
    for method in ("dmarc", "dkim"):
        if len(_opinions(by_field, method)) > 1:
            return "fail", Why(Reason.AUTHOR_REFUTED, f"two fields contradict each other about {method}")
    return _weigh([result for results in by_field for result in results], a_label(from_domain), strict=strict)


def _opinions(by_field: list[list[_Result]], method: str) -> set[bool]:
    """Tell, for every field that speaks of a method, whether it says pass; more than one answer is a contradiction."""
    spoken = [[result.result == "pass" for result in results if result.method == method] for results in by_field]
    return {any(passes) for passes in spoken if passes}


def _weigh(results: list[_Result], domain: str, *, strict: bool) -> tuple[str, Why]:
    """DMARC decides; without it an aligned DKIM signature does."""
    dmarc = [result for result in results if result.method == "dmarc"]
    for result in dmarc:
        if result.result == "fail":
            return "fail", Why(Reason.AUTHOR_REFUTED, f"dmarc=fail by {result.server}")
    for result in dmarc:
        if result.result == "pass" and domain and a_label(result.properties.get("header.from", "")) == domain:
            return "pass", Why(Reason.AUTHOR_ALIGNED, f"dmarc=pass for {domain} by {result.server}")
    for result in results:
        signer = _signer(result)
        if result.method == "dkim" and result.result == "pass" and is_aligned(signer, domain, strict=strict):
            return "pass", Why(Reason.AUTHOR_ALIGNED, f"dkim=pass by {signer}, said {result.server}")
    said = (
        ", ".join(f"{result.method}={result.result}" for result in results[:5]) or "no trusted Authentication-Results"
    )
    return "none", Why(Reason.AUTHOR_UNPROVEN, said)


def _signer(result: _Result) -> str:
    return a_label(result.properties.get("header.d", "") or result.properties.get("header.i", "").rpartition("@")[2])


def is_aligned(signer: str, domain: str, *, strict: bool = False) -> bool:
    """A domain may sign for itself and what is below it; without a list of public suffixes nothing else is safe."""
    if not domain or "." not in signer:
        return False
    return domain == signer or (not strict and domain.endswith(f".{signer}"))


# ---- which fields count ----


def _trusted_fields(headers: Fields, trusted: tuple[str, ...], hops: int) -> tuple[list[tuple[str, str]], str]:
    """Collect the fields of trusted servers where the sender cannot have written, as (server, results)."""
    received = [at for at, (name, _) in enumerate(headers) if name.lower() == "received"][:_RECEIVED]
    if not received:
        return [], ""
    provider = _provider(headers, received, trusted)
    if provider is not None:
        name, start, end = provider
        return _provider_field(headers[start:end], name)
    boundary = _first_outside(headers, received, hops)
    found = [
        (server, rest)
        for name, value in headers[:boundary]
        if name.lower() == "authentication-results" and len(value) <= _FIELD
        for server, rest in [_split_server(value)]
        if any(_is_trusted(server, entry) for entry in trusted)
    ]
    return found[:_FIELDS], ""


def _first_outside(headers: Fields, received: list[int], hops: int) -> int:
    """Find the Received field that names the outside client: those above it passed the mail on within one machine."""
    for order, at in enumerate(received):
        before_by = re.split(r"\sby\s", headers[at][1][:_FIELD], maxsplit=1, flags=re.IGNORECASE)[0]
        addresses = _ADDRESS.findall(before_by)
        if not addresses or any(not address.startswith("127.") and address != "::1" for address in addresses):
            return received[min(order + max(hops, 0), len(received) - 1)]
    return received[-1]


def _provider(headers: Fields, received: list[int], trusted: tuple[str, ...]) -> tuple[str, int, int] | None:
    """Find where Google or Microsoft write: between their first Received field that names an outside client and the next."""
    for order, at in enumerate(received):
        value = headers[at][1][:_FIELD]
        by = _BY.search(value)
        host = by.group(1).lower().rstrip(".") if by else ""
        end = received[order + 1] if order + 1 < len(received) else len(headers)
        if GOOGLE in trusted and host == GOOGLE:
            return GOOGLE, at + 1, end
        if MICROSOFT in trusted and host.endswith(".protection.outlook.com"):
            return MICROSOFT, at + 1, end
        inside = host.endswith((".outlook.com", ".office365.com")) if MICROSOFT in trusted else _is_google_inside(value)
        if not inside:
            return None
    return None


def _is_google_inside(value: str) -> bool:
    """Google's own hops name no client: `by 2002:a05:… with SMTP id …`."""
    return value.lower().startswith("by ") and " with smtp id " in value.lower()


def _provider_field(fields: Fields, provider: str) -> tuple[list[tuple[str, str]], str]:
    """Take the provider's field: its first one; what the sender wrote comes below, and would be a second."""
    values = [value for name, value in fields if name.lower() == "authentication-results" and len(value) <= _FIELD]
    if provider == MICROSOFT:
        return [(MICROSOFT, values[0])] if values and _split_server(values[0])[0] == "" else [], ""
    theirs = [rest for server, rest in map(_split_server, values) if server == provider]
    if len(theirs) > 1:
        return [], f"{len(theirs)} Authentication-Results claim to be of {provider}"
    return ([(provider, theirs[0])] if theirs and _split_server(values[0])[0] == provider else []), ""


def _is_same_tenant(headers: Fields, trusted: tuple[str, ...]) -> bool:
    """Exchange marks mail within an organisation, and removes such marks from what comes from outside."""
    if MICROSOFT not in trusted:
        return False
    marks = [value for name, value in headers if name.lower() == "x-ms-exchange-organization-authas"]
    return len(marks) == 1 and marks[0].strip().lower() == "internal"


def _is_trusted(server: str, entry: str) -> bool:
    wanted = entry.lower()
    if wanted.startswith("*."):
        return server == wanted[2:] or server.endswith(wanted[1:])
    return bool(server) and server == wanted


# ---- what a field says ----


def _split_server(value: str) -> tuple[str, str]:
    """Split off the authserv-id (lower case); "" where the field starts with a result, as Microsoft's do."""
    first, _, rest = _without_comments(value[:_FIELD]).partition(";")
    words = first.split()
    if not words or "=" in words[0]:
        return "", f"{first};{rest}"
    return words[0].strip('"').lower(), rest


def _results(server: str, value: str) -> list[_Result]:
    """Read `method=result property=value …; …`."""
    found: list[_Result] = []
    for clause in value.split(";")[:50]:
        pairs = [part.partition("=") for part in _PART.findall(re.sub(r"\s*=\s*", "=", clause))[:50]]
        if not pairs or not pairs[0][1]:
            continue
        method = pairs[0][0].partition("/")[0].lower()
        properties: dict[str, str] = {}
        for name, _, text in pairs[1:]:
            properties.setdefault(name.lower(), text.strip('"'))
        found.append(_Result(method, pairs[0][2].strip('"').lower(), properties, server))
    return found


def _without_comments(text: str) -> str:
    """Take out comments, nested ones too, and what is quoted with them; no recursion."""
    out: list[str] = []
    depth = 0
    quoted = escaped = False
    for char in text:
        if escaped:
            escaped = False
            if depth:
                continue
        elif char == "\\" and (quoted or depth):
            escaped = True
            continue
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted and char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
            out.append(" ")
            continue
        if not depth:
            out.append(" " if quoted and char == ";" else char)
    return "".join(out)
