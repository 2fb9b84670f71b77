"""A goal's page: how it stands, why, its chart, its history and where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from flask import Response, render_template, url_for
from markupsafe import Markup
from sqlmodel import Session, col, select

from app.web import (
    alert_stories,
    checkin_views,
    downloads,
    frame,
    goal_figures,
    goal_history,
    goal_lines,
    goal_mentions,
    goal_parts,
    goal_retrospective,
    goal_selling,
    goal_steps,
    origins,
    plan_drawn,
    remedies,
    rows,
    texts,
    vocabulary,
)
from app.web.texts import gettext as _
from goals import words
from goals.alerts import holding
from goals.calendar import Period
from goals.charts import goal as drawing
from goals.errors import Refusal
from goals.metrics import catalogue, history, receipts
from goals.metrics.catalogue import Metric
from goals.records.connections import Connection
from goals.table import workspace_of
from goals.tracking import apart, curves, evaluate, silence, standing, status
from goals.tracking import goals as use_cases
from goals.tracking.curves import Curve
from goals.tracking.goal import Goal, GoalVersion, Objective
from goals.tracking.plan import Plan
from goals.tracking.smart import check
from goals.tracking.standing import Standing

#: Kinds that have no way to go: they follow no plan.
HELD = ("maintain", "milestone")
#: Points of the chart's lines: a day each up to a quarter and a half.
POINTS = 140
#: Days of the table under the chart.
TABLE = 14


@dataclass(frozen=True)
class Drawn:
    """The chart of a goal: its lines, its renderings and what they say."""

    title: str
    unit: str
    svg: Markup
    sentence: str
    span: str
    plan: Plan
    line: Curve
    table: list[tuple[str, str, str, str, str]]
    changes: int


@dataclass(frozen=True)
class Held:
    """An alert that waits for better data or for a person: its id, and why."""

    message_id: int
    why: str


def page(goal_id: int, problem: Refusal | None = None) -> str:
    """Show one goal; a problem is what was wrong with what was just sent."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    one = standing.one(session, goal, frame.eyes())
    metric = history.here(session, one.metric, goal.params)
    versions = use_cases.versions(session, goal)
    is_word = metric is catalogue.MILESTONE
    period = [each for each in versions if each.version >= goal.period_version]
    drawn = None if is_word else _drawn(session, one, metric, period)
    window = words.DayRange(one.terms.first_day, one.terms.last_day)
    sources, read_at = _sources(session, metric)
    return render_template(
        "goals/goal.html",
        one=one,
        apart=apart.of(one),
        mend=_mend(one, metric),
        held=_held(session, goal),
        silent=silence.of_goals(session, [one], frame.now()),
        metric=metric,
        formula=formula(metric, goal.params),
        where=vocabulary.narrowed(goal.segment),
        figures=goal_figures.figures(one),
        lines=goal_lines.of(one),
        drawn=drawn,
        plan="" if drawn is None or goal.kind in HELD else plan_drawn.explained(drawn.plan),
        span=texts.written(window),
        milestone=goal_steps.of(session, one)
        if goal.kind == "milestone" and one.terms.rollup == "own"
        else None,
        problem=problem,
        whole=_whole(session, goal),
        baseline=_baseline(one),
        origin=origins.of(goal),
        objective=_objective(session, goal),
        parts=goal_parts.of(session, one),
        past=goal_parts.past(session, one),
        continues=goal_parts.continued(session, goal),
        ended=goal_retrospective.panel(session, one),
        contradiction=goal_retrospective.contradiction(session, one),
        ledger=goal_history.ledger(session, one, versions),
        log=goal_history.log(session, goal),
        lint=check.goal(session, goal, today=frame.today(), now=frame.now()),
        sources=sources,
        read_at=read_at,
        counted=_counted(session, one),
        way=rows.way(one),
        checkins=checkin_views.panel(session, one),
        messages=goal_mentions.of(session, goal),
        remedies=remedies.panel(session, one),
        tells_selling=goal_selling.fits(one),
        stories=alert_stories.of_goal(session, goal),
    )


