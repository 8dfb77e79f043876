"""`maildesk replay`: what edited rules would have done with stored mail."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, cut, say, say_json, say_table, tell

if TYPE_CHECKING:
    import datetime as dt

    from maildesk.cli.rehearsal import Rehearsal

MOST_SHOWN = 40


@click.command(name="replay")
@click.option("--since", default="30d", metavar="SPAN", show_default=True, help="How far back: 12h, 30d, 8w, or a day.")
@click.option("--fail-over", metavar="SHARE", help="Leave with status 1 if more than this lands elsewhere, such as 5%.")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form: one object.")
@desk_options
def command(since: str, fail_over: str | None, config_dir: Path, data_dir: Path, *, as_json: bool) -> None:
    """Say what edited rules would have done with stored mail: what would land elsewhere, and because of which rule.

    \b
    Examples: maildesk replay --since 30d                      the files in config/, before they are put into force
              maildesk replay --config ~/new --data ./var      the files of another folder
              maildesk replay --since 8w --fail-over 5%        for a check before a change is merged

    Each mail is decided again from what was known when it came, so nothing is changed and nothing is sent.
    """
    import datetime as dt

    from maildesk.cli.spans import parse_share, parse_since

    begin = parse_since(since, dt.datetime.now(dt.UTC))
    most = parse_share(fail_over) if fail_over else None
    found, digest = rehearse_all(begin, config_dir, data_dir)
    if as_json:
        say_json(as_object(found, begin, digest))
    else:
        show(found, begin, config_dir)
    if most is not None and found.share > most:
        tell(f"maildesk: {found.share:.1%} would land elsewhere, more than {fail_over}")
        sys.exit(int(Exit.NO))


def rehearse_all(since: "dt.datetime", config_dir: Path, data_dir: Path) -> "tuple[Rehearsal, str]":
    """Run all mails since a moment through the policy of the files; gives what came of it, and the policy's digest."""
    import time

    from maildesk.cli.opening import open_or_complain, read_policy
    from maildesk.cli.progress import with_bar
    from maildesk.cli.rehearsal import gather, rehearse, stored_mails
    from maildesk.decide import Desk

    office = open_or_complain(config_dir, data_dir, activate=False)
    try:
        policy = read_policy(config_dir, office.settings)
        desk = Desk(office.settings, policy, office.keys)
        total, mails = stored_mails(office, since)
        return gather(rehearse(one, office, desk) for one in with_bar(mails, total, time.monotonic)), policy.digest
    finally:
        office.store.close()


def as_object(found: "Rehearsal", since: "dt.datetime", digest: str) -> dict[str, object]:
    """Give the stable JSON form."""
    return {
        "since": since.isoformat(timespec="seconds"),
        "policy": digest,
        "mails": found.mails,
        "share": round(found.share, 4),
        "elsewhere": [one._asdict() for one in found.moved],
        "otherwise": found.otherwise,
        "table": found.table,
        "by_hand": {"moved": found.by_hand, "agreed": found.agreed, "agreed_then": found.agreed_then},
        "trials": found.trials,
        "problems": list(found.problems),
    }


def show(found: "Rehearsal", since: "dt.datetime", config_dir: Path) -> None:
    """Print it for people."""
    say(
        f"{found.mails:,} mails since {since:%Y-%m-%d} by the rules in {config_dir}:"
        f" {len(found.moved):,} would land elsewhere ({found.share:.1%})"
    )
    for one in found.moved[:MOST_SHOWN]:
        where = f"#{one.ticket}" if one.ticket else f"journal {one.journal}"
        say(f"  {where}  “{cut(one.subject, 60)}”  from {one.author or '?'}")
        hand = f"   (people: {one.by_hand})" if one.by_hand else ""
        say(f"      {one.was} → {one.now}   {one.rule}{f' ({one.place})' if one.place else ''}{hand}")
    if len(found.moved) > MOST_SHOWN:
        say(f"  … and {len(found.moved) - MOST_SHOWN:,} more; --json lists all")
    if found.moved:
        say("")
        _show_table(found.table)
    if found.otherwise:
        say(f"\n{found.otherwise:,} more stay with their team and change in another way (priority, tags, assignee)")
    if found.by_hand:
        say(
            f"\nPeople moved {found.by_hand} of these tickets by hand: the new rules agree with them in"
            f" {found.agreed} of {found.by_hand}, those of then in {found.agreed_then}."
        )
    for name, count in sorted(found.trials.items(), key=lambda item: -item[1]):
        say(f"trial “{name}” would have applied to {count:,}")
    for problem in found.problems[:MOST_SHOWN]:
        tell(f"maildesk: {problem}")


def _show_table(table: dict[str, dict[str, int]]) -> None:
    """Print a row for each team as it was, a column for each as it would be."""
    columns = sorted({now for row in table.values() for now in row})
    rows = [[was, *(str(row.get(now, "")) for now in columns)] for was, row in sorted(table.items())]
    say_table(["was \\ would be", *columns], rows)
