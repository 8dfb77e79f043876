"""Run the demo until Ctrl-C, or once through its sample conversation."""

import asyncio
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from maildesk.demo.happened import Happening
from maildesk.demo.stage import ADDRESS, Demo, start
from maildesk.demo.story import STORIES, Failed, play

Echo = Callable[[str], None]


async def run_show(data_dir: Path, smtp: str, web: tuple[str, int], echo: Echo) -> int:
    """Start the desk, the catcher and the page; run until told to stop. Raises OSError if a port cannot be had."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _stop_once, stop)
    demo = await start(data_dir, smtp, lambda happening: _print(happening, echo))
    try:
        await _show(demo, web, echo, stop)
    finally:
        await demo.stop()
    return 0


async def _show(demo: Demo, web: tuple[str, int], echo: Echo, stop: asyncio.Event) -> None:
    """Serve the page until told to stop."""
    from maildesk.daemon.web import Web
    from maildesk.demo.page import build_page

    host, port = web
    page = Web(build_page(demo), host, port)
    try:
        await page.start()
        echo(_welcome(demo, f"{f'[{host}]' if ':' in host else host}:{page.port}"))
        await stop.wait()
        demo.board.close()
    finally:
        await page.stop()


def _stop_once(stop: asyncio.Event) -> None:
    """Stop in order; a second Ctrl-C ends at once."""
    stop.set()
    asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)


async def run_once(data_dir: Path, echo: Echo) -> int:
    """Play the sample story in every language on a desk of its own; 0 only if everything arrived."""
    with _new_folder(data_dir) as folder:
        demo = await start(Path(folder), "127.0.0.1:0", lambda _: None)
        try:
            for story in STORIES:
                echo(f"{story.language}: “{story.subject}”")
                await play(story, demo.stage(), echo)
        except Failed as problem:
            echo(f"maildesk demo: {problem}")
            return 1
        finally:
            await demo.stop()
    echo("maildesk demo: the acknowledgement, the agent's answer and the survey all arrived.")
    return 0


def _new_folder(data_dir: Path) -> "tempfile.TemporaryDirectory[str]":
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="once-", dir=data_dir)


def _print(happening: Happening, echo: Echo) -> None:
    for line in happening.lines():
        echo(line)


def _welcome(demo: Demo, web: str) -> str:
    place = f"{f'[{demo.host}]' if ':' in demo.host else demo.host}:{demo.port}"
    return f"""\
maildesk demo: nothing leaves this machine.
  send mail to   {ADDRESS}  at smtp://{place}   (any sender, no password)
  see all mail   http://{web}      customer Jana | agent Ana | manager Eva
  rules          {demo.config_dir}/rules    edit, save, watch
Try:  swaks --server {place} -f jana@firma.cz -t {ADDRESS} --h-Subject 'Chyba ve fakture' --body 'Prosim o opravu'
  or: maildesk demo send invoice-cs     (outage-hr, vip, thanks, auto-reply, newsletter …)
Ctrl-C ends it."""
