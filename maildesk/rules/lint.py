"""Warn about what is valid and probably not meant. What needs stored mail stands in lint_mails."""

import datetime as dt
from collections.abc import Iterator

from maildesk.rules.assign import ON_CALL, WAYS
from maildesk.rules.compiled import terms_of
from maildesk.rules.index import PREFIX
from maildesk.rules.policy import Combined, Condition, IsOneOf, Policy, Rule, Term, TermKind, Then, WordsIn
from maildesk.rules.stems import SHORT
from maildesk.yaml_file import WARNING, Problem, Source

_ADDED = ("tags", "suggest", "notify", "needs", "note")


def lint(policy: Policy, today: dt.date) -> tuple[Problem, ...]:
    """List warnings about a policy, by file and place."""
    pages = Pages(policy)
    found = [
        *_teams(policy, pages),
        *_lists(policy, pages),
        *(problem for rule in policy.rules for problem in _rule(rule, policy, pages, today)),
        *_never_wins(policy, pages),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda p: (p.file, p.line, p.col)))


class Pages:
    """The texts of a policy, to find where something stands: values do not remember their columns."""

    def __init__(self, policy: Policy) -> None:
        self._sources = {
            name: Source(name, tuple(text.split("\n"))) for name, text in policy.texts.items() if name.endswith(".yaml")
        }

    def warn(self, file: str, line: int, needle: str, text: str, hint: str = "") -> Problem:
        """Make a warning at the first place of a word at or after a line; at the line itself if the word is not found."""
        source = self._sources.get(file, Source(file))
        for number in range(max(line, 1), len(source.lines) + 1):
            col = source.lines[number - 1].find(needle)
            if needle and col >= 0:
                return Problem(file, number, col + 1, WARNING, text, source.line(number), hint, len(needle))
            if number > line > 0 and source.lines[number - 1].lstrip().startswith("- name"):
                break
        col = len(source.line(line)) - len(source.line(line).lstrip()) + 1
        return Problem(file, line, col, WARNING, text, source.line(line), hint)


def _teams(policy: Policy, pages: Pages) -> Iterator[Problem]:
    for name, team in policy.people.teams.items():
        if not team.members:
            yield pages.warn("teams.yaml", 0, f"{name}:", f"team “{name}” has no members: its mail reaches nobody")


def _lists(policy: Policy, pages: Pages) -> Iterator[Problem]:
    for name, terms in policy.words.items():
        languages = {term.language for term in terms}
        if len(languages) == 1 and languages != {""} and len(policy.languages) > 1:
            (only,) = languages
            text = f"the list “{name}” has words in “{only}” only"
            yield pages.warn("words.yaml", 0, f"{name}:", text, f"the desk speaks {', '.join(policy.languages)}")
        for term in terms:
            if _is_short(term):
                yield pages.warn("words.yaml", 0, term.text, *_short(term))


def _is_short(term: Term) -> bool:
    """Abbreviations in capitals are meant; a lower-case word of two letters stands in half of all mails."""
    if term.kind is not TermKind.WORD or len(term.words) != 1 or term.text.isupper():
        return False
    letters = len(term.words[0].removesuffix(PREFIX))
    return letters < SHORT if term.words[0].endswith(PREFIX) else letters <= SHORT


def _short(term: Term) -> tuple[str, str]:
    if term.text.endswith(PREFIX):
        return f"“{term.text}” is the beginning of very many words", "write more of it"
    return (
        f"“{term.text}” is short: it is found as it stands, in no other form",
        f"write it in capitals, or as ={term.text}, if it is meant so",
    )


def _rule(rule: Rule, policy: Policy, pages: Pages, today: dt.date) -> Iterator[Problem]:
    if rule.until is not None and rule.until < today:
        yield pages.warn(
            rule.file, rule.line, "until", f"“{rule.name}” ended on {rule.until}", "remove it, or give it more time"
        )
    terms, off = terms_of(rule.when), terms_of(rule.unless)
    for term in dict.fromkeys(terms):
        if term in off:
            word = f"${term.list}" if term.list else term.text
            yield pages.warn(
                rule.file, rule.line, word, f"“{word}” stands in both “when” and “unless” of “{rule.name}”"
            )
        if not term.list and _is_short(term):
            yield pages.warn(rule.file, rule.line, term.text, *_short(term))
    for condition in _flat((*rule.when, *rule.unless)):
        if (
            isinstance(condition, IsOneOf)
            and condition.key == "customer"
            and "vip" in condition.values
            and "vip" not in policy.customers
        ):
            yield pages.warn(
                rule.file, rule.line, "vip", "nobody is a vip", "name them in customers.yaml: “vip: [firma.cz]”"
            )
    yield from _then(rule, policy, pages)


