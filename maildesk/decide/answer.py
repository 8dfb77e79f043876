"""What an agent's answer to one of our questions does: may this stranger join, was this mail yours, send it as it is?"""

import datetime as dt

from maildesk import commands
from maildesk.decide.agent import carry_out
from maildesk.decide.asking import ask, ask_author
from maildesk.decide.author import Author
from maildesk.decide.behalf_answer import settle_behalf
from maildesk.decide.draft import Draft
from maildesk.decide.leaving import find_leak
from maildesk.decide.settle import settle_stranger
from maildesk.model.decision import Decision, Event, HoldKind, SettleEntry
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.snapshot import HeldEntry
from maildesk.model.why import Why

ANSWER_WITHIN = dt.timedelta(minutes=30)
_CHALLENGE, _FOR_WHOM = f"agent:{Event.CHALLENGE.value}", f"agent:{Event.BEHALF.value}"


def decide_answer(draft: Draft, author: Author) -> Decision:
    """Say what the answer to a held question does; only the agent who was asked can give it, once."""
    held = draft.snapshot.hold
    assert held is not None
    if author.agent is None or held.settled:
        draft.because(Why(Reason.DROPPED, "settled already" if held.settled else "not an agent"))
        return draft.done(held.ticket)
    answer = commands.read_answer(draft.mail.words, draft.desk.policy.phrases)
    if answer not in ("no", "drop") and (asked := _asked_long_ago(draft, held)):
        draft.because(Why(Reason.ANSWER_LATE, f"asked at {asked:%H:%M} UTC"))
        event, number = Event.CHALLENGE, held.ticket
        ask_author(draft, author.agent, number, held.text, event=event, problems="", what="late", hold=held.id)
        return draft.done(number)
    if held.kind is HoldKind.BEHALF:
        return settle_behalf(draft, author.agent, held, draft.mail.words, answer or "")
    return settle(draft, author.agent, held, answer or "")


def _asked_long_ago(draft: Draft, held: HeldEntry) -> dt.datetime | None:
    """Say when an agent was asked whether a mail is his, if that is too long ago for his word to count.

    Whoever wrote in his name must not be let in by a word that meant something else, or by one that somebody found later. The
    letter that is answered tells when that was; a mail program that does not say which one it is answers the newest.
    """
    if held.kind not in (HoldKind.UNPROVEN, HoldKind.BEHALF):
        return None
    answered = {*draft.mail.in_reply_to}
    letters = [k for k in draft.snapshot.known if k.message_id in answered and k.what.startswith("agent:")]
    if held.kind is HoldKind.BEHALF and any(letter.what == _FOR_WHOM for letter in letters):
        return None  # he was asked for whom it is, and had proven himself before
    asked = max((k.date for k in letters if k.date and k.what == _CHALLENGE), default=held.asked)
    came = draft.snapshot.received_at or draft.snapshot.now
    return asked if asked is not None and came - asked > ANSWER_WITHIN else None


def settle(draft: Draft, agent: Agent, held: HeldEntry, answer: str) -> Decision:
    """Carry out an answer: yes, no, new, ok or drop; anything else asks again."""
    match held.kind, answer:
        case HoldKind.BEHALF, _:
            return settle_behalf(draft, agent, held, "", answer)
        case ((HoldKind.STRANGER | HoldKind.MERGE), ("yes" | "no" | "new")):
            return settle_stranger(draft, agent, held, answer)
        case HoldKind.UNPROVEN, "yes":
            return _release(draft, agent, held, as_is=False)
        case HoldKind.COMMAND, ("ok" | "yes"):
            return _release(draft, agent, held, as_is=True)
        case HoldKind.LEAK, ("ok" | "yes"):
            return _let_pass(draft, agent, held)
        case HoldKind.COLLISION, ("ok" | "yes"):
            # What waits for this word has passed the leak guard, if need be by the agent's word: it is not stopped there again.
            return _release(draft, agent, held, as_is=held.as_is, confirmed=True, second=True)
        case ((HoldKind.UNPROVEN | HoldKind.COMMAND | HoldKind.LEAK | HoldKind.COLLISION), ("no" | "drop")):
            draft.because(Why(Reason.DROPPED, f"by {agent.login}"))
            draft.do(SettleEntry(held.id, released=False))
            return draft.done(held.ticket)
        case _:
            return _ask_again(draft, agent, held)


def _let_pass(draft: Draft, agent: Agent, held: HeldEntry) -> Decision:
    """Send what only looked like a leak; words of a note wait on, whatever the agent says: they can only be dropped."""
    state = draft.snapshot.ticket(held.ticket)
    assert state is not None
    leak = find_leak(draft, agent, state, held.text, confirmed=True)
    if leak:
        draft.because(leak)
        return _ask_again(draft, agent, held, leak.text)
    return _release(draft, agent, held, as_is=held.as_is, confirmed=True)


def _release(
    draft: Draft, agent: Agent, held: HeldEntry, *, as_is: bool, confirmed: bool = False, second: bool = False
) -> Decision:
    """Do what the held mail asked, now that it is known to be the agent's wish."""
    state = draft.snapshot.ticket(held.ticket)
    assert state is not None
    draft.because(Why(Reason.CONFIRMED, f"by {agent.login}"))
    draft.do(SettleEntry(held.id, released=False))
    draft.settles = held.id
    files = tuple(a.index for a in draft.snapshot.original.files) if draft.snapshot.original else ()
    return carry_out(
        draft, agent, state, held.text, files, note=held.note, as_is=as_is, confirmed=confirmed, second=second
    )


def _ask_again(draft: Draft, agent: Agent, held: HeldEntry, problem: str = "") -> Decision:
    if not problem:
        draft.because(Why(Reason.COMMAND_REFUSED, "no answer was found in the mail"))
    key = f"tell:again:{draft.snapshot.cause.key}:{agent.login}"
    ask(draft, agent, held, problem, what="final" if problem else "", key=key)
    return draft.done(held.ticket)
