"""The keys of maildesk.yaml as values; a field is a key, its default is what holds when the key is not written.

Below the room of the desk's nouns, hence plain structs. The shipped config/maildesk.yaml says in words what each key does.
"""

import datetime as dt
from typing import Annotated, Literal

import msgspec

from maildesk.settings.fetching import Since, TokenUrl, parse_after, parse_folder, parse_oauth, parse_since
from maildesk.settings.texts import (
    ListenAddress,
    parse_address,
    parse_count,
    parse_database,
    parse_days,
    parse_domain,
    parse_hops,
    parse_language,
    parse_listen,
    parse_pattern,
    parse_port,
    parse_size,
    parse_url,
    parse_word,
    parse_zone,
)
from maildesk.yaml_file.take import Or, Parse

EmailAddress = Annotated[str, Parse(parse_address)]
Domain = Annotated[str, Parse(parse_domain)]
Language = Annotated[str, Parse(parse_language)]
Zone = Annotated[str, Parse(parse_zone)]
Port = Annotated[int, Parse(parse_port)]
Size = Annotated[int, Parse(parse_size)]
Pattern = Annotated[str, Parse(parse_pattern)]
Url = Annotated[str, Parse(parse_url)]
Bound = Annotated[ListenAddress, Parse(parse_listen)]
Word = Annotated[str, Parse(parse_word)]
Days = Annotated[int, Parse(parse_days)]
Hops = Annotated[int, Parse(parse_hops)]
Count = Annotated[int, Parse(parse_count)]
After = Annotated[str, Parse(parse_after)]
Folder = Annotated[str, Parse(parse_folder)]
Begin = Annotated[Since, Parse(parse_since)]
OAuth = Annotated[TokenUrl, Or(parse_oauth)]
Tls = Literal["implicit", "starttls", "none"]


class Desk(msgspec.Struct, frozen=True):
    """Who we are."""

    name: Word
    domain: Domain
    languages: tuple[Language, ...] = ("en",)
    timezone: Zone = "UTC"
    admins: tuple[EmailAddress, ...] = ()


class Imap(msgspec.Struct, frozen=True):
    """A mailbox we fetch from."""

    host: Word
    user: Word
    port: Port = 993
    password_file: str = ""
    tls: Tls = "implicit"
    folder: Folder = "INBOX"
    since: Begin = Since()
    after: After = "keep"
    quarantine: Folder = ""
    alarm_after: dt.timedelta = dt.timedelta(minutes=30)
    oauth: OAuth | None = None


class Mailbox(msgspec.Struct, frozen=True):
    """An address we receive for and answer as."""

    address: EmailAddress
    aliases: tuple[EmailAddress, ...] = ()
    team: Word = ""
    language: Language = ""
    imap: Imap | None = None


class StartTls(msgspec.Struct, frozen=True):
    """Certificate and key the listeners offer."""

    cert: str
    key: str


class Listen(msgspec.Struct, frozen=True):
    """Where mail may be brought to."""

    smtp: Bound | None = None
    lmtp: Bound | None = None
    starttls: StartTls | None = None


class Relay(msgspec.Struct, frozen=True):
    """The server we hand our mail to."""

    host: Word = "127.0.0.1"
    port: Port = 25
    tls: Tls = "none"
    user: Word = ""
    password_file: str = ""
    oauth: OAuth | None = None


class Web(msgspec.Struct, frozen=True):
    """Where pages are served, and how people reach them."""

    listen: Bound
    url: Url = ""


class Auth(msgspec.Struct, frozen=True):
    """What proof an agent's mail needs; `hops` servers of ours pass a mail on between the one that checks it and us."""

    agents: Literal["standard", "strict"] = "standard"
    trusted_authserv_ids: tuple[Word, ...] = ()
    hops: Hops = 0
    alignment: Literal["relaxed", "strict"] = "relaxed"
    dkim: bool = False
    resolver: Bound | None = None

    @property
    def checks(self) -> bool:
        """Tell whether anybody tells us who wrote a mail, so that silence says something."""
        return bool(self.trusted_authserv_ids) or self.dkim


class ExternalNumber(msgspec.Struct, frozen=True):
    """The number that somebody else's desk writes into its subjects, in mail from its domain."""

    domain: Domain
    pattern: Pattern


class Threading(msgspec.Struct, frozen=True):
    """How mails find their ticket."""

    reopen_days: Days = 14
    ghost_days: Days = 365
    cc_may_write: bool = True
    references: Literal["strict", "trusting"] = "strict"
    agent_forwards: Literal["agent", "sender"] = "agent"
    external_numbers: tuple[ExternalNumber, ...] = ()
    contact_forms: tuple[EmailAddress, ...] = ()

    @property
    def reopen(self) -> dt.timedelta:
        """How long after its solution an answer opens a ticket again."""
        return dt.timedelta(days=self.reopen_days)

    @property
    def ghosts(self) -> dt.timedelta:
        """How far apart two mails may be that only share a mail nobody sent us."""
        return dt.timedelta(days=self.ghost_days)


class Feedback(msgspec.Struct, frozen=True):
    """When we ask for a rating."""

    delay: dt.timedelta = dt.timedelta(0)


class Limits(msgspec.Struct, frozen=True):
    """How much is too much."""

    automatic_per_address: int = 3
    per_domain: int = 60
    brake_per_hour: int = 60
    notifications_per_hour: Count = 20
    acknowledge_within: dt.timedelta = dt.timedelta(days=3)
    connections: Count = 200
    connections_per_ip: Count = 10
    message_size: Size = 25 * 1024 * 1024


class Settings(msgspec.Struct, frozen=True):
    """All of maildesk.yaml."""

    desk: Desk
    mailboxes: tuple[Mailbox, ...]
    database: Annotated[str, Parse(parse_database)] = "sqlite:///maildesk.db"
    secret_file: str = "secret.key"
    templates: str = ""
    listen: Listen = Listen()
    relay: Relay = Relay()
    web: Web | None = None
    auth: Auth = Auth()
    send_delay: dt.timedelta = dt.timedelta(seconds=60)
    second_answer: Literal["send", "hold"] = "send"
    threading: Threading = Threading()
    feedback: Feedback = Feedback()
    limits: Limits = Limits()

    @property
    def own_addresses(self) -> tuple[str, ...]:
        """Every address we receive for, in the order of the mailboxes."""
        return tuple(address for box in self.mailboxes for address in (box.address, *box.aliases))
