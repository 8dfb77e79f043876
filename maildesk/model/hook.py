"""Other programs that are told what happens (hooks), and one that is asked about a customer or order (lookup)."""

import datetime as dt
from enum import StrEnum
from urllib.parse import urlsplit

from maildesk.model.value import Value


class HookEvent(StrEnum):
    """What hooks are told about; `rule` is for those that a rule's `notify` names."""

    NEW_TICKET = "new-ticket"
    CUSTOMER_MAIL = "customer-mail"
    REOPENED = "reopened"
    REPLY = "reply"
    RESOLVED = "resolved"
    HELD = "held"
    RATED = "rated"
    RULE = "rule"


class Endpoint(Value, frozen=True):
    """Where a request goes and what it may do: `inside` names hosts that may lie in a private network.

    `secret_file` is what requests are signed with (a file, env:NAME or credential:NAME), `ca_file` an authority of one's own.
    """

    name: str
    url: str
    secret_file: str = ""
    inside: tuple[str, ...] = ()
    ca_file: str = ""
    timeout: dt.timedelta = dt.timedelta(seconds=10)

    @property
    def host(self) -> str:
        """Give the host of the URL."""
        return urlsplit(self.url).hostname or ""


class Hook(Value, frozen=True):
    """A hook: where it is, in which form it wants to be told, and of which events besides those that rules name."""

    endpoint: Endpoint
    form: str = "maildesk"
    events: tuple[HookEvent, ...] = ()


class LookupSource(Value, frozen=True):
    """A program that knows customers or orders; `numbers` is a regular expression whose hits in a mail are asked about."""

    endpoint: Endpoint
    numbers: str = ""
    cache: dt.timedelta = dt.timedelta(minutes=10)
