"""The parts of a compiled statement in which rows come from tables, and what is asked of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.sql import elements, operators
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.selectable import (
    CTE,
    Alias,
    FromGrouping,
    Join,
    Subquery,
    TableClause,
    TableSample,
)

from app.tenancy.watching import Watching


@dataclass(frozen=True, eq=False)
class Condition:
    """Something that every row fulfils; `only` names the sources it narrows (None: all).

    The ON of an outer join narrows the side that may be missing and leaves the other as it is.
    """

    clause: Any
    only: frozenset[Any] | None = None


@dataclass(eq=False)
class Place:
    """A SELECT, UPDATE or DELETE with its sources and conditions.

    `original` is the statement as written, `enclosing` what stands around it, innermost last.
    """

    statement: Any
    original: Any
    enclosing: tuple[Any, ...]
    sources: dict[Any, Any] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)

    def take(self, source: Any) -> frozenset[Any]:
        """Take in something that stands after FROM; returns the single sources in it."""
        while isinstance(source, FromGrouping):
            source = source.element
        if not isinstance(source, Join):
            self.sources[source] = source
            return frozenset([source])
        left, right = self.take(source.left), self.take(source.right)
        if not source.full:
            only = right if source.isouter else None
            self.conditions += [Condition(one, only) for one in conjuncts(source.onclause)]
        return left | right


def of(compiled: Watching) -> Iterator[Place]:
    """Yield the places of a compiled statement."""
    state: Any = compiled.compile_state
    statement = state.statement if state is not None else None
    if isinstance(statement, (Update, Delete)):
        froms = (statement.table, *state._extra_froms)
        yield _place(Place(statement, statement, ()), froms, statement._where_criteria)
    for scope in compiled.scopes:
        place = Place(scope.select, scope.original, scope.enclosing)
        yield _place(place, scope.froms, scope.select._where_criteria)


def _place(place: Place, froms: tuple[Any, ...], criteria: tuple[Any, ...]) -> Place:
    for source in froms:
        place.take(source)
    place.conditions += [Condition(one) for clause in criteria for one in conjuncts(clause)]
    return place


def conjuncts(clause: Any) -> Iterator[Any]:
    """Yield the conditions that must all be true; what stands under OR is one of them."""
    clause = bare(clause)
    if isinstance(clause, elements.ExpressionClauseList) and clause.operator is operators.and_:
        for one in clause.clauses:
            yield from conjuncts(one)
    elif clause is not None:
        yield clause


def bare(expression: Any) -> Any:
    """Return an expression without its label and brackets."""
    while isinstance(expression, (elements.Label, elements.Grouping)):
        expression = expression.element
    return expression


def table_name(source: Any) -> str | None:
    """Return the name of the table that a source reads, None for subqueries and the like."""
    while isinstance(source, (Alias, TableSample)):
        source = source.element
    # SQLite takes names for the same however they are written.
    return str(source.name).lower() if isinstance(source, TableClause) else None


def is_query(source: Any) -> bool:
    """Tell whether a source's columns come from a SELECT of its own.

    A recursive CTE is no such source: its rows also come from themselves.
    """
    return isinstance(source, Subquery) or (isinstance(source, CTE) and not source.recursive)
