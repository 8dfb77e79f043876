"""Revisions of the policy: what the admins' files said, under a digest; one of them is active."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from maildesk.store.codec import from_us, maybe_moment, pack, to_us, unpack
from maildesk.store.engines.connection import Connection, insert_into
from maildesk.store.schema import policy_active, policy_revision

_SAVE = insert_into(policy_revision, "digest", "packed", "texts", "who", "at", tail="ON CONFLICT (digest) DO NOTHING")
_ACTIVATE = insert_into(
    policy_active, "id", "digest", "who", "at",
    tail="ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, who = excluded.who, at = excluded.at",
)  # fmt: skip


def save(db: Connection, digest: str, texts: Mapping[str, str], who: str, now: dt.datetime) -> None:
    """Store a revision; the same one is stored once."""
    content, packed = pack(msgspec.json.encode(dict(texts)))
    db.run(_SAVE, digest=digest, packed=packed, texts=content, who=who, at=to_us(now))


def activate(db: Connection, digest: str, who: str, now: dt.datetime) -> None:
    """Make a stored revision the active one."""
    db.forget("policy")
    db.run(_ACTIVATE, id=1, digest=digest, who=who, at=to_us(now))


def find_active(db: Connection) -> str:
    """Give the digest of the active revision, "" if there is none."""
    found: str = db.remember("policy", lambda: db.value("SELECT digest FROM policy_active WHERE id = 1") or "")
    return found


def read_texts(db: Connection, digest: str) -> dict[str, str]:
    """Give the files of a revision by path; raises KeyError for an unknown digest."""
    row = db.one("SELECT texts, packed FROM policy_revision WHERE digest = :digest", digest=digest)
    if row is None:
        raise KeyError(digest)
    return msgspec.json.decode(unpack(*row), type=dict[str, str])


class Revision(NamedTuple):
    """A stored revision: when it came and whose it was, how many decisions it made and when the last, whether it is active."""

    digest: str
    at: dt.datetime
    who: str
    decisions: int
    last: dt.datetime | None
    active: bool


def list_revisions(db: Connection) -> list[Revision]:
    """List all revisions, the newest first."""
    active = find_active(db)
    rows = db.all(
        "SELECT r.digest, r.at, r.who, COALESCE(d.number, 0), d.last FROM policy_revision AS r LEFT JOIN"
        " (SELECT policy, COUNT(*) AS number, MAX(at) AS last FROM decision GROUP BY policy) AS d ON d.policy = r.digest"
        " ORDER BY r.at DESC, r.digest"
    )
    return [
        Revision(digest, from_us(at), who, number, maybe_moment(last), digest == active)
        for digest, at, who, number, last in rows
    ]
