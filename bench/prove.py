"""Run the long proofs: the same tests as `make test`, at full size. Their last results stand in docs/proofs.md."""

import os
import subprocess
import sys
import time

# What `make test` does in short: how often the daemon is killed, and one with a seeded bug in it; how much of the archive,
# which of the real mails; at how many places it dies, and which faults it meets;
# how large hostile mails are, and for how many seconds inputs are made up.
FULL_SIZE = {
    "MAILDESK_KILLS": "500",
    "MAILDESK_MUTANT_KILLS": "25",
    "MAILDESK_FAULTS": "all",
    "MAILDESK_SYNC_MAILS": "42",
    "MAILDESK_PLACES": "all",
    "MAILDESK_ARCHIVE_MAILS": "100000",
    "MAILDESK_ARCHIVE_SHUFFLES": "10",
    "MAILDESK_THREAD_EXAMPLES": "500",
    "MAILDESK_CORPORA_STEP": "1",
    "MAILDESK_PINGPONG_HOURS": "24",
    "MAILDESK_IMAP_CHAOS": "600",
    "MAILDESK_IMAP_MAILS": "100000",
    "MAILDESK_IMAP_LONG": "1",
    "MAILDESK_HOSTILE_SIZES": "1000000,24000000",
    "MAILDESK_HOSTILE_TABLE": "docs/hostile-mail.md",
    "MAILDESK_HOSTILE_WAIT": "1",
    "MAILDESK_FUZZ_SECONDS": "600",
    "MAILDESK_RELOAD_EDITS": "100",
    "MAILDESK_RELOAD_RATE": "50",
    "MAILDESK_RELOAD_PAUSE": "0.8",
    "MAILDESK_RELOAD_CALM": "20",
    "MAILDESK_FAIR_TICKETS": "1000",
    "MAILDESK_REPLAY_STEP": "1",
    "MAILDESK_SPOOF_COMMANDS": "6",
    "MAILDESK_TOKENS": "100000",
    "MAILDESK_LOOKS": "all",
    "MAILDESK_LEAKS": "10000",
}
PROOFS = {
    "kills": ("tests/crash/test_kill.py",),
    "mutants": ("tests/crash/test_mutants.py",),
    "places": ("tests/crash/test_places.py",),
    "faults": ("tests/crash/test_faults.py",),
    "sync": ("tests/crash/test_sync.py",),
    "archive": ("tests/properties/test_threading.py", "tests/archive", "tests/acceptance/test_archive.py"),
    "corpora": ("tests/acceptance/test_corpora.py", "tests/corpora/test_parse_corpora.py"),
    "pingpong": ("tests/pingpong",),
    "imap": (
        "tests/acceptance/test_imap.py",
        "tests/acceptance/test_import.py",
        "tests/integration/ingest/test_imap_full.py",
        "tests/integration/ingest/test_imap_numbers.py",
        "tests/integration/ingest/test_imap_store.py",
    ),
    "hostile": ("-s", "tests/acceptance/test_hostile.py", "tests/acceptance/test_crowds.py"),
    "fuzz": ("-s", "tests/fuzz"),
    "reload": ("-s", "tests/acceptance/test_reload_flow.py"),
    "fair": ("tests/integration/store/test_fair_shares.py", "tests/unit/rules/test_assign.py"),
    "replay": ("-s", "tests/corpora/test_replay.py"),
    "spoof": ("-s", "tests/spoof", "tests/unit/tokens"),
    "leaks": ("-s", "tests/leaks"),
    "looks": ("tests/integration/outbound/test_looks.py",),
}


def main() -> int:
    """Run the named proofs, or all; a size given in the environment holds."""
    wanted = sys.argv[1:] or list(PROOFS)
    failed = []
    for name in wanted:
        began = time.monotonic()
        environment = {**FULL_SIZE, **os.environ}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *PROOFS[name]], env=environment, check=False
        )
        verdict = "holds" if done.returncode == 0 else "FAILED"
        print(f"proof {name}: {verdict} after {time.monotonic() - began:.0f} s", flush=True)
        failed += [name] if done.returncode else []
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
