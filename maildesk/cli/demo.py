"""`maildesk demo`: a whole desk on this machine, to be tried in three minutes."""

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click

from maildesk.cli.say import Exit, clean, fail

SMTP = "127.0.0.1:2525"
WEB = "127.0.0.1:8025"


def _place(_ctx: click.Context, _option: click.Parameter, given: str) -> tuple[str, int]:
    """Read HOST:PORT; port 0 takes any that is free."""
    host, _, port = given.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise click.BadParameter(f"{given!r} is not HOST:PORT, such as {SMTP}")
    return host.strip("[]"), int(port)


@click.group(name="demo", invoke_without_command=True)
@click.option("--data", "data_dir", type=click.Path(path_type=Path), default=Path("demo"), help="Where the demo lives.")
@click.option(
    "--smtp", default=SMTP, show_default=True, callback=_place, metavar="HOST:PORT", help="Where it takes mail."
)
@click.option("--web", default=WEB, show_default=True, callback=_place, metavar="HOST:PORT", help="Where its page is.")
@click.option(
    "--once", is_flag=True, help="Play the sample conversation and leave; status 0 only if all of it arrived."
)
@click.pass_context
def command(context: click.Context, data_dir: Path, smtp: tuple[str, int], web: tuple[str, int], once: bool) -> None:
    """Try maildesk: nothing to set up, nothing leaves this machine.

    \b
    Examples: maildesk demo
              maildesk demo --once
              maildesk demo send invoice-cs
    """
    if context.invoked_subcommand:
        context.obj = smtp
        return
    from maildesk.demo.show import run_once, run_show

    if once:
        sys.exit(_run(run_once(data_dir, _echo)))
    for option, place in (("--smtp", smtp), ("--web", web)):
        _want_free(option, place)
    sys.exit(_run(run_show(data_dir, _written(smtp), web, _echo)))


def _run(work: Coroutine[Any, Any, int]) -> int:
    """Run the demo; what people can mend is said in a sentence."""
    from maildesk.daemon import BadPolicy
    from maildesk.daemon.logs import set_up_logs
    from maildesk.daemon.loop import run
    from maildesk.demo.stage import BadSettings

    set_up_logs(level=50)  # what happens, troubles too, is told in the demo's own words
    try:
        return run(work)
    except BadPolicy as bad:
        from maildesk.cli.opening import complain

        complain(bad.problems, int(Exit.BAD_CONFIG))
        return int(Exit.BAD_CONFIG)
    except BadSettings as bad:
        fail(str(bad), Exit.BAD_CONFIG)
    except OSError as problem:
        fail(f"the demo cannot start: {problem}")


def _want_free(option: str, place: tuple[str, int]) -> None:
    """Leave if somebody else has the port, before anything is written."""
    import socket

    host, port = place
    try:
        socket.create_server(place, family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as problem:
        fail(
            f"cannot listen on {_written(place)}: {problem.strerror or problem}. Is another demo running?\n"
            f"Take another port: maildesk demo {option} {_written((host, port + 1 if port else 0))}"
        )


def _written(place: tuple[str, int]) -> str:
    host, port = place
    return f"{f'[{host}]' if ':' in host else host}:{port}"


def _echo(line: str) -> None:
    """Print what happened; strangers' words cannot move the cursor."""
    click.echo(clean(line, keep="\n\t"))


@command.command()
@click.argument("name")
@click.option(
    "--smtp", callback=lambda c, o, v: _place(c, o, v) if v else None, metavar="HOST:PORT", help=f"[default: {SMTP}]"
)
@click.pass_obj
def send(default: tuple[str, int], name: str, smtp: tuple[str, int] | None) -> None:
    """Send a sample mail to the running demo (invoice-cs, outage-hr, vip, thanks, auto-reply, newsletter …).

    \b
    Example: maildesk demo send invoice-cs
    """
    import smtplib

    from maildesk.demo.samples import SAMPLES
    from maildesk.demo.writer import post, sample_mail

    sample = SAMPLES.get(name)
    if sample is None:
        fail(f"no sample {name!r}; there are: {', '.join(SAMPLES)}", Exit.USAGE)
    host, port = smtp or default
    try:
        asyncio.run(post(sample_mail(sample, "support@demo.test"), host, port))
    except smtplib.SMTPException as problem:
        fail(f"the desk at {_written((host, port))} refused it: {problem}")
    except OSError as problem:
        fail(f"no demo at {_written((host, port))} ({problem}); start one with: maildesk demo", Exit.NO_DAEMON)
    click.echo(f"sent “{sample.subject}” from {sample.sender}")
