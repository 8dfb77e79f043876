"""`maildesk explain`: why a mail landed where it did, or would."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, say, say_json

if TYPE_CHECKING:
    import datetime as dt

    from maildesk.explain import Told
    from maildesk.rules.policy import Policy


@click.command(name="explain")
@click.argument("what", metavar="FILE|-|#N|ID")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form, one object a line.")
@click.option("--at", metavar="TIME", help="Explain a FILE as if it came then: '2026-11-22 03:10 Europe/Zagreb'.")
@click.option(
    "--replay", is_flag=True, help="Decide again from what is stored, and show where it comes out differently."
)
@desk_options
def command(what: str, at: str | None, config_dir: Path, data_dir: Path, *, as_json: bool, replay: bool) -> None:
    """Explain a decision: what kind of mail, who wrote it, which ticket, which rules, and what was said to whom.

    \b
    Examples: maildesk explain hitno.eml       what would happen to this file (no database needed)
              maildesk explain '#1042'         every decision of a ticket
              maildesk explain '<id@host>'     the decision about a stored mail; also by its journal id
    """
    if what == "-" or Path(what).is_file():
        if replay:
            fail("only what is stored can be decided again", Exit.USAGE)
        raw = sys.stdin.buffer.read() if what == "-" else Path(what).read_bytes()
        show([foretell(raw, config_dir, _moment(at, config_dir))], as_json=as_json)
        return
    if replay:
        from maildesk.cli.replaying import replay_stored

        sys.exit(int(replay_stored(what, config_dir, data_dir, as_json=as_json)))
    found = recall(what, config_dir, data_dir)
    if not found:
        nothing_found(what)
    show(found, as_json=as_json)


def nothing_found(what: str) -> None:
    """Leave: there is no such file, ticket or mail."""
    number = what.removeprefix("#").isdigit()
    fail(f"no file, message id or ticket {what!r}", Exit.NO_TICKET if number else Exit.NO)


def show(found: "list[Told]", *, as_json: bool) -> None:
    """Print decisions, one JSON object a line or as sentences."""
    from maildesk import explain

    for told in found:
        if as_json:
            say_json(explain.as_json(told))
        else:
            say(explain.in_sentences(told) + "\n")


def foretell(raw: bytes, config_dir: Path, now: "dt.datetime") -> "Told":
    """Decide a mail that nobody sent, on an empty desk: no database, nothing written."""
    from maildesk.cli.opening import complain, read_settings
    from maildesk.decide import Desk, decide
    from maildesk.desk import find_mailbox
    from maildesk.explain import Told
    from maildesk.ingest.parse import parse_mail
    from maildesk.model.decision import MailArrived
    from maildesk.model.mail import Arrival, Envelope
    from maildesk.model.snapshot import Snapshot
    from maildesk.rules.load import load_policy
    from maildesk.settings import templates_dir
    from maildesk.tokens import Keys

    settings = read_settings(config_dir)
    policy, problems = load_policy(config_dir, templates_dir(config_dir, settings.templates), settings)
    if policy is None:
        complain(problems, int(Exit.USAGE))
    assert policy is not None
    desk = Desk(settings, policy, Keys.from_secret(b"\xff" * 32, settings.desk.domain))
    mail = parse_mail(raw)
    arrival = Arrival("import", "explain", raw, Envelope(), now)
    box = find_mailbox(mail, arrival, desk)
    snapshot = Snapshot(MailArrived(0), now, mail=mail, source="import", mailbox=box, received_at=now)
    decision = decide(snapshot, desk)
    office = _office(policy, decision.result.get("team", ""), now)
    return Told(decision, snapshot, timezone=settings.desk.timezone, office=office)


def recall(what: str, config_dir: Path, data_dir: Path) -> "list[Told]":
    """Read stored decisions: of a ticket by number, of a mail by message id or journal id."""
    from maildesk.cli.opening import read_settings
    from maildesk.cli.stored import look
    from maildesk.explain import Told
    from maildesk.store import recall

    timezone = read_settings(config_dir).desk.timezone
    found = look(config_dir, data_dir, lambda db: recall.find_stored(db, what))
    return [Told(stored.decision, stored.snapshot, stored.ticket, timezone) for stored in found]


def _moment(at: str | None, config_dir: Path) -> "dt.datetime":
    import datetime as dt

    if at is None:
        return dt.datetime.now(dt.UTC)
    from maildesk.cli.opening import read_settings
    from maildesk.rules.reading.cases import parse_at
    from maildesk.yaml_file.take import Refused

    try:
        return parse_at(at).moment(read_settings(config_dir).desk.timezone)
    except Refused as wrong:
        raise click.BadParameter(f"{at!r} {wrong}", param_hint="--at") from None


def _office(policy: "Policy", team: str, now: "dt.datetime") -> str:
    """Say whether the office is open: by the team's calendar, else the first there is."""
    from maildesk.worktime import is_open

    calendars, teams = policy.calendars, policy.people.teams
    own = teams[team].calendar if team in teams else ""
    calendar = calendars.get(own) or next(iter(calendars.values()), None)
    return "" if calendar is None else "open" if is_open(calendar, now) else "closed"
