"""What stands behind a link that was sent to somebody: the ticket, its people, the mail with a file."""

from typing import NamedTuple

from maildesk.store.engines.connection import Connection
from maildesk.store.journal import read_raws
from maildesk.store.tickets import find_survivor

REVOKED = "files:revoked:"  # and a number: the last mail of the ticket whose files are not given out any more
MOST_PEOPLE = 100


class Keyed(NamedTuple):
    """A ticket as tokens know it: `salt` is that of the number they were made for, `revoked` the last mail without files."""

    number: int
    salt: str
    language: str
    people: tuple[str, ...]
    revoked: int


def find_keyed(db: Connection, number: int) -> Keyed | None:
    """Find the living ticket behind a number, and who takes part in it; None if there is none."""
    row = db.one("SELECT salt, language FROM ticket WHERE number = :number", number=number)
    if row is None:
        return None
    home = find_survivor(db, number)
    people = db.all("SELECT address FROM participant WHERE ticket = :home LIMIT :most", home=home, most=MOST_PEOPLE)
    revoked = db.value("SELECT value FROM meta WHERE key = :key", key=f"{REVOKED}{home}")
    return Keyed(home, row[0], row[1], tuple(address for (address,) in people), int(revoked or 0))


def find_reply(db: Connection, number: int, journal_id: int) -> bytes | None:
    """Give the mail of an agent's reply to this ticket's people; None for any other mail."""
    found = db.value(
        "SELECT 1 FROM entry WHERE journal_id = :journal_id AND ticket = :number AND kind = 'reply' AND public",
        journal_id=journal_id,
        number=number,
    )
    return read_raws(db, "journal_raw", [journal_id]).get(journal_id) if found else None


def revoke_files(db: Connection, number: int) -> bool:
    """End every link to files of a ticket that was sent so far; tell whether there is such a ticket."""
    if db.value("SELECT 1 FROM ticket WHERE number = :number", number=number) is None:
        return False
    last = db.value("SELECT MAX(id) FROM journal") or 0
    db.run(
        "INSERT INTO meta (key, value) VALUES (:key, :last) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key=f"{REVOKED}{find_survivor(db, number)}",
        last=str(last),
    )
    return True
