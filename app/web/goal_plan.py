"""The plan of a goal as a table and as points on its chart, and going back to an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.web import access, frame, goal_draft, goal_history, plan_drawn, texts
from app.web.forms import meanwhile
from app.web.forms.plans import PlanForm
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
from strategy.worksheets import figures

#: Points of the chart's lines.
POINTS = 140
#: A sum may be so far from the target: as little as nobody types.
SLACK = Decimal("0.005")


@dataclass(frozen=True)
class Row:
    """A row of the table: its days, what is typed for it, and what it comes to by its end."""

    id: str
    days: str
    text: str
    by_end: str
    error: str = ""
    is_fixed: bool = False


@dataclass(frozen=True)
class Desk:
    """A goal whose plan can be changed, with the rows of the table."""

    one: Standing
    kind: str
    rows: Sequence[Period]
    plan: Plan
    start: Decimal
    target: Decimal

    @property
    def is_sum(self) -> bool:
        """Tell whether the number adds up, so that rows hold what comes in them."""
        return self.one.goal.kind == "cumulative"

    @property
    def in_percent(self) -> bool:
        """Tell whether values are typed in percent."""
        return self.one.unit == "rate"

    def amount(self, value: Decimal) -> str:
        """Return a value as it is read."""
        return texts.amount(value, self.one.unit, self.one.meant_in(self.one.terms))

    def typed(self, value: Decimal) -> str:
        """Return a value as it is typed."""
        return goal_draft.typed(str(value), self.in_percent)


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
        return _show(session, desk, form, values)
    form = PlanForm()
    typed = {one.last.isoformat(): request.form.get(_id(one), "").strip() for one in desk.rows}
    values, errors = _read(desk, typed)
    do = request.form.get("do", "save")
    if do == "spread" and desk.is_sum and not errors:
        amounts = plan_rows.rises(values, desk.start)
        amounts = plan_rows.spread(amounts, desk.rows, desk.target, frame.today())
        values = [sum(amounts[: place + 1], desk.start) for place in range(len(amounts))]
        return _show(session, desk, form, values)
    if do != "save":
        return _show(session, desk, form, values, typed, errors)
    is_valid = form.validate()
    _check(desk, form, values, errors)
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
    return _show(session, desk, form, values, typed, errors), 422


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
    return Desk(one, kind, _rows(session, plan, terms, kind), plan, start, target)


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


def _id(row: Period) -> str:
    return f"row-{row.last.isoformat()}"


def _read(desk: Desk, typed: dict[str, str]) -> tuple[list[Decimal], dict[str, str]]:
    """Return the value by the end of each row, and what cannot be read, by row."""
    values: list[Decimal] = []
    errors: dict[str, str] = {}
    running = desk.start
    low, high = sorted((desk.start, desk.target))
    for row in desk.rows:
        key = row.last.isoformat()
        if not desk.is_sum and row is desk.rows[-1]:
            values.append(desk.target)
            continue
        found = figures.parse(typed[key])
        value = Decimal()
        if found is None:
            errors[key] = _("Write a number, such as 27 M, 1,200 or 88%.")
        else:
            value = found.value / 100 if desk.in_percent or found.percent else found.value
        if desk.is_sum:
            if value < 0:
                errors[key] = _("What adds up takes nothing away: write 0 or more.")
            running += value
            values.append(running)
            continue
        if found is not None and not low <= value <= high:
            errors[key] = _(
                "Write a number from %(low)s to %(high)s: from the baseline to the target.",
                low=desk.amount(low),
                high=desk.amount(high),
            )
        values.append(value)
    return values, errors


def _check(desk: Desk, form: PlanForm, values: Sequence[Decimal], errors: dict[str, str]) -> None:
    """Say at the sum where the rows do not come to the target."""
    if not desk.is_sum or errors or abs(values[-1] - desk.target) <= SLACK:
        return
    away = values[-1] - desk.target
    text = _("The rows come to %(sum)s, %(difference)s more than the target of %(target)s.")
    if away < 0:
        text = _("The rows come to %(sum)s, %(difference)s less than the target of %(target)s.")
    told = {"sum": values[-1], "difference": abs(away), "target": desk.target}
    text %= {name: desk.amount(value) for name, value in told.items()}
    form.total.errors = [*form.total.errors, text]


def _show(
    session: Session,
    desk: Desk,
    form: PlanForm,
    values: Sequence[Decimal],
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    one, errors = desk.one, errors or {}
    said = plan_rows.rises(values, desk.start) if desk.is_sum else values
    rows = [
        Row(
            _id(row),
            texts.written(words.DayRange(row.first, row.last)),
            desk.typed(each) if typed is None else typed.get(row.last.isoformat(), ""),
            desk.amount(value),
            errors.get(row.last.isoformat(), ""),
            not desk.is_sum and row is desk.rows[-1],
        )
        for row, each, value in zip(desk.rows, said, values, strict=True)
    ]
    svg, sentence, way = _drawn(session, desk, values)
    return render_template(
        "goals/plan.html",
        one=one,
        desk=desk,
        hindrance=None,
        form=form,
        rows=rows,
        said=plan_drawn.explained(desk.plan),
        svg=svg,
        sentence=sentence,
        way=way,
        total=desk.amount(values[-1]),
        target=desk.amount(desk.target),
        unit="%" if desk.in_percent else (one.meant_in(one.terms) or ""),
        kinds=[(word, label) for word, label in plan_drawn.CHOICES if word in plan_table.GIVEN],
        earlier=_earlier(session, one),
    )


def _drawn(session: Session, desk: Desk, values: Sequence[Decimal]) -> tuple[Markup, str, str]:
    """Return the chart with points to move, what it says, and the way through the rows.

    The way tells for each point of the plan's line how many rows lie before it, and how much of
    its own row: a script redraws the line by it.
    """
    one, window = desk.one, desk.plan.window
    goal, terms = one.goal, one.terms
    count = len(desk.rows)
    alike = [(row.last, (place + 1) / count) for place, row in enumerate(desk.rows)]
    even = planning.drawn(session, planning.Asked(window, desk.kind, alike))
    day = min(one.evaluation.day if one.evaluation else frame.today(), frame.today())
    line = curves.full(session, goal, terms, even, day, POINTS)
    expected: list[tuple[date, Decimal | None]] = []
    places = []
    heights = [desk.start, *values, values[-1]]

    def at(place: float) -> Decimal:
        row = min(int(place + 1e-9), count)
        share = Decimal(str(max(0.0, place - row)))
        return heights[row] + (heights[row + 1] - heights[row]) * share

    for each, _value in line.plan:
        place = even.share(each) * count
        expected.append((each, at(place)))
        places.append(f"{place:.5g}")
    chart = drawing.GoalChart(
        title=_("Plan"),
        window=window,
        today=day,
        unit=one.unit,
        actual=line.actual,
        plan=expected,
        target=desk.target,
        currency=one.meant_in(terms),
        flow=desk.is_sum,
        start=desk.start,
        beside=picture.beside(terms),
        # As where the goal is judged: what was to be there when its last whole day was over.
        expected=(day, at(even.share(day - timedelta(days=1)) * count)) if day in window else None,
        grips=[(row.last, value) for row, value in zip(desk.rows[:-1], values[:-1], strict=True)],
    )
    reader = frame.reader()
    svg = Markup(drawing.goal_charts(chart, reader))
    return svg, drawing.sentence(chart, reader), " ".join(places)


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
