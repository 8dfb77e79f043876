"""Prove templates before they are used: every name is known, every one renders, nothing in them can grow without bound."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from maildesk.outbound.render import FILTERS, LAST_RESORT, LAYOUT, RenderError, Wording, make_environment
from maildesk.outbound.words.terms import (
    AGENT_NOTICES,
    AGENT_VALUES,
    CANNED_VALUES,
    NOTICES,
    PARTICIPANT_VALUES,
    samples,
)
from maildesk.yaml_file import ERROR, WARNING, Problem, suggest

if TYPE_CHECKING:
    from jinja2 import nodes

MAX_TEMPLATE = 64_000
MAX_WORDS = 90

# Arithmetic, calls, loops and joining are what makes ten letters into a gigabyte; words need none of them.
_REFUSED = (
    "Add", "Mul", "Pow", "Mod", "Concat", "Call", "CallBlock", "Getattr", "Getitem", "For", "Assign", "AssignBlock",
    "Import", "FromImport", "Macro", "FilterBlock",
)  # fmt: skip
_NAMED = {
    "Mul": "arithmetic",
    "Add": "arithmetic",
    "Pow": "arithmetic",
    "Mod": "arithmetic",
    "For": "a loop",
    "Assign": "“set”",
}


def check_templates(templates: Mapping[str, str], languages: Iterable[str] = ()) -> tuple[Problem, ...]:
    """List what is wrong with a set of templates (path below `templates/` → text); no error means all of them render."""
    words = Wording(templates)
    problems: list[Problem] = []
    for path, text in sorted(words.texts.items()):
        if path.endswith(".j2") and _canned(path) not in words.texts:  # of a canned answer the inner one is proved
            problems += _prove_one(words, path, text)
    problems += _missing(words, tuple(languages))
    return tuple(problems)


def _prove_one(words: Wording, path: str, text: str) -> list[Problem]:
    from jinja2 import TemplateSyntaxError

    name, kind = _name_and_kind(path)
    if not kind:
        hint = "a template ends in .txt.j2, .html.j2 or .subject.j2"
        return [Problem(path, 0, 0, WARNING, "is not used", hint=hint)]
    if len(text) > MAX_TEMPLATE:
        return [Problem(path, 0, 0, ERROR, f"is longer than {MAX_TEMPLATE} characters")]
    try:
        tree = make_environment(words.texts).parse(text, path)
    except TemplateSyntaxError as problem:
        return [_at(path, text, problem.lineno, problem.message or "is not a template")]
    except RecursionError:
        return [Problem(path, 0, 0, ERROR, "is nested too deeply")]
    known = _values(name, path)
    found = [*_refused(tree, path, text)] or [*_unknown(tree, path, text, known)]
    return found or _rendered(words, path, name, kind)


def _canned(path: str) -> str:
    """Name the canned answer that a template would enclose: cs/canned/reset.txt.j2 for cs/reset.txt.j2."""
    language, _, name = path.partition("/")
    return f"{language}/canned/{name}"


def _values(name: str, path: str) -> frozenset[str]:
    if "/canned/" in path:
        return CANNED_VALUES
    if name == "layout" or name.startswith("_"):
        return PARTICIPANT_VALUES | AGENT_VALUES | {"body"}
    return (AGENT_VALUES if name in AGENT_NOTICES else PARTICIPANT_VALUES) | {"body"}


def _unknown(tree: "nodes.Template", path: str, text: str, known: frozenset[str]) -> Iterator[Problem]:
    """Find names that no letter gives, also in branches no sample reaches."""
    from jinja2 import meta, nodes

    undeclared = meta.find_undeclared_variables(tree)
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name in undeclared and node.name not in known:
            yield _at(
                path,
                text,
                node.lineno,
                f"“{node.name}” is not a value of this template",
                suggest(node.name, known),
                word=node.name,
            )


def _refused(tree: "nodes.Template", path: str, text: str) -> Iterator[Problem]:
    from jinja2 import nodes

    for kind in _REFUSED:
        for node in tree.find_all(getattr(nodes, kind)):
            yield _at(path, text, node.lineno, f"{_NAMED.get(kind, kind.lower())} is not allowed in a template")
    for filtered in tree.find_all(nodes.Filter):
        if filtered.name not in FILTERS:
            yield _at(
                path,
                text,
                filtered.lineno,
                f"there is no filter “{filtered.name}”",
                suggest(filtered.name, FILTERS),
                word=filtered.name,
            )


def _rendered(words: Wording, path: str, name: str, kind: str) -> list[Problem]:
    """Render with every value given and with none, as happens in real letters."""
    found: list[Problem] = []
    for values in samples(_values(name, path)):
        try:
            text = words.fill(path, values)
        except RenderError as problem:
            return [Problem(path, 0, 0, ERROR, str(problem).removeprefix(f"{path}: "))]
        if name == "acknowledgement" and kind == "txt" and len(text.split()) > MAX_WORDS:
            found = [Problem(path, 0, 0, WARNING, f"has {len(text.split())} words; nobody reads more than {MAX_WORDS}")]
        if kind == "txt" and not text.strip():
            found = [Problem(path, 0, 0, ERROR, "can come out empty")]
    return found


def _missing(words: Wording, languages: tuple[str, ...]) -> Iterator[Problem]:
    """Name what no language falls back on, and what a language of the desk lacks."""
    if LAYOUT not in words.texts:
        yield Problem(LAYOUT, 0, 0, ERROR, "is missing: every letter needs it")
    for name in (*NOTICES, *AGENT_NOTICES):
        if not words.find(name, "txt", (LAST_RESORT,)):
            yield Problem(f"{LAST_RESORT}/{name}.txt.j2", 0, 0, ERROR, "is missing: English is the last resort")
        for language in languages:
            if language != LAST_RESORT and not words.find(name, "txt", (language,)):
                yield Problem(f"{language}/{name}.txt.j2", 0, 0, WARNING, "is missing: this letter is sent in English")


def _name_and_kind(path: str) -> tuple[str, str]:
    for kind in ("txt", "html", "subject"):
        if path.endswith(f".{kind}.j2") and ("/" in path or path == LAYOUT):
            return path.rpartition("/")[2].removesuffix(f".{kind}.j2"), kind
    return "", ""


def _at(path: str, text: str, line: int, what: str, hint: str = "", *, word: str = "") -> Problem:
    """Point at a word of a line, or at the line as a whole."""
    lines = text.splitlines()
    source = lines[line - 1][:200] if 0 < line <= len(lines) else ""
    found = re.search(rf"\b{re.escape(word)}\b", source) if word else None
    if found:
        return Problem(path, line, found.start() + 1, ERROR, what, source, hint, len(word))
    return Problem(path, line, 1, ERROR, what, source, hint, max(1, len(source)))
