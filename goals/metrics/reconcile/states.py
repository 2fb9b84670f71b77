"""The way from a CRM's report to our number as states: each counts a little more as we do.

A state is a set of records, each with its amount. Between two neighbours records leave, come in
or are valued otherwise, so that what a step changes and the records that it is about are the
same by construction, and the steps add up to the whole difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Subquery, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from goals.metrics import amounts, drill, fitting
from goals.metrics.counting import Statement
from goals.metrics.evidence import Reading
from goals.metrics.measures import MEASURES
from goals.metrics.reconcile.parts import Part
from goals.metrics.reconcile.report import Report
from goals.metrics.rows import Expression
from goals.metrics.scope import Scope
from goals.metrics.sql import local_day

THEIRS, OURS = "theirs", "ours"
#: What two records of different sources that are one have in common, by kind.
_TWINS = {"deal": ("name", "created_on", "amount"), "lead": ("email",)}


@dataclass(frozen=True)
class State:
    """Where the way has come to: what a record must be by now, and whose amount it has.

    `key` names the step that led here.
    """

    key: str
    holds: tuple[str, ...]
    value: str = THEIRS


@dataclass(frozen=True)
class Way:
    """All records that any state counts, and the states in their order.

    `found` has `id`, `day`, a 1 or 0 for each thing that a record can be, and both amounts (null
    where there is none). `aside` are records that neither side counts, by why.
    """

    found: Subquery
    states: tuple[State, ...]
    aside: tuple[State, ...]


def of(
    scope: Scope, reading: Reading, part: Part, connection_id: int, report: Report, today: date
) -> Way:
    """Return the way from a connection's report to a part of a reading."""
    ours = drill.statement(scope, reading, part.name)[0].subquery("ours")
    facts = _facts(scope, reading, part, connection_id, report)
    facts["ours"] = ours.c.id.is_not(None)
    states, aside = _standing(report) if part.stands is not None else _dated(report)
    matters = _matters(scope, part, report)
    states = tuple(one for one in states if matters.get(one.key, True))
    aside = tuple(one for one in aside if matters.get(one.key, True))
    needed = {one for state in (*states, *aside) for one in state.holds}
    rows = part.plain.rows(scope.base)
    table: Any = part.table
    wanted = [and_(*(facts[one] for one in state.holds)) for state in (*states, *aside)]
    found = (
        select(
            col(table.id).label("id"),
            func.coalesce(part.plain.day, _day_there(part, report)).label("day"),
            *(case((facts[one], 1), else_=0).label(f"is_{one}") for one in sorted(needed)),
            _theirs(scope, part, report, today).label(THEIRS),
            (ours.c.value if part.is_money else literal(0)).label(OURS),
        )
        .select_from(rows.source.outerjoin(ours, ours.c.id == col(table.id)))
        .where(col(table.workspace_id) == scope.base.workspace_id, or_(*wanted))
        .subquery("found")
    )
    return Way(found, states, aside)


def condition(way: Way, state: State) -> Expression:
    """Return the condition that a record of the way is counted in a state."""
    return and_(*(way.found.c[f"is_{one}"] == 1 for one in state.holds))


def amount(way: Way, state: State) -> Expression:
    """Return the amount of a record in a state, 0 where it has none."""
    return func.coalesce(way.found.c[state.value], 0)


# --- What a record can be --------------------------------------------------------------------


def _facts(
    scope: Scope, reading: Reading, part: Part, connection_id: int, report: Report
) -> dict[str, Expression]:
    table: Any = part.table
    rows = part.plain.rows(scope.base)
    valued = part.valued
    first, last = reading.first_day, reading.last_day
    counted = part.counted[report.counts]
    facts: dict[str, Expression] = {
        "here": and_(col(table.connection_id) == connection_id, col(table.is_stub).is_(False)),
        "stub": and_(col(table.connection_id) == connection_id, col(table.is_stub)),
        "living": col(table.deleted_at).is_(None),
        "gone": col(table.deleted_at).is_not(None),
        "counted_there": true() if counted is None else counted,
        "counted": part.plain.only,
        "dated": part.plain.day.is_not(None),
        "undated": part.plain.day.is_(None),
        "day_there": _day_there(part, report).between(first, last),
        "day_in_zone": _in_zone(part, report).between(first, last),
        "day": part.plain.day.between(first, last),
        "in_time": fitting.counts(
            col(table.connection_id),
            part.plain.day if part.stands is None else literal(last),
            scope.base.limits,
        ),
        "fits": _fits(scope, rows.dims, part),
        "here_or_twin": or_(col(table.connection_id) == connection_id, _twin(part, connection_id)),
        "valued": true() if valued is None else col(table.amount).is_not(None),
    }
    if part.stands is None:
        found = None if valued is None or valued.value is None else valued.value(scope.base)
        facts["rated"] = true() if found is None else found.is_not(None)
        return facts
    came = part.stands[0]
    everything = replace(scope.of_everything(), base=replace(scope.base, limits=()))
    facts["told"] = ~MEASURES["undated"].only if part.record == "deal" else true()
    facts["stood"] = _among(part, drill.standing(everything, last, came, came))
    facts["stood_here"] = _among(part, drill.standing(scope, last, came, came))
    return facts


