"""Reading a measure for what was asked: from the rollup where it can, else from the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlmodel import Session, col

from goals.errors import Refusal
from goals.metrics import counting, looks, measures, segments, subjects
from goals.metrics.ahead import Ahead, Place, Wanted
from goals.metrics.counting import NOTHING, Count, Counts, Line
from goals.metrics.measures import MEASURES, SEPARATOR, Measure
from goals.metrics.members import Summed
from goals.metrics.rollup import TOTAL
from goals.metrics.rows import Base
from goals.metrics.segments import CUSTOM, Dimension
from goals.records import kinds

#: What stands between the two dimensions of a pair.
PAIRED = "*"


@dataclass
class Scope:
    """What a query narrows to and splits by, resolved once.

    `where` maps base dimensions to the keys that count; `custom` maps the names of custom
    fields to their value. `ahead` holds what was counted for many questions at once, `slow` is
    set when records had to be read, and `until` ends the days that are read once for many
    windows.
    """

    session: Session
    base: Base
    ahead: Ahead
    where: dict[str, set[str]] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    by: Dimension | None = None
    by_custom: str | None = None
    custom_listed: tuple[str, ...] = ()
    slow: bool = False
    until: date | None = None
    lines: dict[str, Summed] = field(default_factory=dict)

    def of_all_stages(self) -> "Scope":
        """Return the same scope with all stages, not narrowed to any nor split by them."""
        where = {dim: keys for dim, keys in self.where.items() if dim != "stage"}
        by = None if self.by is not None and self.by.base == "stage" else self.by
        return replace(self, where=where, by=by, lines={})

    def of_everything(self) -> "Scope":
        """Return the same scope narrowed to nothing."""
        return replace(self, where={}, custom={}, by=None, lines={})

    def fit(self, measure: Measure) -> "Scope":
        """Return the same scope for a measure of another kind of record, as far as that has it.

        What is done with leads has no region of its own, and no custom fields of a lead.
        """
        dims = measure.rows(self.base).dims
        where = {dim: keys for dim, keys in self.where.items() if dim in dims}
        return self if where == self.where else replace(self, where=where, custom={}, lines={})

    def remember(self, until: date) -> None:
        """Read each measure once, day by day, for many windows that end by a day."""
        self.until = until

    def daily(self, name: str, first: date, last: date) -> Line:
        """Return the line of a measure that adds up over days."""
        whole = self._line(name)
        if whole is not None:
            return whole.within(first, last)
        dim = self.stored_by(name)
        if dim is not None:
            return counting.daily(self.session, name, dim, first, last, self.where)
        self.slow = True
        measure = measures.find(name)
        also = self.custom_is(measure)
        [line] = counting.daily_from_records(
            self.session, (measure,), self.base, first, last, where=self.where, also=also
        )
        return line

    def _narrowed(self, measure: Measure) -> tuple[str, frozenset[str]] | None:
        """Return the one dimension that this is narrowed by, and the keys, if that is all.

        Only then lines of a measure can be told apart by key, for many who ask.
        """
        is_plain = self.base.rolled and not self.base.is_parted and not self.custom
        if not is_plain or len(self.where) != 1 or measure.id not in MEASURES:
            return None
        [(dim, keys)] = self.where.items()
        return dim, frozenset(keys)

    def expect(self) -> None:
        """Note that other questions like this one come, so that each reads for all of them."""
        for dim, keys in self.where.items() if len(self.where) == 1 else ():
            self.ahead.members.expect(dim, keys)

    def _is_read_once(self, dim: str, keys: frozenset[str]) -> bool:
        return self.until is not None or self.ahead.members.are_expected(dim, keys)

    def _line(self, name: str) -> Summed | None:
        """Return a measure's line over all days where it is read for many members together."""
        found = self._narrowed(measures.find(name))
        if found is None or not self.ahead.members.are_expected(*found):
            return None
        dim, keys = found
        if self.stored_by(name) != dim:
            return None
        look = partial(looks.lines, self.session, name, dim)
        return self.ahead.members.summed(name, dim, keys, look)

    def _remembered(self, name: str, first: date | None, last: date) -> Count:
        if name not in self.lines:
            line = self._line(name)
            self.lines[name] = line or Summed(self.daily(name, date.min, self.until or last))
        return self.lines[name].over(first, last)

    def total(self, name: str, first: date | None, last: date | None) -> Count:
        """Return a measure's count and sum over a window (None: without that end)."""
        measure = measures.find(name)
        if (
            self.until is not None
            and last is not None
            and last <= self.until
            and measure.distinct is None
        ):
            return self._remembered(name, first, last)
        line = None if last is None or measure.distinct is not None else self._line(name)
        if line is not None and last is not None:
            return line.over(first, last)
        dim = None if last is None else self.stored_by(name)
        return self._total(measure, (), first, last, dim)

    def of_outcomes(
        self,
        measure: Measure,
        how: tuple[date, str | None],
        first: date | None,
        last: date | None,
    ) -> Count:
        """Return what a measure of outcomes counts.

        `how` tells it from others of its name: the horizon, and within how many days if any.
        """
        found = self._narrowed(measure)
        if found is not None and self._is_read_once(*found):
            self.slow = True
            whole, within = measures.find(measure.id), None if how[1] is None else int(how[1])
            look = partial(looks.outcomes_by_day, self.session, whole, self.base, found[0])
            return self.ahead.members.outcomes(
                measure.id, *found, (first, last), how[0], within, look
            )
        return self._total(measure, how, first, last, None)

    def _total(
        self, measure: Measure, how: Place, first: date | None, last: date | None, dim: str | None
    ) -> Count:
        narrowed = frozenset((one, frozenset(keys)) for one, keys in self.where.items())
        place = narrowed, frozenset(self.custom.items()), measure.id, how, first, last
        found = self.ahead.known(place)
        if found is None and self.ahead.is_noting:
            if last is not None and measure.distinct is None and PAIRED not in (dim or ""):
                also = self.custom_is(measure)
                self.ahead.note(place, Wanted(measure, first, last, dim, self.where, also))
            return NOTHING
        if found is not None:
            self.slow = self.slow or dim is None
            return found
        if dim is None:
            counts = self.of_records(measure, first, last, split=False)
        else:
            assert last is not None
            counts = self._rolled(measure.id, dim, first, last, None)
        return (sum(n for n, _ in counts.values()), sum(total for _, total in counts.values()))

    def split(self, name: str, first: date | None, last: date | None) -> Counts:
        """Return a measure's counts by member of the dimension asked for."""
        return self._by_member(self._counts(name, first, last))

    def spread(self, name: str, first: date, last: date) -> list[tuple[int, int]]:
        """Return the distribution of a measure's values over a window."""
        if self.ahead.is_noting:
            return []
        if not self.where and not self.custom and self.base.rolled and name in MEASURES:
            return counting.spread(self.session, name, first, last)
        measure = measures.find(name)
        narrowed = self._narrowed(measure)
        if narrowed is not None and self._is_read_once(*narrowed):
            self.slow = True
            look = partial(looks.values_by_day, self.session, measure, self.base, narrowed[0])
            return self.ahead.members.values(name, *narrowed, first, last, look)
        found = self._values(name, first, last, None, split=False)
        return [pair for pairs in found.values() for pair in pairs]

    def spreads(self, name: str, first: date, last: date) -> dict[str, list[tuple[int, int]]]:
        """Return the distribution of a measure's values by member."""
        found: dict[str, list[tuple[int, int]]] = {}
        for key, pairs in self._values(name, first, last, self.by, split=True).items():
            member = self.by.member(key) if self.by is not None else key or segments.NOBODY
            found[member] = sorted([*found.get(member, []), *pairs])
        return found

    def members(self) -> tuple[str, ...]:
        """Return the members to list whatever counts for them."""
        return self.by.listed if self.by is not None else self.custom_listed

    def _counts(self, name: str, first: date | None, last: date | None) -> Counts:
        """Return a measure's counts by the keys of the dimension asked for."""
        dim = None if self.by_custom is not None else self.stored_by(name, self.by)
        if dim is not None and last is not None:
            return self._rolled(name, dim, first, last, self.by)
        return self._from_records(measures.find(name), first, last, self.by, split=True)

    def _from_records(
        self,
        measure: Measure,
        first: date | None,
        last: date | None,
        by: Dimension | None,
        *,
        split: bool,
    ) -> Counts:
        self.slow = True
        return counting.from_records(
            self.session,
            measure,
            self.base,
            first,
            last,
            where=self.where,
            by=self._key(measure, by) if split else None,
            also=self.custom_is(measure),
        )

    def of_records(
        self, measure: Measure, first: date | None, last: date | None, *, split: bool
    ) -> Counts:
        """Return what a measure counts by member (or under ""), from the records themselves."""
        if self.ahead.is_noting:
            return {}
        counts = self._from_records(measure, first, last, self.by if split else None, split=split)
        return self._by_member(counts) if split else counts

    def _by_member(self, counts: Counts) -> Counts:
        found: Counts = {}
        for key, (n, total) in counts.items():
            member = self.by.member(key) if self.by is not None else key or segments.NOBODY
            before = found.get(member, NOTHING)
            found[member] = (before[0] + n, before[1] + total)
        return found

    def stored_by(self, name: str, by: Dimension | None = None) -> str | None:
        """Return the rolled-up dimension that answers this, None when none does."""
        if self.custom or not self.base.rolled:
            return None
        if name not in MEASURES:
            return None
        wanted = set(self.where) | ({by.base} if by is not None else set())
        if not wanted:
            return TOTAL
        available = self.ahead.once(
            f"dimensions of {name}", lambda: tuple(counting.dimensions(MEASURES[name], self.base))
        )
        if len(wanted) == 1:
            (only,) = wanted
            return only if only in available else None
        if len(wanted) == 2:
            return next((dim for dim in available if set(dim.split("*")) == wanted), None)
        return None

    def _rolled(
        self, name: str, dim: str, first: date | None, last: date, by: Dimension | None
    ) -> Counts:
        parts = dim.split("*")
        keys = self.where.get(dim) if len(parts) == 1 else None
        found = counting.from_rollup(self.session, name, dim, first, last, keys)
        if len(parts) == 1:
            return found
        kept: Counts = {}
        for key, (n, total) in found.items():
            place = dict(zip(parts, key.split(SEPARATOR), strict=True))
            if any(place[one] not in chosen for one, chosen in self.where.items()):
                continue
            own = place[by.base] if by is not None else ""
            before = kept.get(own, NOTHING)
            kept[own] = (before[0] + n, before[1] + total)
        return kept

    def _values(
        self, name: str, first: date, last: date, by: Dimension | None, *, split: bool
    ) -> dict[str, list[tuple[int, int]]]:
        self.slow = True
        measure = measures.find(name)
        return counting.values_of(
            self.session,
            measure,
            self.base,
            first,
            last,
            where=self.where,
            by=self._key(measure, by) if split else None,
            also=self.custom_is(measure),
        )

    def _key(self, measure: Measure, by: Dimension | None) -> ColumnElement[Any] | None:
        if by is not None:
            key = measure.rows(self.base).dims[by.base]
            if measure.distinct is None or by.base != "owner":
                return key
            # What counts once counts once for all owners of a team too.
            return case(by.members, value=key, else_=key) if by.members else key
        if self.by_custom is not None:
            return _custom(measure, self.by_custom)
        return None

    def custom_is(self, measure: Measure) -> list[ColumnElement[bool]]:
        """Return the conditions that custom fields must meet."""
        return [_custom(measure, name) == value for name, value in self.custom.items()]


