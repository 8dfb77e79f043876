"""The policy as a value: teams, words, calendars and rules, whole and checked, named by a digest of their texts."""

import datetime as dt
from enum import StrEnum

import msgspec

from maildesk.model.article import Article
from maildesk.model.hook import Hook, LookupSource
from maildesk.model.people import People
from maildesk.model.phrases import Phrases
from maildesk.model.value import Value
from maildesk.worktime import Calendar


class TermKind(StrEnum):
    """word: one or more words in every form; exact: as written; regex: a regular expression."""

    WORD = "word"
    EXACT = "exact"
    REGEX = "regex"


class Term(Value, frozen=True):
    """What to look for: `words` of a phrase (a `*` at the end of one makes it a prefix), from which list, in which language."""

    text: str
    kind: TermKind = TermKind.WORD
    words: tuple[str, ...] = ()
    list: str = ""
    language: str = ""


class WordsIn(Value, frozen=True, tag=True):
    """Any of the terms in the places that the key names: `words` (subject or body), `subject`, `body`."""

    key: str
    terms: tuple[Term, ...]


class AddressIn(Value, frozen=True, tag=True):
    """Any of the addresses or domains in `from`, `to` or `cc`."""

    key: str
    patterns: tuple[str, ...]


class HoursAre(Value, frozen=True, tag=True):
    """A calendar is open or closed; without a name, that of the team so far, else the first one."""

    open: bool
    calendar: str = ""


class HeaderIs(Value, frozen=True, tag=True):
    """A header field is `present`, `absent`, or has one of the values (a `/…/` is a regular expression)."""

    name: str
    values: tuple[str, ...]


class LookupIs(Value, frozen=True, tag=True):
    """A fact that was looked up is `present`, `absent`, or one of the values."""

    name: str
    values: tuple[str, ...]


class IsOneOf(Value, frozen=True, tag=True):
    """A fact, or what an earlier rule set, is one of the values."""

    key: str
    values: tuple[str, ...]


class Combined(Value, frozen=True, tag=True):
    """any, all or none of some sets of conditions; all of a set must hold."""

    key: str
    sets: tuple[tuple["Condition", ...], ...]


Condition = WordsIn | AddressIn | HoursAre | HeaderIs | LookupIs | IsOneOf | Combined


class Then(Value, frozen=True):
    """What a rule sets; empty or None is not set."""

    team: str = ""
    assign: str = ""
    priority: str = ""
    sla: str = ""
    status: str = ""
    reply: str = ""
    ack: bool | None = None
    ticket: bool | None = None
    spam: bool | None = None
    tags: tuple[str, ...] = ()
    suggest: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    note: str = ""


class Rule(Value, frozen=True):
    """One rule and where it stands."""

    name: str
    file: str
    line: int
    when: tuple[Condition, ...]
    then: Then
    unless: tuple[Condition, ...] = ()
    events: tuple[str, ...] = ("new",)
    stop: bool = False
    trial: bool = False
    until: dt.date | None = None
    enabled: bool = True
    description: str = ""


class Escalation(Value, frozen=True):
    """What happens when a share of the promised time is over."""

    at: int
    notify: str = ""
    priority: str = ""
    team: str = ""


class Sla(Value, frozen=True):
    """Promised working time by priority; a priority that is missing has no promise."""

    name: str
    first_reply: dict[str, dt.timedelta] = {}
    next_reply: dict[str, dt.timedelta] = {}
    resolution: dict[str, dt.timedelta] = {}
    escalate: tuple[Escalation, ...] = ()


class Policy(Value, frozen=True):
    """Everything an admin decides, at one moment; `digest` is SHA-256 over all `texts`, files by name.

    `words` are the lists by name; `templates` are paths below templates/ with their texts. A file's name in `texts` is its
    path below the configuration directory, or `templates/…`; "desk" holds what of maildesk.yaml the rules depend on.
    """

    digest: str
    texts: dict[str, str]
    people: People
    calendars: dict[str, Calendar] = {}
    phrases: Phrases = msgspec.field(default_factory=Phrases)
    customers: dict[str, tuple[str, ...]] = {}
    words: dict[str, tuple[Term, ...]] = {}
    rules: tuple[Rule, ...] = ()
    defaults: Then = Then()
    slas: dict[str, Sla] = {}
    templates: dict[str, str] = {}
    languages: tuple[str, ...] = ("en",)
    timezone: str = "UTC"
    hooks: dict[str, Hook] = {}
    lookup: LookupSource | None = None
    articles: tuple[Article, ...] = ()
