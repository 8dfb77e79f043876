"""What one client, and all clients together, may ask of the listeners; whatever is beyond gets a defined answer."""

import datetime as dt

from maildesk.model.value import Value

MEGABYTE = 1024 * 1024


class Limits(Value, frozen=True):
    """Sizes in bytes; `commands`, `errors` and `junk` are counted since the connection's last accepted mail."""

    message_size: int = 25 * MEGABYTE
    line_length: int = 64 * 1024
    lines: int = 500_000
    recipients: int = 100
    recipient_commands: int = 1000
    connections: int = 200
    connections_per_ip: int = 10
    commands: int = 200
    errors: int = 10
    junk: int = 20
    idle: dt.timedelta = dt.timedelta(seconds=120)
    slow_after: dt.timedelta = dt.timedelta(seconds=60)
    slow_rate: int = 500
    """Bytes a second that DATA must reach on average once `slow_after` has passed."""
    data_time: dt.timedelta = dt.timedelta(minutes=30)
    accept_time: dt.timedelta = dt.timedelta(minutes=4)
    """How long the desk may take to write a mail down; a client waits ten minutes (RFC 5321 §4.5.3.2.6)."""
    linger: dt.timedelta = dt.timedelta(seconds=5)
    """How long a refused client is still heard out, unread, so that it can read the refusal."""
    held: int = 64 * MEGABYTE
    """Bytes of unfinished mail in memory, over all connections; who announces more than is left is asked to come again."""
