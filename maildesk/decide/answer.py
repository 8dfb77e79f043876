"""What an agent's answer to one of our questions does: may this stranger join, was this mail yours, send it as it is?"""

from maildesk import commands
from maildesk.decide.agent import carry_out
from maildesk.decide.asking import ask
from maildesk.decide.author import Author
from maildesk.decide.behalf_answer import settle_behalf
from maildesk.decide.draft import Draft
from maildesk.decide.leaving import find_leak
from maildesk.decide.settle import settle_stranger
from maildesk.model.decision import Decision, HoldKind, SettleEntry
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.snapshot import HeldEntry
from maildesk.model.why import Why


def decide_answer(draft: Draft, author: Author) -> Decision:
    """Say what the answer to a held question does; only the agent who was asked can give it, once."""
    held = draft.snapshot.hold
    assert held is not None
    if author.agent is None or held.settled:
        draft.because(Why(Reason.DROPPED, "settled already" if held.settled else "not an agent"))
        return draft.done(held.ticket)
    answer = commands.read_answer(draft.mail.words, draft.desk.policy.phrases)
    if held.kind is HoldKind.BEHALF:
        return settle_behalf(draft, author.agent, held, draft.mail.words, answer or "")
    return settle(draft, author.agent, held, answer or "")


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
        case ((HoldKind.UNPROVEN | HoldKind.COMMAND | HoldKind.LEAK), ("no" | "drop")):
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


def _release(draft: Draft, agent: Agent, held: HeldEntry, *, as_is: bool, confirmed: bool = False) -> Decision:
    """Do what the held mail asked, now that it is known to be the agent's wish."""
    state = draft.snapshot.ticket(held.ticket)
    assert state is not None
    draft.because(Why(Reason.CONFIRMED, f"by {agent.login}"))
    draft.do(SettleEntry(held.id, released=False))
    draft.settles = held.id
    files = tuple(a.index for a in draft.snapshot.original.files) if draft.snapshot.original else ()
    return carry_out(draft, agent, state, held.text, files, note=held.note, as_is=as_is, confirmed=confirmed)


def _ask_again(draft: Draft, agent: Agent, held: HeldEntry, problem: str = "") -> Decision:
    if not problem:
        draft.because(Why(Reason.COMMAND_REFUSED, "no answer was found in the mail"))
    key = f"tell:again:{draft.snapshot.cause.key}:{agent.login}"
    ask(draft, agent, held, problem, what="final" if problem else "", key=key)
    return draft.done(held.ticket)
