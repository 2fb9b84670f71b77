"""Metrics of one's own: writing them with live numbers, changing them, putting them away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from sqlmodel import Session
from werkzeug.wrappers import Response

from app.web import access, frame, metric_bars, texts, vocabulary
from app.web.forms import custom_metrics as forms
from app.web.forms.custom_metrics import CustomMetricForm
from app.web.texts import gettext as _
from goals import words
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import authoring, library, readings, segments
from goals.metrics.catalogue import Metric
from goals.metrics.composed import subjects
from goals.metrics.custom import units, wording
from goals.metrics.custom.faults import Fault
from goals.metrics.custom.metric import Custom
from goals.metrics.custom.syntax import FUNCTIONS
from goals.metrics.query import Query
from goals.metrics.result import Result
from goals.tracking import metric_use

blueprint = Blueprint("custom_metrics", __name__)


@dataclass(frozen=True)
class Line:
    """A part of a metric with its value: what it is called, its id and where it is looked up."""

    name: str
    id: str
    address: str
    value: str
    receipt: str | None


@dataclass(frozen=True)
class Window:
    """What a metric comes to over some days: the formula with the numbers in it, and its parts."""

    span: str
    value: str
    worked: str
    parts: list[Line]
    notes: list[str]


@dataclass(frozen=True)
class Preview:
    """What a draft comes to; `marked` is the formula with what is wrong in it, if anything is."""

    problem: str = ""
    marked: Markup | None = None
    formula: str = ""
    unit: str = ""
    adds: str = ""
    dimensions: str = ""
    windows: tuple[Window, ...] = ()


@blueprint.route("/metric/custom/new", methods=("GET", "POST"))
@access.needs("editor")
def new() -> Response | tuple[str, int] | str:
    """Show the form, or what it comes to, or add the metric."""
    session = frame.session()
    if request.method in frame.SAFE:
        form = CustomMetricForm(data={"expression": request.args.get("expression", "")})
        return _show(session, form, None)
    form = CustomMetricForm()
    if request.form.get("do") == "check":
        return _show(session, form, None)
    fault = None
    if form.validate():
        try:
            made = authoring.add(session, form.draft(), by=frame.me().id, now=frame.now())
        except Refusal as error:
            form.refuse(error)
            fault = error
        else:
            flash(_("“%(name)s” is kept.", name=made.title))
            return redirect(url_for("metrics.metric", metric_id=made.id), 303)
    return _show(session, form, None, fault), 422


@blueprint.route("/metric/<metric_id>/edit", methods=("GET", "POST"))
@access.needs("editor")
def edit(metric_id: str) -> Response | tuple[str, int] | str:
    """Show the form of a metric, or what it comes to, or change the metric."""
    session = frame.session()
    metric = authoring.own(session, metric_id)
    if request.method in frame.SAFE:
        return _show(session, forms.filled(metric), metric)
    form = CustomMetricForm()
    form.id.data = metric.id
    if request.form.get("do") == "check":
        return _show(session, form, metric)
    fault, status = None, 422
    if form.validate():
        try:
            after = authoring.change(
                session,
                form.draft(metric.id),
                by=frame.me().id,
                now=frame.now(),
                seen=form.seen_version,
            )
        except Refusal as error:
            form.refuse(error)
            fault = error
            if error.code == "changed_meanwhile":
                form.seen.data, status = str(metric.version), 409
        else:
            if after.version != metric.version:
                flash(_("Version %(number)s counts from now on.", number=after.version))
            else:
                flash(_("“%(name)s” is kept.", name=after.title))
            return redirect(url_for("metrics.metric", metric_id=metric.id), 303)
    return _show(session, form, metric, fault), status


@blueprint.post("/metric/custom/preview")
@access.needs("editor")
def preview() -> str:
    """Return what the form comes to, without keeping anything."""
    session = frame.session()
    form = CustomMetricForm()
    known = library.get(session, request.args.get("metric", ""))
    seen = _preview(session, form, known if isinstance(known, Custom) else None)
    return render_template("metrics/_custom_aside.html", preview=seen)


@blueprint.post("/metric/<metric_id>/archive")
@access.needs("editor")
def put_away(metric_id: str) -> Response:
    """Take a metric out of the lists; nothing of it is lost."""
    session = frame.session()
    metric = authoring.own(session, metric_id)
    metric_use.archive(session, metric.id, frame.eyes(), frame.now())
    flash(
        _("“%(name)s” is archived.", name=metric.title),
        f"undo:{url_for('custom_metrics.bring_back', metric_id=metric.id)}",
    )
    return redirect(url_for("metrics.page"), 303)


@blueprint.post("/metric/<metric_id>/restore")
@access.needs("editor")
def bring_back(metric_id: str) -> Response:
    """Bring an archived metric back to the lists."""
    session = frame.session()
    metric = authoring.own(session, metric_id)
    authoring.restore(session, metric.id)
    flash(_("“%(name)s” is back.", name=metric.title))
    return redirect(url_for("metrics.metric", metric_id=metric.id), 303)


def _show(
    session: Session,
    form: CustomMetricForm,
    metric: Custom | None,
    fault: Refusal | None = None,
) -> str:
    text = str(form.expression.data or "").strip()
    return render_template(
        "metrics/custom.html",
        form=form,
        metric=metric,
        marked=None if fault is None else _marked(text, fault),
        preview=_preview(session, form, metric),
        offered=_offered(session, metric),
        functions=FUNCTIONS,
    )


def _offered(session: Session, metric: Custom | None) -> list[tuple[str, list[Metric]]]:
    """Return the metrics that a formula can name, those with data first."""
    known = readings.available(session)
    every = library.every(session).values()
    named = [one for one in every if metric is None or one.id != metric.id]
    named.sort(key=lambda one: texts.say(one.name).casefold())
    groups = (
        (_("With data"), [one for one in named if one.id in known]),
        (_("Without data yet"), [one for one in named if one.id not in known]),
    )
    return [(title, found) for title, found in groups if found]


def _preview(session: Session, form: CustomMetricForm, known: Custom | None) -> Preview:
    # What is not kept yet has no id, whatever was typed as one.
    draft = replace(form.draft(), id="" if known is None else known.id)
    if not draft.expression:
        return Preview()
    try:
        metric = authoring.checked(session, draft)
    except Refusal as error:
        said = f"{texts.say(error.message)} {texts.say(error.fix)}".strip()
        return Preview(problem=said, marked=_marked(draft.expression, error))
    fiscal = frame.here().fiscal
    quarter = fiscal.quarter(frame.today())
    try:
        windows = tuple(_over(session, metric, one) for one in (quarter, fiscal.previous(quarter)))
    except Refusal as error:
        return Preview(problem=texts.say(error.message))
    return Preview(
        formula=texts.say(metric.formula),
        unit=texts.say(units.called(metric.unit)),
        adds=adds(metric),
        dimensions=texts.listed(str(one) for one in dimensions(metric, {}).values()),
        windows=windows,
    )


def _over(session: Session, metric: Custom, period: Period) -> Window:
    last = metric_bars.end_of(metric, period)
    query = Query(metric.id, period.first, last)
    result = readings.look(session, metric, query, today=frame.today(), now=frame.now())
    return window(metric, result)


def window(metric: Custom, result: Result) -> Window:
    """Return what a reading of a metric comes to, with its parts."""
    shown = {
        key: texts.compact(one.value, one.unit, one.currency) for key, one in result.parts.items()
    }
    days = words.DayRange(result.query.first_day, result.query.last_day)
    return Window(
        span=texts.written(days),
        value=texts.compact(result.value, result.unit, result.currency),
        worked=texts.say(wording.worded(metric.expression.tree, shown)),
        parts=[_line(metric, key, one) for key, one in result.parts.items()],
        notes=[texts.say(one.message) for one in result.notes],
    )


def _line(metric: Custom, key: str, result: Result) -> Line:
    part, query = metric.expression.parts[key], result.query
    asked: dict[str, Any] = {
        "from": query.first_day.isoformat(),
        "to": query.last_day.isoformat(),
        "where": [f"{name}={member}" for name, member in query.where.items()],
        **(part.params if "(" in key else {}),
    }
    address = url_for("metrics.metric", metric_id=part.metric.id, **asked)
    value = texts.compact(result.value, result.unit, result.currency)
    return Line(texts.say(part.name), part.metric.id, address, value, result.receipt)


def adds(metric: Metric) -> str:
    """Return in words whether a metric adds up over days."""
    return {
        "flow": _("It adds up over days: the window's value is the sum of its days."),
        "stock": _("It stands at the end of the window's last day."),
    }.get(metric.kind, _("It is worked out from what its parts come to in the whole window."))


def dimensions(metric: Metric, params: Mapping[str, str]) -> dict[str, object]:
    """Return the dimensions that everything behind a metric has, with their words."""
    of = subjects(metric, params)
    if not of or not readings.is_counted(frame.session(), metric, params):
        return {}
    fit = segments.fitting(of)
    return {name: word for name, word in vocabulary.DIMENSIONS.items() if name in fit}


def _marked(text: str, error: Refusal) -> Markup | None:
    """Return a formula with what is wrong in it marked, None where that has no place."""
    if not isinstance(error, Fault):
        return None
    wrong = text[error.at : error.end]
    mark = Markup("<mark>{}</mark>").format(wrong or "\u2009\u25b2\u2009")
    return escape(text[: error.at]) + mark + escape(text[error.end :])