def _day_there(part: Part, report: Report) -> Expression:
    """Return the day that a report goes by, in its own zone."""
    if part.days[report.dated] is part.plain.day:
        return _in_zone(part, report)
    return part.days[report.dated]


def _in_zone(part: Part, report: Report) -> Expression:
    """Return the day that we go by, in the zone of a report."""
    instant = part.instant
    if report.zone is None or instant is None:
        return part.plain.day
    there = local_day(instant, report.zone)
    return case((instant.is_not(None), there), else_=part.plain.day)


def _fits(scope: Scope, dims: Mapping[str, Expression], part: Part) -> Expression:
    """Return the condition that a record is among what the question is narrowed to."""
    found = [dims[dim].in_(list(keys)) for dim, keys in scope.where.items()]
    return and_(true(), *found, *scope.custom_is(part.plain))


def _among(part: Part, statement: Statement) -> Expression:
    listed = statement.subquery()
    return col(part.table.id).in_(select(listed.c.id))


def _twin(part: Part, connection_id: int) -> Expression:
    """Return the condition that a connection has the same record as well."""
    table: Any = part.table
    other: Any = aliased(table)
    alike = [other.external_id == col(table.external_id)]
    if part.record in _TWINS:
        columns = _TWINS[part.record]
        alike.append(and_(*(getattr(other, one) == col(getattr(table, one)) for one in columns)))
    return (
        select(other.id)
        .where(
            other.workspace_id == col(table.workspace_id),
            other.connection_id == connection_id,
            other.deleted_at.is_(None),
            other.is_stub.is_(False),
            other.id != col(table.id),
            or_(*alike),
        )
        .correlate(table)
        .exists()
    )


def _theirs(scope: Scope, part: Part, report: Report, today: date) -> Expression:
    """Return a record's amount as a report has it; null for one in a currency without a rate."""
    if not part.is_money:
        return literal(0)
    table: Any = part.table
    if report.currency == "plain":
        return amounts.units(col(table.amount))
    return amounts.in_base(col(table.amount), col(table.currency), literal(today))(scope.base)


# --- The ways --------------------------------------------------------------------------------


def _matters(scope: Scope, part: Part, report: Report) -> dict[str, bool]:
    """Return which states can differ from the one before them at all."""
    elsewhere = part.days[report.dated] is not part.plain.day
    is_valued = part.valued is not None
    return {
        "archived": report.archived,
        "gone": not report.archived,
        "counts": report.counts != "same",
        "undated": elsewhere,
        "dated": elsewhere,
        "without_day": not elsewhere,
        "zone": report.zone is not None and part.instant is not None,
        "untold": part.record == "deal",
        "cut_over": bool(scope.base.limits),
        "narrowed": bool(scope.where or scope.custom),
        "valueless": is_valued,
        "unrated": is_valued,
        "rates": part.is_money,
    }


def _dated(report: Report) -> tuple[tuple[State, ...], tuple[State, ...]]:
    """Return the states of what is counted by its day."""
    fits = ("fits",) if report.narrowed else ()
    living = () if report.archived else ("living",)
    of_theirs = ("here", *fits)
    ours = ("living", "counted", "day", "in_time")
    states = [
        State(THEIRS, (*of_theirs, *living, "counted_there", "day_there")),
        State("archived", (*of_theirs, "living", "counted_there", "day_there")),
        State("counts", (*of_theirs, "living", "counted", "day_there")),
        State("undated", (*of_theirs, "living", "counted", "dated", "day_there")),
        State("dated", (*of_theirs, "living", "counted", "day_in_zone")),
        State("zone", (*of_theirs, "living", "counted", "day")),
        State("cut_over", (*of_theirs, *ours)),
        State("narrowed", ("here", "fits", *ours)),
        State("valueless", ("here", "fits", *ours, "valued")),
        State("unrated", ("here", "fits", *ours, "valued", "rated")),
        State("rates", ("here", "fits", *ours, "valued", "rated"), OURS),
    ]
    aside = (
        State("gone", ("here", "gone", "counted", "day")),
        State("without_day", ("here", "living", "counted", "undated")),
        State("stubs", ("stub", "living")),
    )
    return (*states, *_end()), aside


def _standing(report: Report) -> tuple[tuple[State, ...], tuple[State, ...]]:
    """Return the states of what stands at the end of a day."""
    fits = ("fits",) if report.narrowed else ()
    living = () if report.archived else ("living",)
    of_theirs = ("here", *fits)
    states = [
        State(THEIRS, (*of_theirs, *living, "counted")),
        State("archived", (*of_theirs, "living", "counted")),
        State("untold", (*of_theirs, "living", "counted", "told")),
        State("later", (*of_theirs, "counted", "told", "stood")),
        State("since", (*of_theirs, "stood")),
        State("cut_over", (*of_theirs, "stood", "in_time")),
        State("narrowed", ("here", "stood_here")),
        State("valueless", ("here", "stood_here", "valued")),
        State("unrated", ("here", "ours")),
        State("rates", ("here", "ours"), OURS),
    ]
    aside = (State("gone", ("here", "gone", "counted")), State("stubs", ("stub", "living")))
    return (*states, *_end()), aside


def _end() -> tuple[State, ...]:
    """Return the last states: our own rule, and the records of other sources."""
    return (
        State("rule", ("here", "ours"), OURS),
        State("twins", ("here_or_twin", "ours"), OURS),
        State("others", ("ours",), OURS),
    )
