"""Files of an agent that were too large for a mail: `/a/TOKEN/PLACE`, for one person, one file, and so many days.

There is no list of files. Whatever a file is, a browser saves it and never runs or shows it.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maildesk.web.answers import QUIET, nothing
from maildesk.web.desk import WebDesk


def file_routes(desk: WebDesk) -> list[Route]:
    """Serve files, to GET and HEAD alone."""

    async def serve(request: Request) -> Response:
        found = await desk.find_file(request.path_params["token"], request.path_params["place"])
        return nothing() if found is None else Response(found[1], headers=_headers(found[0]))

    return [Route("/a/{token}/{place}", serve, methods=["GET"])]


def _headers(name: str) -> dict[str, str]:
    return {
        **QUIET,
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name or 'file', safe='')}",  # RFC 6266 §5
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
