"""What a proven agent asks of the desk by a new mail, about no ticket: `#list`, `#search`, `#help`, `#kb`, `#away`."""

from maildesk import commands
from maildesk.decide.agent import set_away
from maildesk.decide.author import Author
from maildesk.decide.draft import Draft
from maildesk.decide.orders import read_orders
from maildesk.decide.questions import tell_answers
from maildesk.decide.receipt import tell_receipt
from maildesk.model.decision import DESK, Decision
from maildesk.model.phrases import Verb
from maildesk.model.sheet import Deed, Did

_ASKED = (Verb.LIST, Verb.SEARCH, Verb.HELP, Verb.KB, Verb.AWAY, Verb.STATUS, Verb.WHY)


def asks_desk(draft: Draft, author: Author) -> bool:
    """Tell whether a mail is nothing but such commands; `#status` and `#why` need a number."""
    asked = _read(draft)
    whole = all(c.verb in _ASKED and (c.words or c.verb not in (Verb.STATUS, Verb.WHY)) for c in asked.commands)
    return author.agent is not None and bool(asked.commands) and whole and not asked.text.strip() and not asked.problems


def answer_desk(draft: Draft, author: Author) -> Decision:
    """Answer to the agent's registered address; no ticket is opened."""
    agent = author.agent
    assert agent is not None
    orders = read_orders(_read(draft), agent, draft.snapshot, draft.desk, note=False)
    draft.because(*orders.why)
    if orders.problems:
        tell_receipt(draft, agent, DESK, tuple(Deed(Did.REFUSED, (problem,)) for problem in orders.problems))
        return draft.done()
    if orders.away:
        set_away(draft, agent, orders)
    tell_answers(draft, agent, orders.questions, None)
    tell_receipt(draft, agent, DESK, orders.deeds)
    return draft.done()


def _read(draft: Draft) -> commands.Asked:
    policy = draft.desk.policy
    return commands.read_commands(draft.mail.words, policy.phrases, policy.people)
