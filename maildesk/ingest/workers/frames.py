"""The words that the desk and its parse workers exchange: length-prefixed frames of a kind, text and bytes; never pickle.

The text is JSON; a parsed mail is MessagePack, which takes half the time to write and read (40 kB of mail: 0.09 ms less).
"""

import struct

import msgspec

from maildesk.model.mail import Mail

HEADER = struct.Struct(">cII")
"""Kind, length of the text, length of the bytes that follow it."""

MOST_TEXT = 64 * 1024 * 1024
MOST_BYTES = 128 * 1024 * 1024

PARSE = b"P"
FILES = b"F"
READY = b"R"
DONE = b"D"
BROKEN = b"B"

RECYCLE = 10
"""Exit status of a worker that has served its number of mails."""
OUT_OF_MEMORY = 11
"""Exit status of a worker that could not get the memory it asked for."""
SIGNALLED = 128
"""Added to the number of the signal that ended a worker."""


def frame(kind: bytes, text: bytes, data: bytes = b"") -> bytes:
    """Put a message into one piece."""
    return begin(kind, text, len(data)) + data


def begin(kind: bytes, text: bytes, length: int) -> bytes:
    """Begin a message; `length` bytes are to follow."""
    return HEADER.pack(kind, len(text), length) + text


_READ_MAIL = msgspec.msgpack.Decoder(Mail)
_MOST_DIGITS = 9


def mail_frame(mail: Mail) -> bytes:
    """Put a parsed mail into one piece; a new text that is the text's beginning, as most are, goes as its length."""
    if mail.new_text and mail.text.startswith(mail.new_text):
        length = b"%d" % len(mail.new_text)
        return frame(DONE, msgspec.msgpack.encode(msgspec.structs.replace(mail, new_text="")), length)
    return frame(DONE, msgspec.msgpack.encode(mail))


def read_mail(text: bytes, data: bytes) -> Mail:
    """Read a parsed mail back; raises msgspec.MsgspecError on anything else."""
    mail = _READ_MAIL.decode(text)
    if not data:
        return mail
    if not data.isdigit() or len(data) > _MOST_DIGITS or int(data) > len(mail.text):
        raise msgspec.ValidationError("a worker announced more new text than there is text")
    return msgspec.structs.replace(mail, new_text=mail.text[: int(data)])


def complete(buffer: bytearray) -> tuple[bytes, bytes, bytes] | None:
    """Take the first message off a buffer, None if it is not all there yet; raises ValueError on what no worker would send."""
    if len(buffer) < HEADER.size:
        return None
    kind, text_length, data_length = HEADER.unpack_from(buffer)
    if text_length > MOST_TEXT or data_length > MOST_BYTES:
        raise ValueError("a worker announced more than it may send")
    end = HEADER.size + text_length + data_length
    if len(buffer) < end:
        return None
    view = memoryview(buffer)
    text = bytes(view[HEADER.size : HEADER.size + text_length])
    data = bytes(view[HEADER.size + text_length : end])
    view.release()
    del buffer[:end]
    return kind, text, data
