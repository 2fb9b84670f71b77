"""The plan of a goal as a table and as points on its chart, and going back to an earlier one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app import queue
from app.web import access, frame, goal_history, plan_desk, plan_drawn, texts
from app.web.forms import meanwhile
from app.web.forms.plans import PlanForm
from app.web.plan_desk import Desk
from app.web.texts import gettext as _
from goals import words
from goals.calendar import Period
from goals.charts import goal as drawing
from goals.errors import Refusal
from goals.table import hold
from goals.tracking import (
    aims,
    carrying,
    curves,
    evaluate,
    pace,
    picture,
    plan_rows,
    plan_table,
    planning,
    standing,
)
from goals.tracking import goals as use_cases
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.plan import Plan
from goals.tracking.standing import Standing

#: Points of the chart's lines.
POINTS = 140


@access.needs("editor")
def page(goal_id: int) -> Response | tuple[str, int] | str:
    """Show the plan of a goal, or change it."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    if request.method not in frame.SAFE:
        # Two who save at the same moment do so one after the other; the second is told.
        hold(session, goal)
    one = standing.one(session, goal, frame.eyes())
    desk = _desk(session, one)
    if isinstance(desk, str):
        return render_template("goals/plan.html", one=one, desk=None, hindrance=desk, earlier=[])
    values = plan_rows.reached(
        desk.plan,
        desk.rows,
        desk.start,
        desk.target,
        is_given=desk.kind == one.terms.plan and bool(one.terms.plan_points),
    )
    if request.method in frame.SAFE:
        form = PlanForm(formdata=None, data={"version": str(goal.version)})
        return _show(session, one, desk, form, values)
    form = PlanForm()
    fields = [plan_desk.field(row) for row in desk.rows]
    typed = {name: request.form.get(name, "").strip() for name in fields}
    values, errors = plan_desk.read(desk, typed)
    do = request.form.get("do", "save")
    if do == "spread" and desk.is_sum and not errors:
        return _show(session, one, desk, form, plan_desk.spread(desk, values, frame.today()))
    if do != "save":
        return _show(session, one, desk, form, values, typed, errors)
    is_valid = form.validate()
    if not errors and (text := plan_desk.missed(desk, values)):
        form.total.errors = [*form.total.errors, text]
    if (
        is_valid
        and not errors
        and not form.total.errors
        and meanwhile.is_newest(form, goal.version)
    ):
        points = plan_rows.shares(desk.rows, values, desk.start, desk.target)
        draft = replace(carrying.kept(session, goal), plan=desk.kind, plan_points=points)
        try:
            before = goal.version
            use_cases.change(
                session,
                goal,
                draft,
                reason=form.reason.data,
                by=frame.me().id,
                today=frame.today(),
                now=frame.now(),
            )
        except Refusal as error:
            form.refuse(error)
            session.refresh(goal)
        else:
            return _done(goal, before)
    return _show(session, one, desk, form, values, typed, errors), 422


@access.needs("editor")
def restore(goal_id: int, number: int) -> Response:
    """Use the plan of an earlier version again, as one more version."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    found = [one for one in use_cases.versions(session, goal) if one.version == number]
    if not found:
        raise NotFound
    before = goal.version
    points = tuple((date.fromisoformat(day), share) for day, share in found[0].plan_points or ())
    draft = replace(carrying.kept(session, goal), plan=found[0].plan, plan_points=points or None)
    reason = _("Back to the plan of %(day)s", day=texts.instant(found[0].changed_at))
    try:
        use_cases.change(
            session,
            goal,
            draft,
            reason=reason,
            by=frame.me().id,
            today=frame.today(),
            now=frame.now(),
        )
    except Refusal as error:
        flash(" ".join(texts.say(part) for part in (error.message, error.fix) if part))
        return redirect(url_for("goals.plan", goal_id=goal.id), 303)
    return _done(goal, before)


def _done(goal: Goal, before: int) -> Response:
    if goal.version == before:
        flash(_("The plan is as it was."))
    else:
        queue.schedule(frame.session(), "review", "", frame.now())
        undo = url_for("goals.restore_plan", goal_id=goal.id, number=before)
        flash(_("The plan is changed."), f"undo:{undo}")
    return redirect(url_for("goals.goal", goal_id=goal.id), 303)


def _desk(session: Session, one: Standing) -> Desk | str:
    """Return a goal's plan with its rows, or why there is none to change."""
    goal, terms = one.goal, one.terms
    if goal.kind not in plan_drawn.PLANNED:
        return _("What is kept, or done or not, has no curve to follow.")
    if aims.is_foreign(terms, frame.here().currency):
        return _("Its terms are meant in another currency than the workspace's. Set them anew.")
    start = Decimal() if goal.kind == "cumulative" else terms.baseline_value
    target = terms.target_value
    if start is None or target is None:
        return _("The way cannot be planned before baseline and target are known.")
    if start == target or pace.is_held(goal.kind, goal.direction, terms.baseline_value, target):
        return _("The goal begins where its target is: there is no way to plan.")
    plan = evaluate.plan_of(session, goal, terms)
    kind = _kind(session, plan)
    return Desk(
        kind,
        _rows(session, plan, terms, kind),
        plan,
        start,
        target,
        one.unit,
        one.meant_in(terms),
        goal.kind == "cumulative",
    )


