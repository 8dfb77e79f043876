"""Canned answers: fill one in for a ticket, in its requester's language. Pure: what is wrong comes back as words.

The texts are templates like any other (same sandbox, proved at every reload), found at `<language>/canned/<name>.txt.j2`.
"""

import difflib

from maildesk.model.mail import Address
from maildesk.model.ticket import Ticket
from maildesk.model.value import Value
from maildesk.outbound.conversation import participant_subject
from maildesk.outbound.render import LAST_RESORT, RenderError, wording
from maildesk.outbound.voice import Voice, agent_name, mint, person_name
from maildesk.outbound.words.moments import say_moment
from maildesk.tokens import TokenKind

FOLDER = "canned"


class Used(Value, frozen=True):
    """A canned answer, filled in: its text and the language it is in; `problem` says why there is none."""

    text: str = ""
    language: str = ""
    problem: str = ""


def use_canned(name: str, ticket: Ticket, voice: Voice, *, agent: str = "", language: str = "") -> Used:
    """Fill in a canned answer for a ticket, as `agent` (a login) says it; without `language` in the requester's own.

    Where there is none in that language, the desk's other languages are tried in their order, then English, then any.
    """
    words = wording(voice.templates, voice.digest)
    wanted = tuple(code for code in (language or ticket.language, *voice.languages, LAST_RESORT) if code)
    path = words.find(f"{FOLDER}/{name}", "txt", (*wanted, *_written(name, voice)))
    if not path:
        return Used(problem=_unknown(name, voice))
    chosen = path.partition("/")[0]
    try:
        text = words.fill(path, _values(ticket, voice, agent, chosen))
    except RenderError as problem:
        return Used(problem=str(problem))
    return Used(text.strip("\n"), chosen)


def canned_languages(voice: Voice) -> dict[str, tuple[str, ...]]:
    """List all canned answers by name, each with the languages it is written in."""
    found: dict[str, list[str]] = {}
    for path in sorted(voice.templates):
        language, _, rest = path.partition("/")
        if rest.startswith(f"{FOLDER}/") and rest.endswith(".txt.j2"):
            found.setdefault(rest.removeprefix(f"{FOLDER}/").removesuffix(".txt.j2"), []).append(language)
    return {name: tuple(languages) for name, languages in sorted(found.items())}


def _written(name: str, voice: Voice) -> tuple[str, ...]:
    return canned_languages(voice).get(name, ())


def _unknown(name: str, voice: Voice) -> str:
    names = list(canned_languages(voice))
    if not names:
        return f"there is no text “{name}”: this desk has no canned answers"
    close = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean “{close[0]}”?" if close else f"there are: {', '.join(names[:12])}"
    return f"there is no text “{name}”; {hint}"


def _values(ticket: Ticket, voice: Voice, agent: str, language: str) -> dict[str, str]:
    web = voice.web_url.rstrip("/")
    return {
        "agent": agent_name(voice, agent) if agent else "",
        "assignee": agent_name(voice, ticket.assignee) if ticket.assignee else "",
        "created": say_moment(ticket.created, language, voice.timezone),
        "desk": voice.desk,
        "language": language,
        "name": person_name(Address(ticket.requester, ticket.requester_name)),
        "number": str(ticket.number),
        "reopen_days": str(voice.reopen_days or ""),
        "status": ticket.status.value,
        "status_link": f"{web}/s/{mint(voice, TokenKind.STATUS, ticket)}" if web else "",
        "subject": participant_subject(ticket).partition("] ")[2],
        "updated": say_moment(ticket.updated, language, voice.timezone),
    }
