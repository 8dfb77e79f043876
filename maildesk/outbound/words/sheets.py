"""Word what an agent asked to see, in his language: receipts, timelines, lists of tickets, the commands there are."""

import datetime as dt
from collections.abc import Iterator

from maildesk.model.decision import Tell
from maildesk.model.sheet import Brief, Did, Sheet
from maildesk.model.ticket import Entry, EntryKind, Ticket
from maildesk.outbound.leaks import NOTE_MARKS
from maildesk.outbound.letter import header_safe
from maildesk.outbound.voice import Voice, agent_name, defanged
from maildesk.outbound.words.deeds import say_deed
from maildesk.outbound.words.moments import say_moment

# These are trouble rather than deeds: each has a line of its own.
_TROUBLE = (Did.ANSWERED_TOO, Did.NOBODY_READS, Did.DIRECT, Did.LEFT, Did.KEPT, Did.EMPTY, Did.REFUSED)
_HEADS = {
    "history": {"en": "Everything so far", "cs": "Vše dosud", "hr": "Sve do sada"},
    "earlier": {
        "en": "Earlier tickets of this customer",
        "cs": "Dřívější požadavky tohoto zákazníka",
        "hr": "Raniji zahtjevi ovog korisnika",
    },
    "held": {"en": "held, not seen by anybody", "cs": "zadrženo, nikdo nevidí", "hr": "zadržano, nitko ne vidi"},
    "undone": {"en": "taken back", "cs": "vzato zpět", "hr": "poništeno"},
    "nobody": {"en": "nobody", "cs": "nikdo", "hr": "nitko"},
    "none": {"en": "Nothing was found.", "cs": "Nic nenalezeno.", "hr": "Ništa nije pronađeno."},
    "free": {"en": "Nothing waits for you.", "cs": "Nic na vás nečeká.", "hr": "Ništa vas ne čeka."},
    "texts": {
        "en": "Texts to send with #use NAME:",
        "cs": "Texty k odeslání pomocí #use JMÉNO:",
        "hr": "Tekstovi za slanje naredbom #use IME:",
    },
    "articles": {
        "en": "Articles (#kb NAME names one in your answer):",
        "cs": "Články (#kb JMÉNO uvede článek v odpovědi):",
        "hr": "Članci (#kb IME navodi članak u odgovoru):",
    },
    "original": {
        "en": "The customer's last mail, as it came, is attached.",
        "cs": "Poslední zpráva zákazníka je přiložena tak, jak přišla.",
        "hr": "Zadnja poruka korisnika priložena je onakva kakva je stigla.",
    },
    "why": {
        "en": "It is not known any more how this ticket was opened.",
        "cs": "Jak byl požadavek založen, již není známo.",
        "hr": "Više nije poznato kako je zahtjev otvoren.",
    },
}
_STATUS = {
    "en": {"waiting": "waiting for the customer"},
    "cs": {
        "new": "nový",
        "open": "otevřený",
        "waiting": "čeká na zákazníka",
        "resolved": "vyřešený",
        "closed": "uzavřený",
    },
    "hr": {
        "new": "novi",
        "open": "otvoren",
        "waiting": "čeka korisnika",
        "resolved": "riješen",
        "closed": "zatvoren",
    },
}


def word_sheet(tell: Tell, voice: Voice, language: str) -> str:
    """Give the words of what a letter shows beside its text, "" if it shows nothing."""
    sheet = tell.sheet
    if sheet is None:
        return ""
    match sheet.what:
        case "receipt":
            return "\n".join(_receipt(tell, sheet, voice, language))
        case "status" if sheet.ticket:
            return "\n".join([*_facts(sheet.ticket, voice, language), "", *_history(sheet, voice, language)])
        case "handover":
            return "\n".join(_history(sheet, voice, language))
        case "list" | "search":
            none = _head("free" if sheet.what == "list" and not sheet.query else "none", language)
            found = "\n".join(_brief(one, voice, language) for one in sheet.tickets)
            return "\n\n".join(part for part in (found, _articles(sheet, language)) if part) or none
        case "kb":
            pages = [f"  {name}  {title}".rstrip() for name, title in sheet.pages]
            texts = "\n".join([_head("texts", language), *pages]) if pages else ""
            parts = (_articles(sheet, language), texts)
            return "\n\n".join(part for part in parts if part) or _head("none", language)
        case "help":
            return "\n".join(_help(sheet, language))
        case "original":
            return _head("original" if tell.original else "none", language)
        case _:
            return "" if tell.text else _head("why", language)


