"""Why the CRM shows another number: the way from its report to ours, and the records on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from app.web import downloads, frame, goal_page, metric_asked, metric_parts, texts, vocabulary
from app.web.forms.reconcile import ReportForm
from app.web.texts import gettext as _
from goals import words
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import history, library, readings, receipts
from goals.metrics.catalogue import Metric
from goals.metrics.evidence import Reading
from goals.metrics.query import Query
from goals.metrics.reconcile import bridge, comparing, saying
from goals.metrics.reconcile.bridge import Asked, Bridge, Sided, Total
from goals.metrics.reconcile.comparing import Compared
from goals.metrics.reconcile.parts import Part
from goals.metrics.reconcile.report import Report
from goals.metrics.subjects import SUBJECTS
from goals.records.connections import Connection
from integrations.crm import provider, reports

blueprint = Blueprint("reconcile", __name__)
#: Records on a page, and how many are fetched at once for a file.
PAGE = 50
BATCH = 2000
LAST_PAGE = 10**9


@dataclass(frozen=True)
class Question:
    """What the page was asked: a number, and the report that it is compared with.

    `problem` says why there is no number; `part` is None where no report shows this one, and
    `connection` where no source has brought such records; `sources` are all that have.
    """

    metric: Metric
    window: Period
    reading: Reading | None
    problem: str
    asked: Asked | None = None
    sources: Sequence[Connection] = ()
    part: Part | None = None
    connection: Connection | None = None
    form: ReportForm | None = None
    report: Report = Report()


def _question(metric_id: str) -> Question:
    """Read the question of the address; what is wrong with it stands in its form."""
    session = frame.session()
    metric = library.find(session, metric_id)
    unread = metric_asked.unread()
    window = metric_asked.window(metric)
    problem = metric_asked.complaint(unread)
    params, where = metric_asked.params(metric), metric_asked.where()
    query = Query(metric.id, window.first, window.last, params, where)
    try:
        if problem:
            return Question(metric, window, None, problem)
        result = readings.read(session, query, today=frame.today(), now=frame.now())
    except Refusal as error:
        said = f"{texts.say(error.message)} {texts.say(error.fix)}".strip()
        return Question(metric, window, None, said)
    reading = receipts.find(session, result.receipt or "")
    metric = history.here(session, metric, reading.params)
    found = Asked(session, reading, 0, frame.today())
    named = request.args.get("part")
    part = next((one for one in found.parts if not named or one.name == named), None)
    there = [] if part is None else bridge.connections(session, part)
    if part is None or not there:
        return Question(metric, window, reading, "", found, (), part)
    wanted = request.args.get("connection")
    chosen = next((one for one in there if str(one.id) == wanted), there[0])
    usual = reports.of(chosen.provider).usual
    form = ReportForm(request.args)
    form.offer(part, usual)
    return Question(
        metric,
        window,
        reading,
        "",
        Asked(session, reading, chosen.id, frame.today()),
        there,
        part,
        chosen,
        form,
        form.report(usual),
    )


@blueprint.get("/metric/<metric_id>/reconcile")
def page(metric_id: str) -> str:
    """Lead from what the CRM's report should show to our number."""
    one = _question(metric_id)
    found = _bridge(one)
    shows = one.form.number() if one.form is not None else None
    compared = None if found is None or shows is None else comparing.compare(found, shows)
    return render_template(
        "metrics/reconcile.html",
        one=one,
        bridge=found,
        compared=compared,
        others=_others(one, compared),
        steps=_steps(one, found),
        aside=_aside(found),
        hints=_hints(one),
        facts=_facts(one),
        source=_source(one.connection),
        span=texts.written(words.DayRange(one.window.first, one.window.last)),
        where=vocabulary.narrowed(metric_asked.where()),
        formula=goal_page.formula(one.metric, one.reading.params if one.reading else {}),
        needs=vocabulary.needs(one.metric),
        parts=_parts(one),
        sources=_sources(one),
        kept=_kept(one),
        is_otherwise=_is_otherwise(one),
        figure=_figure,
        unit="money" if one.part is not None and one.part.is_money else "count",
        address=_address,
    )


def _bridge(one: Question) -> Bridge | None:
    """Return the way from the report to our number, None where there is none to go."""
    if one.asked is None or one.part is None or one.form is None:
        return None
    try:
        return one.asked.bridge(one.part, one.report)
    except Refusal as error:
        one.form.refuse(error)
        return None


