import datetime as dt
import email.utils
import re

import pytest

from maildesk import tokens
from maildesk.model.decision import Notice
from maildesk.model.mail import Address
from maildesk.model.outgoing import Promise
from maildesk.model.ticket import Status
from maildesk.outbound.compose import compose_say
from maildesk.outbound.voice import REQUESTER_DAYS
from maildesk.tokens import TokenKind
from tests.unit.outbound.builders import (
    KEYS,
    MAILBOX,
    NOW,
    REQUESTER,
    html_of,
    read,
    say,
    state,
    templates,
    text_of,
    voice,
)

NOTICES = [Notice.ACKNOWLEDGEMENT, Notice.STATUS, Notice.CLOSING, Notice.FEEDBACK]
LONG_ID = "AM0PR" + "x" * 150 + "@eurprd04.prod.outlook.com"


def reply(**changes: object) -> object:
    return say(Notice.REPLY, text="Dobar dan,\n\nispravak je u privitku.", data={"agent": "ana"}, **changes)


def proven(address: str, kind: TokenKind, salt: str = "pepper") -> bool:
    detail = tokens.split_subaddress(address)[1]
    genuine, _ = tokens.proves(KEYS, detail, kind=kind, agent="", salt=salt, epoch=0, today=NOW.date())
    return genuine


def test_an_acknowledgement_says_number_and_promised_time_first() -> None:
    """The first line, which a preview shows, has the number and a computed time in the customer's language."""
    letter = compose_say(say(data={"promised": "2026-11-24T12:00:00+01:00"}), state(), voice())
    first = text_of(letter.raw).partition("\n")[0]
    assert first == "Zaprimili smo Vaš upit broj 1042 i odgovorit ćemo najkasnije u utorak 24. 11. do 12:00."


def test_an_acknowledgement_repeats_nothing_of_the_mail() -> None:
    """Neither the customer's words nor files are in it: it is no relay for what strangers write (B82)."""
    letter = compose_say(say(), state(last_text="BUY NOW http://evil.example"), voice())
    assert b"BUY" not in letter.raw
    assert not list(read(letter.raw).iter_attachments())


@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_says_that_a_machine_wrote_it(notice: Notice) -> None:
    """RFC 3834, Exchange and the rest of the world are told, each in its own field (B79)."""
    letter = compose_say(say(notice), state(), voice())
    message = read(letter.raw)
    assert message["Auto-Submitted"] == ("auto-replied" if notice is Notice.ACKNOWLEDGEMENT else "auto-generated")
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Precedence"] == "bulk"
    assert message["Content-Language"] == "hr"
    assert message["X-Maildesk-Ticket"] == "1042"
    assert message["X-Maildesk-Notice"] == notice.value
    assert tokens.is_own_loop(KEYS, message["X-Maildesk-Loop"])
    assert letter.automatic
    assert letter.promise is Promise.AT_MOST_ONCE


def test_an_acknowledgement_has_the_null_return_path() -> None:
    """Nothing can bounce or answer to an acknowledgement; other mail has a return path with the ticket's token."""
    assert compose_say(say(), state(), voice()).mail_from == ""
    for notice in NOTICES[1:]:
        assert proven(compose_say(say(notice), state(), voice()).mail_from, TokenKind.VERP)


def test_a_reply_is_human_mail() -> None:
    """A person's reply has nothing that marks machines (B79)."""
    letter = compose_say(reply(), state(), voice())
    message = read(letter.raw)
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "X-Maildesk-Notice", "List-Unsubscribe"):
        assert name not in message
    assert not letter.automatic
    assert letter.promise is Promise.AT_LEAST_ONCE
    assert tokens.is_own_loop(KEYS, message["X-Maildesk-Loop"])


def test_a_reply_comes_from_the_desk_in_the_agents_name() -> None:
    """The customer sees who answers, from the address they wrote to, and answers to a keyed one of ours."""
    message = read(compose_say(reply(), state(), voice()).raw)
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Ana Horvat, Firma podrška", MAILBOX)
    (back,) = message["Reply-To"].addresses
    assert proven(back.addr_spec, TokenKind.REQUESTER)
    assert message["To"].addresses[0].addr_spec == REQUESTER.address


def test_a_replys_words_are_the_agents_with_the_desks_signature() -> None:
    """Text and HTML have the agent's words, then the signature."""
    letter = compose_say(reply(), state(), voice())
    assert text_of(letter.raw).strip() == "Dobar dan,\n\nispravak je u privitku.\n\n-- \nAna Horvat\nFirma podrška"
    assert "<p>ispravak je u privitku.</p>\n<hr>" in html_of(letter.raw)
    assert 'data-md="t1042"' in html_of(letter.raw)


def test_no_private_address_of_an_agent_is_in_the_bytes() -> None:
    """Neither header nor body nor envelope has an agent's own address (B51)."""
    for letter in (
        compose_say(reply(), state(assignee="ana"), voice()),
        compose_say(say(), state(assignee="ana"), voice()),
    ):
        assert b"privatno" not in letter.raw + letter.mail_from.encode()
        assert b"gmail" not in letter.raw


