"""Remember where a folder began for us, for desks that take over a mailbox and leave its old mail alone."""

import json
from collections.abc import Callable
from pathlib import Path

from maildesk.ingest.imap.account import Account


def begin_now(data_dir: Path) -> Callable[[Account, int, int], int]:
    """Take only what comes after the first visit; where that was is kept in a file, so that a restart misses nothing."""

    def first_uid(account: Account, uidvalidity: int, uidnext: int) -> int:
        path = data_dir / f"imap-{account.mark}.json"
        if path.exists():
            began = json.loads(path.read_text())
            # Numbered anew (RFC 3501 §2.3.1.1), nobody knows which are old: all are looked at, and known ones recognised.
            return int(began["uid"]) if began["uidvalidity"] == uidvalidity else 1
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps({"folder": account.folder, "uidvalidity": uidvalidity, "uid": max(1, uidnext)}))
        draft.replace(path)
        return max(1, uidnext)

    return first_uid
