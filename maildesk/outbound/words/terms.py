"""Which templates there are and which values each may use; `templates/README.md` lists the same for admins."""

from collections.abc import Iterable, Iterator

NOTICES = (
    "acknowledgement",
    "status-reminder",
    "status-given-up",
    "status-reopened",
    "status-late",
    "status-merged",
    "status-summary",
    "closing",
    "feedback",
    "reply",
)
AGENT_NOTICES = (
    "notification",
    "held",
    "challenge",
    "command-refused",
    "behalf",
    "receipt",
    "answer",
    "rated",
    "undelivered",
    "quarantined",
    "policy-broken",
    "brake",
    "digest",
    "mailbox",
)

PARTICIPANT_VALUES = frozenset(
    {
        "agent",
        "assignee",
        "created",
        "desk",
        "feedback_link",
        "language",
        "name",
        "number",
        "opens",
        "other",
        "promised",
        "rate",
        "reopen_days",
        "status",
        "status_link",
        "subject",
        "suggestions",
        "text",
        "until",
        "updated",
    }
)
# What canned answers may use, wherever they are sent: in an agent's reply there is no notice with dates of its own.
CANNED_VALUES = frozenset(
    {
        "agent",
        "assignee",
        "created",
        "desk",
        "language",
        "name",
        "number",
        "reopen_days",
        "status",
        "status_link",
        "subject",
        "updated",
    }
)
AGENT_VALUES = frozenset(
    {
        "address",
        "assignee",
        "at",
        "author",
        "by",
        "changed",
        "commands",
        "comment",
        "count",
        "desk",
        "doubt",
        "event",
        "fate",
        "files",
        "language",
        "left",
        "lookup",
        "merge",
        "more",
        "muted",
        "number",
        "others",
        "priority",
        "problems",
        "promised",
        "reason",
        "reply",
        "reply_to",
        "requester",
        "requester_name",
        "rule",
        "score",
        "status",
        "subject",
        "team",
        "text",
        "tickets",
        "what",
        "why",
    }
)

RATE = "1 · 2 · 3 · 4 · 5"
_ANSWER = {"en": "Answer", "cs": "Odpovědět", "hr": "Odgovori"}
_NAME_WORD = {"en": "NAME", "cs": "JMÉNO", "hr": "IME"}
_CUSTOMER = {"en": "customer", "cs": "zákazník", "hr": "korisnik"}
_TEAM = {"en": "team", "cs": "tým", "hr": "tim"}

_SAMPLES = {
    "number": "1042",
    "other": "1040",
    "language": "en",
    "rate": RATE,
    "status": "open",
    "priority": "normal",
    "reply_to": "customer",
    "event": "customer-mail",
    "reason": "assigned",
    "text": "Good morning,\n\nthe address on the invoice is wrong.\n",
    "status_link": "https://desk.example/s/token",
    "feedback_link": "https://desk.example/f/token",
    "promised": "Tuesday 24 November, 12:00",
    "until": "Tuesday 24 November, 12:00",
    "opens": "Monday 23 November from 8:00",
    "suggestions": "- https://desk.example/kb/invoice",
    "desk": "Example Support",
}
_ALWAYS = ("number", "desk", "language", "rate", "text")


def commands_line(language: str) -> str:
    """Write the line of commands that stands under every notification; they are the same in every language."""
    name = _NAME_WORD.get(language, "NAME")
    return f"#take  #note  #assign {name}  #close  #wait 3d  #help"


def customer_word(language: str) -> str:
    """Say “customer”, as it stands behind the name that a reply goes to."""
    return _CUSTOMER.get(language, "customer")


def answer_word(language: str) -> str:
    """Say what stands on the button that writes to the customer."""
    return _ANSWER.get(language, "Answer")


def team_word(language: str) -> str:
    """Say “team”, as it stands behind the number when a reply stays inside."""
    return _TEAM.get(language, "team")


def samples(names: Iterable[str]) -> Iterator[dict[str, str]]:
    """Give sample values for these names: all of them, only those that every letter has, and every known choice."""
    full = {name: _SAMPLES.get(name, f"a sample of {name}") for name in names}
    bare = {name: value if name in _ALWAYS else "" for name, value in full.items()}
    yield full
    yield bare
    for name, choices in _CHOICES.items():
        if name in full:
            yield from ({**full, name: choice} for choice in choices)


_CHOICES = {
    "status": ("new", "open", "waiting", "resolved", "closed"),
    "priority": ("low", "normal", "high", "urgent"),
    "reply_to": ("customer", "team", "us", ""),
    "event": ("new-ticket", "customer-mail", "assigned", "note", "reopened", "rated", "undelivered"),
    "reason": ("assigned", "team", "admin"),
    "what": ("wake", "flood", "mention", "final", "reminder", "late", ""),
}
