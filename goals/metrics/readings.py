"""Readings: one value of a metric with its evidence, from rollups that are true first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from goals.errors import Refusal
from goals.metrics import (
    asking,
    catalogue,
    composed,
    delivered,
    history,
    keeping,
    known,
    library,
    notes,
    recipes,
)
from goals.metrics import refresh as rollups
from goals.metrics.ahead import Ahead
from goals.metrics.asking import Question
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.metrics.formulas import Figure
from goals.metrics.query import Query
from goals.metrics.reader import Reader
from goals.metrics.result import Result
from goals.metrics.rows import Base
from goals.metrics.scope import scope_of
from goals.words import N_


def resolved(metric: Metric, params: Mapping[str, object]) -> dict[str, str]:
    """Return a metric's parameters with the defaults filled in."""
    return catalogue.filled(metric, params)


def read(
    session: Session,
    query: Query,
    *,
    today: date,
    now: datetime,
    keep: bool = True,
    ahead: Ahead | None = None,
) -> Result:
    """Return a metric's value over a window, after counting what is marked anew.

    `today` ends the time that outcomes of a cohort may take unless the query says
    otherwise. Raises Refusal for what cannot be asked. With `keep` the reading is stored and
    gets a receipt; the same question over the same data gets the same one. `ahead` is that of
    `read_all`.
    """
    [result] = read_all(session, [query], today=today, now=now, ahead=ahead)
    return keeping.keep(session, result, now=now) if keep else result


def read_all(
    session: Session,
    queries: Sequence[Query],
    *,
    today: date,
    now: datetime,
    ahead: Ahead | None = None,
) -> list[Result]:
    """Return what `read` does for each of several questions; nothing is kept of these readings.

    What they need is counted together. `ahead` holds what is counted already in this
    transaction, and then what was counted for these as well. Raises Refusal if any of them
    cannot be asked.
    """
    ahead = ahead or Ahead(session)
    asked = look_ahead(session, queries, ahead, today=today)
    return [_answer(session, one, ahead, today, now) for one in asked]


def look_ahead(
    session: Session, queries: Sequence[Query], ahead: Ahead, *, today: date
) -> list[Question]:
    """Count what several questions need, after counting what is marked anew.

    Raises Refusal if any of them cannot be asked.
    """
    resolved = [library.resolve(session, one.metric, one.params, one.versions) for one in queries]
    if any(one.last_day < one.first_day for one in queries):
        raise Refusal("window", N_("The last day lies before the first."), field="to")
    trued(session, ahead)
    ahead.edges.find(history.expected(one for metric, _ in resolved for one in _of(metric)))
    asked = [
        asking.question(session, metric, params, query, today, ahead, {})
        for (metric, params), query in zip(resolved, queries, strict=True)
    ]
    asking.look_ahead(ahead, [one for one in asked if one.query.known_at is None], today)
    return asked


def _of(metric: Metric) -> list[Metric]:
    return [one for one, _ in composed.leaves(metric, {})]


def _answer(session: Session, asked: Question, ahead: Ahead, today: date, now: datetime) -> Result:
    then = asked.query.known_at
    if then is None:
        return _read(session, asked, {}, ahead, today=today, now=now)
    with known.as_of(session, then):
        result = _read(session, asked, {}, Ahead(session), today=today, now=now)
    since = ahead.here.knowledge_from
    if since is None or then < since:
        return replace(result, notes=(*result.notes, notes.unknown_then()))
    return result


def look(session: Session, metric: Metric, query: Query, *, today: date, now: datetime) -> Result:
    """Return the value of a metric that may not be kept yet; nothing is kept of the reading."""
    rollups.true_up(session)
    ahead = Ahead(session)
    asked = asking.question(session, metric, {}, query, today, ahead, {})
    asking.look_ahead(ahead, [asked], today)
    return _read(session, asked, {}, ahead, today=today, now=now)


def tried(
    session: Session,
    metric: Metric,
    params: Mapping[str, str],
    first: date,
    last: date,
    base: Base,
    *,
    today: date,
) -> Figure:
    """Return a counted metric's value for another base than the workspace's own, kept nowhere.

    A custom metric is worked out from its parts over that base.
    """
    if isinstance(metric, Custom):
        parts = {
            key: tried(session, one.metric, one.params, first, last, base, today=today)
            for key, one in metric.expression.parts.items()
        }
        return composed.figure(metric, parts)
    ahead = Ahead(session)
    asked = Query(metric.id, first, last, params)
    query = asking.question(session, metric, params, asked, today, ahead, {}).query
    recipe = recipes.of(metric.id, params)
    scope = scope_of(session, base, {}, None, recipe.subjects)
    horizon = query.matured or today
    fiscal = ahead.here.fiscal
    reader = Reader(scope, metric, params, query, horizon, False, fiscal)
    return recipe.figure(reader.window(), params)


def is_counted(session: Session, metric: Metric, params: Mapping[str, str]) -> bool:
    """Tell whether a metric, or all that it is made of, is counted from records here."""
    found = composed.leaves(metric, params)
    return all(history.here(session, one, given).is_counted for one, given in found)


