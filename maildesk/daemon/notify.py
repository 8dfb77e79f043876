"""Tell systemd how the daemon is doing (sd_notify); without systemd nothing happens."""

import os
import socket


def notify_ready() -> None:
    """Say that start-up is finished."""
    notify("READY=1")


def notify(message: str) -> None:
    """Send one line to the service manager's socket, if there is one."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.sendall(message.encode())
