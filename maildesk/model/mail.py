"""A received mail, understood: what the parse worker found in the bytes."""

import datetime as dt
from enum import StrEnum

from maildesk.model.value import Value
from maildesk.model.why import Why

MOST_SENT_BYTES = 10_000_000  # files that go along with a mail of ours; more of them go as links
# What `kind_why` says of a mail of which nothing but its envelope tells that a machine sent it.
NULL_PATH = "null return path"


class Kind(StrEnum):
    """Say who or what is speaking; only `person` and `list` mail was written by somebody to be read."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    CALENDAR = "calendar"
    LIST = "list"
    LOOP = "loop"


class Envelope(Value, frozen=True):
    """The SMTP envelope (RFC 5321): `mail_from` is "" for the null return path."""

    mail_from: str = ""
    rcpt_to: tuple[str, ...] = ()


class Address(Value, frozen=True):
    """One mailbox of a header: `address` is `local@domain` (domain lower case), `name` the display name."""

    address: str
    name: str = ""


class Attachment(Value, frozen=True):
    """One attached part; its bytes stay in the raw mail and are fetched by `index`.

    `quoted`: a picture that only the quoted history shows; it came with an earlier mail.
    """

    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool = False
    content_id: str = ""
    index: int = 0
    quoted: bool = False


class Bounce(Value, frozen=True):
    """What a delivery report says: addresses, the last status text, and the ids it returned."""

    failed: tuple[str, ...] = ()
    delayed: tuple[str, ...] = ()
    status: str = ""
    original_ids: tuple[str, ...] = ()


class Mail(Value, frozen=True):
    """Everything later steps may know of a mail; message ids stand without angle brackets.

    `author` is only a person to show where `author_ambiguous` says why there is no single author. `line_noise`: two programs
    could see two different headers. `nothing_new`: its author wrote nothing, `new_text` is what he quoted or passed on and must not
    be read as a command, an answer or a rating. `external` holds other desks' numbers, where settings ask for them, as ids that no
    header can name. `protection`: `signed` or `encrypted` with `-pgp` or `-smime`, "" for plain mail.
    `event` says in a few lines what a calendar part is about.
    `signers` are domains whose DKIM signature we found good ourselves, `signed` says what we found; both empty where nobody looked.
    """

    author: Address | None = None
    author_ambiguous: str = ""
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    date: dt.datetime | None = None
    text: str = ""
    new_text: str = ""
    nothing_new: bool = False
    html: bool = False
    attachments: tuple[Attachment, ...] = ()
    kind: Kind = Kind.PERSON
    kind_why: tuple[Why, ...] = ()
    text_why: tuple[Why, ...] = ()
    no_ack: str = ""
    bounce: Bounce | None = None
    headers: tuple[tuple[str, str], ...] = ()
    thread_topic: str = ""
    thread_index: str = ""
    body_digest: str = ""
    line_noise: bool = False
    protection: str = ""
    signers: tuple[str, ...] = ()
    signed: str = ""
    forwarded: "Forwarded | None" = None
    defects: tuple[str, ...] = ()
    event: str = ""

    @property
    def automatic(self) -> bool:
        """Tell whether no person wrote this mail to be answered (RFC 3834)."""
        return self.kind not in (Kind.PERSON, Kind.LIST)

    @property
    def files(self) -> tuple[Attachment, ...]:
        """Give what somebody attached to this very mail: all but the pictures of its quoted history."""
        return tuple(file for file in self.attachments if not file.quoted)

    @property
    def every_file(self) -> tuple[Attachment, ...]:
        """Give every file that can be fetched by its index: the attachments, and those of an attached mail."""
        return (*self.attachments, *(self.forwarded.files if self.forwarded else ()))

    @property
    def words(self) -> str:
        """Give what its author himself says: all that may be obeyed, "" if he wrote nothing new."""
        return "" if self.nothing_new else self.new_text

    @property
    def shown(self) -> str:
        """Give what people should read: the new text, with a mail it passes on and the event it invites to."""
        passed_on = self.forwarded.text if self.forwarded else ""
        said = self.new_text if passed_on.strip() in self.new_text else f"{self.new_text}\n\n{passed_on}"
        return said if self.event in said else f"{said}\n\n{self.event}"

    def header(self, name: str) -> tuple[str, ...]:
        """Give every decoded value of one header field, in order of appearance."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


class Forwarded(Value, frozen=True):
    """A mail that somebody forwarded, read out of the forwarding text or part.

    `date` has no zone where the forwarding program wrote none. `part` is the index of the attached mail, -1 for one that stands
    in the text; `message_id` and `files` are known of an attached one only. `doubt` says why its author may be somebody else.
    """

    author: Address
    subject: str = ""
    text: str = ""
    date: dt.datetime | None = None
    message_id: str = ""
    part: int = -1
    files: tuple[Attachment, ...] = ()
    doubt: str = ""


class Arrival(Value, frozen=True):
    """A mail on our doorstep: the raw bytes and how they came.

    `source` is `smtp`, `lmtp`, `pipe`, `web`, `import` or `imap:<mailbox address>`; (`source`, `source_key`) is unique:
    IMAP `<uidvalidity>/<uid>`, otherwise a digest of envelope and bytes as received.
    `mailbox` names the mailbox where the source itself tells it (IMAP, import), else it is "". `digest` is SHA-256 of the
    bytes, where who brought the mail has it already.
    """

    source: str
    source_key: str
    raw: bytes
    envelope: Envelope
    received_at: dt.datetime
    mailbox: str = ""
    message_id: str = ""
    digest: bytes = b""


class Accepted(Value, frozen=True):
    """The journal's receipt: committed to disk; `fresh` is False if the same mail stood there already."""

    journal_id: int
    fresh: bool = True
