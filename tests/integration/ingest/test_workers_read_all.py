"""A worker reads what needs a module or a codec that few mails need: it loads nothing once it serves mails."""

import base64
from collections.abc import Iterator

import pytest

from maildesk.ingest.mime.dense import LANGUAGES
from maildesk.ingest.parse import parse_mail
from maildesk.ingest.workers import ParsePool
from tests.unit.ingest.test_in_text import SIGNED, uuencoded
from tests.unit.ingest.test_rtf import packed
from tests.unit.ingest.test_tnef import properties, tnef

_HEAD = b"From: a@b.cz\nSubject: x\nMIME-Version: 1.0\n"
_TNEF = _HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
_RTF = tnef((0x9003, properties((0x1009, 0x102, packed(rb"{\rtf1\ansi{\fonttbl{\f0\fcharset128 x;}}\f0\'93\'fa}")))))
_QUOTE = '<p>new</p><div class="gmail_quote"><blockquote class="gmail_quote"><img src="cid:p@x"></blockquote></div>'
RARE = {
    "compressed RTF": _TNEF + base64.encodebytes(_RTF),
    "uuencoded": _HEAD + b"\n" + uuencoded("a.pdf", b"%PDF"),
    "PGP": _HEAD + b"\n" + SIGNED.encode(),
    "quoted picture": _HEAD
    + b"Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n"
    + _QUOTE.encode()
    + b"\n--r\nContent-Type: image/png\nContent-ID: <p@x>\n\nx\n--r--\n",
    "Czech called Western": _HEAD
    + b"Content-Type: text/plain; charset=iso-8859-1\n\n"
    + "Dobrý den, nemůžu se přihlásit, prosím o pomoc".encode("iso8859-2"),
    **{codec: _HEAD + b"\n" + bytes(range(0xC1, 0xD0)) * 3 + b" " + codec.encode() for codec, _, _ in LANGUAGES},
    **{
        f"text in {codec}": b"From: a@b.cz\nSubject: "
        + "".join(sorted(common)[:12]).encode(codec, "ignore")
        + b"\n\nx\n"
        for codec, common, _ in LANGUAGES
    },
}


@pytest.fixture(scope="module")
def pool() -> Iterator[ParsePool]:
    """Start one worker for all of them."""
    started = ParsePool()
    started.open(1)
    yield started
    started.close()


@pytest.mark.parametrize("what", RARE)
def test_a_worker_reads_it_as_we_do(pool: ParsePool, what: str) -> None:
    """Nothing is missing in the worker: same answer, and no defect that speaks of a reader's failure."""
    mail = pool.submit(RARE[what]).result()
    assert mail == parse_mail(RARE[what])
    assert not [defect for defect in mail.defects if "could not be read" in defect or "unreadable" in defect]
