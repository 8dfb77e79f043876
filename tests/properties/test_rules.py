"""Laws of the rules, for any policy."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.rules.compiled import compile_policy
from maildesk.rules.evaluate import Routing, evaluate
from maildesk.rules.policy import AddressIn, Combined, HeaderIs, HoursAre, IsOneOf, Policy, Rule, Term, Then, WordsIn
from maildesk.rules.stems import stems
from maildesk.rules.words import tokenise
from tests.unit.rules.desk import LANGUAGES, mail, policy_of

BASE = policy_of()
WORDS = ("faktura", "výpadek", "račun", "invoice")
THEN = st.builds(
    Then,
    team=st.sampled_from(["", "l1", "billing"]),
    assign=st.sampled_from(["", "ana", "petr"]),
    priority=st.sampled_from(["", "low", "urgent"]),
    ack=st.sampled_from([None, True, False]),
    tags=st.lists(st.sampled_from("xyz"), max_size=2, unique=True).map(tuple),
)


@st.composite
def rule_lists(draw: Any) -> tuple[Rule, ...]:
    """Make some rules, each on a word, some with `stop` or on trial."""
    rules = []
    for number in range(draw(st.integers(0, 7))):
        when = (WordsIn("words", (Term(word := draw(st.sampled_from(WORDS)), words=(word,)),)),)
        stop, trial = draw(st.sampled_from([(False, False)] * 6 + [(True, False), (False, True)]))
        rules.append(Rule(f"R{number}", "rules/10.yaml", number, when, draw(THEN), stop=stop, trial=trial))
    return tuple(rules)


NOTHING = Then()


def policy_with(rules: tuple[Rule, ...], defaults: Then = NOTHING) -> Policy:
    return msgspec.structs.replace(BASE, digest=str(id(rules)), rules=rules, defaults=defaults)


def by_the_sentences(rules: tuple[Rule, ...], present: frozenset[str]) -> dict[str, Any]:
    """The four sentences, word by word: an evaluator too simple to be wrong."""
    set_: dict[str, Any] = {"tags": []}
    for rule in rules:
        if rule.when[0].terms[0].text not in present or rule.trial:  # type: ignore[union-attr]
            continue
        team_taken = "team" in set_ and rule.then.team
        for field in ("team", "assign", "priority", "ack"):
            value = getattr(rule.then, field)
            if value in ("", None) or field in set_ or (field == "assign" and team_taken):
                continue
            set_[field] = value
        set_["tags"] += [tag for tag in rule.then.tags if tag not in set_["tags"]]
        if rule.stop:
            break
    return {field: value for field, value in set_.items() if value != []}


def got(routing: Routing) -> dict[str, Any]:
    """Read off what was set."""
    return {
        field: list(value) if isinstance(value := getattr(routing, field), tuple) else value
        for field in ("team", "assign", "priority", "ack", "tags")
        if field in routing.origin
    }


@given(rule_lists(), st.frozensets(st.sampled_from(WORDS)))
def test_the_four_sentences_hold(rules: tuple[Rule, ...], present: frozenset[str]) -> None:
    """For any rules and mail the outcome is what the four sentences say, and every trace agrees with it."""
    routing = evaluate(policy_with(rules), mail(" ".join(present)))
    assert got(routing) == by_the_sentences(rules, present)
    assert [trace.name for trace in routing.traces] == [rule.name for rule in rules]
    for trace in routing.traces:
        for field in trace.set:
            assert trace.name in routing.origin[field]
    assert set(routing.origin) == {field for trace in routing.traces for field in trace.set}


@given(rule_lists(), THEN, st.frozensets(st.sampled_from(WORDS)))
def test_defaults_are_a_last_rule(rules: tuple[Rule, ...], defaults: Then, present: frozenset[str]) -> None:
    """Defaults set what a last rule that always matches would set, save for tags, which only fill an empty list."""
    plain = msgspec.structs.replace(defaults, tags=())
    everything = Rule("Last", "rules/10.yaml", 99, (WordsIn("words", (Term("always", words=("always",)),)),), plain)
    walked = tuple(msgspec.structs.replace(rule, stop=False) for rule in rules)
    subject = " ".join((*present, "always"))
    assert got(evaluate(policy_with(walked, plain), mail(subject))) == got(
        evaluate(policy_with((*walked, everything)), mail(subject))
    )


@given(rule_lists(), st.frozensets(st.sampled_from(WORDS)))
def test_leaving_misses_out_changes_nothing(rules: tuple[Rule, ...], present: frozenset[str]) -> None:
    """The quick walk over candidates and the whole walk decide alike."""
    policy, facts = policy_with(rules), mail(" ".join(present))
    assert got(evaluate(policy, facts)) == got(evaluate(policy, facts, misses=False))


PLAIN = st.one_of(
    st.builds(lambda word: WordsIn("words", (Term(word, words=(word,)),)), st.sampled_from(WORDS)),
    st.builds(
        AddressIn, st.sampled_from(["from", "to", "cc"]), st.just(("a.test",)) | st.just(("x@b.a.test", "c.test"))
    ),
    st.builds(HeaderIs, st.just("X-Flag"), st.sampled_from([("present",), ("absent",), ("yes", "absent"), ("/^y/",)])),
    st.builds(lambda value: IsOneOf("language", value), st.sampled_from([("cs",), ("cs", "hr"), ("",)])),
    st.builds(lambda value: IsOneOf("customer", value), st.sampled_from([("vip",), ("new",), ("vip", "known")])),
    st.builds(lambda value: IsOneOf("priority", value), st.sampled_from([("low",), ("urgent",)])),
    st.builds(HoursAre, st.booleans()),
)
CONDITIONS = st.recursive(
    PLAIN,
    lambda inner: st.builds(
        Combined,
        st.sampled_from(["any", "all", "none"]),
        st.lists(st.lists(inner, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    ),
    max_leaves=6,
)
ADDRESSES = st.sampled_from(["x@a.test", "X@B.a.test", "y@ba.test", "z@c.test", "a.test", ""])


@given(
    st.lists(st.tuples(st.lists(CONDITIONS, min_size=1, max_size=3), THEN), max_size=6),
    st.frozensets(st.sampled_from(WORDS)),
    st.tuples(ADDRESSES, ADDRESSES, ADDRESSES),
    st.sampled_from([(), (("x-flag", "yes"),), (("X-Flag", "no"),)]),
    st.sampled_from(["", "cs", "en"]),
    st.sampled_from([(), ("vip",)]),
)
def test_rules_that_cannot_match_are_the_only_ones_left_out(
    given_rules: list[Any],
    present: frozenset[str],
    addresses: tuple[str, str, str],
    headers: tuple[tuple[str, str], ...],
    language: str,
    groups: tuple[str, ...],
) -> None:
    """Whatever conditions stand inside each other, the quick walk decides as the whole walk and names the same rules."""
    rules = tuple(
        Rule(f"R{n}", "rules/10.yaml", n, tuple(when), then) for n, (when, then) in enumerate(given_rules, start=1)
    )
    author, to, cc = addresses
    facts = mail(
        " ".join(present), author=author, to=(to,), cc=(cc,), headers=headers, language=language, customer_groups=groups
    )
    whole = evaluate(policy_with(rules), facts)
    quick = evaluate(policy_with(rules), facts, misses=False)
    assert got(whole) == got(quick)
    assert quick.traces == tuple(trace for trace in whole.traces if trace.matched)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_looked_through(subject: str, body: str) -> None:
    """Whatever the mail says, words are found or not, and nothing raises."""
    assert evaluate(
        policy_with((Rule("A", "f", 1, (WordsIn("words", (Term("x", words=("x",)),)),), Then(tags=("t",))),)),
        mail(subject, body),
    )


@given(
    st.lists(st.sampled_from([*WORDS, "s", "úctou", "nejde.", "https://x.cz/a", "e\u0301", "!", "\n\n"]), max_size=20)
)
def test_a_term_finds_the_words_it_is_made_of(words: list[str]) -> None:
    """Every word that is looked at is found by the term that is this word."""
    text = " ".join(words)
    tokens = tokenise(text)
    terms = tuple(dict.fromkeys(Term(token.text, words=(token.text,)) for token in tokens))
    found = compile_policy(policy_with((Rule("A", "f", 1, (WordsIn("words", terms),), Then()),))).terms.find(
        text, "body"
    )
    assert {hit.term for hit in found.values()} == set(terms)


@settings(max_examples=50)
@given(st.text(alphabet="aábcčdďeéěfghiíjklmnňoópqrřsštťuúůvwxyýzžćđ", min_size=1, max_size=20))
def test_a_word_is_a_form_of_itself_however_typed(word: str) -> None:
    """Case never matters, for any word and language."""
    assert not stems(word, LANGUAGES).isdisjoint(stems(word.upper(), LANGUAGES))
    assert not stems(word, ("cs",)).isdisjoint(stems(word.upper(), LANGUAGES))
