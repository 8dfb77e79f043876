"""What the rules make of a mail: the facts they may look at, and who gets the ticket."""

from maildesk.decide.author import Author
from maildesk.decide.draft import Draft
from maildesk.language import detect
from maildesk.model.reason import Reason
from maildesk.model.why import Why
from maildesk.rules.assign import choose_assignee
from maildesk.rules.evaluate import MAILBOX, Facts, Routing, evaluate
from maildesk.tokens import split_subaddress

_SAMPLE = 2000
MOST_MISSES = 100  # rules; of a larger policy, what is stored with every mail tells of those that matched


def route(draft: Draft, author: Author, event: str, spoken: str) -> Routing:
    """Run the rules for an event (`new`, `reply`, `reopened`) and keep their trace."""
    policy = draft.desk.policy
    misses = draft.desk.thorough or len(policy.rules) <= MOST_MISSES
    routing = evaluate(policy, facts(draft, author, event, spoken), misses=misses)
    if draft.snapshot.looked_up:
        draft.because(Why(Reason.LOOKED_UP, looked_up(draft)["lookup"][:300]))
    draft.rules = routing.traces
    draft.because(*routing.why)
    return routing


def looked_up(draft: Draft) -> dict[str, str]:
    """Say what was looked up, for agents; nothing where nobody was asked."""
    found = draft.snapshot.looked_up
    return {"lookup": "; ".join(f"{name}: {value}" for name, value in found.items())} if found else {}


def facts(draft: Draft, author: Author, event: str, spoken: str) -> Facts:
    """Collect what conditions may ask about."""
    mail, snapshot = draft.mail, draft.snapshot
    history = snapshot.history(author.who.address)
    return Facts(
        subject=mail.subject,
        body=mail.new_text,
        author=author.who.address,
        to=_to(draft),
        cc=tuple(a.address for a in mail.cc),
        attachments=tuple(a.name for a in mail.files),
        headers=mail.headers,
        language=spoken,
        channel="web" if snapshot.source == "web" else "email",
        trust=author.trust.value,
        event=event,
        now=snapshot.now,
        known_customer=history.tickets > 0,
        mailbox_team=draft.desk.mailbox_team(snapshot.mailbox),
        looked_up=snapshot.looked_up,
    )


def _to(draft: Draft) -> tuple[str, ...]:
    """List whom a mail is for: To, and who stands in the envelope alone (Bcc); addresses of ours without their token."""
    mail, envelope = draft.mail, draft.snapshot.envelope
    named = {a.address.casefold() for a in (*mail.to, *mail.cc)}
    hidden = (address for address in envelope.rcpt_to if address.casefold() not in named)
    return tuple(
        split_subaddress(address)[0] if "+" in address and draft.desk.is_own(address) else address
        for address in (*(a.address for a in mail.to), *hidden)
    )


def language(draft: Draft, author: Author) -> str:
    """Choose the language to speak, and say where it comes from: the mail, the author's last one, the mailbox, the desk.

    It is looked for among the desk's languages only: a free choice among all is wrong far more often.
    """
    ours, mail = draft.desk.settings.desk.languages, draft.mail
    found, why = detect(f"{mail.subject}\n{mail.new_text[:_SAMPLE]}", ours)
    last = draft.snapshot.history(author.who.address).last_language
    box = next((b.language for b in draft.desk.settings.mailboxes if b.address == draft.snapshot.mailbox), "")
    sources = ((found, why), (last, "the author's last mail"), (box, "the mailbox"), (ours[0], "the desk's first"))
    chosen, source = next((code, source) for code, source in sources if code in ours)
    draft.because(Why(Reason.LANGUAGE, f"{chosen}: {source}"))
    return chosen


def assignee(draft: Draft, routing: Routing, team: str) -> str:
    """Say who gets the ticket, by the rule's wish; nobody is a good answer."""
    if not routing.assign:
        return ""
    snapshot, policy = draft.snapshot, draft.desk.policy
    login, why, rotate = choose_assignee(
        routing.assign,
        team,
        policy.people,
        snapshot.loads,
        snapshot.rotation,
        snapshot.now,
        policy.calendars,
        routing.needs,
        snapshot.burdens,
    )
    draft.because(why)
    if rotate:
        draft.do(rotate)
    return login


def team_for(draft: Draft, routing: Routing) -> str:
    """Say which team gets the ticket: the rules' choice, the mailbox's own team, the defaults', or the first there is."""
    team = routing.team or draft.desk.first_team
    if routing.origin.get("team", MAILBOX) == MAILBOX:
        draft.because(Why(Reason.MAILBOX_TEAM, f"{draft.snapshot.mailbox}: {team}"))
    return team


def said_by(routing: Routing) -> dict[str, str]:
    """Give what rules add to an acknowledgement: articles, and the template that takes its place."""
    data = {"suggest": " ".join(routing.suggest), "template": routing.reply}
    return {name: value for name, value in data.items() if value}
