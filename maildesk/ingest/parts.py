"""What a mail is made of, as every reader after the parser sees it.

`Structure` is what `classify`, `read_bounce` and `read_forwarded` are given. It is plain values: no parser object, no bytes.
A nested mail (message/rfc822) is ONE part: its own parts are not listed, `text` holds it as it stands (headers and body).
"""

from maildesk.model.value import Value


class Part(Value, frozen=True):
    """One leaf of the MIME tree, in the order of the mail.

    `content_type` and `disposition` are lower case ("" where absent), `charset` is the label as declared, lower case;
    `name` is the file name, decoded and made safe to show. `text` is filled for text/* and message/* parts only: decoded,
    line ends "\\n", cut at the limit. `headers` are the part's own, decoded; `depth` is 0 for the mail itself, 1 for its
    parts; `index` counts all leaves from 0 and is what `Attachment.index` refers to.
    """

    content_type: str
    charset: str = ""
    disposition: str = ""
    name: str = ""
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    depth: int = 0
    index: int = 0


class Structure(Value, frozen=True):
    """The whole mail: its decoded headers, its own content type with parameters, its leaves.

    `params` are those of the top Content-Type (names lower case; e.g. `report-type`). `return_path` is the envelope's
    sender, else that of the Return-Path header, without brackets: "" is the null return path, None is "not known".
    `by_name` is an index of `headers` (names lower case); the parser fills it, since a reader asks for dozens of names.
    """

    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/plain"
    params: dict[str, str] = {}
    parts: tuple[Part, ...] = ()
    return_path: str | None = None
    by_name: dict[str, tuple[str, ...]] = {}

    def header(self, name: str) -> tuple[str, ...]:
        """Give every decoded value of one header field, in order of appearance."""
        wanted = name.lower()
        if self.by_name:
            return self.by_name.get(wanted, ())
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def has_any(self, names: frozenset[str]) -> bool:
        """Tell at once whether any of these fields (lower case) is there: of the marks of programs most mails bear none."""
        return not names.isdisjoint(self.by_name or {name.lower() for name, _ in self.headers})

    def first(self, name: str) -> str:
        """Give the first value of a header field, "" where there is none."""
        found = self.header(name)
        return found[0] if found else ""
