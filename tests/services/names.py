"""A DNS server on loopback that knows a few TXT records; what it does not know does not exist, or is never answered."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.services.processes import HOST


@dataclass
class Names:
    """Its records by name (without the last dot), which names are met with silence, and what was asked."""

    port: int = 0
    records: dict[str, bytes] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def name_server() -> Iterator[Names]:
    """Answer questions by UDP until the block ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind((HOST, 0))
        bound.settimeout(0.1)
        names, stop = Names(bound.getsockname()[1]), threading.Event()
        thread = threading.Thread(target=_serve, args=(bound, names, stop))
        thread.start()
        try:
            yield names
        finally:
            stop.set()
            thread.join()


def _serve(bound: socket.socket, names: Names, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            question, client = bound.recvfrom(4096)
        except TimeoutError:
            continue
        if (answer := _answer(question, names)) is not None:
            bound.sendto(answer, client)


def _answer(question: bytes, names: Names) -> bytes | None:
    import dns.flags
    import dns.message
    import dns.rcode
    import dns.rrset

    asked = dns.message.from_wire(question)
    name = asked.question[0].name
    plain = name.to_text(omit_final_dot=True).lower()
    names.asked.append(plain)
    if plain in names.silent:
        return None
    reply = dns.message.make_response(asked)
    reply.flags |= dns.flags.RA
    record = names.records.get(plain)
    if record is None:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    else:
        pieces = " ".join(f'"{record[at : at + 250].decode()}"' for at in range(0, len(record), 250))
        reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", pieces))
    return reply.to_wire(max_size=4096)
