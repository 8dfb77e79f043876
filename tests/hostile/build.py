"""The bricks hostile mails are made of: a head, one field or body that repeats itself up to a size."""

HEAD = b"From: Mallory <m@evil.example>\r\nTo: support@demo.test\r\n"
TITLE = b"Subject: hostile\r\n"
MULTIPART = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def fill(unit: bytes, size: int) -> bytes:
    """Repeat a unit until there are about `size` bytes."""
    return unit * max(size // len(unit), 1)


def count(template: bytes, size: int) -> list[bytes]:
    """Write the template, which has one %d, with 0, 1, 2, … until there are about `size` bytes."""
    return [template % number for number in range(max(size // (len(template) + 4), 1))]


def field(name: bytes, value: bytes) -> bytes:
    """Write a mail with one hostile field."""
    title = b"" if name == b"Subject" else TITLE
    head = b"To: support@demo.test\r\n" if name == b"From" else HEAD
    return head + title + name + b": " + value + b"\r\n\r\nbody\r\n"


def body(content_type: bytes, content: bytes, more: bytes = b"") -> bytes:
    """Write a mail with a hostile body; `more` are further fields."""
    return HEAD + TITLE + more + b"Content-Type: " + content_type + b"\r\n\r\n" + content + b"\r\n"


def text(content: bytes) -> bytes:
    """Write a plain mail."""
    return body(b"text/plain; charset=utf-8", content)


def forward(content: bytes) -> bytes:
    """Write a plain mail whose subject says that it passes another one on."""
    return HEAD + b"Subject: Fwd: hostile\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + content + b"\r\n"


def html(content: bytes) -> bytes:
    """Write an HTML mail."""
    return body(b"text/html; charset=utf-8", content)


def parts(content: bytes) -> bytes:
    """Write a multipart mail whose parts are parted by `--b`."""
    return HEAD + TITLE + MULTIPART + content + b"\r\n"