def _held(session: Session, goal: Goal) -> Held | None:
    """Return the goal's alert that waits because its number is doubtful, None where none does."""
    rows = holding.waiting(session, goal)
    if not rows or rows[0].error is None:
        return None
    row = rows[0]
    return Held(row.id, texts.say(words.from_json((row.error or {})["message"])))


def _mend(one: Standing, metric: Metric) -> tuple[str, str] | None:
    """Return what whoever may can do about missing or old data: its name and its place."""
    if one.evaluation is None or one.status not in status.PLUMBING or one.terms.rollup != "own":
        return None
    if not metric.is_counted and metric is not catalogue.MILESTONE:
        return _("Enter a reading"), url_for("readings.metric", metric_id=metric.id)
    return _("See the sources"), url_for("data.page")


def formula(metric: Metric, params: Mapping[str, object]) -> str:
    """Return in words how a metric is counted, its parameters filled in."""
    message = metric.formula
    return texts.say(words.Message(message.id, {**message.params, **params}))


def _drawn(session: Session, one: Standing, metric: Metric, versions: list[GoalVersion]) -> Drawn:
    goal, terms = one.goal, one.terms
    plan = evaluate.plan_of(session, goal, terms)
    day = one.evaluation.day if one.evaluation is not None else frame.today()
    through = min(day, frame.today())
    line = curves.full(session, goal, terms, plan, through, POINTS)
    seen = one.evaluation
    if seen is not None and seen.actual is not None and line.actual:
        # The log and the chart say the same of the day that was judged.
        line.actual[-1] = (line.actual[-1][0], seen.actual)
    name = texts.say(metric.name)
    has_plan = goal.kind not in HELD
    is_flow = goal.kind == "cumulative"
    title = _("%(metric)s, adding up", metric=name) if is_flow else name
    expected = None
    if has_plan and seen is not None and seen.expected is not None and seen.day in plan.window:
        expected = (seen.day, seen.expected)
    chart = drawing.GoalChart(
        title=title,
        window=plan.window,
        today=through,
        unit=one.unit,
        actual=line.actual,
        plan=line.plan if has_plan else (),
        target=terms.target_value,
        changes=_changes(versions),
        moved=_moved(versions, plan.window),
        band=_band(plan.window, terms),
        forecast=_fan(one, plan.window),
        expected=expected,
        currency=one.currency,
        flow=is_flow,
        start=terms.baseline_value,
        plan_name=plan_drawn.name(plan) if has_plan else None,
        beside=goal_lines.drawn(terms),
        keeps=_side(goal) if goal.kind == "maintain" else "",
    )
    reader = frame.reader()
    return Drawn(
        title=title,
        unit=drawing.unit_words(chart, reader),
        svg=Markup(drawing.goal_charts(chart, reader)),
        sentence=drawing.sentence(chart, reader),
        span=texts.written(words.DayRange(plan.window.first, plan.window.last)),
        plan=plan,
        line=line,
        table=_table(one, line, versions),
        changes=len(chart.changes),
    )


def _fan(one: Standing, window: Period) -> list[drawing.Fan]:
    """Return how the goal will likely go on, as it was said at its latest evaluation."""
    seen = one.evaluation
    if seen is None or seen.final or not seen.curve or seen.likely_end is None:
        return []
    return [
        drawing.Fan(window.start + timedelta(days=round(place * window.days) - 1), *values)
        for place, *values in seen.curve.get("fan", ())
    ]


def _changes(versions: list[GoalVersion]) -> list[drawing.TargetChange]:
    """Return where the target moved; what was decided before the window stands at its start."""
    window = evaluate.window_of(versions[-1])
    found = []
    for before, after in zip(versions, versions[1:], strict=False):
        earlier, later = before.target_value, after.target_value
        # An amount of another currency has no height on this chart.
        compares = before.currency == after.currency == versions[-1].currency
        if earlier is not None and later is not None and earlier != later and compares:
            day = _within(frame.here().local_day(after.changed_at), window.first, window.last)
            found.append(drawing.TargetChange(day, earlier, later))
    return found


