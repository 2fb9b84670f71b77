"""The chart of a goal: the same numbers on its page, in messages and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from sqlmodel import Session

from goals import words, workspace
from goals.calendar import Period
from goals.charts.goal import Fan, GoalChart, TargetChange
from goals.metrics import catalogue, history
from goals.tracking import curves, evaluate, goals
from goals.tracking.curves import Curve
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.plan import Plan
from goals.tracking.standing import Standing
from goals.words import N_, Message, Reader

#: Kinds that have no way to go: they follow no plan.
HELD = ("maintain", "milestone")
#: Points of the chart's lines: a day each up to a quarter and a half.
POINTS = 140
#: How a plan is called on a chart.
NAMES = {
    "linear": N_("Plan, linear"),
    "working_days": N_("Plan, working days"),
    "monthly": N_("Plan, by months"),
    "seasonal": N_("Plan, seasonal"),
    "s_curve": N_("Plan, S-curve"),
    "points": N_("Plan, by hand"),
}


@dataclass(frozen=True)
class Picture:
    """What is drawn of a goal, with the plan and the lines behind it."""

    chart: GoalChart
    plan: Plan
    line: Curve


def of(session: Session, one: Standing, reader: Reader, today: date) -> Picture | None:
    """Return what is drawn of a goal for a reader, None where it has no number of its own."""
    metric = history.here(session, one.metric, one.goal.params)
    if metric is catalogue.MILESTONE:
        return None
    goal, terms, seen = one.goal, one.terms, one.evaluation
    versions = [
        each for each in goals.versions(session, goal) if each.version >= goal.period_version
    ]
    plan = evaluate.plan_of(session, goal, terms)
    through = min(seen.day if seen is not None else today, today)
    line = curves.full(session, goal, terms, plan, through, POINTS)
    if seen is not None and seen.actual is not None and line.actual:
        # The log and the chart say the same of the day that was judged.
        line.actual[-1] = (line.actual[-1][0], seen.actual)
    title = words.render(metric.name, reader)
    has_plan = goal.kind not in HELD
    is_flow = goal.kind == "cumulative"
    if is_flow:
        title = words.render(Message(N_("%(metric)s, adding up"), {"metric": title}), reader)
    expected = None
    if has_plan and seen is not None and seen.expected is not None and seen.day in plan.window:
        expected = (seen.day, seen.expected)
    zone = workspace.of(session)
    chart = GoalChart(
        title=title,
        window=plan.window,
        today=through,
        unit=one.unit,
        actual=line.actual,
        plan=line.plan if has_plan else (),
        target=terms.target_value,
        changes=_changes(versions, zone),
        moved=_moved(versions, plan.window, zone),
        band=_band(plan.window, terms),
        forecast=_fan(one, plan.window),
        expected=expected,
        currency=one.currency,
        flow=is_flow,
        start=terms.baseline_value,
        plan_name=Message(NAMES[plan.used]) if has_plan else None,
        beside=beside(terms),
        keeps=_side(goal) if goal.kind == "maintain" else "",
    )
    return Picture(chart, plan, line)


def beside(terms: GoalVersion) -> list[tuple[str, Decimal]]:
    """Return the lines beside the target by their names, those that there are."""
    given = {"commit": terms.commit_value, "stretch": terms.stretch_value}
    return [(name, value) for name, value in given.items() if value is not None]


def _fan(one: Standing, window: Period) -> list[Fan]:
    """Return how the goal will likely go on, as it was said at its latest evaluation."""
    seen = one.evaluation
    if seen is None or seen.final or not seen.curve or seen.likely_end is None:
        return []
    return [
        Fan(window.start + timedelta(days=round(place * window.days) - 1), *values)
        for place, *values in seen.curve.get("fan", ())
    ]


def _changes(versions: Sequence[GoalVersion], here: workspace.Workspace) -> list[TargetChange]:
    """Return where the target moved; what was decided before the window stands at its start."""
    window = evaluate.window_of(versions[-1])
    found = []
    for before, after in zip(versions, versions[1:], strict=False):
        earlier, later = before.target_value, after.target_value
        # An amount of another currency has no height on this chart.
        compares = before.currency == after.currency == versions[-1].currency
        if earlier is not None and later is not None and earlier != later and compares:
            day = _within(here.local_day(after.changed_at), window.first, window.last)
            found.append(TargetChange(day, earlier, later))
    return found


def _moved(
    versions: Sequence[GoalVersion], window: Period, here: workspace.Workspace
) -> list[tuple[date, int]]:
    """Return where other terms moved (baseline, window, plan), by the number of the change."""
    return [
        (_within(here.local_day(after.changed_at), window.first, window.last), after.version)
        for before, after in zip(versions, versions[1:], strict=False)
        if before.target_value == after.target_value
    ]


def _within(day: date, first: date, last: date) -> date:
    return max(first, min(day, last))


def _band(window: Period, terms: GoalVersion) -> list[tuple[date, Decimal, Decimal]]:
    """Return the band that is to be kept, empty for a goal without one."""
    if terms.low is None or terms.high is None:
        return []
    return [(window.first, terms.low, terms.high), (window.last, terms.low, terms.high)]


def _side(goal: Goal) -> Literal["", "above", "below"]:
    """Return on which side of its line a number is to be kept, "" for one within a band."""
    if goal.direction == "band":
        return ""
    return "below" if goal.direction in ("down", "at_most") else "above"
