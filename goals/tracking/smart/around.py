"""What the workspace knows around a goal: its source, its pace of change and what it can expect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from goals import calendar, words, workspace
from goals.calendar import Period
from goals.metrics import history, readings
from goals.metrics.catalogue import Metric
from goals.metrics.query import Query
from goals.records.connections import Connection, SyncRun
from goals.table import workspace_of
from goals.tracking import freshness
from goals.tracking.smart.rules.feasible import Expected, Need, needs
from goals.words import N_, Message, Number

#: More of a delivery that could not be used than this puts a source below the quality gate.
GATE = Decimal("0.1")
#: Numbers of deals that close: what is begun today shows in them after a sales cycle.
_OF_CLOSING = frozenset(("win_rate", "revenue", "new_customers", "new_revenue", "contracts_signed"))
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Source:
    """Whether a metric's number comes in, as a word of `Facts.source`, and what shows it."""

    state: str
    seen: Message | None = None


def source(session: Session, metric: Metric, window: Period | None, now: datetime) -> Source:
    """Return whether anything delivers a metric, and whether that is fresh and whole enough.

    The gate is what the sources themselves show: a connection that must be renewed, one that
    is silent for too long, and rows of the latest delivery that could not be used.
    """
    metric = history.here(session, metric)
    if readings.earliest(session, metric.id, {}, {}) is None:
        return Source("none" if metric.is_counted else "empty")
    records = metric.needs if metric.is_counted else ("reading",)
    bucket = calendar.first_bucket(window).days if window is not None else 1
    feed = freshness.of_metric(session, metric, timedelta(days=bucket), now)
    if feed.broken and len(feed.broken) == len(feed.names):
        return Source("broken", Message("%(names)s", {"names": list(feed.broken)}))
    rejected = _rejected(session, records)
    if rejected is not None:
        return Source("poor", rejected)
    if feed.is_stale:
        seen = None
        if feed.data_to is not None:
            seen = Message(N_("Data to %(day)s."), {"day": words.Day(feed.data_to)})
        return Source("late", seen)
    return Source("live")


def _rejected(session: Session, records: tuple[str, ...]) -> Message | None:
    """Return how much of the latest delivery of a source could not be used, None while little."""
    here = workspace_of(session)
    for one in session.exec(select(Connection).where(col(Connection.workspace_id) == here)):
        if not set(records) & set(one.records):
            continue
        latest = session.exec(
            select(SyncRun)
            .where(
                col(SyncRun.workspace_id) == here,
                col(SyncRun.connection_id) == one.id,
                col(SyncRun.status).in_(("done", "partial")),
                col(SyncRun.undone_at).is_(None),
            )
            .order_by(col(SyncRun.started_at).desc(), col(SyncRun.id).desc())
            .limit(1)
        ).first()
        streams = [] if latest is None else latest.streams
        mine = [stream for stream in streams if stream.get("record") in records]
        read = sum(int(stream.get("read") or 0) for stream in mine)
        lost = sum(int(stream.get("rejected") or 0) for stream in mine)
        if read and Decimal(lost) / read > GATE:
            return Message(
                N_("%(source)s: %(lost)s of the %(read)s rows read last could not be used."),
                {
                    "source": one.name,
                    "lost": Number(Decimal(lost)),
                    "read": Number(Decimal(read)),
                },
            )
    return None


def undefined(metric: Metric, params: Mapping[str, object]) -> tuple[Message, ...]:
    """Return which part of a counted metric's definition was left open."""
    open_ = [
        one.name for one in metric.params if one.default is None and params.get(one.name) is None
    ]
    cohort = params.get("mode") in (None, "cohort")
    if metric.id == "lead_conversion" and "within_days" in open_ and cohort:
        return (Message(N_("Within how many days a lead has to convert is not said.")),)
    return ()


def reacts_in(
    session: Session, metric: Metric, baseline: Decimal | None, today: date, now: datetime
) -> int | None:
    """Return how many days pass until what is begun today shows in a metric; None: not known."""
    if metric.id == "sales_cycle":
        return None if baseline is None else int(baseline)
    if metric.id not in _OF_CLOSING:
        return None
    cycle = _value(session, "sales_cycle", Period.of(today - _YEAR, today), today, now)
    return None if cycle is None else int(cycle)


def takes(
    session: Session,
    metric: Metric,
    target: Decimal,
    baseline: Decimal | None,
    window: Period,
    *,
    today: date,
    now: datetime,
) -> tuple[Need, ...]:
    """Return what a target takes, beside what came in the period before, as long as its own."""
    before = workspace.of(session).fiscal.previous(window)
    if before.first > today:
        return ()

    def value(name: str) -> Decimal | None:
        return _value(session, name, before, today, now)

    if metric.id == "cac":
        customers = value("new_customers")
        if baseline is None or not customers:
            return ()
        known = Expected(spend=baseline * customers, customers=customers)
        return tuple(needs("cac", target, known))
    if metric.id not in ("new_customers", "contracts_signed", "revenue", "new_revenue"):
        return ()
    deals = _deals(session, before, today, now)
    meetings = value("meetings_set")
    known = Expected(
        close_rate=value("lead_conversion"),
        average_deal=value("avg_deal_size"),
        meetings_per_deal=meetings / deals if meetings is not None and deals else None,
        leads=value("leads_new"),
        deals=deals,
        meetings=meetings,
    )
    return tuple(needs(metric.id, target, known))


def _deals(session: Session, window: Period, today: date, now: datetime) -> Decimal | None:
    """Return how many deals with an amount were won in a window."""
    query = Query("avg_deal_size", window.first, window.last, {}, {})
    found = readings.read(session, query, today=today, now=now, keep=False).figure
    return found.denominator


def _value(
    session: Session, name: str, window: Period, today: date, now: datetime
) -> Decimal | None:
    known = readings.earliest(session, name, {}, {})
    if known is None or known > window.last:
        return None
    query = Query(name, window.first, window.last, {}, {})
    return readings.read(session, query, today=today, now=now, keep=False).value
