"""Look at what a played case came to, in the words that expect.yaml uses; every scalar is text."""

from collections.abc import Iterator
from typing import Any

from maildesk.store.tickets import load_states
from tests.golden.play import Played

TICKET_KEYS = ("number", "subject", "requester", "status", "team", "assignee", "priority", "language", "mails")


def look(played: Played) -> dict[str, Any]:
    """Describe everything that an expectation may ask about."""
    return {
        "tickets": list(_tickets(played)),
        "partition": _partition(played),
        "letters": [str(letter) for letter in played.letters],
        "withheld": list(_withheld(played)),
        "held": list(_held(played)),
        "unfiled": _unfiled(played),
        "reasons": {name: _reasons(decisions) for name, decisions in played.decisions.items()},
        "again": played.again,
        "waited": played.waited,
    }


def usual_keys(actual: dict[str, Any]) -> dict[str, Any]:
    """Choose what to write into an empty expect.yaml."""
    tickets = [{key: t[key] for key in TICKET_KEYS if t[key]} for t in actual["tickets"]]
    usual = {"tickets": tickets, "letters": actual["letters"], "reasons": actual["reasons"]}
    return usual | {key: actual[key] for key in ("withheld", "held", "unfiled", "again", "waited") if actual[key]}


def _tickets(played: Played) -> Iterator[dict[str, Any]]:
    rows = played.store.read(lambda db: db.all("SELECT number FROM ticket WHERE merged_into IS NULL ORDER BY number"))
    states = played.store.read(lambda db: load_states(db, [number for (number,) in rows]))
    for state in states:
        ticket, lines = state.ticket, _entries(played, state.ticket.number)
        yield {
            "number": str(ticket.number),
            "subject": ticket.subject,
            "requester": ticket.requester,
            "status": ticket.status.value,
            "team": ticket.team,
            "assignee": ticket.assignee,
            "priority": ticket.priority.value,
            "language": ticket.language,
            "tags": list(ticket.tags),
            "spam": "yes" if ticket.spam else "no",
            "continues": str(ticket.continues or ""),
            "absorbed": [str(number) for number in state.aliases],
            "rating": str(state.rating or ""),
            "timers": sorted(state.timers),
            "people": [f"{p.address} {p.role.value}{' wrote' if p.wrote else ''}" for p in state.participants],
            "timeline": [line for _, line in lines],
            "mails": list(dict.fromkeys(step for step, _ in lines if step)),
            "created": ticket.created.isoformat(),
        }


def _entries(played: Played, number: int) -> list[tuple[str, str]]:
    """Give each entry's mail and a line of words: `mail 01 jana@…`, `held mail 02 eve@…`, `note 03 ana`."""
    rows = played.store.read(
        lambda db: db.all(
            "SELECT journal_id, kind, public, held, author FROM entry WHERE ticket = :number ORDER BY id",
            number=number,
        )
    )
    lines = []
    for journal_id, kind, public, held, author in rows:
        step = played.journal.get(journal_id, "")
        how = "held " if held else "silent " if kind in ("mail", "reply") and not public else ""
        lines.append((step if kind != "change" else "", " ".join(filter(None, (f"{how}{kind}", step, author)))))
    return lines


def _partition(played: Played) -> list[list[str]]:
    """List which mails ended on the same ticket, without regard to numbers."""
    return sorted(sorted(ticket["mails"]) for ticket in _tickets(played) if ticket["mails"])


def _withheld(played: Played) -> Iterator[str]:
    for name, decisions in played.decisions.items():
        for notice in (n for decision in decisions for n in decision.notices if not n.due):
            yield f"{name} {notice.notice} {notice.to}: {notice.why.reason.value}"


def _held(played: Played) -> Iterator[str]:
    rows = played.store.read(lambda db: db.all("SELECT journal_id, hold_kind FROM entry WHERE held ORDER BY id"))
    for journal_id, kind in rows:
        yield f"{played.journal.get(journal_id, '')} {kind}"


def _unfiled(played: Played) -> list[str]:
    """List the mails that stand on no ticket."""
    rows = played.store.read(
        lambda db: db.all("SELECT journal_id FROM entry WHERE ticket IS NOT NULL AND journal_id IS NOT NULL")
    )
    filed = {number for (number,) in rows}
    return [step for number, step in played.journal.items() if number not in filed]


def _reasons(decisions: list[Any]) -> list[str]:
    return list(dict.fromkeys(w.reason.value for d in decisions for w in (*d.why, *(n.why for n in d.notices))))
