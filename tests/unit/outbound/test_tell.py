import re
from urllib.parse import unquote

import pytest

from maildesk import tokens
from maildesk.model.decision import Event
from maildesk.model.outgoing import Promise
from maildesk.outbound.compose import compose_tell
from maildesk.tokens import TokenKind
from tests.unit.outbound.builders import ANA, KEYS, MAILBOX, NOW, html_of, read, state, tell, text_of, voice

ABOUT_THE_TICKET = [Event.NEW_TICKET, Event.CUSTOMER_MAIL, Event.ASSIGNED, Event.REOPENED]
QUESTIONS = [Event.HELD, Event.CHALLENGE, Event.COMMAND_REFUSED]


def back_of(raw: bytes) -> str:
    return str(read(raw)["Reply-To"].addresses[0].addr_spec)


def kind_of(address: str) -> TokenKind | None:
    """Say what a reply address is good for, after proving it for Ana."""
    detail = tokens.split_subaddress(address)[1]
    claims = tokens.read(detail)
    if claims is None:
        return None
    genuine, why = tokens.proves(KEYS, detail, kind=claims.kind, agent="ana", salt="pepper", epoch=0, today=NOW.date())
    assert genuine, why
    return claims.kind


def test_a_notification_looks_like_the_customers_mail() -> None:
    """In the agent's list stand the customer's name and words; the answer goes to the customer's keyed address."""
    letter = compose_tell(tell(), state(), voice())
    message = read(letter.raw)
    assert str(message["From"]) == f"Ivana Kovač <{MAILBOX}>"
    assert message["Reply-To"].addresses[0].display_name == "Ivana Kovač (korisnik)"
    assert kind_of(back_of(letter.raw)) is TokenKind.AGENT_PUBLIC
    assert text_of(letter.raw).startswith("Poštovani,\n\ngdje je račun?\n")
    assert letter.rcpt_to == ANA.addresses[0]
    assert letter.promise is Promise.AT_LEAST_ONCE


@pytest.mark.parametrize("event", ABOUT_THE_TICKET)
def test_every_event_of_a_ticket_is_one_conversation(event: Event) -> None:
    """Subject, root, topic and index are the same for every event."""
    message, first = (
        read(compose_tell(tell(event), state(), voice()).raw),
        read(compose_tell(tell(), state(), voice()).raw),
    )
    for name in ("Subject", "References", "In-Reply-To", "Thread-Topic", "Thread-Index"):
        assert message[name] == first[name]
    assert message["Subject"] == "[#1042] Upit o računu br. 20261107"


def test_the_agents_conversation_is_not_the_customers() -> None:
    """Notifications do not refer to the customer's ids: who is customer and agent sees two conversations."""
    assert b"first@kupac.hr" not in compose_tell(tell(), state(), voice()).raw


def test_filters_find_what_they_sort_by() -> None:
    """List-Id for Gmail, X- fields for everything else."""
    message = read(compose_tell(tell(why="you are in team l1", data={"rule": "Računi"}), state(), voice()).raw)
    assert str(message["List-Id"]) == "Naplata <l1.podrska.firma.hr>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["X-Maildesk-Ticket"] == "1042"
    assert message["X-Maildesk-Event"] == "customer-mail"
    assert message["X-Maildesk-Reason"] == "team"
    assert message["X-Maildesk-Team"] == "l1"
    assert message["X-Maildesk-Priority"] == "normal"
    assert str(message["X-Maildesk-Why"]) == "you are in team l1; Računi"
    assert read(compose_tell(tell(), state(assignee="ana"), voice()).raw)["X-Maildesk-Reason"] == "assigned"


def test_a_note_offers_only_the_teams_address() -> None:
    """An answer to a note can only become a note (B55)."""
    letter = compose_tell(tell(Event.NOTE, by="Petr Novák", text="Interno: čekamo banku."), state(), voice())
    assert kind_of(back_of(letter.raw)) is TokenKind.AGENT_NOTE
    assert "ODGOVOR OSTAJE U TIMU" in text_of(letter.raw)
    assert "ODGOVOR IDE KORISNIKU" not in text_of(letter.raw)


def test_any_event_can_be_turned_inside() -> None:
    """`note_address` makes the reply of any notification stay in the team."""
    assert kind_of(back_of(compose_tell(tell(note_address=True), state(), voice()).raw)) is TokenKind.AGENT_NOTE


@pytest.mark.parametrize("event", QUESTIONS)
def test_questions_are_answered_to_an_address_that_names_the_held_mail(event: Event) -> None:
    """#yes and #no go to a token that holds the entry's id."""
    letter = compose_tell(tell(event, note_address=True, data={"author": "x@y.org"}), state(), voice(), entry=77)
    assert kind_of(back_of(letter.raw)) is TokenKind.CONFIRM
    claims = tokens.read(tokens.split_subaddress(back_of(letter.raw))[1])
    assert claims is not None
    assert claims.ticket == 77
    assert letter.entry == 77
    message = read(letter.raw)
    assert message["Subject"].startswith("[#1042] ")
    assert message["Subject"] != "[#1042] Upit o računu br. 20261107"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert "Precedence" not in message


