"""Who of the desk is told about a ticket."""

import datetime as dt

from maildesk.decide.draft import Draft
from maildesk.decide.rest import later
from maildesk.model.decision import NEW, Event, Tell
from maildesk.model.reason import Reason
from maildesk.model.sheet import Sheet
from maildesk.model.ticket import Priority, Ticket
from maildesk.model.value import Value
from maildesk.model.why import Why

_MOST_COPIED_BYTES = 10_000_000


class Whose(Value, frozen=True):
    """Whose ticket it is, and how urgent."""

    team: str
    assignee: str = ""
    priority: Priority = Priority.NORMAL


def of(ticket: Ticket) -> Whose:
    """Say whose a ticket is."""
    return Whose(ticket.team, ticket.assignee, ticket.priority)


def tell(  # noqa: PLR0913 - what a notification shows
    draft: Draft,
    event: Event,
    number: int,
    whose: Whose,
    *,
    text: str,
    by: str,
    never: str = "",
    note_address: bool = False,
    about: int = -1,
    files: bool = False,
    data: dict[str, str] | None = None,
    sheet: Sheet | None = None,
) -> None:
    """Ask that the assignee be told, or else the whole team, or else the admins; never the author of the event (`never`).

    `files` sends the causing mail's attachments along, as long as all copies together stay within 10 MB.
    """
    if draft.snapshot.silent:
        return
    logins = [login for login in watchers(draft, whose) if login != never]
    admins = [] if logins or never else list(draft.desk.settings.desk.admins)
    attachments = _attachments(draft, number, len(logins) + len(admins)) if files else ()
    key = f"tell:{event.value}:{draft.snapshot.cause.key}"
    for login, address in [(login, "") for login in logins] + [("", address) for address in admins]:
        draft.do(
            Tell(
                number,
                event,
                login,
                f"{key}:{login or address}",
                address=address,
                by=by,
                text=text,
                note_address=note_address,
                about=about,
                attachments=attachments,
                data={**(data or {}), **({"doubt": draft.doubt} if draft.doubt else {})},
                why=_why(login, whose, data or {}),
                later=_later(draft, event, login, whose),
                sheet=sheet,
            )
        )


def _later(draft: Draft, event: Event, login: str, whose: Whose) -> dt.datetime | None:
    """Give the moment at which an agent is told, None for at once; an admin is always told at once."""
    agent = draft.desk.policy.people.agents.get(login)
    if agent is None:
        return None
    moment, why = later(draft.snapshot, draft.desk, event, agent, team=whose.team, priority=whose.priority)
    if moment is not None:
        draft.because(Why(Reason.GATHERED, f"{login} until {moment:%Y-%m-%dT%H:%MZ}: {why}"))
    return moment


def _why(login: str, whose: Whose, data: dict[str, str]) -> str:
    if data.get("what") == "mention":
        return "named in a note"
    if not login:
        return "you are an admin"
    return "assigned to you" if login == whose.assignee else f"you are in team {whose.team}"


def watchers(draft: Draft, whose: Whose) -> list[str]:
    """List who watches a ticket: its assignee, or its team while nobody has it."""
    people = draft.desk.policy.people
    if whose.assignee in people.agents:
        return [whose.assignee]
    return [agent.login for agent in people.members(whose.team) if not agent.absent]


def _attachments(draft: Draft, number: int, copies: int) -> tuple[int, ...]:
    mail = draft.snapshot.mail
    if mail is None or not copies:
        return ()
    files = mail.attachments if number == NEW else mail.files  # what a ticket's history shows its people have
    return tuple(a.index for a in files) if sum(a.size for a in files) * copies <= _MOST_COPIED_BYTES else ()
