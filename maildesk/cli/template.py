"""`maildesk template`: look at a letter as a stored ticket would bring it about, without sending it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, say

if TYPE_CHECKING:
    from maildesk.model.outgoing import Outgoing
    from maildesk.model.ticket import TicketState

_NAMES = (
    "acknowledgement",
    "closing",
    "feedback",
    "reply",
    "status-late",
    "status-merged",
    "status-reopened",
    "status-reminder",
)
_TEXT = "(here stands what the agent writes)"


@click.group(name="template")
def command() -> None:
    """Templates of our letters."""


@command.command(name="preview")
@click.argument("name", type=click.Choice(_NAMES), metavar="NAME")
@click.argument("number", type=click.IntRange(min=1), metavar="TICKET")
@click.option("--language", default="", help="In this language. [default: the ticket's]")
@click.option("--html", "as_html", is_flag=True, help="Show the HTML part instead of the text.")
@desk_options
def preview(*, name: str, number: int, language: str, as_html: bool, config_dir: Path, data_dir: Path) -> None:
    """Show a letter with the templates as the files stand now and a stored ticket; nothing is sent or written.

    \b
    Example: maildesk template preview acknowledgement 1042 --language cs
    Names: acknowledgement, closing, feedback, reply, status-late, status-merged, status-reopened, status-reminder
    """
    state = find_ticket(number, config_dir, data_dir)
    if state is None:
        fail(f"there is no ticket #{number}", Exit.NO_TICKET)
    letter = compose(name, state, language, config_dir)
    say(show(letter, as_html=as_html))


def compose(name: str, state: "TicketState", language: str, config_dir: Path) -> "Outgoing":
    """Word the letter; its addresses bear tokens of a key that nobody has."""
    import datetime as dt

    from maildesk.cli.opening import complain, read_settings
    from maildesk.model.decision import Notice, Say
    from maildesk.model.mail import Address
    from maildesk.outbound.compose import compose_say
    from maildesk.outbound.voice import Voice
    from maildesk.proof import prove
    from maildesk.tokens import Keys

    now = dt.datetime.now(dt.UTC)
    settings, proof = read_settings(config_dir), prove(config_dir, now)
    if proof.policy is None:
        complain(proof.errors, 1)
    assert proof.policy is not None
    keys = Keys.from_secret(bytes(32), settings.desk.domain)
    what = name.partition("-")
    to = Address(state.ticket.requester, state.ticket.requester_name)
    asked = Say(
        state.ticket.number,
        Notice(what[0]),
        to,
        f"preview:{name}",
        language,
        _TEXT if name == "reply" else "",
        data={"what": what[2], "agent": state.ticket.assignee},
    )
    return compose_say(asked, state, Voice.of(settings, proof.policy, keys, now))


def show(letter: "Outgoing", *, as_html: bool) -> str:
    """Give what a mail program would show of a letter."""
    import email
    import email.policy

    parsed = email.message_from_bytes(letter.raw, policy=email.policy.default)
    part = parsed.get_body(("html",) if as_html else ("plain",))
    head = "\n".join(f"{name}: {parsed[name]}" for name in ("From", "To", "Subject", "Content-Language"))
    return f"{head}\n\n{part.get_content().rstrip() if part else ''}"


def find_ticket(number: int, config_dir: Path, data_dir: Path) -> "TicketState | None":
    """Find a stored ticket as it stands now; None if there is none."""
    import datetime as dt

    from maildesk.cli.stored import opened_store
    from maildesk.model.decision import CommandGiven
    from maildesk.model.snapshot import Lookup

    cause, now = CommandGiven("preview", "preview", number), dt.datetime.now(dt.UTC)
    with opened_store(config_dir, data_dir) as store:
        snapshot = store.transact(lambda tx: tx.snapshot(cause, Lookup(tickets=(number,)), now)).result()
    return snapshot.ticket(number)
