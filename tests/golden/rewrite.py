"""Write what is into the expectations of a case, key by key of those that are listed; comments stay."""

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.golden.look import usual_keys


def rewrite(path: Path, actual: dict[str, Any]) -> str:
    """Bring expect.yaml up to date; gives its new text."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 130
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    expect = yaml.load(text)
    if not expect:
        expect = usual_keys(actual)
        yaml.default_flow_style = None
    else:
        _update(expect, actual)
    out = io.StringIO()
    yaml.dump(expect, out)
    path.write_text(out.getvalue(), encoding="utf-8")
    return out.getvalue()


def _update(expect: Any, actual: dict[str, Any]) -> None:
    for key in expect:
        if key == "tickets":
            _update_tickets(expect[key], actual["tickets"])
        elif key == "reasons":
            for step in expect[key]:
                given = actual["reasons"].get(f"{step:0>2}", [])
                expect[key][step] = [name for name in expect[key][step] if name.startswith("- ") or name in given]
        elif key in actual:
            expect[key] = actual[key]


def _update_tickets(expect: list[Any], actual: list[dict[str, Any]]) -> None:
    del expect[len(actual) :]
    keys = list(expect[0]) if expect else ["mails", "status"]
    for place, ticket in enumerate(actual):
        if place == len(expect):
            expect.append({key: ticket[key] for key in keys})
        for key in expect[place]:
            if key == "mails" and not isinstance(expect[place][key], list):
                expect[place][key] = len(ticket["mails"])
            else:
                expect[place][key] = ticket[key]
