"""Logs: one JSON line per event on standard error, ids and not contents."""

import sys

import structlog


def configure() -> None:
    """Write events as JSON lines to standard error; tracebacks without local variables.

    Standard output belongs to what a command was asked for.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        # Looked up anew each time: tests and services put another file in its place.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
