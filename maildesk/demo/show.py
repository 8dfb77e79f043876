"""Run the demo until Ctrl-C, or once through its sample conversation."""

import asyncio
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from maildesk.demo.stage import ADDRESS, start
from maildesk.demo.story import STORIES, Failed, play

Echo = Callable[[str], None]


async def run_show(data_dir: Path, smtp: str, web: str, echo: Echo) -> int:
    """Start the desk, the catcher and the page; run until told to stop."""
    from maildesk.daemon.web import Web
    from maildesk.demo.page import build_page

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    demo = await start(data_dir, smtp, echo)
    host, _, port = web.rpartition(":")
    page = Web(build_page(demo), host, int(port))
    try:
        await page.start()
        echo(_welcome(demo.host, demo.port, web, demo.config_dir))
        await stop.wait()
    finally:
        await page.stop()
        await demo.stop()
    return 0


async def run_once(data_dir: Path, echo: Echo) -> int:
    """Play the sample story in every language on a desk of its own; 0 only if everything arrived."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="once-", dir=data_dir) as folder:
        demo = await start(Path(folder), "127.0.0.1:0", lambda line: None)
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


def _welcome(host: str, port: int, web: str, config_dir: Path) -> str:
    return f"""\
maildesk demo: nothing leaves this machine.
  send mail to   {ADDRESS}  at smtp://{host}:{port}   (any sender, no password)
  see all mail   http://{web}      customers | agents | manager
  rules          {config_dir}/rules    edit, save, watch
Try:  swaks --server {host}:{port} -f jana@firma.cz -t {ADDRESS} --h-Subject 'Chyba ve fakture' --body 'Prosim o opravu'
  or: maildesk demo send invoice-cs     (pdf-cs, outage-hr, vip, thanks, auto-reply, newsletter …)
Ctrl-C ends it."""
