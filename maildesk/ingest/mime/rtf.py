"""Read RTF for its words: plain text, or the HTML that Outlook wrapped into it (MS-OXRTFEX); one pass, bounded.

What is no text of the mail (fonts, colours, pictures, document properties) is passed over. Nothing in it is run, fetched or
believed but characters and line ends.
"""

import re
from dataclasses import dataclass, replace

from maildesk.ingest.mime.charset import decode_text

_LONGEST = 1024 * 1024
_DEEPEST = 500
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\", re.DOTALL
)
_PASSED_OVER = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf footnote"
    b" annotation template listtable listoverridetable rsidtbl themedata colorschememapping xmlnstbl datastore".split()
)
_SIGNS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"tab": "\t", b"cell": " ", b"emdash": "—",
    b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
    b"emspace": " ", b"enspace": " ", b"qmspace": " ",
}  # fmt: skip
_CHARSETS = {
    0: "", 1: "", 77: "macintosh", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "windows-1253",
    162: "windows-1254", 163: "windows-1258", 177: "windows-1255", 178: "windows-1256", 186: "windows-1257",
    204: "windows-1251", 222: "windows-874", 238: "windows-1250",
}  # fmt: skip


def read_rtf(data: bytes) -> tuple[str, str]:
    """Give the text and the HTML source of an RTF body; one of them is "" and both are if it is no RTF."""
    if not data.lstrip().startswith(b"{\\rtf"):
        return "", ""
    is_html = b"\\fromhtml" in data[:2000]
    reader = _Reader(is_html)
    for token in _TOKEN.finditer(data, 0, _LONGEST):
        reader.take(token)
    text = reader.finish()
    return ("", text) if is_html else (text.strip("\n"), "")


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until the next closing brace: is it passed over, is it a tag of the HTML, what a byte means."""

    silent: bool = False
    tag: bool = False
    rtf_only: bool = False
    fonts: bool = False
    charset: str = ""
    skips: int = 1


class _Reader:
    """The text as it grows, and the groups around it."""

    __slots__ = ("bytes", "charsets", "codepage", "depth", "font", "group", "groups", "html", "out", "skip", "starred")

    def __init__(self, html: bool) -> None:
        self.html = html
        self.out: list[str] = []
        self.bytes: list[bytes] = []
        self.group = _Group()
        self.groups: list[_Group] = []
        self.depth = 0
        self.skip = 0
        self.starred = False
        self.codepage = "windows-1252"
        self.font = 0
        self.charsets: dict[int, str] = {}

    def take(self, token: "re.Match[bytes]") -> None:
        """Act on one token."""
        word, number, octet, sign, brace, plain = token.groups()
        if plain is not None:
            self._bytes(plain)
        elif word is not None:
            self._word(word, int(number) if number is not None else None)
        elif octet is not None:
            self._bytes(bytes([int(octet, 16)]))
        elif brace is not None:
            self._brace(brace == b"{")
        elif sign is not None:
            self._sign(sign)

    def finish(self) -> str:
        """Give all that was read."""
        self._flush()
        text = "".join(self.out).replace("\0", "")
        # \u spells characters beyond the first plane in two halves; half a one is none.
        return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _brace(self, opens: bool) -> None:
        self._flush()
        self.skip = 0
        self.starred = False
        self.depth += 1 if opens else -1
        if opens and self.depth <= _DEEPEST:
            self.groups.append(self.group)
        elif not opens and self.groups and self.depth < _DEEPEST:
            self.group = self.groups.pop()

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._flush()
            self._text(chr(number % 65536))
            self.skip = self.group.skips
        elif word in (b"f", b"fcharset", b"ansicpg", b"uc"):
            self._meaning_of_bytes(word, number or 0)
        elif word == b"htmlrtf":
            self._flush()
            self.group = replace(self.group, rtf_only=number != 0)
        elif word == b"htmltag" and self.html:
            self.group = replace(self.group, tag=True, silent=False)
        elif word == b"fonttbl":
            self.group = replace(self.group, silent=True, fonts=True)
        elif word in _PASSED_OVER or (self.starred and not self.group.tag):
            self.group = replace(self.group, silent=True)
        elif word in _SIGNS:
            self._flush()
            self._text(_SIGNS[word])
        self.starred = False

    def _meaning_of_bytes(self, word: bytes, number: int) -> None:
        self._flush()
        if word == b"ansicpg":
            self.codepage = (
                f"windows-{number}" if 1250 <= number <= 1258 else {65001: "utf-8"}.get(number, f"cp{number}")
            )
        elif word == b"uc":
            self.group = replace(self.group, skips=min(max(number, 0), 10))
        elif word == b"fcharset":
            if self.group.fonts and len(self.charsets) < 1000:
                self.charsets[self.font] = _CHARSETS.get(number, "")
        elif self.group.fonts:
            self.font = number
        else:
            self.group = replace(self.group, charset=self.charsets.get(number, ""))

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.starred = True
        elif sign in (b"\\", b"{", b"}"):
            self._bytes(sign)
        elif sign in (b"\n", b"\r"):
            self._flush()
            self._text("\n")
        elif sign in (b"~", b"_"):
            self._flush()
            self._text("\u00a0" if sign == b"~" else "-")

    def _bytes(self, data: bytes) -> None:
        """Collect bytes: a character may need two of them. Behind \\u its stand-ins are left out."""
        if self.skip:
            data, self.skip = data[self.skip :], max(0, self.skip - len(data))
        if data and self._shows():
            self.bytes.append(data)

    def _shows(self) -> bool:
        return not self.group.silent and not (self.html and self.group.rtf_only)

    def _text(self, text: str) -> None:
        if self._shows():
            self.out.append(text)

    def _flush(self) -> None:
        if self.bytes:
            data = b"".join(self.bytes)
            self.bytes.clear()
            label = self.group.charset or self.codepage
            self.out.append(data.decode("ascii") if data.isascii() else decode_text(data, label)[0])
