"""Whether the sources behind a metric are whole and fresh enough to judge by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from goals import workspace
from goals.records.connections import Connection
from goals.table import workspace_of

#: A source that pulls by itself may be silent this long, or three times its interval.
GRACE = timedelta(hours=24)
INTERVALS = 3
#: Data that people deliver may be older than a bucket by this much.
DELIVERED_GRACE = timedelta(days=3)


@dataclass(frozen=True)
class Feed:
    """The state of the connections that deliver a kind of record.

    `broken` and `stale` name the connections that are (empty: none). `heard_at` is the
    latest sign of life and `data_to` the newest business day; None: nothing ever came.
    """

    names: tuple[str, ...]
    broken: tuple[str, ...]
    is_stale: bool
    heard_at: datetime | None
    data_to: date | None


def feeds(session: Session, records: Collection[str], bucket: timedelta, now: datetime) -> Feed:
    """Return the state of the sources that deliver these kinds of record.

    A source is heard of by its latest successful sync or its newest event, whichever is
    later; the newest such sign among the sources counts, so that an old file beside a live
    CRM makes nothing stale.
    """
    here = workspace.of(session)
    statement = select(Connection).where(col(Connection.workspace_id) == workspace_of(session))
    wanted = set(records)
    sources = [one for one in session.exec(statement) if wanted & set(one.records)]
    signs: list[tuple[datetime, timedelta]] = []
    for one in sources:
        heard = [] if one.last_success_at is None else [one.last_success_at]
        if one.newest_on is not None:
            heard.append(here.end_of(one.newest_on))
        if heard:
            signs.append((max(heard), _limit(one, bucket)))
    newest = [one.newest_on for one in sources if one.newest_on is not None]
    return Feed(
        names=tuple(sorted(one.name for one in sources)),
        broken=tuple(sorted(one.name for one in sources if one.needs_reconnect)),
        is_stale=bool(signs) and all(now - heard > limit for heard, limit in signs),
        heard_at=max((heard for heard, _ in signs), default=None),
        data_to=max(newest, default=None),
    )


def _limit(connection: Connection, bucket: timedelta) -> timedelta:
    if connection.interval is None:
        return bucket + DELIVERED_GRACE
    return max(GRACE, INTERVALS * timedelta(minutes=connection.interval))
