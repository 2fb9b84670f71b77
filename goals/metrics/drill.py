"""Which records stand behind the parts of a reading."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, null, or_, select, union_all

from goals import calendar
from goals.metrics import catalogue, cohorts, fitting, measures, recipes
from goals.metrics.counting import Statement
from goals.metrics.evidence import Reading
from goals.metrics.measures import Measure
from goals.metrics.query import Query
from goals.metrics.recipes import hours, money
from goals.metrics.rows import Rows
from goals.metrics.scope import Scope
from goals.words import N_, Message

#: What is put behind the metric that a number is made of, where its two parts are listed apart.
BELOW = ".denominator"
_OWN = ("numerator", "denominator")
_CALLED = {"numerator": N_("Above the line"), "denominator": N_("Below the line")}


def offered(reading: Reading) -> dict[str, Message]:
    """Return the parts of a counted reading whose records can be listed, and their names.

    Beside the numerator and the denominator these are the metrics that the value is made of.
    What they list already is not offered twice.
    """
    found = [name for name in _OWN if name == "numerator" or reading.denominator is not None]
    known: set[str] = set()
    called: dict[str, Message] = {}
    for name, one in _made_of(reading).items():
        above, below = (set(parts(one, part)) for part in _OWN)
        known |= above | below
        shown = {"metric": catalogue.find(name).name}
        if above == below:
            called[name] = shown["metric"]
        else:
            called[name] = Message(N_("%(metric)s, above the line"), shown)
            called[f"{name}{BELOW}"] = Message(N_("%(metric)s, below the line"), shown)
    if called:
        # Where there is no value, both parts tell why.
        found = [name for name in _OWN if not known.issuperset(parts(reading, name))]
    return {**{name: Message(_CALLED[name]) for name in found}, **called}


def resolved(reading: Reading, part: str) -> tuple[Reading, str]:
    """Return the reading that a part belongs to, itself or one that it is made of, and its side."""
    if part in _OWN:
        return reading, part
    name = part.removesuffix(BELOW)
    return _made_of(reading)[name], _OWN[name != part]


def _made_of(reading: Reading) -> dict[str, Reading]:
    """Return the readings, kept nowhere, whose numbers a formula takes, by their metrics."""
    found: dict[str, Reading] = {}
    for query in recipes.of(reading.metric, reading.params).made_of(asked(reading)):
        metric, params = catalogue.resolve(query.metric, query.params)
        unit = metric.unit_of(params)
        found[metric.id] = Reading(
            workspace_id=reading.workspace_id,
            receipt=reading.receipt,
            metric=metric.id,
            version=metric.version,
            params=params,
            where=reading.where,
            first_day=query.first_day,
            last_day=query.last_day,
            matured=query.matured,
            known_at=query.known_at,
            unit=unit,
            currency=reading.currency if unit == "money" else None,
            as_of=reading.as_of,
            computed_at=reading.computed_at,
        )
    return found


def parts(reading: Reading, part: str) -> tuple[str, ...]:
    """Return the measures whose records make up the numerator or the denominator."""
    numerator, denominator = recipes.of(reading.metric, reading.params).parts(reading.params)
    return denominator or numerator if part == "denominator" else numerator


def _measure(scope: Scope, reading: Reading, name: str) -> Measure:
    query, recipe = asked(reading), recipes.of(reading.metric, reading.params)
    if name in recipe.special:
        return recipe.special[name](scope, query)
    horizon = query.matured or date.max
    ripe = cohorts.matured(scope, name, reading.params, query, horizon)
    return measures.find(name) if ripe is None else ripe


def statement(scope: Scope, reading: Reading, part: str) -> tuple[Statement, str]:
    """Return (id, day, value, stage) of every record that a part counts, and the values' unit.

    The stage is the one that was counted, which a deal may have left since.
    """
    recipe = recipes.of(reading.metric, reading.params)
    stands = recipe.stands
    if stands is not None:
        if part == "denominator" and recipe.parts(reading.params)[1]:
            scope = scope.of_all_stages()
        came, valued = map(measures.find, stands(reading.params, "stage" in scope.where))
        return standing(scope, reading.last_day, came, valued), valued.unit
    names = parts(reading, part)
    found = [_measure(scope, reading, name) for name in names]
    each = [
        _one(scope, one, reading, always=name in recipe.special)
        for name, one in zip(names, found, strict=True)
    ]
    if len(each) == 1:
        return each[0], found[0].unit
    both = union_all(*each).subquery()
    return select(*both.c), found[0].unit


def behind(
    scope: Scope, reading: Reading, dim: str | None = None
) -> list[tuple[Measure, Statement]]:
    """Return the measures behind both parts of a reading, each with the records it looks at.

    A record whose value is not known is among them, though the number leaves it out. The
    statements have the columns of `statement`; with `dim` they are not narrowed, and have each
    record's member of that dimension as `key` beside.
    """
    recipe = recipes.of(reading.metric, reading.params)
    wide = scope if dim is None else replace(scope, where={})
    if recipe.stands is not None:
        came, valued = map(measures.find, recipe.stands(reading.params, "stage" in scope.where))
        valued_at_all = replace(valued, value=None)
        return [(valued, standing(wide, reading.last_day, came, valued_at_all, dim))]
    names = dict.fromkeys(name for part in recipe.parts(reading.params) for name in part)
    found = [(name, _measure(scope, reading, name)) for name in names]
    return [
        (one, _one(wide, _all_of(one), reading, always=name in recipe.special, dim=dim))
        for name, one in found
    ]


def _all_of(measure: Measure) -> Measure:
    return replace(measure, value=None, distinct=None)


def _one(
    scope: Scope, measure: Measure, reading: Reading, *, always: bool, dim: str | None = None
) -> Statement:
    """Return what a measure counts in a reading's window, or on all its days."""
    measure = fitting.fitted(measure, scope.base, reading.last_day)
    rows = measure.rows(scope.base)
    value = null() if measure.value is None else measure.value(scope.base)
    condition = [rows.where, measure.only, *scope.custom_is(measure)]
    if not always:
        condition += [measure.day >= reading.first_day, measure.day <= reading.last_day]
    if measure.value is not None:
        condition.append(value.is_not(None))
    chosen = _chosen(rows, measure.day, value, dim)
    if measure.distinct is not None:
        # What is counted once is listed itself, or one of its records stands for all.
        listed = recipes.of(reading.metric, reading.params).listed
        one = measure.distinct if listed else func.min(rows.id)
        columns = (
            one.label("id"),
            func.max(measure.day).label("day"),
            value.label("value"),
            null().label("stage"),
        )
        chosen = select(*columns).select_from(rows.source).group_by(measure.distinct)
        condition.append(measure.distinct.is_not(None))
    return _narrowed(chosen.where(*condition), scope, rows)


