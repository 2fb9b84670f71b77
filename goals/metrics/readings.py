"""Readings: one value of a metric with its evidence, from rollups that are true first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from goals import workspace
from goals.errors import Refusal
from goals.metrics import (
    catalogue,
    composed,
    delivered,
    history,
    keeping,
    known,
    library,
    measures,
    notes,
    recipes,
)
from goals.metrics import refresh as rollups
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.metrics.formulas import Figure
from goals.metrics.query import Query
from goals.metrics.reader import Reader
from goals.metrics.recipes import RECIPES
from goals.metrics.result import Result
from goals.metrics.scope import scope_of
from goals.words import N_


def resolved(metric: Metric, params: Mapping[str, object]) -> dict[str, str]:
    """Return a metric's parameters with the defaults filled in."""
    return catalogue.filled(metric, params)


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
    metric, params = library.resolve(session, query.metric, query.params, query.versions)
    if query.last_day < query.first_day:
        raise Refusal("window", N_("The last day lies before the first."), field="to")
    rollups.refresh(session)
    asked = _question(session, metric, params, query, today, {})
    if query.known_at is not None:
        with known.as_of(session, query.known_at):
            result = _read(session, asked, {}, today=today, now=now)
        since = workspace.of(session).knowledge_from
        if since is None or query.known_at < since:
            result = replace(result, notes=(*result.notes, notes.unknown_then()))
    else:
        result = _read(session, asked, {}, today=today, now=now)
    return keeping.keep(session, result, now=now) if keep else result


def look(session: Session, metric: Metric, query: Query, *, today: date, now: datetime) -> Result:
    """Return the value of a metric that may not be kept yet; nothing is kept of the reading."""
    rollups.refresh(session)
    asked = _question(session, metric, {}, query, today, {})
    return _read(session, asked, {}, today=today, now=now)


def is_counted(session: Session, metric: Metric, params: Mapping[str, str]) -> bool:
    """Tell whether a metric, or all that it is made of, is counted from records here."""
    found = composed.leaves(metric, params)
    return all(history.here(session, one, given).is_counted for one, given in found)


@dataclass(frozen=True)
class _Question:
    """A question to a metric as this workspace has it, and those to what it is made of."""

    metric: Metric
    params: Mapping[str, str]
    query: Query
    parts: Mapping[str, "_Question"]

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells it from the others that are asked with it."""
        return self.metric.id, repr(sorted(self.params.items()))


def _question(
    session: Session,
    metric: Metric,
    params: Mapping[str, str],
    query: Query,
    today: date,
    seen: dict[tuple[str, str], _Question],
) -> _Question:
    """Return a question with what it leaves open; raises Refusal for what cannot be asked.

    `seen` holds those of the same question that were looked at already.
    """
    query = _rolled(replace(query, metric=metric.id, params=params))
    if turns_out(metric, params, is_over=query.last_day < today):
        query = replace(query, matured=query.matured or today)
    metric = history.here(session, metric, params)
    if query.by is not None:
        check_segment(metric, {query.by: ""}, "by")
    parts = {}
    if isinstance(metric, Custom):
        for key, one in composed.to_parts(session, metric, query).items():
            part = metric.expression.parts[key]
            if not turns_out(part.metric, part.params, is_over=query.last_day < today):
                one = replace(one, matured=None)
            parts[key] = _question(session, part.metric, part.params, one, today, seen)
    asked = _Question(metric, params, query, parts)
    return seen.setdefault(asked.key, asked)


def _rolled(query: Query) -> Query:
    """Return the same question over the days up to its last one that it asks for, if it does."""
    days = query.params.get("days")
    if days is None:
        return query
    return replace(query, first_day=query.last_day - timedelta(days=int(days) - 1))


def _read(
    session: Session,
    asked: _Question,
    seen: dict[tuple[str, str], Result],
    *,
    today: date,
    now: datetime,
) -> Result:
    """Return the answer to a question; `seen` holds those of its parts that were read already."""
    if asked.key in seen:
        return seen[asked.key]
    here = workspace.of(session)
    metric, params, query = asked.metric, asked.params, asked.query
    complete = now >= here.end_of(query.last_day)
    parts: dict[str, Result] = {}
    segments: list[tuple[str, Figure]] | None = None
    nobody: Figure | None = None
    if isinstance(metric, Custom):
        parts = {
            key: _read(session, one, seen, today=today, now=now) for key, one in asked.parts.items()
        }
        figure = composed.figure(metric, {key: one.figure for key, one in parts.items()})
        if query.by is not None:
            segments, nobody = composed.split(metric, parts)
        said = composed.said(metric, parts)
        days = [one.data_to for one in parts.values() if one.data_to is not None]
        data_to = min(days) if len(days) == len(parts) else None
    elif not metric.is_counted:
        figure, said, data_to = delivered.read(session, query)
        missing = history.missing(session, metric) if figure.value is None else None
        if missing is not None:
            said = [*said, notes.needs_param(missing)]
    else:
        base = rollups.base_of(session)
        recipe = recipes.of(metric.id, params)
        scope = scope_of(session, base, query.where, query.by, recipe.subjects)
        by_stage = "stage" in scope.where or (scope.by is not None and scope.by.base == "stage")
        horizon = query.matured or today
        reader = Reader(scope, metric, params, query, horizon, by_stage, here.fiscal)
        figure = reader.recipe.figure(reader.window(), params)
        if query.by is not None:
            segments, nobody = reader.segments()
        said = reader.notes(figure)
        if scope.slow:
            said = [*said, notes.slow()]
        data_to = history.latest(session, metric, params)
    if not complete:
        said = [*said, notes.partial()]
    unit, currency = unit_of(metric, params, here.currency)
    found = Result(
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
        nobody=nobody,
        parts=parts,
    )
    return seen.setdefault(asked.key, found)


def turns_out(metric: Metric, params: Mapping[str, str], *, is_over: bool) -> bool:
    """Tell whether a window's value still depends on the day on which it is read."""
    if isinstance(metric, Custom):
        parts = metric.expression.parts.values()
        return any(turns_out(one.metric, one.params, is_over=is_over) for one in parts)
    if metric.id not in RECIPES:
        return False
    recipe = recipes.of(metric.id, params)
    names = [one for part in recipe.parts(params) for one in part if one not in recipe.special]
    if any(measures.find(one).turns is not None for one in names):
        return True
    return recipe.ripens is not None and recipe.ripens(params, is_over)


