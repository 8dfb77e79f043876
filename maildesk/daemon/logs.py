"""One line for each thing that happened: readable on a terminal, JSON elsewhere; no bodies, no secrets."""

import logging
import sys

import msgspec
import structlog


def set_up_logs(level: int = logging.INFO) -> None:
    """Send all logs to stderr."""
    tty = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if tty else structlog.processors.JSONRenderer(_as_json)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def _as_json(event: object, **_: object) -> str:
    """Write an event; what JSON does not know is written as it shows itself."""
    return msgspec.json.encode(event, enc_hook=repr).decode()