def _read(
    session: Session,
    asked: Question,
    seen: dict[tuple[str, str], Result],
    ahead: Ahead,
    *,
    today: date,
    now: datetime,
) -> Result:
    """Return the answer to a question; `seen` holds those of its parts that were read already."""
    if asked.key in seen:
        return seen[asked.key]
    here = ahead.here
    metric, params, query = asked.metric, asked.params, asked.query
    complete = now >= here.end_of(query.last_day)
    parts: dict[str, Result] = {}
    segments: list[tuple[str, Figure]] | None = None
    nobody: Figure | None = None
    if isinstance(metric, Custom):
        parts = {
            key: _read(session, one, seen, ahead, today=today, now=now)
            for key, one in asked.parts.items()
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
        reader = asked.read_by(ahead, today)
        figure = reader.recipe.figure(reader.window(), params)
        if query.by is not None:
            segments, nobody = reader.segments()
        said = reader.notes(figure)
        if reader.scope.slow:
            said = [*said, notes.slow()]
        data_to = history.latest(session, metric, params, ahead.edges)
    if not complete:
        said = [*said, notes.partial()]
    if metric.is_counted and not ahead.base.rolled:
        said = [*said, notes.counting()]
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
    ahead: Ahead | None = None,
) -> list[tuple[date, Decimal]]:
    """Return the daily amounts of a metric that adds up; days without an entry are left out."""
    found, full = library.resolve(session, metric, params)
    return history.series(session, found, full, where, first, last, trued(session, ahead))


def level_series(
    session: Session,
    metric: str,
    params: Mapping[str, object],
    where: Mapping[str, str],
    first: date,
    days: Sequence[date],
    ahead: Ahead | None = None,
) -> list[tuple[date, Decimal | None]]:
    """Return a metric's value over the window from `first` to each of some days."""
    windows = [(first, day) for day in days]
    found = values(session, metric, params, where, windows, ahead=ahead)
    return list(zip(days, found, strict=True))


def values(
    session: Session,
    metric: str,
    params: Mapping[str, object],
    where: Mapping[str, str],
    windows: Sequence[tuple[date, date]],
    *,
    matured: date | None = None,
    ahead: Ahead | None = None,
) -> list[Decimal | None]:
    """Return a metric's value over each of many windows, from what is counted by day at once.

    `matured` ends the time that outcomes of a cohort may take (None: the window's own end).
    """
    found, full = library.resolve(session, metric, params)
    return _values(trued(session, ahead), found, full, where, windows, matured, {})


def figures(
    session: Session,
    metric: str,
    params: Mapping[str, object],
    where: Mapping[str, str],
    windows: Sequence[tuple[date, date]],
    ahead: Ahead | None = None,
) -> list[Figure]:
    """Return a metric's value over each of many windows with what it was divided by, if known."""
    found, full = library.resolve(session, metric, params)
    ahead = trued(session, ahead)
    if isinstance(found, Custom):
        return [Figure(one) for one in _values(ahead, found, full, where, windows, None, {})]
    return _counted(ahead, found, full, where, windows, None)


def trued(session: Session, ahead: Ahead | None) -> Ahead:
    """Return what was counted already, or nothing yet, with what is marked counted anew."""
    if ahead is None:
        ahead = Ahead(session)
    ahead.once("refreshed", lambda: rollups.true_up(session))
    return ahead


def _values(
    ahead: Ahead,
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
        narrowed = composed.asked_of_parts(ahead.session, found, where)
        lines = {
            name: _values(ahead, one.metric, one.params, narrowed, windows, matured, seen)
            for name, one in found.expression.parts.items()
        }
        seen[key] = [
            found.expression.value({name: line[number] for name, line in lines.items()})
            for number in range(len(windows))
        ]
    elif key not in seen:
        each = _counted(ahead, found, full, where, windows, matured)
        seen[key] = [one.value for one in each]
    return seen[key]


def _counted(
    ahead: Ahead,
    found: Metric,
    full: Mapping[str, str],
    where: Mapping[str, str],
    windows: Sequence[tuple[date, date]],
    matured: date | None,
) -> list[Figure]:
    asked = [
        asking.rolled(Query(found.id, first, last, full, where, matured=matured or last))
        for first, last in windows
    ]
    if not history.here(ahead.session, found, full, ahead.edges).is_counted:
        return [delivered.read(ahead.session, one)[0] for one in asked]
    recipe = recipes.of(found.id, full)
    scope = scope_of(ahead.session, ahead.base, where, None, recipe.subjects, ahead)
    by_stage = "stage" in scope.where
    scope.remember(max((last for _, last in windows), default=date.min))
    fiscal = ahead.here.fiscal
    readers = [
        Reader(scope, found, full, one, one.matured or one.last_day, by_stage, fiscal)
        for one in asked
    ]
    return [recipe.figure(one.window(), full) for one in readers]


def earliest(
    session: Session,
    metric: str,
    params: Mapping[str, object],
    where: Mapping[str, str],
    ahead: Ahead | None = None,
) -> date | None:
    """Return the day of the first event that a metric counts, None where there is none."""
    ahead = trued(session, ahead)
    given = {name: str(value) for name, value in params.items() if value is not None}
    return history.earliest(session, library.find(session, metric), where, given, ahead)


def available(session: Session, ahead: Ahead | None = None) -> set[str]:
    """Return the ids of the metrics for which records or readings exist."""
    ahead = trued(session, ahead)
    every = library.every(session)
    ahead.edges.find(history.expected(every.values()))
    return {
        one.id
        for one in every.values()
        if history.earliest(session, one, {}, ahead=ahead) is not None
    }