def _source(connection: Connection | None) -> str:
    """Return what a source is called: its make where it has one, else by its name."""
    if connection is None:
        return _("the CRM")
    known = connection.provider in reports.REPORTS
    return _(provider(connection.provider).title) if known else connection.name


def _figure(total: Total, currency: str) -> str:
    unit = "count" if total.amount is None else "money"
    return texts.amount(total.figure, unit, currency)


@dataclass(frozen=True)
class Line:
    """A step as a row of the table."""

    key: str
    title: str
    text: str
    moved: str
    total: Total
    records: int


def _steps(one: Question, found: Bridge | None) -> list[Line]:
    """Return the steps that change something, in their order."""
    if found is None or one.asked is None:
        return []
    source = _source(one.connection)
    return [
        Line(
            step.key,
            texts.say(saying.title(step.key)),
            texts.say(saying.step(one.asked, found, step.key, source)),
            texts.listed(_moved(step.left, step.came, step.changed)),
            step.total,
            step.records,
        )
        for step in found.steps
        if step.records
    ]


def _moved(left: int, came: int, changed: int) -> list[str]:
    """Return how many records a step takes out, brings in and values otherwise."""
    said = (
        (left, texts.ngettext("%(num)d record less", "%(num)d records less", left)),
        (came, texts.ngettext("%(num)d record more", "%(num)d records more", came)),
        (changed, texts.ngettext("%(num)d amount differs", "%(num)d amounts differ", changed)),
    )
    return [text for n, text in said if n]


def _aside(found: Bridge | None) -> list[tuple[str, str]]:
    counts = {} if found is None else found.aside
    return [(key, texts.say(saying.aside(key, n))) for key, n in counts.items() if n]


def _others(one: Question, compared: Compared | None) -> list[tuple[str, str]]:
    """Return other reports that show what was read: what they do otherwise, and the way there."""
    if compared is None or compared.is_explained or one.asked is None or one.part is None:
        return []
    assert one.form is not None
    found = comparing.explaining(one.asked, one.part, one.report, compared.shows)
    return [
        (_choice(one.form, name, value), _address("reconcile.page", **{name: _given(value)}))
        for report in found
        for name, value in report.changed(one.report).items()
    ]


def _choice(form: ReportForm, name: str, value: Any) -> str:
    """Return a choice of the form in words: its label and what would be chosen."""
    field: Any = form[name]
    label = str(field.label.text)
    if isinstance(value, bool):
        said = _("Yes") if value else _("No")
    elif name == "zone":
        said = value or frame.here().zone
    else:
        said = next(str(label) for choice, label, *_rest in field.iter_choices() if choice == value)
    return _("%(question)s: %(answer)s", question=label, answer=said)


def _given(value: Any) -> str | None:
    return "y" if value is True else value or None


def _is_otherwise(one: Question) -> bool:
    """Tell whether the report is not the usual one, so that its choices are to be seen."""
    if one.connection is None or one.form is None:
        return False
    usual = reports.of(one.connection.provider).usual
    return bool(one.report.changed(usual) or one.form.problems)


def _parts(one: Question) -> list[tuple[str, str, str, bool]]:
    """Return the parts that can be compared: name, words, address, whether it is shown."""
    found = one.asked.parts if one.asked is not None else ()
    named = metric_parts.PARTS.get(one.metric.id, ("", ""))
    called = dict(zip(("numerator", "denominator"), named, strict=True))
    return [
        (
            part.name,
            _(called[part.name]),
            _address("reconcile.page", part=part.name, shows=None),
            one.part is not None and part.name == one.part.name,
        )
        for part in found
        if len(found) > 1
    ]


def _sources(one: Question) -> list[tuple[str, str, bool]]:
    """Return the sources whose reports can be compared: name, address, whether it is shown.

    What was said of one source's report says nothing of another's.
    """
    unsaid = dict.fromkeys(("shows", "counts", "dated", "zone", "currency", "archived", "narrowed"))
    return [
        (
            source.name,
            _address("reconcile.page", connection=source.id, **unsaid),
            source == one.connection,
        )
        for source in one.sources
        if len(one.sources) > 1
    ]


