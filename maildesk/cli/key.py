"""`maildesk key`: the keys that all tokens are made with, and ending the tokens of one agent."""

import secrets
from pathlib import Path

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, say, say_json, tell

_RELOAD = "The running desk takes it over with: systemctl reload maildesk (or kill -HUP its pid)."


@click.group(name="key")
def command() -> None:
    """Keys of tokens: reply addresses, links, message ids."""


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form, one object a line.")
@desk_options
def list_keys(as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """List the keys by their ids, newest first; never what they are.

    \b
    Example: maildesk key list
    """
    path, secret = _read(config_dir, data_dir)
    ids = _ids(secret)
    for number, key_id in enumerate(ids):
        does = "makes new tokens" if number == 0 else "proves old tokens"
        if as_json:
            say_json({"id": key_id, "newest": number == 0})
        else:
            say(f"{key_id:>3}  {does}")
    if not as_json:
        tell(f"in {path}")


@command.command(name="rotate")
@desk_options
def rotate(config_dir: Path, data_dir: Path) -> None:
    """Make a new key; what was made with the old ones stays good until it expires.

    \b
    Example: maildesk key rotate

    With several daemons, copy the file to all machines and reload them, one right after the other.
    """
    from maildesk.settings import replace_secret_file
    from maildesk.tokens import secret_text

    path, secret = _read(config_dir, data_dir)
    text = secret_text(secrets.token_bytes(32), secret)
    replace_secret_file(path, text)
    tell(f"Key {_ids(text)[0]} makes new tokens from now on; keep a copy of {path}.\n{_RELOAD}")


@command.command(name="retire")
@click.argument("key_id", metavar="ID", type=int)
@desk_options
def retire(key_id: int, config_dir: Path, data_dir: Path) -> None:
    """Take an old key out: every reply address, link and message id made with it is worth nothing from then on.

    \b
    Example: maildesk key retire 0

    Agents' reply addresses live for 30 days, customers' for 180 days after the last mail; after a leak do it at once.
    """
    from maildesk.settings import replace_secret_file
    from maildesk.tokens import text_without

    path, secret = _read(config_dir, data_dir)
    try:
        text = text_without(secret, key_id)
    except ValueError as problem:
        fail(str(problem))
    replace_secret_file(path, text)
    tell(f"Key {key_id} is gone.\n{_RELOAD}")


@command.command(name="revoke")
@click.argument("login")
@desk_options
def revoke(login: str, config_dir: Path, data_dir: Path) -> None:  # noqa: ARG001 - every verb takes --data
    """End every reply address that an agent was ever given, by raising the agent's `epoch` in teams.yaml.

    \b
    Example: maildesk key revoke ana      her mailbox was broken into, or she leaves

    A running desk takes it over by itself; the agent's next notification has a fresh address.
    """
    from maildesk.cli.opening import complain, read_settings
    from maildesk.cli.yaml_edit import set_values
    from maildesk.rules.load import load_policy
    from maildesk.settings import templates_dir

    settings = read_settings(config_dir)
    policy, problems = load_policy(config_dir, templates_dir(config_dir, settings.templates), settings)
    if policy is None:
        complain(problems, int(Exit.USAGE))
    assert policy is not None
    agent = policy.people.agents.get(login)
    if agent is None:
        fail(f"there is no agent {login!r}", Exit.USAGE)
    path, epoch = config_dir / "teams.yaml", agent.epoch
    _replace(path, set_values(path.read_text(encoding="utf-8"), {("agents", login, "epoch"): epoch + 1}))
    tell(f"{login}: epoch {epoch + 1}. All earlier reply addresses are worth nothing.")


def _read(config_dir: Path, data_dir: Path) -> tuple[Path, bytes]:
    """Find and read the key file, or leave; it is made if there is none yet."""
    from maildesk.cli.opening import read_settings
    from maildesk.daemon.office import key_file_of
    from maildesk.settings import ensure_secret_file

    path = key_file_of(read_settings(config_dir), config_dir, data_dir)
    try:
        secret = ensure_secret_file(path)
        _ids(secret)
    except (OSError, ValueError) as problem:
        fail(str(problem), Exit.USAGE)
    return path, secret


def _ids(secret: str | bytes) -> tuple[int, ...]:
    from maildesk.tokens import Keys

    return tuple(key_id for key_id, _ in Keys.from_secret(secret).ring)


def _replace(path: Path, text: str) -> None:
    """Put a text in place of a file at once: a running desk watches it."""
    whole = path.with_name(f".{path.name}.new")
    whole.write_text(text, encoding="utf-8")
    whole.chmod(path.stat().st_mode & 0o777)
    whole.replace(path)
