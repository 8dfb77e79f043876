"""`maildesk run`: the daemon, in the foreground."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit

if TYPE_CHECKING:
    from maildesk.daemon import Office
    from maildesk.ingest.workers import ParsePool


@click.command(name="run")
@desk_options
def command(config_dir: Path, data_dir: Path) -> None:
    """Run the desk.

    \b
    Example: maildesk run --config /etc/maildesk --data /var/lib/maildesk

    Stops cleanly on SIGTERM or Ctrl-C; SIGHUP reads the policy again. A bad configuration ends it with status 78,
    a database that is not there now with status 75.
    """
    from maildesk.cli.opening import open_or_complain
    from maildesk.daemon.logs import set_up_logs
    from maildesk.daemon.loop import run
    from maildesk.daemon.memory import keep_memory_flat
    from maildesk.ingest.workers import PARSE_WORKERS, ParsePool

    set_up_logs()
    keep_memory_flat()
    pool = ParsePool()
    pool.launch(PARSE_WORKERS)  # they load what they need while we read the policy: a second less until we are ready
    try:
        office = open_or_complain(config_dir, data_dir, status=Exit.BAD_CONFIG)
    except BaseException:
        pool.close()
        raise
    sys.exit(run(serve(office, pool)))


async def serve(office: "Office", pool: "ParsePool") -> int:
    """Run until told to stop; gives the exit status."""
    from maildesk.daemon import Service
    from maildesk.daemon.memory import collect_seldom
    from maildesk.daemon.web import start_web

    service = Service(office, pool=pool)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    reloads: set[asyncio.Task[bool]] = set()  # the loop itself only remembers tasks weakly
    loop.add_signal_handler(signal.SIGHUP, lambda: reloads.add(asyncio.ensure_future(office.keeper.reload())))
    try:
        await service.start()
        web = await start_web(service)
    except OSError as problem:
        click.echo(f"maildesk: cannot start: {problem}", err=True)
        await service.stop()
        return 1
    _ready(service)
    collect_seldom()
    assert service.failed is not None
    service.failed.add_done_callback(lambda _: stop.set())
    await stop.wait()
    status = 1 if service.failed.done() else 0
    if web:
        await web.stop()
    await service.stop()
    return status


def _ready(service: object) -> None:
    """Say, once, that every listener is bound; tell systemd too if it started us."""
    from maildesk.daemon import Service
    from maildesk.daemon.notify import notify_ready

    assert isinstance(service, Service)
    places = [place for listener in service.listeners for place in listener.addresses]
    boxes = [box.address for box in service.office.settings.mailboxes]
    click.echo(f"maildesk: ready {' '.join(places)} for {', '.join(boxes)} pid {os.getpid()}".strip(), err=True)
    notify_ready()
