"""The transcript that a person can read: each mail, and under it what it brought into whose mailbox; ids have names."""

import re

from maildesk.demo.catcher import Caught, decoded

SHOWN = (
    "From", "Reply-To", "To", "Subject", "In-Reply-To", "References", "Auto-Submitted", "Precedence", "Content-Language", "List-Id",
    "X-Maildesk-Ticket", "X-Maildesk-Notice", "X-Maildesk-Event", "X-Maildesk-Reason", "X-Maildesk-Why", "X-Maildesk-Team",
)  # fmt: skip
_ID = re.compile(r"<[^<>@\s]+@[^<>\s]+>")
_TOKEN = re.compile(r"\+[a-z2-7]{32}@")
_DAYS = (
    re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d+ \w+, \d+:\d\d"),
    re.compile(r"\d+ [A-Z][a-z]+ \d{4}, \d+:\d\d|\d+\. \d+\. \d{4}\.? \d+:\d\d"),
    re.compile(r"(?:v|ve|u) [a-zěščřžýáíéúůćđ]+ \d+\. \d+\. do \d+:\d\d"),
)


class Transcript:
    """A conversation while it is written down."""

    def __init__(self, title: str) -> None:
        """Begin with a title."""
        self.lines = [f"# {title}", ""]
        self._names: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Add a line of our own."""
        self.lines += [text, ""]

    def name(self, message_id: str, what: str) -> None:
        """Call a message id by a name from now on."""
        self._names.setdefault(message_id.strip(), f"‹{what}›")

    def knows(self, message_id: str) -> bool:
        """Tell whether an id has a name."""
        return message_id in self._names

    def wrote(self, number: int, sender: str, to: str, text: str) -> None:
        """Add a mail that somebody sends."""
        self.say(f"## {number:02} {sender.partition(' <')[0]} writes to {_TOKEN.sub('+‹token›@', to)}")
        self.lines += ["```", *text.strip("\n").split("\n"), "```", ""]

    def got(self, mail: Caught, recipient: str) -> None:
        """Add a letter as it was read back by IMAP: its envelope, its header, its text."""
        message = mail.message
        what = message["X-Maildesk-Notice"] or message["X-Maildesk-Event"] or "reply"
        self.say(f"### {recipient} gets: {what}")
        sender = _TOKEN.sub("+‹token›@", mail.mail_from.strip("<>"))
        self.lines += ["```", f"MAIL FROM:<{sender}>  RCPT TO:<{recipient}>"]
        for field in SHOWN:
            if message[field] is not None:
                value = decoded(" ".join(str(message[field]).split()))
                self.lines.append(f"{field}: {self._alike(value) if field != 'From' else value}")
        files = mail.files()
        self.lines += [f"[{', '.join(files)}]"] if files else []
        self.lines += ["", *self._alike(mail.text().rstrip("\n")).split("\n"), "```", ""]

    def __str__(self) -> str:
        return "\n".join(self.lines).rstrip("\n") + "\n"

    def _alike(self, text: str) -> str:
        text = _TOKEN.sub("+‹token›@", text)
        for days in _DAYS:
            text = days.sub("‹day and time›", text)
        return _ID.sub(lambda found: self._names.get(found[0], found[0]), text)
