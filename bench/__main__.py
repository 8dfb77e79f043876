"""Run all measurements and print them: `python -m bench [--mails N]`."""

import argparse
import os
import platform
import subprocess
import tempfile
import time
from pathlib import Path

from bench.client import send_all
from bench.crowd import crowd
from bench.daemon import cpu_of, end, memory_of, settle, start, start_daemon
from bench.letters import letters_cost
from bench.mails import letters
from bench.rules import reload_cost, rules_cost
from maildesk.daemon.loop import run


def main() -> None:
    """Measure accept, a skeleton of plain libraries, the full way, latency, memory, letters, rules, a desk with many tickets."""
    options = argparse.ArgumentParser(prog="python -m bench")
    options.add_argument("--mails", type=int, default=2000, help="mails in the full-way run")
    options.add_argument("--paced", type=int, default=300, help="mails in the paced run")
    options.add_argument("--tickets", type=int, default=0, help="also: tickets of a large desk, such as 100000")
    given = options.parse_args()
    print(
        f"# {platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}"
    )
    accept()
    plain = skeleton(min(given.mails, 600))
    full_way(given.mails, given.paced, plain)
    letters_cost()
    rules_cost()
    reload_cost()
    if given.tickets:
        crowd(given.tickets)


def accept() -> None:
    """Compare durable accept with a bare handler, three pairs, 16 connections."""
    rates: dict[str, list[float]] = {"bare": [], "durable": []}
    for turn in range(3):
        for kind, found in rates.items():
            process, port = start(kind)
            try:
                _, seconds = run(send_all(list(letters(600, seed=turn + 10)), "127.0.0.1", port, 16))
                found.append(600 / seconds)
            finally:
                end(process)
    ratios = sorted(d / b for d, b in zip(rates["durable"], rates["bare"], strict=True))
    print(f"accept: bare aiosmtpd handler      {sorted(rates['bare'])[1]:8.0f} mails/s")
    print(
        f"accept: durable (fsync before 250) {sorted(rates['durable'])[1]:8.0f} mails/s"
        f"   ratio {ratios[1]:.2f} (min {ratios[0]:.2f})"
    )


def skeleton(count: int) -> float:
    """Send the same mail through what plain libraries give in a hundred lines; give its CPU seconds per 1,000 mails.

    It stores, acknowledges new mail and does nothing else: no rules, no agents, no HTML, no replies' texts, no limits.
    """
    sink, sink_port = start("sink")
    process, port = start("skeleton", str(sink_port))
    try:
        run(send_all(letters(50, seed=5, prefix="w"), "127.0.0.1", port, 4))
        before = cpu_of(process.pid)
        _, seconds = run(send_all(list(letters(count, seed=6)), "127.0.0.1", port, 16))
        cost = 1000 * (cpu_of(process.pid) - before) / count
    finally:
        end(process)
        end(sink)
    print(f"skeleton of plain libraries: {count / seconds:4.0f} mails/s   {cost:.2f} CPU seconds per 1,000 mails")
    return cost


def full_way(count: int, paced: int, plain: float) -> None:
    """Send mail through a whole daemon to a sink; count mails, CPU of all its processes, latency, memory."""
    sink, sink_port = start("sink")
    with tempfile.TemporaryDirectory() as folder:
        daemon, port = start_daemon(Path(folder), sink_port)
        try:
            run(send_all(letters(100, seed=5, prefix="w"), "127.0.0.1", port, 4))
            settle(Path(folder))
            before, began = cpu_of(daemon.pid), time.monotonic()
            run(send_all(list(letters(count, seed=6)), "127.0.0.1", port, 16))
            settle(Path(folder))
            seconds, cpu = time.monotonic() - began, cpu_of(daemon.pid) - before
            cost = 1000 * cpu / count
            print(
                f"full way: {count / seconds:8.0f} mails/s   {cost:.2f} CPU seconds per 1,000 mails, all processes"
                f"   {cost / plain:.2f} x the skeleton"
            )
            sent, _ = run(send_all(letters(paced, seed=7, prefix="p"), "127.0.0.1", port, 4, rate=20))
            settle(Path(folder))
            for name, size in memory_of(daemon.pid):
                print(f"memory: {name:<28} {size / 1024:6.0f} MB")
        finally:
            end(daemon)
            end(sink)
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


if __name__ == "__main__":
    main()
