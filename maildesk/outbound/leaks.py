"""Guard what is meant for a participant: no words of a note, no agent's own address, no token, no text of a notification.

The types already keep notes apart from replies; this looks at what an agent wrote, or quoted, himself.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate

from maildesk.model.mail import Attachment
from maildesk.model.people import Agent, People
from maildesk.model.reason import Reason
from maildesk.model.ticket import TicketState
from maildesk.model.why import Why

RUN_WORDS = 8
RUN_CHARS = 40
MAX_RUN = 400
MAX_TEXT = 1_000_000

BANNERS = (
    "X-Maildesk-",
    "YOUR REPLY GOES TO THE CUSTOMER",
    "YOUR REPLY STAYS IN THE TEAM",
    "ODPOVĚĎ PŮJDE ZÁKAZNÍKOVI",
    "ODPOVĚĎ ZŮSTANE V TÝMU",
    "ODGOVOR IDE KORISNIKU",
    "ODGOVOR OSTAJE U TIMU",
)
# The line over each note in what a new assignee is told.
NOTE_MARKS = {"en": "NOTE, TEAM ONLY", "cs": "POZNÁMKA, JEN PRO TÝM", "hr": "BILJEŠKA, SAMO ZA TIM"}
_TOKEN = re.compile(r"\+[a-z2-7]{32}@|/[afsu]/[a-z2-7]{32}\b", re.IGNORECASE | re.ASCII)
_WORD = re.compile(r"\w+")


def leak_guard(
    outgoing_text: str, state: TicketState, people: People, acting: Agent | None, *, confirmed: bool = False
) -> tuple[bool, Why]:
    """Say whether a text may go to participants: (True, …), or (False, what in it is not for them).

    What a participant wrote himself, or was already told, is no secret, even if a note repeats it. Words that only look like
    a leak, and colleagues' addresses, pass once the agent has `confirmed` them; words of a note and tokens never do.
    """
    text = unicodedata.normalize("NFKC", outgoing_text[:MAX_TEXT])
    found = _token(text) or _note(text, state) or _quoted_note(text, state)
    if not found and not confirmed:
        found = _banner(text) or _address(text, state, people)
    if found:
        return False, Why(Reason.WITHHELD_LEAK, found)
    return True, Why(Reason.AGENT_REPLY, acting.login if acting else "")


def attached_mails(files: Iterable[Attachment]) -> list[str]:
    """List the names of attached files that are whole mails: such as the notification that is answered, note and all."""
    return [
        f.name for f in files if f.content_type.startswith("message/") or f.name.casefold().endswith((".eml", ".msg"))
    ]


def _banner(text: str) -> str:
    folded = text.casefold()
    for banner in BANNERS:
        if banner.casefold() in folded:
            return f"“{banner}” stands only in mail to agents"
    return ""


def _token(text: str) -> str:
    """Find what gives powers, or the line under which a note stands in mail to agents."""
    if _TOKEN.search(text):
        return "a reply address or link with its token"
    folded = text.casefold()
    return next((f"“{mark}” stands over notes" for mark in NOTE_MARKS.values() if mark.casefold() in folded), "")


def _address(text: str, state: TicketState, people: People) -> str:
    """Find an agent's own address, unless it is a participant's or has been seen by them."""
    folded = text.casefold()
    if "@" not in folded:
        return ""
    public = "\n".join(state.public_texts).casefold()
    for agent in people.agents.values():
        for address in agent.addresses:
            known = address.casefold()
            if known in folded and state.participant(address) is None and known not in public:
                return f"{address} is the own address of {agent.login}"
    return ""


def _note(text: str, state: TicketState) -> str:
    """Find a run of words, or a whole short note, that only a note has."""
    if not state.notes:
        return ""
    words = _words(text)
    said = set(_runs(words))
    secret = {run for note in state.notes for run in _runs(_words(note)) if run in said}
    if secret:
        secret -= {run for public in state.public_texts for run in _runs(_words(public))}
    return f"a note says “{min(secret)}”" if secret else _short_note(" ".join(words), state)


def _short_note(text: str, state: TicketState) -> str:
    public = " ".join(word for said in state.public_texts for word in _words(said))
    for note in state.notes:
        words = _words(note)
        whole = " ".join(words)
        if len(words) < RUN_WORDS and len(whole) >= RUN_CHARS and whole in text and whole not in public:
            return f"a note says “{whole}”"
    return ""


def _quoted_note(text: str, state: TicketState) -> str:
    """Find a quoted line, however short, that is a line of a note and of nothing that participants know."""
    quoted = {" ".join(_words(line)) for line in text.splitlines() if line.lstrip().startswith(">")} - {""}
    if not quoted:
        return ""
    secret = {" ".join(_words(line)) for note in state.notes for line in note.splitlines()} & quoted
    secret -= {" ".join(_words(line)) for said in state.public_texts for line in said.splitlines()}
    return f"a note says “{min(secret)}”" if secret else ""


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text[:MAX_TEXT]).casefold())


def _runs(words: list[str]) -> Iterator[str]:
    """Give, from every word on, the shortest run of at least eight words and forty characters: too much for coincidence."""
    ends = list(accumulate((len(word) + 1 for word in words), initial=0))
    end = RUN_WORDS
    for start in range(len(words) - RUN_WORDS + 1):
        end = max(end, start + RUN_WORDS)
        while end < len(words) and ends[end] - ends[start] <= RUN_CHARS:
            end += 1
        if ends[end] - ends[start] > RUN_CHARS:
            yield " ".join(words[start:end])[:MAX_RUN]
