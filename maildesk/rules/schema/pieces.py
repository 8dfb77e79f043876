"""The small parts that schemas are made of. YAML gives numbers where an admin means text, so text is any single value."""

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
# YAML 1.2 reads yes and no as words; maildesk reads both.
SWITCH: Schema = {"enum": ["yes", "no", True, False, "on", "off"]}
DURATION: Schema = {"type": "string", "pattern": "^\\s*(?:[0-9]{1,6}\\s*[smhdw]\\s*){1,5}$"}
WORKING_TIME: Schema = {"type": "string", "pattern": "^\\s*(?:[0-9]{1,6}\\s*[smh]\\s*){1,5}$"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
PRIORITIES = ("low", "normal", "high", "urgent")


def text(**more: Any) -> Schema:
    """Any single value."""
    return {"type": ["string", "number", "boolean"], **more}


def one_of(names: Iterable[str], *also: str) -> Schema:
    """One of the names that exist; any text where there are none."""
    found = list(dict.fromkeys((*names, *also)))
    return {"enum": [*found, *_as_yaml(found)]} if found else text()


def offered(names: Iterable[str]) -> Schema:
    """Any text, with the known ones offered."""
    found = list(dict.fromkeys(names))
    return {"anyOf": [{"enum": found}, text()]} if found else text()


def many(item: Schema) -> Schema:
    """One value or a list of them; flat, for where choices stand inside choices an editor shows no description."""
    alone = item["anyOf"] if set(item) == {"anyOf"} else [item]
    return {"anyOf": [*alone, {"type": "array", "items": item, "minItems": 1}]}


def keys(properties: Mapping[str, Schema], *required: str, **more: Any) -> Schema:
    """A mapping of exactly these keys."""
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    return {**found, "required": list(required)} if required else found


def named(value: Schema, description: str, pattern: str = "") -> Schema:
    """A mapping of names that the admin chooses; every key is explained."""
    each = {**value, "description": value.get("description", description)}
    found: Schema = {"type": "object", "description": description}
    return {
        **found,
        **(
            {"patternProperties": {pattern: each}, "additionalProperties": False}
            if pattern
            else {"additionalProperties": each}
        ),
    }


def described(schema: Schema, description: str) -> Schema:
    """Say what a value is for: shown when an editor completes its key or the mouse rests on it."""
    return {**schema, "description": description}


def document(schema: Schema, about: str, **definitions: Schema) -> Schema:
    """A whole file; without a title, which editors would repeat above every description."""
    more = {"definitions": definitions} if definitions else {}
    return {"$schema": DRAFT, **schema, "description": about, **more}


def _as_yaml(names: list[str]) -> list[Any]:
    """Give what YAML makes of names that look like numbers or switches: a team called 24 is a number to an editor."""
    return [int(name) for name in names if name.isdigit() and str(int(name)) == name]
