"""Canned answers as files: read, proved with file:line:col, known to rules, kept with the revision."""

from pathlib import Path

import pytest

from maildesk.proof import read_whole
from maildesk.rules.load import load_policy_texts
from maildesk.rules.reading.canned import canned_names
from tests.unit.rules.desk import MONDAY as NOW

TEAMS = "teams: {l1: {members: [ana]}}\nagents: {ana: {addresses: [ana@firma.hr]}}\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A small desk with one canned answer in its two languages."""
    folder = tmp_path / "config"
    (folder / "canned").mkdir(parents=True)
    (folder / "rules").mkdir()
    (folder / "maildesk.yaml").write_text(
        "desk: {name: Firma, domain: firma.hr, languages: [en, cs]}\nmailboxes: [{address: podrska@firma.hr, team: l1}]\n"
    )
    (folder / "teams.yaml").write_text(TEAMS)
    write(folder, "reset.en", "# New password\nDear {{ name }},\n\ndo this.\n")
    write(folder, "reset.cs", "# Nové heslo\nDobrý den,\n\nudělejte toto.\n")
    return folder


def write(config: Path, name: str, text: str) -> None:
    (config / "canned" / f"{name}.md").write_text(text)


def problems(config: Path) -> list[str]:
    return [str(problem).partition("\n")[0] for problem in read_whole(config, NOW.date()).problems]


def test_answers_are_listed_by_name_with_the_title_of_each_language(config: Path) -> None:
    """The first line is a title for agents; a file without one is called by its name."""
    write(config, "hello.en", "Hello.\n")
    write(config, "hello.cs", "Dobrý den.\n")
    policy = read_whole(config, NOW.date()).policy
    assert policy is not None
    assert canned_names(policy.texts) == {
        "hello": {"cs": "hello", "en": "hello"},
        "reset": {"cs": "Nové heslo", "en": "New password"},
    }


def test_a_wrong_value_is_found_at_every_reload_with_its_place(config: Path) -> None:
    """A value that no letter gives is an error at its own line and column, although the title stands above it."""
    write(config, "reset.en", "# New password\nDear {{ name }},\nsee {{ nmae }}.\n")
    assert problems(config) == ["canned/reset.en.md:3:8: error: “nmae” is not a value of this template"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n{% for x in name %}x{% endfor %}", "canned/reset.en.md:2:1: error: a loop is not allowed in a template"),
        ("{{ name", "canned/reset.en.md:1:1: error: unexpected end of template"),
        ("{{ text }}", "canned/reset.en.md:1:4: error: “text” is not a value of this template"),
        ("{{ name }}", "canned/reset.en.md: error: can come out empty"),
    ],
)
def test_an_answer_is_in_the_sandbox_like_every_template(config: Path, text: str, said: str) -> None:
    """No loops, no code, nothing that comes out empty, and none of the values that only a notice has."""
    write(config, "reset.en", text)
    assert any(found.startswith(said) for found in problems(config)), problems(config)


def test_a_missing_language_is_a_warning_that_says_what_will_be_sent(config: Path) -> None:
    """The answer still goes out, in the language there is."""
    (config / "canned" / "reset.cs.md").unlink()
    assert problems(config) == ["canned/reset.cs.md: warning: is missing: this answer is sent in en"]


@pytest.mark.parametrize(
    ("name", "said"), [("Reset", "is not named like"), ("closing.en", "is the name of a template")]
)
def test_a_name_that_cannot_be_used_is_an_error(config: Path, name: str, said: str) -> None:
    """Without a language nobody could choose it; a notice's name would hide one of the two."""
    write(config, name, "Hello.\n")
    assert any(said in found and "error" in found for found in problems(config)), problems(config)


def test_rules_may_answer_with_it_and_a_stored_revision_has_it(config: Path) -> None:
    """`reply: reset` is known, `reply: resett` is not; the texts are part of the revision, so replay has them too."""
    rule = "rules: [{name: A, when: {words: heslo}, then: {reply: reset}}]\n"
    (config / "rules" / "10.yaml").write_text(rule)
    policy = read_whole(config, NOW.date()).policy
    assert policy is not None
    assert load_policy_texts(policy.texts).templates == policy.templates
    assert policy.templates["cs/canned/reset.txt.j2"].endswith("udělejte toto.\n")
    (config / "rules" / "10.yaml").write_text(rule.replace("reset", "resett"))
    assert any("no template “resett”" in found for found in problems(config))
