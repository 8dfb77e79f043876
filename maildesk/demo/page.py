"""The demo's page: everybody's mail side by side, and a Reply box that writes real mail.

No JavaScript. The page with the lists follows what happens: the browser asks again after a second and is answered when there
is something new, so nothing moves without a reason. The pages with boxes to type in stand still.
"""

import re
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from maildesk.demo.forms import OwnFormsOnly, Typed, read_form
from maildesk.demo.happened import Happening
from maildesk.demo.look import Card, TicketLine, card_of, columns_of, hint_for, moment_in, ticket_line
from maildesk.demo.samples import SAMPLES
from maildesk.demo.writer import new_mail, post, reply_to, sample_mail
from maildesk.store import read

if TYPE_CHECKING:
    from email.message import EmailMessage

    from maildesk.demo.catcher import Caught
    from maildesk.demo.stage import Demo

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-src 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
_PAGES = Path(__file__).parent / "pages"
_SEEN = "maildesk-demo-seen"
_SEEN_SECONDS = 60
_HOLD_SECONDS = 20.0
_MOST_CARDS = 15
_MOST_LINES = 60
_ADDRESS = re.compile(r"[!-;=?A-~]{1,64}@[A-Za-z0-9.-]{1,190}")


def build_page(demo: "Demo") -> Starlette:
    """Build the pages for a running demo."""
    pages = Pages(demo)
    return Starlette(
        routes=[
            Route("/", pages.home),
            Route("/style.css", pages.style),
            Route("/mail/{number:int}", pages.mail),
            Route("/mail/{number:int}/html", pages.html),
            Route("/mail/{number:int}/reply", pages.reply, methods=["POST"]),
            Route("/ticket/{number:int}", pages.ticket),
            Route("/send", pages.send, methods=["POST"]),
            Route("/write", pages.write),
            Route("/write", pages.post_written, methods=["POST"]),
            Route("/clock", pages.clock, methods=["POST"]),
        ],
        middleware=[Middleware(OwnFormsOnly)],
    )


