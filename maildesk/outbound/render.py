"""Words from templates: what a notice says, as text and as HTML of the same words, in the best language there is.

Templates are Jinja2 in a sandbox and belong to the admin; what comes in mail is only ever a value in them, a plain text.
A template `<language>/<name>.txt.j2` is enough: its HTML is made from the text and `layout.html.j2`. A
`<name>.html.j2` beside it replaces that, a `<name>.subject.j2` the subject. `<language>/<mailbox or team>/` goes first.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from maildesk.model.value import Value
from maildesk.outbound.words.html_words import html_words, with_heading
from maildesk.outbound.words.long_words import GAPS
from maildesk.outbound.words.survey import Survey, survey

if TYPE_CHECKING:
    from jinja2 import Environment, Template

LAYOUT = "layout.html.j2"
LAST_RESORT = "en"
MAX_RENDERED = 4_000_000
MOST_REMEMBERED = 4096
FILTERS = (
    "capitalize",
    "default",
    "e",
    "escape",
    "indent",
    "length",
    "lower",
    "replace",
    "title",
    "trim",
    "truncate",
    "upper",
)

_COMPILED: dict[str, "Wording"] = {}
_MOST_COMPILED = 4


class RenderError(ValueError):
    """A template that passed its proof could not be rendered."""


class TooLong(RenderError):
    """A template gave more than is sent by mail."""


class Rendered(Value, frozen=True):
    """What a template gave: the language it is in, the text, the HTML page, and a subject if it has one of its own.

    There is no page where it would be too long: each "<" of a megabyte of them takes four characters there.
    """

    language: str
    text: str
    html: str
    subject: str = ""


class Dress(Value, frozen=True):
    """What only the HTML has: `marks` maps whole lines to what stands there instead, `buttons` begin the foot.

    `link=False` leaves web addresses above the foot dead, where the words are not ours.
    """

    marks: dict[str, str] = {}
    buttons: str = ""
    link: bool = True


class Wording:
    """All templates of one policy, compiled as they are needed."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        """Take templates by their path below `templates/`."""
        self.given = templates
        self.texts = {path.removeprefix("templates/"): text for path, text in templates.items()}
        self._environment = make_environment(self.texts)
        self._found: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], str] = {}
        self.moulds: dict[object, object] = {}  # what `speak` has made of these templates

    def find(self, name: str, kind: str, languages: tuple[str, ...], scopes: Iterable[str] = ()) -> str:
        """Give the path of the best template: the first language that has one, there the narrowest scope; "" if none."""
        key = (name, kind, languages, tuple(scopes))
        found = self._found.get(key)
        if found is None:
            found = next((path for path in _places(name, kind, languages, key[3]) if path in self.texts), "")
            if len(self._found) < MOST_REMEMBERED:
                self._found[key] = found
        return found

    def survey(self, path: str) -> Survey:
        """Tell what a template does with its values; a template that cannot be read tells nothing."""
        from jinja2 import TemplateError

        try:
            return survey(self._environment, self.texts, path)
        except (TemplateError, RecursionError, KeyError):  # whoever renders it says what is wrong
            return Survey(frozenset(), frozenset(), whole=False)

    def fill(self, path: str, words: Mapping[str, str]) -> str:
        """Render one template; raises RenderError."""
        from jinja2 import TemplateError

        try:
            template: Template = self._environment.get_template(path)
            text = template.render(words)
        except (TemplateError, RecursionError, TypeError, ValueError, OverflowError) as problem:
            raise RenderError(f"{path}: {problem}") from problem
        if len(text) > MAX_RENDERED:  # a template has no loops: it is at most its values, a few times over
            raise TooLong(f"{path}: more than {MAX_RENDERED} characters")
        return text


def wording(templates: Mapping[str, str], digest: str = "") -> Wording:
    """Give the compiled templates of a policy; they are compiled once, also for a policy in which only rules have changed."""
    digest = digest or digest_of(templates)
    found = _COMPILED.get(digest)
    if found is None or not (found.given is templates or found.given == templates):
        same = next((known for known in reversed(list(_COMPILED.values())) if known.given == templates), None)
        while len(_COMPILED) >= _MOST_COMPILED:
            _COMPILED.pop(next(iter(_COMPILED)), None)
        found = _COMPILED[digest] = same or Wording(templates)
    return found


def render(
    words: Wording,
    name: str,
    values: Mapping[str, str],
    languages: tuple[str, ...],
    *,
    scopes: Iterable[str] = (),
    dress: Dress | None = None,
    page_values: Mapping[str, str] | None = None,
) -> Rendered:
    """Render a notice in the first of `languages` that has it, else in English; raises RenderError.

    `values` are texts only: nothing in a template can reach into an object. `page_values` are those of the page around the
    words, if they differ.
    """
    if not {str}.issuperset(map(type, values.values())):
        raise RenderError(f"{name}: only texts may be given to a template")
    path = words.find(name, "txt", (*languages, LAST_RESORT), scopes)
    if not path:
        raise RenderError(f"there is no template {name}.txt.j2")
    language = path.partition("/")[0]
    values = {**values, "language": language}
    text = words.fill(path, values)
    if name != "reply" and ("\n\n\n" in text or "\n " in text or "\n\t" in text):  # a look costs less than the search
        text = GAPS.sub("\n\n", text)
    text = text.strip("\n") + "\n"
    subject_path = words.find(name, "subject", (language,), scopes)
    subject = " ".join(words.fill(subject_path, values).split()) if subject_path else ""
    own_page = words.find(name, "html", (language,), scopes)
    dress = dress or Dress()
    body = html_words(text, link=dress.link, marks=dress.marks, foot_first=dress.buttons)
    if not own_page and name != "reply":  # a person's letter has no headings, a page of its own has its own
        body = with_heading(body, below=name == "notification")
    around = {**page_values, "language": language} if page_values else values
    return Rendered(language, text, _page(words, own_page or LAYOUT, body, around), subject)


def make_environment(texts: Mapping[str, str]) -> "Environment":
    """Make the sandbox: no globals, few filters, undefined names are errors, HTML templates escape every value."""
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(texts),
        undefined=StrictUndefined,
        autoescape=lambda path: bool(path) and str(path).endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


def digest_of(templates: Mapping[str, str]) -> str:
    """Name a set of templates by its content."""
    digest = hashlib.sha256()
    for path, text in sorted(templates.items()):
        digest.update(f"{len(path)}:{path}{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _places(name: str, kind: str, languages: tuple[str, ...], scopes: tuple[str, ...]) -> Iterable[str]:
    for language in dict.fromkeys(languages):
        for scope in scopes:
            if scope:
                yield f"{language}/{scope}/{name}.{kind}.j2"
        yield f"{language}/{name}.{kind}.j2"


def _page(words: Wording, path: str, body: str, values: Mapping[str, str]) -> str:
    """Put the words into an HTML template: a notice's own, or the layout that all share."""
    from markupsafe import Markup

    try:
        return words.fill(path, {**values, "body": Markup(body)})  # noqa: S704 - html_words escapes every word
    except TooLong:
        return ""  # the words go as plain text, whole
