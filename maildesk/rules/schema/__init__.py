"""JSON Schemas (draft-07) of a desk's own files, by which editors complete, check and explain what an admin writes.

They are site-specific: teams, agents, templates, lists, calendars and so on stand in them by name. The daemon's reader stays
the judge; a schema sees one file at a time and cannot see duplicates or what YAML itself forbids.
"""

import json
from pathlib import Path

from maildesk.rules.policy import Policy
from maildesk.rules.schema.names import Names, names_of
from maildesk.rules.schema.other_files import (
    calendars_schema,
    customers_schema,
    hooks_schema,
    phrases_schema,
    sla_schema,
    teams_schema,
    words_schema,
)
from maildesk.rules.schema.rule_files import rules_schema
from maildesk.rules.schema.test_files import tests_schema

FOLDER = ".schema"
_MAKE = {
    "rules": rules_schema,
    "tests": tests_schema,
    "teams": teams_schema,
    "words": words_schema,
    "customers": customers_schema,
    "calendars": calendars_schema,
    "sla": sla_schema,
    "phrases": phrases_schema,
    "hooks": hooks_schema,
}

__all__ = ["FOLDER", "Names", "names_of", "schema_texts", "write_schemas"]


def schema_texts(names: Names) -> dict[str, str]:
    """Give the text of every schema by its file's name: rules.json, tests.json and so on."""
    return {
        f"{name}.json": json.dumps(make(names), ensure_ascii=False, indent=1) + "\n" for name, make in _MAKE.items()
    }


def write_schemas(policy: Policy, config_dir: Path) -> tuple[Path, ...]:
    """Write the schemas below the configuration where they changed; give the files written. Raises OSError."""
    folder = config_dir / FOLDER
    written = []
    for name, text in schema_texts(names_of(policy)).items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        folder.mkdir(exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)  # an editor never reads half a schema
        written.append(path)
    return tuple(written)