def _then(rule: Rule, policy: Policy, pages: Pages) -> Iterator[Problem]:
    then = rule.then
    if "new" not in rule.events:
        idle = [key for key in ("ticket", "ack") if getattr(then, key) is not None]
        idle += ["suggest"] if then.suggest and not then.reply else []
        for key in idle:
            text = f"“{key}” does nothing in “{rule.name}”: its ticket is there already"
            yield pages.warn(rule.file, rule.line, f"{key}:", text, "it is for new tickets")
    if then.reply:
        missing = [
            language for language in policy.languages if f"{language}/{then.reply}.txt.j2" not in policy.templates
        ]
        if missing:
            text = f"there is no template “{then.reply}” in {', '.join(missing)}"
            yield pages.warn(rule.file, rule.line, then.reply, text, "another language's will be sent")
    team = policy.people.teams.get(then.team)
    if team and then.assign == ON_CALL and not team.on_call:
        yield pages.warn(
            rule.file,
            rule.line,
            ON_CALL,
            f"team “{team.name}” has no rota: nobody is on call",
            "add on_call: [ana, petr]",
        )
    if team and then.assign and then.assign not in WAYS and then.assign not in team.members:
        yield pages.warn(rule.file, rule.line, then.assign, f"{then.assign} is no member of “{team.name}”")


def _flat(conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    for condition in conditions:
        if isinstance(condition, Combined):
            for each in condition.sets:
                yield from _flat(each)
        else:
            yield condition


# ---- rules that can never win ----


def _never_wins(policy: Policy, pages: Pages) -> Iterator[Problem]:
    """Compare each rule with the earlier ones that could be wider; those are found by a word or value they share."""
    shelves: dict[object, list[Rule]] = {}
    for later in policy.rules:
        if later.enabled and not later.trial:
            candidates = (rule for handle in _narrow_handles(later) for rule in shelves.get(handle, ()))
            if earlier := next((rule for rule in candidates if _beats(rule, later)), None):
                hint = f"“{earlier.name}” ({earlier.file}:{earlier.line}) matches whenever this does"
                what = "is never reached" if earlier.stop else "can set nothing: all it sets is taken"
                yield pages.warn(later.file, later.line, later.name, f"“{later.name}” {what}", hint)
        for handle in _wide_handles(later):
            shelves.setdefault(handle, []).append(later)


def _wide_handles(rule: Rule) -> Iterator[object]:
    """Name all by which a rule's first condition can be found to be wider than another."""
    match rule.when[:1]:
        case (WordsIn(terms=terms),):
            yield from terms
        case (IsOneOf(key=key, values=values),):
            yield from ((key, value) for value in values)
        case (other,):
            yield other
        case _:
            pass


def _narrow_handles(rule: Rule) -> Iterator[object]:
    """Name one word or value of every condition: whatever is wider has it too."""
    inside = (each for c in rule.when if isinstance(c, Combined) and c.key == "all" for one in c.sets for each in one)
    for condition in (*rule.when, *inside):
        match condition:
            case WordsIn(terms=terms):
                yield terms[0]
            case IsOneOf(key=key, values=values):
                yield (key, values[0])
            case _:
                yield condition


def _beats(earlier: Rule, later: Rule) -> bool:
    if earlier.trial or not earlier.enabled or earlier.until or not set(later.events) <= set(earlier.events):
        return False
    if earlier.unless and earlier.unless != later.unless:
        return False
    if not earlier.when or not all(any(_wider(wide, narrow) for narrow in later.when) for wide in earlier.when):
        return False
    return earlier.stop or _leaves_nothing(earlier.then, later.then)


def _leaves_nothing(earlier: Then, later: Then) -> bool:
    if any(getattr(later, name) for name in _ADDED):
        return False
    fields = [name for name in Then.__struct_fields__ if name not in _ADDED]
    taken = {name for name in fields if getattr(earlier, name) not in ("", None)}
    wanted = {name for name in fields if getattr(later, name) not in ("", None)}
    if "team" in taken and "team" in wanted:
        wanted -= {"assign"}  # dropped with its team
    return wanted <= taken


def _wider(wide: Condition, narrow: Condition) -> bool:
    """Tell whether one condition holds whenever another does, as far as that can be seen from their form."""
    if wide == narrow:
        return True
    if isinstance(wide, WordsIn) and isinstance(narrow, WordsIn):
        return wide.key in {"words", narrow.key} and set(narrow.terms) <= set(wide.terms)
    if isinstance(wide, IsOneOf) and isinstance(narrow, IsOneOf):
        return wide.key == narrow.key and set(narrow.values) <= set(wide.values)
    if isinstance(narrow, Combined) and narrow.key == "all":
        return any(_wider(wide, inner) for each in narrow.sets for inner in each)
    return False
