"""Answer what an agent asks by `#why`, `#status`, `#list`, `#search`, `#kb`, `#help` or `#original`: to him alone."""

from maildesk.commands import Command, read_commands
from maildesk.decide.articles import list_articles
from maildesk.decide.draft import Draft
from maildesk.model.decision import DESK, Event, Tell
from maildesk.model.people import Agent
from maildesk.model.phrases import Phrases, Verb, folded
from maildesk.model.reason import Reason
from maildesk.model.sheet import Sheet
from maildesk.model.snapshot import Asks, View
from maildesk.model.ticket import Status, TicketState
from maildesk.model.why import Why
from maildesk.outbound.canned import canned_languages, use_canned
from maildesk.outbound.voice import Voice
from maildesk.rules.policy import Policy

_MOST_PAGES = 40
_MOST_FOUND = 8  # articles beside the tickets that a search found
_ALL = ("all", "vse", "sve")


def find_asks(words: str, agent: Agent, policy: Policy, *, held: bool = False) -> Asks:
    """Say what an agent's words ask of the database; words that were `held` may ask for anything that changes a ticket."""
    if held:
        return Asks(agent.login, undo=True, timeline=True)
    if "#" not in words and "\uff03" not in words:
        return Asks(agent.login)
    asked = read_commands(words, policy.phrases, policy.people)
    listed = asked.find(Verb.LIST)
    query = asked.find(Verb.SEARCH)
    verbs = {command.verb for command in asked.commands}
    return Asks(
        agent.login,
        undo=Verb.UNDO in verbs,
        timeline=bool(verbs & {Verb.ASSIGN, Verb.STATUS, Verb.SPLIT}),
        why=Verb.WHY in verbs,
        original=Verb.ORIGINAL in verbs,
        listed=_listed(listed.words, agent, policy) if listed else None,
        query=query.words[0] if query and query.words else "",
    )


def _listed(words: tuple[str, ...], agent: Agent, policy: Policy) -> tuple[str, ...]:
    """Read what stands behind `#list`: people, teams, statuses, “all”; nothing is one's own desk and what one's teams have."""
    people = policy.people
    found = [f"status:{s.value}" for s in Status if s.value in words]
    if any(word in words for word in _ALL):
        return (*found, "all")
    found += [f"team:{name}" for name in people.teams if folded(name) in words]
    logins = (a.login for a in people.agents.values() if {folded(a.login), *folded(a.name).split()} & {*words})
    found += [f"agent:{login}" for login in logins]
    if not any(word.startswith(("team:", "agent:")) for word in found):
        found.append(f"agent:{agent.login}")
        found += [f"team:{name}" for name, team in people.teams.items() if agent.login in team.members]
    return tuple(found)


def tell_answers(draft: Draft, agent: Agent, questions: tuple[Command, ...], state: TicketState | None) -> None:
    """Answer each question by a mail of its own, to the agent's registered address."""
    for place, command in enumerate(questions):
        draft.because(Why(Reason.ASKED, command.source[:100]))
        asked = draft.snapshot.ticket(int(command.words[0])) if _names_ticket(command) else state
        text, sheet, original = _answer(draft, agent, command, asked)
        about = asked or state
        draft.do(
            Tell(
                about.ticket.number if about else DESK,
                Event.ANSWER,
                agent.login,
                f"tell:answer:{draft.snapshot.cause.key}:{place}",
                by=draft.desk.settings.desk.name,
                text=text,
                note_address=True,
                sheet=sheet,
                original=original,
                data={"what": command.verb.value},
                why="you asked",
            )
        )


def _names_ticket(command: Command) -> bool:
    return command.verb in (Verb.WHY, Verb.STATUS) and bool(command.words)


def _answer(draft: Draft, agent: Agent, command: Command, state: TicketState | None) -> tuple[str, Sheet | None, int]:
    view = draft.snapshot.view or View()
    number = state.ticket.number if state else 0
    match command.verb:
        case Verb.WHY:
            return view.why.get(number, ""), Sheet("why"), 0
        case Verb.STATUS if state:
            sheet = Sheet("status", (), state.ticket, view.timelines.get(number, ()), view.earlier.get(number, ()))
            return "", sheet, 0
        case Verb.LIST | Verb.STATUS:
            return "", Sheet("list", tickets=view.tickets, query=" ".join(command.words)), 0
        case Verb.SEARCH:
            query = " ".join(command.words)
            articles = list_articles(query, draft.desk)[:_MOST_FOUND]
            return "", Sheet("search", tickets=view.tickets, query=query, articles=articles), 0
        case Verb.KB:
            query, pages = " ".join(command.words), _pages(draft, agent, command.words, state)
            articles = list_articles(query, draft.desk, state.ticket.language if state else "")[:_MOST_PAGES]
            return "", Sheet("kb", pages=pages, query=query, articles=articles), 0
        case Verb.ORIGINAL:
            return "", Sheet("original"), view.originals.get(number, 0)
        case _:
            return "", Sheet("help", pages=words_of(draft.desk.policy.phrases)), 0


def _pages(
    draft: Draft, agent: Agent, words: tuple[str, ...], state: TicketState | None
) -> tuple[tuple[str, str], ...]:
    """List canned answers by name with their first line, those in which all words stand."""
    desk = draft.desk
    speaker = Voice.of(desk.settings, desk.policy, desk.keys, draft.snapshot.now)
    found = []
    for name in canned_languages(speaker):
        text = use_canned(name, state.ticket, speaker, agent=agent.login).text if state else ""
        whole = folded(f"{name} {text}")
        if all(word in whole for word in words):
            found.append((name, next((line for line in text.splitlines() if line.strip()), "")[:100]))
    return tuple(found[:_MOST_PAGES])


def words_of(phrases: Phrases) -> tuple[tuple[str, str], ...]:
    """List each command with the other words that are understood for it."""
    known: dict[str, list[str]] = {}
    for word, verb in phrases.commands.items():
        if word != verb.value:
            known.setdefault(verb.value, []).append(f"#{word}")
    return tuple((verb, " ".join(known.get(verb, ())[:8])) for verb in dict.fromkeys(v.value for v in Verb))
