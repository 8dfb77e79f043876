"""Message ids that we recognise as ours for ever, and the mark by which a mail of ours that comes back is known.

An id is `md1.{26 letters of HMAC(site, effect key)}.{ticket mark}@domain`: the same effect always gets the same id, so a
receiver can drop a copy, and the mark tells the ticket to us alone even when the row is gone. An id says where a mail is
filed and gives nobody rights. All letters are lower case, and case is ignored when reading.
"""

import base64
import hmac
import re
from functools import lru_cache

from maildesk.tokens.base32 import base32
from maildesk.tokens.keys import Keys

_SHAPE = re.compile(r"md1\.([a-z2-7]{26})\.([a-z2-7]{14})@", re.ASCII)
_LOOP = re.compile(r"[a-z2-7]{32}", re.ASCII)
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_LONGEST_ID = 998


def message_id(keys: Keys, effect_key: str, ticket: int, domain: str) -> str:
    """Name the mail of an effect, without angle brackets; ticket 0 is for mail that belongs to none."""
    if not 0 <= ticket < 1 << 32:
        raise ValueError(f"ticket {ticket} does not fit a message id")
    key = keys.newest("message-id")
    text = base32(_mac(key, f"effect\0{keys.site}\0{effect_key}".encode("utf-8", "surrogatepass"))[:16])
    return f"md1.{text}.{_mark(key, keys.site, text, ticket)}@{_safe_domain(domain)}"


def read_message_id(keys: Keys, message_id: str) -> int | None:
    """Tell the ticket of an id that we made, 0 if it belongs to none; None if the id is not ours."""
    found = _SHAPE.match(message_id.lower()) if len(message_id) <= _LONGEST_ID else None
    if found is None:
        return None
    text, mark = found.groups()
    for key in keys.living("message-id"):
        ticket = _unmasked(key, keys.site, text, mark)
        if hmac.compare_digest(_mark(key, keys.site, text, ticket), mark):
            return ticket
    return None


def loop_mark(keys: Keys, message_id: str) -> str:
    """Make the value of X-Maildesk-Loop for a mail of ours."""
    key = keys.newest("loop")
    nonce = _mac(key, f"nonce\0{message_id}".encode("utf-8", "surrogatepass"))[:10]
    return base32(nonce + _loop_proof(key, keys.site, nonce))


def is_own_loop(keys: Keys, value: str) -> bool:
    """Say whether a value of X-Maildesk-Loop was made by this desk."""
    text = value[:200].strip().lower()
    if not _LOOP.fullmatch(text):
        return False
    data = base64.b32decode(text.upper())
    proofs = [_loop_proof(key, keys.site, data[:10]) for key in keys.living("loop")]
    return any(hmac.compare_digest(proof, data[10:]) for proof in proofs)


def _mark(key: bytes, site: str, unique: str, ticket: int) -> str:
    # 70 bits: the number under a mask (a stranger need not count our tickets), then 38 bits of proof.
    proof = _mac(key, f"proof\0{site}\0{unique}".encode() + ticket.to_bytes(4, "big"))
    masked = ticket ^ _mask(key, site, unique)
    value = masked << 38 | int.from_bytes(proof[:5], "big") >> 2
    return base32((value << 2).to_bytes(9, "big"))[:14]


def _unmasked(key: bytes, site: str, unique: str, mark: str) -> int:
    value = int.from_bytes(base64.b32decode(mark.upper() + "A="), "big") >> 2
    return (value >> 38) ^ _mask(key, site, unique)


def _mask(key: bytes, site: str, unique: str) -> int:
    return int.from_bytes(_mac(key, f"mask\0{site}\0{unique}".encode())[:4], "big")


def _loop_proof(key: bytes, site: str, nonce: bytes) -> bytes:
    return _mac(key, f"loop\0{site}\0".encode() + nonce)[:10]


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


@lru_cache(maxsize=16)
def _safe_domain(domain: str) -> str:
    """Bring a domain to letters that are safe in an id; one that cannot be is replaced, never passed on."""
    try:
        text = domain.strip().strip(".").encode("idna").decode().lower()
    except UnicodeError:
        text = ""
    return text if _DOMAIN.fullmatch(text) else "maildesk.invalid"
