"""Forms of the demo's page: what people typed, and that it was typed here."""

import re
from typing import NamedTuple

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from maildesk.demo.writer import File

_MOST_TEXT = 20_000
_MOST_FILE = 5_000_000
_CONTENT_TYPE = re.compile(r"(application|audio|font|image|model|text|video)/[a-zA-Z0-9.+-]{1,100}")


class OwnFormsOnly:
    """Refuses forms that another site's page sends here; browsers say where a form comes from."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            site = Request(scope).headers.get("sec-fetch-site", "none")
            if site not in ("same-origin", "none"):
                await PlainTextResponse("This form is not ours.", 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Typed(NamedTuple):
    """What somebody typed into a form."""

    sender: str = "Jana Nováková <jana@odberatel.cz>"
    subject: str = ""
    text: str = ""
    files: tuple[File, ...] = ()
    problem: str = ""


async def read_form(request: Request) -> Typed:
    """Read a form: one line each of sender and subject, a text, and perhaps a file."""
    form = await request.form(max_files=1, max_fields=10)
    files: tuple[File, ...] = ()
    problem = ""
    given = form.get("file")
    if isinstance(given, UploadFile) and given.filename:
        data = await given.read(_MOST_FILE + 1)
        problem = "The file is larger than 5 MB." if len(data) > _MOST_FILE else ""
        files = (File(given.filename[:200], _content_type(given.content_type or ""), data),)
    text = str(form.get("text", "")).replace("\r\n", "\n")[:_MOST_TEXT]
    return Typed(_line(form.get("from")), _line(form.get("subject")), text, files, problem)


def _line(given: object) -> str:
    return " ".join(str(given or "").split())[:200]


def _content_type(given: str) -> str:
    return given if _CONTENT_TYPE.fullmatch(given) else "application/octet-stream"
