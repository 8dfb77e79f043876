"""What holds in every golden case, whatever it is about."""

from collections import Counter
from collections.abc import Iterator

from maildesk.store.verify import verify
from tests.golden.letters import Letter
from tests.golden.play import Played

_MACHINES = ("automatic", "bounce", "receipt", "calendar", "loop")
_LONG_ENOUGH = 12  # a note of a word or two may well be said to the customer, too


def broken_laws(played: Played) -> Iterator[str]:
    """Name what no case may ever come to."""
    yield from (f"the database does not fit together: {line}" for line in played.store.read(verify))
    agents = {a.casefold() for agent in played.desk.policy.people.agents.values() for a in agent.addresses}
    inside = agents | {admin.casefold() for admin in played.desk.settings.desk.admins}
    outside = [
        letter
        for letter in played.letters
        if not letter.kind.startswith("hook:") and letter.sent.rcpt_to.casefold() not in inside
    ]
    notes = _notes(played)
    for letter in outside:
        yield from _leaks(letter, agents, notes)
        yield from _manners(letter)
    yield from _answered_machines(played, outside)
    acknowledged = Counter(one.sent.ticket for one in outside if one.kind == "acknowledgement")
    yield from (f"#{number} was acknowledged {count} times" for number, count in acknowledged.items() if count > 1)


def _notes(played: Played) -> list[str]:
    rows = played.store.read(lambda db: db.all("SELECT text FROM entry WHERE kind = 'note' AND author <> 'maildesk'"))
    said = " ".join(text for (text,) in played.store.read(lambda db: db.all("SELECT text FROM entry WHERE public")))
    return [text for (text,) in rows if len(text) >= _LONG_ENOUGH and text not in said]


def _leaks(letter: Letter, agents: set[str], notes: list[str]) -> Iterator[str]:
    """No agent's own address and no words of a note reach anybody outside."""
    seen = "\n".join([letter.text, *(f"{name}: {value}" for name, value in letter.message.items())]).casefold()
    yield from (f"{letter}: shows {address}" for address in agents if address in seen)
    yield from (f"{letter}: shows a note" for note in notes if note.casefold() in seen)


def _manners(letter: Letter) -> Iterator[str]:
    """A notice says that a machine wrote it (RFC 3834), a person's reply does not; every mail can be known again as ours."""
    says = letter.message["Auto-Submitted"] is not None
    if says == (letter.kind == "reply"):
        yield f"{letter}: Auto-Submitted is {letter.message['Auto-Submitted']}"
    if letter.kind == "acknowledgement" and letter.sent.mail_from:
        yield f"{letter}: has a return path"
    if not letter.message["X-Maildesk-Loop"] or not letter.sent.message_id.startswith("md1."):
        yield f"{letter}: would not be known if it came back"


def _answered_machines(played: Played, outside: list[Letter]) -> Iterator[str]:
    """Mail of machines brings about no letter to anybody outside, and never changes a status."""
    for step, decisions in played.decisions.items():
        for decision in (d for d in decisions if d.kind in _MACHINES):
            yield from (f"{one} answers a machine" for one in outside if one.step == step)
            if "reopened" in {why.reason.value for why in decision.why}:
                yield f"{step}: a machine opened a ticket again"
