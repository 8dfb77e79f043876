"""`maildesk explain`: why a mail landed where it did, or would."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options

if TYPE_CHECKING:
    from maildesk.model.decision import Decision
    from maildesk.model.mail import Mail


@click.command(name="explain")
@click.argument("what")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form.")
@desk_options
def command(what: str, as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """Explain a decision.

    \b
    Examples: maildesk explain hitno.eml       what would happen to this file (no database needed)
              maildesk explain '#1042'         every decision of a ticket
              maildesk explain '<id@host>'     the decision about a stored mail
    """
    if what == "-" or Path(what).is_file():
        raw = sys.stdin.buffer.read() if what == "-" else Path(what).read_bytes()
        mail, decision = foretell(raw, config_dir)
        show([(decision, None, mail)], as_json)
        return
    found = recall(what, config_dir, data_dir)
    if not found:
        click.echo(f"maildesk: no file, message id or ticket {what!r}", err=True)
        sys.exit(3 if what.lstrip("#").isdigit() else 1)
    show(found, as_json)


def show(found: "list[tuple[Decision, int | None, Mail | None]]", as_json: bool) -> None:
    """Print decisions, one JSON object a line or as sentences."""
    from maildesk import explain

    for decision, number, mail in found:
        if as_json:
            click.echo(json.dumps(explain.as_json(decision, number)))
        else:
            click.echo(explain.in_sentences(decision, number, mail) + "\n")


def foretell(raw: bytes, config_dir: Path) -> "tuple[Mail, Decision]":
    """Decide a mail that nobody sent, on an empty desk: no database, nothing written."""
    import datetime as dt

    from maildesk.cli.opening import complain, read_settings
    from maildesk.decide import Desk, decide
    from maildesk.desk import find_mailbox
    from maildesk.ingest.parse import parse_mail
    from maildesk.model.decision import MailArrived
    from maildesk.model.mail import Arrival, Envelope
    from maildesk.model.snapshot import Snapshot
    from maildesk.rules.load import load_policy
    from maildesk.tokens import Keys

    settings = read_settings(config_dir)
    policy, problems = load_policy(config_dir, config_dir.parent / "templates", settings)
    if policy is None:
        complain(problems, 2)
    assert policy is not None
    desk = Desk(settings, policy, Keys.from_secret(b"\xff" * 32, settings.desk.domain))
    mail, now = parse_mail(raw), dt.datetime.now(dt.UTC)
    arrival = Arrival("import", "explain", raw, Envelope(), now)
    box = find_mailbox(mail, arrival, desk)
    snapshot = Snapshot(MailArrived(0), now, mail=mail, source="import", mailbox=box, received_at=now)
    return mail, decide(snapshot, desk)


def recall(what: str, config_dir: Path, data_dir: Path) -> "list[tuple[Decision, int | None, Mail | None]]":
    """Read stored decisions: of a ticket by number, of a mail by message id."""
    from maildesk.cli.opening import read_settings
    from maildesk.store import recall
    from maildesk.store.db import Store

    settings = read_settings(config_dir)
    store = Store.open(settings.database, data_dir)
    try:
        return [(d, n, None) for d, n in store.read(lambda db: recall.decisions_about(db, what))]
    finally:
        store.close()
