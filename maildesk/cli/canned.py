"""`maildesk canned`: the answers that agents send with `#use NAME` and rules with `reply:`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.opening import read_good_policy
from maildesk.cli.options import config_option, desk_options, json_option
from maildesk.cli.say import Exit, fail, say, say_json, say_table

if TYPE_CHECKING:
    from maildesk.model.ticket import Ticket
    from maildesk.outbound.canned import Used
    from maildesk.rules.policy import Policy


@click.group(name="canned")
def command() -> None:
    """Canned answers: config/canned/NAME.LANGUAGE.md."""


@command.command(name="list")
@config_option
@json_option
def list_(config_dir: Path, *, as_json: bool) -> None:
    """List the canned answers, with their titles and languages.

    \b
    Example: maildesk canned list
    """
    from maildesk.rules.reading.canned import best_language, canned_names

    policy = read_good_policy(config_dir)
    found = [
        {"name": name, "title": titles[best_language(tuple(titles), policy.languages)], "languages": list(titles)}
        for name, titles in canned_names(policy.texts).items()
    ]
    if as_json:
        say_json(found)
        return
    say_table(
        ("name", "title", "languages"), ((one["name"], one["title"], " ".join(one["languages"])) for one in found)
    )


@command.command(name="show")
@click.argument("name")
@click.argument("number", type=click.IntRange(min=1), required=False, metavar="[TICKET]")
@click.option("--language", default="", help="In this language. [default: the ticket's, or the desk's first]")
@desk_options
def show(name: str, number: int | None, language: str, config_dir: Path, data_dir: Path) -> None:
    """Show a canned answer as a customer would get it: filled with a stored ticket, or with an invented one.

    \b
    Example: maildesk canned show reset-password --language cs
    """
    policy = read_good_policy(config_dir)
    used = fill(name, _ticket(number, policy, config_dir, data_dir), language, config_dir, policy)
    if used.problem:
        fail(used.problem, Exit.NO)
    say(used.text)


def fill(name: str, ticket: "Ticket", language: str, config_dir: Path, policy: "Policy") -> "Used":
    """Fill in an answer; its links bear tokens of a key that nobody has."""
    import datetime as dt

    from maildesk.cli.opening import read_settings
    from maildesk.outbound.canned import use_canned
    from maildesk.outbound.voice import Voice
    from maildesk.tokens import Keys

    settings = read_settings(config_dir)
    keys = Keys.from_secret(bytes(32), settings.desk.domain)
    voice = Voice.of(settings, policy, keys, dt.datetime.now(dt.UTC))
    return use_canned(name, ticket, voice, agent=ticket.assignee, language=language)


def _ticket(number: int | None, policy: "Policy", config_dir: Path, data_dir: Path) -> "Ticket":
    import datetime as dt

    from maildesk.cli.template import find_ticket
    from maildesk.model.ticket import Status, Ticket

    if number is None:
        agent, now = next(iter(policy.people.agents), ""), dt.datetime.now(dt.UTC)
        return Ticket(
            1042, "Invoice 20261107", "", "jana@example.com", "Jana", Status.OPEN,
            assignee=agent, language=policy.languages[0], created=now, updated=now,
        )  # fmt: skip
    state = find_ticket(number, config_dir, data_dir)
    if state is None:
        fail(f"there is no ticket #{number}", Exit.NO_TICKET)
    return state.ticket
