import re
from pathlib import Path

import pytest

from maildesk.outbound.leaks import BANNERS
from maildesk.outbound.render import wording
from maildesk.outbound.words.html_words import SIGNATURE
from maildesk.outbound.words.proof import check_templates
from maildesk.outbound.words.terms import AGENT_NOTICES, AGENT_VALUES, NOTICES, PARTICIPANT_VALUES, samples
from maildesk.yaml_file import ERROR
from tests.unit.outbound.builders import TEMPLATES, templates

LANGUAGES = ("en", "cs", "hr")


def names(language: str) -> set[str]:
    return {path.partition("/")[2] for path in templates() if path.startswith(f"{language}/")}


def values_in(text: str) -> set[str]:
    words = set(re.findall(r"\{[{%][^}]*?\b([a-z_]+)\b[^}]*?[}%]\}", text))
    return {name for name in PARTICIPANT_VALUES | AGENT_VALUES if re.search(rf"\{{[{{%][^}}]*\b{name}\b", text)} & (
        words | PARTICIPANT_VALUES | AGENT_VALUES
    )


def test_every_language_has_every_letter() -> None:
    """English, Czech and Croatian are complete: the same letters and subjects in each."""
    assert names("en") == names("cs") == names("hr")
    assert {f"{name}.txt.j2" for name in (*NOTICES, *AGENT_NOTICES)} <= names("en")


@pytest.mark.parametrize("language", ["cs", "hr"])
def test_translations_use_the_same_values(language: str) -> None:
    """No translation forgets a value or has one of its own."""
    for name in names("en"):
        assert values_in(templates()[f"{language}/{name}"]) == values_in(templates()[f"en/{name}"]), name


def test_the_shipped_templates_have_no_problem() -> None:
    """What is shipped passes the proof that admins' templates must pass."""
    assert check_templates(templates(), LANGUAGES) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_acknowledgements_are_short_and_begin_with_number_and_time(language: str) -> None:
    """At most 90 words with everything in it; the first sentence says the number and by when."""
    for values in samples(PARTICIPANT_VALUES):
        text = wording(templates()).fill(f"{language}/acknowledgement.txt.j2", values)
        assert len(text.split()) <= 90
        first = text.partition("\n")[0]
        assert values["number"] in first
        assert values["promised"] in first


@pytest.mark.parametrize(("language", "word"), [("en", "SOLVED"), ("cs", "VYŘEŠENO"), ("hr", "RIJEŠENO")])
def test_the_word_that_closes_is_named(language: str, word: str) -> None:
    """Acknowledgement and reminder say how to close a ticket with one word."""
    for name in ("acknowledgement", "status-reminder"):
        assert word in templates()[f"{language}/{name}.txt.j2"]


def test_letters_without_web_have_no_links() -> None:
    """No link, and no sentence about one, is left when there is no web address."""
    for language in LANGUAGES:
        for name in NOTICES:
            values = {
                **next(iter(samples(PARTICIPANT_VALUES))),
                "status_link": "",
                "feedback_link": "",
                "suggestions": "",
            }
            assert "http" not in wording(templates()).fill(f"{language}/{name}.txt.j2", values)


def test_mail_to_agents_begins_with_the_customers_words() -> None:
    """A phone shows what the customer wrote, not that a system has something to say."""
    for language in LANGUAGES:
        text = wording(templates()).fill(
            f"{language}/notification.txt.j2", {**dict.fromkeys(AGENT_VALUES, ""), "text": "Hello"}
        )
        assert text.startswith("Hello\n")
        assert SIGNATURE in text


def test_where_a_reply_goes_is_guarded_against_quoting() -> None:
    """The lines that say where a reply goes are the ones that the leak guard knows."""
    for language in LANGUAGES:
        for reply_to in ("customer", "team"):
            values = {**dict.fromkeys(AGENT_VALUES, "x"), "reply_to": reply_to}
            foot = wording(templates()).fill(f"{language}/_foot.txt.j2", values)
            assert any(foot.startswith(banner) for banner in BANNERS)


