"""Limits as settings: sizes of requests, and the three rates (burst, search, day)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.fakes.hubspot import errors


@dataclass(slots=True)
class Limits:
    """How much one request may ask for; HubSpot's own numbers."""

    page: int = 100
    history_page: int = 50
    search_page: int = 200
    search_cap: int = 10_000
    filter_groups: int = 6
    filters: int = 18
    sorts: int = 1
    batch: int = 100
    history_batch: int = 50
    association_inputs: int = 1000
    association_page: int = 500
    owners_page: int = 500
    url: int = 16_200
    # Newest values kept per property; None keeps all.
    history: int | None = None


class Window:
    """At most `requests` in any `seconds`, measured on the given clock; refusals do not count."""

    def __init__(self, requests: int, seconds: float, clock: Callable[[], float]) -> None:
        self.requests = requests
        self.seconds = seconds
        self._clock = clock
        self._taken: deque[float] = deque()

    def take(self) -> float | None:
        """Take one place: None when there was one, else the seconds until the next."""
        now = self._clock()
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        if len(self._taken) >= self.requests:
            return self._taken[0] + self.seconds - now
        self._taken.append(now)
        return None

    @property
    def left(self) -> int:
        """Places left in the window as of the last request."""
        return self.requests - len(self._taken)


class Day:
    """Calls of the account's local day."""

    def __init__(self, limit: int | None, zone: str) -> None:
        self.limit = limit
        self.zone = ZoneInfo(zone)
        self.used = 0
        self._day: object = None

    def take(self, now: datetime) -> bool:
        """Count one call; False when the day's limit is used up."""
        today = now.astimezone(self.zone).date()
        if today != self._day:
            self._day, self.used = today, 0
        if self.limit is not None and self.used >= self.limit:
            return False
        self.used += 1
        return True

    def resets_at(self, now: datetime) -> datetime:
        """The next midnight of the account, in UTC."""
        tomorrow = now.astimezone(self.zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), self.zone).astimezone(UTC)


class Rates:
    """The burst limit, the search limit (outside the burst limit and its headers) and the day."""

    def __init__(
        self,
        burst: tuple[int, float] | None,
        search: float | None,
        day: Day,
        clock: Callable[[], float],
        retry_after: bool,
        told: bool = True,
    ) -> None:
        self.burst = Window(burst[0], burst[1], clock) if burst else None
        self.search = Window(max(1, int(search)), 1.0, clock) if search else None
        self.day = day
        self.retry_after = retry_after
        self.told = told
        self.refused = 0

    def take(self, now: datetime, *, search: bool) -> None:
        """Count a call or refuse it (429); the policy says which limit it was."""
        window, policy = self.burst, "TEN_SECONDLY_ROLLING"
        if search:
            window, policy = self.search, "SECONDLY"
        wait = window.take() if window else None
        if wait is not None:
            self.refused += 1
            # Whole seconds, never 0: a client that obeys must not be refused again.
            seconds = max(1, math.ceil(wait)) if self.retry_after else None
            raise errors.rate_limited(policy, seconds)
        if not self.day.take(now):
            self.refused += 1
            raise errors.rate_limited("DAILY", None)

    def headers(self, *, search: bool, oauth: bool) -> str:
        """The X-HubSpot-RateLimit headers of an answer: none on search, no day with OAuth."""
        if search or not self.told:
            return ""
        lines = []
        if self.burst:
            lines += [
                f"X-HubSpot-RateLimit-Max: {self.burst.requests}",
                f"X-HubSpot-RateLimit-Remaining: {self.burst.left}",
                f"X-HubSpot-RateLimit-Interval-Milliseconds: {int(self.burst.seconds * 1000)}",
            ]
        if self.day.limit is not None and not oauth:
            lines += [
                f"X-HubSpot-RateLimit-Daily: {self.day.limit}",
                f"X-HubSpot-RateLimit-Daily-Remaining: {self.day.limit - self.day.used}",
            ]
        return "".join(line + "\r\n" for line in lines)
