"""What the pages that add and edit goals share: choices, preview, and the coach beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import flash, render_template, request
from sqlmodel import Session, col, select

from app.accounts import people
from app.web import (
    frame,
    goal_easing,
    goal_fields,
    plan_drawn,
    plan_typed,
    presets,
    texts,
    vocabulary,
)
from app.web.forms.base import LINE, options
from app.web.forms.goals import POPULATIONS, GoalForm
from app.web.texts import gettext as _
from goals import words
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import library, readings
from goals.metrics.catalogue import Metric
from goals.table import workspace_of
from goals.tracking import (
    aims,
    baselines,
    family,
    pace,
    periods,
    visibility,
)
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal, Objective
from goals.tracking.smart import check
from goals.workspace import Team
from integrations.slack import channels


def offer(session: Session, form: GoalForm, goal: Goal | None = None) -> None:
    """Fill the choices of a form with what there is; a goal is no part of its own parts."""
    known = readings.available(session)
    with_data: list[tuple[str, str]] = []
    without: list[tuple[str, str]] = []
    for one in sorted(
        library.every(session).values(), key=lambda one: texts.say(one.name).casefold()
    ):
        (with_data if one.id in known else without).append((one.id, texts.say(one.name)))
    form.metric.choices = [
        *options([("", _("Choose a metric"))]),
        *options(with_data, _("With data")),
        *options(without, _("Without data yet")),
    ]
    dimensions = [(name, str(label)) for name, label in vocabulary.DIMENSIONS.items()]
    for number in POPULATIONS:
        typed = str(form[f"dim{number}"].data or "")
        extra = [(typed, typed)] if typed and typed not in vocabulary.DIMENSIONS else []
        form[f"dim{number}"].choices = options([("", _("everybody")), *dimensions, *extra])
    members = people.everybody(session)
    form.owner_id.choices = options(
        [("", _("Nobody yet")), *((str(member.id), person.name) for member, person in members)]
    )
    here = workspace_of(session)
    teams = select(Team.id, Team.name).where(col(Team.workspace_id) == here).order_by(Team.name)
    form.team_id.choices = options(
        [("", _("No team")), *((str(id), name) for id, name in session.exec(teams))]
    )
    objectives = (
        select(Objective.id, Objective.name)
        .where(col(Objective.workspace_id) == here)
        .order_by(col(Objective.position), col(Objective.name))
    )
    form.objective_id.choices = options(
        [("", _("Under no objective")), *((str(id), name) for id, name in session.exec(objectives))]
    )
    form.parent_id.choices = options([("", _("Part of no goal")), *_parents(session, goal)])
    form.channel.offer(channels.every(session))
    metric = form.chosen
    form.offer_rules(
        has_number=not (form.kind.data == "milestone" and metric is None),
        can_add_up=metric is not None
        and metric.kind in ("flow", "stock")
        and form.kind.data in ("cumulative", "level"),
    )


def _parents(session: Session, goal: Goal | None) -> list[tuple[str, str]]:
    """Return the goals that a goal can be part of; one that is hidden from the reader stays."""
    statement = (
        select(Goal.id, Goal.name)
        .where(visibility.sees(frame.here().id, frame.eyes()))
        .order_by(col(Goal.name))
    )
    below = family.below(session, goal) if goal is not None else set()
    found = [(str(id), name) for id, name in session.exec(statement) if id not in below]
    kept = str(goal.parent_id) if goal is not None and goal.parent_id is not None else ""
    if kept and kept not in dict(found):
        found.append((kept, _("A goal that you may not see")))
    return found


def params(form: GoalForm) -> dict[str, str]:
    """Return the chosen variant of the metric, as far as it differs from the default."""
    metric = form.chosen
    if metric is None:
        return {}
    given = request.values
    return {
        one.name: given[f"set-{one.name}"].strip()
        for one in metric.params
        if given.get(f"set-{one.name}", "").strip()
    }


def follow(form: GoalForm) -> None:
    """Let kind and direction be the metric's own when another one was chosen than was shown."""
    metric = form.chosen
    if metric is None or request.form.get("shown", metric.id) == metric.id:
        return
    if form.kind.data != "maintain" or metric.kind == "flow":
        form.kind.data = "cumulative" if metric.kind == "flow" else "level"
    form.direction.data = "down" if metric.direction == "down" else "up"
    if metric.kind != "flow" and form.plan.data == "seasonal":
        form.plan.data = "linear"


