"""The desk's pages; for now the one that monitoring asks."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def build_app(health: Callable[[], dict[str, object]]) -> Starlette:
    """Build the web application; `health` says whether every loop is alive."""

    async def healthz(_: Request) -> JSONResponse:
        found = health()
        return JSONResponse(found, status_code=200 if found["ok"] else 503, headers={"Cache-Control": "no-store"})

    return Starlette(routes=[Route("/healthz", healthz)])
