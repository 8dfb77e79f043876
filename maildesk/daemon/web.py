"""Serve the desk's pages in the daemon's own loop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maildesk.daemon.service import Service


class Web:
    """A running web server; its signals are the daemon's business, not its own."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        """Take the port, so that whoever else has it is known at once; raises OSError. Port 0 takes any, see `port`."""
        import uvicorn

        class Quiet(uvicorn.Server):
            @contextlib.contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield

        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2)
        self._server = Quiet(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when pages are served; raises OSError if they cannot be."""
        self._task = asyncio.create_task(self._serve(), name="web")
        while not self._server.started:
            if self._task.done():
                raise OSError("the web server did not start")
            await asyncio.sleep(0.02)

    async def _serve(self) -> None:
        with contextlib.suppress(SystemExit):
            await self._server.serve(sockets=[self._socket])

    async def stop(self) -> None:
        """Finish the requests in hand and close."""
        self._server.should_exit = True
        if self._task is None:
            self._socket.close()
        if self._task:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._task, timeout=3)


async def start_web(service: "Service") -> Web | None:
    """Start the pages, if maildesk.yaml asks for them."""
    settings = service.office.settings.web
    if settings is None:
        return None
    from maildesk.daemon.pages import Pages
    from maildesk.web import build_app

    host, port = settings.listen.host, settings.listen.port
    web = Web(build_app(lambda: health(service), Pages(service)), host, port)
    await web.start()
    return web


def health(service: "Service") -> dict[str, object]:
    """Say whether every loop is alive, and what of an edited policy was not taken; that alone stops nothing."""
    loops = service.loops_alive()
    pollers = {p.address: p.status() for p in service.pollers}
    keeper = service.office.keeper
    told = [{"file": p.file, "line": p.line, "col": p.col, "text": p.text, "hint": p.hint} for p in keeper.problems]
    alarms = service.mailboxes.alarms()
    database = service.intake.trouble or service.disk.trouble()
    ok = all(loops.values())
    return {
        "ok": ok,
        "state": "red" if told or alarms or database or not ok else "green",
        "database": {"problem": database},
        "policy": {"digest": keeper.current, "problems": told},
        "loops": loops,
        "mailboxes": pollers,
        "alarms": alarms,
        "decided": service.intake.decided,
        "workers_killed": service.pool.killed,
    }
