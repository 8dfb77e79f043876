"""`maildesk init`: five questions, and a configuration to start from."""

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, tell

if TYPE_CHECKING:
    from maildesk.cli.new_config import Answers

_QUESTIONS = {
    "name": "What is the desk called, as customers read it",
    "address": "Which address do customers write to",
    "imap": "IMAP server of that mailbox (HOST or HOST:PORT; “none” if your mail server hands mail to us)",
    "relay": "Server that sends our mail (HOST or HOST:PORT)",
    "admin": "Your own address, as the first person who answers",
}


@click.command(name="init")
@click.option("--name", help="What the desk is called.")
@click.option("--address", help="The address customers write to.")
@click.option(
    "--imap", metavar="HOST[:PORT]", help="Where that mailbox is read; “none” if mail is brought to us by SMTP."
)
@click.option("--relay", metavar="HOST[:PORT]", help="The server that sends our mail.")
@click.option("--admin", help="The address of the first person who answers.")
@click.option(
    "--language", "languages", multiple=True, help="A language of your customers: en, cs or hr; may be repeated."
)
@click.option("--timezone", default="", help="Your time zone, like Europe/Zagreb. [default: this machine's]")
@desk_options
def command(languages: tuple[str, ...], timezone: str, config_dir: Path, data_dir: Path, **given: str | None) -> None:
    """Write a configuration to start from, and the desk's key.

    \b
    Examples: maildesk init
              maildesk init --name 'Firma podrška' --address podrska@firma.hr --admin ana@firma.hr \\
                            --imap imap.firma.hr --relay smtp.firma.hr:587 --language hr --language en

    Asks for what no option says; nothing is asked where nobody can answer. Files that are there stay as they are.
    """
    from maildesk.cli.new_config import Answers

    if (config_dir / "maildesk.yaml").exists():
        fail(f"{config_dir / 'maildesk.yaml'} is there already; choose another folder with --config", Exit.USAGE)
    said = _ask(given)
    zone = timezone or _local_zone()
    server = "" if said["imap"].casefold() in ("none", "-", "") else said["imap"]
    answers = Answers(
        said["name"], said["address"], server, said["relay"], said["admin"], languages or _local_languages(), zone
    )
    _write_all(answers, config_dir, data_dir)
    _say_next(answers.needs_password, config_dir, data_dir)


def _ask(given: dict[str, str | None]) -> dict[str, str]:
    """Ask what is missing, each with a likely answer; without a terminal the address must be given."""
    said: dict[str, str] = {}
    for key, question in _QUESTIONS.items():
        likely = _likely(key, said)
        answer = given[key]
        if answer is None and sys.stdin.isatty():
            answer = click.prompt(question, default=likely or None, err=True)
        if answer is None and not likely:
            fail(f"--{key} is needed: {question.lower()}?", Exit.USAGE)
        said[key] = (likely if answer is None else answer).strip()
    return said


def _likely(key: str, said: dict[str, str]) -> str:
    """Suggest an answer from those given before."""
    domain = said.get("address", "").rpartition("@")[2]
    return {"name": "Help desk", "imap": "none", "relay": "127.0.0.1:25", "admin": f"postmaster@{domain}"}.get(key, "")


def _write_all(answers: "Answers", config_dir: Path, data_dir: Path) -> None:
    """Check the new settings, then write every file that is not there yet."""
    from maildesk.cli.new_config import PASSWORD_FILE, rules_text, settings_text, teams_text
    from maildesk.settings import ensure_secret_file, shipped_dir
    from maildesk.settings.load import read_settings
    from maildesk.yaml_file import Problems

    if answers.admin.casefold() == answers.address.casefold():
        fail("your own address and the desk's must differ: the desk would write to itself", Exit.USAGE)
    text = settings_text((shipped_dir("config") / "maildesk.yaml").read_text(encoding="utf-8"), answers)
    problems = Problems()
    settings = read_settings("maildesk.yaml", text, problems)
    if settings is None or problems.has_errors:
        for problem in problems.sorted():
            tell(str(problem))
        fail("nothing was written", Exit.USAGE)
    files = {"teams.yaml": teams_text(answers), "rules/10-first.yaml": rules_text(), "maildesk.yaml": text}
    try:
        for name, content in files.items():
            _write(config_dir / name, content)
        if answers.needs_password:
            _write(config_dir / PASSWORD_FILE, "", secret=True)
        _help_editors(config_dir)
        ensure_secret_file(data_dir / settings.secret_file)
        tell(
            f"key    {data_dir / settings.secret_file}  (keep a copy: without it no reply address of ours is known again)"
        )
    except OSError as problem:
        fail(f"{problem}", Exit.NO)


def _help_editors(config_dir: Path) -> None:
    """Write the schemas that the first lines of the new files name; files that were there before may be wrong, and stay so."""
    from maildesk.proof import read_whole
    from maildesk.rules.schema import write_schemas

    policy = read_whole(config_dir, dt.datetime.now(dt.UTC).date()).policy
    if policy is not None:
        write_schemas(policy, config_dir)


def _write(path: Path, content: str, *, secret: bool = False) -> None:
    """Write a new file; one that is there stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    except FileExistsError:
        tell(f"kept   {path}")
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    tell(f"wrote  {path}")


def _say_next(needs_password: bool, config_dir: Path, data_dir: Path) -> None:
    from maildesk.cli.new_config import PASSWORD_FILE

    places = f"--config {config_dir} --data {data_dir}"
    tell("next:")
    if needs_password:
        tell(f"  put the password of the mailbox into {config_dir / PASSWORD_FILE}")
    tell(f"  maildesk check --config {config_dir}")
    tell(f"  maildesk run {places}")


def _local_zone() -> str:
    """Find the time zone of this machine."""
    link = os.path.realpath("/etc/localtime")
    zone = link.partition("zoneinfo/")[2]
    return zone if "/" in zone and not zone.startswith("Etc/") else "UTC"


def _local_languages() -> tuple[str, ...]:
    """Take the language of this machine, if we have texts in it, and English."""
    from maildesk.settings import shipped_dir

    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    code = spoken[:2].lower()
    return (code, "en") if code != "en" and (shipped_dir("templates") / code).is_dir() else ("en",)