def shortcut(form: GoalForm, word: str) -> None:
    """Fill in the days of a fiscal period; other words only look at the draft."""
    period = presets.period(word, frame.here(), frame.today())
    if period is not None:
        form.first.data, form.last.data = texts.day(period.first), texts.day(period.last)


def answer(session: Session, form: GoalForm, params: Mapping[str, str], word: str) -> None:
    """Do what a button inside the form asks: fill in a period or take over a wording."""
    if word != "rewrite":
        shortcut(form, word)
        return
    lint = _beside(session, _draft(form, params), params)["lint"]
    if lint is not None and lint.rewrite is not None:
        form.name.data = lint.rewrite


@dataclass(frozen=True)
class Preview:
    """What a draft comes to, in words; "" where it cannot be said yet."""

    baseline: str
    baseline_days: str
    target: str
    change: str
    window: str
    daily: str
    problem: str
    kind: str = ""
    steps: int = 0


def preview(session: Session, draft: Draft, params: Mapping[str, str]) -> Preview:
    """Return what a draft comes to; nothing is kept."""
    metric = library.get(session, draft.metric or "")
    window = _window(draft)
    days = texts.written(words.DayRange(window.first, window.last)) if window else ""
    if draft.kind == "milestone" and metric is None:
        return Preview("", "", "", "", days, "", "", "milestone", len(draft.steps))
    if metric is None:
        return Preview("", "", "", "", days, "", "")
    problem, baseline = "", draft.baseline
    try:
        if baseline is None:
            baseline = baselines.value_of(session, draft, today=frame.today(), now=frame.now())
    except Refusal as error:
        problem = f"{texts.say(error.message)} {texts.say(error.fix)}".strip()
    unit, currency = readings.unit_of(
        metric, {**_defaults(metric), **params}, frame.here().currency
    )
    target = None
    if draft.target_kind is not None and draft.target_input is not None:
        target = pace.target_from(draft.target_kind, draft.target_input, baseline)
    before = frame.here().fiscal.previous(window) if window is not None else None
    baseline_days = ""
    if before is not None and draft.baseline is None and baseline is not None:
        baseline_days = texts.written(words.DayRange(before.first, before.last))
    if draft.kind == "maintain":
        line = _line(draft, target, unit, currency)
        return Preview(
            texts.amount(baseline, unit, currency) if baseline is not None else "",
            baseline_days,
            line,
            "",
            days,
            "",
            problem,
            "maintain",
        )
    daily = ""
    if draft.kind == "cumulative" and target is not None and window is not None:
        daily = texts.compact(target / window.days, unit, currency)
    return Preview(
        baseline=texts.amount(baseline, unit, currency) if baseline is not None else "",
        baseline_days=baseline_days,
        target=texts.amount(target, unit, currency) if target is not None else "",
        change=_change(baseline, target, unit, currency),
        window=days,
        daily=daily,
        problem=problem,
    )


def _line(draft: Draft, target: Decimal | None, unit: str, currency: str | None) -> str:
    """Return where a number is to be kept, "" while that is not known."""
    ends = pace.bounds(draft.direction or "at_least", target, draft.low, draft.high)
    found = aims.within(*(words.amount(one, unit, currency) for one in ends))
    return "" if found is None else texts.written(found)


def _defaults(metric: Metric) -> dict[str, str]:
    return {one.name: one.default for one in metric.params if one.default is not None}


def _window(draft: Draft) -> Period | None:
    if draft.first_day is None or draft.last_day is None or draft.last_day < draft.first_day:
        return None
    return Period.of(draft.first_day, draft.last_day)


