"""The bridge from a CRM's report to our number, and the records that each of its steps is about."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, func, not_, or_, select
from sqlmodel import Session, col

from goals.errors import Refusal
from goals.metrics import history, library, receipts, recipes
from goals.metrics import refresh as rollups
from goals.metrics.evidence import Reading
from goals.metrics.receipts import Counted
from goals.metrics.recipes import money
from goals.metrics.reconcile import parts, states
from goals.metrics.reconcile.parts import Part
from goals.metrics.reconcile.report import Report, checked
from goals.metrics.reconcile.states import State, Way
from goals.metrics.scope import Scope, scope_of
from goals.metrics.subjects import SUBJECTS
from goals.records.connections import Connection
from goals.table import workspace_of
from goals.words import N_


@dataclass(frozen=True)
class Total:
    """How many records a side counts, and their amount in the base currency (None: no amounts)."""

    n: int
    amount: Decimal | None

    @property
    def figure(self) -> Decimal:
        """Return the number that is compared: the amount, else the number of records."""
        return Decimal(self.n) if self.amount is None else self.amount


@dataclass(frozen=True)
class Step:
    """What one difference does on the way from theirs to ours.

    `left` records count no more from here on, `came` count from here on, and `changed` count for
    another amount. `total` is what that adds, or takes away below zero.
    """

    key: str
    left: int
    came: int
    changed: int
    total: Total

    @property
    def records(self) -> int:
        """Return how many records the step is about."""
        return self.left + self.came + self.changed


@dataclass(frozen=True)
class Bridge:
    """From a report of the CRM to a part of a metric; theirs and all steps together are ours.

    `aside` tells by its key how many records are counted by neither side.
    """

    part: Part
    report: Report
    theirs: Total
    steps: tuple[Step, ...]
    ours: Total
    aside: dict[str, int]

    @property
    def explained(self) -> Decimal:
        """Return what the steps add up to."""
        return self.ours.figure - self.theirs.figure

    def step(self, key: str) -> Step | None:
        """Return a step by its key, None for one that is not on this way."""
        return next((one for one in self.steps if one.key == key), None)


@dataclass(frozen=True)
class Sided:
    """A record that a step is about, with its amount before and after it (None: not counted)."""

    record: Counted
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Asked:
    """A question whose number is compared with a report of a connection.

    Outcomes and amounts of the report are those of `today`.
    """

    session: Session
    reading: Reading
    connection_id: int
    today: date

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the parts that can be compared, () where nothing is counted from records."""
        metric = library.find(self.session, self.reading.metric)
        if not history.here(self.session, metric, self.reading.params).is_counted:
            return ()
        return parts.of(metric, self.reading.params, by_stage="stage" in self.reading.where)

    def part(self, name: str | None) -> Part:
        """Return a part by its name, the first for None; raises Refusal `unknown_part`."""
        found = next((one for one in self.parts if name in (None, "", one.name)), None)
        if found is None:
            raise Refusal(
                "unknown_part", N_("This number has no such part to compare."), field="part"
            )
        return found

    def bridge(self, part: Part, report: Report) -> Bridge:
        """Return the way from a report to a part, in numbers; raises Refusal for a wrong choice."""
        way = self._way(part, report)
        columns: list[Any] = []
        before: State | None = None
        for one in way.states:
            columns += [_count(states.condition(way, one)), _sum(way, one)]
            columns += [_count(each) for each in _changes(way, before, one)]
            before = one
        columns += [_count(states.condition(way, one)) for one in way.aside]
        numbers = [int(one) for one in self.session.execute(select(*columns)).one()]
        width = 5
        rows = [numbers[place * width : (place + 1) * width] for place in range(len(way.states))]
        totals = [_total(part, n, units) for n, units, *_ in rows]
        steps = tuple(
            Step(state.key, left, came, changed, _less(now, then))
            for state, then, now, (_, _, left, came, changed) in zip(
                way.states[1:], totals, totals[1:], rows[1:], strict=False
            )
        )
        aside = dict(zip((one.key for one in way.aside), numbers[width * len(rows) :], strict=True))
        return Bridge(part, report, totals[0], steps, totals[-1], aside)

    def records(
        self, part: Part, report: Report, key: str, *, offset: int = 0, limit: int = 50
    ) -> tuple[int, list[Sided]]:
        """Return how many records a step (or what is counted by neither side) is about, and a page.

        The latest come first. Raises Refusal `unknown_step`.
        """
        way = self._way(part, report)
        statement = _listing(way, key)
        total = self.session.execute(
            select(func.count()).select_from(statement.subquery())
        ).scalar_one()
        day, row_id = way.found.c.day, way.found.c.id
        page = statement.order_by(day.desc(), row_id).offset(offset).limit(limit)
        rows = self.session.execute(page).all()
        shown = receipts.described(
            self.session,
            SUBJECTS[part.record],
            [(one.id, one.day, None, None) for one in rows],
            "count",
        )
        is_money = part.is_money
        return int(total), [
            Sided(
                record,
                _worth(row.was, row.before, is_money),
                _worth(row.now, row.after, is_money),
            )
            for record, row in zip(shown, rows, strict=True)
        ]

    def _way(self, part: Part, report: Report) -> Way:
        rollups.true_up(self.session)
        scope = self._scope()
        found = states.of(
            scope, self.reading, part, self.connection_id, checked(report), self.today
        )
        return found

    def _scope(self) -> Scope:
        recipe = recipes.of(self.reading.metric, self.reading.params)
        base = rollups.base_of(self.session)
        return scope_of(self.session, base, self.reading.where, None, recipe.subjects)


