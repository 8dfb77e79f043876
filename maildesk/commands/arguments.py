"""What may stand behind each command, and how it is written down free of language."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from difflib import get_close_matches

from maildesk.commands.moment import read_moment
from maildesk.commands.people import find_addresses, find_people, known_names
from maildesk.model.people import People
from maildesk.model.phrases import Phrases, Verb, folded

MOST_TAGS = 10
MOST_ADDRESSES = 10
LONGEST_SEARCH = 200
_NUMBER = re.compile(r"#?([1-9][0-9]{0,9})\.?", re.ASCII)
_TAG = re.compile(r"[+-]?[^\W_][\w./&-]{0,39}")
_TEMPLATE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)  # it becomes part of a file's name
_COMMAND_INSIDE = re.compile(r"(?:^|\s)#[^\W\d_]")

Words = tuple[str, ...]


class Refused(Exception):
    """What stands behind a command cannot be carried out; says what is wrong and what may be meant."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint


def read_arguments(verb: Verb, text: str, phrases: Phrases, people: People) -> Words:
    """Read what stands behind a command; raises Refused."""
    if verb not in (Verb.NOTE, Verb.SEARCH) and _COMMAND_INSIDE.search(text):
        raise Refused("two commands in one line", "give each a line of its own")
    if verb is Verb.ASSIGN:
        return _assign(text, phrases, people)
    if verb in _WITH_PHRASES:
        return _WITH_PHRASES[verb](text, phrases)
    if verb in _PLAIN:
        return _PLAIN[verb](text)
    if text.strip(".!"):
        raise Refused(f"#{verb} stands alone", f"write #{verb}, and your text on a line of its own")
    return ()


def _assign(text: str, phrases: Phrases, people: People) -> Words:
    name = folded(_required(text, "whom?", "write #assign and a person or a team"))
    if name in phrases.nobody:
        return ("nobody",)
    if name in phrases.me:
        raise Refused("“me” is not known here", "write #take")
    found = find_people(text, people)
    if not found:
        close = get_close_matches(name[:40], known_names(people), n=1, cutoff=0.5)
        raise Refused(f"nobody here is called “{text[:60]}”", f"did you mean “#assign {close[0]}”?" if close else "")
    if len(found) > 1:
        names = ", ".join(sorted(known for _, known in found)[:8])
        raise Refused(f"“{text[:60]}” can mean {len(found)}", f"write one of: {names}")
    return found[0]


def _close(text: str, phrases: Phrases) -> Words:
    word = folded(text).rstrip(".!")
    if word and word not in phrases.quietly:
        raise Refused(f"#close knows only “quietly”, not “{text[:60]}”", "put your text on a line of its own")
    return ("quietly",) if word else ()


def _wait(text: str, phrases: Phrases) -> Words:
    moment = read_moment(_required(text, "until when?", "for example #wait 3d or #wait friday 9:00"), phrases)
    if moment is None:
        raise Refused(f"“{text[:60]}” is no time I know", "for example 3d, friday 9:00, 3.12. or 2026-12-03 14:30")
    return moment


def _away(text: str, phrases: Phrases) -> Words:
    if folded(text).rstrip(".") in phrases.back:
        return ("off",)
    return _wait(
        _required(text, "until when?", "for example #away until 3.12., or #away off when you are back"), phrases
    )


def _priority(text: str, phrases: Phrases) -> Words:
    word = folded(_required(text, "which?", "low, normal, high or urgent")).rstrip(".!")
    if word not in phrases.priorities:
        close = get_close_matches(word[:40], phrases.priorities, n=1, cutoff=0.6)
        hint = f"did you mean “{phrases.priorities[close[0]]}”?" if close else "low, normal, high or urgent"
        raise Refused(f"“{text[:60]}” is no priority", hint)
    return (phrases.priorities[word].value,)


def _note(text: str) -> Words:
    return (text,) if text else ()


def _tags(text: str) -> Words:
    words = unicodedata.normalize("NFC", _required(text, "which?", "for example #tag vip -spam")).casefold()
    tags = tuple(dict.fromkeys(word.rstrip(".") for word in words.replace(",", " ").split()))
    bad = next((tag for tag in tags if not _TAG.fullmatch(tag)), "")
    if bad or len(tags) > MOST_TAGS:
        raise Refused(f"“{bad[:60]}” cannot be a tag" if bad else f"more than {MOST_TAGS} tags")
    tags = tuple(tag.removeprefix("+") for tag in tags)
    both = next((tag for tag in tags if f"-{tag}" in tags), "")
    if both:
        raise Refused(f"“{both}” both on and off", "keep one of them")
    return tags


def _number(text: str) -> Words:
    found = _NUMBER.fullmatch(_required(text, "which ticket?", "for example #merge 1040"))
    if not found:
        raise Refused(f"“{text[:60]}” is no ticket number", "for example #merge 1040")
    return (found[1],)


def _maybe_number(text: str) -> Words:
    return _number(text) if text else ()


def _for(text: str) -> Words:
    found = find_addresses(_required(text, "for whom?", "for example #for jana@firma.cz"))
    if len(found) != 1:
        said = "more than one address" if found else f"“{text[:60]}” is no address"
        raise Refused(said, "for example #for jana@firma.cz")
    name = text[: text.find("@")].rpartition("<")[0].strip(" \"'") if "<" in text else ""
    return (found[0], name[:100]) if name and "@" not in name else found


def _cc(text: str) -> Words:
    found = find_addresses(_required(text, "whom?", "for example #cc jana@firma.cz"))
    if not found or len(found) > MOST_ADDRESSES:
        said = f"more than {MOST_ADDRESSES} addresses" if found else f"“{text[:60]}” is no address"
        raise Refused(said, "for example #cc jana@firma.cz")
    return found


def _use(text: str) -> Words:
    name = _required(text, "which text?", "for example #use reset-password").casefold().rstrip(".")
    if not _TEMPLATE.fullmatch(name):
        raise Refused(f"“{text[:60]}” is not the name of a text", "for example #use reset-password")
    return (name,)


def _search(text: str) -> Words:
    return (" ".join(_required(text, "for what?", "for example #search invoice 2026").split())[:LONGEST_SEARCH],)


def _free(text: str) -> Words:
    return tuple(folded(text[:LONGEST_SEARCH]).lstrip("#").split()[:8])


def _required(text: str, question: str, hint: str) -> str:
    if not text.strip(" .,:;!?"):
        raise Refused(question, hint)
    return text


_WITH_PHRASES: Mapping[Verb, Callable[[str, Phrases], Words]] = {
    Verb.CLOSE: _close,
    Verb.WAIT: _wait,
    Verb.AWAY: _away,
    Verb.PRIORITY: _priority,
}
_PLAIN: Mapping[Verb, Callable[[str], Words]] = {
    Verb.NOTE: _note,
    Verb.TAG: _tags,
    Verb.MERGE: _number,
    Verb.SPLIT: _maybe_number,
    Verb.WHY: _maybe_number,
    Verb.STATUS: _maybe_number,
    Verb.FOR: _for,
    Verb.CC: _cc,
    Verb.USE: _use,
    Verb.SEARCH: _search,
    Verb.LIST: _free,
    Verb.KB: _free,
    Verb.HELP: _free,
}
