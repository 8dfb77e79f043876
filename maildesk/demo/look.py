"""What the demo's page shows: everybody's mail as cards, and the tickets as lines."""

import datetime as dt
import email.utils
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from maildesk.demo.catcher import Caught, decoded
from maildesk.model.people import People

_TONES = {
    "acknowledgement": "blue",
    "closing": "grey",
    "feedback": "violet",
    "status": "amber",
    "new ticket": "amber",
    "rated": "violet",
    "held": "red",
    "challenge": "red",
    "command refused": "red",
    "undelivered": "red",
    "reply": "green",
}
_STATUS_TONES = {"new": "amber", "open": "amber", "waiting": "blue", "resolved": "green", "closed": "grey"}
_SNIPPET = 160


class Card(NamedTuple):
    """One mail in a list: whose it is, what kind it is, and how it begins."""

    number: int
    at: dt.datetime
    name: str
    recipient: str
    sender: str
    label: str
    tone: str
    subject: str
    snippet: str
    ticket: int | None


class Column(NamedTuple):
    """One persona's mail, newest first."""

    key: str
    title: str
    about: str
    cards: list[Card]


class TicketLine(NamedTuple):
    """One ticket in the manager's list."""

    number: int
    subject: str
    requester: str
    where: str
    status: str
    tone: str
    priority: str
    rating: int


def card_of(mail: Caught, zone: ZoneInfo) -> Card:
    """Say what a caught mail is."""
    event = mail.message.get("X-Maildesk-Notice") or mail.message.get("X-Maildesk-Event") or "reply"
    label = str(event).replace("-", " ")
    recipient = decoded(mail.message.get("To", "")) or mail.rcpt_to
    name = email.utils.parseaddr(recipient)[0] or mail.rcpt_to
    number = str(mail.message.get("X-Maildesk-Ticket", ""))
    ticket = int(number) if number.isascii() and number.isdigit() else None
    words = " ".join(mail.text().partition("\n-- \n")[0].split())
    snippet = words if len(words) <= _SNIPPET else f"{words[:_SNIPPET]}…"
    sender = decoded(mail.message.get("From", ""))
    return Card(
        mail.number,
        mail.at.astimezone(zone),
        name,
        recipient,
        sender,
        label,
        _TONES.get(label, "grey"),
        mail.subject,
        snippet,
        ticket,
    )


def columns_of(
    mails: Iterable[Caught], zone: ZoneInfo, agents: Iterable[str], managers: Iterable[str], most: int
) -> list[Column]:
    """Sort everybody's mail by persona, newest first, so many of each."""
    agents, managers = {a.casefold() for a in agents}, {a.casefold() for a in managers}
    found: dict[str, list[Card]] = {"customers": [], "agents": [], "manager": []}
    for mail in mails:
        address = mail.rcpt_to.casefold()
        key = "agents" if address in agents else "manager" if address in managers else "customers"
        if len(found[key]) < most:
            found[key].append(card_of(mail, zone))
    return [
        Column("customers", "Customers", "What they receive. Open one to answer it.", found["customers"]),
        Column("agents", "Agents", "Whoever is told. A reply goes to the customer.", found["agents"]),
        Column("manager", "Manager", "Where every request stands.", found["manager"]),
    ]


def ticket_line(ticket: dict[str, Any], people: People, rating: int = 0) -> TicketLine:
    """Put a ticket on a line."""
    team, agent = people.teams.get(ticket["team"]), people.agents.get(ticket["assignee"])
    places = (team.title or team.name if team else ticket["team"], agent.name if agent else ticket["assignee"])
    status = ticket["status"]
    return TicketLine(
        ticket["number"],
        ticket["subject"],
        ticket["requester"],
        ", ".join(filter(None, places)) or "nobody yet",
        status,
        _STATUS_TONES.get(status, "grey"),
        ticket["priority"] if ticket["priority"] in ("high", "urgent") else "",
        rating,
    )


def moment_in(now: dt.datetime) -> Callable[[dt.datetime], str]:
    """Give a function that writes a moment: the time today, else the day too."""

    def moment(at: dt.datetime) -> str:
        return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%a} {at.day} {at:%b}, {at:%H:%M}"

    return moment


def hint_for(card: Card, *, is_agent: bool) -> str:
    """Say in a sentence or two what a reply to this mail can do."""
    if is_agent and card.label in ("new ticket", "customer mail", "assigned", "reopened"):
        return (
            "It goes to the customer. A line #close solves the ticket, #note keeps your text inside,"
            " #assign billing hands it over."
        )
    if is_agent:
        return "It stays inside; the mail says which answers it knows."
    if card.label == "feedback":
        return "A number from 1 to 5, and a few words if you like."
    return "It is added to the same ticket, whatever the subject says."
