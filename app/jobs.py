"""The clockwork: APScheduler only ticks, what is due is decided by rows in the database."""

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app import work
from app.wiring import Wiring

#: Seconds between looks for due work; a look that finds nothing costs one small query.
EVERY = {"sync": 10, "review": 10, "deliver": 2}


def start(wiring: Wiring) -> BackgroundScheduler:
    """Start ticking in the background and return the scheduler, to be shut down by the caller.

    Each kind of work has its own tick, so that a long sync holds up no message. A tick that
    is late runs once, however many were missed.
    """
    worker = work.worker_name()
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(len(EVERY))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    kinds = {
        "sync": work.run_syncs,
        "review": work.run_reviews,
        "deliver": work.run_deliveries,
    }

    def tick(kind: str) -> None:
        for workspace_id in wiring.database.workspaces():
            kinds[kind](wiring, workspace_id, f"{worker}:{kind}")

    for kind, seconds in EVERY.items():
        scheduler.add_job(tick, "interval", (kind,), seconds=seconds, id=kind)
    scheduler.start()
    return scheduler
