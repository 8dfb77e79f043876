"""What a letter costs: a notification with a mail's whole text and an acknowledgement, next to the standard library's composer."""

import datetime as dt
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from html import escape

from bench.mails import letters
from bench.servers import settings_text
from maildesk.ingest.parse import parse_mail
from maildesk.model.decision import Event, Notice, Say, Tell
from maildesk.model.mail import Address, Mail
from maildesk.model.ticket import Participant, Role, Ticket, TicketState
from maildesk.outbound.compose import compose_say
from maildesk.outbound.tell import compose_tell
from maildesk.outbound.voice import Voice
from maildesk.rules.load import load_policy
from maildesk.settings import shipped_dir
from maildesk.settings.load import read_settings
from maildesk.tokens import Keys
from maildesk.yaml_file import Problems

MAILS = 100
TURNS = 15
_NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def letters_cost(mails: int = MAILS, turns: int = TURNS) -> dict[str, float]:
    """Print, and give, the CPU milliseconds of a letter: the mean over many mails, of each the best of several turns."""
    speaker = _voice()
    agent = next(iter(speaker.people.agents))
    read = [parse_mail(letter.raw, letter.sender) for letter in letters(mails, seed=6)]
    states = [_state(number, mail) for number, mail in enumerate(read, start=1001)]
    both = list(zip(read, states, strict=True))
    found = {
        "plain library": _best([partial(_plain, mail) for mail in read], turns),
        "notification": _best([partial(_told, mail, agent, state, speaker) for mail, state in both], turns),
        "acknowledgement": _best([partial(_acknowledged, state, speaker) for state in states], turns),
    }
    plain = found["plain library"]
    for name, cost in found.items():
        print(
            f"letter: {name:<16} {cost:6.3f} ms   {cost / plain:.3f} x the standard library's composer (the mail's text alone)"
        )
    return found


def _best(jobs: list[Callable[[], object]], turns: int) -> float:
    """Give the mean of the best turns: on a shared machine the others only wait longer."""
    best = [float("inf")] * len(jobs)
    for _ in range(turns):
        for place, job in enumerate(jobs):
            began = time.thread_time()
            job()
            best[place] = min(best[place], time.thread_time() - began)
    return 1000 * sum(best) / len(best)


def _plain(mail: Mail) -> bytes:
    """Write the same words as plain libraries do: text, HTML and five fields, serialised."""
    letter = EmailMessage(SMTP)
    letter["From"], letter["To"] = "support@bench.test", "agent@bench.test"
    letter["Subject"], letter["Message-ID"] = mail.subject, "<1@bench.test>"
    letter["Date"] = "Tue, 24 Nov 2026 10:00:00 +0100"
    letter.set_content(mail.words)
    letter.add_alternative(f"<p>{escape(mail.words)}</p>", subtype="html")
    return letter.as_bytes()


def _told(mail: Mail, agent: str, state: TicketState, speaker: Voice) -> object:
    key, why = f"tell:{{ticket}}:{agent}", "you are in team l1"
    tell = Tell(state.ticket.number, Event.NEW_TICKET, agent, key, by="Some Body", text=mail.words, why=why)
    return compose_tell(tell, state, speaker)


def _acknowledged(state: TicketState, speaker: Voice) -> object:
    ticket = state.ticket
    to = Address(ticket.requester, ticket.requester_name)
    return compose_say(Say(ticket.number, Notice.ACKNOWLEDGEMENT, to, "ack:ticket:{ticket}", "en"), state, speaker)


def _state(number: int, mail: Mail) -> TicketState:
    author = mail.author or Address("user@customer.test", "Some Body")
    ticket = Ticket(
        number, mail.subject, "support@bench.test", author.address, author.name, team="l1", salt=f"s{number}", created=_NOW,
        updated=_NOW,
    )  # fmt: skip
    wrote = Participant(author.address, author.name, Role.REQUESTER, wrote=True)
    return TicketState(ticket, participants=(wrote,), chain=(mail.message_id,), last_from_customer=mail.message_id)


def _voice() -> Voice:
    problems = Problems()
    settings = read_settings("maildesk.yaml", settings_text(25), problems)
    assert settings is not None, problems.sorted()
    policy, found = load_policy(shipped_dir("config"), shipped_dir("templates"), settings)
    assert policy is not None, found[:3]
    return Voice.of(settings, policy, Keys.from_secret(bytes(32), "bench.test"), _NOW)


if __name__ == "__main__":
    letters_cost()
