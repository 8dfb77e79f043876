"""`maildesk demo`: a whole desk on this machine, to be tried in three minutes."""

import asyncio
import sys
from pathlib import Path

import click


@click.group(name="demo", invoke_without_command=True)
@click.option("--data", "data_dir", type=click.Path(path_type=Path), default=Path("demo"), help="Where the demo lives.")
@click.option("--smtp", default="127.0.0.1:2525", show_default=True, help="Where it takes mail.")
@click.option("--web", default="127.0.0.1:8025", show_default=True, help="Where its page is.")
@click.option("--once", is_flag=True, help="Play the sample conversation and leave; status 0 only if all of it arrived.")
@click.pass_context
def command(context: click.Context, data_dir: Path, smtp: str, web: str, once: bool) -> None:
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

    sys.exit(asyncio.run(run_once(data_dir, click.echo) if once else run_show(data_dir, smtp, web, click.echo)))


@command.command()
@click.argument("name")
@click.pass_obj
def send(smtp: str, name: str) -> None:
    """Send a sample mail to the running demo (invoice-cs, outage-hr, vip, thanks, auto-reply, newsletter …)."""
    from maildesk.demo.samples import SAMPLES
    from maildesk.demo.writer import new_mail, post

    sample = SAMPLES.get(name)
    if sample is None:
        click.echo(f"maildesk: no sample {name!r}; there are: {', '.join(SAMPLES)}", err=True)
        sys.exit(2)
    host, _, port = smtp.rpartition(":")
    mail = new_mail(sample.sender, "support@demo.test", sample.subject, sample.text)
    for header, value in sample.headers:
        mail[header] = value
    try:
        asyncio.run(post(mail, host, int(port)))
    except OSError as problem:
        click.echo(f"maildesk: no demo at {smtp} ({problem}); start one with: maildesk demo", err=True)
        sys.exit(4)
    click.echo(f"sent “{sample.subject}” from {sample.sender}")
