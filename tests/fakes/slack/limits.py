"""Rate limits: one token bucket per method and workspace, one per channel for chat.postMessage."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping

# Calls a minute by tier; "post" is chat.postMessage, which also has one a second per channel.
PER_MINUTE = {
    "1": 1,
    "2": 20,
    "3": 50,
    "4": 100,
    "auth": 600,
    "permalink": 600,
    "status": 60,
    "post": 600,
}


class Limits:
    """Token buckets; off unless asked for. `overrides` gives calls a minute for single methods."""

    def __init__(self, on: bool, overrides: Mapping[str, int] | None = None) -> None:
        self.on = on
        self.overrides = dict(overrides or {})
        self.post_burst = 1
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, ...], tuple[float, float]] = {}

    def wait(self, team: str, method: str, tier: str, channel: str | None) -> int:
        """Count one call: 0 when it may pass, else whole seconds for Retry-After."""
        if not self.on:
            return 0
        a_minute = self.overrides.get(method, PER_MINUTE[tier])
        with self._lock:
            seconds = self._take((team, method), a_minute, a_minute / 60)
            if not seconds and tier == "post" and channel:
                seconds = self._take((team, method, channel), self.post_burst, 1.0)
        return math.ceil(seconds)

    def _take(self, key: tuple[str, ...], size: float, a_second: float) -> float:
        now = time.monotonic()
        level, then = self._buckets.get(key, (float(size), now))
        level = min(float(size), level + (now - then) * a_second)
        if level >= 1.0:
            self._buckets[key] = (level - 1.0, now)
            return 0.0
        self._buckets[key] = (level, now)
        return (1.0 - level) / a_second

    def clear(self) -> None:
        """Fill every bucket."""
        with self._lock:
            self._buckets.clear()
