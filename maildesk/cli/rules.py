"""`maildesk rules`: the stored revisions of the rules, what changed between them, going back, and how often each rule applied."""

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import by_option, desk_options, json_option
from maildesk.cli.say import Exit, fail, say, say_json, say_table, tell
from maildesk.cli.stored import look, opened_store

if TYPE_CHECKING:
    from maildesk.store.policies import Revision

FILES = "files"
_SHORT = 12


@click.group(name="rules")
def command() -> None:
    """Stored revisions of the rules: every policy that ever decided a mail is kept."""


@command.command(name="log")
@json_option
@desk_options
def log(config_dir: Path, data_dir: Path, *, as_json: bool) -> None:
    """List the revisions, the newest first: when they came, how much they decided, which one is active.

    \b
    Example: maildesk rules log
    """
    found = look(config_dir, data_dir, _list)
    if as_json:
        for one in found:
            last = one.last and one.last.isoformat(timespec="seconds")
            say_json({**one._asdict(), "at": one.at.isoformat(timespec="seconds"), "last": last})
        return
    say_table(
        ("", "revision", "since", "by", "decisions", "last used"),
        (
            (
                "*" if one.active else "",
                one.digest[:_SHORT],
                f"{one.at:%Y-%m-%d %H:%M:%S}",
                one.who,
                one.decisions,
                f"{one.last:%Y-%m-%d %H:%M}" if one.last else "",
            )
            for one in found
        ),
    )


@command.command(name="diff")
@click.argument("old", required=False, metavar="[OLD")
@click.argument("new", required=False, metavar="[NEW]]")
@desk_options
def diff(old: str | None, new: str | None, config_dir: Path, data_dir: Path) -> None:
    """Show what changed between two revisions: the one before and the active one, unless others are named.

    \b
    Examples: maildesk rules diff                  what the last change did
              maildesk rules diff 3f9a             from that one to the active one
              maildesk rules diff active files     what the files would change, if they were taken

    The status is 1 if they differ.
    """
    found = look(config_dir, data_dir, _list)
    names = _names(found, old, new)
    was, now = (_texts(name, config_dir, data_dir) for name in names)
    lines = differences(was, now, *names)
    for line in lines:
        say(line)
    sys.exit(int(Exit.NO if lines else Exit.FINE))


@command.command(name="rollback")
@click.argument("revision", required=False)
@click.option(
    "--files", is_flag=True, help="Write the files of that revision, too; what stood there is kept beside it."
)
@by_option
@desk_options
def rollback(revision: str | None, by: str, config_dir: Path, data_dir: Path, *, files: bool) -> None:
    """Let an earlier revision hold again, from the next mail on; without a name, the one before the active one.

    \b
    Example: maildesk rules rollback 3f9a --files

    Without --files the files stay as they are: with the next edit, or the next start of the desk, they hold again.
    """
    from maildesk.cli.opening import read_settings
    from maildesk.rules.load import BadTexts, load_policy_texts

    settings = read_settings(config_dir)
    found = look(config_dir, data_dir, _list)
    digest = _find(revision, found) if revision else _before(found)
    texts = _texts(digest, config_dir, data_dir)
    try:
        load_policy_texts(texts, settings)
    except BadTexts as bad:
        fail(f"this version cannot read revision {digest[:_SHORT]}: {bad}")
    with opened_store(config_dir, data_dir) as store:
        store.activate(digest, f"rollback by {by or 'admin'}")
    tell(f"revision {digest[:_SHORT]} is active: the next mail is decided by it")
    if not files:
        tell("the files are as they were; --files writes those of this revision, too")
        return
    from maildesk.cli.rule_files import write_back
    from maildesk.settings import templates_dir

    for line in write_back(texts, config_dir, templates_dir(config_dir, settings.templates)):
        tell(line)


@command.command(name="stats")
@click.option("--since", default="30d", metavar="SPAN", show_default=True, help="How far back: 12h, 30d, 8w, or a day.")
@json_option
@desk_options
def stats(since: str, config_dir: Path, data_dir: Path, *, as_json: bool) -> None:
    """Count how often each rule applied, when last, and how often people moved its tickets elsewhere afterwards.

    \b
    Example: maildesk rules stats --since 8w

    A rule on trial is counted like the others; a rule that never applied stands there with 0.
    """
    import datetime as dt

    from maildesk.cli.rule_stats import count_rules
    from maildesk.cli.spans import parse_since

    begin = parse_since(since, dt.datetime.now(dt.UTC))
    found = count_rules(begin, config_dir, data_dir)
    if as_json:
        for one in found:
            say_json({**one._asdict(), "last": one.last and one.last.isoformat(timespec="seconds")})
        return
    say_table(
        ("applied", "last", "sent to a team", "moved by people", "rule"),
        (
            (
                one.applied,
                f"{one.last:%Y-%m-%d %H:%M}" if one.last else "never",
                one.sent,
                one.moved,
                f"{one.name}{'  (trial)' if one.trial else ''}   ({one.place})",
            )
            for one in found
        ),
    )


def differences(old: dict[str, str], new: dict[str, str], was: str, now: str) -> list[str]:
    """Give a unified diff of two revisions, file by file."""
    lines: list[str] = []
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        lines += difflib.unified_diff(
            (before or "").splitlines(),
            (after or "").splitlines(),
            f"{name}  {was[:_SHORT]}" if before is not None else "/dev/null",
            f"{name}  {now[:_SHORT]}" if after is not None else "/dev/null",
            lineterm="",
        )
    return lines


def _list(db: object) -> "list[Revision]":
    from maildesk.store.engines.connection import Connection
    from maildesk.store.policies import list_revisions

    assert isinstance(db, Connection)
    return list_revisions(db)


def _names(found: "list[Revision]", old: str | None, new: str | None) -> tuple[str, str]:
    """Say which two are meant."""
    if old is None:
        return _before(found), _find("active", found)
    return _find(old, found), _find(new or "active", found)


def _find(name: str, found: "list[Revision]") -> str:
    """Find a revision by the beginning of its name, or `active`; `files` are those in the folder."""
    if name == FILES:
        return FILES
    wanted = [one.digest for one in found if one.digest.startswith(name) or (name == "active" and one.active)]
    if len(wanted) != 1:
        fail(f"{'no' if not wanted else 'more than one'} revision begins with {name!r}: see maildesk rules log")
    return wanted[0]


def _before(found: "list[Revision]") -> str:
    """Name the revision that came before the active one."""
    after = iter(found)
    active = next((one for one in after if one.active), None)
    before = next(after, None)
    if active is None or before is None:
        fail("there is no earlier revision")
    return before.digest


def _texts(name: str, config_dir: Path, data_dir: Path) -> dict[str, str]:
    """Give the texts of a revision, or of the files."""
    if name == FILES:
        from maildesk.cli.opening import read_settings
        from maildesk.rules.load import read_texts
        from maildesk.settings import templates_dir
        from maildesk.yaml_file import Problems

        settings = read_settings(config_dir)
        return read_texts(config_dir, templates_dir(config_dir, settings.templates), settings, Problems())
    from maildesk.store.policies import read_texts as stored_texts

    return look(config_dir, data_dir, lambda db: stored_texts(db, name))
