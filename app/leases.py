"""Staying at a piece of work: saying now and then that one is still at it."""

import time
from collections.abc import Callable

from app import queue
from app.queue import Claim
from app.wiring import Wiring
from integrations.connections import Begin

#: Seconds after which a worker says again that it is still at it.
KEEP_EVERY = 20.0


class LeaseLost(Exception):
    """Another worker holds a piece of work that this one took too long over."""


def alive(wiring: Wiring, begin: Begin, claim: Claim) -> Callable[[], None]:
    """Return what lengthens a lease now and then; it raises LeaseLost once it was lost."""
    kept = time.monotonic()

    def alive() -> None:
        nonlocal kept
        if time.monotonic() - kept < KEEP_EVERY:
            return
        with begin() as session:
            if not queue.keep(session, claim, wiring.clock()):
                raise LeaseLost
        kept = time.monotonic()

    return alive
