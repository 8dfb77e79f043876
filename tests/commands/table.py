"""The table of cases, read once."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_UNSEEN = {"{nbsp}": "\u00a0", "{zwsp}": "\u200b", "{bom}": "\ufeff", "{caron}": "\u030c"}


def _read() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = YAML(typ="safe").load(
        Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8")
    )
    for case in cases:
        for mark, letter in _UNSEEN.items():
            case["words"] = case["words"].replace(mark, letter)
    return cases


CASES = _read()
