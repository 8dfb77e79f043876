"""A letter's bytes, written by hand: header fields that cannot be broken out of, bodies in 7bit, quoted-printable or base64.

The standard library's serialiser is not used: it encodes message ids of 78 characters and more, and lets the words of an
encoded subject start new header fields. What is written here is read again before it leaves.
"""

from maildesk.outbound.letter.body import CONTROLS, File, Lines, Wire, ready
from maildesk.outbound.letter.freeze import Broken, freeze, freeze_wires
from maildesk.outbound.letter.header import (
    Field,
    address_field,
    fixed_field,
    header_safe,
    ids_field,
    mailable,
    text_field,
    usable_id,
    usual_address,
    usual_field,
    usual_text,
)

__all__ = [
    "CONTROLS",
    "Broken",
    "Field",
    "File",
    "Lines",
    "Wire",
    "address_field",
    "fixed_field",
    "freeze",
    "freeze_wires",
    "header_safe",
    "ids_field",
    "mailable",
    "ready",
    "text_field",
    "usable_id",
    "usual_address",
    "usual_field",
    "usual_text",
]
