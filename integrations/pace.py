"""Spreading requests so that what a vendor allows is used but not passed (pure)."""

from collections import deque

from integrations.vendor import Rate

#: Requests are this much further apart than they must be: on the way some catch others up.
EASE = 1.02
#: So many go out at once where nothing was asked for a while: most runs need no more.
FIRST = 3


class Pace:
    """When the next request may go out, by a clock of seconds that never goes back.

    After the first few, requests are spread evenly. Whoever was held up, by storing what came,
    may catch up at twice that speed; no span of the rate's length ever has more than it allows.
    """

    def __init__(self, rate: Rate) -> None:
        """Take what is allowed."""
        self.rate = rate
        self._span = rate.seconds * EASE
        self._gap = self._span / rate.requests
        self._sent: deque[float] = deque(maxlen=max(1, rate.requests))
        self._due: float | None = None

    def take(self, now: float) -> float:
        """Take the next place; return how many seconds to wait for it."""
        due = now if self._due is None else self._due
        is_first = len(self._sent) < FIRST or self._sent[-FIRST] <= now - self._span
        at = now if is_first else max(now, due, self._sent[-1] + self._gap / 2)
        if len(self._sent) == self._sent.maxlen:
            at = max(at, self._sent[0] + self._span)
        self._due = max(due, at - self._span) + self._gap
        self._sent.append(at)
        return at - now
