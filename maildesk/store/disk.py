"""Tell in time that the disk under the database is nearly full: then new mail is refused, and what came can still be worked on."""

import os
import time
from pathlib import Path

from sqlalchemy import make_url

from maildesk.store.engines.opening import find_file

SMALLEST_SHARE = 0.05
ENOUGH = 500_000_000
_SECONDS = 1.0


class Disk:
    """The disk of an SQLite database, looked at once a second at most; PostgreSQL looks after its own."""

    def __init__(self, url: str, data_dir: Path) -> None:
        """Find the folder of the database that `url` names."""
        parsed = make_url(url)
        self._folder = find_file(parsed, data_dir).parent if parsed.get_backend_name() == "sqlite" else None
        self._looked_at = -_SECONDS
        self._trouble = ""

    def has_room(self) -> bool:
        """Tell whether more mail may come."""
        return not self.trouble()

    def trouble(self) -> str:
        """Say how little room there is, "" if there is enough."""
        if self._folder is not None and time.monotonic() - self._looked_at >= _SECONDS:
            self._trouble, self._looked_at = _look(self._folder), time.monotonic()
        return self._trouble


def _look(folder: Path) -> str:
    disk = os.statvfs(folder)
    free, whole = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
    if free >= min(whole * SMALLEST_SHARE, ENOUGH):
        return ""
    return f"the disk is nearly full: {free / 1e6:.1f} MB are free, new mail is refused for now"
