"""Real mail, thousands of it: all of it is read."""

import itertools
import json
import os
from collections import Counter, deque
from pathlib import Path
from typing import Any

from maildesk.ingest.parse import parse_mail
from maildesk.ingest.workers import ParsePool
from maildesk.model.mail import Mail
from tests.corpora.real_mails import all_mails

AHEAD = 64
# Every sixth mail in `make test`, all of them in `make prove ARGS=corpora`.
STEP = int(os.environ.get("MAILDESK_CORPORA_STEP", "6"))


def is_unread(mail: Mail) -> bool:
    """Tell whether a reader of ours failed on a mail."""
    return any("unreadable" in defect or "could not be read" in defect for defect in mail.defects)


def test_every_mail_is_read(corpora: Path) -> None:
    """No mail raises, kills its worker, or makes one of our readers fail; names, ids and texts are there where they are."""
    pool = ParsePool()
    pool.open(2)
    unread: list[str] = []
    seen: Counter[str] = Counter()
    try:
        waiting: deque[tuple[str, bytes, Any]] = deque()
        for coming in itertools.chain(
            itertools.islice(all_mails(corpora), 0, None, STEP), itertools.repeat(("", b""), AHEAD)
        ):
            waiting.append((*coming, pool.submit(coming[1]) if coming[0] else None))
            if len(waiting) <= AHEAD:
                continue
            name, raw, future = waiting.popleft()
            if future is None:
                continue
            mail = future.result()
            unread += [name] if is_unread(mail) else []
            if seen["mails"] % 10 == 0:
                assert mail == parse_mail(raw), f"{name} is read differently by a worker"
            seen["mails"] += 1
            seen["with an author"] += mail.author is not None
            seen["author ambiguous"] += bool(mail.author and mail.author_ambiguous)
            seen["with text"] += bool(mail.text.strip())
            seen["with an id"] += bool(mail.message_id)
            seen["attachments"] += len(mail.attachments)
    finally:
        pool.close()
    print("\n" + "\n".join(f"{count:7} {what}" for what, count in seen.items()))
    assert not unread
    assert seen["mails"] > 6000 // STEP
    assert seen["with text"] > 0.96 * seen["mails"]


def test_mails_on_which_the_standard_library_raises(corpora: Path) -> None:
    """What makes `email` raise is read like any other mail (F8)."""
    listed = [json.loads(line) for line in (corpora / "_norm/stdlib_raises.jsonl").read_text("utf-8").splitlines()]
    assert len(listed) >= 6
    for row in listed:
        mail = parse_mail((corpora / row["path"]).read_bytes())
        assert not is_unread(mail), row["path"]
        assert mail.text or mail.attachments, row["path"]
