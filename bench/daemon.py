"""Start and stop what is measured, and read what it has used."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from bench.servers import settings_text
from maildesk.settings import shipped_dir

_TICKS = os.sysconf("SC_CLK_TCK")


def start(kind: str, *arguments: str) -> "tuple[subprocess.Popen[str], int]":
    """Start one of the servers of `bench.servers`; give it and its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.servers", kind, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return process, int(process.stdout.readline().split()[1])


def start_daemon(folder: Path, relay: int) -> "tuple[subprocess.Popen[str], int]":
    """Start a desk in a folder, on what an earlier one has left there; give it and its SMTP port."""
    if not (folder / "config").exists():
        shutil.copytree(shipped_dir("config"), folder / "config")
    (folder / "config" / "maildesk.yaml").write_text(settings_text(relay))
    command = [sys.executable, "-m", "maildesk", "run", "--config", str(folder / "config"), "--data", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if "maildesk: ready" in line:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return process, int(next(w for w in line.split() if w.startswith("127.0.0.1:")).rpartition(":")[2])
    raise SystemExit("the daemon did not start")


def settle(folder: Path) -> None:
    """Wait until the journal is decided and the outbox empty."""
    deadline, waiting, leaving = time.monotonic() + 300, 0, 0
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(f"file:{folder}/bench.db?mode=ro", uri=True, timeout=10)) as db:
            waiting = db.execute("SELECT count(*) FROM journal WHERE state = 'waiting'").fetchone()[0]
            leaving = db.execute("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')").fetchone()[0]
        if not waiting and not leaving:
            return
        time.sleep(0.05)
    print(f"! not settled: {waiting} mails and {leaving} letters are left", file=sys.stderr)


def _family(pid: int) -> list[int]:
    """List a process and its descendants; a child belongs to the thread that started it."""
    children = [
        child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return [pid, *(p for child in children for p in _family(int(child)))]


def cpu_of(pid: int) -> float:
    """Sum user and system seconds of a process, its children, and the children it has buried."""
    total = 0
    for member in _family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(f) for f in fields[11:15]) if member == pid else sum(int(f) for f in fields[11:13])
    return total / _TICKS


def memory_of(pid: int) -> list[tuple[str, int]]:
    """List resident memory in kB, the daemon first."""
    rows = []
    for member in _family(pid):
        status = Path(f"/proc/{member}/status").read_text()
        size = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
        rows.append(("daemon" if member == pid else f"child {member}", size))
    return rows


def end(process: "subprocess.Popen[str]") -> None:
    """Ask a process to stop, and wait until it has."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
