"""Metrics: what each number means, its value over a window, and the records behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from sqlmodel import Session

from app.accounts import people
from app.web import (
    custom_metrics,
    downloads,
    frame,
    goal_page,
    metric_bars,
    metric_compared,
    texts,
    vocabulary,
)
from app.web.texts import gettext as _
from goals import calendar, words
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import (
    authoring,
    catalogue,
    history,
    library,
    notes,
    quality,
    readings,
    receipts,
)
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.metrics.custom.table import CustomMetricVersion
from goals.metrics.evidence import Reading
from goals.metrics.quality import Score
from goals.metrics.query import Query
from goals.metrics.receipts import Counted
from goals.metrics.result import Result
from goals.records import kinds
from goals.words import N_

blueprint = Blueprint("metrics", __name__)
#: Records on a page, and how many are fetched at once for a file.
PAGE = 50
BATCH = 2000
#: The last page that is looked for; no number of records reaches beyond it.
LAST_PAGE = 10**9

#: What the numerator and the denominator of a ratio are made of, for the formula in words.
PARTS = {
    "win_rate": (N_("Deals won"), N_("Deals counted")),
    "avg_deal_size": (N_("Amounts won"), N_("Deals won")),
    "lead_conversion": (N_("Leads converted"), N_("Leads created")),
    "lead_qualification_pct": (N_("Leads qualified"), N_("Leads created")),
    "opt_in_rate": (N_("Leads created"), N_("Visitors")),
    "email_open_rate": (N_("Mails opened"), N_("Mails delivered")),
    "email_ctr": (N_("Mails clicked"), N_("Mails delivered")),
    "cpl": (N_("Spend on marketing"), N_("Leads created")),
    "cost_per_sale": (N_("Spend on marketing"), N_("Deals won")),
    "cac": (N_("Spend on marketing and sales"), N_("New customers")),
    "ltv_cac": (N_("Customer lifetime value"), N_("Customer acquisition cost")),
    "cac_payback": (N_("Customer acquisition cost"), N_("Margin of a customer a month")),
    "mql_to_sql": (N_("Leads that became SQL"), N_("Leads that became MQL")),
    "stage_length": (N_("Days in the stage"), N_("Deals that left it")),
    "stage_share": (N_("Deals in the stage"), N_("Open deals")),
    "stage_dropoff": (N_("Deals lost from the stage"), N_("Deals that entered it")),
    "pipeline_velocity": (
        N_("Open deals × win rate × average deal"),
        N_("Days of the sales cycle"),
    ),
    "data_quality": (N_("Deals without a fault"), N_("Deals checked")),
    "quota_attainment": (N_("Amounts won"), N_("Quotas")),
    "productivity": (N_("Deals won"), N_("Owners × months")),
    "resolution_time": (N_("Hours to the solution"), N_("Tickets solved")),
    "csat": (N_("Scores together"), N_("Answers")),
    "nps": (N_("100 for each promoter, less 100 for each detractor"), N_("Customers who answered")),
    "calls_per_lead": (N_("Calls to leads"), N_("Leads called")),
    "touchpoints_per_customer": (N_("Touchpoints with customers"), N_("Customers reached")),
    "crm_adoption": (N_("Owners with an activity"), N_("Active owners")),
    "followup_coverage": (N_("Leads followed up"), N_("Open leads")),
    "leads_per_rep": (N_("Open leads of active owners"), N_("Active owners")),
    "churn_rate": (N_("Customers lost"), N_("Customers at the start")),
    "retention_rate": (N_("Customers kept"), N_("Customers at the start")),
    "revenue_churn": (N_("Paid less a month"), N_("Paid a month at the start")),
    "grr": (N_("Still paid a month"), N_("Paid a month at the start")),
    "nrr": (N_("Paid a month at the end"), N_("Paid a month at the start")),
    "renewal_rate": (N_("Renewed"), N_("Due")),
    "upsell_rate": (N_("Customers who bought more"), N_("Customers at the start")),
    "avg_purchase_value": (N_("Revenue"), N_("Purchases")),
    "purchase_frequency": (N_("Purchases"), N_("Customers who bought")),
    "customer_value": (N_("Revenue"), N_("Customers who bought")),
    "customer_lifespan": (N_("Years of all customers"), N_("Customers who bought")),
    "clv": (N_("Revenue over their lives"), N_("Customers who bought")),
    "repeat_rate": (N_("Customers who came back"), N_("New customers")),
    "revenue_growth": (N_("Change of the amounts won"), N_("Won in the period before")),
    "yoy_comparison": (N_("Change of the amounts won"), N_("Won in the same days before")),
}


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
    quarter = _quarter()
    lines = [_line(session, one, known, quarter) for one in catalogue.METRICS.values()]
    made = library.made(session)
    return render_template(
        "metrics/page.html",
        own=[_line(session, one, known, quarter) for one in made if one.archived_at is None],
        archived=[one for one in made if one.archived_at is not None],
        with_data=[one for one in lines if one.is_available],
        counted=[one for one in lines if not one.is_available and not one.metric.takes_readings],
        delivered=[one for one in lines if not one.is_available and one.metric.takes_readings],
        quarter=_range(quarter),
        needs=vocabulary.needs,
    )


def _line(session: Session, metric: Metric, known: set[str], quarter: Period) -> Line:
    has_data = metric.id in known
    return Line(metric, has_data, _read(session, metric, quarter) if has_data else None)


def _quarter() -> Period:
    return frame.here().fiscal.quarter(frame.today())


def _read(session: Session, metric: Metric, window: Period) -> Result:
    last = metric_bars.end_of(metric, window)
    asked = Query(metric.id, window.first, last)
    return readings.read(session, asked, today=frame.today(), now=frame.now(), keep=False)


@blueprint.get("/metric/<metric_id>")
def metric(metric_id: str) -> str:
    """Show a metric's value over a window, how it is worked out, and its segments."""
    session = frame.session()
    found = library.find(session, metric_id)
    window = _window(found)
    by = request.args.get("by") or None
    where = _pairs(request.args.getlist("where"))
    params = {
        one.name: request.args[one.name] for one in found.params if request.args.get(one.name)
    }
    unread = _unread()
    problem = " ".join(
        _("“%(day)s” is no day. Write one such as 31 Dec 2026 or 2026-12-31.", day=text)
        for text in unread.values()
    )
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
    periods = _periods(found)
    return render_template(
        "metrics/metric.html",
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
        parts=PARTS.get(found.id),
        amounts=receipts.amounts(found.id, result.params, result.unit) if result else (),
        bars=metric_bars.segments(result) if result is not None else [],
        quarters=[] if result is None else metric_bars.quarters(session, found, asked, _quarter()),
        needs=vocabulary.needs(found),
        notes=[texts.say(one.message) for one in result.notes] if result is not None else [],
        sound=_sound(session, result.receipt) if result is not None else None,
        lacks_rates=result is not None
        and any(one.code == "excluded_currency" for one in result.notes),
        compared=metric_compared.of(session, asked, periods) if result is not None else None,
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
    score = quality.of_reading(session, receipts.find(session, receipt), frame.today())
    return score if score is not None and score.n else None


def _window(metric: Metric) -> Period:
    first, last = _day("from"), _day("to")
    quarter = _quarter()
    first = first or (quarter.first if last is None else last.replace(day=1))
    last = last or max(first, metric_bars.end_of(metric, quarter))
    return Period.of(min(first, last), max(first, last))


def _day(name: str) -> date | None:
    return calendar.parse_day(request.args.get(name, ""))


def _unread() -> dict[str, str]:
    """Return what was typed as a day and is none, by field."""
    given = {name: request.args.get(name, "").strip() for name in ("from", "to")}
    return {name: text for name, text in given.items() if text and _day(name) is None}


def _pairs(given: list[str]) -> dict[str, str]:
    return {name: value for name, _, value in (one.partition("=") for one in given) if value}


def _range(period: Period) -> str:
    return words.format_value(words.DayRange(period.first, period.last), frame.reader())


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
    part = "denominator" if request.args.get("part") == "denominator" else "numerator"
    number = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    total, shown = receipts.records(session, reading, part, offset=(number - 1) * PAGE, limit=PAGE)
    meant = library.find(session, reading.metric, receipts.query_of(reading).versions)
    found = history.here(session, meant, reading.params)
    return render_template(
        "metrics/receipt.html",
        reading=reading,
        metric=found,
        formula=goal_page.formula(found, reading.params),
        where=vocabulary.narrowed(reading.where),
        worked=receipts.formula(session, reading),
        within=receipts.within(session, reading),
        sources=receipts.sources(session, reading),
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
        sound=_sound(session, reading.receipt),
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
    columns = "external_id name owner account stage day value url".split()
    lines = ([getattr(one, column) for column in columns] for one in _every(session, reading, part))
    return downloads.as_csv(f"{reading.receipt}-{part}.csv", columns, lines)


def _every(session: Session, reading: Reading, part: str) -> Iterator[Counted]:
    offset = 0
    while True:
        _total, batch = receipts.records(session, reading, part, offset=offset, limit=BATCH)
        yield from batch
        if len(batch) < BATCH:
            return
        offset += BATCH
