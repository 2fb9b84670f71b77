"""Readings by hand: entering, correcting and taking back numbers that no system delivers."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from app import queue
from app.accounts import people
from app.web import frame, texts
from app.web.forms import readings as forms
from app.web.forms.readings import Form
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals.metrics import catalogue, entries, library
from goals.metrics.catalogue import Metric
from goals.records import undo
from goals.records.connections import SyncRun
from goals.table import workspace_of
from goals.tracking import kpis
from integrations.files import by_hand

blueprint = Blueprint("readings", __name__)


@blueprint.get("/data/readings")
def page() -> Response | str:
    """Choose a metric to enter a reading of; list those that have some."""
    chosen = request.args.get("metric", "")
    if chosen in catalogue.METRICS:
        return redirect(url_for("readings.metric", metric_id=chosen), 303)
    offered = [one for one in catalogue.METRICS.values() if one.takes_readings]
    known = [(catalogue.METRICS[one.metric], one) for one in entries.fed(frame.session())
             if one.metric in catalogue.METRICS]  # fmt: skip
    return render_template(
        "readings/page.html",
        offered=sorted(offered, key=lambda one: texts.say(one.name).casefold()),
        fed=[one for one in known if not one[1].archived],
        archived=[one for one in known if one[1].archived],
    )


@blueprint.get("/data/readings/<metric_id>")
def metric(metric_id: str) -> Response | tuple[str, int]:
    """Show the readings of a metric beside the form for more of them."""
    found = library.find(frame.session(), metric_id)
    if not found.takes_readings:
        return redirect(url_for("metrics.metric", metric_id=found.id), 303)
    listed = entries.of_metric(frame.session(), found.id)
    wanted = request.args.get("correct", "")
    one = next((one for one in listed if str(one.id) == wanted and not one.is_removed), None)
    if one is not None:
        return _show(found, forms.correcting(one, found), listed, status=200)
    return _show(found, forms.blank(texts.day(frame.today())), listed, status=200)


@blueprint.post("/data/readings/<metric_id>")
def enter(metric_id: str) -> Response | tuple[str, int]:
    """Keep what was typed, all of it or nothing."""
    session = frame.session()
    found = library.find(session, metric_id)
    if not found.takes_readings:
        return redirect(url_for("metrics.metric", metric_id=found.id), 303)
    listed = entries.of_metric(session, found.id)
    form = forms.typed(request.form)
    forms.check(form, found, _standing(listed), frame.today())
    if form.problems:
        return _show(found, form, listed, status=409 if form.is_outdated else 422)
    result = by_hand.enter(session, found.id, form.entries, by=frame.me().id, now=frame.now())
    counts = result.counts()
    kept = counts["created"] + counts["updated"]
    if kept:
        # Who enters a reading looks at the number again.
        entries.restore(session, found.id)
        queue.schedule(session, "review", "", frame.now())
        address = url_for("readings.take_back", metric_id=found.id, run_id=result.import_id)
        said = ngettext("One reading is kept.", "%(num)d readings are kept.", kept)
        flash(said, f"undo:{address}")
    else:
        flash(_("Nothing has changed: these readings were there already."))
    return redirect(url_for("readings.metric", metric_id=found.id), 303)


@blueprint.post("/data/readings/<metric_id>/undo/<int:run_id>")
def take_back(metric_id: str, run_id: int) -> Response:
    """Take back what was entered together; what it replaced counts again."""
    session = frame.session()
    found = catalogue.find(metric_id)
    if _run(session, found.id, run_id) is None:
        abort(404)
    undone = undo.undo(session, run_id, frame.now())
    queue.schedule(session, "review", "", frame.now())
    if undone.kept and not (undone.removed or undone.restored):
        flash(_("Nothing was taken back: these readings were corrected since."))
    else:
        flash(_("Taken back. What was there before counts again."))
    return redirect(url_for("readings.metric", metric_id=found.id), 303)


@blueprint.post("/data/readings/<metric_id>/archive")
def put_away(metric_id: str) -> Response:
    """Take a number kept by hand out of the lists; its readings stay."""
    found = catalogue.find(metric_id)
    kpis.archive(frame.session(), found.id, frame.today())
    flash(
        _("“%(name)s” is archived.", name=texts.say(found.name)),
        f"undo:{url_for('readings.bring_back', metric_id=found.id)}",
    )
    return redirect(url_for("kpis.page"), 303)


@blueprint.post("/data/readings/<metric_id>/restore")
def bring_back(metric_id: str) -> Response:
    """Bring a number kept by hand back to the lists."""
    found = catalogue.find(metric_id)
    entries.restore(frame.session(), found.id)
    flash(_("“%(name)s” is back.", name=texts.say(found.name)))
    return redirect(url_for("readings.metric", metric_id=found.id), 303)


def _run(session: Session, metric: str, run_id: int) -> SyncRun | None:
    statement = select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session),
        col(SyncRun.id) == run_id,
        col(SyncRun.kind) == "manual",
        col(SyncRun.label) == metric,
    )
    return session.exec(statement).first()


def _standing(listed: list[entries.Entry]) -> dict[date, entries.Entry]:
    return {one.day: one for one in listed if not one.is_removed and not one.segment}


def _show(
    found: Metric, form: Form, listed: list[entries.Entry], *, status: int
) -> tuple[str, int]:
    names = {member.id: person.name for member, person in people.everybody(frame.session())}
    page = render_template(
        "readings/metric.html",
        metric=found,
        form=form,
        entries=listed,
        names=names,
        archived=any(
            one.archived for one in entries.fed(frame.session()) if one.metric == found.id
        ),
        unit=_unit(found),
        is_correcting=len(form.lines) == 1,
        longest=forms.EVIDENCE,
    )
    return page, status


def _unit(found: Metric) -> str:
    """Return the unit that a value is typed in, "" where it has none."""
    known = {"rate": "%", "money": frame.here().currency, "days": _("days"), "hours": _("hours"),
             "months": _("months"), "years": _("years")}  # fmt: skip
    return known.get(found.unit, "")
