"""Run all measurements and print them: `python -m bench [--mails N]`."""

import argparse
import asyncio
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.client import send_all
from bench.mails import letters
from bench.servers import settings_text

_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure accept, the full way, latency and memory."""
    options = argparse.ArgumentParser(prog="python -m bench")
    options.add_argument("--mails", type=int, default=2000, help="mails in the full-way run")
    options.add_argument("--paced", type=int, default=300, help="mails in the paced run")
    given = options.parse_args()
    print(
        f"# {platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}"
    )
    accept()
    full_way(given.mails, given.paced)


def accept() -> None:
    """Compare durable accept with a bare handler, three pairs, 16 connections."""
    rates: dict[str, list[float]] = {"bare": [], "durable": []}
    for turn in range(3):
        for kind, found in rates.items():
            process, port = _start(kind)
            try:
                _, seconds = asyncio.run(send_all(list(letters(600, seed=turn + 10)), "127.0.0.1", port, 16))
                found.append(600 / seconds)
            finally:
                _end(process)
    ratios = sorted(d / b for d, b in zip(rates["durable"], rates["bare"], strict=True))
    print(f"accept: bare aiosmtpd handler      {sorted(rates['bare'])[1]:8.0f} mails/s")
    print(
        f"accept: durable (fsync before 250) {sorted(rates['durable'])[1]:8.0f} mails/s"
        f"   ratio {ratios[1]:.2f} (min {ratios[0]:.2f})"
    )


def full_way(count: int, paced: int) -> None:
    """Send mail through a whole daemon to a sink; count mails, CPU of all its processes, latency, memory."""
    sink, sink_port = _start("sink")
    with tempfile.TemporaryDirectory() as folder:
        daemon, port = _start_daemon(Path(folder), sink_port)
        try:
            asyncio.run(send_all(letters(100, seed=5, prefix="w"), "127.0.0.1", port, 4))
            _settle(Path(folder))
            before, began = _cpu(daemon.pid), time.monotonic()
            asyncio.run(send_all(list(letters(count, seed=6)), "127.0.0.1", port, 16))
            _settle(Path(folder))
            seconds, cpu = time.monotonic() - began, _cpu(daemon.pid) - before
            print(
                f"full way: {count / seconds:8.0f} mails/s   {1000 * cpu / count:.2f} CPU seconds per 1,000 mails, all processes"
            )
            sent, _ = asyncio.run(send_all(letters(paced, seed=7, prefix="p"), "127.0.0.1", port, 4, rate=20))
            _settle(Path(folder))
            for name, size in _memory(daemon.pid):
                print(f"memory: {name:<28} {size / 1024:6.0f} MB")
        finally:
            _end(daemon)
            _end(sink)
    _latency(sent, sink)


def _latency(sent: dict[str, float], sink: "subprocess.Popen[str]") -> None:
    assert sink.stdout
    seen = dict(line.split() for line in sink.stdout.read().splitlines() if line[:1] == "p" and len(line.split()) == 2)
    waits = sorted(float(seen[key]) - at for key, at in sent.items() if key in seen)
    if waits:
        p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        print(
            f"ack latency at 20/s: p50 {p50 * 1000:.1f} ms   p99 {p99 * 1000:.1f} ms   ({len(waits)} acknowledgements)"
        )


def _start(kind: str) -> "tuple[subprocess.Popen[str], int]":
    process = subprocess.Popen([sys.executable, "-m", "bench.servers", kind], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, int(process.stdout.readline().split()[1])


def _start_daemon(folder: Path, relay: int) -> "tuple[subprocess.Popen[str], int]":
    from maildesk.settings import shipped_dir

    shutil.copytree(shipped_dir("config"), folder / "config")
    (folder / "config" / "maildesk.yaml").write_text(settings_text(relay))
    command = [sys.executable, "-m", "maildesk", "run", "--config", str(folder / "config"), "--data", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if "maildesk: ready" in line:
            import threading

            threading.Thread(target=process.stderr.read, daemon=True).start()
            return process, int(next(w for w in line.split() if w.startswith("127.0.0.1:")).rpartition(":")[2])
    raise SystemExit("the daemon did not start")


def _settle(folder: Path) -> None:
    """Wait until the journal is decided and the outbox empty."""
    import sqlite3

    deadline, waiting, leaving = time.monotonic() + 300, 0, 0
    while time.monotonic() < deadline:
        with sqlite3.connect(f"file:{folder}/bench.db?mode=ro", uri=True, timeout=10) as db:
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


def _cpu(pid: int) -> float:
    """Sum user and system seconds of a process, its children, and the children it has buried."""
    total = 0
    for member in _family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(f) for f in fields[11:15]) if member == pid else sum(int(f) for f in fields[11:13])
    return total / _TICKS


def _memory(pid: int) -> list[tuple[str, int]]:
    """List resident memory in kB, the daemon first."""
    rows = []
    for member in _family(pid):
        status = Path(f"/proc/{member}/status").read_text()
        size = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
        rows.append(("daemon" if member == pid else f"child {member}", size))
    return rows


def _end(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    main()
