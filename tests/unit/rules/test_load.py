"""Loading a policy from files, and again from its stored texts."""

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from maildesk.rules.load import BadTexts, digest_of, load_policy, load_policy_texts
from maildesk.rules.policy import Policy
from maildesk.settings import Settings, load_settings, shipped_dir
from maildesk.yaml_file import ERROR, Problem

TEAMS = "teams: {l1: {members: [ana]}}\nagents: {ana: {addresses: [ana@firma.hr]}}\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with what is required and nothing else."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "maildesk.yaml").write_text(
        "desk: {name: Firma, domain: firma.hr, languages: [en, cs, hr]}\nmailboxes: [{address: podrska@firma.hr, team: l1}]\n"
    )
    (folder / "teams.yaml").write_text(TEAMS)
    return folder


def load(config: Path) -> tuple[Policy | None, tuple[Problem, ...]]:
    settings, problems = load_settings(config / "maildesk.yaml")
    assert settings is not None, problems
    return load_policy(config, config.parent / "templates", settings)


def good(config: Path) -> Policy:
    policy, problems = load(config)
    assert [problem for problem in problems if problem.severity == ERROR] == []
    assert policy is not None
    return policy


def test_the_shipped_configuration_is_good() -> None:
    """What is shipped loads without a problem, and brings words, rules, promises and calendars."""
    settings, _ = load_settings(shipped_dir("config") / "maildesk.yaml")
    assert settings is not None
    policy, problems = load_policy(shipped_dir("config"), shipped_dir("templates"), settings)
    assert problems == ()
    assert policy is not None
    assert len({rule.file for rule in policy.rules}) == 6
    assert {"zagreb", "prague"} <= set(policy.calendars)
    assert "invoice" in policy.words
    assert "gold" in policy.slas


def test_only_two_files_are_required(config: Path) -> None:
    """Without words, phrases and templates the shipped ones count; without rules everything is left to the mailbox."""
    policy = good(config)
    assert policy.rules == ()
    assert "invoice" in policy.words
    assert policy.phrases.thanks
    assert any(path.startswith("cs/acknowledgement") for path in policy.templates)


def test_files_fall_back_one_by_one(config: Path) -> None:
    """One own template or list replaces its shipped namesake and no other."""
    (config / "words.yaml").write_text("own: [alpha]\n")
    own = config.parent / "templates" / "cs" / "acknowledgement.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text("Naše vlastní")
    policy = good(config)
    assert set(policy.words) == {"own"}
    assert policy.templates["cs/acknowledgement.txt.j2"] == "Naše vlastní"
    assert policy.templates["hr/acknowledgement.txt.j2"] != "Naše vlastní"
    assert policy.phrases.thanks


def test_stored_texts_give_the_same_policy(config: Path) -> None:
    """A stored policy is made of its texts alone, and is equal to the one that was loaded."""
    (config / "rules").mkdir()
    (config / "rules" / "10.yaml").write_text("rules:\n  - name: A\n    when: {words: faktura}\n    then: {team: l1}\n")
    policy = good(config)
    assert load_policy_texts(policy.texts) == policy
    assert digest_of(policy.texts) == policy.digest


def test_stored_texts_that_are_no_policy_raise(config: Path) -> None:
    """Texts that this version does not understand are an error that says where."""
    texts = dict(good(config).texts) | {"rules/10.yaml": "rules: [{name: A, when: {wrods: x}, then: {team: l1}}]\n"}
    with pytest.raises(BadTexts, match="unknown condition"):
        load_policy_texts(texts)


def test_the_digest_names_every_text(config: Path) -> None:
    """The digest changes with any file, and with what of maildesk.yaml the rules depend on; else it stays."""
    digests = [good(config).digest, good(config).digest]
    (config / "rules").mkdir()
    (config / "rules" / "10.yaml").write_text("# a comment\n")
    digests.append(good(config).digest)
    settings = (config / "maildesk.yaml").read_text()
    (config / "maildesk.yaml").write_text(settings.replace("[en, cs, hr]", "[en]"))
    digests.append(good(config).digest)
    (config / "maildesk.yaml").write_text(settings + "send_delay: 5s\n")
    digests.append(good(config).digest)
    assert digests[0] == digests[1]
    assert digests[2] == digests[4]
    assert len(set(digests)) == 3
    assert digest_of({"ab": "c"}) != digest_of({"a": "bc"})


def test_a_bad_file_gives_no_policy(config: Path) -> None:
    """B72: one error anywhere, and there is no policy to activate; all errors are there."""
    (config / "rules").mkdir()
    (config / "rules" / "10.yaml").write_text("rules: [{name: A, when: {from: @x}, then: {team: l1}}]\n")
    (config / "rules" / "20.yaml").write_text("rules: [{name: B, when: {words: x-ray}, then: {team: l9}}]\n")
    (config / "words.yaml").write_bytes(b"a: [\xff]\n")
    policy, problems = load(config)
    assert policy is None
    assert [(p.file, p.line) for p in problems] == [("rules/10.yaml", 1), ("rules/20.yaml", 1), ("words.yaml", 1)]