def _hints(one: Question) -> list[tuple[str, str]]:
    """Return how to make the report that counts as we do: a sentence, and the source's own name."""
    if one.part is None or one.connection is None or one.reading is None:
        return []
    known, part = reports.of(one.connection.provider), one.part
    span = words.DayRange(one.reading.first_day, one.reading.last_day)
    said = [(_("Make a report on %(records)s.", records=texts.say(saying.counted(part))), "")]
    if part.filter in known.filters:
        said.append((_("Filter it by the outcome:"), known.filters[part.filter]))
    if part.stands is None:
        days = texts.written(span)
        named = texts.gettext(saying.DAYS[part.plain.column])
        said.append((
            _("Date: %(day)s, %(span)s.", day=named, span=days),
            known.days.get((part.record, part.plain.column), ""),
        ))  # fmt: skip
    else:
        said.append((_("It shows what is open now; no report looks back to an earlier day."), ""))
    narrowed = vocabulary.narrowed(one.reading.where)
    if narrowed:
        said.append((_("Narrow it to %(where)s.", where=narrowed), ""))
    return said


def _facts(one: Question) -> list[str]:
    """Return what is known of the days and amounts of either side."""
    if one.connection is None:
        return []
    ours = _("Days here are those of %(zone)s.", zone=frame.here().zone)
    return [ours, *(_(text) for text in reports.of(one.connection.provider).known)]


def _kept(one: Question) -> list[tuple[str, str]]:
    """Return what the form carries on unseen: the question itself."""
    names = {"from", "to", "part", "connection", *(param.name for param in one.metric.params)}
    given = [(name, value) for name in sorted(names) if (value := request.args.get(name))]
    return [*given, *(("where", text) for text in request.args.getlist("where"))]


def _address(endpoint: str, **changes: Any) -> str:
    """Return an address with the same question, some of it changed (None: left out)."""
    asked: dict[str, Any] = {**request.args.to_dict(flat=False), **changes}
    return url_for(endpoint, **{**(request.view_args or {}), **asked})


# --- The records of a step -------------------------------------------------------------------


@blueprint.get("/metric/<metric_id>/reconcile/records")
def records(metric_id: str) -> str:
    """Show the records of a step, with what they count for on either side of it."""
    one, asked, part, key = _step(metric_id)
    number = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    total, shown = asked.records(part, one.report, key, offset=(number - 1) * PAGE, limit=PAGE)
    found = asked.bridge(part, one.report)
    is_step = found.step(key) is not None
    source = _source(one.connection)
    return render_template(
        "metrics/reconcile_records.html",
        one=one,
        key=key,
        title=texts.say(saying.title(key)) if is_step else texts.say(saying.aside(key, total)),
        text=texts.say(saying.step(asked, found, key, source)) if is_step else "",
        is_step=is_step,
        is_money=part.is_money,
        records=shown,
        total=total,
        page=number,
        pages=max(1, -(-total // PAGE)),
        first=(number - 1) * PAGE + 1,
        noun=_(SUBJECTS[part.record].one),
        address=_address,
    )


@blueprint.get("/metric/<metric_id>/reconcile.csv")
def records_csv(metric_id: str) -> Response:
    """Return all records of a step, not only those on the page."""
    one, asked, part, key = _step(metric_id)
    columns = "external_id name owner account stage day before after url run".split()
    lines = (_cells(each) for each in _every(asked, part, one.report, key))
    return downloads.as_csv(f"{one.metric.id}-{key}.csv", columns, lines)


def _cells(one: Sided) -> list[object]:
    record = one.record
    known = (record.external_id, record.name, record.owner, record.account, record.stage)
    run = record.run and str(record.run.id)
    return [*known, record.day, one.before, one.after, record.url, run]


def _step(metric_id: str) -> tuple[Question, Asked, Part, str]:
    """Return the step asked for; raises Refusal where there is none."""
    one = _question(metric_id)
    if one.asked is None or one.part is None or one.form is None:
        raise bridge.no_step()
    return one, one.asked, one.part, request.args.get("step", "")


def _every(asked: Asked, part: Part, report: Report, key: str) -> Iterator[Sided]:
    offset = 0
    while True:
        _total, batch = asked.records(part, report, key, offset=offset, limit=BATCH)
        yield from batch
        if len(batch) < BATCH:
            return
        offset += BATCH