def connections(session: Session, part: Part) -> list[Connection]:
    """Return the connections that have delivered records of a part's kind, by name."""
    statement = (
        select(Connection)
        .where(col(Connection.workspace_id) == workspace_of(session))
        .order_by(col(Connection.name))
    )
    return [one for one in session.scalars(statement) if part.record in one.records]


def _changes(way: Way, before: State | None, after: State) -> tuple[Any, Any, Any]:
    """Return the conditions that a record leaves, comes in, or is valued otherwise."""
    now = states.condition(way, after)
    was = now if before is None else states.condition(way, before)
    if before is None or before.value == after.value:
        return and_(was, not_(now)), and_(now, not_(was)), and_(was, not_(was))
    moved = states.amount(way, before) != states.amount(way, after)
    return and_(was, not_(now)), and_(now, not_(was)), and_(was, now, moved)


def _listing(way: Way, key: str) -> Any:
    """Return the records of a step with their amounts before and after it."""
    found = way.found.c
    for before, after in zip(way.states, way.states[1:], strict=False):
        if after.key == key:
            columns = (
                found.id,
                found.day,
                case((states.condition(way, before), 1), else_=0).label("was"),
                states.amount(way, before).label("before"),
                case((states.condition(way, after), 1), else_=0).label("now"),
                states.amount(way, after).label("after"),
            )
            return select(*columns).where(or_(*_changes(way, before, after)))
    for one in way.aside:
        if one.key == key:
            nothing = case((found.id.is_(None), 1), else_=0)
            columns = (
                found.id,
                found.day,
                nothing.label("was"),
                nothing.label("before"),
                nothing.label("now"),
                nothing.label("after"),
            )
            return select(*columns).where(states.condition(way, one))
    raise no_step()


def no_step() -> Refusal:
    """Return what is said of a step that a way does not have."""
    return Refusal("unknown_step", N_("There is no such step on this way."), field="step")


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(way: Way, state: State) -> Any:
    value = case((states.condition(way, state), states.amount(way, state)), else_=0)
    return func.coalesce(func.sum(value), 0)


def _total(part: Part, n: int, units: int) -> Total:
    return Total(n, money(units) if part.is_money else None)


def _less(after: Total, before: Total) -> Total:
    if after.amount is None or before.amount is None:
        return Total(after.n - before.n, None)
    return Total(after.n - before.n, after.amount - before.amount)


def _worth(is_counted: int, units: int, is_money: bool) -> Decimal | None:
    """Return what a record counts for, None where it does not."""
    if not is_counted:
        return None
    return money(int(units)) if is_money else Decimal(1)
