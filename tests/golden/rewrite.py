"""Write what is into the expectations of a case, where they differ; comments, layout and what is right stay."""

import io
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.golden.case import read_yaml
from tests.golden.compare import differ
from tests.golden.look import usual_keys

_ONE_PAIR = re.compile(r"\[(\w+: [^\[\]{},\n]+)\]")


def rewrite(path: Path, actual: dict[str, Any]) -> str:
    """Bring expect.yaml up to date; gives its new text, which is the old one if nothing differs."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 130
    yaml.indent(mapping=2, sequence=4, offset=2)
    expect = yaml.load(text)
    if expect:
        if not _update(expect, read_yaml(path), actual):
            return text
    else:
        expect = usual_keys(actual)
    out = io.StringIO()
    yaml.dump(expect, out)
    # A mapping of one pair in a list is written by ruamel without its braces.
    path.write_text(_ONE_PAIR.sub(r"[{\1}]", out.getvalue()), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _update(expect: Any, plain: dict[str, Any], actual: dict[str, Any]) -> bool:
    """Change what differs; `plain` is the same expectation with all scalars as text. Tells whether anything did."""
    changed = False
    for key, wanted in plain.items():
        if key == "tickets":
            changed |= _update_tickets(expect[key], wanted, actual["tickets"])
        elif key == "reasons":
            changed |= _update_reasons(expect[key], wanted, actual["reasons"])
        elif key in actual and differ(key, wanted, actual[key]):
            expect[key], changed = actual[key], True
    return changed


def _update_tickets(expect: list[Any], plain: list[dict[str, Any]], actual: list[dict[str, Any]]) -> bool:
    changed = len(plain) != len(actual)
    del expect[len(actual) :]
    keys = list(plain[0]) if plain else ["mails", "status"]
    for place, ticket in enumerate(actual):
        if place >= len(plain):
            expect.append({key: ticket[key] for key in keys})
            continue
        for key in (key for key, wanted in plain[place].items() if differ(key, wanted, ticket.get(key))):
            expect[place][key], changed = ticket[key], True
    return changed


def _update_reasons(expect: Any, plain: dict[str, list[str]], actual: dict[str, list[str]]) -> bool:
    """Take out what is not given any more, and the minus signs that do not hold; nothing is added."""
    changed = False
    for step, names in plain.items():
        given = actual.get(step, [])
        kept = [name for name in names if (name.removeprefix("- ") in given) != name.startswith("- ")]
        if kept != names:
            expect[step], changed = kept, True
    return changed