def test_an_unknown_agents_address_is_no_name() -> None:
    """If the login is nobody's and looks like an address, the desk speaks for itself."""
    message = read(compose_say(say(Notice.REPLY, text="x", data={"agent": "ana@privatno.hr"}), state(), voice()).raw)
    assert message["From"].addresses[0].display_name == "Firma podrška"


def test_mail_joins_the_customers_conversation() -> None:
    """Subject, In-Reply-To, References and Outlook's topic and index all continue the customer's own mail (B80)."""
    now = state(
        chain=("first@kupac.hr", "md1.x@firma.hr", LONG_ID),
        last_from_customer=LONG_ID,
        thread_topic="Upit o računu br. 20261107",
        thread_index="Adp4Z1vCq2Zk1s1uRpGmXz8m5s1A9w==",
    )
    raw = compose_say(reply(), now, voice()).raw
    message = read(raw)
    assert message["Subject"] == "Re: [#1042] Upit o računu br. 20261107"
    assert f"In-Reply-To: <{LONG_ID}>\r\n".encode() in raw
    references = re.findall(r"<([^>]*)>", message["References"])
    assert references[0] == "first@kupac.hr"
    assert references[-1] == LONG_ID
    assert message["Thread-Topic"] == "Upit o računu br. 20261107"
    assert message["Thread-Index"].startswith("Adp4Z1vCq2Zk1s1uRpGmXz8m5s1A9")


def test_ids_are_ours_and_say_the_ticket_only_to_us() -> None:
    """Message-ID and one id in References are keyed, so an answer finds its ticket even if a provider rewrites one (B7)."""
    letter = compose_say(say(), state(), voice())
    message = read(letter.raw)
    assert message["Message-ID"] == f"<{letter.message_id}>"
    assert tokens.read_message_id(KEYS, letter.message_id) == 1042
    referred = re.findall(r"<([^>]*)>", message["References"])
    assert any(tokens.read_message_id(KEYS, i) == 1042 for i in referred)
    assert letter.message_id not in referred


def test_a_retry_sends_the_same_bytes() -> None:
    """The same decision worded twice is the same letter, byte for byte."""
    assert compose_say(reply(), state(), voice()) == compose_say(reply(), state(), voice())


def test_effect_keys_are_filled_in() -> None:
    """Ticket and entry stand in the key and so in the Message-ID: one effect, one id."""
    letter = compose_say(say(Notice.REPLY, key="reply:{entry}:a@b", text="x"), state(), voice(), entry=7)
    assert (letter.key, letter.entry, letter.ticket) == ("reply:7:a@b", 7, 1042)
    assert letter.message_id == tokens.message_id(KEYS, "reply:7:a@b", 1042, "firma.hr")


def test_a_delayed_reply_waits_and_lasts_longer() -> None:
    """send_delay sets the first attempt; the five days count from there (B60)."""
    letter = compose_say(reply(delay=60), state(), voice())
    assert letter.not_before == NOW + dt.timedelta(seconds=60)
    assert letter.expires == NOW + dt.timedelta(days=5, seconds=60)
    assert compose_say(say(), state(), voice()).expires == NOW + dt.timedelta(days=1)


def test_files_of_a_reply_arrive_unchanged() -> None:
    """Attachments are the agent's bytes under the agent's name."""
    files = (("Račun č. 7.pdf", "application/pdf", b"\x00\xff\r\n.\n" * 999),)
    (part,) = read(compose_say(reply(), state(), voice(), files).raw).iter_attachments()
    assert part.get_filename() == "Račun č. 7.pdf"
    assert part.get_payload(decode=True) == files[0][2]


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("reminder", "trebamo Vaš odgovor"),
        ("given-up", "zatvorili smo Vaš upit broj 1042"),
        ("reopened", "ponovno otvorili upit broj 1042"),
        ("late", "Kasnimo"),
        ("summary", "čeka da ga netko od nas preuzme"),
    ],
)
def test_a_status_mail_says_what_has_happened(what: str, says: str) -> None:
    """Each kind of status mail has its own words."""
    assert says in text_of(compose_say(say(Notice.STATUS, data={"what": what}), state(), voice()).raw)


def test_a_summary_has_dates_and_who_has_it() -> None:
    """STATUS is answered with dates, the person, and nothing from inside."""
    now = state(status=Status.OPEN, assignee="ana", notes=("secret note",))
    text = text_of(compose_say(say(Notice.STATUS, data={"what": "summary"}), now, voice()).raw)
    assert "Rješavamo Vaš upit broj 1042." in text
    assert "Ana Horvat" in text
    assert "20. 11. 2026. 9:30" in text
    assert "secret" not in text


