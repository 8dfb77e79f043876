"""Open the database for a command that looks at it, and close it again; trouble becomes a sentence and a status."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from maildesk.cli.say import Exit, fail

if TYPE_CHECKING:
    from maildesk.store import Store
    from maildesk.store.engines.connection import Connection

T = TypeVar("T")


@contextmanager
def opened_store(config_dir: Path, data_dir: Path) -> "Iterator[Store]":
    """Open the database that maildesk.yaml names; it is created or migrated where needed."""
    from maildesk.cli.opening import read_settings
    from maildesk.store import Store, StoreUnavailable

    settings = read_settings(config_dir)
    try:
        store = Store.open(settings.database, data_dir)
    except StoreUnavailable as problem:
        fail(str(problem), Exit.NO)
    try:
        yield store
    except StoreUnavailable as problem:
        fail(str(problem), Exit.NO)
    finally:
        store.close()


def look(config_dir: Path, data_dir: Path, question: "Callable[[Connection], T]") -> T:
    """Ask the database one question."""
    with opened_store(config_dir, data_dir) as store:
        return store.read(question)
