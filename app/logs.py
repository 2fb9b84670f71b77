"""Logs: one JSON line per event on standard error, ids and not contents."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

#: What PostgreSQL adds to an error: the values that it is about.
_DETAIL = re.compile(r"(?m)^(?:DETAIL|CONTEXT):.*\n?")

#: What writes down the headers that it receives, in which a vendor may send secrets.
TALKATIVE = ("httpx2", "httpcore2", "urllib3")


def configure() -> None:
    """Write events as JSON lines to standard error; tracebacks without local variables.

    Standard output belongs to what a command was asked for.
    """
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_values,
            structlog.processors.JSONRenderer(),
        ],
        # Looked up anew each time: tests and services put another file in its place.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def without_values(text: str) -> str:
    """Return a traceback without the values that a database quotes in its errors."""
    return _DETAIL.sub("", text)


def _without_values(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if "exception" in event:
        event["exception"] = without_values(event["exception"])
    return event
