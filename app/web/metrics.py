"""Metrics: what each number means, its value over a window, and the records behind it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from app.accounts import people
from app.web import (
    custom_metrics,
    downloads,
    frame,
    goal_page,
    metric_asked,
    metric_bars,
    metric_compared,
    metric_parts,
    parallel,
    texts,
    vocabulary,
)
from app.web.texts import gettext as _
from goals import words
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import (
    authoring,
    brought,
    catalogue,
    comparing,
    history,
    library,
    notes,
    readings,
    receipts,
    soundness,
)
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.metrics.custom.table import CustomMetricVersion
from goals.metrics.evidence import Reading
from goals.metrics.quality import Score
from goals.metrics.query import Query
from goals.metrics.receipts import Counted
from goals.metrics.result import Result
from goals.records import kinds
from goals.words import Message

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
    made = library.made(session)
    own = [one for one in made if one.archived_at is None]
    quarter = metric_asked.quarter()
    found = _lines(session, [*own, *catalogue.METRICS.values()], quarter)
    lines = found[len(own) :]
    return render_template(
        "metrics/page.html",
        own=found[: len(own)],
        archived=[one for one in made if one.archived_at is not None],
        with_data=[one for one in lines if one.is_available],
        counted=[one for one in lines if not one.is_available and not one.metric.takes_readings],
        delivered=[one for one in lines if not one.is_available and one.metric.takes_readings],
        quarter=_range(quarter),
        needs=vocabulary.needs,
    )


def _lines(session: Session, metrics: Sequence[Metric], quarter: Period) -> list[Line]:
    """Return metrics with their values so far, all of them counted together."""
    ahead = Ahead(session)
    known = readings.available(session, ahead)
    read = [one for one in metrics if one.id in known]
    results = readings.read_all(
        session,
        [Query(one.id, quarter.first, metric_bars.end_of(one, quarter)) for one in read],
        today=frame.today(),
        now=frame.now(),
        ahead=ahead,
    )
    found = {one.id: result for one, result in zip(read, results, strict=True)}
    return [Line(one, one.id in known, found.get(one.id)) for one in metrics]


@blueprint.get("/metric/<metric_id>")
def metric(metric_id: str) -> ResponseReturnValue:
    """Show a metric's value over a window, how it is worked out, and its segments.

    Another name of a metric leads to the metric with the parameters that the name stands for.
    """
    session = frame.session()
    found = library.find(session, metric_id)
    if found.id != metric_id:
        given: dict[str, Any] = {**catalogue.implied(metric_id), **request.args.to_dict(flat=False)}
        return redirect(url_for("metrics.metric", metric_id=found.id, **given))
    window = metric_asked.window(found)
    by = request.args.get("by") or None
    where = metric_asked.where()
    params = metric_asked.params(found)
    unread = metric_asked.unread()
    problem = metric_asked.complaint(unread)
    result = None
    asked = Query(found.id, window.first, window.last, params, where, by)
    periods = _periods(found)
    whole = metric_compared.whole(asked, periods)
    by_quarter = metric_bars.asked_by_quarter(found, asked, metric_asked.quarter())
    ahead = Ahead(session)
    try:
        if not unread:
            earlier = comparing.questions(session, asked, today=frame.today(), whole=whole)
            every = [asked, *by_quarter, *earlier]
            readings.look_ahead(session, every, ahead, today=frame.today())
            result = readings.read(
                session, asked, today=frame.today(), now=frame.now(), ahead=ahead
            )
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

    full = result.params if result is not None else None
    found = history.here(session, found, full, ahead.edges)
    return render_template(
        "metrics/metric.html",
        doubled=parallel.warnings(session, found.needs),
        address=address,
        metric=found,
        window=window,
        result=result,
        problem=problem,
        unread=unread,
        by=by,
        dimensions=custom_metrics.dimensions(found, params) if found.is_counted else {},
        own=_own(session, found, result) if isinstance(found, Custom) else None,
        words=vocabulary,
        params=params,
        formula=goal_page.formula(found, result.params if result else {}),
        parts=metric_parts.PARTS.get(found.id),
        amounts=receipts.amounts(found.id, result.params, result.unit) if result else (),
        bars=metric_bars.segments(result) if result is not None else [],
        quarters=[] if result is None else metric_bars.quarters(session, by_quarter, ahead),
        needs=vocabulary.needs(found),
        reconcile=_reconcile(found, window.first, window.last, where, params),
        notes=[texts.say(one.message) for one in result.notes] if result is not None else [],
        sound=_sound(session, result.receipt) if result is not None else None,
        lacks_rates=result is not None
        and any(one.code == "excluded_currency" for one in result.notes),
        compared=metric_compared.of(session, asked, whole, ahead) if result is not None else None,
        periods=[(name, part) for name, part, _whole in periods],
        range_of=_range,
        span=_range(window),
    )


@dataclass(frozen=True)
class Own:
    """What a page says of a metric that was made here: its parts, its kind and its versions.

    `window` is None where there is no reading.
    """

    metric: Custom
    window: custom_metrics.Window | None
    adds: str
    versions: Sequence[CustomMetricVersion]
    names: Mapping[int, str]


def _own(session: Session, metric: Custom, result: Result | None) -> Own:
    return Own(
        metric,
        None if result is None else custom_metrics.window(metric, result),
        custom_metrics.adds(metric),
        authoring.versions(session, metric.id),
        {member.id: person.name for member, person in people.everybody(session)},
    )


def _sound(session: Session, receipt: str | None) -> Score | None:
    """Return how sound the records behind a reading are, None where none are checked."""
    if receipt is None:
        return None
    score = soundness.of_reading(session, receipts.find(session, receipt), frame.today())
    return score if score is not None and score.n else None


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


def _range(period: Period) -> str:
    return texts.written(words.DayRange(period.first, period.last))


def _periods(metric: Metric) -> list[tuple[str, Period, Period]]:
    """Return the windows that are one click away, each with the period that it is a part of."""
    fiscal, today = frame.here().fiscal, frame.today()
    quarter, year = fiscal.quarter(today), fiscal.year(today)
    last_quarter, last_year = fiscal.previous(quarter), fiscal.previous(year)
    this_quarter, this_year = (
        Period.of(one.first, metric_bars.end_of(metric, one)) for one in (quarter, year)
    )
    return [
        (_("This quarter"), this_quarter, quarter),
        (_("Last quarter"), last_quarter, last_quarter),
        (_("This year"), this_year, year),
        (_("Last year"), last_year, last_year),
    ]


@blueprint.get("/receipts/<receipt>")
def receipt(receipt: str) -> str:
    """Show the evidence of a reading: rule, check, and the records counted."""
    session = frame.session()
    reading = receipts.find(session, receipt)
    again = receipts.recompute(session, reading, today=frame.today(), now=frame.now())
    offered = receipts.offered(session, reading)
    part = _part(offered)
    number = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    total, shown = receipts.records(session, reading, part, offset=(number - 1) * PAGE, limit=PAGE)
    meant = library.find(session, reading.metric, receipts.query_of(reading).versions)
    found = history.here(session, meant, reading.params)
    return render_template(
        "metrics/receipt.html",
        doubled=parallel.warnings(session, found.needs),
        reading=reading,
        metric=found,
        formula=goal_page.formula(found, reading.params),
        where=vocabulary.narrowed(reading.where),
        worked=receipts.formula(session, reading),
        within=receipts.within(session, reading),
        sources=brought.sources(session, reading),
        runs=brought.runs(session, reading),
        reconcile=_reconcile(
            found, reading.first_day, reading.last_day, reading.where, reading.params, part
        ),
        again=again,
        part=part,
        parts=offered,
        has_parts=len(offered) > 1,
        is_delivered=receipts.is_delivered(session, reading),
        names=_people(shown),
        page=number,
        pages=max(1, -(-total // PAGE)),
        first=(number - 1) * PAGE + 1,
        total=total,
        records=shown,
        page_sum=_sum(shown),
        noun=_noun(session, reading, part),
        notes=[texts.say(notes.stored(one).message) for one in reading.notes],
        sound=_sound(session, reading.receipt),
        span=texts.written(words.DayRange(reading.first_day, reading.last_day)),
    )


def _part(offered: Mapping[str, Message]) -> str:
    """Return the part that is asked for, or else the first that there is."""
    wanted = request.args.get("part", "")
    return wanted if wanted in offered else next(iter(offered), "numerator")


def _people(shown: Iterable[Counted]) -> dict[int, str]:
    """Return the names of those who entered any of what is shown, by their ids."""
    if not any(one.told for one in shown):
        return {}
    return {member.id: person.name for member, person in people.everybody(frame.session())}


def _noun(session: Session, reading: Reading, part: str) -> tuple[str, str]:
    """Return what heads the list of records, and what they are called."""
    if receipts.is_delivered(session, reading):
        return _("Value"), texts.say(kinds.called("reading"))
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
    part = _part(receipts.offered(session, reading))
    columns = "external_id name owner account stage day value url run".split()
    lines: Iterator[list[Any]] = (
        [*(getattr(one, column) for column in columns[:-1]), one.run and str(one.run.id)]
        for one in _every(session, reading, part)
    )
    if receipts.is_delivered(session, reading):
        columns = "external_id day value evidence entered_by file recorded_at run".split()
        lines = _told(list(_every(session, reading, part)))
    return downloads.as_csv(f"{reading.receipt}-{part}.csv", columns, lines)


def _told(shown: Sequence[Counted]) -> Iterator[list[Any]]:
    """Yield lines of delivered readings: each with its evidence, who entered it, and when."""
    names = _people(shown)
    for one in shown:
        told = one.told
        assert told is not None
        said = [told.evidence, names.get(told.by or 0), told.file, told.recorded_at]
        yield [one.external_id, one.day, one.value, *said, one.run and str(one.run.id)]


def _every(session: Session, reading: Reading, part: str) -> Iterator[Counted]:
    offset = 0
    while True:
        _total, batch = receipts.records(session, reading, part, offset=offset, limit=BATCH)
        yield from batch
        if len(batch) < BATCH:
            return
        offset += BATCH
