"""See to it that connections leave enough file descriptors for the desk's own work: the journal, workers, the relay."""

import resource
from pathlib import Path

import msgspec
import structlog

from maildesk.ingest.smtp.limits import Limits

log = structlog.get_logger("maildesk.ingest")

RESERVE = 24
"""Descriptors for what is opened now and then: letters that leave, a worker in place of a dead one, a look into the journal."""
_LEAST = 4
_IN_USE = 40  # where the system does not tell


def afford(limits: Limits, listeners: int) -> Limits:
    """Allow no more connections than there are descriptors for, once the process has taken all that it is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections * listeners + _in_use() + RESERVE
    if soft < wanted and (hard == resource.RLIM_INFINITY or soft < hard):
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    room = max((soft - _in_use() - RESERVE) // max(listeners, 1), _LEAST)
    if soft == resource.RLIM_INFINITY or room >= limits.connections:
        return limits
    log.warning("smtp.few_files", allowed=soft, connections=room, wanted=limits.connections)
    return msgspec.structs.replace(limits, connections=room)


def _in_use() -> int:
    try:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())
    except OSError:
        return _IN_USE
