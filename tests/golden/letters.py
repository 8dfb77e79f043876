"""The letters a desk has written during a case, and the words by which a mail of the case refers to them.

`{{reply-to of 01 acknowledgement}}` in a mail or an envelope stands for the Reply-To of the acknowledgement that the mail 01
brought about; `{{reply-to of 01 new-ticket to ana@demo.test}}` chooses among several.
"""

import email
import email.policy
import re
from email.message import EmailMessage
from email.utils import parseaddr
from typing import NamedTuple

from maildesk.model.outgoing import Outgoing

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z-]+) of (\d\d)(?: letter)? ([a-z-]+)(?: to ([^\s}]+))?\s*\}\}")


class Letter(NamedTuple):
    """A letter with the step that brought it about."""

    step: str
    sent: Outgoing

    @property
    def kind(self) -> str:
        """The notice, or the event that an agent is told about."""
        return self.sent.kind.removeprefix("agent:")

    @property
    def message(self) -> EmailMessage:
        """The letter, parsed as a mail program would."""
        parsed = email.message_from_bytes(self.sent.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        """Its plain text."""
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    def __str__(self) -> str:
        return f"{self.step} {self.kind} {self.sent.rcpt_to}"


def fill_in(text: str, letters: list[Letter]) -> str:
    """Put in what a mail program would have taken from our letters."""
    return _PLACEHOLDER.sub(lambda found: _value(found[1], _find(letters, found)), text)


def _find(letters: list[Letter], found: re.Match[str]) -> Letter:
    _, step, kind, to = found.groups()
    fitting = [one for one in letters if one.step == step and one.kind == kind and to in (None, one.sent.rcpt_to)]
    assert fitting, f"{found[0]}: there is no such letter; there are: {[str(one) for one in letters]}"
    return fitting[0]


def _value(what: str, letter: Letter) -> str:
    message = letter.message
    match what:
        case "reply-to" | "altered-reply-to":
            address = parseaddr(message["Reply-To"])[1]
            return address if what == "reply-to" else _altered(address)
        case "return-path":
            return letter.sent.mail_from
        case "message-id" | "references" | "subject":
            return str(message[what])
        case "loop":
            return str(message["X-Maildesk-Loop"])
        case "root":
            return next(i for i in str(message["References"]).split() if i.startswith("<md1."))
        case "quote":
            return "\n".join(f"> {line}".rstrip() for line in letter.text.splitlines())
        case "header":
            return letter.sent.raw.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n")
        case _:
            raise AssertionError(f"{what!r} of a letter is not known")


def _altered(address: str) -> str:
    """Change the last letter of the token."""
    local, _, domain = address.partition("@")
    return f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
