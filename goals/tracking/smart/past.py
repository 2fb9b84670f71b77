"""How far a metric ever moved over as long a time as a goal has, from the workspace's records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from goals import calendar
from goals.calendar import Period
from goals.metrics import history, readings
from goals.metrics.catalogue import Metric
from goals.metrics.query import Query

#: So many changes are compared with at most.
MOST = 120
#: Longer windows move on by weeks, so that one good day is not counted many times over.
LONG = 28


@dataclass(frozen=True)
class Change:
    """By how much a metric changed from one span to the one right behind it."""

    before: Period
    after: Period
    by: Decimal


@dataclass(frozen=True)
class Asked:
    """What is read: a metric with its parameters, narrowed to a part of the company."""

    metric: Metric
    params: Mapping[str, object]
    segment: Mapping[str, str]


def changes(session: Session, asked: Asked, window: Period, *, today: date) -> list[Change] | None:
    """Return every change from a span as long as the window to the next one, latest first.

    Spans lie before the window and are over. They move on by a month where the window is whole
    months, else by a week or a day, and by the whole span where a metric does not add up. None
    where nothing was ever counted.
    """
    known = readings.earliest(session, asked.metric.id, asked.params, asked.segment)
    if known is None:
        return None
    end = min(window.first, today + timedelta(days=1))
    spans = list(_spans(window, end, known, adds_up=history.adds_up(asked.metric)))
    wanted = sorted({one for pair in spans for one in pair})
    values = readings.values(
        session,
        asked.metric.id,
        asked.params,
        asked.segment,
        [(one.first, one.last) for one in wanted],
        matured=today,
    )
    value = dict(zip(wanted, values, strict=True))
    return [
        Change(before, after, new - old)
        for before, after in spans
        if (new := value[after]) is not None and (old := value[before]) is not None
    ]


def receipt(
    session: Session, asked: Asked, span: Period, *, today: date, now: datetime
) -> str | None:
    """Return the receipt of a metric's value over a span."""
    query = Query(asked.metric.id, span.first, span.last, dict(asked.params), dict(asked.segment))
    return readings.read(session, query, today=today, now=now).receipt


def _spans(
    window: Period, end: date, known: date, *, adds_up: bool
) -> Iterator[tuple[Period, Period]]:
    """Yield spans as long as the window with the one before each, latest first."""
    months = window.months
    step = window.days if not adds_up else 7 if window.days >= LONG else 1
    for number in range(MOST):
        try:
            if months is not None:
                start = calendar.add_months(window.start, -months - number)
                after = Period(start, calendar.add_months(window.start, -number))
            else:
                shift = timedelta(days=step * number)
                after = Period(window.start - shift - timedelta(window.days), window.start - shift)
            before = calendar.previous(after)
        except (ValueError, OverflowError):
            return
        if known >= calendar.first_bucket(before).end:
            return
        if after.end <= end:
            yield before, after
