"""Read spans and shares as people type them at the command line: `30d`, `2026-11-01`, `5%`."""

import datetime as dt
import re

import click

_SPAN = re.compile(r"(\d{1,4})\s*(h|d|w)")
_UNITS = {"h": dt.timedelta(hours=1), "d": dt.timedelta(days=1), "w": dt.timedelta(weeks=1)}


def parse_since(text: str, now: dt.datetime) -> dt.datetime:
    """Read how far back to look: a span before `now`, or a day, from its midnight in UTC on."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found:
        return now - int(found[1]) * _UNITS[found[2]]
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text.strip()), dt.time(), dt.UTC)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no span: write 12h, 30d, 8w or 2026-11-01", param_hint="--since"
        ) from None


def parse_share(text: str) -> float:
    """Read a share such as `5%`, as a part of 1."""
    number = text.strip().removesuffix("%")
    try:
        share = float(number) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise click.BadParameter(f"{text!r} is no share: write 5%", param_hint="--fail-over")
    return share
