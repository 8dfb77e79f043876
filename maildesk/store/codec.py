"""How values lie in columns: moments as microseconds, long bytes compressed, text without what PostgreSQL refuses."""

import datetime as dt
import threading

import msgspec
import zstandard

PACK_RAW_OVER = 4096
PACK_JSON_OVER = 1024
_LEVEL = 1  # a fifth less work than 3, a thirtieth more bytes
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_own = threading.local()  # a zstd context serves one thread at a time


def to_us(moment: dt.datetime) -> int:
    """Write an aware moment as microseconds since 1970 (UTC), exactly."""
    past = moment - _EPOCH
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def maybe_us(moment: dt.datetime | None) -> int | None:
    """Write a moment that may be missing."""
    return None if moment is None else to_us(moment)


def from_us(us: int) -> dt.datetime:
    """Read a moment back, in UTC."""
    return _EPOCH + dt.timedelta(microseconds=us)


def maybe_moment(us: int | None) -> dt.datetime | None:
    """Read a moment that may be missing."""
    return None if us is None else from_us(us)


def pack(content: bytes, over: int = PACK_RAW_OVER) -> tuple[bytes, bool]:
    """Compress what is longer than `over` bytes, if that makes it shorter; tell whether it did."""
    if len(content) <= over:
        return content, False
    packed: bytes = _tools()[0].compress(content)
    return (packed, True) if len(packed) < len(content) else (content, False)


def unpack(content: bytes | memoryview, packed: bool) -> bytes:
    """Give the bytes that were packed; the frame names its own size, so nothing can be blown up beyond it."""
    return _tools()[1].decompress(content) if packed else bytes(content)


def clean(text: str) -> str:
    """Replace what a text column cannot hold: NUL (PostgreSQL) and lone surrogates (no UTF-8 for them)."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return text.encode("utf-8", "replace").decode("utf-8")
    return text


def json_text(value: object) -> str:
    """Write a small value into a text column."""
    return msgspec.json.encode(value).decode()


def fold(address: str) -> str:
    """Give the form under which an address is compared."""
    return clean(address).casefold()


def domain_of(address: str) -> str:
    """Give what stands after the last @, folded."""
    return fold(address).rpartition("@")[2]


def _tools() -> tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor]:
    found: tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor] | None = getattr(_own, "tools", None)
    if found is None:
        found = _own.tools = (zstandard.ZstdCompressor(level=_LEVEL), zstandard.ZstdDecompressor())
    return found