def _kind(session: Session, plan: Plan) -> str:
    asked = request.values.get("as")
    if asked in plan_table.GIVEN:
        return str(asked)
    if plan.kind in plan_table.GIVEN:
        return plan.kind
    return "monthly" if len(planning.months(session, plan.window)) > 1 else "points"


def _rows(session: Session, plan: Plan, terms: GoalVersion, kind: str) -> list[Period]:
    """Return the rows: those there are, else months or the steps that the goal is looked at in."""
    given = [date.fromisoformat(day) for day, _share in terms.plan_points or ()]
    if terms.plan == kind and 0 < len(given) <= plan_rows.MOST:
        return plan_rows.periods(plan.window, given)
    if kind == "monthly":
        return planning.months(session, plan.window)
    return list(frame.here().fiscal.buckets(plan.window))


def _show(
    session: Session,
    one: Standing,
    desk: Desk,
    form: PlanForm,
    values: Sequence[Decimal],
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    svg, sentence, way = _drawn(session, one, desk, values)
    return render_template(
        "goals/plan.html",
        one=one,
        desk=desk,
        hindrance=None,
        form=form,
        rows=plan_desk.shown(desk, values, typed, errors or {}),
        said=plan_drawn.explained(desk.plan),
        svg=svg,
        sentence=sentence,
        way=way,
        total=desk.amount(values[-1]),
        target=desk.amount(desk.target),
        kinds=[(word, label) for word, label in plan_drawn.CHOICES if word in plan_table.GIVEN],
        earlier=_earlier(session, one),
    )


def _drawn(
    session: Session, one: Standing, desk: Desk, values: Sequence[Decimal]
) -> tuple[Markup, str, str]:
    """Return the chart with points to move, what it says, and the way through the rows.

    The way tells for each point of the plan's line how many rows lie before it, and how much of
    its own row: a script redraws the line by it.
    """
    goal, terms, window = one.goal, one.terms, desk.plan.window
    way = plan_desk.Way.of(session, desk, values)
    day = min(one.evaluation.day if one.evaluation else frame.today(), frame.today())
    line = curves.full(session, goal, terms, way.plan, day, POINTS)
    days = [each for each, _value in line.plan]
    chart = drawing.GoalChart(
        title=_("Plan"),
        window=window,
        today=day,
        unit=one.unit,
        actual=line.actual,
        plan=[(each, way.value(each)) for each in days],
        target=desk.target,
        currency=desk.currency,
        flow=desk.is_sum,
        start=desk.start,
        beside=picture.beside(terms),
        # As where the goal is judged: what was to be there when its last whole day was over.
        expected=(day, way.value(day - timedelta(days=1))) if day in window else None,
        grips=way.grips(),
    )
    reader = frame.reader()
    svg = Markup(drawing.goal_charts(chart, reader))
    return svg, drawing.sentence(chart, reader), way.told(days)


def _earlier(session: Session, one: Standing) -> list[goal_history.Entry]:
    """Return the versions that brought another plan than the one that holds, the latest first."""
    versions = use_cases.versions(session, one.goal)
    entries = {each.number: each for each in goal_history.ledger(session, one, versions)}
    seen = [(one.terms.plan, one.terms.plan_points)]
    found = []
    for each in reversed(versions):
        if (plan := (each.plan, each.plan_points)) not in seen:
            seen.append(plan)
            called = texts.say(words.Message(picture.NAMES[each.plan]))
            found.append(replace(entries[each.version], moved=[called]))
    return found
