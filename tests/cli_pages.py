"""Write docs/cli.md from the command line itself: every verb, with its example, its arguments and its options."""

from collections.abc import Iterator

import click

from maildesk.cli import cli
from maildesk.cli.verbs import SECTIONS

WIDTH = 100
_INTRODUCTION = """\
# The command line

This page is written by `make golden ARGS=tests/test_docs.py` from what `maildesk VERB --help` says; a test keeps it true.

Data goes to standard output, everything else to standard error. `--config` and `--data` stand after the verb;
`MAILDESK_CONFIG` and `MAILDESK_DATA` in the environment do the same. JSON is ASCII, one
object a line where several are shown. What the exit status means stands in
[operations.md](operations.md).
"""


def cli_text() -> str:
    """Give the whole page."""
    offered = set(cli.list_commands(click.Context(cli)))
    lines = [_INTRODUCTION]
    for section, verbs in SECTIONS.items():
        names = [name for name in verbs if name in offered]
        if names:
            lines.append(f"## {section}\n")
            lines += [page for name in names for page in _pages(name)]
    return "\n".join(lines).rstrip() + "\n"


def all_commands() -> Iterator[tuple[str, click.Command]]:
    """List every command with its words, groups and what is below them."""
    for name in cli.list_commands(click.Context(cli)):
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield from _walk(name, command)


def _walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _walk(f"{path} {name}", below)


def _pages(verb: str) -> Iterator[str]:
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    for path, one in _walk(verb, command):
        if isinstance(one, click.Group) and not one.invoke_without_command:
            continue
        yield f"### maildesk {path}\n\n```\n{_help(path, one)}\n```\n"


def _help(path: str, command: click.Command) -> str:
    settings = cli.context_settings
    context = click.Context(
        command, info_name=f"maildesk {path}", terminal_width=WIDTH, max_content_width=WIDTH, color=False, **settings
    )
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
