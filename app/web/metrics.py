"""Metrics: what each number means, its value over a window, and the records behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from sqlmodel import Session

from app.web import (
    downloads,
    frame,
    goal_page,
    metric_asked,
    metric_bars,
    metric_parts,
    texts,
    vocabulary,
)
from app.web.texts import gettext as _
from goals import calendar, words
from goals.calendar import FiscalCalendar, Period
from goals.errors import Refusal
from goals.metrics import catalogue, history, notes, readings, receipts, recipes, segments
from goals.metrics.catalogue import Metric
from goals.metrics.evidence import Reading
from goals.metrics.query import Query
from goals.metrics.receipts import Counted
from goals.metrics.result import Result
from goals.records import kinds

blueprint = Blueprint("metrics", __name__)
#: Records on a page, and how many are fetched at once for a file.
PAGE = 50
BATCH = 2000
#: The last page that is looked for; no number of records reaches beyond it.
LAST_PAGE = 10**9


@dataclass(frozen=True)
class Line:
    """A metric in the catalogue with its present value (None: nothing to count from)."""

    metric: Metric
    is_available: bool
    result: Result | None


@blueprint.get("/metric")
def page() -> str:
    """List what can be measured, first what has data."""
    session = frame.session()
    known = readings.available(session)
    quarter = metric_asked.quarter()
    lines = []
    for metric in catalogue.METRICS.values():
        has_data = metric.id in known
        result = _read(session, metric, quarter) if has_data else None
        lines.append(Line(metric, has_data, result))
    return render_template(
        "metrics/page.html",
        with_data=[one for one in lines if one.is_available],
        counted=[one for one in lines if not one.is_available and not one.metric.takes_readings],
        delivered=[one for one in lines if not one.is_available and one.metric.takes_readings],
        quarter=words.format_value(words.DayRange(quarter.first, quarter.last), frame.reader()),
        needs=vocabulary.needs,
    )


def _read(session: Session, metric: Metric, window: Period) -> Result:
    last = metric_bars.end_of(metric, window)
    asked = Query(metric.id, window.first, last)
    return readings.read(session, asked, today=frame.today(), now=frame.now(), keep=False)


@blueprint.get("/metric/<metric_id>")
def metric(metric_id: str) -> str:
    """Show a metric's value over a window, how it is worked out, and its segments."""
    session = frame.session()
    found = catalogue.find(metric_id)
    window = metric_asked.window(found)
    by = request.args.get("by") or None
    where = metric_asked.where()
    params = metric_asked.params(found)
    unread = metric_asked.unread()
    problem = metric_asked.complaint(unread)
    result = None
    asked = Query(found.id, window.first, window.last, params, where, by)
    try:
        if not unread:
            result = readings.read(session, asked, today=frame.today(), now=frame.now())
    except Refusal as error:
        problem = f"{texts.say(error.message)} {texts.say(error.fix)}".strip()

    def address(period: Period) -> str:
        wanted: dict[str, Any] = {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "by": by,
            "where": request.args.getlist("where"),
            **params,
        }
        return url_for("metrics.metric", metric_id=found.id, **wanted)

    found = history.here(session, found, result.params if result is not None else None)
    return render_template(
        "metrics/metric.html",
        address=address,
        metric=found,
        window=window,
        result=result,
        problem=problem,
        unread=unread,
        by=by,
        dimensions=_dimensions(found, params) if found.is_counted else {},
        words=vocabulary,
        params=params,
        formula=goal_page.formula(found, result.params if result else {}),
        parts=metric_parts.PARTS.get(found.id),
        amounts=receipts.amounts(found.id, result.params, result.unit) if result else (),
        bars=metric_bars.segments(result) if result is not None else [],
        quarters=metric_bars.quarters(session, asked, metric_asked.quarter())
        if result is not None
        else [],
        needs=vocabulary.needs(found),
        reconcile=_reconcile(found, window.first, window.last, where, params),
        notes=[texts.say(one.message) for one in result.notes] if result is not None else [],
        periods=_periods(found),
        span=words.format_value(words.DayRange(window.first, window.last), frame.reader()),
    )


