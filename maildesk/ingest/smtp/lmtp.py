"""LMTP (RFC 2033): SMTP among our own, where each recipient gets an answer of its own after the final dot."""

from collections.abc import Mapping
from typing import ClassVar

from maildesk.ingest.smtp.dialogue import Dialogue


class LmtpDialogue(Dialogue):
    """A connection of the mail server in front of us."""

    source: ClassVar[str] = "lmtp"
    greeting: ClassVar[str] = "LMTP"
    commands: ClassVar[Mapping[str, str]] = {
        "LHLO": "smtp_EHLO",
        **{name: method for name, method in Dialogue.commands.items() if name not in ("HELO", "EHLO")},
    }

    # The server in front has let it pass: it is stored; the parser marks it, and nobody's identity is believed in it.
    refuses_line_noise: ClassVar[bool] = False

    def _answer_content(self, reply: str) -> None:
        """Answer once for each recipient that was taken (RFC 2033 §4.2); one answer for all makes Postfix send them again."""
        assert self.envelope is not None
        for _ in self.envelope.rcpt_tos:
            super()._answer_content(reply)

    def _count_refusal(self, reply: str) -> None:
        """The server in front passes on whom others wrote to: unknown recipients are not its fault."""
        if self._command != "RCPT":
            super()._count_refusal(reply)
