"""The conversation's lock on PostgreSQL: mails that share an id are decided one at a time, others in parallel.

One advisory lock for each id, taken in sorted order, held until the transaction ends. Who would need very many (a mail
that brings a whole parked archive together) takes the desk alone instead: the server has room for some thousand locks.
"""

import hashlib
from collections.abc import Iterable

from maildesk.store.engines.connection import Connection

MOST_LOCKS = 500
_DESK = 0


class Locks:
    """The ids that this transaction holds."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._held: set[int] = set()
        self._alone = db.sqlite  # there is one writer anyway

    def take(self, ids: Iterable[str]) -> bool:
        """Lock ids that are not held yet; tell whether there were any."""
        keys = {_key(message_id) for message_id in ids} - self._held
        if not keys or self._alone:
            return False
        if len(keys) > MOST_LOCKS:
            self._db.all("SELECT pg_advisory_xact_lock(:desk)", desk=_DESK)
            self._alone = True
            return True
        self._db.all(
            "SELECT pg_advisory_xact_lock_shared(:desk), pg_advisory_xact_lock(key)"
            " FROM (SELECT unnest(CAST(:keys AS bigint[])) AS key ORDER BY 1) AS sorted",
            desk=_DESK,
            keys=sorted(keys),
        )
        self._held |= keys
        return True


def _key(message_id: str) -> int:
    """Give 63 bits of an id; two ids with the same bits only wait for each other without need."""
    return int.from_bytes(hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=8).digest()) >> 1 or 1
