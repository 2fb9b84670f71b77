"""A metric's values as bars beside each other: by segment, and by quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup
from sqlmodel import Session

from app.web import frame, texts
from app.web.texts import gettext as _
from goals import words
from goals.calendar import Period
from goals.charts import small
from goals.errors import Refusal
from goals.metrics import readings
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.metrics.formulas import Figure
from goals.metrics.query import Query
from goals.metrics.result import Result

#: Quarters that are shown, the present one among them.
QUARTERS = 6


@dataclass(frozen=True)
class Bar:
    """One value of several: its name, its figure, and the bar that compares it with the others."""

    name: str
    figure: Figure
    meter: Markup


def end_of(metric: Metric, window: Period) -> date:
    """Return the day up to which a metric is read in a window: the present one, if it runs."""
    if metric.looks_ahead:
        return window.last
    return min(window.last, max(frame.today(), window.first))


def segments(result: Result) -> list[Bar]:
    """Return the members of a breakdown, the greatest first."""
    if not result.segments:
        return []
    is_sum = result.metric.kind in ("flow", "stock")
    drawn = _drawn(result, result.segments, None if is_sum else result.value)
    return sorted(drawn, key=lambda one: (one.figure.value is None, -(one.figure.value or 0)))


def asked_by_quarter(metric: Metric, asked: Query, present: Period) -> list[Query]:
    """Return the same question for the past quarters, the present one first."""
    windows = [present]
    while len(windows) < QUARTERS:
        windows.append(frame.here().fiscal.previous(windows[-1]))
    return [
        Query(asked.metric, one.first, end_of(metric, one), asked.params, asked.where)
        for one in windows
    ]


def quarters(session: Session, asked: Sequence[Query], ahead: Ahead) -> list[Bar]:
    """Return the answers to a question by quarter, up to the present day.

    Quarters before the first record are left out; nothing is kept of these readings. `ahead`
    holds what is counted for the page.
    """
    try:
        results = readings.read_all(
            session, asked, today=frame.today(), now=frame.now(), ahead=ahead
        )
    except Refusal:
        return []
    found = [
        (_span(one.first_day, one.last_day), result.figure)
        for one, result in zip(asked, results, strict=True)
    ]
    while found and not found[-1][1].n:
        found.pop()
    return _drawn(results[0], found, None) if len(found) > 1 else []


def _span(first: date, last: date) -> str:
    return texts.written(words.DayRange(first, last))


def _drawn(result: Result, found: Sequence[tuple[str, Figure]], line: Decimal | None) -> list[Bar]:
    """Return bars on one scale; `line` is the value that all of them are compared with."""
    values = [one.value for _name, one in found if one.value is not None]
    highest = max([*values, line or Decimal(0)])
    shown = []
    for name, figure in found:
        share = float(figure.value / highest) if highest and figure.value is not None else None
        whole = float(line / highest) if highest and line is not None else None
        value = texts.compact(figure.value, result.unit, result.currency)
        label = _("%(name)s: %(value)s", name=name, value=value)
        shown.append(Bar(name, figure, Markup(small.meter(share, label, whole))))
    return shown
