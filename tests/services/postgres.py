"""Run a real PostgreSQL in a private folder on a free loopback port; as root it runs under the user postgres or nobody."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal

import psycopg

from tests.services.components import missing, need
from tests.services.processes import HOST, NotReady, free_port, private_folder, tail, wait_for_port, wait_until

_serial = count(1)
# How pg_ctl names them: wait for clients, disconnect clients, end as after a crash.
SIGNALS: Mapping[str, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}


@dataclass(slots=True)
class Postgres:
    """A running server; `new_database` gives an empty database of one's own."""

    folder: Path
    program: Path
    port: int
    settings: Mapping[str, str]
    host: str = HOST
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """What PostgreSQL says."""
        return self.folder / "postgres.log"

    def url(self, database: str = "postgres") -> str:
        """Give the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@{self.host}:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database and give its URL."""
        name = f"test_{os.getpid()}_{next(_serial)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement outside of any transaction, as the superuser."""
        with psycopg.connect(self.url().replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        """Start, or start again on the same port after `stop` or `kill`."""
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        listen = ["-c", f"listen_addresses={self.host}", "-c", f"port={self.port}"]
        sockets = ["-c", f"unix_socket_directories={self.folder}"]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [self.program, "-D", self.folder / "data", *listen, *sockets, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self.folder,
                **_as_user(),
            )
        wait_for_port(self.port, self.process, self.log)
        wait_until(self._answers, "PostgreSQL has recovered", self.log, seconds=60)

    def _answers(self) -> bool:
        """It listens before it has recovered, and refuses until then."""
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, how: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """Stop the server; `immediate` leaves the recovery of a crash to the next start."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(SIGNALS[how])
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(15)


@contextlib.contextmanager
def running_postgres(*, fsync: bool = True, settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """Make a cluster and run it; `fsync=False` for tests that only ask for answers, not for what survives a crash."""
    initdb, program = need("initdb"), need("postgres")
    wanted = {"fsync": "on" if fsync else "off", "max_connections": "200", **(settings or {})}
    if not fsync:
        wanted = {"synchronous_commit": "off", "full_page_writes": "off"} | wanted
    with private_folder("postgres") as folder:
        if os.getuid() == 0:
            shutil.chown(folder, _owner().pw_name)
        _make_cluster(initdb, folder)
        postgres = _start_on_free_port(folder, program, wanted)
        try:
            yield postgres
        finally:
            postgres.stop("immediate")


def _start_on_free_port(folder: Path, program: Path, settings: Mapping[str, str]) -> Postgres:
    """Another program may take the port between asking and listening: then try another."""
    for attempt in (1, 2, 3):
        postgres = Postgres(folder, program, free_port(), settings)
        try:
            postgres.start()
        except NotReady:
            postgres.stop("immediate")
            if attempt == 3:
                raise
            continue
        return postgres
    raise AssertionError("unreachable")


def _make_cluster(initdb: Path, folder: Path) -> None:
    command: list[str | Path] = [
        initdb,
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    log = folder / "initdb.log"
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=folder,
            **_as_user(),
        )
    if done.returncode:
        raise NotReady(f"initdb ended with {done.returncode}\n{tail(log)}")


def _owner() -> pwd.struct_passwd:
    """Choose who the server runs as when root runs the tests: it refuses root."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    missing("a user for PostgreSQL to run as (postgres or nobody) is missing")
    return None


def _as_user() -> dict[str, Any]:
    """Arguments for subprocess: drop root's rights, keep anybody else's."""
    if os.getuid() != 0:
        return {}
    owner = _owner()
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
