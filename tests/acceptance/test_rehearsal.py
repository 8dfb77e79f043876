"""Edited rules are tried on stored mail, revisions are looked at and gone back to: by the command line, on a real database."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from maildesk.cli import cli
from maildesk.demo.writer import new_mail
from maildesk.settings import shipped_dir
from tests.acceptance.desk import settings

MAILS = (
    ("Chyba ve faktuře", "Prosím o opravu faktury."),
    ("My printer is broken", "It makes noises."),
    ("The printer again", "Still noises."),
    ("I cannot log in", "The portal refuses my password."),
    ("Good morning", "Just a question about the weather."),
)
PRINTERS = "rules:\n  - name: Printers are sold\n    when: {subject: printer}\n    then: {team: sales}\n"
TRIAL = "rules:\n  - name: On trial\n    trial: yes\n    when: {subject: printer}\n    then: {team: sales}\n"


class Desk:
    """A desk with some imported mail, asked by the command line in this process."""

    def __init__(self, folder: Path) -> None:
        self.config, self.data = folder / "config", folder / "data"
        shutil.copytree(shipped_dir("config"), self.config)
        shutil.rmtree(self.config / "tests")  # the shipped cases guard the shipped rules
        (self.config / "maildesk.yaml").write_text(settings(1), encoding="utf-8")
        mails = folder / "mails"
        mails.mkdir()
        for number, (subject, text) in enumerate(MAILS):
            mail = new_mail("Jana <jana@odberatel.cz>", "support@demo.test", subject, text)
            (mails / f"{number}.eml").write_bytes(mail.as_bytes())
        assert self.run("import", str(mails)).exit_code == 0

    def run(self, *words: str) -> Result:
        """Run a command of maildesk."""
        place = ["--config", str(self.config), "--data", str(self.data)]
        return CliRunner().invoke(cli, [*words, *place], catch_exceptions=False)

    def json(self, *words: str) -> list[dict[str, Any]]:
        """Run a command and read what it prints, a JSON object a line."""
        return [json.loads(line) for line in self.run(*words, "--json").stdout.splitlines()]

    def edit(self, text: str, name: str = "05-printers.yaml") -> None:
        """Save a rule file."""
        (self.config / "rules" / name).write_text(text, encoding="utf-8")

    def number(self, subject: str) -> int:
        """Give the number of a ticket by its subject."""
        [tickets] = [json.loads(self.run("ticket", "list", "--json").stdout)]
        return int(next(ticket["number"] for ticket in tickets if ticket["subject"] == subject))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a desk that has decided the mails; copied for each test."""
    folder = tmp_path_factory.mktemp("desk")
    Desk(folder)
    return folder


