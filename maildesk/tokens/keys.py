"""The desk's secret: master keys, newest first, and one derived key for each purpose.

The secret file is text: one key a line, `ID HEX`, newest first; `#` starts a comment. To rotate, put a new line on top
and keep the old one until the tokens made with it have expired.
"""

import hmac
from functools import lru_cache
from typing import Self

from maildesk.model.value import Value

HIGHEST_KEY_ID = 15
SHORTEST_MASTER = 16


class Master(bytes):
    """Hold key bytes that are never printed; as a subclass of bytes no encoder of ours writes them down either."""

    def __repr__(self) -> str:
        return "Master(…)"

    def __str__(self) -> str:
        return "Master(…)"


class Keys(Value, frozen=True):
    """What our marks are made with: the site's id, and the ring of (key id, master); the first one makes new marks."""

    site: str
    ring: tuple[tuple[int, Master], ...]

    @classmethod
    def from_secret(cls, secret: str | bytes, site: str = "") -> Self:
        """Read the contents of a secret file; raises ValueError, never quoting the secret.

        A secret without key ids (raw bytes, or one word of text) is key 0.
        """
        ring = _ring(secret)
        if not ring:
            raise ValueError("the secret is empty")
        if len({key_id for key_id, _ in ring}) < len(ring):
            raise ValueError("the secret names the same key id twice")
        if any(len(master) < SHORTEST_MASTER for _, master in ring):
            raise ValueError(f"a key of the secret is shorter than {SHORTEST_MASTER} bytes")
        return cls(site, ring)

    @property
    def newest_id(self) -> int:
        """Name the key that makes new marks."""
        return self.ring[0][0]

    def newest(self, purpose: str) -> bytes:
        """Derive today's key for a purpose."""
        return derive(self.ring[0][1], purpose)

    def find(self, key_id: int, purpose: str) -> bytes | None:
        """Derive a purpose's key from the named master, if the ring still holds it."""
        for known, master in self.ring:
            if known == key_id:
                return derive(master, purpose)
        return None

    def living(self, purpose: str) -> tuple[bytes, ...]:
        """Derive a purpose's key from every master that still counts, newest first."""
        return tuple(derive(master, purpose) for _, master in self.ring)

    def __repr__(self) -> str:
        return f"Keys(site={self.site!r}, {len(self.ring)} keys)"

    __str__ = __repr__


def secret_text(master: bytes, old: str | bytes = "") -> str:
    """Write a secret file with `master` as its newest key, above the living keys of the `old` one."""
    ring = _ring(old)[:HIGHEST_KEY_ID] if old.strip() else ()
    taken = {key_id for key_id, _ in ring}
    newest = ring[0][0] if ring else 0
    wanted = next(
        i % (HIGHEST_KEY_ID + 1) for i in range(newest + 1, newest + 20) if i % (HIGHEST_KEY_ID + 1) not in taken
    )
    return _written((wanted, Master(master)), *ring)


def text_without(old: str | bytes, key_id: int) -> str:
    """Write a secret file without one of its older keys: all that was made with it is worth nothing from then on.

    Raises ValueError for the newest key and for one that is not there.
    """
    ring = _ring(old)
    if ring[0][0] == key_id:
        raise ValueError(f"key {key_id} makes new tokens: rotate first")
    if key_id not in {known for known, _ in ring}:
        raise ValueError(f"there is no key {key_id}")
    return _written(*((known, master) for known, master in ring if known != key_id))


def _written(*ring: tuple[int, Master]) -> str:
    lines = [f"{key_id} {key.hex()}" for key_id, key in ring]
    return "# maildesk: the key of every token. Keep it secret, keep a copy. Newest first.\n" + "\n".join(lines) + "\n"


@lru_cache(maxsize=1024)
def derive(master: bytes, purpose: str) -> bytes:
    """Derive a 256-bit key from a master: HKDF-SHA256 with an empty salt, one block."""
    extracted = hmac.digest(bytes(32), master, "sha256")  # RFC 5869 §2.2
    return hmac.digest(extracted, b"maildesk/" + purpose.encode() + b"\x01", "sha256")  # RFC 5869 §2.3


def _ring(secret: str | bytes) -> tuple[tuple[int, Master], ...]:
    if isinstance(secret, bytes):
        return _ring(secret.decode("ascii")) if secret.isascii() else ((0, Master(secret)),)
    lines = [line.strip() for line in secret.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) == 1 and len(lines[0].split()) == 1:
        return ((0, Master(lines[0].encode())),)
    return tuple(_key(number, line) for number, line in enumerate(lines, start=1))


def _key(number: int, line: str) -> tuple[int, Master]:
    key_id, _, digits = line.partition(" ")
    if not (key_id.isascii() and key_id.isdigit() and int(key_id) <= HIGHEST_KEY_ID):
        raise ValueError(f"key {number} of the secret does not begin with an id from 0 to {HIGHEST_KEY_ID}")
    try:
        return int(key_id), Master(bytes.fromhex(digits))
    except ValueError:
        raise ValueError(f"key {number} of the secret is not written in hexadecimal digits") from None
