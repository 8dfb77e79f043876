"""How much of our patience one connection has used since its last accepted mail."""

from maildesk.ingest.smtp import replies
from maildesk.ingest.smtp.limits import Limits

JUNK = frozenset({"NOOP", "RSET", "VRFY", "EXPN", "HELP"})


class Spent:
    """Counts of commands, errors and commands that bring no mail nearer."""

    __slots__ = ("commands", "errors", "junk", "recipients")

    def __init__(self) -> None:
        self.commands = self.errors = self.junk = self.recipients = 0

    def count(self, command: str, *, is_known: bool) -> None:
        """Count a command; recipients by themselves, since a mail may have many."""
        if command == "RCPT":
            self.recipients += 1
            return
        self.commands += 1
        if command == "MAIL":
            self.recipients = 0
        if command in JUNK or not is_known:
            self.junk += 1

    def find_excess(self, limits: Limits) -> str:
        """Give the goodbye for a client that has gone too far, "" for the others."""
        if self.errors >= limits.errors:
            return replies.TOO_MANY_ERRORS
        too_many = self.commands >= limits.commands or self.recipients >= limits.recipient_commands
        return replies.TOO_MANY_COMMANDS if too_many or self.junk >= limits.junk else ""
