"""`maildesk status`: the desk in one screen."""

from pathlib import Path
from typing import Any

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import say, say_json
from maildesk.cli.stored import opened_store


@click.command(name="status")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form: one object.")
@desk_options
def command(as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """Show in one screen how the desk is; `!` marks what somebody should look at.

    \b
    Example: maildesk status
    """
    import datetime as dt

    from maildesk.cli.opening import read_settings
    from maildesk.store import read
    from maildesk.store.disk import Disk

    with opened_store(config_dir, data_dir) as store:
        found = store.read(lambda db: read.status(db, dt.datetime.now(dt.UTC)))
        problem = store.find_trouble() or Disk(read_settings(config_dir).database, data_dir).trouble()
    found["database"]["problem"] = problem
    if problem:
        found["alarms"].append(f"database: {problem}")
        found["state"] = "red"
    if as_json:
        say_json(found)
        return
    for line in in_lines(found):
        say(line)


def in_lines(found: dict[str, Any]) -> list[str]:
    """Word the numbers."""
    journal, outbox, tickets = found["journal"], found["outbox"], found["tickets"]
    policy = found["policy"]
    active = f"{policy['digest'][:12]}, since {policy['since']}" if policy["digest"] else "none was stored yet"
    stuck = {name: outbox[name] for name in ("failed", "unsure", "held") if outbox[name]}
    return [
        f"  policy      {active}",
        *(f"! refused     {p['file']}:{p['line']}:{p['col']}: {p['text']}" for p in policy["problems"]),
        f"  tickets     {', '.join(f'{count} {name}' for name, count in tickets.items() if count) or 'none'}",
        _line(
            "waiting",
            journal["waiting"],
            found["oldest_waiting_seconds"] > 300,
            f"oldest {_span(found['oldest_waiting_seconds'])}",
        ),
        _line("held", found["held"], found["held"] > 0, "maildesk hold list"),
        _line(
            "quarantined",
            journal["quarantined"],
            journal["quarantined"] > 0,
            "maildesk journal list --state quarantined",
        ),
        f"  outbox      {outbox['waiting'] + outbox['sending']} to send, {outbox['sent']} sent",
        *([f"! relay       {found['relay']}"] if found["relay"] else []),
        *(
            [f"! stuck       {', '.join(f'{n} {name}' for name, n in stuck.items())} (maildesk outbox list)"]
            if stuck
            else []
        ),
        *(_mailbox(address, seen) for address, seen in found["mailboxes"].items()),
        f"  database    {found['database']['kind']}, {found['database']['bytes'] / 1e6:.1f} MB",
        *([f"! database    {found['database']['problem']}"] if found["database"]["problem"] else []),
        *(f"  {key:<11} {value}" for key, value in found["facts"].items()),
    ]


def _mailbox(address: str, seen: dict[str, Any]) -> str:
    alarm = seen.get("alarm", "")
    when = f"last looked into {seen['last_success'][:16].replace('T', ' ')} UTC"
    return f"{'!' if alarm else ' '} mailbox     {address}: {alarm or when}"


def _line(name: str, count: int, alarming: bool, more: str) -> str:
    return f"{'!' if alarming else ' '} {name:<11} {count}" + (f"  ({more})" if count else "")


def _span(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
