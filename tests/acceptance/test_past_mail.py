"""`maildesk check` looks at the mail that came: a rule that matches nearly all of it, or none, is probably not meant so."""

import json
from pathlib import Path

from maildesk.demo.writer import new_mail
from tests.acceptance.desk import RunningDesk, settings

RULES = """\
rules:
  - name: Everybody says please
    when: {words: please}
    then: {tags: polite}
  - name: Nobody says this
    when: {words: xylophone}
    then: {tags: music}
  - name: Some say this
    when: {words: printer}
    then: {tags: printer}
"""


def test_rules_that_match_too_much_or_never_are_named(tmp_path: Path) -> None:
    """B76: after sixty mails check warns of a rule that matched them all and of one that matched none; edits count at once."""
    desk = RunningDesk(tmp_path, settings(25))
    config = desk.configure()
    for old in (*config.glob("rules/*.yaml"), *config.glob("tests/*.yaml")):
        old.unlink()
    rules = config / "rules" / "10.yaml"
    rules.write_text(RULES, encoding="utf-8")
    before = desk.run("check").stdout.decode()
    assert "No problems" in before
    assert not (tmp_path / "data").exists(), "check makes no database"
    mails = tmp_path / "mails"
    mails.mkdir()
    for number in range(60):
        body = f"Please look at number {number}." + (" The printer is broken." if number % 4 == 0 else "")
        mail = new_mail(f"C <c{number}@odberatel.cz>", "support@demo.test", f"Question {number}", body)
        (mails / f"{number:02}.eml").write_bytes(mail.as_bytes())
    desk.run("import", str(mails))
    assert desk.run("check").stdout.decode() == (
        "rules/10.yaml:2:11: warning: “Everybody says please” matched 60 of the last 60 mails\n"
        "     2 |   - name: Everybody says please\n"
        "       |           ^^^^^^^^^^^^^^^^^^^^^ is it meant for nearly all mail? “defaults” is\n"
        "rules/10.yaml:5:11: warning: “Nobody says this” matched none of the last 60 mails\n"
        "     5 |   - name: Nobody says this\n"
        "       |           ^^^^^^^^^^^^^^^^ try its words: maildesk words test\n"
        "2 warnings.\n"
    )
    rules.write_text(RULES.replace("xylophone", "number 7"), encoding="utf-8")
    found = [json.loads(line)["text"] for line in desk.run("check", "--json").stdout.splitlines()]
    assert found == ["“Everybody says please” matched 60 of the last 60 mails"]
    assert desk.run("check", "--strict", check=False).returncode == 1
