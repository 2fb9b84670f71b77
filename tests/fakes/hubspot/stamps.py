"""Times as HubSpot stores and writes them: epoch milliseconds inside, ISO-8601 UTC outside."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

Moment = datetime | date | str | int


def to_ms(moment: Moment) -> int:
    """Epoch milliseconds of an aware datetime, a date (00:00Z), an ISO text or a number."""
    if isinstance(moment, int):
        return moment
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
    elif not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment!r}")
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1000 + moment.microsecond // 1000


@lru_cache(maxsize=65536)
def iso(ms: int) -> str:
    """ISO-8601 with Z; three decimals, and none at a whole second, as Java's Instant prints it."""
    seconds, fraction = divmod(ms, 1000)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{fraction:03d}Z" if fraction else f"{text}Z"


def day(ms: int) -> str:
    """The UTC date, as HubSpot writes properties of type date."""
    return iso(ms)[:10]
