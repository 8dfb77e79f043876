"""The end of status mails, as mail programs and people ask for it: `/u/TOKEN` (RFC 8058).

A mail program posts and is done; a person sees a page with one button. GET changes nothing. It is what STOP by mail does.
"""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maildesk.web.answers import nothing, page
from maildesk.web.desk import WebDesk


class _Words(NamedTuple):
    title: str
    question: str
    button: str
    done: str
    told: str


_WORDS = {
    "en": _Words(
        "Status mails",
        "Stop reminders, status mails and questions for feedback to your address? Answers to your requests go on.",
        "Stop them",
        "Stopped",
        "You get no more status mails. Answers to your requests go on.",
    ),
    "cs": _Words(
        "Stavové zprávy",
        "Přestat posílat připomínky, stavové zprávy a žádosti o hodnocení? Odpovědi na vaše požadavky budou chodit dál.",
        "Přestat",
        "Hotovo",
        "Stavové zprávy už vám chodit nebudou. Odpovědi na vaše požadavky ano.",
    ),
    "hr": _Words(
        "Poruke o stanju",
        "Prestati slati podsjetnike, poruke o stanju i molbe za ocjenu? Odgovori na vaše upite i dalje dolaze.",
        "Prestani",
        "Gotovo",
        "Poruke o stanju više neće dolaziti. Odgovori na vaše upite hoće.",
    ),
}


def unsubscribe_routes(desk: WebDesk) -> list[Route]:
    """Ask on GET, do it on POST."""

    async def ask(request: Request) -> Response:
        who = await desk.find_unsubscribing(request.path_params["token"])
        if who is None:
            return nothing()
        language = who.language if who.language in _WORDS else "en"
        words = _WORDS[language]
        if request.method != "POST":
            return page(language, words.title, words.question, words.button)
        await desk.unsubscribe(who)
        return page(language, words.done, words.told)

    return [Route("/u/{token}", ask, methods=["GET", "POST"])]