def _change(
    baseline: Decimal | None, target: Decimal | None, unit: str, currency: str | None
) -> str:
    """Return how far the target is from the baseline, in its unit and as a share of it."""
    if baseline is None or target is None:
        return ""
    shown = [texts.signed(target - baseline, unit, currency)]
    if baseline:
        share = words.Rate((target - baseline) / abs(baseline))
        shown.append(texts.written(words.Signed(share)))
    return texts.listed(shown)


def show(
    session: Session,
    form: GoalForm,
    params: Mapping[str, str],
    *,
    title: str,
    goal: Goal | None = None,
    points: goal_fields.Points | None = None,
) -> str:
    """Return the page of the form with the coach beside it; a new plan begins with `points`."""
    draft = replace(_draft(form, params), plan_points=points)
    metric = form.chosen
    if draft.kind == "milestone" and metric is None:
        form.name.description = _("What is there in the end that is not there today.")
    rows = None
    if goal is None:
        rows = plan_typed.table(session, draft, is_spread=request.form.get("do") == "spread")
    return render_template(
        "goals/form.html",
        planned=rows,
        curve=None if rows is None else plan_typed.drawn(session, draft, rows),
        form=form,
        title=title,
        goal=goal,
        metric=metric,
        params={**(_defaults(metric) if metric else {}), **params},
        periods=presets.period_words(),
        populations=POPULATIONS,
        words=vocabulary,
        suffix=_suffix(form, metric),
        **_beside(session, draft if rows is None else rows.draft(draft), params, goal),
    )


def aside(
    session: Session, form: GoalForm, params: Mapping[str, str], goal: Goal | None = None
) -> str:
    """Return only what stands beside the form."""
    draft = _draft(form, params)
    rows = plan_typed.table(session, draft) if goal is None else None
    beside = _beside(session, draft if rows is None else rows.draft(draft), params, goal)
    return render_template("goals/_aside.html", **beside)


def _draft(form: GoalForm, params: Mapping[str, str]) -> Draft:
    for field in form:
        if not field.errors:
            field.errors = []
    return periods.filled(frame.session(), form.draft(params))


def _beside(
    session: Session, draft: Draft, params: Mapping[str, str], goal: Goal | None = None
) -> dict[str, Any]:
    try:
        lint = check.draft(session, draft, today=frame.today(), now=frame.now())
    except Refusal:
        lint = None
    if lint is not None and lint.rewrite is not None and len(lint.rewrite) > LINE:
        lint = replace(lint, rewrite=None)
    easing = goal_easing.of(session, goal, draft) if goal is not None else None
    seen, drawn = preview(session, draft, params), plan_drawn.preview(session, draft, goal)
    return {"preview": seen, "lint": lint, "easing": easing, "drawn": drawn}


def _suffix(form: GoalForm, metric: Metric | None) -> str:
    """Return the unit that stands behind the number's field."""
    change = form.change.data
    if change == "relative":
        return "%"
    unit = metric.unit if metric is not None else ""
    if unit == "rate":
        return _("points") if change in ("points", "delta") else "%"
    return {"money": frame.here().currency, "days": _("days"), "hours": _("hours")}.get(unit, "")


def named(session: Session, draft: Draft) -> Draft:
    """Return a draft with a name: its own, or a sentence made of its terms."""
    if draft.name or not draft.metric:
        return draft
    seen = preview(session, draft, draft.params)
    metric = texts.say(library.find(session, draft.metric).name)
    day = texts.day(draft.last_day)
    if not seen.target:
        return replace(draft, name=_("%(metric)s by %(day)s", metric=metric, day=day))
    told = {"metric": metric, "target": seen.target, "day": day}
    if draft.kind == "maintain":
        name = _("%(metric)s kept at %(target)s until %(day)s", **told)
    elif draft.kind == "level" and seen.baseline:
        told["baseline"] = seen.baseline
        name = _("%(metric)s from %(baseline)s to %(target)s by %(day)s", **told)
    else:
        name = _("%(metric)s of %(target)s by %(day)s", **told)
    return replace(draft, name=name)


def added(goal: Goal) -> None:
    """Tell that a goal was added and when it will be judged."""
    flash(_("“%(name)s” is set. It is judged within a minute, and every day.", name=goal.name))
