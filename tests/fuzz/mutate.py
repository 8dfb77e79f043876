"""Make new inputs: out of the pieces of a grammar, and by changing inputs there are."""

from collections.abc import Callable, Sequence
from random import Random

MOST = 20_000
_NOTEWORTHY = (
    b"\0",
    b"\r",
    b"\n",
    b"\r\n",
    b"\xff",
    b"\x80",
    b"<",
    b">",
    b'"',
    b"\\",
    b"(",
    b"=",
    b"?",
    b"%",
    b";",
    b":",
    b"@",
    b" ",
    b"\t",
)


def compose(chance: Random, pieces: Sequence[bytes]) -> bytes:
    """Put pieces of a grammar in any order, with a little noise between them."""
    out: list[bytes] = []
    for _ in range(chance.randint(1, 40)):
        piece = chance.choice(pieces) if chance.random() < 0.9 else chance.randbytes(chance.randint(0, 12))
        out.append(piece * (chance.choice((2, 3, 20, 300)) if chance.random() < 0.03 else 1))
    return b"".join(out)[:MOST]


def mutate(chance: Random, seed: bytes, others: Sequence[bytes], pieces: Sequence[bytes]) -> bytes:
    """Change an input in one to five places."""
    data = bytearray(seed[:MOST])
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        change = chance.choice(_CHANGES)
        change(chance, data, others, pieces)
    return bytes(data[:MOST])


def _range(chance: Random, data: bytearray, most: int = 60) -> slice:
    start = chance.randint(0, len(data))
    return slice(start, min(len(data), start + chance.randint(0, chance.choice((1, 4, most)))))


def _flip(chance: Random, data: bytearray, _others: Sequence[bytes], _pieces: Sequence[bytes]) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _delete(chance: Random, data: bytearray, _others: Sequence[bytes], _pieces: Sequence[bytes]) -> None:
    del data[_range(chance, data)]


def _insert(chance: Random, data: bytearray, _others: Sequence[bytes], pieces: Sequence[bytes]) -> None:
    at = chance.randint(0, len(data))
    data[at:at] = chance.choice(pieces) if chance.random() < 0.6 else chance.choice(_NOTEWORTHY)


def _replace(chance: Random, data: bytearray, _others: Sequence[bytes], pieces: Sequence[bytes]) -> None:
    data[_range(chance, data, 12)] = chance.choice(pieces) if chance.random() < 0.6 else chance.choice(_NOTEWORTHY)


def _repeat(chance: Random, data: bytearray, _others: Sequence[bytes], _pieces: Sequence[bytes]) -> None:
    where = _range(chance, data)
    data[where.start : where.start] = data[where] * chance.choice((1, 2, 10, 200))


def _splice(chance: Random, data: bytearray, others: Sequence[bytes], _pieces: Sequence[bytes]) -> None:
    other = chance.choice(others)
    data[chance.randint(0, len(data)) :] = other[chance.randint(0, len(other)) :]


def _swap_lines(chance: Random, data: bytearray, _others: Sequence[bytes], _pieces: Sequence[bytes]) -> None:
    lines = bytes(data).split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    data[:] = b"\n".join(lines)


def _cut(chance: Random, data: bytearray, _others: Sequence[bytes], _pieces: Sequence[bytes]) -> None:
    del data[chance.randint(0, len(data)) :]


_Change = Callable[[Random, bytearray, Sequence[bytes], Sequence[bytes]], None]
_CHANGES: tuple[_Change, ...] = (
    _flip,
    _delete,
    _insert,
    _insert,
    _replace,
    _replace,
    _repeat,
    _splice,
    _swap_lines,
    _cut,
)


def minimise(data: bytes, fails: Callable[[bytes], bool], looks: int = 2000) -> bytes:
    """Take away whatever is not needed to fail, in smaller and smaller pieces (delta debugging)."""
    size = max(len(data) // 2, 1)
    while looks > 0:
        at = 0
        shrunk = False
        while at < len(data) and looks > 0:
            tried = data[:at] + data[at + size :]
            looks -= 1
            if fails(tried):
                data, shrunk = tried, True
            else:
                at += size
        if size == 1 and not shrunk:
            break
        size = max(size // 2, 1)
    return data