def standing(
    scope: Scope, day: date, came: Measure, valued: Measure, dim: str | None = None
) -> Statement:
    """Return what came and has not gone when a day ends, with its `key` in a dimension if any."""
    since = came.day
    came = fitting.fitted(came, scope.base)
    assert came.leaves is not None
    rows = came.rows(scope.base)
    value = null() if valued.value is None else valued.value(scope.base)
    known = () if valued.value is None else (value.is_not(None),)
    chosen = _chosen(rows, since, value, dim).where(
        rows.where,
        came.only,
        came.day <= day,
        or_(came.leaves.is_(None), came.leaves > day),
        *known,
        *scope.custom_is(came),
    )
    return _narrowed(chosen, scope, rows)


def _chosen(rows: Rows, day: Any, value: Any, dim: str | None) -> Statement:
    stage = rows.dims.get("stage", null())
    columns = (
        rows.id.label("id"),
        day.label("day"),
        value.label("value"),
        stage.label("stage"),
        *(() if dim is None else (rows.dims[dim].label("key"),)),
    )
    return select(*columns).select_from(rows.source)


def _narrowed(chosen: Statement, scope: Scope, rows: Rows) -> Statement:
    for dim, keys in scope.where.items():
        chosen = chosen.where(rows.dims[dim].in_(list(keys)))
    return chosen


def asked(reading: Reading) -> Query:
    """Return the question that a reading answered."""
    return Query(
        metric=reading.metric,
        first_day=reading.first_day,
        last_day=reading.last_day,
        params=reading.params,
        where=reading.where,
        by=reading.by,
        matured=reading.matured,
        known_at=reading.known_at,
        versions={} if reading.made_of is None else reading.made_of["versions"],
    )


def shown(reading: Reading, unit: str, value: Any) -> Decimal | None:
    """Return a record's part of the value: an amount, days or hours; None where it only counts.

    `unit` is that of the measure that gave the value.
    """
    if value is None or (unit == "since" and reading.unit == "count"):
        return None
    if unit == "months":
        last = min(reading.last_day, reading.matured or reading.last_day)
        return calendar.months(reading.first_day, last)
    if unit == "since":
        return Decimal(reading.last_day.toordinal() - int(value))
    if unit == "hours":
        return hours(int(value))
    # Points are kept as money is.
    return money(int(value)) if unit in ("money", "points") else Decimal(int(value))
