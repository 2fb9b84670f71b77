"""Readings: one value of a metric with its evidence, from rollups that are true first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from sqlmodel import Session

from goals import workspace
from goals.errors import Refusal
from goals.metrics import (
    catalogue,
    cohorts,
    delivered,
    history,
    keeping,
    known,
    measures,
    notes,
    recipes,
)  # fmt: skip
from goals.metrics import refresh as rollups
from goals.metrics.catalogue import Metric
from goals.metrics.counting import Count, Counts
from goals.metrics.figures.window import Get, Spread
from goals.metrics.formulas import Figure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.recipes import RECIPES, Asked, Recipe, Window
from goals.metrics.result import Result
from goals.metrics.scope import NOTHING, Scope, scope_of
from goals.words import N_


def resolved(metric: Metric, params: Mapping[str, object]) -> dict[str, str]:
    """Return a metric's parameters with the defaults filled in."""
    return catalogue.resolve(metric.id, params)[1]


def check_segment(metric: Metric, segment: Mapping[str, str], field: str = "where") -> None:
    """Raise Refusal for dimensions that a metric cannot be narrowed by."""
    if segment and not metric.is_counted:
        raise Refusal(
            "segment_unfit",
            N_("%(metric)s is entered as a whole and cannot be narrowed."),
            {"metric": metric.name},
            field=field,
        )


def read(
    session: Session, query: Query, *, today: date, now: datetime, keep: bool = True
) -> Result:
    """Return a metric's value over a window, after counting what is marked anew.

    `today` ends the time that outcomes of a cohort may take unless the query says
    otherwise. Raises Refusal for what cannot be asked. With `keep` the reading is stored and
    gets a receipt; the same question over the same data gets the same one.
    """
    metric, params = catalogue.resolve(query.metric, query.params)
    query = replace(query, metric=metric.id, params=params)
    if query.last_day < query.first_day:
        raise Refusal("window", N_("The last day lies before the first."), field="to")
    query = _rolled(query)
    if turns_out(metric.id, params, is_over=query.last_day < today):
        query = replace(query, matured=query.matured or today)
    rollups.refresh(session)
    metric = history.here(session, metric, params)
    if query.by is not None:
        check_segment(metric, {query.by: ""}, "by")
    if query.known_at is not None:
        with known.as_of(session, query.known_at):
            result = _read(session, metric, params, query, today=today, now=now)
        since = workspace.of(session).knowledge_from
        if since is None or query.known_at < since:
            result = replace(result, notes=(*result.notes, notes.unknown_then()))
    else:
        result = _read(session, metric, params, query, today=today, now=now)
    return keeping.keep(session, result, now=now) if keep else result


def _rolled(query: Query) -> Query:
    """Return the same question over the days up to its last one that it asks for, if it does."""
    days = query.params.get("days")
    if days is None:
        return query
    return replace(query, first_day=query.last_day - timedelta(days=int(days) - 1))


def _read(
    session: Session,
    metric: Metric,
    params: Mapping[str, str],
    query: Query,
    *,
    today: date,
    now: datetime,
) -> Result:
    here = workspace.of(session)
    complete = now >= here.end_of(query.last_day)
    if not metric.is_counted:
        figure, said, data_to = delivered.read(session, query)
        segments = None
        missing = history.missing(session, metric) if figure.value is None else None
        if missing is not None:
            said = [*said, notes.needs_param(missing)]
    else:
        base = rollups.base_of(session)
        recipe = recipes.of(metric.id, params)
        scope = scope_of(session, base, query.where, query.by, recipe.subjects)
        by_stage = "stage" in scope.where or (scope.by is not None and scope.by.base == "stage")
        reader = _Reader(scope, metric, params, query, query.matured or today, by_stage)
        figure = reader.recipe.figure(reader.window(), params)
        segments = reader.segments() if query.by is not None else None
        said = reader.notes(figure)
        if scope.slow:
            said = [*said, notes.slow()]
        data_to = history.latest(session, metric.id, params)
    if not complete:
        said = [*said, notes.partial()]
    unit, currency = unit_of(metric, params, here.currency)
    return Result(
        metric=metric,
        params=params,
        query=query,
        figure=figure,
        currency=currency,
        as_of=now,
        complete=complete,
        notes=tuple(said),
        data_to=data_to,
        unit=unit,
        segments=segments,
    )


def turns_out(metric: str, params: Mapping[str, str], *, is_over: bool) -> bool:
    """Tell whether a window's value still depends on the day on which it is read."""
    if metric not in RECIPES:
        return False
    recipe = recipes.of(metric, params)
    names = [one for part in recipe.parts(params) for one in part if one not in recipe.special]
    if any(measures.find(one).turns is not None for one in names):
        return True
    return recipe.ripens is not None and recipe.ripens(params, is_over)


def unit_of(metric: Metric, params: Mapping[str, str], currency: str) -> tuple[str, str | None]:
    """Return the unit of a variant, and the currency where it is money."""
    unit = metric.unit_of(params)
    return unit, currency if unit == "money" else None


