"""Thunderbird's attribution lines, dividers and header names in 28 languages: each must end the author's own text."""

import json
from collections.abc import Iterator
from pathlib import Path

from maildesk.ingest.reply_text import read_reply
from tests.corpora.fidelity.tally import Tally

ANSWER = "My answer."


def compare(corpora: Path, tally: Tally) -> None:
    """Write a reply with each line of each language, and see what is left of it."""
    facts = json.loads((corpora / "thunderbird_locale_attributions/reply_headers.json").read_text("utf-8"))
    for language, lines in facts.items():
        for what, quoted in _quotes(lines):
            tally.compare(language, what, read_reply(f"{ANSWER}\n\n{quoted}").own, ANSWER)


def _quotes(lines: dict[str, str]) -> Iterator[tuple[str, str]]:
    for key in ("authorwroteondate", "authorwrotesingle", "ondateauthorwrote"):
        line = lines[f"mailnews.reply_header_{key}"]
        line = line.replace("#1", "Jan Novák").replace("#2", "3.11.2026").replace("#3", "14:05")
        yield "attribution", f"{line}\n> Quoted\n> more\n"
    for key in ("reply_header_originalmessage", "forward_header_originalmessage"):
        yield "divider", f"{lines[f'mailnews.{key}']}\nQuoted\n"
    values = {"FROM": "Jan <jan@x.example>", "DATE": "3. 11. 2026", "TO": "ana@y.example", "SUBJECT": "Faktura"}
    yield (
        "header names",
        "\n".join(f"{lines[f'header.{name}']}: {value}" for name, value in values.items()) + "\n\nQuoted\n",
    )
