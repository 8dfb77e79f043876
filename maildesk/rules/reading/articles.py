"""The knowledge base, `kb/<name>.<language>.md`: Markdown files with a head between two lines of three dashes.

The head is YAML: title, words, link, language, visibility. A file without one is a public article whose title is its first
`# heading`, or else its name. A name of a file may leave its language out; then the head says it, or it is the desk's first.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec

from maildesk.model.article import Article
from maildesk.settings.values import Language
from maildesk.yaml_file import ERROR, Node, Problem, Problems, Scalar, Sequence, read_yaml
from maildesk.yaml_file import Mapping as YamlMapping
from maildesk.yaml_file.take import Parse, Place, Refused, take_struct

KB = "kb/"
LONGEST = 64_000
MOST_WORDS = 60
_LONGEST_TITLE = 150
_LONGEST_LINK = 500
_NAME = re.compile(r"kb/([a-z0-9][a-z0-9_-]{0,59})(?:\.([a-z]{2,3}))?\.md")
_HEAD = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"\A\s*# +([^\n]+)\n?")


def parse_link(text: str) -> str:
    """Read the address of a page, which may have a question and a fragment."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        whole = False
    if not whole or len(text) > _LONGEST_LINK or not text.isprintable() or set(text) & set(' <>"'):
        raise Refused("must be a web address", "write it like https://help.firma.hr/password")
    return text


class _Keys(msgspec.Struct, frozen=True):
    title: str = ""
    words: tuple[str, ...] = ()
    language: Language = ""
    link: Annotated[str, Parse(parse_link)] = ""
    visibility: Literal["public", "agents"] = "public"


class _File(NamedTuple):
    """A file's path, the name and language that its path says, and its text."""

    path: str
    name: str
    language: str
    text: str


def read_articles(texts: Mapping[str, str], languages: tuple[str, ...], problems: Problems) -> tuple[Article, ...]:
    """Give the articles of a policy's texts in the order of their files; what is wrong is reported where it stands."""
    found: dict[tuple[str, str], str] = {}
    articles: list[Article] = []
    for file in _files(texts, problems):
        article = _read(file, languages, problems)
        if article is None:
            continue
        first = found.setdefault((article.name, article.language), file.path)
        if first != file.path:
            said = f"is the same article in the same language as {first}"
            problems.add(Problem(file.path, 0, 0, ERROR, said, hint="name the language in one of them"))
            continue
        articles.append(article)
    return tuple(articles)


def article_name(file_name: str) -> str:
    """Name the article that a file of kb/ holds: reset.cs.md is of `reset`."""
    found = _NAME.fullmatch(f"{KB}{file_name}")
    return found[1] if found else file_name.removesuffix(".md")


def _files(texts: Mapping[str, str], problems: Problems) -> Iterator[_File]:
    for path in sorted(texts):
        if not path.startswith(KB):
            continue
        named = _NAME.fullmatch(path)
        if named is None:
            hint = "small letters, digits, - and _, then a language: kb/reset-password.en.md"
            problems.add(Problem(path, 0, 0, ERROR, "is not named like an article", hint=hint))
        elif len(texts[path]) > LONGEST:
            problems.add(Problem(path, 0, 0, ERROR, f"is longer than {LONGEST} characters"))
        else:
            yield _File(path, named[1], named[2] or "", texts[path])


def _read(file: _File, languages: tuple[str, ...], problems: Problems) -> Article | None:
    head = _HEAD.match(file.text)
    if head is None and file.text.startswith("---"):
        source = file.text.partition("\n")[0]
        hint = "a line of three dashes ends it"
        problems.add(Problem(file.path, 1, 1, ERROR, "the head does not end", source, hint, len(source)))
        return None
    text = file.text[head.end() :] if head else file.text
    # The line above the head stays, empty: what is wrong in it is to be found in the file.
    given = _keys(file, f"\n{head[1]}", problems) if head else _Keys()
    if given is None:
        return None
    heading = _TITLE.match(text)
    return Article(
        file.name,
        file.language or given.language or languages[0],
        given.title.strip() or (heading[1].strip()[:_LONGEST_TITLE] if heading else file.name),
        given.words,
        given.link or "",
        given.visibility != "agents",
        (text[heading.end() :] if heading else text).strip("\n"),
    )


def _keys(file: _File, head: str, problems: Problems) -> _Keys | None:
    own = Problems()
    node, source = read_yaml(file.path, head, own)
    problems.extend(own.sorted())
    if node is None and own.has_errors:
        return None
    node = node or YamlMapping((), 2, 1)
    place = Place(source, problems)
    given = take_struct(node, _Keys, place, "the head of an article")
    _check(file, node, given, place)
    return given


def _check(file: _File, node: Node, given: _Keys, place: Place) -> None:
    """Report what is wrong only in the whole."""
    if not isinstance(node, YamlMapping):
        return
    title, words, language = node.find("title"), node.find("words"), node.find("language")
    if title is not None and (len(given.title) > _LONGEST_TITLE or not given.title.isprintable()):
        place.error(title, f"“title” is one line of at most {_LONGEST_TITLE} characters")
    for word in words.items if isinstance(words, Sequence) else (words,):
        if isinstance(word, Scalar) and (len(word.text) > _LONGEST_TITLE or not word.text.isprintable()):
            place.error(word, "this is no word to find an article by")
    if words is not None and len(given.words) > MOST_WORDS:
        place.error(words, f"more than {MOST_WORDS} words", "the text is searched, too")
    if language is not None and file.language and given.language and given.language != file.language:
        said = f"“{given.language}”, but the file is called {file.path.removeprefix(KB)}"
        place.error(language, said, "leave one of them out")
