"""Reads the largest won deals of the last twelve months, and what they have in common."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from goals import calendar
from goals.metrics import largest, readings, segments
from goals.metrics.query import Query
from strategy.worksheets import won
from strategy.worksheets.won import Largest

METRIC = "revenue"


def of(session: Session, *, today: date, now: datetime) -> Largest:
    """Return the largest deals won in the twelve months up to a day.

    The counts beside them are those of the metric `revenue` over the same days, which is kept
    with a receipt when there is anything to count.
    """
    first = calendar.add_months(today, -12) + timedelta(days=1)
    whole = readings.read(session, Query(METRIC, first, today), today=today, now=now, keep=False)
    total = whole.figure.n
    if not total:
        return Largest(first, today, 0, 0, None, whole.currency, unknown=won.DIMENSIONS)
    kept = readings.read(session, Query(METRIC, first, today), today=today, now=now)
    found = largest.won(session, first, today, won.DIMENSIONS, won.size(total))
    everywhere = {}
    for name in won.DIMENSIONS:
        split = Query(METRIC, first, today, by=name)
        result = readings.read(session, split, today=today, now=now, keep=False)
        everywhere[name] = {member: figure.n for member, figure in result.segments or ()}
    marks, unknown = won.marks([one.members for one in found], everywhere, segments.NOBODY)
    return Largest(
        first=first,
        last=today,
        count=len(found),
        total=total,
        smallest=min((one.amount for one in found), default=None),
        currency=kept.currency,
        marks=marks,
        unknown=unknown,
        receipt=kept.receipt,
    )
