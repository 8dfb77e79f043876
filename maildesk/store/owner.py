"""Who holds a claimed row: a process, named so that its death can be told.

A living process writes into `process` that it lives; rows of one that does not are free again. On the same machine
(same host, same boot, same PID namespace) death shows at once, elsewhere after `LEASE` of silence.
"""

import datetime as dt
import os
import secrets
import socket
from functools import cache
from itertools import count
from pathlib import Path

from maildesk.store.engines.connection import Connection

LEASE = dt.timedelta(seconds=60)
HEARTBEAT = dt.timedelta(seconds=15)
_serial = count(1)
LONGEST_HOLD = dt.timedelta(minutes=30)  # a living process that still holds a row after this has lost it


def new_owner(pid: int) -> str:
    """Name a store of this process: `machine/pid/start.serial`."""
    start = _started(pid) or secrets.token_hex(8)
    return f"{_machine()}/{pid}/{start}.{next(_serial)}"


def is_dead(owner: str) -> bool:
    """Tell whether a process of this very machine is gone; of others nothing can be told here."""
    machine, pid, start = owner.rsplit("/", 2)
    if machine != _machine() or not _started(os.getpid()):
        return False
    return _started(int(pid)) != start.partition(".")[0]


def register(db: Connection, owner: str) -> None:
    """Say that this process lives."""
    db.run(
        "INSERT INTO process (owner, seen) VALUES (:owner, {clock})"
        " ON CONFLICT (owner) DO UPDATE SET seen = excluded.seen",
        owner=owner,
    )


def forget_dead(db: Connection) -> int:
    """Strike processes off that are gone or silent; give how many."""
    silent = int(LEASE.total_seconds() * 1_000_000)
    rows = db.all("SELECT owner, seen < {clock} - :silent FROM process", silent=silent)
    dead = [owner for owner, is_silent in rows if is_silent or is_dead(owner)]
    return db.run("DELETE FROM process WHERE owner IN :dead", dead=dead) if dead else 0


@cache
def _machine() -> str:
    boot, space = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    marks = [boot.read_text().strip() if boot.exists() else "", str(space.readlink()) if space.is_symlink() else ""]
    return "/".join([socket.gethostname(), *marks])


def _started(pid: int) -> str:
    """Give when a process started, in ticks since boot; "" if there is none or no /proc to ask."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else fields[19]  # a zombie has let go of everything
