"""The demo's page: everybody's mail side by side, and a Reply box that writes real mail."""

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, select_autoescape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from maildesk.demo.samples import SAMPLES
from maildesk.demo.writer import new_mail, post, reply_to

if TYPE_CHECKING:
    from maildesk.demo.catcher import Caught
    from maildesk.demo.stage import Demo

_CSP = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-src 'self' data:"
_HEADERS = {"Content-Security-Policy": _CSP, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def build_page(demo: "Demo") -> Starlette:
    """Build the page for a running demo."""
    pages = Environment(autoescape=select_autoescape(default=True, default_for_string=True))
    look = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
    template = pages.from_string(look)

    def show(**values: object) -> HTMLResponse:
        return HTMLResponse(template.render(columns=_columns(demo), samples=SAMPLES, host=f"{demo.host}:{demo.port}", **values), headers=_HEADERS)

    async def home(_: Request) -> Response:
        return show(mail=None, refresh=True)

    async def mail(request: Request) -> Response:
        found = demo.catcher.find(int(request.path_params["number"]))
        if found is None:
            return RedirectResponse("/", status_code=303)
        return show(mail=found, text=found.text(), sender=_from(found), refresh=False, files=found.files())

    async def reply(request: Request) -> Response:
        found = demo.catcher.find(int(request.path_params["number"]))
        form = await request.form()
        text = str(form.get("text", "")).replace("\r\n", "\n")[:20_000]
        if found and text.strip():
            await post(reply_to(found, _person(demo, found.rcpt_to), text), demo.host, demo.port)
        return RedirectResponse("/", status_code=303)

    async def send(request: Request) -> Response:
        sample = SAMPLES.get(str((await request.form()).get("sample", "")))
        if sample:
            letter = new_mail(sample.sender, demo.stage().address, sample.subject, sample.text)
            for name, value in sample.headers:
                letter[name] = value
            await post(letter, demo.host, demo.port)
        return RedirectResponse("/", status_code=303)

    async def write(request: Request) -> Response:
        form = await request.form()
        sender, subject = str(form.get("from", "")).splitlines()[:1], str(form.get("subject", "")).splitlines()[:1]
        if sender and subject:
            text = str(form.get("text", ""))[:20_000]
            await post(new_mail(sender[0][:200], demo.stage().address, subject[0][:200], text), demo.host, demo.port)
        return RedirectResponse("/", status_code=303)

    return Starlette(
        routes=[
            Route("/", home),
            Route("/mail/{number:int}", mail),
            Route("/mail/{number:int}/reply", reply, methods=["POST"]),
            Route("/send", send, methods=["POST"]),
            Route("/write", write, methods=["POST"]),
        ]
    )


def _columns(demo: "Demo") -> list[tuple[str, str, list["Caught"]]]:
    agents = demo.stage().agents
    managers = {a.casefold() for a in demo.service.office.settings.desk.admins}
    mails = list(reversed(demo.catcher.mails))[:300]
    return [
        ("Customers", "what people who wrote to support@ receive", [m for m in mails if m.rcpt_to not in agents and m.rcpt_to not in managers]),
        ("Agents", "notifications; a reply goes to the customer", [m for m in mails if m.rcpt_to in agents]),
        ("Manager", "alarms and reports", [m for m in mails if m.rcpt_to in managers]),
    ]


def _person(demo: "Demo", address: str) -> str:
    """Write as the person the mail was for, with the name they are known by."""
    names = {s.sender.partition("<")[2].rstrip(">"): s.sender for s in SAMPLES.values()}
    return demo.stage().agents.get(address) or names.get(address, address)


def _from(mail: "Caught") -> str:
    from maildesk.demo.catcher import decoded

    return decoded(mail.message.get("From", ""))
