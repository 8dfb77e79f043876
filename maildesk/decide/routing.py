"""What the rules make of a mail: the facts they may look at, and who gets the ticket."""

from maildesk.decide.author import Author
from maildesk.decide.draft import Draft
from maildesk.model.reason import Reason
from maildesk.model.why import Why
from maildesk.rules.assign import choose_assignee
from maildesk.rules.evaluate import Facts, Routing, evaluate


def route(draft: Draft, author: Author, event: str) -> Routing:
    """Run the rules for an event (`new`, `reply`, `reopened`) and keep their trace."""
    routing = evaluate(draft.desk.policy, facts(draft, author, event))
    draft.rules = routing.traces
    draft.because(*routing.why)
    return routing


def facts(draft: Draft, author: Author, event: str) -> Facts:
    """Collect what conditions may ask about."""
    mail, snapshot = draft.mail, draft.snapshot
    history = snapshot.history(author.who.address)
    return Facts(
        subject=mail.subject,
        body=mail.new_text,
        author=author.who.address,
        to=tuple(a.address for a in mail.to),
        cc=tuple(a.address for a in mail.cc),
        attachments=tuple(a.name for a in mail.attachments),
        headers=mail.headers,
        language=language(draft, author),
        channel="web" if snapshot.source == "web" else "email",
        trust=author.trust.value,
        event=event,
        now=snapshot.now,
        known_customer=history.tickets > 0,
        mailbox_team=draft.desk.mailbox_team(snapshot.mailbox),
    )


def language(draft: Draft, author: Author) -> str:
    """Choose the language to speak: the mail's if it is one of ours, else the author's last one, else the desk's first."""
    ours = draft.desk.settings.desk.languages
    last = draft.snapshot.history(author.who.address).last_language
    for candidate in (draft.mail.language, last):
        if candidate in ours:
            return candidate
    return ours[0] if ours else "en"


def assignee(draft: Draft, routing: Routing, team: str) -> str:
    """Say who gets the ticket, by the rule's wish; nobody is a good answer."""
    if not routing.assign:
        return ""
    snapshot, policy = draft.snapshot, draft.desk.policy
    login, why, rotate = choose_assignee(
        routing.assign, team, policy.people, snapshot.loads, snapshot.rotation, snapshot.now, policy.calendars, routing.needs
    )
    draft.because(why)
    if rotate:
        draft.do(rotate)
    return login


def team_for(draft: Draft, routing: Routing) -> str:
    """Say which team gets the ticket: the rules' choice, else the mailbox's own team."""
    if routing.team:
        return routing.team
    team = draft.desk.mailbox_team(draft.snapshot.mailbox)
    draft.because(Why(Reason.MAILBOX_TEAM, f"{draft.snapshot.mailbox}: {team}"))
    return team
