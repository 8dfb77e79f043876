"""What an admin's editor shows: yaml-language-server, driven over LSP, with the schemas that maildesk writes for this very desk."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from maildesk.cli import cli
from maildesk.rules.reading.conditions import CONDITIONS
from maildesk.rules.reading.rule_files import ACTIONS, RULE_KEYS
from maildesk.settings import shipped_dir
from tests.services.language_server import LanguageServer, running_language_server

HEAD = "# yaml-language-server: $schema=../.schema/rules.json\n"
RULE = HEAD + "rules:\n  - name: R\n    when: {words: $invoice}\n    then: {team: billing}\n"


class Editor(NamedTuple):
    """A language server over a desk's configuration."""

    server: LanguageServer
    config: Path

    @property
    def rules(self) -> Path:
        """Give a rule file to edit."""
        return self.config / "rules" / "90-edited.yaml"

    def says(self, text: str) -> list[tuple[int, str]]:
        """Give what is wrong with a rule file, by line."""
        return [(d["range"]["start"]["line"] + 1, d["message"]) for d in self.server.diagnostics(self.rules, text)]

    def offers(self, text: str) -> dict[str, dict[str, Any]]:
        """Give what an editor offers at the sign ‸ in a rule file."""
        return self.server.completion(self.rules, text)


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """The shipped configuration with its schemas, open in an editor."""
    config = tmp_path_factory.mktemp("editor") / "config"
    shutil.copytree(shipped_dir("config"), config)
    done = CliRunner().invoke(cli, ["schema", "--write", "--config", str(config)])
    assert done.exit_code == 0, done.output
    (config / "rules" / "90-edited.yaml").write_text(RULE, encoding="utf-8")
    with running_language_server(config) as server:
        yield Editor(server, config)


def test_every_shipped_file_is_clean(editor: Editor) -> None:
    """No file that is shipped has anything wrong in an editor, and each names its schema in its first line."""
    files = sorted(p for p in editor.config.rglob("*.yaml") if p != editor.rules and p.name != "maildesk.yaml")
    assert len(files) >= 12
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema="), file
        name = text.splitlines()[0].partition("=")[2]
        assert (file.parent / name).is_file(), file
        assert editor.server.diagnostics(file, text) == [], file


def test_the_keys_of_a_rule_are_offered_with_their_meaning(editor: Editor) -> None:
    """In a rule every key of a rule is offered, in `when` every condition, in `then` every action, each with a sentence."""
    rule = HEAD + "rules:\n  - name: R\n    ‸\n"
    when = HEAD + "rules:\n  - name: R\n    when:\n      ‸\n    then: {team: it}\n"
    then = HEAD + "rules:\n  - name: R\n    when: {words: x-ray}\n    then:\n      ‸\n"
    for text, keys in ((rule, set(RULE_KEYS) - {"name"}), (when, set(CONDITIONS)), (then, set(ACTIONS))):
        offered = editor.offers(text)
        assert keys <= set(offered), keys - set(offered)
        assert all(len(_words(offered[key])) > 10 for key in keys), text


def test_names_of_this_desk_are_offered(editor: Editor) -> None:
    """Teams, people, lists, templates, agreements and calendars are offered by their names, and nothing else is."""
    head = HEAD + "rules:\n  - name: R\n"
    then = head + "    when: {words: x-ray}\n    then:\n      "
    assert set(editor.offers(then + "team: ‸\n")) == {"l1", "billing", "it", "l2-network", "sales"}
    assert {"ana", "petr", "least-busy", "on-call", "nobody"} <= set(editor.offers(then + "assign: ‸\n"))
    assert {"$invoice", "$outage"} <= set(editor.offers(head + "    when:\n      words: ‸\n    then: {team: it}\n"))
    assert set(editor.offers(then + "sla: ‸\n")) == {"standard", "gold"}
    assert "acknowledgement" in editor.offers(then + "reply: ‸\n")
    hours = head + "    when:\n      hours:\n        calendar: ‸\n    then: {team: it}\n"
    assert set(editor.offers(hours)) == {"prague", "zagreb"}


