"""Take the picture of the demo's page that the README shows: `make picture`."""

import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.acceptance.demo import answer, card, go_home, press, running_demo
from tests.services.chromium import running_chromium

WIDTH, HEIGHT = 1280, 1000
SMTP = "127.0.0.1:2525"
INVOICE = "Nejde mi otevřít faktura ve formátu PDF"


def take_picture(target: Path) -> None:
    """Play the middle of a story and take a picture of everybody's mail."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder), SMTP) as demo,
        running_chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        press(page, demo, "I cannot log in")
        text = "Hello Emma,\n\nyour password had expired; a new one is on its way.\n\n#close"
        answer(page, demo, "Agents", "new ticket", "I cannot log in", text=text)
        answer(page, demo, "Customers", "feedback", "I cannot log in", text="5\n\nThat was quick!")
        card(page, "Agents", "rated").wait_for()
        press(page, demo, "Hitno!")
        card(page, "Agents", "Hitno!").wait_for()
        press(page, demo, INVOICE)
        answer(
            page,
            demo,
            "Agents",
            "new ticket",
            INVOICE,
            text="Dobrý den,\n\nposílám opravený soubor, tento už půjde otevřít.",
        )
        card(page, "Customers", "reply", INVOICE).wait_for()
        go_home(page, demo)
        page.evaluate("document.activeElement.blur()")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_smaller(page.screenshot()))


def _smaller(png: bytes) -> bytes:
    """Write a PNG anew without row filters, the same to the last pixel: flat pages then take a quarter less."""
    chunks = list(_chunks(png))
    width, height = struct.unpack(">II", chunks[0][1][:8])
    if chunks[0][1][8:] != b"\x08\x02\x00\x00\x00":
        return png  # not plain RGB
    packed = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    row, rows, size = bytes(3 * width), [], 3 * width
    for start in range(0, height * (size + 1), size + 1):
        row = _unfiltered(packed[start], packed[start + 1 : start + 1 + size], row)
        rows.append(b"\0" + row)
    kept = (chunks[0], (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return png[:8] + b"".join(_chunk(kind, data) for kind, data in kept)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        yield kind, png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _unfiltered(how: int, row: bytes, above: bytes) -> bytes:
    """Undo a row's filter (PNG specification §9): none, left, up, average, Paeth."""
    out = bytearray(row)
    for i, value in enumerate(row):
        left, corner = (out[i - 3], above[i - 3]) if i >= 3 else (0, 0)
        guess = (0, left, above[i], (left + above[i]) // 2, 0)[how]
        if how == 4:
            near = left + above[i] - corner
            guess = min((left, above[i], corner), key=lambda c: abs(near - c))
        out[i] = (value + guess) & 255
    return bytes(out)


if __name__ == "__main__":
    take_picture(Path(sys.argv[1]))