def _custom(measure: Measure, name: str) -> ColumnElement[Any]:
    table = kinds.KINDS[measure.subject].table
    return func.coalesce(cast(col(table.custom)[name].as_string(), String), "")


def _custom_members(scope: Scope, names: Sequence[str]) -> tuple[str, ...]:
    """Return the values that the records have in the custom field they are split by."""
    assert scope.by_custom is not None
    found: set[str] = set()
    for name in subjects.known_by(names, first=True):
        measure = measures.find(name)
        rows = measure.rows(scope.base)
        value = _custom(measure, scope.by_custom)
        statement = select(value).select_from(rows.source).where(rows.where).distinct()
        found.update(str(one) for one in scope.session.scalars(statement) if one)
    return tuple(sorted(found))


def scope_of(
    session: Session,
    base: Base,
    where: Mapping[str, str],
    by: str | None,
    of: tuple[str, ...],
    ahead: Ahead | None = None,
) -> Scope:
    """Return a scope over some subjects.

    Raises Refusal for a dimension or member that does not exist, or that not all have.
    """
    found = Scope(session, base, ahead or Ahead(session))
    for name, member in where.items():
        try:
            _narrow(found, name, member, of)
        except Refusal as refusal:
            refusal.field = "where"
            raise
    if by is not None and by.startswith(CUSTOM):
        found.by_custom = segments.custom_field(session, by, of)
        found.custom_listed = _custom_members(found, of)
    elif by is not None:
        found.by = segments.dimension(session, by, of)
    return found


def _narrow(scope: Scope, name: str, member: str, of: tuple[str, ...]) -> None:
    if name.startswith(CUSTOM):
        field = segments.custom_field(scope.session, name, of)
        scope.custom[field] = "" if member == segments.NOBODY else member
        return
    dim = scope.ahead.once(f"{name} of {of}", lambda: segments.dimension(scope.session, name, of))
    keys = dim.keys(member)
    known = scope.where.get(dim.base)
    scope.where[dim.base] = keys if known is None else keys & known
