"""How a plan is called, explained and drawn, before a goal is set and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from flask import url_for
from markupsafe import Markup
from sqlmodel import Session

from app.web import frame, texts
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from app.web.texts import ngettext
from goals import words
from goals.calendar import Period
from goals.charts import goal as drawing
from goals.errors import Refusal
from goals.metrics import library, readings
from goals.tracking import baselines, pace, plan_rows, plan_table, planning
from goals.tracking import goals as use_cases
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal
from goals.tracking.plan import Plan

#: The plans to choose from, each with what it does.
CHOICES = [
    ("linear", _l("Linear: every day weighs the same")),
    ("working_days", _l("Working days: only they count; weekends and holidays stay flat")),
    ("monthly", _l("By months: an amount for each, within a month by its working days")),
    ("seasonal", _l("Seasonal: as past periods went; only for numbers that add up")),
    ("s_curve", _l("S-curve: a slow start, half of the way in the middle third, a slow end")),
    ("points", _l("Own points: typed as a table or drawn on the chart")),
]
#: Kinds of goals that have a way to go, and so a plan.
PLANNED = ("cumulative", "level")
#: Rows of the table beside the form, and points of its chart.
ROWS, POINTS = 13, 60


def explained(plan: Plan) -> str:
    """Return how the plan curve came about, and why it is linear where it should not be."""
    if plan.used == "seasonal":
        span = words.DayRange(plan.periods[-1].first, plan.periods[0].last)
        return ngettext(
            "Seasonal, from the period %(days)s",
            "Seasonal, from the %(num)d periods %(days)s",
            len(plan.periods),
            days=texts.written(span),
        )
    if plan.used == "working_days":
        return ngettext(
            "Working days: %(num)d of %(days)s counts, weekends and holidays stay flat",
            "Working days: %(num)d of %(days)s count, weekends and holidays stay flat",
            plan.workdays or 0,
            days=ngettext("%(num)d day", "%(num)d days", plan.window.days),
        )
    if plan.used == "monthly":
        return _("By months: an amount for each, within a month by its working days")
    if plan.used == "s_curve":
        return _(
            "S-curve: a quarter of the way in the first third, half in the middle third, a quarter"
            " in the last"
        )
    if plan.used == "points":
        return _("Points given by hand")
    if plan.kind == "seasonal":
        return _(
            "Linear. A seasonal plan was asked for, but there is no whole comparable period"
            " before the window yet."
        )
    if plan.kind == "points":
        return _("A straight line until you give points of your own")
    if plan.kind == "working_days":
        return _("Linear: there is no working day in the window")
    return _("Linear: every day weighs the same")


@dataclass(frozen=True)
class Preview:
    """A plan before the goal is set: its sentence, its chart, and a table of it.

    Rows are (day, value by its end, share by its end); values are "" without a target.
    """

    said: str
    svg: Markup
    sentence: str
    rows: list[tuple[str, str, str]]
    is_editable: bool


def with_table(draft: Draft, goal: Goal | None, session: Session) -> Draft:
    """Return a draft with the table that the goal's plan has, where it is still that plan.

    A month table is for its window: another window begins with months that weigh alike.
    """
    if goal is None or draft.plan not in plan_table.GIVEN or draft.plan_points:
        return draft
    terms = use_cases.current(session, goal)
    window = (draft.first_day, draft.last_day)
    is_same = terms.plan == "points" or window == (terms.first_day, terms.last_day)
    if draft.plan != terms.plan or not terms.plan_points or not is_same:
        return draft
    points = tuple((date.fromisoformat(day), share) for day, share in terms.plan_points)
    return replace(draft, plan_points=points)


def preview(session: Session, draft: Draft, goal: Goal | None = None) -> Preview | None:
    """Return the plan of a draft, None while there is none to draw; nothing is kept."""
    metric = library.get(session, draft.metric or "")
    first, last = draft.first_day, draft.last_day
    if draft.kind not in PLANNED or metric is None or first is None or last is None:
        return None
    if last < first or (draft.plan == "seasonal" and draft.kind != "cumulative"):
        return None
    window = Period.of(first, last)
    draft = with_table(draft, goal, session)
    asked = planning.Asked(
        window,
        draft.plan,
        draft.plan_points or (),
        metric.id,
        readings.resolved(metric, draft.params),
        draft.segment,
    )
    try:
        plan = planning.drawn(session, asked)
        start, target = ends(session, draft)
    except Refusal:
        return None
    unit, currency = readings.unit_of(metric, dict(asked.params or {}), frame.here().currency)
    is_known = start is not None and target is not None

    def value(day: date) -> Decimal:
        share = Decimal(str(plan.share(day)))
        return share if start is None or target is None else start + (target - start) * share

    chart = drawing.GoalChart(
        title=_("Plan"),
        window=window,
        today=first - timedelta(days=1),
        unit=unit if is_known else "rate",
        currency=currency if is_known else None,
        actual=(),
        plan=[(day, value(day)) for day in spread(window)],
        target=target if is_known else Decimal(1),
        beside=[
            (each, line)
            for each, line in (("commit", draft.commit), ("stretch", draft.stretch))
            if line is not None and is_known
        ],
        flow=draft.kind == "cumulative" or not is_known,
        start=start if is_known else Decimal(),
    )
    reader = frame.reader()
    rows = [
        (
            texts.day(one.last),
            texts.compact(value(one.last), unit, currency) if is_known else "",
            texts.written(words.Rate(Decimal(str(plan.share(one.last))), 0)),
        )
        for one in _rows(session, window, draft)
    ]
    return Preview(
        said=explained(plan),
        svg=Markup(drawing.goal_chart(chart, reader, 250, 170)),
        sentence=drawing.sentence(chart, reader),
        rows=rows,
        is_editable=draft.plan in plan_table.GIVEN,
    )


def ends(session: Session, draft: Draft) -> tuple[Decimal | None, Decimal | None]:
    """Return where a draft starts and what it aims at, None where that is not known."""
    is_sum = draft.kind == "cumulative"
    baseline = draft.baseline
    if baseline is None and not (is_sum and draft.target_kind in ("target", "absolute")):
        baseline = baselines.value_of(session, draft, today=frame.today(), now=frame.now())
    target = None
    if draft.target_kind is not None and draft.target_input is not None:
        target = pace.target_from(draft.target_kind, draft.target_input, baseline)
    return Decimal() if is_sum else baseline, target


def _rows(session: Session, window: Period, draft: Draft) -> Sequence[Period]:
    rows: Sequence[Period] = frame.here().fiscal.buckets(window)
    if draft.plan_points and len(draft.plan_points) <= plan_rows.MOST:
        rows = plan_rows.periods(window, [day for day, _share in draft.plan_points])
    elif draft.plan == "monthly":
        rows = planning.months(session, window)
    every = -(-len(rows) // ROWS)
    return rows[::-1][::every][::-1]


def spread(window: Period) -> list[date]:
    """Return the days for which a plan is drawn, evenly over its window."""
    steps = min(POINTS, window.days)
    span = window.days - 1
    every = span / max(1, steps - 1)
    return sorted({window.first + timedelta(days=round(one * every)) for one in range(steps)})


def follows(session: Session, goal: Goal, before: str | None = None) -> str:
    """Return the page after a goal was saved: its plan, where a table is still to be filled."""
    terms = use_cases.current(session, goal)
    if terms.plan in plan_table.GIVEN and not terms.plan_points and terms.plan != before:
        return url_for("goals.plan", goal_id=goal.id)
    return url_for("goals.goal", goal_id=goal.id)
