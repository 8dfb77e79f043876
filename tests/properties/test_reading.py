"""Laws of reading: whatever stands in a mail, its readers return, and what they return was in it."""
# ruff: noqa: E501 - the pieces are written as mail clients write them

from hypothesis import given
from hypothesis import strategies as st

from maildesk.ingest.bounce import read_bounce
from maildesk.ingest.classify import classify
from maildesk.ingest.forwarded import read_forwarded
from maildesk.ingest.parts import Part, Structure
from maildesk.ingest.reply_text import read_reply
from maildesk.language import detect, fold
from maildesk.model.mail import Kind

PIECES = (
    "Hello,", "> quoted", ">> twice", "", "-- ", "--", "On 3.11.2026 10:15, Jan <jan@x.example> wrote:", "Dne 3. 11. 2026 v 10:15 Jan napsal(a):",
    "napsal:", "From: Jan <jan@x.example>", "Od: Jan", "Sent: Tuesday", "To: Ana", "Subject: x", "-----Original Message-----", "_____________",
    "---------- Forwarded message ---------", "Begin forwarded message:", "Sent from my iPhone", "#close", "Regards,", "Ana Horvat",
    "This e-mail and any attachments are confidential.", "<", "> wrote:", "reply On Wed, Apr 4, 2026 at 3:59 PM, b@x.example wrote:",
    "Action: failed", "Final-Recipient: rfc822; a@b.example", "<a@b.example>: 550 user unknown", "Message-ID: <1@x.example>",
)  # fmt: skip
TAGS = (
    "<div>", "</div>", '<div class="gmail_quote">', "<blockquote>", '<blockquote type="cite">', "</blockquote>", '<div id="divRplyFwdMsg">',
    '<div class="moz-cite-prefix">', '<div class="gmail_signature">', "<br>", "<p>", "</p>", "<a x='", '<a x="', "<!--", "-->", "<style>", "\ue0a1", "\ue0a7",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=40)), max_size=25).map("\n".join)
pages = st.lists(st.one_of(st.sampled_from(TAGS), st.sampled_from(PIECES), st.text(max_size=20)), max_size=30).map(
    "".join
)
NAMES = (
    "From", "Subject", "Auto-Submitted", "Precedence", "List-Id", "X-Failed-Recipients", "Return-Path", "X-Auto-Response-Suppress",
    "Content-Class", "Received", "In-Reply-To", "X-Maildesk-Loop", "Reply-To", "X-Spam-Flag", "Message-ID",
)  # fmt: skip
VALUES = (
    "<>",
    "MAILER-DAEMON@x.example",
    "Jan <jan@x.example>",
    "auto-replied",
    "no",
    "bulk",
    "Undelivered Mail",
    "Fwd: x",
    "All",
    "YES",
)
parts = st.builds(
    Part,
    content_type=st.sampled_from(
        ("text/plain", "text/html", "text/calendar", "message/rfc822", "message/delivery-status", "image/png")
    ),
    text=texts,
    name=st.text(max_size=10),
)
structures = st.builds(
    Structure,
    headers=st.lists(
        st.tuples(st.sampled_from(NAMES), st.one_of(st.sampled_from(VALUES), st.text(max_size=60))), max_size=12
    ).map(tuple),
    content_type=st.sampled_from(("text/plain", "multipart/report", "multipart/mixed")),
    params=st.sampled_from(({}, {"report-type": "delivery-status"}, {"report-type": "feedback-report"})),
    parts=st.lists(parts, max_size=4).map(tuple),
    return_path=st.sampled_from((None, "", "jan@x.example")),
)


@given(texts)
def test_new_text_is_made_of_the_texts_own_lines(text: str) -> None:
    """Any text: the result's lines are lines of the text, or their beginnings, in order, and nothing is lost without saying so."""
    reply = read_reply(text)
    source = iter(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for line in reply.text.split("\n"):
        assert any(origin.startswith(line) for origin in source)
    assert bool(reply.text) == bool(text.strip())
    assert reply.nothing_new == (not reply.own)
    if not reply.why:
        assert reply.text.split() == text.split()


@given(texts, pages)
def test_html_is_read_whatever_it_is(text: str, page: str) -> None:
    """Any HTML: the reader returns, and its marks never show."""
    reply = read_reply(text, page)
    assert not set("\ue0a1\ue0a2\ue0a3\ue0a4\ue0a5\ue0a6\ue0a7") & set(reply.text) - set(text)


@given(texts, texts)
def test_what_stands_above_stays(above: str, below: str) -> None:
    """A line of the author's own above an attribution is in the result, whatever follows the attribution."""
    attribution = "On 3.11.2026 10:15, Jan <jan@x.example> wrote:"
    assert read_reply(f"This is mine.\n\n{attribution}\n\n> {below}").own.startswith("This is mine.")
    assert isinstance(read_reply(f"{above}\n{attribution}\n{below}").text, str)


@given(structures)
def test_every_mail_has_a_kind(structure: Structure) -> None:
    """Any mail: it has a kind with a reason; a bounce is recognised as one; what a person wrote says why it is not answered."""
    verdict = classify(structure)
    assert verdict.why
    if verdict.kind is Kind.LIST:
        assert verdict.no_ack
    bounce = read_bounce(structure)
    if bounce and verdict.kind in (Kind.PERSON, Kind.LIST):
        raise AssertionError("a delivery report was taken for a person's mail")


@given(structures)
def test_human_mail_stays_human(structure: Structure) -> None:
    """A mail without any header but From, To, Subject and Date, from a person's address, is never automatic."""
    body = next((part.text for part in structure.parts if part.content_type == "text/plain"), "")
    plain = Structure(
        headers=(("From", "Jan <jan@x.example>"), ("To", "podrska@firma.example"), ("Subject", "Question")),
        parts=(Part("text/plain", text=body),),
        return_path="jan@x.example",
    )
    assert classify(plain).kind is Kind.PERSON


@given(texts, structures)
def test_forwarded_mail_names_an_address(text: str, structure: Structure) -> None:
    """Any text: what is read as forwarded has an author with an address."""
    found = read_forwarded(text, structure)
    assert found is None or "@" in found.author.address


@given(st.text(max_size=300), st.sampled_from(((), ("en",), ("cs", "hr", "en"), ("xx",))))
def test_a_language_is_one_of_those_asked_for(text: str, among: tuple[str, ...]) -> None:
    """Any text: the language is one of those asked for or none, and there is a reason."""
    language, why = detect(text, among)
    assert language == "" or language in among or not among
    assert why


@given(st.text(max_size=200))
def test_folding_is_final(text: str) -> None:
    """Folding what is folded changes nothing."""
    assert fold(fold(text)) == fold(text)
