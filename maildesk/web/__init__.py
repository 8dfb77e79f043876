"""The desk's pages: what monitoring asks, files too large for a mail, the end of status mails, the knowledge base.

Nobody signs in: each address is a token that is good for one thing, and what is not good for it is answered as if it were nothing.
A GET writes nothing, since scanners follow links before people do.
"""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from maildesk.web.articles import article_routes
from maildesk.web.desk import WebDesk
from maildesk.web.files import file_routes
from maildesk.web.unsubscribe import unsubscribe_routes

__all__ = ["WebDesk", "build_app"]


def build_app(health: Callable[[], dict[str, object]], desk: WebDesk | None = None) -> Starlette:
    """Build the web application; `health` says whether every loop is alive, `desk` answers for what tokens lead to."""

    async def healthz(_: Request) -> JSONResponse:
        found = health()
        return JSONResponse(found, status_code=200 if found["ok"] else 503, headers={"Cache-Control": "no-store"})

    routes: list[BaseRoute] = [Route("/healthz", healthz)]
    if desk is not None:
        routes += [*file_routes(desk), *unsubscribe_routes(desk), *article_routes(desk)]
    return Starlette(routes=routes)
