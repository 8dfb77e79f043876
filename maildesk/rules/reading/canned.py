"""Canned answers, `config/canned/<name>.<language>.md`: read as templates of their own, each with the line of its title left out.

A file may begin with `# Title`, which agents see in lists and customers do not. What follows is the text, with the values of
a letter in it; `outbound.canned` fills it in. Each is two templates: the text alone, for `#use`, and for a rule's `reply:`
the text with the desk's name under it.
"""

import re
from collections.abc import Iterator, Mapping

from maildesk.yaml_file import ERROR, WARNING, Problem, Problems

CANNED = "canned/"
_NAME = re.compile(r"canned/([a-z0-9][a-z0-9_-]{0,59})\.([a-z]{2,3})\.md")
_TITLE = re.compile(r"\A# +([^\n]+)\n?")


def read_canned(
    texts: Mapping[str, str], templates: Mapping[str, str], languages: tuple[str, ...], problems: Problems
) -> dict[str, str]:
    """Give the templates that a policy's canned answers are; a name that a template has already is an error."""
    made: dict[str, str] = {}
    taken = {path.partition("/")[2] for path in templates}
    for path in sorted(texts):
        if not path.startswith(CANNED):
            continue
        found = _NAME.fullmatch(path)
        if not found:
            hint = "small letters, digits, - and _, then a language: canned/reset-password.en.md"
            problems.add(Problem(path, 0, 0, ERROR, "is not named like a canned answer", hint=hint))
            continue
        name, language = found.groups()
        if f"{name}.txt.j2" in taken:
            problems.add(Problem(path, 0, 0, ERROR, f"“{name}” is the name of a template, too", hint="choose another"))
            continue
        made[f"{language}/{CANNED}{name}.txt.j2"] = _TITLE.sub("{# title #}\n", texts[path])
        made[f"{language}/{name}.txt.j2"] = f'{{% include "{language}/{CANNED}{name}.txt.j2" %}}\n\n{{{{ desk }}}}\n'
    problems.extend(_missing(canned_names(texts), languages))
    return made


def canned_names(texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """List the canned answers of a policy's texts: name → language → title, which is the name where none was written."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(texts):
        if named := _NAME.fullmatch(path):
            titled = _TITLE.match(texts[path])
            found.setdefault(named[1], {})[named[2]] = titled[1].strip() if titled else named[1]
    return found


def path_of(template: str) -> str:
    """Name the file that a canned template was made of: cs/canned/reset.txt.j2 is canned/reset.cs.md; "" for any other."""
    language, _, rest = template.partition("/")
    name = rest.removeprefix(CANNED).removesuffix(".txt.j2")
    return f"{CANNED}{name}.{language}.md" if rest.startswith(CANNED) else ""


def _missing(found: Mapping[str, Mapping[str, str]], languages: tuple[str, ...]) -> Iterator[Problem]:
    for name, titles in found.items():
        for language in languages:
            if language not in titles:
                text = f"is missing: this answer is sent in {best_language(tuple(titles), (*languages, 'en'))}"
                yield Problem(f"{CANNED}{name}.{language}.md", 0, 0, WARNING, text)


def best_language(written: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    """Choose the language of an answer: the first wanted that it is written in, else any."""
    return next((language for language in wanted if language in written), written[0])
