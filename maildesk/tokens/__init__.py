"""Our marks on mail: keyed tokens in addresses, message ids and subjects that only this desk can make.

`address` makes and proves the tokens of reply addresses and links, `message_ids` the ids of what we send and the loop
mark, `subject` the public `[#1042]`. All of it is pure; the keys are handed in.
"""

from maildesk.tokens.address import (
    Claims,
    TokenKind,
    join_subaddress,
    mark_of,
    mint,
    proves,
    read,
    split_subaddress,
)
from maildesk.tokens.keys import Keys, Master, secret_text, text_without
from maildesk.tokens.message_ids import is_own_loop, loop_mark, message_id, read_message_id
from maildesk.tokens.subject import strip_subject, subject_numbers, subject_token

__all__ = [
    "Claims",
    "Keys",
    "Master",
    "TokenKind",
    "is_own_loop",
    "join_subaddress",
    "loop_mark",
    "mark_of",
    "message_id",
    "mint",
    "proves",
    "read",
    "read_message_id",
    "secret_text",
    "split_subaddress",
    "strip_subject",
    "subject_numbers",
    "subject_token",
    "text_without",
]
