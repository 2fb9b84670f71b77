"""How far back and how far forward a metric's events reach, and its amounts day by day."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlmodel import Session, col

from goals.errors import Refusal
from goals.metrics import composed, delivered, measures, recipes
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.metrics.edges import Edges
from goals.metrics.measures import UNDATED
from goals.metrics.recipes import RECIPES, Recipe, money
from goals.metrics.scope import scope_of
from goals.records.figures import ManualReading
from goals.table import workspace_of
from goals.words import N_


def here(
    session: Session,
    metric: Metric,
    params: Mapping[str, str] | None = None,
    edges: Edges | None = None,
) -> Metric:
    """Return a metric as this workspace has it, with some parameters or (None) with any.

    What could be counted but has no record to count is entered, where it takes readings.
    """
    if not metric.is_counted or not metric.takes_readings:
        return metric
    if _counted_days(edges or Edges(session), metric.id, params):
        return metric
    return replace(metric, is_counted=False)


def expected(every: Iterable[Metric]) -> set[str]:
    """Return the measures whose days tell how far some metrics reach."""
    known = (one for metric in every for one in recipes.every(metric.id))
    return {name for recipe in known for name in recipe.events}


def missing(session: Session, metric: Metric) -> str | None:
    """Return a parameter with which an entered metric could be counted, None if there is none."""
    recipe = RECIPES.get(metric.id)
    for name in () if recipe is None else recipe.given:
        if _counted_days(Edges(session), metric.id, {name: "1"}):
            return name
    return None


def adds_up(metric: Metric) -> bool:
    """Tell whether a counted metric adds up over days."""
    if isinstance(metric, Custom):
        return metric.kind == "flow"
    return metric.id in RECIPES and RECIPES[metric.id].adds is not None


def earliest(
    session: Session,
    metric: Metric,
    where: Mapping[str, str],
    params: Mapping[str, str] | None = None,
    ahead: Ahead | None = None,
) -> date | None:
    """Return the first day with an event of some members, None where there is none.

    A custom metric begins when the last of its parts has begun.
    """
    ahead = ahead or Ahead(session)
    edges = ahead.edges
    if isinstance(metric, Custom):
        asked = composed.asked_of_parts(session, metric, where)
        begun = [
            earliest(session, one.metric, asked, one.params, ahead)
            for one in metric.expression.needed
        ]
        known = [day for day in begun if day is not None]
        return max(known) if len(known) == len(begun) else None
    if not where or not _counted_days(edges, metric.id, params):
        return min(_edges(session, metric, params, edges), default=None)
    recipe = recipes.of(metric.id, params or {})
    scope = scope_of(session, ahead.base, where, None, recipe.subjects, ahead)
    since = date.fromisoformat(UNDATED) + timedelta(days=1)
    days = [
        scope.fit(measures.find(name)).daily(name, since, date.max)[:1] for name in recipe.events
    ]
    return min((day for found in days for day, _, _ in found), default=None)


def latest(
    session: Session,
    metric: Metric,
    params: Mapping[str, str] | None = None,
    edges: Edges | None = None,
) -> date | None:
    """Return the last day with an event, None where there is none."""
    return max(_edges(session, metric, params, edges or Edges(session)), default=None)


def _edges(
    session: Session, metric: Metric, params: Mapping[str, str] | None, edges: Edges
) -> list[date]:
    """Return the first and the last day of everything that a metric lives on."""
    counted = _counted_days(edges, metric.id, params)
    if counted or not metric.takes_readings:
        return counted
    day = col(ManualReading.day)
    statement = select(func.min(day), func.max(day)).where(
        col(ManualReading.workspace_id) == workspace_of(session),
        col(ManualReading.metric) == metric.id,
        col(ManualReading.deleted_at).is_(None),
    )
    return [found for found in session.execute(statement).one() if found is not None]


def _counted_days(edges: Edges, metric: str, params: Mapping[str, str] | None) -> list[date]:
    """Return the first and the last day on which a metric counts anything, [] if there is none."""
    if metric not in RECIPES:
        return []
    ways = (recipes.of(metric, params),) if params else recipes.every(metric)
    return [day for one in ways for day in _days_of_recipe(edges, one)]


def _days_of_recipe(edges: Edges, recipe: Recipe) -> list[date]:
    """Return the first and the last day on which a recipe finds anything to count.

    A number made of several kinds of record needs some of each, unless either will do; its days
    are those of the kind that its events name first.
    """
    kinds: dict[str, list[str]] = {}
    for name in recipe.events:
        kinds.setdefault(measures.find(name).subject, []).append(name)
    each = [edges.of(names) for names in kinds.values()]
    if recipe.either:
        return [day for days in each for day in days]
    return each[0] if each and all(each) else []


def series(
    session: Session,
    metric: Metric,
    params: Mapping[str, str],
    where: Mapping[str, str],
    first: date,
    last: date,
    ahead: Ahead,
) -> list[tuple[date, Decimal]]:
    """Return the daily amounts of a metric that adds up, days without any left out."""
    if not here(session, metric, params, ahead.edges).is_counted:
        return _delivered(session, metric.id, first, last, where)
    if not adds_up(metric):
        raise Refusal(
            "does_not_add_up",
            N_("%(metric)s does not add up over days."),
            {"metric": metric.name},
            field="metric",
        )
    if isinstance(metric, Custom):
        asked = composed.asked_of_parts(session, metric, where)
        return composed.series(
            metric,
            {
                key: series(session, one.metric, one.params, asked, first, last, ahead)
                for key, one in metric.expression.parts.items()
            },
        )
    recipe = recipes.of(metric.id, params)
    assert recipe.adds is not None
    name, of_sum = recipe.adds(params)
    scope = scope_of(session, ahead.base, where, None, recipe.subjects, ahead)
    is_money = measures.find(name).unit == "money"
    found: dict[date, Decimal] = {}
    for measure in (name,) if recipe.also is None else (name, recipe.also):
        for day, n, total in scope.daily(measure, first, last):
            amount = Decimal(n) if not of_sum else money(total) if is_money else Decimal(total)
            found[day] = found.get(day, Decimal()) + amount
    return sorted(found.items())


def _delivered(
    session: Session, metric: str, first: date, last: date, where: Mapping[str, str]
) -> list[tuple[date, Decimal]]:
    found: dict[date, Decimal] = {}
    for one in delivered.readings(session, metric, first, last, where):
        found[one.day] = found.get(one.day, Decimal()) + one.value
    return list(found.items())
