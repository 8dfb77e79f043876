"""The command line as a whole: its verbs, its help, its manners, and how quickly it answers."""

import os
import subprocess
import sys
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from maildesk.cli import cli, find_module
from maildesk.cli.verbs import VERBS

OFFERED = [name for name in VERBS if find_module(name)]
# What takes time to load, and is not needed to print a help page.
HEAVY = (
    "alembic",
    "apscheduler",
    "asyncio",
    "jinja2",
    "mailparser",
    "msgspec",
    "pydantic",
    "ruamel",
    "sqlalchemy",
    "starlette",
)


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run maildesk as a program of its own."""
    settings = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-m", "maildesk", *words],
        capture_output=True,
        text=True,
        env=settings,
        check=False,
        timeout=60,
    )


def commands() -> list[tuple[str, click.Command]]:
    """List every command and every one below it, with the words that call it."""
    found: list[tuple[str, click.Command]] = []
    context = click.Context(cli, info_name="maildesk")
    for name in OFFERED:
        command = cli.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", below) for sub, below in command.commands.items()]
    return found


def test_every_help_page_begins_with_an_example() -> None:
    """Help of maildesk, of every verb and of every command below begins with an example that can be copied."""
    for words, _ in [("", cli), *commands()]:
        page = CliRunner().invoke(cli, [*words.split(), "--help"], prog_name="maildesk").output
        assert page.startswith(("Example:\n  maildesk", "Examples:\n  maildesk")), words
        assert "Usage: maildesk" in page


def test_every_command_says_what_it_does() -> None:
    """Every command has a sentence, and every option of it another."""
    for words, command in commands():
        assert command.help, words
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{words} {parameter.name}"


def test_help_loads_nothing_heavy() -> None:
    """`maildesk --help` comes at once: no library of the daemon is loaded for it, and no verb."""
    code = f"""
import sys
from maildesk.cli import cli
cli.main(["--help"], standalone_mode=False)
loaded = [name for name in {HEAVY!r} if name in sys.modules]
verbs = [name for name in sys.modules if name.startswith("maildesk.cli.") and name.split(".")[2] in {tuple(OFFERED)!r}]
assert not loaded and not verbs, (loaded, verbs)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_verbs_are_listed_from_the_table() -> None:
    """The page lists what this installation can do, each with its sentence, and nothing whose module is missing."""
    page = CliRunner().invoke(cli, ["--help"]).output
    listed = {line.split()[0] for line in page.splitlines() if line.startswith("  ") and line.split()}
    for name in VERBS:
        assert (name in listed) is (name in OFFERED)


def test_an_unknown_verb_is_a_question() -> None:
    """A mistyped verb ends with status 2 and names the one that may be meant."""
    done = run("complation")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Did you mean 'completion'?" in done.stderr


def test_a_missing_verb_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verb of the table without a module is unknown, not a crash."""
    from maildesk.cli.verbs import Verb

    monkeypatch.setitem(VERBS, "dance", Verb("Dance.", "maildesk dance"))
    result = CliRunner().invoke(cli, ["dance"])
    assert result.exit_code == 2
    assert "No such command 'dance'" in result.output


def test_the_version() -> None:
    """`maildesk --version` prints name and version on stdout."""
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"maildesk {version('maildesk')}\n")


def test_wrong_usage_is_status_2() -> None:
    """A missing or wrong option ends with status 2 and speaks on stderr only."""
    done = run("completion", "tcsh")
    assert (done.returncode, done.stdout) == (2, "")


def test_a_reader_that_leaves_is_no_trouble() -> None:
    """When the reader of a pipe has seen enough, maildesk ends without a word."""
    script = f"{sys.executable} -m maildesk --help | head -c 1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {script}"], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    """Each shell gets a script that asks maildesk itself."""
    done = run("completion", shell)
    assert done.returncode == 0
    assert "_MAILDESK_COMPLETE" in done.stdout


def test_verbs_are_completed() -> None:
    """What the script asks is answered with the verbs that begin so."""
    done = run(COMP_WORDS="maildesk compl", COMP_CWORD="1", _MAILDESK_COMPLETE="bash_complete")
    assert "completion" in done.stdout
    assert "demo" not in done.stdout
