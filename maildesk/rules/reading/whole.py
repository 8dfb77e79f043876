"""Read all texts of a policy, in the order in which they depend on each other."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from maildesk.model.people import People
from maildesk.model.phrases import Phrases, phrases_from_mapping
from maildesk.rules.policy import Policy, Term, Then
from maildesk.rules.reading.articles import read_articles
from maildesk.rules.reading.canned import read_canned
from maildesk.rules.reading.hooks import Hooks, read_hooks
from maildesk.rules.reading.known import Known, Names
from maildesk.rules.reading.people import read_customers, read_people
from maildesk.rules.reading.rule_files import Grammar
from maildesk.rules.reading.terms import read_word_lists
from maildesk.rules.reading.times import read_calendars, read_slas
from maildesk.yaml_file import ERROR, Node, Problem, Problems, Scalar, Sequence, read_yaml
from maildesk.yaml_file import Mapping as YamlMapping
from maildesk.yaml_file.take import Place, is_null

T = TypeVar("T")

DESK = "desk"  # not a file: what of maildesk.yaml the rules depend on
TEAMS = "teams.yaml"
FILES = (TEAMS, "words.yaml", "phrases.yaml", "customers.yaml", "calendars.yaml", "sla.yaml", "hooks.yaml")
RULES = "rules/"
TEMPLATES = "templates/"
_KIND_OF_FILE = {
    "calendars.yaml": "calendars",
    "sla.yaml": "slas",
    "customers.yaml": "customers",
    "hooks.yaml": "hooks",
}


def read_policy(texts: Mapping[str, str], problems: Problems, digest: str) -> Policy:
    """Make a policy of its texts; it is only to be used if `problems` holds no error afterwards."""
    reading = _Reading(texts, problems)
    desk = json.loads(texts.get(DESK, "{}"))
    languages, timezone = tuple(desk.get("languages", ("en",))), str(desk.get("timezone", "UTC"))
    names = desk.get("articles")

    calendars = reading.file(
        "calendars.yaml", lambda node, place: read_calendars(_inner(node, "calendars"), place, timezone)
    )
    known = Known(calendars=reading.names("calendars.yaml", calendars), absent=reading.absent)
    own = tuple(desk.get("addresses", ()))
    people = reading.file(TEAMS, lambda node, place: read_people(node, place, known, own))
    known = _with_people(known, people)
    slas = reading.file("sla.yaml", lambda node, place: read_slas(_inner(node, "slas"), place, known))
    customers = reading.file("customers.yaml", read_customers)
    words = reading.file("words.yaml", read_word_lists)
    hooks = reading.file("hooks.yaml", lambda node, place: read_hooks(_inner(node, "hooks"), place))
    templates = {name.removeprefix(TEMPLATES): text for name, text in texts.items() if name.startswith(TEMPLATES)}
    templates |= read_canned(texts, templates, languages, problems)
    articles = read_articles(texts, languages, problems)
    public = frozenset(article.name for article in articles if article.public)
    inside = frozenset(article.name for article in articles) - public
    known = Known(
        teams=known.teams,
        agents=known.agents,
        skills=known.skills,
        calendars=known.calendars,
        slas=reading.names("sla.yaml", slas),
        customers=reading.names("customers.yaml", customers),
        hooks=reading.names("hooks.yaml", hooks.hooks if hooks else None),
        templates=template_names(templates),
        articles=(frozenset(names or ()) | public) - inside,
        inside=inside,
        absent=reading.absent | (frozenset({"articles"}) if names is None else frozenset()),
    )
    lists: dict[str, tuple[Term, ...]] | None = words if "words.yaml" in texts else {}
    grammar = Grammar(known, lists)
    for name in sorted(texts):
        if name.startswith(RULES):
            reading.file(name, grammar.read_file)
    return Policy(
        digest=digest,
        texts=dict(texts),
        people=people or People(),
        calendars=calendars or {},
        phrases=reading.file("phrases.yaml", _read_phrases) or Phrases(),
        customers=customers or {},
        words=words or {},
        rules=tuple(grammar.rules),
        defaults=grammar.defaults or Then(),
        slas=slas or {},
        templates=templates,
        languages=languages,
        timezone=timezone,
        hooks=(hooks or Hooks()).hooks,
        lookup=hooks.lookup if hooks else None,
        articles=articles,
    )


class _Reading:
    """The texts of one policy, read one by one."""

    def __init__(self, texts: Mapping[str, str], problems: Problems) -> None:
        self.texts = texts
        self.problems = problems
        self.absent = frozenset(kind for name, kind in _KIND_OF_FILE.items() if name not in texts)
        if TEAMS not in texts:
            problems.add(Problem(TEAMS, 0, 0, ERROR, "there is no teams.yaml", hint="it names who answers"))

    def file(self, name: str, read: Callable[[Node, Place], T]) -> T | None:
        """Read one text; None if it is not there or is no YAML. A file of comments only is an empty mapping."""
        text = self.texts.get(name)
        if text is None:
            return None
        own = Problems()
        node, source = read_yaml(name, text, own)
        self.problems.extend(own.sorted())
        if node is None and own.has_errors:
            return None
        return read(node or YamlMapping((), 1, 1), Place(source, self.problems))

    def names(self, file: str, found: Mapping[str, Any] | frozenset[str] | None) -> Names:
        """Give the names a file holds: none if there is no such file; None if it could not be read."""
        return frozenset(found or ()) if found is not None or file not in self.texts else None


def _with_people(known: Known, people: People | None) -> Known:
    if people is None:
        return known
    return Known(
        calendars=known.calendars,
        absent=known.absent,
        teams=frozenset(people.teams),
        agents=frozenset(people.agents),
        skills=frozenset(skill for agent in people.agents.values() for skill in agent.skills),
    )


def _inner(node: Node, key: str) -> Node:
    """Go into a file that wraps all it holds in one key."""
    if isinstance(node, YamlMapping) and len(node.pairs) == 1 and node.pairs[0].key.text == key:
        return node.pairs[0].value
    return node


def template_names(templates: Mapping[str, str]) -> frozenset[str]:
    """List the templates that a rule can name: `<language>/<name>.txt.j2`."""
    endings = (".txt.j2", ".html.j2")
    names = (
        path.rpartition("/")[2].removesuffix(ending)
        for path in templates
        for ending in endings
        if path.endswith(ending)
    )
    return frozenset(name for name in names if not name.startswith("_"))


# ---- phrases.yaml, which is understood one room below ----


def _read_phrases(node: Node, place: Place) -> Phrases:
    phrases, wrong = phrases_from_mapping(_plain(node))
    for text in wrong:
        path, _, message = text.partition(": ")
        found = _at_path(node, path.split("."))
        place.error(found, f"{path}: {message}" if message else text)
    return phrases


def _plain(node: Node) -> Any:
    if isinstance(node, YamlMapping):
        return {pair.key.text: _plain(pair.value) for pair in node.pairs}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return None if is_null(node) else node.text


def _at_path(node: Node, keys: list[str]) -> Node:
    for key in keys:
        pairs = node.pairs if isinstance(node, YamlMapping) else ()
        pair = next((pair for pair in pairs if pair.key.text == key), None)
        if pair is None:
            return node
        node = pair.key if isinstance(pair.value, Scalar) else pair.value
    return node
