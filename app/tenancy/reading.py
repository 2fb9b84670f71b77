"""Working out the shape of a compiled statement.

Every source of rows must be held: its `workspace_id` equals a bound value that is the workspace,
directly or through equalities with columns that do. Conditions are followed only where they hold
for every row: through AND, not through OR. A subquery is held in itself or by what stands around
it; a condition inside it narrows nothing outside.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.sql import elements, operators
from sqlalchemy.sql.dml import Insert, Update
from sqlalchemy.sql.selectable import (
    CompoundSelect,
    ScalarSelect,
    Select,
    SelectBase,
    SelectStatementGrouping,
)
from sqlalchemy.types import TypeDecorator, UserDefinedType

from app.tables import SCOPED
from app.tenancy import places
from app.tenancy.places import Condition, Place, bare
from app.tenancy.shapes import MOST_WAYS, NO_WAY, Shape, Value, Way, Ways, one_way, together
from app.tenancy.watching import Watching

KEY = "workspace_id"
NAMES = frozenset(table.name for table in SCOPED)

#: A column of a source in a place, the place by its number.
Term = tuple[int, Any, str]
#: An expression as it is understood in a place.
Placed = tuple[int, Any]


def shape(compiled: Watching) -> Shape:
    """Return the shape of a compiled statement."""
    if compiled.has_text:
        return Shape(refused="plain text is for migrations only")
    return _Reading(compiled).shape()


class _Reading:
    """One statement; `ways` grows until every equality has been followed."""

    def __init__(self, compiled: Watching) -> None:
        self.compiled = compiled
        self.state: Any = compiled.compile_state
        self.statement = self.state.statement if self.state is not None else None
        self.places = list(places.of(compiled))
        self.numbers = {id(place.statement): i for i, place in enumerate(self.places)}
        self.written: dict[int, list[int]] = {}
        for i, place in enumerate(self.places):
            self.written.setdefault(id(place.original), []).append(i)
        self.ways: dict[Term, set[Way]] = {}
        self.edges: list[tuple[Term, tuple[Placed, ...] | Ways]] = []
        self.exported: set[Term] = set()

    def shape(self) -> Shape:
        uses = [
            (name, (i, source, KEY))
            for i, place in enumerate(self.places)
            for source in place.sources
            if (name := places.table_name(source)) in NAMES
        ]
        target = places.table_name(getattr(self.statement, "table", None))
        inserts = isinstance(self.statement, Insert) and target in NAMES
        tables = {str(name) for name, _ in uses} | ({str(target)} if inserts else set())
        for name in NAMES & self.compiled.rendered.keys():
            if self.compiled.rendered[name] > sum(1 for one, _ in uses if one == name):
                return Shape((name,), refused=f"not every use of {name} can be followed")
        if not tables:
            return Shape()
        if self.compiled.changes_inside:
            return Shape(tuple(tables), refused="a change inside a statement cannot be followed")
        self._follow()
        needs = [(str(name), frozenset(self.ways.get(term, ()))) for name, term in uses]
        needs += [(str(target), ways) for ways in self._written_rows(inserts)]
        return Shape(tuple(sorted(tables)), tuple(dict.fromkeys(needs)))

    def _follow(self) -> None:
        for i, place in enumerate(self.places):
            for condition in place.conditions:
                self._condition(i, place, condition)
        grown = True
        while grown:
            grown = False
            # Looking at a subquery's column may add edges, so the list may grow meanwhile.
            for term, supply in list(self.edges):
                known = self.ways.setdefault(term, set())
                new = supply if isinstance(supply, frozenset) else self._all(supply)
                for way in new:
                    if len(known) < MOST_WAYS and not any(one <= way for one in known):
                        known.add(way)
                        grown = True

    def _condition(self, i: int, place: Place, condition: Condition) -> None:
        for column, supply in self._equalities(i, condition.clause):
            term = self._term(i, column)
            # What stands inside a subquery narrows nothing that stands around it.
            if term is None or term[0] != i:
                continue
            if condition.only is None or term[1] in condition.only:
                self.edges.append((term, supply))

    def _equalities(self, i: int, clause: Any) -> Iterator[tuple[Any, tuple[Placed, ...] | Ways]]:
        """Yield columns that a condition makes equal to something, with what that is."""
        if not isinstance(clause, elements.BinaryExpression):
            return
        left, right = bare(clause.left), bare(clause.right)
        if clause.operator is operators.eq:
            yield left, ((i, right),)
            yield right, ((i, left),)
        elif clause.operator is operators.in_op:
            columns = list(left.clauses) if isinstance(left, elements.Tuple) else [left]
            for position, column in enumerate(columns):
                yield bare(column), self._member(right, len(columns), position)

    def _member(self, group: Any, width: int, position: int) -> tuple[Placed, ...] | Ways:
        """Return what the items of a list or of a subquery have in one column."""
        if not isinstance(group, elements.BindParameter):
            return self._columns(group, position)
        name = self._name(group)
        return one_way(Value(name, width, position)) if name else NO_WAY

    def _term(self, i: int, column: Any) -> Term | None:
        """Return the column of a source that an expression is, as SQL looks names up."""
        table = getattr(column, "table", None)
        around = [self.numbers.get(id(one)) for one in reversed(self.places[i].enclosing)]
        for number in (i, *around):
            if number is not None and table in self.places[number].sources:
                source = self.places[number].sources[table]
                term = (number, source, column.key)
                self._export(term, column)
                return term
        return None

    def _export(self, term: Term, column: Any) -> None:
        """Let a subquery's column be equal to the column inside that it shows."""
        _, source, name = term
        if term in self.exported or not places.is_query(source):
            return
        self.exported.add(term)
        names = [one.key for one in source.c]
        if names.count(name) == 1:
            self.edges.append((term, self._columns(source.element, names.index(name))))

    def _columns(self, query: Any, position: int) -> tuple[Placed, ...]:
        """Return what a query shows in a column, in each of its parts; empty if unknown."""
        while isinstance(query, (SelectStatementGrouping, ScalarSelect, elements.Grouping)):
            query = query.element
        if isinstance(query, CompoundSelect):
            parts = [self._columns(one, position) for one in query.selects]
            return tuple(one for part in parts for one in part) if all(parts) else ()
        if not isinstance(query, Select):
            return ()
        shown = list(query.selected_columns)
        if position >= len(shown):
            return ()
        return tuple((i, shown[position]) for i in self.written.get(id(query), ()))

    def _all(self, supply: tuple[Placed, ...]) -> Ways:
        return together(self._of(i, one) for i, one in supply) if supply else NO_WAY

    def _of(self, i: int, expression: Any) -> Ways:
        expression = bare(expression)
        if isinstance(expression, elements.BindParameter):
            name = self._name(expression)
            return one_way(Value(name)) if name and not expression.expanding else NO_WAY
        if isinstance(expression, (ScalarSelect, SelectBase)):
            return self._all(self._columns(expression, 0))
        term = self._term(i, expression)
        return frozenset(self.ways.get(term, ())) if term is not None else NO_WAY

    def _name(self, bound: Any) -> str | None:
        """Return the name under which a bound value is sent, None if it is not."""
        # What is rendered may be a copy with a type; both have the same key.
        rendered = self.compiled.binds.get(bound.key)
        if isinstance(getattr(rendered, "type", None), (TypeDecorator, UserDefinedType)):
            # Such a type may send something else than the value that we look at.
            return None
        return self.compiled.bind_names.get(rendered) if rendered is not None else None

    def _written_rows(self, inserts: bool) -> Iterator[Ways]:
        """Yield what holds the rows that an INSERT writes and the key that an UPDATE sets."""
        if inserts:
            yield from self._inserted(self.statement)
        elif isinstance(self.statement, Update):
            given = _given(self.state._dict_parameters, KEY)
            if given is not None or KEY in self.compiled.binds:
                yield self._bound(given, KEY)

    def _inserted(self, statement: Any) -> Iterator[Ways]:
        conflict = statement._post_values_clause
        if _given(dict(getattr(conflict, "update_values_to_set", None) or {}), KEY) is not None:
            yield NO_WAY
        if statement.select is not None:
            names = [getattr(one, "key", one) for one in statement._select_names]
            position = names.index(KEY) if KEY in names else len(names)
            yield self._all(self._columns(statement.select, position))
        elif self.state._has_multi_parameters:
            for number, row in enumerate(self.state._multi_parameters):
                yield self._bound(_given(row, KEY), f"{KEY}_m{number}")
        else:
            yield self._bound(_given(self.state._dict_parameters, KEY), KEY)

    def _bound(self, given: Any, name: str) -> Ways:
        """Return the bound value that a column is given: one with a name, or named after it."""
        if isinstance(given, elements.BindParameter):
            name = self._name(given) or name
        elif isinstance(given, elements.ClauseElement):
            return NO_WAY
        return one_way(Value(name)) if name in self.compiled.binds else NO_WAY


def _given(values: Any, column: str) -> Any:
    for key, value in (values or {}).items():
        if getattr(key, "key", key) == column:
            return value
    return None
