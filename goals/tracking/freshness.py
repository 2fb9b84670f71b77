"""Whether the sources behind a metric are whole and fresh enough to judge by."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from goals import workspace
from goals.metrics import catalogue, history
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.metrics.edges import Edges
from goals.records import kinds
from goals.records import newest as newest_days
from goals.records.connections import Connection, SyncRun
from goals.records.figures import ManualReading
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
    latest sign of life, `synced_at` the last success of those that pull by themselves and
    `data_to` the newest business day; None: nothing ever came.
    """

    names: tuple[str, ...]
    broken: tuple[str, ...]
    is_stale: bool
    heard_at: datetime | None
    synced_at: datetime | None
    data_to: date | None

    @property
    def state(self) -> dict[str, Any]:
        """Return what a judgement depends on: the same state gives the same one."""
        data_to = None if self.data_to is None else self.data_to.isoformat()
        broken = list(self.broken)
        return {"names": list(self.names), "broken": broken, "stale": self.is_stale, "to": data_to}


class Feeds:
    """The states of the sources behind many metrics; what they share is read once.

    The days of all `metrics` that will be asked about are read together.
    """

    def __init__(self, session: Session, now: datetime, metrics: Iterable[Metric] = ()) -> None:
        self._session, self._now = session, now
        self._edges = Edges(session)
        self._edges.find(history.expected(metrics))
        self._known: dict[tuple[frozenset[str], timedelta], Feed] = {}

    def of(self, metric: Metric, bucket: timedelta) -> Feed:
        """Return how fresh a metric's number is."""
        return of_metric(self._session, metric, bucket, self._now, self)

    def is_counted(self, metric: Metric) -> bool:
        """Tell whether a metric is counted from records here."""
        return history.here(self._session, metric, edges=self._edges).is_counted

    def delivering(self, records: Collection[str], bucket: timedelta) -> Feed:
        """Return the state of the sources that deliver these kinds of record."""
        place = frozenset(records), bucket
        if place not in self._known:
            self._known[place] = feeds(self._session, records, bucket, self._now)
        return self._known[place]


def of_metric(
    session: Session,
    metric: Metric,
    bucket: timedelta,
    now: datetime,
    shared: Feeds | None = None,
) -> Feed:
    """Return how fresh a metric's number is: its sources', or of readings their newest one's.

    A custom metric is as fresh as the oldest of its parts. `shared` keeps what metrics share.
    """
    shared = shared or Feeds(session, now)
    if isinstance(metric, Custom):
        parts = metric.expression.parts.values()
        return _together([of_metric(session, one.metric, bucket, now, shared) for one in parts])
    # What a person said is done stays so: it needs no source and does not age.
    if shared.is_counted(metric) or metric is catalogue.MILESTONE:
        return shared.delivering(metric.needs, bucket)
    latest = select(func.max(ManualReading.day), func.max(ManualReading.recorded_at)).where(
        col(ManualReading.workspace_id) == workspace_of(session),
        col(ManualReading.metric) == metric.id,
        col(ManualReading.deleted_at).is_(None),
    )
    day, recorded = session.exec(latest).one()
    if day is None:
        return Feed((), (), False, None, None, None)
    heard = max(recorded, min(workspace.of(session).end_of(day), now))
    return Feed((), (), is_old(now - heard, bucket), recorded, None, day)


def is_old(silence: timedelta, bucket: timedelta) -> bool:
    """Tell whether data that people deliver are too old to judge by."""
    return silence > bucket + DELIVERED_GRACE


def reading_days(session: Session, metric: Metric) -> list[date] | None:
    """Return the days of a metric's readings, the oldest first; None for one that is not entered.

    What was wrong with sources on a day gone by is not known, so a number that is counted from
    them counts as fresh on every day.
    """
    if (
        isinstance(metric, Custom)
        or metric is catalogue.MILESTONE
        or history.here(session, metric).is_counted
    ):
        return None
    statement = (
        select(col(ManualReading.day))
        .distinct()
        .where(
            col(ManualReading.workspace_id) == workspace_of(session),
            col(ManualReading.metric) == metric.id,
            col(ManualReading.deleted_at).is_(None),
        )
        .order_by(col(ManualReading.day))
    )
    return list(session.exec(statement))


