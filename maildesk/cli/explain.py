"""`maildesk explain`: why a mail landed where it did, or would."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, nothing_found, say, say_json

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from maildesk.explain import Told
    from maildesk.rules.policy import Policy


@click.command(name="explain")
@click.argument("what", metavar="FILE|-|#N|ID")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form, one object a line.")
@click.option("--at", metavar="TIME", help="Explain a FILE as if it came then: '2026-11-22 03:10 Europe/Zagreb'.")
@click.option(
    "--replay", is_flag=True, help="Decide again from what is stored, and show where it comes out differently."
)
@click.option("--why-not", "team", metavar="TEAM", default="", help="Say why it did not land with this team.")
@click.option(
    "--policy",
    "policy_dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Decide by the rules of this configuration, such as tomorrow's.",
)
@desk_options
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    what: str,
    at: str | None,
    team: str,
    policy_dir: Path | None,
    config_dir: Path,
    data_dir: Path,
    *,
    as_json: bool,
    replay: bool,
) -> None:
    """Explain a decision: what kind of mail, who wrote it, which ticket, which rules, and what was said to whom.

    \b
    Examples: maildesk explain hitno.eml                     what would happen to this file (no database needed)
              maildesk explain hitno.eml --why-not billing   why it is not Billing's
              maildesk explain '#1042'                       every decision of a ticket
              maildesk explain '<id@host>'                   the decision about a mail, or behind a letter of ours; or by journal id
              maildesk explain 812 --policy ~/new-config     the same mail by other rules; nothing is changed
              maildesk explain '#1042' --replay              does what is stored still come out the same?
    """
    if what == "-" or Path(what).is_file():
        if replay:
            fail("only what is stored can be decided again", Exit.USAGE)
        raw = sys.stdin.buffer.read() if what == "-" else Path(what).read_bytes()
        show([foretell(raw, config_dir, _moment(at, config_dir), policy_dir)], as_json=as_json, team=team)
        return
    if replay or policy_dir:
        from maildesk.cli import replaying

        if replay:
            sys.exit(int(replaying.replay_stored(what, config_dir, data_dir, as_json=as_json)))
        assert policy_dir is not None
        for told, differs in replaying.by_other_rules(what, config_dir, data_dir, policy_dir):
            show([told], as_json=as_json, team=team, more=differs)
        return
    found = recall(what, config_dir, data_dir, with_policy=bool(team))
    if not found:
        nothing_found(what)
    show(found, as_json=as_json, team=team)


def show(
    found: "Sequence[Told]", *, as_json: bool, team: str = "", more: "Mapping[str, Sequence[str]] | None" = None
) -> None:
    """Print decisions, one JSON object a line or as sentences; `team` asks why not, `more` are further chapters by title."""
    from maildesk import explain

    for told in found:
        chapters = dict(more or {})
        if team:
            _check_team(team, told)
            chapters[f"Why not {team}"] = explain.why_not(told, team)
        if as_json:
            say_json({**explain.as_json(told), **{title.lower().replace(" ", "_"): c for title, c in chapters.items()}})
            continue
        say(explain.in_sentences(told))
        for title, lines in chapters.items():
            say("\n".join([title, *(f"   {line}" for line in lines)]))
        say("")


def _check_team(team: str, told: "Told") -> None:
    """Leave if nobody ever heard of the team."""
    teams = told.policy.people.teams if told.policy else {}
    if team not in teams:
        from maildesk.yaml_file import suggest

        fail(f"no team {team!r} in teams.yaml: {suggest(team, teams)}", Exit.USAGE)


def foretell(raw: bytes, config_dir: Path, now: "dt.datetime", policy_dir: Path | None = None) -> "Told":
    """Decide a mail that nobody sent, on an empty desk: no database, nothing written."""
    import gc

    gc.disable()  # what is made here stays until the end; to look through it again and again takes a tenth of the time
    from maildesk.cli.opening import read_policy, read_settings
    from maildesk.decide import Desk, decide
    from maildesk.desk import find_mailbox
    from maildesk.explain import Told
    from maildesk.ingest.parse import parse_mail
    from maildesk.model.decision import MailArrived
    from maildesk.model.mail import Arrival, Envelope
    from maildesk.model.snapshot import Snapshot
    from maildesk.tokens import Keys

    settings = read_settings(config_dir)
    policy = read_policy(policy_dir or config_dir, settings, int(Exit.USAGE))
    desk = Desk(settings, policy, Keys.from_secret(b"\xff" * 32, settings.desk.domain), thorough=True)
    mail = parse_mail(raw)
    arrival = Arrival("import", "explain", raw, Envelope(), now)
    box = find_mailbox(mail, arrival, desk)
    snapshot = Snapshot(MailArrived(0), now, mail=mail, source="import", mailbox=box, received_at=now)
    decision = decide(snapshot, desk)
    office = _office(policy, decision.result.get("team", ""), now)
    return Told(decision, snapshot, timezone=settings.desk.timezone, office=office, policy=policy)


def recall(what: str, config_dir: Path, data_dir: Path, *, with_policy: bool = False) -> "list[Told]":
    """Read stored decisions: of a ticket by number, of a mail by message id or journal id; maybe with the rules of then."""
    from maildesk.cli.opening import read_settings
    from maildesk.cli.stored import look
    from maildesk.explain import Told
    from maildesk.store import recall

    settings = read_settings(config_dir)
    found = look(config_dir, data_dir, lambda db: recall.find_stored(db, what))
    policies: dict[str, Policy] = {}
    if with_policy:
        from maildesk.rules.load import load_policy_texts
        from maildesk.store import policies as revisions

        digests = {stored.policy for stored in found}
        texts = look(config_dir, data_dir, lambda db: {one: revisions.read_texts(db, one) for one in digests})
        policies = {digest: load_policy_texts(files, settings) for digest, files in texts.items()}
    return [
        Told(
            stored.decision,
            stored.snapshot,
            stored.ticket,
            settings.desk.timezone,
            policy=policies.get(stored.policy),
        )
        for stored in found
    ]


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
