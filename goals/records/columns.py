"""Rows side by side: many rows of one layout, held column by column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import Any, NamedTuple, overload


class Columns(Sequence[Mapping[str, Any]]):
    """Rows that have the same columns, which stand under their names and are equally long.

    Looked at one by one they are mappings as any rows are; whoever has many of them takes a
    column at a time, which costs a fraction of going through them value by value.
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.columns = columns

    def names(self) -> tuple[str, ...]:
        """Return the names of the columns, in their order."""
        return tuple(self.columns)

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


class Stored(NamedTuple):
    """A column in stored form, the places of what had to be refused, and texts behind our ids."""

    values: list[Any]
    refused: list[int]
    texts: Mapping[int, str]


class Ready(Columns):
    """Columns with our ids of their rows, and with those that are in stored form already.

    Of portions that were joined the columns are joined once somebody asks for them.
    """

    def __init__(
        self,
        parts: Sequence[Mapping[str, Sequence[Any]]],
        ids: list[int],
        stored: Mapping[str, Stored],
    ) -> None:
        self.parts = parts
        self.ids = ids
        self.stored = stored

    @cached_property
    def columns(self) -> Mapping[str, Sequence[Any]]:  # type: ignore[override]
        """Return the columns as they came."""
        return self.parts[0] if len(self.parts) == 1 else _joined(self.parts)

    def names(self) -> tuple[str, ...]:
        """Return the names of the columns, in their order."""
        return tuple(self.parts[0])

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.ids)


def joined(portions: Iterable[Sequence[Mapping[str, Any]]]) -> Sequence[Mapping[str, Any]]:
    """Return the rows of several portions as one, column by column if all have one layout."""
    parts = [one for one in portions if one]
    found = [one for one in parts if isinstance(one, Columns)]
    if len(found) < len(parts) or len({one.names() for one in found}) != 1:
        return [row for one in parts for row in one]
    ready = [one for one in found if isinstance(one, Ready)]
    if len(ready) < len(found):
        return Columns(_joined([one.columns for one in found]))
    starts = list(accumulate(map(len, ready), initial=0))
    names = [name for name in ready[0].stored if all(name in one.stored for one in ready)]
    stored = {name: _one([one.stored[name] for one in ready], starts) for name in names}
    columns = [part for one in ready for part in one.parts]
    return Ready(columns, list(chain.from_iterable(one.ids for one in ready)), stored)


def _joined(parts: Sequence[Mapping[str, Sequence[Any]]]) -> dict[str, list[Any]]:
    return {name: list(chain.from_iterable(one[name] for one in parts)) for name in parts[0]}


def _one(parts: Sequence[Stored], starts: Sequence[int]) -> Stored:
    return Stored(
        list(chain.from_iterable(one.values for one in parts)),
        [at + place for one, at in zip(parts, starts, strict=False) for place in one.refused],
        {id_: text for one in parts for id_, text in one.texts.items()},
    )


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
