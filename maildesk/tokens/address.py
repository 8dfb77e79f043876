"""The secret token in a recipient address or a link: 32 letters that say who may do what on which ticket, and prove it.

80 bits say: version 3, kind 5, key id 4, who 20, ticket 32, last day 16. 80 bits prove: an HMAC over these, the site, the
agent's epoch, the ticket's salt and the full name of whom it was made for, under a key of the token's kind alone. So a
token of one kind, person or ticket is worth nothing for another; a new epoch or salt ends all that were made before.
Written in base32 (a-z2-7), because providers lower the case of local parts.
"""

import base64
import datetime as dt
import hashlib
import hmac
import re
import unicodedata
from enum import IntEnum
from functools import lru_cache

from maildesk.model.reason import Reason
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.tokens.base32 import base32
from maildesk.tokens.keys import Keys

VERSION = 1
LENGTH = 32
_SHAPE = re.compile(r"[A-Za-z2-7]{32}")
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
_LAST_DAY = 0xFFFF
_NOTHING = bytes(10)


class TokenKind(IntEnum):
    """What a token is good for; each kind has a key of its own. 0 is never used, so that zeroes mean nothing."""

    AGENT_PUBLIC = 1
    AGENT_NOTE = 2
    REQUESTER = 3
    CONFIRM = 4
    FEEDBACK = 5
    STATUS = 6
    UNSUBSCRIBE = 7
    VERP = 8
    FILE = 9


_KINDS = {int(kind): kind for kind in TokenKind}
_PURPOSE = {kind: "token/" + kind.name.lower().replace("_", "-") for kind in TokenKind}
_AGENT_KINDS = (TokenKind.AGENT_PUBLIC, TokenKind.AGENT_NOTE)


class Claims(Value, frozen=True):
    """What a token says, unproven: for CONFIRM `ticket` is the held entry's id; `expires` is the last good day."""

    kind: TokenKind
    key_id: int
    agent_mark: int
    ticket: int
    expires: dt.date


def mint(
    keys: Keys,
    kind: TokenKind,
    *,
    ticket: int,
    agent: str = "",
    expires: dt.date,
    salt: str = "",
    epoch: int = 0,
) -> str:
    """Make a token. `agent` is whom it is for: an agent's login, or the recipient's address for VERP.

    A day is the finest measure: the 30 minutes of CONFIRM are counted from the held entry by whoever reads it.
    """
    if not 0 <= ticket < 1 << 32:
        raise ValueError(f"ticket {ticket} does not fit a token")
    day = min(max(expires.toordinal() - _EPOCH_DAY, 0), _LAST_DAY)
    head = VERSION << 29 | kind << 24 | keys.newest_id << 20 | mark_of(agent)
    payload = (head << 48 | ticket << 16 | day).to_bytes(10, "big")
    proof = _proof(keys.newest(_PURPOSE[kind]), payload, _facts(keys.site, epoch, salt, agent))
    return base32(payload + proof)


def read(detail: str) -> Claims | None:
    """Say what a token claims; None for anything that cannot be one of ours. Nothing of it is proven."""
    data = _data(detail)
    return None if data is None else _claims(data[:10])


def proves(
    keys: Keys,
    detail: str,
    *,
    kind: TokenKind,
    agent: str,
    salt: str,
    epoch: int,
    today: dt.date,
) -> tuple[bool, Why]:
    """Say whether a token is ours, of this kind, for this person, and still good; the work is the same for any input.

    The caller takes ticket and person from `read`, looks up their salt and epoch, and asks here before believing.
    """
    data = _data(detail) or bytes(20)
    claims = _claims(data[:10])
    key = keys.find(claims.key_id, _PURPOSE[kind]) if claims else None
    expected = _proof(key or keys.newest(_PURPOSE[kind]), data[:10], _facts(keys.site, epoch, salt, agent))
    genuine = hmac.compare_digest(expected, data[10:])
    if claims is None or key is None or claims.kind is not kind or not genuine:
        return False, _refusal(claims, kind, agent)
    name = kind.name.lower().replace("_", "-")
    if today > claims.expires:
        expired = Reason.AGENT_TOKEN_EXPIRED if kind in _AGENT_KINDS else Reason.TOKEN_EXPIRED
        return False, Why(expired, f"{name} token of {claims.ticket}, good until {claims.expires}")
    reason = Reason.AGENT_TOKEN if kind in _AGENT_KINDS else Reason.LINK_TOKEN
    return True, Why(reason, f"{name} token of {claims.ticket}, good until {claims.expires}")


@lru_cache(maxsize=4096)
def mark_of(name: str) -> int:
    """Give the 20-bit mark under which a token names a login or an address; 0 for nobody. It tells apart, it proves nothing."""
    if not name:
        return 0
    text = "maildesk/mark/" + _folded(name)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:3], "big") >> 4


def split_subaddress(address: str) -> tuple[str, str]:
    """Split `podrska+detail@firma.hr` into `podrska@firma.hr` and `detail`, which is "" if there is none (RFC 5233 §1).

    The last plus counts: a mailbox may have one in its own name, and we add ours at the end.
    """
    local, at, domain = address.rpartition("@")
    user, plus, detail = local.rpartition("+")
    if not (at and plus and user) or local.startswith('"'):
        return address, ""
    return f"{user}@{domain}", detail


def join_subaddress(address: str, detail: str) -> str:
    """Put a detail into an address: `podrska@firma.hr` and `k7x9` give `podrska+k7x9@firma.hr`."""
    local, at, domain = address.rpartition("@")
    return f"{local}+{detail}@{domain}" if at and local and detail else address


def _refusal(claims: Claims | None, kind: TokenKind, agent: str) -> Why:
    if claims is None:
        return Why(Reason.TOKEN_INVALID, "not a token of ours")
    if claims.kind is not kind:
        return Why(Reason.TOKEN_INVALID, f"says it is of kind {claims.kind.name.lower()}, not {kind.name.lower()}")
    if kind in _AGENT_KINDS and claims.agent_mark != mark_of(agent):
        return Why(Reason.AGENT_TOKEN_FOREIGN, "names somebody else")
    return Why(Reason.TOKEN_INVALID, "its proof does not hold")


def _data(detail: str) -> bytes | None:
    # 32 base32 letters are exactly 160 bits: no padding and no spare bits, so one token has one spelling but for case.
    return base64.b32decode(detail.upper()) if _SHAPE.fullmatch(detail) else None


def _claims(payload: bytes) -> Claims | None:
    number = int.from_bytes(payload, "big")
    kind = _KINDS.get(number >> 72 & 0x1F)
    if number >> 77 != VERSION or kind is None:
        return None
    expires = dt.date.fromordinal(_EPOCH_DAY + (number & 0xFFFF))
    return Claims(kind, number >> 68 & 0xF, number >> 48 & 0xFFFFF, number >> 16 & 0xFFFFFFFF, expires)


def _facts(site: str, epoch: int, salt: str, agent: str) -> str:
    # The mark in the payload is short enough to collide, so the whole name goes into the proof. Each text is written
    # with its length, so that no two sets of facts are written alike.
    name = _folded(agent)
    return f"{len(site)}:{site},{epoch},{len(salt)}:{salt},{len(name)}:{name}"


def _proof(key: bytes, payload: bytes, facts: str) -> bytes:
    return hmac.digest(key, payload + facts.encode("utf-8", "surrogatepass"), "sha256")[:10]


def _folded(name: str) -> str:
    return (name if name.isascii() else unicodedata.normalize("NFC", name)).casefold()
