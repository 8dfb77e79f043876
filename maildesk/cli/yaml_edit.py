"""Change values inside a YAML text and leave every comment where it stands.

A path is a list of keys and positions: `("mailboxes", 0, "address")`. New values are written in YAML's JSON form, which any
list, mapping or text has on one line.
"""

import json
from typing import Any

Path = tuple[str | int, ...]


def set_values(text: str, changes: dict[Path, object]) -> str:
    """Put values in place of those that stand at the paths; a key that is not there is added where its neighbours are."""
    for path, value in changes.items():
        text = _set(text, path, value)
    return text


def comment_out(text: str, path: Path) -> str:
    """Turn the lines of a key into comments, so that they stay as an example; what is not there needs nothing."""
    found = _find(text, path)
    if found is None:
        return text
    key, value = found
    lines = text.split("\n")
    column = key.start_mark.column
    for number in range(key.start_mark.line, _end(value).line + 1):
        if not lines[number].lstrip().startswith("#"):
            lines[number] = f"{lines[number][:column]}# {lines[number][column:]}"
    return "\n".join(lines)


def _set(text: str, path: Path, value: object) -> str:
    found = _find(text, path)
    if found is not None:
        _, node = found
        start, end, new = node.start_mark.index, _end(node).index, _written(value)
        return text[:start] + new + _aligned(text[end:], len(new) - (end - start))
    parent = _find(text, path[:-1])
    line = f"{path[-1]}: {_written(value)}"
    if parent is None:
        return f"{text.rstrip()}\n{line}\n"
    mapping = parent[1]
    end = _end(mapping)
    if mapping.flow_style:
        return f"{text[: end.index - 1]}{', ' if mapping.value else ''}{line}{text[end.index - 1 :]}"
    lines = text.split("\n")
    lines.insert(end.line + 1, " " * mapping.value[0][0].start_mark.column + line)
    return "\n".join(lines)


def _aligned(rest: str, longer: int) -> str:
    """Keep the comment behind a value in its column, if there is room."""
    spaces = len(rest) - len(rest.lstrip(" "))
    if spaces < 2 or not rest.startswith("#", spaces):
        return rest
    return " " * max(2, spaces - longer) + rest[spaces:]


def _find(text: str, path: Path) -> tuple[Any, Any] | None:
    """Find the key node and the value node at a path; the key of an item of a list is the item itself."""
    from ruamel.yaml import YAML

    key, node = None, YAML(pure=True).compose(text)
    for step in path:
        pairs = enumerate(node.value) if isinstance(step, int) else ((k.value, (k, v)) for k, v in node.value)
        found = next((item for name, item in pairs if name == step), None)
        if found is None:
            return None
        key, node = found if isinstance(found, tuple) else (found, found)
    return (key, node) if path else None


def _end(node: Any) -> Any:
    """Give the place behind a value; for block collections that is behind the last of what they hold."""
    if isinstance(node.value, list) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return node.end_mark


def _written(value: object) -> str:
    """Write a value on one line: plain where that is safe to read, else as JSON, which YAML understands."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(each) for each in value) + "]"
    text = str(value)
    return text if isinstance(value, int) or _is_plain(text) else json.dumps(text, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    """Say whether a text may stand without quotes, also inside brackets, and stays a text."""
    letters = "".join(letter for letter in text if letter not in ".-@/_ ")
    words = ("null", "true", "false", "yes", "no", "on", "off")
    return letters.isalnum() and text[0].isalpha() and text.lower() not in words