def test_pages_are_readable_and_follow_nobody() -> None:
    """The layout is 16 px, light and dark, has our anchor, and fetches nothing from anywhere."""
    layout = templates()["layout.html.j2"]
    assert "16px" in layout
    assert 'name="color-scheme" content="light dark"' in layout
    assert 'data-md="t{{ number }}"' in layout
    assert not re.search(r"<img|<script|<link|<iframe|url\(|https?://", layout)


def test_the_readme_lists_every_value_and_letter() -> None:
    """Admins find every value in templates/README.md."""
    readme = (TEMPLATES / "README.md").read_text("utf-8")
    for value in PARTICIPANT_VALUES | AGENT_VALUES:
        assert f"`{value}`" in readme, value
    for name in (*NOTICES, *AGENT_NOTICES):
        assert name in readme, name


BROKEN = {
    "syntax": ("{% if x %}", "end of template"),
    "unknown value": ("{{ nmae }}", "“nmae” is not a value"),
    "unknown value in a branch no sample takes": (
        "{% if number == '7' %}{{ nmae }}{% endif %}",
        "“nmae” is not a value",
    ),
    "arithmetic": ("{{ 'a' * 100000000 }}", "arithmetic is not allowed"),
    "power": ("{{ 9 ** 9 }}", "arithmetic is not allowed"),
    "attribute": ("{{ text.__class__ }}", "getattr is not allowed"),
    "index": ("{{ text[0] }}", "getitem is not allowed"),
    "call": ("{{ range(9) }}", "call is not allowed"),
    "filter": ("{{ text|format }}", "filter"),
    "loop": ("{% for a in text %}{% for b in text %}{% endfor %}{% endfor %}", "a loop is not allowed"),
    "doubling": ("{% set text = text ~ text %}", "is not allowed"),
    "endless include": ('{% include "en/closing.txt.j2" %}', "recursion"),
    "missing include": ('{% include "en/nothing.txt.j2" %}', "nothing.txt.j2"),
    "empty": ("{% if promised %}x{% endif %}", "can come out empty"),
    "too long": ("x" * 70_000, "is longer than"),
    "wrong filter use": ("{{ text|truncate('x') }}", ""),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_templates_are_found_before_any_letter(name: str) -> None:
    """A mistake in a template is reported with its file when it is loaded, not in a customer's mail (B84)."""
    text, says = BROKEN[name]
    found = check_templates({**templates(), "en/closing.txt.j2": text}, LANGUAGES)
    mine = [problem for problem in found if problem.file == "en/closing.txt.j2" and problem.severity == ERROR]
    assert mine
    assert says in mine[0].text.lower() or says in mine[0].text


def test_a_problem_names_its_line_and_what_was_meant() -> None:
    """The report points to the line and suggests the right name."""
    (problem,) = check_templates({**templates(), "hr/closing.txt.j2": "Bok\n{{ nubmer }}\n"}, LANGUAGES)
    assert (problem.file, problem.line, problem.source) == ("hr/closing.txt.j2", 2, "{{ nubmer }}")
    assert "number" in problem.hint


def test_what_english_lacks_is_an_error_elsewhere_a_warning() -> None:
    """English is the last resort and must be complete; other languages may fall back on it."""
    without = {path: text for path, text in templates().items() if not path.endswith("/closing.txt.j2")}
    found = {problem.file: problem.severity for problem in check_templates(without, LANGUAGES)}
    assert found == {"en/closing.txt.j2": "error", "cs/closing.txt.j2": "warning", "hr/closing.txt.j2": "warning"}


def test_a_file_that_is_no_template_is_named() -> None:
    """A misspelt ending does not silently do nothing."""
    (problem,) = check_templates({**templates(), "hr/closing.text.j2": "x"}, LANGUAGES)
    assert problem.severity == "warning"
    assert Path(problem.file).name == "closing.text.j2"
