"""Take one mail from a pipe, as an MTA or a .forward hands it over."""

import datetime as dt
from typing import BinaryIO

from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.files.mbox import parse_from_line
from maildesk.model.mail import Arrival, Envelope

LARGEST = 25 * 1024 * 1024


class TooLarge(Exception):
    """The mail is larger than this desk takes."""


def read_pipe(stream: BinaryIO, largest: int = LARGEST) -> bytes:
    """Read to the end, or raise TooLarge as soon as there is too much."""
    pieces, size = [], 0
    while piece := stream.read(min(1024 * 1024, largest + 1 - size)):
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            raise TooLarge
    return b"".join(pieces)


def pipe_arrival(raw: bytes, mail_from: str | None, rcpt_to: tuple[str, ...], now: dt.datetime) -> Arrival:
    """Describe a mail from a pipe; without `mail_from` the sender is that of the `From ` line that MTAs put before a mail.

    That line is no part of the mail, and its time differs when the MTA tries again.
    """
    line = b""
    if raw.startswith(b"From "):
        line, _, raw = raw.partition(b"\n")
    if mail_from is None:
        mail_from = (parse_from_line(line)[0] if line else None) or ""
    return build_arrival("pipe", raw, Envelope(mail_from, rcpt_to), now)
