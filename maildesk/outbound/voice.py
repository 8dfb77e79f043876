"""The desk's voice: who speaks, from which address, in which words, and where an answer goes."""

import datetime as dt
import re
from email.utils import format_datetime
from functools import lru_cache
from typing import Protocol, Self

from maildesk import tokens
from maildesk.model.article import Article
from maildesk.model.mail import Address
from maildesk.model.people import People
from maildesk.model.ticket import Ticket
from maildesk.model.value import Value
from maildesk.outbound.letter import header_safe, mailable
from maildesk.outbound.words.moments import find_zone
from maildesk.settings import Settings
from maildesk.tokens import Keys, TokenKind

AGENT_DAYS = 30
REQUESTER_DAYS = 180
CONFIRM_DAYS = 14
FEEDBACK_DAYS = 14
STATUS_DAYS = 90
VERP_DAYS = 10
UNSUBSCRIBE_DAYS = 365
FILE_DAYS = 30

_LIFE = {
    TokenKind.AGENT_PUBLIC: AGENT_DAYS,
    TokenKind.AGENT_NOTE: AGENT_DAYS,
    TokenKind.REQUESTER: REQUESTER_DAYS,
    TokenKind.CONFIRM: CONFIRM_DAYS,
    TokenKind.FEEDBACK: FEEDBACK_DAYS,
    TokenKind.STATUS: STATUS_DAYS,
    TokenKind.VERP: VERP_DAYS,
    TokenKind.UNSUBSCRIBE: UNSUBSCRIBE_DAYS,
    TokenKind.FILE: FILE_DAYS,
}
_LONGEST_LOCAL = 64  # RFC 5321 §4.5.3.1.1
_LURE = re.compile(r"://|www\.|@", re.IGNORECASE)
_MAX_NAME = 60


class Wordings(Protocol):
    """What of a policy is heard in letters."""

    @property
    def digest(self) -> str:
        """Name this revision."""

    @property
    def templates(self) -> dict[str, str]:
        """Give templates by their path."""

    @property
    def people(self) -> People:
        """Give agents and teams."""

    @property
    def articles(self) -> tuple[Article, ...]:
        """Give the knowledge base."""


class Voice(Value, frozen=True):
    """What every letter of one desk has in common at one moment.

    `templates` maps paths below `templates/` to texts, `digest` names them; `from_name` says how an agent signs, with
    `{agent}` and `{desk}` in it; without `web_url` no letter has links.
    """

    desk: str
    domain: str
    now: dt.datetime
    keys: Keys
    templates: dict[str, str] = {}
    digest: str = ""
    mailboxes: tuple[str, ...] = ()
    timezone: str = "UTC"
    languages: tuple[str, ...] = ("en",)
    people: People = People()
    web_url: str = ""
    from_name: str = "{agent}, {desk}"
    reopen_days: int = 0
    articles: tuple[Article, ...] = ()

    @classmethod
    def of(cls, settings: Settings, policy: Wordings, keys: Keys, now: dt.datetime) -> Self:
        """Speak as these settings and this policy say."""
        return cls(
            desk=settings.desk.name,
            domain=settings.desk.domain,
            now=now,
            keys=keys,
            templates=policy.templates,
            digest=policy.digest,
            mailboxes=tuple(box.address for box in settings.mailboxes),
            timezone=settings.desk.timezone,
            languages=settings.desk.languages,
            people=policy.people,
            web_url=settings.web.url if settings.web else "",
            reopen_days=settings.threading.reopen_days,
            articles=policy.articles,
        )


def from_address(voice: Voice, ticket: Ticket | None) -> str:
    """Say which of our addresses speaks about a ticket: the one the customer wrote to."""
    mailbox = ticket.mailbox if ticket and ticket.mailbox else voice.mailboxes[0] if voice.mailboxes else ""
    return ascii_address(mailbox or f"maildesk@{voice.domain}")


def mint(voice: Voice, kind: TokenKind, ticket: Ticket, agent: str = "", number: int = 0) -> str:
    """Make a token that lives as long as its kind; `number` is a held entry's id for CONFIRM."""
    found = voice.people.agents.get(agent)
    return tokens.mint(
        voice.keys,
        kind,
        ticket=number or ticket.number,
        agent=agent,
        expires=voice.now.date() + dt.timedelta(days=_LIFE[kind]),
        salt=ticket.salt,
        epoch=found.epoch if found else 0,
    )


def keyed_address(mailbox: str, token: str) -> str:
    """Put a token into an address of ours; a mailbox whose name leaves no room for it stays as it is."""
    keyed = tokens.join_subaddress(mailbox, token)
    return keyed if len(keyed.rpartition("@")[0]) <= _LONGEST_LOCAL else mailbox


def return_path(voice: Voice, ticket: Ticket | None, mailbox: str) -> str:
    """Say where bounces go: to a token of the ticket, so that a bounce is tied to what it returns."""
    return keyed_address(mailbox, mint(voice, TokenKind.VERP, ticket)) if ticket else mailbox


def letter_date(voice: Voice) -> str:
    """Write the Date field's value in the desk's own time zone."""
    return _date_field(int(voice.now.timestamp()), voice.timezone)


@lru_cache(maxsize=64)
def _date_field(second: int, zone: str) -> str:
    return format_datetime(dt.datetime.fromtimestamp(second, find_zone(zone)))


def agent_name(voice: Voice, login: str) -> str:
    """Say an agent's public name; never an address."""
    found = voice.people.agents.get(login)
    name = header_safe(found.name if found else login, _MAX_NAME)
    return "" if "@" in name else name


def person_name(person: Address) -> str:
    """Say the name a person gave; one that lures somewhere or is no name at all is left out."""
    name = header_safe(person.name, 4 * _MAX_NAME)
    return "" if len(name) > _MAX_NAME or _LURE.search(name) else name


def defanged(address: str) -> str:
    """Show an address so that no mail program makes it a recipient."""
    return header_safe(address).replace("@", " (at) ")


def ascii_address(address: str) -> str:
    """Write the domain of an address in ASCII (RFC 5890); the local part stays as it is."""
    local, at, domain = address.strip().rpartition("@")
    if domain.isascii():
        return address.strip()
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address.strip()


def is_reachable(address: str) -> bool:
    """Tell whether mail can be sent to an address at all: nothing is below `.invalid` (RFC 2606 §2), not even who was erased."""
    return mailable(ascii_address(address)) and not address.casefold().endswith(".invalid")