@pytest.mark.parametrize(
    ("when", "then"),
    [
        ("{word: invoice}", "{team: billing}"),
        ("{words: $invoce}", "{team: billing}"),
        ("{customer: wip}", "{team: billing}"),
        ("{hours: opened}", "{team: billing}"),
        ("{hours: {calendar: zagrb, is: open}}", "{team: billing}"),
        ("{channel: mail}", "{team: billing}"),
        ("{language: de}", "{team: billing}"),
        ("{from: jana firma.cz}", "{team: billing}"),
        ("{header: List-Id}", "{team: billing}"),
        ("{any: [{words: a-b}, {wrds: c-d}]}", "{team: billing}"),
        ("{}", "{team: billing}"),
        ("{words: x-ray}", "{team: biling}"),
        ("{words: x-ray}", "{assign: peter}"),
        ("{words: x-ray}", "{priority: hihg}"),
        ("{words: x-ray}", "{ack: never}"),
        ("{words: x-ray}", "{status: done}"),
        ("{words: x-ray}", "{reply: nothing-like-it}"),
        ("{words: x-ray}", "{tags: two words}"),
        ("{words: x-ray}", "{tag: x}"),
        ("{words: x-ray}", "{needs: flying}"),
    ],
)
def test_mistakes_are_marked_while_typing(editor: Editor, when: str, then: str) -> None:
    """What `maildesk check` refuses, and can be seen in one file, is underlined in its line; what is right is not."""
    text = f"{HEAD}rules:\n  - name: R\n    when: {when}\n    then: {then}\n"
    lines = {line for line, _ in editor.says(text)}
    assert lines == {4 if then == "{team: billing}" else 5}


def test_what_check_takes_is_not_marked(editor: Editor) -> None:
    """Every form that the grammar allows is clean in an editor: numbers as words, yes and no, lists and single values."""
    text = f"""{HEAD}rules:
  - name: 404
    description: Numbers are words, too
    event: [new, reply, reopened]
    stop: no
    trial: yes
    enabled: true
    until: 2027-01-31
    when:
      words: [404, credit note, "účt*", =SAP, '/\\bERP-\\d+\\b/', $invoice]
      from: [jana@firma.cz, firma.cz]
      hours: {{calendar: zagreb, is: open}}
      header: {{List-Id: present, X-Spam-Flag: [yes, '/^maybe/']}}
      any: [{{language: [cs, hr]}}, {{all: [{{attachment: [pdf, any]}}, {{none: {{trust: aligned}}}}]}}]
    unless: {{customer: [known, vip], spam: yes, team: it, tags: invoice}}
    then:
      team: billing
      assign: least-busy
      tags: [a, 2026]
      ack: no
      ticket: yes
      status: waiting
      note: |
        Two
        lines
defaults: {{priority: low}}
"""
    assert editor.says(text) == []


def test_a_word_says_what_it_is_for(editor: Editor) -> None:
    """With the mouse on a key an editor shows what it does."""
    assert "first rule that sets a field keeps it" in editor.server.hover(editor.rules, RULE.replace("then:", "th‸en:"))
    assert "in every form" in editor.server.hover(editor.rules, RULE.replace("words:", "wo‸rds:"))


def test_cases_know_the_rules_by_name(editor: Editor) -> None:
    """In a file of cases the rules are offered by name, and a case without a mail is marked."""
    file = editor.config / "tests" / "90-edited.yaml"
    head = "# yaml-language-server: $schema=../.schema/tests.json\ntests:\n  - name: C\n    mail: {subject: x}\n    expect:\n"
    offered = editor.server.completion(file, head + "      rules: ‸\n")
    assert "Invoices → Billing" in offered
    assert editor.server.diagnostics(file, head.replace("    mail: {subject: x}\n", "") + "      team: it\n") != []


def test_a_new_team_is_known_after_writing_again(tmp_path: Path) -> None:
    """The schema follows the desk: a team that is added stands in the next ones that are written, and only they change."""
    config = tmp_path / "config"
    shutil.copytree(shipped_dir("config"), config)
    place = ["--config", str(config)]
    assert CliRunner().invoke(cli, ["schema", "--write", *place]).exit_code == 0
    with (config / "teams.yaml").open("a", encoding="utf-8") as teams:
        teams.write("  returns: {members: [ana]}\n")
    done = CliRunner().invoke(cli, ["schema", "--write", *place])
    assert sorted(Path(line).name for line in done.stdout.split()) == ["rules.json", "sla.json", "tests.json"]
    printed = CliRunner().invoke(cli, ["schema", *place]).stdout
    assert "returns" in json.loads(printed)["definitions"]["actions"]["properties"]["team"]["enum"]


def _words(item: dict[str, Any]) -> str:
    told = item.get("documentation", "")
    return str(told.get("value", "") if isinstance(told, dict) else told)
