"""Rows side by side: many rows of one layout, held column by column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, overload


class Columns(Sequence[Mapping[str, Any]]):
    """Rows that have the same columns, which stand under their names and are equally long.

    Looked at one by one they are mappings as any rows are; whoever has many of them takes a
    column at a time, which costs a fraction of going through them value by value.
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(next(iter(self.columns.values()), ()))

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> "Columns": ...
    def __getitem__(self, place: int | slice) -> "dict[str, Any] | Columns":
        """Return one row, or some of them."""
        found = {name: values[place] for name, values in self.columns.items()}
        return Columns(found) if isinstance(place, slice) else found

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield one row after the other."""
        names = tuple(self.columns)
        rows = zip(*self.columns.values(), strict=True)
        return (dict(zip(names, row, strict=True)) for row in rows)


def joined(portions: Iterable[Sequence[Mapping[str, Any]]]) -> Sequence[Mapping[str, Any]]:
    """Return the rows of several portions as one, column by column if all have one layout."""
    parts = [one for one in portions if one]
    layouts = {tuple(one.columns) if isinstance(one, Columns) else None for one in parts}
    [layout] = layouts if len(layouts) == 1 else [None]
    if layout is None:
        return [row for one in parts for row in one]
    found = [one.columns for one in parts if isinstance(one, Columns)]
    return Columns({name: list(chain.from_iterable(one[name] for one in found)) for name in layout})


def by_layout(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Sequence[int], Columns]]:
    """Yield rows of any layouts as columns, one layout after the other, with the rows' places."""
    if isinstance(rows, Columns):
        yield range(len(rows)), rows
        return
    places: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(tuple(row), []).append(place)
    for names, found in places.items():
        alike = [rows[place] for place in found]
        yield found, Columns({name: [row[name] for row in alike] for name in names})