def _articles(sheet: Sheet, language: str) -> str:
    """List articles, each with its link below it."""
    lines = [f"  {name}  {title}" + (f"\n    {link}" if link else "") for name, title, link in sheet.articles]
    return "\n".join([_head("articles", language), *lines]) if lines else ""


def _receipt(tell: Tell, sheet: Sheet, voice: Voice, language: str) -> Iterator[str]:
    number = f"#{tell.ticket}: " if tell.ticket > 0 else ""
    done = [say_deed(deed, voice, language) for deed in sheet.deeds if deed.did not in _TROUBLE]
    if done:
        yield number + " · ".join(done)
    for place, deed in enumerate(d for d in sheet.deeds if d.did in _TROUBLE):
        yield (number if not done and not place else "") + say_deed(deed, voice, language)


def _facts(ticket: Ticket, voice: Voice, language: str) -> Iterator[str]:
    yield f"#{ticket.number} {header_safe(ticket.subject)}"
    who = agent_name(voice, ticket.assignee) if ticket.assignee else _head("nobody", language)
    facts = [_status(ticket.status.value, language), ticket.team, who, ticket.priority.value, " ".join(ticket.tags)]
    yield " · ".join(fact for fact in facts if fact)
    name = header_safe(ticket.requester_name)
    yield f"{name}, {defanged(ticket.requester)}" if name else defanged(ticket.requester)


def _history(sheet: Sheet, voice: Voice, language: str) -> Iterator[str]:
    """Write the timeline, oldest first; every note stands under a line that no mail to a customer may hold."""
    if sheet.entries:
        yield f"── {_head('history', language)} ──"
    place = 0
    for entry in sheet.entries:
        place += entry.kind is EntryKind.MAIL and not entry.held
        yield ""
        yield from _entry(entry, place, voice, language)
    if sheet.earlier:
        yield ""
        yield f"── {_head('earlier', language)} ──"
        yield from (_brief(one, voice, language) for one in sheet.earlier)


def _entry(entry: Entry, place: int, voice: Voice, language: str) -> Iterator[str]:
    at = say_moment(entry.at, language, voice.timezone)
    who = entry.name or agent_name(voice, entry.author) or defanged(entry.author)
    if entry.kind is EntryKind.CHANGE:
        yield f"{at} · {who}: {' '.join(entry.text.split())}"
        return
    marks = [
        f"({place})" if entry.kind is EntryKind.MAIL and not entry.held else "",
        NOTE_MARKS.get(language, NOTE_MARKS["en"]) if entry.kind is EntryKind.NOTE else "",
        _head("held", language) if entry.held else "",
        _head("undone", language) if entry.undone else "",
    ]
    yield " · ".join(part for part in (at, header_safe(who), *marks) if part)
    yield entry.text.strip("\n")
    if entry.attachments:
        yield f"[{', '.join(map(header_safe, entry.attachments))}]"


def _brief(one: Brief, voice: Voice, language: str) -> str:
    who = agent_name(voice, one.assignee) if one.assignee else _head("nobody", language)
    when = say_moment(one.updated, language, voice.timezone) if isinstance(one.updated, dt.datetime) else ""
    asked = header_safe(one.requester_name) or defanged(one.requester)
    urgent = one.priority.value if one.priority.value in ("high", "urgent") else ""
    facts = (_status(one.status.value, language), one.team, who, urgent, asked, when)
    line = f"#{one.number} {header_safe(one.subject)}\n    {' · '.join(fact for fact in facts if fact)}"
    return f"{line}\n    {header_safe(one.snippet)}" if one.snippet else line


def _help(sheet: Sheet, language: str) -> Iterator[str]:
    from maildesk.outbound.words.commands_help import EXAMPLES, HEADS

    words = dict(sheet.pages)
    yield HEADS.get(language, HEADS["en"])
    yield ""
    for verb, (example, says) in EXAMPLES.items():
        yield f"{example}  –  {says.get(language, says['en'])}"
        if words.get(verb):
            yield f"    {words[verb]}"


def _head(name: str, language: str) -> str:
    return _HEADS[name].get(language, _HEADS[name]["en"])


def _status(status: str, language: str) -> str:
    return _STATUS.get(language, {}).get(status, status)
