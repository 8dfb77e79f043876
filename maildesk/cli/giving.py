"""Give the desk a command: it takes the same road as a mail, with one audit trail, whether a daemon runs or not.

The letters that follow are left in the outbox; a running daemon sends them within seconds, a stopped one when it is started.
"""

import datetime as dt
import uuid
from pathlib import Path
from typing import NamedTuple

from maildesk.cli.opening import open_or_complain
from maildesk.cli.say import Exit, fail, tell
from maildesk.daemon import Office
from maildesk.desk import File, Outcome, handle_command
from maildesk.model.decision import CommandGiven
from maildesk.model.mail import Mail
from maildesk.model.reason import Reason
from maildesk.store import StoreUnavailable, recall


class Command(NamedTuple):
    """What is asked: a verb on a ticket or on a held mail (`entry`), by an agent's login or "" for the admin."""

    verb: str
    ticket: int = 0
    words: tuple[str, ...] = ()
    by: str = ""
    entry: int = 0


def give(command: Command, config_dir: Path, data_dir: Path) -> Outcome:
    """Carry a command out, say what came of it; leaves with 3 for an unknown ticket, with 1 for a refusal."""
    office = open_or_complain(config_dir, data_dir, activate=False)
    try:
        _known_agent(office, command.by)
        outcome = _carry_out(office, command)
    except StoreUnavailable as problem:
        fail(str(problem))
    finally:
        office.store.close()
    for why in outcome.decision.why:
        if why.reason is Reason.TICKET_UNKNOWN:
            fail(f"there is no ticket {why.text}", Exit.NO_TICKET)
        if why.reason is Reason.COMMAND_REFUSED:
            fail(why.text)
    for line in _told(outcome):
        tell(line)
    return outcome


def _carry_out(office: Office, command: Command) -> Outcome:
    now = dt.datetime.now(dt.UTC)
    cause = CommandGiven(
        f"cli:{uuid.uuid4().hex}", command.verb, command.ticket, command.words, command.by, command.entry
    )
    original, files = _held(office, command.entry) if command.entry else (None, {})
    keeper = office.keeper
    return office.store.transact(
        lambda tx: handle_command(tx, cause, keeper.desk(tx), now, original=original, files=files, lease=False)
    ).result()


def _held(office: Office, entry: int) -> tuple[Mail | None, dict[int, File]]:
    """Read the mail behind a held entry again; a worker understood it once, so it is fit to be read here."""
    from maildesk.ingest.parse import attachment_bytes, parse_mail

    raw = office.store.read(lambda db: recall.held_raw(db, entry))
    if raw is None:
        return None, {}
    mail = parse_mail(raw)
    indices = tuple(attachment.index for attachment in mail.every_file)
    return mail, dict(zip(indices, attachment_bytes(raw, indices), strict=True)) if indices else {}


def _known_agent(office: Office, login: str) -> None:
    """Leave if nobody is called so."""
    from maildesk.yaml_file import suggest

    keeper = office.keeper
    agents = keeper.desk_with(office.store.active_policy() or keeper.current).policy.people.agents
    if login and login not in agents:
        fail(f"there is no agent “{login}” {suggest(login, agents)}".strip(), Exit.USAGE)


def _told(outcome: Outcome) -> list[str]:
    """Say what changed, and what leaves."""
    lines = []
    if outcome.ticket:
        ticket = outcome.ticket.ticket
        whose = ticket.assignee or (f"team {ticket.team}" if ticket.team else "nobody")
        lines.append(f"#{ticket.number} is {ticket.status.value}, with {whose}")
    people = ", ".join(dict.fromkeys(queued.mail.rcpt_to for queued in outcome.queued))
    return [*lines, f"mail to {people} waits in the outbox"] if people else lines