def _reconcile(
    metric: Metric,
    first: date,
    last: date,
    where: Mapping[str, str],
    params: Mapping[str, str],
    part: str | None = None,
) -> str:
    """Return the way to why the CRM shows another number."""
    asked: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat(), "part": part}
    narrowed = [f"{name}={value}" for name, value in where.items()]
    return url_for(
        "reconcile.page", metric_id=metric.id, where=narrowed or None, **{**params, **asked}
    )


def _dimensions(metric: Metric, params: dict[str, str]) -> dict[str, Any]:
    """Return the dimensions that the records behind a metric have."""
    fit = segments.fitting(recipes.of(metric.id, params).subjects)
    return {name: word for name, word in vocabulary.DIMENSIONS.items() if name in fit}


def _periods(metric: Metric) -> list[tuple[str, Period]]:
    """Return the windows that are one click away."""
    here, today = frame.here(), frame.today()
    fiscal = FiscalCalendar(here.fiscal_start, here.week_start)
    quarter, year = fiscal.quarter(today), fiscal.year(today)
    this_quarter, this_year = (
        Period.of(one.first, metric_bars.end_of(metric, one)) for one in (quarter, year)
    )
    return [
        (_("This quarter"), this_quarter),
        (_("Last quarter"), calendar.previous(quarter)),
        (_("This year"), this_year),
        (_("Last year"), calendar.previous(year)),
    ]


@blueprint.get("/receipts/<receipt>")
def receipt(receipt: str) -> str:
    """Show the evidence of a reading: rule, check, and the records counted."""
    session = frame.session()
    reading = receipts.find(session, receipt)
    again = receipts.recompute(session, reading, today=frame.today(), now=frame.now())
    part = "denominator" if request.args.get("part") == "denominator" else "numerator"
    number = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    total, shown = receipts.records(session, reading, part, offset=(number - 1) * PAGE, limit=PAGE)
    found = history.here(session, catalogue.find(reading.metric), reading.params)
    return render_template(
        "metrics/receipt.html",
        reading=reading,
        metric=found,
        formula=goal_page.formula(found, reading.params),
        where=vocabulary.narrowed(reading.where),
        worked=receipts.formula(reading),
        sources=receipts.sources(session, reading),
        runs=receipts.runs(session, reading),
        reconcile=_reconcile(
            found, reading.first_day, reading.last_day, reading.where, reading.params, part
        ),
        again=again,
        part=part,
        has_parts=reading.denominator is not None,
        page=number,
        pages=max(1, -(-total // PAGE)),
        first=(number - 1) * PAGE + 1,
        total=total,
        records=shown,
        page_sum=_sum(shown),
        noun=_noun(reading, part),
        notes=[texts.say(notes.stored(one).message) for one in reading.notes],
        span=words.format_value(
            words.DayRange(reading.first_day, reading.last_day), frame.reader()
        ),
    )


def _noun(reading: Reading, part: str) -> tuple[str, str]:
    """Return what heads the list of records, and what they are called."""
    subject = receipts.subject_of(reading, part)
    return _(subject.one), texts.say(kinds.called(subject.name))


def _sum(shown: list[Counted]) -> Decimal | None:
    """Return what the amounts of a page add up to, None where there are none."""
    values = [one.value for one in shown if one.value is not None and one.unit == "money"]
    return sum(values, Decimal()) if values else None


@blueprint.get("/receipts/<receipt>.csv")
def receipt_csv(receipt: str) -> Response:
    """Return all records behind a reading, not only those on the page."""
    session = frame.session()
    reading = receipts.find(session, receipt)
    part = "denominator" if request.args.get("part") == "denominator" else "numerator"
    columns = "external_id name owner account stage day value url run".split()
    lines = (
        [*(getattr(one, column) for column in columns[:-1]), one.run and str(one.run.id)]
        for one in _every(session, reading, part)
    )
    return downloads.as_csv(f"{reading.receipt}-{part}.csv", columns, lines)


def _every(session: Session, reading: Reading, part: str) -> Iterator[Counted]:
    offset = 0
    while True:
        _total, batch = receipts.records(session, reading, part, offset=offset, limit=BATCH)
        yield from batch
        if len(batch) < BATCH:
            return
        offset += BATCH