def unit_of(metric: Metric, params: Mapping[str, str], currency: str) -> tuple[str, str | None]:
    """Return the unit of a variant, and the currency where it is money."""
    unit = metric.unit_of(params)
    return unit, currency if unit == "money" else None


def series(
    session: Session,
    metric: str,
    params: Mapping[str, object],
    where: Mapping[str, str],
    first: date,
    last: date,
) -> list[tuple[date, Decimal]]:
    """Return the daily amounts of a metric that adds up; days without an entry are left out."""
    found, full = library.resolve(session, metric, params)
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
    found, full = library.resolve(session, metric, params)
    rollups.refresh(session)
    return _values(session, found, full, where, windows, matured, {})


def figures(
    session: Session,
    metric: str,
    params: Mapping[str, object],
    where: Mapping[str, str],
    windows: Sequence[tuple[date, date]],
) -> list[Figure]:
    """Return a metric's value over each of many windows with what it was divided by, if known."""
    found, full = library.resolve(session, metric, params)
    rollups.refresh(session)
    if isinstance(found, Custom):
        return [Figure(one) for one in _values(session, found, full, where, windows, None, {})]
    return _counted(session, found, full, where, windows, None)


def _values(
    session: Session,
    found: Metric,
    full: Mapping[str, str],
    where: Mapping[str, str],
    windows: Sequence[tuple[date, date]],
    matured: date | None,
    seen: dict[tuple[str, str], list[Decimal | None]],
) -> list[Decimal | None]:
    """Return the values; `seen` holds those of parts that were read already over the windows."""
    key = (found.id, repr(sorted(full.items())))
    if key not in seen and isinstance(found, Custom):
        narrowed = composed.asked_of_parts(session, found, where)
        lines = {
            name: _values(session, one.metric, one.params, narrowed, windows, matured, seen)
            for name, one in found.expression.parts.items()
        }
        seen[key] = [
            found.expression.value({name: line[number] for name, line in lines.items()})
            for number in range(len(windows))
        ]
    elif key not in seen:
        each = _counted(session, found, full, where, windows, matured)
        seen[key] = [one.value for one in each]
    return seen[key]


def _counted(
    session: Session,
    found: Metric,
    full: Mapping[str, str],
    where: Mapping[str, str],
    windows: Sequence[tuple[date, date]],
    matured: date | None,
) -> list[Figure]:
    asked = [
        _rolled(Query(found.id, first, last, full, where, matured=matured or last))
        for first, last in windows
    ]
    if not history.here(session, found, full).is_counted:
        return [delivered.read(session, one)[0] for one in asked]
    recipe = recipes.of(found.id, full)
    scope = scope_of(session, rollups.base_of(session), where, None, recipe.subjects)
    by_stage = "stage" in scope.where
    scope.remember(max((last for _, last in windows), default=date.min))
    fiscal = workspace.of(session).fiscal
    readers = [
        Reader(scope, found, full, one, one.matured or one.last_day, by_stage, fiscal)
        for one in asked
    ]
    return [recipe.figure(one.window(), full) for one in readers]


def earliest(
    session: Session, metric: str, params: Mapping[str, object], where: Mapping[str, str]
) -> date | None:
    """Return the day of the first event that a metric counts, None where there is none."""
    rollups.refresh(session)
    given = {name: str(value) for name, value in params.items() if value is not None}
    return history.earliest(session, library.find(session, metric), where, given)


def available(session: Session) -> set[str]:
    """Return the ids of the metrics for which records or readings exist."""
    rollups.refresh(session)
    return {
        one.id
        for one in library.every(session).values()
        if history.earliest(session, one, {}) is not None
    }
