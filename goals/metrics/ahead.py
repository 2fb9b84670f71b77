"""What several questions need is counted together, before any of them is answered.

A formula asks for one count at a time. So each is first worked out with nothing known: what it
asks for is noted, and taken for nothing. Then all that was noted is counted in a few statements,
and the formulas find it. What they ask for that nobody noted is counted when they do.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session

from goals import workspace
from goals.metrics import counting, fitting
from goals.metrics import refresh as rollups
from goals.metrics.counting import Count
from goals.metrics.edges import Edges
from goals.metrics.measures import Measure
from goals.metrics.members import Members, Summed
from goals.metrics.rows import Base

#: What tells a count from all others that a question may need.
Place = Hashable
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Wanted:
    """A count up to a last day, from a first one on if any, of what `where` and `also` leave.

    `dim` is the rolled-up dimension that knows it, None where only the records do.
    """

    measure: Measure
    first: date | None
    last: date
    dim: str | None
    where: Mapping[str, Collection[str]]
    also: Sequence[ColumnElement[bool]]


class Ahead:
    """What was counted for the questions of one transaction, and what is still to be counted.

    With `is_of_many` the same is asked for many members, over many windows each.
    """

    def __init__(self, session: Session, *, is_of_many: bool = False) -> None:
        self.session = session
        self.is_of_many = is_of_many
        self.edges = Edges(session)
        self.members = Members()
        self.is_noting = False
        # Held here, it is not read again for each question.
        self.here = workspace.of(session)
        self._known: dict[Place, Count] = {}
        self._wanted: dict[Place, Wanted] = {}
        self._found: dict[str, Any] = {}

    @property
    def base(self) -> Base:
        """Return what measures are computed for in this workspace."""
        return self.once("base", lambda: rollups.base_of(self.session))

    def known(self, place: Place) -> Count | None:
        """Return a count, None where it is not known."""
        return self._known.get(place)

    def note(self, place: Place, wanted: Wanted) -> None:
        """Note what is needed."""
        self._wanted[place] = wanted

    def once(self, name: str, look: Callable[[], T]) -> T:
        """Return what a look at the records finds, and do not look again."""
        if name not in self._found:
            self._found[name] = look()
        found: T = self._found[name]
        return found

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Let formulas run that only note what they need; what they need is counted after them."""
        self.is_noting = True
        try:
            yield
        finally:
            self.is_noting = False
        wanted, self._wanted = self._wanted, {}
        rolled = {place: one for place, one in wanted.items() if one.dim is not None}
        for alike in _alike(rolled, lambda one: (one.first, one.last, one.dim, _key(one.where))):
            self._from_rollup(alike)
        others = {place: one for place, one in wanted.items() if one.dim is None}
        for alike in _alike(others, _rows_and_day):
            self._from_records(alike)

    def _from_rollup(self, alike: Mapping[Place, Wanted]) -> None:
        """Count many measures over one window."""
        one = next(iter(alike.values()))
        assert one.dim is not None
        names = {wanted.measure.id for wanted in alike.values()}
        keys = one.where.get(one.dim)
        found = counting.from_rollups(
            self.session, sorted(names), one.dim, one.first, one.last, keys
        )
        for place, wanted in alike.items():
            counts = found.get(wanted.measure.id, {}).values()
            self._known[place] = sum(n for n, _ in counts), sum(total for _, total in counts)

    def _from_records(self, alike: Mapping[Place, Wanted]) -> None:
        """Count measures of the same rows over many windows: day by day, and the days once."""
        one = next(iter(alike.values()))
        family = {id(wanted.measure): wanted.measure for wanted in alike.values()}
        lines = counting.daily_from_records(
            self.session,
            list(family.values()),
            self.base,
            min(wanted.first or date.min for wanted in alike.values()),
            max(wanted.last for wanted in alike.values()),
            where=one.where,
            also=one.also,
        )
        summed = {key: Summed(line) for key, line in zip(family, lines, strict=True)}
        for place, wanted in alike.items():
            self._known[place] = summed[id(wanted.measure)].over(wanted.first, wanted.last)


def _alike(wanted: Mapping[Place, Wanted], by: Any) -> Iterable[dict[Place, Wanted]]:
    found: dict[Hashable, dict[Place, Wanted]] = {}
    for place, one in wanted.items():
        found.setdefault(by(one), {})[place] = one
    return found.values()


def _key(where: Mapping[str, Collection[str]]) -> Hashable:
    return frozenset((dim, frozenset(keys)) for dim, keys in where.items())


def _rows_and_day(one: Wanted) -> Hashable:
    """Return what measures share that can be counted by the same look at the records."""
    narrowed = _key(one.where), tuple(map(str, one.also))
    # What stands is counted on other days where one source hands it over to another.
    return one.measure.rows, id(one.measure.day), fitting.is_standing(one.measure), narrowed
