"""What is looked at beside the goals; what fails there keeps no goal from its review."""

from collections.abc import Callable
from datetime import date, datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from goals.alerts import checking, effects, looking_back, missed, reminding, sources
from strategy import reminders

log = structlog.get_logger()

DAILY = (
    reminders.remind,
    reminding.remind,
    looking_back.remind,
    effects.remind,
    missed.check,
    sources.check,
    checking.forget,
)


def once_a_day(session: Session, now: datetime, today: date) -> None:
    """Look at everything that is looked at once a day."""
    for look in DAILY:
        beside(session, now, today, look)


def beside(session: Session, now: datetime, today: date, look: Callable[..., int]) -> None:
    """Look at one thing, in a part of the transaction that can fail by itself."""
    try:
        with session.begin_nested():
            look(session, now=now, today=today)
    except DBAPIError:
        raise
    except Exception:
        log.exception("not_reminded", of=look.__module__)
