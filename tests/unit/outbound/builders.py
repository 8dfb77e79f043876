"""A desk with one agent and one ticket, and the shipped templates: what letters are made from."""

import datetime as dt
import email
import email.policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from maildesk.model.decision import Event, Notice, Say, Tell
from maildesk.model.mail import Address
from maildesk.model.people import Agent, People, Team
from maildesk.model.ticket import Participant, Role, Status, Ticket, TicketState
from maildesk.outbound.compose import Voice
from maildesk.tokens import Keys

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
MAILBOX = "podrska@firma.hr"
REQUESTER = Address("ivana@kupac.hr", "Ivana Kovač")
KEYS = Keys.from_secret("k" * 40, "firma.hr")
ANA = Agent("ana", "Ana Horvat", ("ana@privatno.hr", "ana.h@gmail.com"))
PETR = Agent("petr", "Petr Novák", ("petr@privatno.cz",))
PEOPLE = People({"l1": Team("l1", ("ana", "petr"), title="Naplata")}, {"ana": ANA, "petr": PETR})
TEMPLATES = Path(__file__).parents[3] / "templates"


@lru_cache
def templates() -> dict[str, str]:
    """Give the shipped templates."""
    return {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in TEMPLATES.rglob("*.j2")}


def voice(**changes: object) -> Voice:
    """Give the desk's voice."""
    given = Voice(
        "Firma podrška", "firma.hr", NOW, KEYS, templates(), "shipped", (MAILBOX,), "Europe/Zagreb", ("hr", "cs", "en"),
        PEOPLE, "https://desk.firma.hr", reopen_days=14,
    )  # fmt: skip
    return replace(given, **changes)


def state(**changes: object) -> TicketState:
    """Give ticket 1042 of Ivana; what is not a field of the state is one of its ticket."""
    ticket_fields = {field for field in Ticket.__struct_fields__ if field not in TicketState.__struct_fields__}
    ticket = Ticket(
        1042, "Upit o računu br. 20261107", MAILBOX, REQUESTER.address, REQUESTER.name, Status.NEW, "l1", salt="pepper",
        language="hr", created=NOW - dt.timedelta(hours=1), updated=NOW,
    )  # fmt: skip
    ticket = replace(ticket, **{k: v for k, v in changes.items() if k in ticket_fields})
    given = TicketState(
        ticket,
        participants=(Participant(REQUESTER.address, REQUESTER.name, Role.REQUESTER, wrote=True),),
        chain=("first@kupac.hr",),
        last_from_customer="first@kupac.hr",
    )
    return replace(given, **{k: v for k, v in changes.items() if k not in ticket_fields})


def say(notice: Notice = Notice.ACKNOWLEDGEMENT, **changes: object) -> Say:
    """Ask for a letter to Ivana."""
    return replace(Say(1042, notice, REQUESTER, f"{notice.value}:ticket:{{ticket}}", "hr"), **changes)


def tell(event: Event = Event.CUSTOMER_MAIL, **changes: object) -> Tell:
    """Ask for a letter to Ana."""
    given = Tell(
        1042, event, "ana", f"tell:{event.value}:mail:7:ana", by=REQUESTER.name, text="Poštovani,\n\ngdje je račun?"
    )
    return replace(given, **changes)


def read(raw: bytes) -> EmailMessage:
    """Read a letter as a mail program does."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(raw: bytes) -> str:
    """Read the plain text of a letter."""
    part = read(raw).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(raw: bytes) -> str:
    """Read the HTML of a letter."""
    part = read(raw).get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
