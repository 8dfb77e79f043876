import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.ingest.mailboxes import mail
from tests.services.dovecot import Dovecot, running_dovecot

COUNT = int(os.environ.get("MAILDESK_IMAP_MAILS", "1500"))
BYTES = 2_500  # of a usual mail's text
PAGE_CACHE = 24  # MB, of the database's writer


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """A Dovecot with a mailbox that is very full, of mail that people have read."""
    with running_dovecot({"ana": "secret"}) as server:
        place = server.maildir("ana") / "cur"
        for number in range(COUNT):
            text = mail(f"number {number}", f"{number} ".ljust(BYTES, "x"))
            (place / f"{1_700_000_000 + number}.M1P1.host:2,S").write_bytes(text)
        if os.getuid() == 0:
            owner = server.maildir("ana").stat()
            for path in place.iterdir():
                os.chown(path, owner.st_uid, owner.st_gid)
        yield server


@pytest.mark.alone
@pytest.mark.parametrize("since", ["now", "all"])
def test_i24_a_very_full_mailbox_costs_little_memory_and_is_taken_once(
    since: str, server: Dovecot, tmp_path: Path
) -> None:
    """Memory stays flat, whether old mail is taken or left: what grows is the database's page cache, to its limit (B114, I24)."""
    words = [
        sys.executable,
        "-m",
        "tests.integration.ingest.full_mailbox",
        str(server.port),
        str(tmp_path),
        since,
        str(COUNT),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"\n{COUNT} mails, since {since}: {found}")
    assert found["taken"] == (COUNT if since == "all" else 0)
    assert found["missing"] == 0
    assert found["megabytes"] <= 160
    if since == "all":
        assert found["megabytes"] - found["megabytes_after_1000"] <= PAGE_CACHE + 20
