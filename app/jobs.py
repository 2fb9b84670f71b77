"""The clockwork: APScheduler only ticks, what is due is decided by rows in the database."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app import work, workers
from app.wiring import Clock, Wiring

log = structlog.get_logger()

#: Seconds between looks for due work; a look that finds nothing costs one small query.
EVERY = {"files": 3, "sync": 10, "review": 10, "deliver": 2, "answer": 5}
#: A clock that moved by this much more or less than time did was set: it is not trusted at once.
JUMP = timedelta(minutes=10)


class Watch:
    """Tells whether a clock was set since the last look."""

    def __init__(self, clock: Clock, ticking: Callable[[], float] = time.monotonic) -> None:
        """Take the clock, and what counts seconds however the clock is set."""
        self._clock, self._ticking = clock, ticking
        self._shown, self._ticked = clock(), ticking()

    def jumped(self) -> bool:
        """Look at the clock; True once for each time that it was set."""
        shown, ticked = self._clock(), self._ticking()
        moved, passed = shown - self._shown, timedelta(seconds=ticked - self._ticked)
        self._shown, self._ticked = shown, ticked
        return abs(moved - passed) > JUMP


def tick(wiring: Wiring, kind: str, worker: str, watch: Watch) -> None:
    """Do one kind of work in every workspace; one that fails does not stop the others.

    A tick in which the clock was set does nothing: work that seems to be due may not be.
    """
    if watch.jumped():
        log.warning("clock_jumped", kind=kind)
        return
    for workspace_id in wiring.database.workspaces():
        try:
            work.KINDS[kind](wiring, workspace_id, worker, None)
        except Exception:
            log.exception("work_failed", kind=kind, workspace=workspace_id)


def start(wiring: Wiring) -> BackgroundScheduler:
    """Start ticking in the background and return the scheduler, to be shut down by the caller.

    Each kind of work has its own tick, so that a long sync holds up no message. A tick that
    is late runs once, however many were missed.
    """
    worker = workers.name()
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(len(EVERY))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    for kind, seconds in EVERY.items():
        given = (wiring, kind, f"{worker}:{kind}", Watch(wiring.clock))
        scheduler.add_job(tick, "interval", given, seconds=seconds, id=kind)
    scheduler.start()
    return scheduler
