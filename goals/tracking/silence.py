"""What is to be said of sources that have fallen silent since goals were last judged.

A status is that of the last review. Whoever looks between two reviews must see that the numbers
behind it have become old meanwhile.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache, partial

from sqlmodel import Session

from goals import workspace
from goals.calendar import Period
from goals.fiscal import FiscalCalendar
from goals.metrics.catalogue import Metric
from goals.tracking import freshness, status
from goals.tracking.standing import Standing
from goals.words import N_, P_, Day, Message

HOUR = timedelta(hours=1)
#: From here on days say more than hours.
DAYS = timedelta(hours=72)


def of_goals(session: Session, found: Iterable[Standing], now: datetime) -> Message | None:
    """Return what is to be said of the sources behind goals, None while they are heard of.

    Goals whose status says so already, or whose result is final, ask for nothing more.
    """
    year = workspace.of(session).fiscal
    bucket_of = cache(partial(_bucket, year))
    asked: dict[tuple[str, timedelta], Metric] = {
        (one.goal.metric, bucket_of(one.terms.first_day, one.terms.last_day)): one.metric
        for one in found
        if one.evaluation is not None
        and not one.evaluation.final
        and one.evaluation.status not in status.PLUMBING
    }
    feeds = freshness.Feeds(session, now, asked.values())
    for (_name, bucket), metric in sorted(asked.items(), key=lambda one: one[0]):
        feed = feeds.of(metric, bucket)
        if not feed.is_stale:
            continue
        if feed.synced_at is not None:
            return since(feed.synced_at, now)
        if feed.data_to is not None:
            return Message(
                N_("The newest data are from %(day)s: stale."), {"day": Day(feed.data_to)}
            )
    return None


def of_board(
    synced_at: datetime | None, heard_at: datetime | None, interval: int | None, now: datetime
) -> Message | None:
    """Return what is to be said of a workspace's sources that pull by themselves, taken together.

    They were synced last at `synced_at`, heard of at `heard_at`; the slowest pulls every
    `interval` minutes.
    """
    if synced_at is None or heard_at is None or interval is None:
        return None
    is_stale = now - heard_at > freshness.patience(interval)
    return since(synced_at, now) if is_stale else None


def since(synced_at: datetime, now: datetime) -> Message:
    """Return how long ago the last sync was, and that this is too long."""
    silent = now - synced_at
    if silent < DAYS:
        return Message.counted(
            P_("Last synced one hour ago: stale.", "Last synced %(n)s hours ago: stale."),
            silent // HOUR,
        )
    return Message.counted(
        P_("Last synced one day ago: stale.", "Last synced %(n)s days ago: stale."), silent.days
    )


def _bucket(year: FiscalCalendar, first_day: date, last_day: date) -> timedelta:
    return timedelta(days=year.buckets(Period.of(first_day, last_day))[0].days)
