"""Make the load: new mails and replies, small and large, from many senders; the same seed gives the same mails."""

import base64
import random
from collections.abc import Iterator
from typing import NamedTuple

_WORDS = (
    "invoice order delivery server password printer faktura objednávka účet dodávka tiskárna heslo "
    "račun narudžba isporuka pisač lozinka internet network please prosím molim the a and we our since yesterday"
).split()
_SUBJECTS = (
    "Chyba ve faktuře",
    "Ne radi internet",
    "Cannot log in",
    "Objednávka nedorazila",
    "Greška na računu",
    "Printer jam",
)


class Letter(NamedTuple):
    """One mail to send: `key` stands in its subject so that its acknowledgement can be recognised."""

    key: str
    sender: str
    raw: bytes
    new: bool


def letters(
    count: int, seed: int = 1, senders: int = 500, address: str = "support@bench.test", prefix: str = "k"
) -> Iterator[Letter]:
    """Yield mails: 60 % new, 40 % replies to earlier ones by the same person, 2 to 60 kB, a fifth with a 100 kB file."""
    chance = random.Random(seed)
    mine: dict[str, list[tuple[str, str]]] = {}
    file = base64.encodebytes(chance.randbytes(75_000)).replace(b"\n", b"\r\n")
    for number in range(count):
        person = chance.randrange(senders)
        sender = f"user{person}@customer{person % 50}.test"
        earlier = mine.setdefault(sender, [])
        reply = bool(earlier) and chance.random() < 0.45
        key = f"{prefix}{seed}x{number}"
        message_id = f"{key}@{sender.partition('@')[2]}"
        subject = f"{chance.choice(_SUBJECTS)} {key}"
        head = ""
        if reply:
            parent, subject = chance.choice(earlier)
            head = f"In-Reply-To: <{parent}>\r\nReferences: <{parent}>\r\n"
            subject = f"Re: {subject}"
        else:
            earlier.append((message_id, subject))
        text = _text(chance, int(2000 * 30 ** chance.random()))
        yield Letter(
            key,
            sender,
            _raw(sender, address, subject, message_id, head, text, file if chance.random() < 0.2 else b""),
            not reply,
        )


def _text(chance: random.Random, size: int) -> str:
    words, length = [], 0
    while length < size:
        word = chance.choice(_WORDS)
        words.append(word + ("\r\n" if chance.random() < 0.1 else " "))
        length += len(word) + 1
    return "".join(words)


def _raw(sender: str, to: str, subject: str, message_id: str, head: str, text: str, file: bytes) -> bytes:
    fields = (
        f"From: Some Body <{sender}>\r\nTo: {to}\r\nSubject: =?utf-8?b?{base64.b64encode(subject.encode()).decode()}?=\r\n"
        f"Message-ID: <{message_id}>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n{head}MIME-Version: 1.0\r\n"
    )
    plain = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text + "\r\n"
    if not file:
        return (fields + plain).encode()
    start = (
        fields + "Content-Type: multipart/mixed; boundary=bench\r\n\r\n--bench\r\n" + plain + "--bench\r\n"
    ).encode()
    part = (
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=file.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return start + part + file + b"\r\n--bench--\r\n"