@dataclass
class _Reader:
    """Answers a formula's questions for the total or for one member."""

    scope: Scope
    metric: Metric
    params: Mapping[str, str]
    query: Query
    horizon: date
    by_stage: bool
    splits: dict[tuple[str, date | None, date | None], Counts] = field(default_factory=dict)
    spreads: dict[str, dict[str, list[tuple[int, int]]]] = field(default_factory=dict)
    specials: dict[str, Counts] = field(default_factory=dict)

    @property
    def recipe(self) -> Recipe:
        """Return how the metric is counted."""
        return recipes.of(self.metric.id, self.params)

    def window(self) -> Window:
        """Return the whole scope as a formula sees it."""
        return self._window(
            self._total,
            self.scope.spread,
            lambda name: self._special(name, split=False).get("", NOTHING),
            lambda: self._whole.window(),
        )

    def _window(
        self, get: Get, spread: Spread, special: Callable[[str], Count], whole: Callable[[], Window]
    ) -> Window:
        return Window(
            self.query.first_day,
            self.query.last_day,
            get,
            spread,
            special,
            whole,
            self.horizon,
            workspace.of(self.scope.session).fiscal,
            self.by_stage,
            self.scope.until is not None and not self.scope.custom,
        )

    @cached_property
    def _whole(self) -> "_Reader":
        """Return the reader of the same question with all stages."""
        return replace(
            self, scope=self.scope.of_all_stages(), by_stage=False, splits={}, spreads={},
            specials={},
        )  # fmt: skip

    def _special(self, name: str, *, split: bool) -> Counts:
        measure = self.recipe.special[name](self.scope, self.query)
        return self.scope.of_records(measure, None, None, split=split)

    def _total(self, name: str, first: date | None, last: date | None) -> Count:
        measure = cohorts.matured(self.scope.session, name, self.params, self.query, self.horizon)
        if measure is not None:
            return cohorts.total(self.scope, measure, first, last)
        return self.scope.total(name, first, last)

    def member(self, member: str) -> Window:
        """Return what a formula sees of one member."""

        def get(name: str, first: date | None, last: date | None) -> Count:
            place = (name, first, last)
            if place not in self.splits:
                measure = cohorts.matured(
                    self.scope.session, name, self.params, self.query, self.horizon
                )
                self.splits[place] = (
                    self.scope.split(name, first, last)
                    if measure is None
                    else cohorts.split(self.scope, measure, first, last)
                )
            return self.splits[place].get(member, NOTHING)

        def spread(name: str, first: date, last: date) -> list[tuple[int, int]]:
            if name not in self.spreads:
                self.spreads[name] = self.scope.spreads(name, first, last)
            return self.spreads[name].get(member, [])

        def special(name: str) -> Count:
            if name not in self.specials:
                self.specials[name] = self._special(name, split=True)
            return self.specials[name].get(member, NOTHING)

        def whole() -> Window:
            by_stages = self.scope.by is not None and self.scope.by.base == "stage"
            return self._whole.window() if by_stages else self._whole.member(member)

        return self._window(get, spread, special, whole)

    def segments(self) -> list[tuple[str, Figure]]:
        """Return a figure for every member, those that nothing counts for included."""
        formula = self.recipe.figure
        listed = dict.fromkeys(self.scope.members())
        formula(self.member(""), self.params)
        found: list[Mapping[str, object]] = [*self.splits.values(), *self.spreads.values()]
        for members in (*found, *self.specials.values()):
            listed.update(dict.fromkeys(members))
        return [(name, formula(self.member(name), self.params)) for name in listed]

    def notes(self, figure: Figure) -> list[Note]:
        """Return what to know about the figure."""
        asked = Asked(
            self.scope, self.query, self.params, self.horizon, self.by_stage, figure, self._total
        )
        found = self.recipe.notes(asked)
        if self.metric.kind in ("ratio", "duration") and 0 < figure.n < notes.SMALL:
            found.append(notes.small_n(figure.n))
        return found


def series(
    session: Session,
    metric: str,
    params: Mapping[str, object],
    where: Mapping[str, str],
    first: date,
    last: date,
) -> list[tuple[date, Decimal]]:
    """Return the daily amounts of a metric that adds up; days without an entry are left out."""
    found, full = catalogue.resolve(metric, params)
    rollups.refresh(session)
    return history.series(session, found, full, where, first, last)


def level_series(
    session: Session,
    metric: str,
    params: Mapping[str, object],
    where: Mapping[str, str],
    first: date,
    days: Sequence[date],
) -> list[tuple[date, Decimal | None]]:
    """Return a metric's value over the window from `first` to each of some days."""
    windows = [(first, day) for day in days]
    return list(zip(days, values(session, metric, params, where, windows), strict=True))


def values(
    session: Session,
    metric: str,
    params: Mapping[str, object],
    where: Mapping[str, str],
    windows: Sequence[tuple[date, date]],
    *,
    matured: date | None = None,
) -> list[Decimal | None]:
    """Return a metric's value over each of many windows, from what is counted by day at once.

    `matured` ends the time that outcomes of a cohort may take (None: the window's own end).
    """
    found, full = catalogue.resolve(metric, params)
    rollups.refresh(session)
    asked = [
        _rolled(Query(found.id, first, last, full, where, matured=matured or last))
        for first, last in windows
    ]
    if not history.here(session, found, full).is_counted:
        return [delivered.read(session, one)[0].value for one in asked]
    recipe = recipes.of(found.id, full)
    scope = scope_of(session, rollups.base_of(session), where, None, recipe.subjects)
    by_stage = "stage" in scope.where
    scope.remember(max((last for _, last in windows), default=date.min))
    readers = [
        _Reader(scope, found, full, one, one.matured or one.last_day, by_stage) for one in asked
    ]
    return [recipe.figure(one.window(), full).value for one in readers]


def earliest(
    session: Session, metric: str, params: Mapping[str, object], where: Mapping[str, str]
) -> date | None:
    """Return the day of the first event that a metric counts, None where there is none."""
    rollups.refresh(session)
    given = {name: str(value) for name, value in params.items() if value is not None}
    return history.earliest(session, catalogue.find(metric).id, where, given)


def available(session: Session) -> set[str]:
    """Return the ids of the metrics for which records or readings exist."""
    rollups.refresh(session)
    return {
        one.id
        for one in catalogue.METRICS.values()
        if history.earliest(session, one.id, {}) is not None
    }
