"""What a statement asks of its bound values, so that it stays inside one workspace."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

#: More ways than this to hold one source are not looked at.
MOST_WAYS = 8


#: The names of a list's items, by the name of the list.
Lists = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Value:
    """A bound value by its name.

    For the list of an IN, `width` is how many columns it compares and `position` which one
    is meant; `width` None is a single value.
    """

    name: str
    width: int | None = None
    position: int = 0

    def equals(self, workspace_id: int, values: Mapping[str, Any], lists: Lists) -> bool:
        """Tell whether the value, or each one of the list, is the workspace."""
        if self.width is None:
            return bool(values.get(self.name) == workspace_id)
        items = lists.get(self.name)
        if items is None:
            return False
        return all(values.get(one) == workspace_id for one in items[self.position :: self.width])


#: Values that hold a source when all of them are the workspace.
Way = frozenset[Value]
#: Each of these is enough.
Ways = frozenset[Way]
NO_WAY: Ways = frozenset()


def one_way(value: Value) -> Ways:
    """Return that a single value decides."""
    return frozenset([frozenset([value])])


def together(parts: Iterable[Ways]) -> Ways:
    """Return the ways to hold all parts at once; none if a part has none."""
    made = (frozenset().union(*chosen) for chosen in product(*map(_in_order, parts)))
    return frozenset(islice(made, MOST_WAYS))


def _in_order(ways: Ways) -> list[Way]:
    return sorted(ways, key=lambda way: (len(way), sorted(map(repr, way))))


@dataclass(frozen=True)
class Shape:
    """The workspace tables that a statement touches and, for each use, the ways to hold it.

    `refused` is a reason that no value can mend.
    """

    tables: tuple[str, ...] = ()
    needs: tuple[tuple[str, Ways], ...] = ()
    refused: str | None = None

    def unheld(
        self, workspace_id: int, rows: Sequence[Mapping[str, Any]], lists: Lists
    ) -> str | None:
        """Return the first table that rows of values let out of the workspace, None if none."""
        for table, ways in self.needs:
            for values in rows:
                for way in ways:
                    if all(value.equals(workspace_id, values, lists) for value in way):
                        break
                else:
                    return table
        return None