def test_a_question_about_an_earlier_hold_names_it() -> None:
    """`hold` is used where no new entry is given."""
    claims = tokens.read(
        tokens.split_subaddress(back_of(compose_tell(tell(Event.HELD, hold=9), state(), voice()).raw))[1]
    )
    assert claims is not None
    assert claims.ticket == 9


def test_the_customers_address_is_not_there_to_be_answered() -> None:
    """The customer's address is in no header, and in the body only as words (no mail program makes it a recipient)."""
    letter = compose_tell(tell(), state(), voice())
    assert b"ivana@kupac.hr" not in letter.raw
    assert "ivana (at) kupac.hr" in text_of(letter.raw)


def test_buttons_write_the_command() -> None:
    """Each button opens a mail to the reply address with the command in it, below 500 characters (RFC 6068)."""
    letter = compose_tell(tell(), state(subject="Ž" * 200), voice())
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(mailto:[^"]*)"', html_of(letter.raw))]
    assert [unquote(link.partition("&body=")[2]) for link in links] == [
        "#take\r\n",
        "#close\r\n",
        "#note\r\n",
        "#wait 3d\r\n",
    ]
    for link in links:
        assert len(link) < 500 + 6 * 60
        assert link.startswith(f"mailto:{back_of(letter.raw)}?subject=Re%3A%20%5B%231042%5D")
        assert "#" not in link.partition("?")[2]
        assert " " not in link


def test_usual_buttons_are_short() -> None:
    """With a usual subject a button's address stays below 500 characters."""
    links = re.findall(r'href="(mailto:[^"]*)"', html_of(compose_tell(tell(), state(), voice()).raw))
    assert links
    assert max(map(len, links)) < 500


def test_links_in_a_customers_words_are_dead() -> None:
    """A stranger's web address is no link in a mail of ours."""
    page = html_of(compose_tell(tell(text="see https://evil.example/x"), state(), voice()).raw)
    assert "https://evil.example/x" in page
    assert 'href="https://evil' not in page


def test_an_admin_without_login_gets_no_powers() -> None:
    """An admin's address gets the news, but no token."""
    letter = compose_tell(tell(agent="", address="it@firma.hr"), state(), voice())
    assert letter.rcpt_to == "it@firma.hr"
    assert "Reply-To" not in read(letter.raw)
    assert read(letter.raw)["X-Maildesk-Reason"] == "admin"


@pytest.mark.parametrize("event", [Event.QUARANTINED, Event.POLICY_BROKEN, Event.MAILBOX])
def test_alarms_belong_to_no_ticket(event: Event) -> None:
    """News about the desk itself goes out without a ticket, with its own subject."""
    alarm = tell(event, ticket=0, agent="", address="it@firma.hr", by="", data={"problems": "rules/a.yaml:3:1: error"})
    letter = compose_tell(alarm, None, voice())
    assert letter.ticket is None
    assert letter.mail_from == MAILBOX
    assert "rules/a.yaml:3:1: error" in text_of(letter.raw)
    assert read(letter.raw)["Subject"]


def test_nobody_to_tell_is_said() -> None:
    """An agent who is gone cannot be told."""
    with pytest.raises(LookupError):
        compose_tell(tell(agent="gone"), state(), voice())


@pytest.mark.parametrize("event", [event for event in Event if event is not Event.DIGEST])  # that one is test_digest's
def test_every_event_has_its_letter(event: Event) -> None:
    """No event is without words, in any language of the desk."""
    for language in ("en", "cs", "hr"):
        letter = compose_tell(tell(event, data={"changed": "yes"}), state(), voice(languages=(language,)), entry=5)
        assert letter.kind == f"agent:{event.value}"
        assert read(letter.raw)["Content-Language"] == language
        assert len(text_of(letter.raw).split()) > 5


def test_a_text_without_end_is_cut_in_a_notification() -> None:
    """Nobody reads a megabyte in a notification; the letter names the command that brings it."""
    said = text_of(compose_tell(tell(text="word " * 200_000), state(), voice()).raw)
    assert 100_000 < len(said) < 110_000
    assert "[… #original]" in said


def test_tokens_die_with_the_agents_epoch() -> None:
    """A new epoch of the agent ends the reply addresses made before."""
    detail = tokens.split_subaddress(back_of(compose_tell(tell(), state(), voice()).raw))[1]
    genuine, _ = tokens.proves(
        KEYS, detail, kind=TokenKind.AGENT_PUBLIC, agent="ana", salt="pepper", epoch=1, today=NOW.date()
    )
    assert not genuine
