"""Verify the DKIM signatures of a mail ourselves (RFC 6376), for a desk to which mail comes straight from the world.

Only signatures that would prove the From domain are looked at, the first five of them; DNS is asked by the caller's `find_key`.
A signature with `l=` proves nothing here (anybody may add to such a mail), nor does one that leaves From out, one by SHA-1
(RFC 8301) or by a key below 1024 bits. The library canonicalises bodies with patterns that take quadratic time; it is handed
bodies that are in canonical form already, and the header block alone to parse.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from maildesk.ingest.authentication import is_aligned
from maildesk.ingest.headers import Headers, read_headers
from maildesk.ingest.mime.addresses import a_label
from maildesk.ingest.mime.lines import start_of_mail, with_line_ends

MOST_SIGNATURES = 5
LONGEST_KEY = 2048  # an RSA key of 8192 bits takes 1,400 letters; a longer one is made to keep us busy
SHORTEST_KEY = 1024

FindKey = Callable[[str], bytes | None]


class NoAnswer(Exception):
    """DNS did not say in time whether there is such a key."""


class Signed(NamedTuple):
    """Which domains' signatures hold, and what was found, in words."""

    signers: tuple[str, ...] = ()
    said: str = ""


def verify_signatures(raw: bytes, from_domain: str, find_key: FindKey, *, strict: bool = False) -> Signed:
    """Check the signatures aligned with a From domain; never raises."""
    raw, _ = with_line_ends(raw)
    headers = read_headers(raw, start_of_mail(raw))
    fields = headers.all("dkim-signature")
    if not fields:
        return Signed(said="no DKIM signature")
    signers, said = [], []
    looked_at = 0
    for number, value in enumerate(fields):
        signer = signer_of(value)
        if not is_aligned(signer, from_domain, strict=strict):
            said.append(f"dkim: {signer or '?'} does not sign for {from_domain}")
            continue
        looked_at += 1
        if looked_at > MOST_SIGNATURES:
            break
        result = _verify(raw, headers, number, find_key)
        said.append(f"dkim={result} {signer}, checked here")
        if result == "pass":
            signers.append(signer)
            break
    return Signed(tuple(signers), "; ".join(said[:MOST_SIGNATURES]))


def signer_of(value: bytes) -> str:
    """Read the domain that claims to have signed, as an A-label; "" if there is none."""
    found = re.search(rb"(?:^|;)\s*d\s*=\s*([^;\s]{1,253})\s*(?:;|$)", value)
    return a_label(found.group(1).decode("utf-8", "replace")) if found else ""


def _verify(raw: bytes, headers: Headers, number: int, find_key: FindKey) -> str:
    """Give one signature's result as Authentication-Results would name it (RFC 8601 §2.7.1)."""
    import dkim

    try:
        checker: Any = dkim.DKIM(raw[: headers.body], minkey=SHORTEST_KEY)
        fields, signed, _ = checker.verify_headerprep(number)
        if b"l" in fields or b"from" not in signed or fields[b"a"] == b"rsa-sha1":
            return "policy"
        relaxed = fields.get(b"c", b"").partition(b"/")[2] == b"relaxed"
        checker.body = canonical_body(raw[headers.body :], relaxed=relaxed)
        return "pass" if checker.verify(number, _Keys(find_key)) else "fail"
    except NoAnswer:
        return "temperror"
    except dkim.KeyFormatError:
        return "permerror"
    except Exception:  # a hostile field or key may make it raise anything; all of it proves nothing  # noqa: BLE001
        return "fail"


class _Keys:
    """Answers the library's question for a key by ours; a record beyond all measure counts as none."""

    def __init__(self, find_key: FindKey) -> None:
        self._find_key = find_key

    def __call__(self, name: bytes, timeout: int = 5) -> bytes | None:  # noqa: ARG002 - the library's; the caller has one limit for all
        record = self._find_key(name.decode("ascii", "replace"))
        return record if record and len(record) <= LONGEST_KEY else None


def canonical_body(body: bytes, *, relaxed: bool) -> bytes:
    """Bring a body into canonical form in linear time (RFC 6376 §3.4.3, §3.4.4); doing so twice changes nothing."""
    if b"\r" not in body:
        body = body.replace(b"\n", b"\r\n")
    if body and not body.endswith(b"\r\n"):
        body += b"\r\n"
    if relaxed:
        body = body.replace(b"\t", b" ")
        while b"  " in body:
            body = body.replace(b"  ", b" ")
        body = body.replace(b" \r\n", b"\r\n")
    end = len(body)
    for step in (1 << 20, 1 << 10, 1):
        piece = b"\r\n" * step
        while body.endswith(piece, 0, end):
            end -= len(piece)
    if not end:
        return b"" if relaxed else b"\r\n"
    return body[:end] + b"\r\n"