def _together(found: Sequence[Feed]) -> Feed:
    """Return the state of all that a number is made of: what one part lacks, the whole lacks."""
    heard = [one.heard_at for one in found if one.heard_at is not None]
    synced = [one.synced_at for one in found if one.synced_at is not None]
    days = [one.data_to for one in found if one.data_to is not None]
    return Feed(
        names=tuple(sorted({name for one in found for name in one.names})),
        broken=tuple(sorted({name for one in found for name in one.broken})),
        is_stale=any(one.is_stale for one in found),
        heard_at=min(heard, default=None),
        synced_at=min(synced, default=None),
        data_to=min(days, default=None),
    )


def feeds(session: Session, records: Collection[str], bucket: timedelta, now: datetime) -> Feed:
    """Return the state of the sources that deliver these kinds of record.

    A source is heard of by its latest successful sync or its newest event, whichever is
    later; the newest such sign among the sources counts, so that an old file beside a live
    CRM makes nothing stale. Of what people deliver only the files with these records count: one
    of tickets says nothing of deals.
    """
    here = workspace.of(session)
    statement = select(Connection).where(col(Connection.workspace_id) == workspace_of(session))
    wanted = set(records)
    sources = [one for one in session.exec(statement) if wanted & set(one.records)]
    signs: list[tuple[datetime, timedelta]] = []
    newest: list[date] = []
    for one in sources:
        last_at, day = one.last_success_at, one.newest_on
        if one.interval is None:
            last_at, day = _delivered(session, one, wanted, here.local_day(now))
        heard = [] if last_at is None else [last_at]
        if day is not None:
            heard.append(here.end_of(day))
            newest.append(day)
        if heard:
            signs.append((max(heard), _limit(one, bucket)))
    return Feed(
        names=tuple(sorted(one.name for one in sources)),
        broken=tuple(sorted(one.name for one in sources if one.needs_reconnect)),
        is_stale=bool(signs) and all(now - heard > limit for heard, limit in signs),
        heard_at=max((heard for heard, _ in signs), default=None),
        synced_at=max(
            (
                one.last_success_at
                for one in sources
                if one.interval is not None and one.last_success_at is not None
            ),
            default=None,
        ),
        data_to=max(newest, default=None),
    )


def _delivered(
    session: Session, connection: Connection, wanted: set[str], today: date
) -> tuple[datetime | None, date | None]:
    """Return when people last delivered such records, and their newest day.

    Where nothing tells what came when, it is what is known of the connection as a whole.
    """
    statement = (
        select(col(SyncRun.result), col(SyncRun.finished_at))
        .where(
            col(SyncRun.workspace_id) == workspace_of(session),
            col(SyncRun.connection_id) == connection.id,
            col(SyncRun.kind).in_(("import", "manual")),
            col(SyncRun.status) == "done",
            col(SyncRun.undone_at).is_(None),
        )
        .order_by(col(SyncRun.started_at).desc(), col(SyncRun.id).desc())
    )
    runs = session.exec(statement).all()
    if not runs:
        return connection.last_success_at, connection.newest_on
    day = newest_days.day(
        session, connection.id, through=today, records=wanted & set(connection.records)
    )
    for result, finished_at in runs:
        record = str((result or {}).get("record", ""))
        if wanted & {record, *(part.name for part, _ in kinds.parts(record))}:
            return finished_at, day
    return None, day


def _limit(connection: Connection, bucket: timedelta) -> timedelta:
    if connection.interval is None:
        return bucket + DELIVERED_GRACE
    return patience(connection.interval)


def patience(interval: int) -> timedelta:
    """Return how long a source may be silent that pulls by itself every so many minutes."""
    return max(GRACE, INTERVALS * timedelta(minutes=interval))