@pytest.fixture
def desk(imported: Path, tmp_path: Path) -> Desk:
    """The same desk, a copy for this test alone."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    found = Desk.__new__(Desk)
    found.config, found.data = tmp_path / "config", tmp_path / "data"
    return found


def test_edited_rules_are_tried_on_stored_mail(desk: Desk) -> None:
    """B70: replay says which stored mails would land elsewhere, because of which rule, and whether people agree."""
    [same] = desk.json("replay", "--since", "3650d")
    assert (same["mails"], same["elsewhere"], same["problems"]) == (5, [], [])
    first = desk.number("My printer is broken")
    assert desk.run("ticket", "assign", str(first), "sales").exit_code == 0
    desk.edit(PRINTERS)
    [found] = desk.json("replay", "--since", "3650d")
    assert [(one["subject"], one["was"], one["now"], one["by_hand"]) for one in found["elsewhere"]] == [
        ("My printer is broken", "it", "sales", "sales"),
        ("The printer again", "it", "sales", ""),
    ]
    assert found["elsewhere"][0]["rule"] == "rule “Printers are sold”"
    assert found["elsewhere"][0]["place"] == "rules/05-printers.yaml:2"
    assert found["by_hand"] == {"moved": 1, "agreed": 1, "agreed_then": 0}
    assert found["table"]["it"] == {"sales": 2, "it": 1}
    told = desk.run("replay", "--since", "3650d")
    assert told.exit_code == 0
    assert "2 would land elsewhere (40.0%)" in told.stdout
    assert "it → sales   rule “Printers are sold” (rules/05-printers.yaml:2)   (people: sales)" in told.stdout
    assert "the new rules agree with them in 1 of 1, those of then in 0" in told.stdout


def test_a_change_that_is_too_large_fails(desk: Desk) -> None:
    """With --fail-over the status is 1 when more than that share lands elsewhere, and 0 otherwise."""
    desk.edit(PRINTERS)
    assert desk.run("replay", "--since", "3650d", "--fail-over", "50%").exit_code == 0
    failed = desk.run("replay", "--since", "3650d", "--fail-over", "5%")
    assert failed.exit_code == 1
    assert "40.0% would land elsewhere, more than 5%" in failed.stderr
    assert desk.run("replay", "--fail-over", "much").exit_code == 2
    assert desk.run("replay", "--since", "yesterday").exit_code == 2


def test_a_rule_on_trial_is_counted_and_changes_nothing(desk: Desk) -> None:
    """A trial rule moves no mail; replay says to how many it would have applied."""
    desk.edit(TRIAL)
    [found] = desk.json("replay", "--since", "3650d")
    assert (found["elsewhere"], found["otherwise"], found["trials"]) == ([], 0, {"On trial": 2})


def test_explain_by_other_rules(desk: Desk, tmp_path: Path) -> None:
    """A stored mail is explained by the rules of another folder, with what comes out differently; nothing is changed."""
    other = tmp_path / "other"
    shutil.copytree(desk.config, other)
    (other / "rules" / "05-printers.yaml").write_text(PRINTERS, encoding="utf-8")
    number = desk.number("My printer is broken")
    [told] = desk.json("explain", f"#{number}", "--policy", str(other))
    assert told["result"]["team"] == "sales"
    assert "team      it, now sales" in told["by_the_rules_of_then"]
    [stored] = desk.json("explain", f"#{number}")
    assert stored["result"]["team"] == "it"


def test_explain_why_not(desk: Desk) -> None:
    """It says why a stored mail did not land with a team, rule by rule; a team that does not exist is refused."""
    number = desk.number("My printer is broken")
    told = desk.run("explain", f"#{number}", "--why-not", "billing").stdout
    assert "Why not billing\n   it landed with it: rule 5\n" in told
    assert "rule 7 “Invoices → Billing” (rules/30-billing.yaml:9): did not match: none of" in told
    refused = desk.run("explain", f"#{number}", "--why-not", "biling")
    assert refused.exit_code == 2
    assert "did you mean “billing”?" in refused.stderr


def test_every_stored_mail_comes_out_the_same(desk: Desk) -> None:
    """B130: what was known and the rules of then give the stored actions again."""
    for subject, _ in MAILS:
        for told in desk.json("explain", f"#{desk.number(subject)}", "--replay"):
            assert (told["same"], told["problem"]) == (True, "")


def test_revisions_are_listed_compared_and_gone_back_to(desk: Desk) -> None:
    """The log names each revision and what it decided; diff shows the lines; rollback lets the earlier one hold again."""
    [first] = desk.json("rules", "log")
    assert (first["active"], first["decisions"]) == (True, 5)
    desk.edit(PRINTERS)
    ahead = desk.run("rules", "diff", "active", "files")
    assert ahead.exit_code == 1
    assert "+  - name: Printers are sold" in ahead.stdout
    take(desk)
    second, again = desk.json("rules", "log")
    assert (second["active"], second["decisions"], again["digest"]) == (True, 0, first["digest"])
    assert "+    then: {team: sales}" in desk.run("rules", "diff").stdout
    assert "-    then: {team: sales}" in desk.run("rules", "diff", second["digest"][:8], first["digest"][:8]).stdout
    assert desk.run("rules", "diff", "nosuch").exit_code == 1
    back = desk.run("rules", "rollback", "--files", "--by", "lucie")
    assert "is active: the next mail is decided by it" in back.stderr
    assert not (desk.config / "rules" / "05-printers.yaml").exists()
    assert (desk.config / "rules" / "05-printers.yaml.before-rollback").read_text() == PRINTERS
    assert [one["digest"] for one in desk.json("rules", "log") if one["active"]] == [first["digest"]]
    assert desk.run("rules", "diff", "active", "files").exit_code == 0


def test_an_edited_file_is_written_back(desk: Desk) -> None:
    """Rollback with --files restores the text of a file that was edited since, and keeps the edited one beside it."""
    path = desk.config / "rules" / "20-it.yaml"
    was = path.read_text(encoding="utf-8")
    path.write_text(f"{was}# edited\n", encoding="utf-8")
    take(desk)
    assert desk.run("rules", "rollback", "--files").exit_code == 0
    assert path.read_text(encoding="utf-8") == was
    assert "# edited" in (desk.config / "rules" / "20-it.yaml.before-rollback").read_text(encoding="utf-8")


def test_rules_are_counted(desk: Desk) -> None:
    """Stats: how often each rule applied and when last, what it sent to a team, and what people moved elsewhere."""
    number = desk.number("The printer again")
    desk.run("ticket", "assign", str(number), "sales")
    found = {one["name"]: one for one in desk.json("rules", "stats", "--since", "3650d")}
    printers = found["Computers and printers → IT"]
    assert (printers["applied"], printers["sent"], printers["moved"]) == (2, 2, 1)
    assert printers["last"]
    unused = found["Spam, says the mail server"]
    assert (unused["applied"], unused["last"]) == (0, None)
    assert "Computers and printers → IT   (rules/20-it.yaml:" in desk.run("rules", "stats", "--since", "3650d").stdout


def take(desk: Desk) -> None:
    """Let the edited files hold, as a running desk does after it has proved them."""
    from maildesk.cli.opening import open_or_complain

    open_or_complain(desk.config, desk.data).store.close()
