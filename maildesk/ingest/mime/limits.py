"""How much of a mail we are willing to read; whatever is beyond stays in the raw mail and is named as a defect."""

HEADER_BLOCK = 256 * 1024
FIELDS = 1000
FIELD = 32 * 1024
ADDRESS_FIELD = 8 * 1024
PARAMETER_FIELD = 8 * 1024
PARAMETERS = 100
SHOWN_VALUE = 8 * 1024
ADDRESSES = 200
IDS_FIRST = 50
IDS_LAST = 50
MESSAGE_ID = 998
SUBJECT = 1000
NAME = 255
PARTS = 500
DEPTH = 30
BOUNDARY = 200
ATTACHMENTS = 100
TEXT = 1024 * 1024
ENCODED_TEXT = 4 * TEXT
"""Bytes of one encoded text part that are decoded at all."""
PART_TEXT = 256 * 1024
"""Characters of a text or message part that is not the mail's own text."""
