"""Collect what follows DATA up to its final dot, whatever comes in whatever pieces: bounded, and linear in what came.

Only CRLF.CRLF ends a mail (RFC 5321 §4.1.1.4); each other spelling of it is content, so that one mail cannot become two.
No line is looked at by itself: lines are counted, measured and freed of their dots by searches over the whole.
"""

from enum import StrEnum

from maildesk.ingest.smtp.limits import Limits
from maildesk.model.line_ends import find_line_ends

END = b"\r\n.\r\n"
_DOT = b"\r\n."


class Problem(StrEnum):
    """Why a mail is not read to its end."""

    TOO_BIG = "too big"
    LINE_TOO_LONG = "line too long"
    TOO_MANY_LINES = "too many lines"
    SLOW = "too slow"
    IDLE = "idle"
    CROWDED = "no memory left for it"
    GONE = "the client has gone"


class Content:
    """The content of one mail while it arrives; never holds more than the limit and one piece."""

    __slots__ = ("_buffer", "_limits", "_line", "_lines", "_stuffed", "problem")

    def __init__(self, limits: Limits) -> None:
        # Begins as if after a line's end: so a dot that comes first ends an empty mail, or is a stuffed one, like any other.
        self._buffer = bytearray(b"\r\n")
        self._limits = limits
        self._line = 2
        self._lines = 0
        self._stuffed = 0
        self.problem: Problem | None = None

    @property
    def size(self) -> int:
        """How many bytes have come, dots and all."""
        return len(self._buffer) - 2

    def feed(self, piece: bytes) -> bytes | None:
        """Take the next piece; give what stands after the final dot once that has come, None before."""
        buffer, before = self._buffer, len(self._buffer)
        buffer += piece
        dots = buffer.count(_DOT, max(0, before - 2))
        end = self._find_end(before, dots)
        rest: bytes | None = None
        if end >= 0:
            if rest := bytes(memoryview(buffer)[end + len(END) :]):
                del buffer[end + len(END) :]
                piece, dots = bytes(buffer[before:]), buffer.count(_DOT, max(0, before - 2))
            del buffer[end + 2 :]
            # The final dot was taken for a stuffed one, now or earlier, and its line for one of the mail.
            self._stuffed -= 1
            self._lines -= 1
        self._stuffed += dots
        # Taking line ends out is the quickest way to count them.
        self._lines += len(piece) - len(piece.replace(b"\n", b""))
        # As long as the end has not come, the last three bytes may be a part of it.
        self._measure(0 if end >= 0 else len(END) - 2)
        return None if self.problem else rest

    def _find_end(self, before: int, dots: int) -> int:
        """Find the final dot, -1 if it has not come; `dots` of those that begin a line came after position `before`."""
        buffer, start = self._buffer, max(0, before - len(END) + 1)
        end = buffer.find(END, start, before + 2)
        if end >= 0 or not dots:
            return end
        # As a rule it is the only one and stands last: no need to look through the mail for it.
        return len(buffer) - len(END) if dots == 1 and buffer.endswith(END) else buffer.find(END, start)

    def _measure(self, tolerance: int) -> None:
        """Note the first limit that is crossed."""
        buffer, limits = self._buffer, self._limits
        while len(buffer) - self._line > limits.line_length:
            end = buffer.rfind(b"\n", self._line, self._line + limits.line_length)
            if end < 0:
                self.problem = Problem.LINE_TOO_LONG
                break
            self._line = end + 1
        if self._lines > limits.lines:
            self.problem = Problem.TOO_MANY_LINES
        if self.size - self._stuffed > limits.message_size + tolerance:
            self.problem = Problem.TOO_BIG

    def take(self) -> bytes:
        """Give the mail without the dots the client added (RFC 5321 §4.5.2), and let go of it."""
        buffer, self._buffer = self._buffer, bytearray(b"\r\n")
        if is_lf_only(buffer, 2):
            # A client that sends a file as it lies (smtplib given bytes does) adds dots after LF, too.
            buffer = buffer.replace(b"\n.", b"\n")
        elif self._stuffed:
            buffer = buffer.replace(b"\r\n.", b"\r\n")
        return bytes(memoryview(buffer)[2:])


def is_lf_only(raw: bytes | bytearray, start: int = 0) -> bool:
    """Tell whether all lines end in LF alone; a CRLF at the very end belongs to the final dot, not to the mail."""
    first = raw.find(b"\r", start)
    if first == -1:
        return raw.find(b"\n", start) != -1
    return first == len(raw) - 2 and raw.endswith(b"\r\n") and raw.find(b"\n", start) < first


def find_line_noise(raw: bytes) -> str:
    """Name what could make two programs see two different mails: NUL, CR or LF alone among CRLF; "" for an honest mail.

    One kind of line end throughout is honest: no program on the way has added lines of its own in the other kind.
    """
    if raw.find(b"\0") != -1:
        return "NUL"
    ends = find_line_ends(raw)
    if "\r" in ends:
        return "bare CR"
    return "bare LF" if "\n" in ends and not is_lf_only(raw) else ""
