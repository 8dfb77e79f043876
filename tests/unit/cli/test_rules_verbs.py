"""check, test and words, as an admin sees them."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from maildesk.cli import cli
from maildesk.settings import shipped_dir


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped configuration."""
    shutil.copytree(shipped_dir("config"), tmp_path / "config")
    return tmp_path / "config"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False)


def broken(config: Path) -> None:
    """Put two mistakes into one rule."""
    (config / "rules" / "30-billing.yaml").write_text(
        "rules:\n  - name: A\n    when: {word: x}\n    then: {team: biling}\n"
    )


def test_check_of_a_good_configuration(config: Path) -> None:
    """A configuration without a problem says what it has, and the status is 0."""
    result = run("check", "--config", str(config))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "12 rules, 5 teams, 87 cases passed. No problems." in result.stdout


def test_check_lists_every_mistake(config: Path) -> None:
    """B72: all mistakes of all files, with place and suggestion, then the count; the status is 1."""
    broken(config)
    (config / "maildesk.yaml").write_text(
        (config / "maildesk.yaml").read_text().replace("send_delay: 60s", "send_dealy: 60s")
    )
    result = run("check", "--config", str(config))
    assert result.exit_code == 1
    assert "maildesk.yaml:" in result.stdout
    assert "did you mean “send_delay”?" in result.stdout
    assert (
        "rules/30-billing.yaml:3:12: error: unknown condition “word”\n     3 |     when: {word: x}\n" in result.stdout
    )
    assert "did you mean “billing”?" in result.stdout
    assert result.stdout.endswith("3 errors. Nothing was changed; the running rules stay active.\n")


def test_check_as_json(config: Path) -> None:
    """With --json each problem is an object on a line."""
    broken(config)
    result = run("check", "--json", "--config", str(config))
    first, second = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 1
    assert (first["file"], first["line"], first["col"], first["severity"]) == ("rules/30-billing.yaml", 3, 12, "error")
    assert second["hint"] == "did you mean “billing”?"


def test_warnings_are_errors_when_asked(config: Path) -> None:
    """Warnings leave the status 0, unless --strict."""
    (config / "words.yaml").write_text((config / "words.yaml").read_text() + "lonely: {en: [alpha]}\n")
    plain, strict = run("check", "--config", str(config)), run("check", "--strict", "--config", str(config))
    assert (plain.exit_code, strict.exit_code) == (0, 1)
    assert "1 warning." in plain.stdout


def test_test_prints_like_pytest(config: Path) -> None:
    """A dot for each case and a count at the end; the status is 0."""
    result = run("test", "--config", str(config))
    assert result.exit_code == 0
    assert result.stdout.startswith("tests/10-urgent.yaml ..................\n")
    assert " 87 passed in " in result.stdout
    verbose = run("test", "-v", "--config", str(config))
    assert "tests/60-hours.yaml::A newsletter is no ticket PASSED" in verbose.stdout


def test_a_failing_case_shows_what_came_and_why(config: Path, tmp_path: Path) -> None:
    """A failure names the case, what was expected and came, and the rules that did it; JUnit has it too."""
    (config / "tests" / "20.yaml").write_text(
        "tests:\n  - name: Wrong\n    mail: {subject: Chyba ve fakture}\n    expect: {team: it}\n"
        "  - {name: Right, mail: {subject: Chyba ve fakture}, expect: {team: billing}}\n"
    )
    result = run("test", "--config", str(config), "--junit", str(tmp_path / "j.xml"), "20.yaml")
    assert result.exit_code == 1
    assert "tests/20.yaml F.\n" in result.stdout
    assert "_ Wrong _" in result.stdout
    assert "E   team: expected it, got billing" in result.stdout
    assert "✓ Invoices → Billing   (rules/30-billing.yaml:9)" in result.stdout
    assert "“fakture” ≈ faktura ($invoice, cs) in subject" in result.stdout
    assert "1 failed, 1 passed" in result.stdout
    suites = ET.parse(tmp_path / "j.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    names = [case.get("name") for case in suites.iter("testcase")]
    assert names == ["Wrong", "Right"]


def test_a_mail_file_beside_the_cases(config: Path) -> None:
    """`eml:` is read from tests/, as mail is read when it arrives."""
    (config / "tests" / "invoice.eml").write_bytes(
        b"From: Jana <jana@odberatel.cz>\r\nTo: podrska@firma.hr\r\nSubject: =?utf-8?Q?Chyba_ve_faktu=C5=99e?=\r\n\r\nDobry den\r\n"
    )
    (config / "tests" / "20.yaml").write_text(
        "tests: [{name: E, eml: invoice.eml, expect: {team: billing, tags: invoice}}]\n"
    )
    assert run("test", "--config", str(config), "20.yaml").exit_code == 0


def test_no_case_runs_on_a_broken_configuration(config: Path) -> None:
    """Errors are printed instead, and the status is 1."""
    broken(config)
    result = run("test", "--config", str(config))
    assert result.exit_code == 1
    assert result.stdout.endswith("2 errors. No case was run.\n")


def test_words_test_shows_a_hit(config: Path) -> None:
    """A term or list that is found says by which word, in which list and language."""
    hit = run("words", "test", "faktura", "Chyba ve FAKTUŘE", "--config", str(config))
    assert (hit.exit_code, hit.stdout) == (0, "hit   “FAKTUŘE” ≈ faktura in the text\n")
    listed = run("words", "test", "$invoice", "na računu", "--config", str(config), "--json")
    assert json.loads(listed.stdout)["hits"] == [
        {"term": "račun", "text": "računu", "list": "invoice", "language": "hr"}
    ]


def test_words_test_shows_a_miss_and_proposes_the_prefix(tmp_path: Path) -> None:
    """peníze does not find peněz, which changes within: the prefix that would is proposed; no configuration is needed."""
    result = run("words", "test", "peníze", "vrácení peněz", "--config", str(tmp_path))
    assert result.exit_code == 1
    assert "miss  peníze" in result.stdout
    assert "pen*   would find “peněz”" in result.stdout
    assert run("words", "test", "pen*", "vrácení peněz", "--config", str(tmp_path)).exit_code == 0


@pytest.mark.parametrize(
    ("term", "said"),
    [("/(/", "RE2 does not take"), ("*pdf", "may only stand at the end"), ("$x", "no word list")],
)
def test_words_test_refuses_what_is_no_term(tmp_path: Path, term: str, said: str) -> None:
    """A term that a rule could not have is a usage error that says why."""
    result = run("words", "test", term, "text", "--config", str(tmp_path))
    assert result.exit_code == 2
    assert said in result.stderr
