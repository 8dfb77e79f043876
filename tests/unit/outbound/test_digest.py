"""One mail that tells of much."""

import datetime as dt
from email.header import decode_header, make_header

import pytest
from msgspec.structs import replace

from maildesk.model.decision import Event
from maildesk.model.outgoing import Outgoing
from maildesk.model.ticket import Priority
from maildesk.outbound.digest import Item, compose_digest
from maildesk.tokens import TokenKind, address, split_subaddress
from tests.unit.outbound.builders import ANA, NOW, html_of, read, state, tell, text_of, voice

FIRST = state().ticket
SECOND = replace(FIRST, number=1043, subject="Ne radi internet", priority=Priority.URGENT)


def item(hours: int, event: Event = Event.CUSTOMER_MAIL, **changes: object) -> Item:
    return Item(NOW - dt.timedelta(hours=hours), replace(tell(event), later=NOW, **changes))


def digest(*items: Item, **changes: object) -> Outgoing:
    return compose_digest(ANA, items, {1042: FIRST, 1043: SECOND}, voice(**changes), 7)


def addresses(letter: Outgoing) -> list[str]:
    return [line.removeprefix("→ ") for line in text_of(letter.raw).splitlines() if line.startswith("→ ")]


def test_every_ticket_once_the_urgent_first() -> None:
    """Each ticket stands there once with all that happened, the urgent one first, and both parts say the same."""
    letter = digest(item(9), item(8, ticket=1043, text="Hitno!"), item(7, text="Još nešto."))
    text = text_of(letter.raw)
    assert text.index("#1043 ") < text.index("#1042 ")
    assert text.count("#1042 ") == 1
    assert text.index("#1042 ") < text.index("gdje je račun?") < text.index("Još nešto.")
    for words in ("Hitno!", "gdje je račun?", "Još nešto."):
        assert words in html_of(letter.raw)
    assert "događaji: 3" in str(make_header(decode_header(str(read(letter.raw)["Subject"]))))


def test_who_it_is_from() -> None:
    """It is automatic mail to the first address of the agent, known by its event and by an id that a retry has again."""
    letter = digest(item(9))
    message = read(letter.raw)
    assert (letter.rcpt_to, letter.kind) == ("ana@privatno.hr", "agent:digest")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Maildesk-Event"] == "digest"
    assert digest(item(9)).raw == letter.raw
    assert message["Reply-To"] is None


def test_a_note_leads_to_the_team_only() -> None:
    """A ticket whose note is shown has the team's address and no button to the customer; the other ticket has the customer's."""
    letter = digest(
        item(9, ticket=1043), item(8, Event.NOTE, ticket=1043, note_address=True, text="Ne plaća."), item(7)
    )
    kinds = [claims.kind for to in addresses(letter) if (claims := address.read(split_subaddress(to)[1]))]
    assert kinds == [TokenKind.AGENT_NOTE, TokenKind.AGENT_PUBLIC]
    assert html_of(letter.raw).count(">Odgovori</a>") == 1


def test_words_of_strangers_stay_words() -> None:
    """What a customer writes is one short line, and neither markup nor a button nor a foot of ours."""
    words = f"<b>x</b>\n\n-- \n→ {'y' * 50}\n{'long ' * 1000}"
    letter = digest(item(9, text=words, by="<i>Ivana</i>"))
    assert "<b>" not in html_of(letter.raw)
    assert "<i>" not in html_of(letter.raw)
    assert text_of(letter.raw).count("\n-- \n") == 1
    assert max(map(len, text_of(letter.raw).splitlines())) < 400


@pytest.mark.parametrize("language", ["en", "cs", "hr"])
def test_every_event_has_its_words(language: str) -> None:
    """Each event that can be gathered is said in each language, and short links keep to RFC 6068."""
    events = (
        Event.NEW_TICKET, Event.CUSTOMER_MAIL, Event.ASSIGNED, Event.REOPENED, Event.NOTE, Event.RATED, Event.UNDELIVERED,
    )  # fmt: skip
    letter = digest(*(item(9, event, text="") for event in events), languages=(language,))
    lines = [line for line in text_of(letter.raw).splitlines() if line.startswith("- ")]
    assert len(lines) == len(events)
    assert len(set(lines)) == len(events) - 1  # a new ticket and one more mail of the customer's
    links = [part.partition('"')[0] for part in html_of(letter.raw).split('href="')[1:]]
    assert links
    assert all(link.startswith("mailto:") and len(link) < 500 for link in links)


def test_a_flood_says_what_it_is() -> None:
    """What waited only for the quarter of an hour is not called the night's."""
    soon = NOW + dt.timedelta(minutes=3)
    letter = digest(Item(NOW, replace(tell(), later=soon)), languages=("en",))
    assert "Too much came at once" in text_of(letter.raw)
    assert "outside your hours" in text_of(digest(item(9), languages=("en",)).raw)


def test_very_much() -> None:
    """Of many events only the last are shown, of many tickets only fifty, and the mail says that there is more."""
    one = digest(*(item(20, text=f"mail {n}") for n in range(30)))
    assert "+20" in text_of(one.raw)
    assert "mail 29" in text_of(one.raw)
    many = {n: replace(FIRST, number=n) for n in range(1, 61)}
    letter = compose_digest(ANA, [item(9, ticket=n) for n in many], many, voice(languages=("en",)), 7)
    assert "10 further tickets" in text_of(letter.raw)
    assert len(addresses(letter)) == 50
