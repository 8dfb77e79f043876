"""The command line: one verb a file, loaded when it is asked for, so that help comes at once.

Data goes to stdout, everything else to stderr. Exit status: see `say.Exit`.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from maildesk.cli.examples import show_example_first
from maildesk.cli.verbs import SECTIONS, VERBS


class Desk(click.Group):
    """The verbs of maildesk, found by name and imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the verbs whose module is there, in the order of the help page."""
        return [name for name in VERBS if find_module(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the module of a verb and take its `command`."""
        module = find_module(cmd_name)
        if not module:
            return None
        command: click.Command = importlib.import_module(module).command
        show_example_first(command, VERBS[cmd_name].example)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; of an unknown one say which may be meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=self.list_commands(ctx), ctx=ctx
            ) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the verbs by section, from the table alone."""
        offered = set(self.list_commands(ctx))
        width = max(map(len, offered), default=0)
        for title, verbs in SECTIONS.items():
            rows = [(name.ljust(width), verb.sentence) for name, verb in verbs.items() if name in offered]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def find_module(verb: str) -> str | None:
    """Find the module of a verb without importing it; None if this installation has none."""
    if verb not in VERBS:
        return None
    name = VERBS[verb].module or verb
    here = Path(__file__).parent
    return f"{__name__}.{name}" if (here / f"{name}.py").exists() or (here / name).is_dir() else None


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"maildesk {version('maildesk')}")
        ctx.exit()


@click.command(cls=Desk, name="maildesk", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def cli() -> None:
    """Run a help desk that lives in e-mail.

    \b
    Examples: maildesk demo                       try it: nothing to set up, nothing leaves this machine
              maildesk init                       write a configuration for your own address
              maildesk explain mail.eml           what would happen to this mail, and why
    """


def main() -> None:
    """Run the command line and leave with its status."""
    settings: dict[str, Any] = {"color": False} if os.environ.get("NO_COLOR") else {}
    try:
        status = cli.main(prog_name="maildesk", standalone_mode=False, **settings)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except click.Abort:
        click.echo("stopped", err=True)
        status = 130
    except BrokenPipeError:
        # The reader has seen enough (`maildesk ticket list | head`): nothing may be written on the way out either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status if isinstance(status, int) else 0)


show_example_first(cli, "maildesk demo")