def test_broken_teams_do_not_make_every_rule_wrong(config: Path) -> None:
    """When teams.yaml cannot be read, no rule is blamed for naming a team."""
    (config / "rules").mkdir()
    (config / "rules" / "10.yaml").write_text(
        "rules: [{name: A, when: {words: x-ray}, then: {team: l1, assign: ana}}]\n"
    )
    (config / "teams.yaml").write_text("teams: [\n")
    assert {problem.file for problem in load(config)[1]} == {"teams.yaml"}


def test_the_mailboxes_team_must_exist(config: Path) -> None:
    """A team of maildesk.yaml that teams.yaml does not know is an error in maildesk.yaml, at its place."""
    text = (config / "maildesk.yaml").read_text()
    (config / "maildesk.yaml").write_text(text.replace("team: l1", "team: l2"))
    (problem,) = load(config)[1]
    assert (problem.file, problem.line, problem.text) == ("maildesk.yaml", 2, "no team “l2” in teams.yaml")


def test_an_agent_must_not_have_an_address_of_the_desk(config: Path) -> None:
    """Mail to an agent at an address of ours would come back as a ticket: refused."""
    (config / "teams.yaml").write_text(TEAMS.replace("ana@firma.hr", "Podrska@firma.hr"))
    assert "is an address of this desk" in load(config)[1][0].text


def test_editors_droppings_are_not_read(config: Path) -> None:
    """Hidden files and backups are no rules; a .yml is pointed out."""
    (config / "rules").mkdir()
    for name in (".10.yaml.swp", ".x.yaml", "10.yaml~", "#10.yaml#", "10.yaml.bak"):
        (config / "rules" / name).write_text("rubbish: [")
    (config / "rules" / "10.yml").write_text("rules: []\n")
    policy, problems = load(config)
    assert policy is not None
    assert [(p.file, p.severity) for p in problems] == [("rules/10.yml", "warning")]


def test_many_rules_are_read_whole(config: Path) -> None:
    """Hundreds of rules in several files are all there, in order."""
    (config / "rules").mkdir()
    for part in range(4):
        rules = "".join(
            f"  - name: Rule {part}-{n}\n    when: {{words: [slovo{n}x, dve slova{n}]}}\n    then: {{tags: t{n}}}\n"
            for n in range(100)
        )
        (config / "rules" / f"{part}.yaml").write_text(f"rules:\n{rules}")
    policy = good(config)
    assert [rule.name for rule in policy.rules][::100] == ["Rule 0-0", "Rule 1-0", "Rule 2-0", "Rule 3-0"]


def test_articles_and_hooks_are_known_by_name(config: Path) -> None:
    """Files of kb/ are articles, keys of hooks.yaml are hooks; other names are errors once the file is there."""
    (config / "kb").mkdir()
    (config / "kb" / "vpn.md").write_text("# VPN")
    (config / "hooks.yaml").write_text("sms: {url: 'https://x.example'}\n")
    (config / "rules").mkdir()
    rule = "rules:\n  - name: A\n    when: {words: alpha}\n    then: {suggest: %s, notify: %s}\n"
    (config / "rules" / "10.yaml").write_text(rule % ("vpn", "sms"))
    good(config)
    (config / "rules" / "10.yaml").write_text(rule % ("vnp", "smss"))
    assert [problem.hint for problem in load(config)[1]] == ["did you mean “vpn”?", "did you mean “sms”?"]


def test_the_wheel_and_the_checkout_ship_the_same(tmp_path: Path) -> None:
    """A copy of the shipped configuration is a working one: this is what `init` and the demo start from."""
    shutil.copytree(shipped_dir("config"), tmp_path / "config")
    settings, _ = load_settings(tmp_path / "config" / "maildesk.yaml")
    assert isinstance(settings, Settings)
    assert load_policy(tmp_path / "config", tmp_path / "templates", settings)[1] == ()


def test_public_holidays_cost_one_country(config: Path) -> None:
    """A country's holidays are days off, and reading them imports that country and no other."""
    (config / "calendars.yaml").write_text("zagreb: {hours: {mon-fri: 8:00-16:00}, holidays: [HR, US-CA]}\n")
    days = good(config).calendars["zagreb"].days_off
    assert {dt.date(2026, 5, 30), dt.date(2026, 3, 31)} <= set(days)  # Statehood Day, Cesar Chavez Day
    program = (
        "import sys; from maildesk.rules.reading.times import _import_holidays as h;"
        "h().country_holidays('HR', years=[2026]); print(len([m for m in sys.modules if m.startswith('holidays.countries.')]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) == 1
