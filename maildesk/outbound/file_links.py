"""Files too large for a mail go as links: one for each person and file, good for a month, served by the desk's pages."""

from collections.abc import Sequence

import msgspec

from maildesk.model.decision import Say
from maildesk.model.mail import Attachment
from maildesk.model.ticket import Ticket
from maildesk.outbound.letter import header_safe
from maildesk.outbound.voice import FILE_DAYS, Voice, mint
from maildesk.tokens import TokenKind

_HEAD = {
    "en": "Files to download, for {days} days:",
    "cs": "Soubory ke stažení, po {days} dní:",
    "hr": "Datoteke za preuzimanje, {days} dana:",
}
_MEGABYTE = 1_000_000


def with_links(say: Say, ticket: Ticket, voice: Voice, files: Sequence[Attachment], journal_id: int) -> Say:
    """Write below a reply where its files are; they stay in the mail that the journal keeps under `journal_id`."""
    language = say.language or ticket.language
    head = _HEAD.get(language, _HEAD["en"]).format(days=FILE_DAYS)
    lines = [
        f"{header_safe(file.name, 100)} ({_size(file.size)})\n{_link(say, ticket, voice, file, journal_id)}"
        for file in files
    ]
    text = "\n\n".join((say.text.strip("\n"), "\n\n".join((head, *lines)))).strip("\n")
    return msgspec.structs.replace(say, text=text, attachments=())


def bound_to(journal_id: int, index: int, address: str) -> str:
    """Say what a link's token is made out to: one file of one mail, for one person."""
    return f"{journal_id}-{index}-{address}"


def _link(say: Say, ticket: Ticket, voice: Voice, file: Attachment, journal_id: int) -> str:
    token = mint(voice, TokenKind.FILE, ticket, bound_to(journal_id, file.index, say.to.address))
    return f"{voice.web_url.rstrip('/')}/a/{token}/{journal_id}-{file.index}"


def _size(size: int) -> str:
    return f"{size / _MEGABYTE:.1f} MB" if size >= _MEGABYTE // 10 else f"{max(1, size // 1000)} kB"
