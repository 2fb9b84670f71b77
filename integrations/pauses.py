"""How long to wait before a request is made again (pure but for chance)."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: The longest that a Retry-After is believed, in seconds.
LONGEST_PAUSE = 25 * 3600.0


def backoff(attempt: int) -> float:
    """Return a pause in seconds that doubles with each attempt, spread so that all do not meet."""
    return random.uniform(0.5, 1.0) * min(20.0, 0.25 * float(2**attempt))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds a Retry-After asks for, as a number or an instant; None without."""
    text = headers.get("retry-after", "").strip()
    try:
        return max(0.0, min(float(text), LONGEST_PAUSE))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(0.0, (at - now) / timedelta(seconds=1)), LONGEST_PAUSE)