def test_feedback_can_be_answered_by_mail_and_by_page() -> None:
    """The request offers a digit by mail, five buttons where there is a web address, and a way out."""
    letter = compose_say(say(Notice.FEEDBACK), state(), voice())
    message = read(letter.raw)
    assert "1 · 2 · 3 · 4 · 5" in text_of(letter.raw)
    links = re.findall(r'href="(https://desk.firma.hr/f/[a-z2-7]{32}\?s=\d)"', html_of(letter.raw))
    assert [link[-1] for link in links] == list("12345")
    back = message["Reply-To"].addresses[0].addr_spec
    assert proven(back, TokenKind.FEEDBACK)
    page, by_mail = str(message["List-Unsubscribe"]).split(", ")
    assert by_mail == f"<mailto:{back}?subject=STOP&body=STOP>"
    assert re.fullmatch(r"<https://desk.firma.hr/u/[a-z2-7]{32}>", page)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_only_what_can_be_ended_offers_an_end() -> None:
    """Acknowledgements, closings and answers go on after STOP, so they offer none; without pages it is ended by mail alone."""
    for notice in (Notice.ACKNOWLEDGEMENT, Notice.CLOSING, Notice.REPLY):
        assert read(compose_say(say(notice, text="x"), state(), voice()).raw)["List-Unsubscribe"] is None
    message = read(compose_say(say(Notice.STATUS), state(), voice(web_url="")).raw)
    assert str(message["List-Unsubscribe"]).startswith("<mailto:")
    assert message["List-Unsubscribe-Post"] is None


def test_without_a_web_address_there_are_no_links() -> None:
    """A desk that lives in mail alone sends no link."""
    for notice in (*NOTICES, Notice.REPLY):
        letter = compose_say(say(notice, text="x", data={"suggest": "invoice"}), state(), voice(web_url=""))
        assert "http" not in text_of(letter.raw)
        assert "href" not in html_of(letter.raw)


def test_suggestions_are_at_most_three_pages_of_ours() -> None:
    """A rule's suggestions become links to our pages; what is no page name does not."""
    text = text_of(compose_say(say(data={"suggest": "invoice ../x address a b c"}), state(), voice()).raw)
    assert (
        "- https://desk.firma.hr/kb/invoice\n- https://desk.firma.hr/kb/address\n- https://desk.firma.hr/kb/a\n" in text
    )
    assert "../x" not in text
    assert "/kb/b" not in text


def test_language_follows_ticket_then_desk() -> None:
    """The letter's language is the one asked for, else the ticket's, else the desk's (B85)."""
    assert read(compose_say(say(language="cs"), state(), voice()).raw)["Content-Language"] == "cs"
    assert read(compose_say(say(language=""), state(language="cs"), voice()).raw)["Content-Language"] == "cs"
    assert read(compose_say(say(language="fi"), state(language=""), voice()).raw)["Content-Language"] == "hr"


def test_a_rules_own_template_replaces_the_acknowledgement() -> None:
    """`reply: NAME` of a rule is used where it exists, else the acknowledgement; no path gets in."""
    own = {**templates(), "hr/invoices.txt.j2": "Za račune: {{ number }}"}
    letter = compose_say(say(data={"template": "invoices"}), state(), voice(templates=own, digest="own"))
    assert text_of(letter.raw).strip() == "Za račune: 1042"
    for name in ("nothing", "../../etc/passwd"):
        assert "Zaprimili" in text_of(compose_say(say(data={"template": name}), state(), voice()).raw)


def test_a_luring_name_is_not_passed_on() -> None:
    """An acknowledgement is no relay for advertisements in a sender's name (B83)."""
    to = Address("victim@x.org", "Buy at http://evil.example now")
    assert b"evil" not in compose_say(say(to=to), state(), voice()).raw


def test_a_long_mailbox_name_leaves_no_room_for_a_token() -> None:
    """An address whose local part would be longer than 64 is offered without token rather than broken."""
    box = "x" * 40 + "@firma.hr"
    message = read(compose_say(reply(), state(mailbox=box), voice()).raw)
    assert message["Reply-To"].addresses[0].addr_spec == box


def test_international_addresses() -> None:
    """An international domain is written in ASCII, an international local part as it is (B87)."""
    letter = compose_say(say(to=Address("info@bücher.de")), state(), voice())
    assert letter.rcpt_to == "info@xn--bcher-kva.de"
    assert b"To: info@xn--bcher-kva.de\r\n" in letter.raw
    letter = compose_say(say(to=Address("žofie@kupac.cz", "Žofie")), state(), voice())
    assert "<žofie@kupac.cz>\r\n".encode() in letter.raw


def test_reply_tokens_last_half_a_year() -> None:
    """The requester's address is good for 180 days from the mail that carries it."""
    address = read(compose_say(say(), state(), voice()).raw)["Reply-To"].addresses[0].addr_spec
    claims = tokens.read(tokens.split_subaddress(address)[1])
    assert claims is not None
    assert claims.expires == NOW.date() + dt.timedelta(days=REQUESTER_DAYS)


def test_the_date_is_the_desks_local_time() -> None:
    """The Date field is in the desk's zone."""
    date = read(compose_say(say(), state(), voice()).raw)["Date"]
    assert email.utils.parsedate_to_datetime(date) == NOW
    assert date.endswith("+0100")