def _moved(versions: list[GoalVersion], window: Period) -> list[tuple[date, int]]:
    """Return where other terms moved (baseline, window, plan), by the number of the change."""
    return [
        (
            _within(frame.here().local_day(after.changed_at), window.first, window.last),
            after.version,
        )
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


def _table(
    one: Standing, line: Curve, versions: list[GoalVersion]
) -> list[tuple[str, str, str, str, str]]:
    """Return day, actual, plan, their difference and the target that held, the latest first."""

    def amount(value: Decimal | None) -> str:
        return texts.amount(value, one.unit, one.currency)

    planned = dict(line.plan)
    every = max(1, -(-len(line.actual) // TABLE))
    found = []
    for day, value in line.actual[::-1][::every]:
        plan = planned.get(day)
        difference = "–"
        if value is not None and plan is not None:
            difference = texts.signed(value - plan, one.unit, one.currency)
        held = [each for each in versions if frame.here().local_day(each.changed_at) <= day]
        then = (held or versions)[-1 if held else 0]
        target = texts.amount(then.target_value, one.unit, one.meant_in(then))
        found.append((texts.day(day), amount(value), amount(plan), difference, target))
    return found


@dataclass(frozen=True)
class Baseline:
    """Where a goal starts from and who says so."""

    value: str
    days: str
    receipt: str | None
    is_given: bool


def _baseline(one: Standing) -> Baseline | None:
    terms = one.terms
    if terms.baseline_value is None:
        return None
    days = ""
    if terms.baseline_from is not None and terms.baseline_to is not None:
        span = words.DayRange(terms.baseline_from, terms.baseline_to)
        days = texts.written(span)
    given = terms.baseline_source == "given"
    return Baseline(
        texts.amount(terms.baseline_value, one.unit, one.meant_in(terms)),
        days,
        None if given else terms.baseline_source,
        given,
    )


def _objective(session: Session, goal: Goal) -> str | None:
    if goal.objective_id is None:
        return None
    statement = select(Objective.name).where(
        col(Objective.workspace_id) == workspace_of(session),
        col(Objective.id) == goal.objective_id,
    )
    return session.exec(statement).first()


def _whole(session: Session, goal: Goal) -> Standing | None:
    """Return the goal that a goal is part of, None for none or one the reader may not see."""
    if goal.parent_id is None:
        return None
    found = standing.board(session, frame.eyes(), ids=[goal.parent_id])
    return found[0] if found else None


def _sources(session: Session, metric: Metric) -> tuple[list[str], datetime | None]:
    """Return the sources that the goal lives on, and when one was read last."""
    statement = select(Connection.name, Connection.last_success_at, Connection.records).where(
        col(Connection.workspace_id) == workspace_of(session)
    )
    needed = set(metric.needs)
    found = [(name, at) for name, at, kinds in session.exec(statement) if needed & set(kinds)]
    return sorted(name for name, _at in found), max((at for _n, at in found if at), default=None)


def _counted(session: Session, one: Standing) -> int | None:
    """Return how many records the latest evaluation counts, None before there is one."""
    if one.evaluation is None or one.evaluation.receipt is None:
        return None
    return receipts.find(session, one.evaluation.receipt).n


def chart_csv(goal_id: int) -> Response:
    """Return the goal's lines, day by day and unrounded."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    terms = use_cases.current(session, goal)
    plan = evaluate.plan_of(session, goal, terms)
    seen = standing.one(session, goal, frame.eyes()).evaluation
    through = min(seen.day if seen is not None else frame.today(), frame.today())
    line = curves.full(session, goal, terms, plan, through, plan.window.days)
    actual = dict(line.actual)
    lines = ([day.isoformat(), actual.get(day), value] for day, value in line.plan)
    if not line.plan:
        lines = ([day.isoformat(), value, None] for day, value in line.actual)
    return downloads.as_csv(f"goal-{goal.id}.csv", ["day", "actual", "plan"], lines)
