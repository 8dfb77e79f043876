"""Stand between a client and a server, and be a bad network: swallow everything, end in the middle, reset."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.services.processes import HOST


@dataclass
class Proxy:
    """A TCP proxy on `port`; what it does to bytes can be changed while connections stand."""

    target: int
    port: int = 0
    is_black_hole: bool = False
    """Take bytes and deliver none, in both directions, as a NAT does that has forgotten a connection."""
    cut_after: int | None = None
    """End each connection after so many bytes from the server."""
    connections: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def cut_all(self, *, reset: bool = False) -> None:
        """End all connections; with `reset` by RST."""
        for one in list(self._open):
            with contextlib.suppress(OSError):
                if reset:
                    # Closed with nothing to wait for, a socket says RST instead of FIN.
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)

    def serve(self, client: socket.socket) -> None:
        """Carry bytes both ways until one side ends."""
        self.connections += 1
        with client, contextlib.suppress(OSError), socket.create_connection((HOST, self.target), 10) as server:
            server.settimeout(None)
            self._open += [client, server]
            up = threading.Thread(target=self._carry, args=(client, server, None), daemon=True)
            up.start()
            self._carry(server, client, self.cut_after)
            up.join()
            self._open.remove(client)
            self._open.remove(server)

    def _carry(self, source: socket.socket, target: socket.socket, left: int | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.is_black_hole:
                    continue
                if left is not None:
                    data = data[:left]
                    left -= len(data)
                target.sendall(data)
                if left == 0:
                    break
        for one in (source, target):
            with contextlib.suppress(OSError):
                if not one.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER):
                    one.shutdown(socket.SHUT_RDWR)
                else:
                    one.shutdown(socket.SHUT_RD)


@contextlib.contextmanager
def running_proxy(target: int) -> Iterator[Proxy]:
    """Run a proxy to a port of this machine."""
    listener = socket.create_server((HOST, 0))
    proxy = Proxy(target, listener.getsockname()[1])

    threads: list[threading.Thread] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threads.append(threading.Thread(target=proxy.serve, args=(client,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield proxy
    finally:
        proxy.is_black_hole = False
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        while any(thread.is_alive() for thread in threads):
            proxy.cut_all()
            threads[-1].join(0.02)