class Pages:
    """The pages of one demo."""

    def __init__(self, demo: "Demo") -> None:
        """Read the templates."""
        self._demo = demo
        self._zone = ZoneInfo(demo.service.office.settings.desk.timezone)
        self._names: dict[str, str] = {}
        self._templates = Environment(
            loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    # ---- what is looked at

    async def home(self, request: Request) -> Response:
        """Show everybody's mail; a browser that has seen all there is waits here for what comes next."""
        board, paused = self._demo.board, "pause" in request.query_params
        if not paused and _asks_again(request) and request.cookies.get(_SEEN) == str(board.mark):
            await board.wait_beyond(board.mark, _HOLD_SECONDS)
        mark = board.mark
        settings = self._demo.service.office.settings.desk
        response = self._show(
            "home.html",
            columns=columns_of(
                reversed(self._demo.catcher.mails), self._zone, self._demo.stage().agents, settings.admins, _MOST_CARDS
            ),
            tickets=await self._tickets(),
            samples=SAMPLES,
            happenings=list(reversed(board.happenings))[:_MOST_LINES],
            paused=paused,
            news=board.rules,
        )
        if not paused:
            response.headers["Refresh"] = "1"
            response.set_cookie(_SEEN, str(mark), max_age=_SEEN_SECONDS, httponly=True, samesite="strict")
        return response

    async def style(self, _: Request) -> Response:
        """Give the style sheet."""
        return Response((_PAGES / "style.css").read_text(encoding="utf-8"), media_type="text/css")

    async def mail(self, request: Request) -> Response:
        """Show one mail and the box to answer it."""
        caught = self._caught(request)
        return self._show_mail(caught) if caught else self._gone()

    async def html(self, request: Request) -> Response:
        """Give a mail's HTML part, as a sandbox shows it."""
        caught = self._caught(request)
        if caught is None:
            return PlainTextResponse("There is no such mail.", 404)
        return HTMLResponse(caught.html(), headers={**_HEADERS, "Content-Security-Policy": _MAIL_CSP})

    async def ticket(self, request: Request) -> Response:
        """Show what happened on one ticket, and the mails it sent."""
        number = int(request.path_params["number"])
        store = self._demo.service.office.store
        found = await run_in_threadpool(store.read, lambda db: read.find_ticket(db, number)) if number < 2**62 else None
        if found is None:
            return self._gone()
        mails = [card for caught in reversed(self._demo.catcher.mails) if (card := self._card(caught)).ticket == number]
        return self._show(
            "ticket.html",
            ticket=ticket_line(found, self._demo.people),
            happenings=self._demo.board.of(found["number"]),
            mails=mails,
        )

    async def write(self, _: Request) -> Response:
        """Show the form for a mail of one's own."""
        return self._show_form(Typed())

    # ---- what is done

    async def send(self, request: Request) -> Response:
        """Send a sample."""
        sample = SAMPLES.get(str((await request.form()).get("sample", "")))
        if sample is None:
            return self._gone()
        problem = await self._post(sample_mail(sample, self._demo.stage().address, self._demo.clock.now()))
        return PlainTextResponse(problem, 502) if problem else self._home()

    async def reply(self, request: Request) -> Response:
        """Hand in an answer by SMTP, as the mail program of the person would."""
        caught = self._caught(request)
        if caught is None:
            return self._gone()
        typed = await read_form(request)
        problem = typed.problem or ("" if typed.text.strip() or typed.files else "There is no text to send yet.")
        if not problem:
            answer = reply_to(caught, self._person(caught), typed.text, typed.files, at=self._demo.clock.now())
            problem = await self._post(answer)
        return self._show_mail(caught, typed._replace(problem=problem)) if problem else self._home()

    async def post_written(self, request: Request) -> Response:
        """Send a mail of one's own."""
        typed = await read_form(request)
        problem = typed.problem
        if not _ADDRESS.fullmatch(parseaddr(typed.sender)[1]):
            problem = f"“{typed.sender}” is no address to write from. Try jana@odberatel.cz."
        if not problem:
            self._names[parseaddr(typed.sender)[1]] = typed.sender
            address, at = self._demo.stage().address, self._demo.clock.now()
            problem = await self._post(new_mail(typed.sender, address, typed.subject, typed.text, typed.files, at=at))
        return self._show_form(typed._replace(problem=problem)) if problem else self._home()

    async def clock(self, _: Request) -> Response:
        """Put the demo's clock forward by a day; what falls due happens."""
        demo = self._demo
        mark = demo.board.mark + 1
        demo.clock.advance(days=1)
        now = demo.clock.now().astimezone(self._zone)
        demo.board.add(Happening(now, None, "the clock", f"it is now {now:%A} {now.day} {now:%B}"))
        demo.service.intake.wake()
        demo.service.deliverer.wake()
        await demo.board.wait_beyond(mark, 2)
        return self._home()

    # ---- how

    async def _post(self, mail: "EmailMessage") -> str:
        """Hand a mail in and wait a moment for what comes of it; gives the problem, if there is one."""
        demo, mark = self._demo, self._demo.board.mark
        try:
            await post(mail, demo.host, demo.port)
        except (OSError, ValueError) as problem:
            return f"The desk did not take it: {problem}"
        await demo.board.wait_beyond(mark, 2)
        return ""

    async def _tickets(self) -> list[TicketLine]:
        demo = self._demo
        found = await run_in_threadpool(
            demo.service.office.store.read, lambda db: read.list_tickets(db, limit=_MOST_CARDS)
        )
        ratings = {one.ticket: one.rating for one in demo.board.happenings if one.rating}
        people = demo.people
        return [
            ticket_line(ticket, people, ratings.get(ticket["number"], 0))
            for ticket in reversed(found)
            if ticket["merged_into"] is None
        ]

    def _caught(self, request: Request) -> "Caught | None":
        return self._demo.catcher.find(int(request.path_params["number"]))

    def _card(self, caught: "Caught") -> Card:
        return card_of(caught, self._zone)

    def _person(self, caught: "Caught") -> str:
        """Write as the person the mail was for, with the name they are known by."""
        known = {parseaddr(sample.sender)[1]: sample.sender for sample in SAMPLES.values()}
        known |= self._names | self._demo.stage().agents
        return known.get(caught.rcpt_to, caught.rcpt_to)

    def _show_mail(self, caught: "Caught", typed: Typed | None = None) -> Response:
        card = self._card(caught)
        return self._show(
            "mail.html",
            card=card,
            text=caught.text(),
            files=caught.files(),
            has_html=bool(caught.html()),
            raw=caught.raw.decode("utf-8", "replace"),
            hint=hint_for(card, is_agent=caught.rcpt_to in self._demo.stage().agents),
            typed=typed.text if typed else "",
            problem=typed.problem if typed else "",
            happenings=self._demo.board.of(card.ticket) if card.ticket else [],
            status_code=422 if typed else 200,
        )

    def _show_form(self, typed: Typed) -> Response:
        values = {"from": typed.sender, "subject": typed.subject, "text": typed.text}
        senders = list(dict.fromkeys(sample.sender for sample in SAMPLES.values()))
        status = 422 if typed.problem else 200
        return self._show("write.html", typed=values, problem=typed.problem, people=senders, status_code=status)

    def _show(self, name: str, *, status_code: int = 200, **values: object) -> HTMLResponse:
        demo = self._demo
        now = demo.clock.now().astimezone(self._zone)
        text = self._templates.get_template(name).render(
            address=demo.stage().address,
            smtp=f"smtp://{demo.host}:{demo.port}",
            rules=demo.config_dir / "rules",
            now=now,
            moment=moment_in(now),
            **values,
        )
        return HTMLResponse(text, status_code=status_code, headers=_HEADERS)

    def _home(self) -> Response:
        return RedirectResponse("/", status_code=303)

    def _gone(self) -> Response:
        return RedirectResponse("/", status_code=303)


def _asks_again(request: Request) -> bool:
    """Tell a page that asks again by itself from somebody who comes by a link: only the former comes from this very page."""
    return urlsplit(request.headers.get("referer", "")).path == "/"
