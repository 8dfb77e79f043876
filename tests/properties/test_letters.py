"""Laws of outgoing mail: whatever people write, a letter has exactly the header that was meant."""

import email
import email.policy
from email.header import decode_header, make_header

from hypothesis import given
from hypothesis import strategies as st

from maildesk.model.decision import Notice
from maildesk.model.mail import Address
from maildesk.outbound.compose import compose_say, compose_tell
from maildesk.outbound.letter import header_safe, text_field
from maildesk.outbound.render import render, wording
from maildesk.outbound.words.terms import PARTICIPANT_VALUES
from tests.unit.outbound.builders import read, say, state, tell, templates, text_of, voice

PIECES = [
    "\r\n", "\n", "\r", "\0", "\x0b", "\x85", "\u2028", "Bcc: victim@x.org", "=?utf-8?q?=0D=0A?=", '"', "<", ">", "\\", ",",
    ";", "a@b.c", "č", "𝒳", "\u202e", "\ud800", " ", "\t", "{{ 7 }}", "--=_", ":", "From ", ".",
]  # fmt: skip
HOSTILE = st.text(max_size=120) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
IDS = st.lists(st.text(max_size=150) | st.from_regex(r"[a-z0-9.]{60,200}@[a-z]{3}\.hr", fullmatch=True), max_size=5)
SAY = [
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "References", "Thread-Index", "Content-Language",
    "X-Maildesk-Loop", "MIME-Version", "Content-Type",
]  # fmt: skip


def names(raw: bytes) -> list[str]:
    """Read the header with the standard library's parser."""
    return email.message_from_bytes(raw, policy=email.policy.compat32).keys()


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, IDS)
def test_no_word_of_anybody_makes_a_header_field(
    subject: str, name: str, topic: str, text: str, ids: list[str]
) -> None:
    """Subjects, names, topics, texts and ids never add, hide or end a field of a reply (B83, T46)."""
    now = state(
        subject=subject,
        thread_topic=topic,
        thread_index=topic,
        chain=tuple(ids),
        last_from_customer=ids[-1] if ids else "",
    )
    letter = compose_say(say(Notice.REPLY, to=Address("ivana@kupac.hr", name), text=text), now, voice())
    found = names(letter.raw)
    assert set(found) - {"In-Reply-To", "Thread-Topic", "Content-Transfer-Encoding"} == set(SAY)
    assert len(found) == len(set(found))
    check_form(letter.raw)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_no_word_breaks_a_notification(subject: str, by: str, text: str, why: str) -> None:
    """What a customer writes cannot change the header or the foot of a mail to an agent."""
    letter = compose_tell(tell(by=by, text=text, why=why), state(subject=subject, requester_name=by), voice())
    assert not {"Bcc", "Cc"} & set(names(letter.raw))
    assert "ODGOVOR IDE KORISNIKU" in text_of(letter.raw)
    check_form(letter.raw)


@given(HOSTILE, st.binary(max_size=300), HOSTILE)
def test_files_never_change_a_letter(name: str, data: bytes, kind: str) -> None:
    """Any file name, type and content arrives as one attachment with the same bytes."""
    letter = compose_say(say(Notice.REPLY, text="x"), state(), voice(), ((name, kind, data),))
    (part,) = read(letter.raw).iter_attachments()
    assert part.get_payload(decode=True) == data
    check_form(letter.raw)


def check_form(raw: bytes) -> None:
    """Lines end in CRLF and fit; nothing needs 8BITMIME."""
    assert raw.isascii()
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@given(st.text(max_size=150))
def test_header_text_comes_back(text: str) -> None:
    """What is safe in a header is read by others as it was written."""
    safe = header_safe(text)
    line = text_field("Subject", text).lines.removeprefix("Subject:").replace("\r\n", "").strip()
    assert str(make_header(decode_header(line))) == safe
    assert header_safe(safe) == safe


@given(st.dictionaries(st.sampled_from(sorted(PARTICIPANT_VALUES)), HOSTILE))
def test_values_never_run(values: dict[str, str]) -> None:
    """No value of a template is a template; the HTML holds no markup but ours."""
    given_values = {**dict.fromkeys(PARTICIPANT_VALUES, ""), **values, "text": "<script>"}
    said = render(wording(templates()), "reply", given_values, ("en",))
    assert "<script>" in said.text
    assert "<script>" not in said.html
