"""Write the Received field of a mail that another machine brought (RFC 5321 §4.4): who knocked, when, at whose door.

It names the client where the client cannot write, so that no Authentication-Results which came with the mail counts. What a
mail server on this machine hands on has that server's own field on top already, and is left as it came.
"""

import datetime as dt
import re
from email.utils import format_datetime

from maildesk.ingest.smtp.content import is_lf_only

_UNSAFE = re.compile(r"[^A-Za-z0-9.:_\-\[\]]")


def with_trace(raw: bytes, *, peer: str, greeting: str, host: str, protocol: str, key: str, now: dt.datetime) -> bytes:
    """Put our Received field on top; `peer` is the client's IP address, `greeting` what it called itself."""
    name = _UNSAFE.sub("", greeting)[:255] or "unknown"
    address = f"IPv6:{peer}" if ":" in peer else peer
    line = f"Received: from {name} ([{address}]) by {host} with {protocol} id {key[:10]}; {format_datetime(now)}"
    return line.encode("ascii", "replace") + (b"\n" if is_lf_only(raw) else b"\r\n") + raw
