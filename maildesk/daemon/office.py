"""Open what every working command needs: settings, keys, the database and the policy."""

import time
from pathlib import Path
from typing import NamedTuple

from maildesk.daemon.keeper import Keeper
from maildesk.oauth import TokenSource
from maildesk.settings import Imap, Relay, Settings, ensure_secret_file, templates_dir
from maildesk.store.db import Store
from maildesk.tokens import Keys


class Office(NamedTuple):
    """An opened desk: close the store when done."""

    settings: Settings
    keys: Keys
    store: Store
    keeper: Keeper
    config_dir: Path
    data_dir: Path

    def base_of(self, reference: str) -> Path:
        """Say what a relative path of maildesk.yaml is relative to: the configuration if it lies there, else the data."""
        return base_of(reference, self.config_dir, self.data_dir)

    def token_source(self, account: Imap | Relay) -> TokenSource | None:
        """Make what gives tokens for an account; None where a password is used."""
        return token_source(account, self.config_dir, self.data_dir)


def token_source(account: Imap | Relay, config_dir: Path, data_dir: Path) -> TokenSource | None:
    """Make what gives tokens for an account; None where a password is used."""
    if account.oauth is None:
        return None
    reference = account.oauth.secret_file or account.password_file
    return TokenSource(
        account.oauth,
        account.user,
        data_dir,
        now=time.time,
        base_dir=base_of(reference, config_dir, data_dir),
        refresh_file=account.password_file,
    )


def base_of(reference: str, config_dir: Path, data_dir: Path) -> Path:
    """Say what a relative path of maildesk.yaml is relative to: the configuration if it lies there, else the data."""
    return config_dir if reference and (config_dir / reference).is_file() else data_dir


def key_file_of(settings: Settings, config_dir: Path, data_dir: Path) -> Path:
    """Say where the key of all tokens is."""
    return base_of(settings.secret_file, config_dir, data_dir) / settings.secret_file


def open_office(settings: Settings, config_dir: Path, data_dir: Path, *, activate: bool = True) -> Office:
    """Create and migrate what is missing, load the policy; raises BadPolicy, and OSError for files that cannot be had.

    Without `activate` the policy that a running desk uses is used, and edited files are left to it.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_file = key_file_of(settings, config_dir, data_dir)
    keys = Keys.from_secret(ensure_secret_file(key_file), site=settings.desk.domain)
    store = Store.open(settings.database, data_dir)
    keeper = Keeper(settings, keys, store, config_dir, templates_dir(config_dir, settings.templates))
    keeper.key_file = key_file
    try:
        if activate:
            keeper.load()
        else:
            keeper.use_active()
    except BaseException:
        store.close()
        raise
    return Office(settings, keys, store, keeper, config_dir, data_dir)
