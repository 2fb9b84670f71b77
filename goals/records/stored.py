"""Rows as both databases take them: plain numbers and texts, in one fixed order of columns.

A stored row is a tuple. Money is whole ten-thousandths, days are ISO texts, instants are texts
in UTC that sort as they should, booleans are 0 and 1, JSON is text with sorted names.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Date, Float, Integer
from sqlalchemy import Table as SqlTable

from goals.records.numbers import MOST_MONEY
from goals.records.record import Record
from goals.table import MONEY_UNITS, Exact, Json, Money, UTCDateTime, money_units

Row = tuple[Any, ...]

#: The columns that are kept about a record, in front of its content.
BOOK = (
    "workspace_id",
    "id",
    "connection_id",
    "is_stub",
    "recorded_at",
    "run_id",
    "deleted_at",
)
WORKSPACE, ID, CONNECTION, STUB, RECORDED, RUN, DELETED = range(len(BOOK))
CONTENT = len(BOOK)

_LIMIT = 1 << 63
_MOST_UNITS = MOST_MONEY * MONEY_UNITS
_INSTANT = len("2026-01-31 23:59:59.123456")
_NONE = frozenset((type(None),))
#: Types of which the same values come again and again.
_AGAIN = frozenset((str, date, bool, int))
_WRONG = (ValueError, TypeError, ArithmeticError)
_to_json = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, eq=False)
class Shape:
    """A table's columns in the order of its stored rows, with the kind of value of each."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: tuple[str, ...]

    def place(self, column: str) -> int:
        """Return where a column stands in a stored row."""
        return self.columns.index(column)


@cache
def shape(table: type[Record]) -> Shape:
    """Return the shape of a record's table: what is kept about it first, then its content."""
    found: SqlTable = table.__table__  # type: ignore[attr-defined]
    content = [column.name for column in found.columns if column.name not in BOOK]
    return shape_of(found, (*BOOK, *content))


def shape_of(table: SqlTable, columns: tuple[str, ...]) -> Shape:
    """Return the shape of any table, with its columns in a given order."""
    types = tuple(_kind(table.columns[name].type) for name in columns)
    return Shape(table.name, columns, types, tuple(table.primary_key.columns.keys()))


def _kind(of: Any) -> str:
    if of is Json:
        return "json"
    kinds: tuple[tuple[type, str], ...] = (
        (Money, "money"),
        (Exact, "exact"),
        (UTCDateTime, "instant"),
        (Date, "date"),
        (Boolean, "boolean"),
        (BigInteger, "integer"),
        (Integer, "integer"),
        (Float, "float"),
    )
    return next((name for kind, name in kinds if isinstance(of, kind)), "text")


@cache
def defaults(table: type[Record]) -> Row:
    """Return the content of a row of which nothing was said."""
    fields = table.model_fields
    found = []
    of = shape(table)
    for column, type_ in zip(of.columns[CONTENT:], of.types[CONTENT:], strict=True):
        default = fields[column].default
        plain = isinstance(default, bool | int | str)
        found.append(ENCODE[type_](default) if plain else None)
    return tuple(found)


# --- Values ----------------------------------------------------------------------------------


def text(value: Any) -> str | None:
    """Return a text as it is stored: PostgreSQL keeps no NUL, and a blank says nothing."""
    return str(value).replace("\0", "") or None


def _integer(value: Any) -> int:
    whole = int(value)
    if whole != value or not -_LIMIT <= whole < _LIMIT:
        raise ValueError("not a whole number of 64 bits")
    return whole


def _money(value: Any) -> int:
    if type(value) is int:
        value = Decimal(value)
    if type(value) is not Decimal:
        raise TypeError("money is a decimal number")
    units = value * 10_000
    whole = int(units)
    if not -_MOST_UNITS <= whole <= _MOST_UNITS:
        raise ValueError("more money than there is")
    return whole if whole == units else money_units(value)


def _exact(value: Any) -> str:
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("not a number")
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def _float(value: Any) -> float:
    number = float(value)
    if number - number != 0:
        raise ValueError("not a number")
    return number


def _date(value: Any) -> str:
    if type(value) is not date:
        raise TypeError("a day is a date")
    return value.isoformat()


def instant(value: datetime) -> str:
    """Return an instant as it is stored; raises ValueError for one without a zone."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    there = value if value.tzinfo is UTC else value.astimezone(UTC)
    return there.isoformat(" ", "microseconds")[:_INSTANT]


def json_text(value: Any) -> str:
    """Return a JSON value as text that is equal for equal values."""
    return _to_json(value).decode()


def read_json(text: str | None) -> Any:
    """Return the value of a stored JSON text, None for None."""
    return None if text is None else msgspec.json.decode(text)


#: How a value of each type (never None) becomes its stored form; raise ValueError, TypeError
#: or ArithmeticError for what is no such value.
ENCODE: dict[str, Callable[[Any], Any]] = {
    "text": text,
    "integer": _integer,
    "money": _money,
    "exact": _exact,
    "float": _float,
    "date": _date,
    "instant": instant,
    "boolean": int,
    "json": json_text,
}


def column(
    encode: Callable[[Any], Any], values: Sequence[Any], blank: Any
) -> tuple[list[Any], list[int]]:
    """Return a column of values in stored form and the places of those that `encode` refuses.

    None and what is refused become `blank`.
    """
    types = set(map(type, values)) - _NONE
    usual = _USUAL.get(encode)
    if not types:
        return [blank] * len(values), []
    try:
        if usual is not None and types == {usual[0]} and (found := usual[1](values, blank)):
            return found, []
        # Of one type, what is equal is the same; of several it may not be: 1 is True.
        if len(types) == 1 and types <= _AGAIN:
            known = {value: encode(value) for value in set(values) if value is not None}
            known[None] = blank
            return [known[value] for value in values], []
        return [blank if value is None else encode(value) for value in values], []
    except _WRONG:
        return _one_by_one(encode, values, blank)


def _texts(values: Sequence[Any], blank: Any) -> list[Any] | None:
    if "\0" in "".join(filter(None, values)):
        return None
    return [blank if one is None else one or None for one in values]


def _integers(values: Sequence[Any], blank: Any) -> list[Any] | None:
    found = [blank if one is None else one for one in values]
    told = [one for one in found if one is not None]
    return found if min(told) >= -_LIMIT and max(told) < _LIMIT else None


def _dates(values: Sequence[Any], blank: Any) -> list[Any]:
    return [blank if one is None else one.isoformat() for one in values]


def _instants(values: Sequence[Any], blank: Any) -> list[Any] | None:
    if any(one is not None and one.tzinfo is not UTC for one in values):
        return None
    return [
        blank if one is None else one.isoformat(" ", "microseconds")[:_INSTANT] for one in values
    ]


#: What a column's values usually are, and what brings all of them into stored form at once; it
#: returns None where one of them needs to be looked at by itself.
_USUAL: dict[Callable[[Any], Any], tuple[type, Callable[..., list[Any] | None]]] = {
    text: (str, _texts),
    _integer: (int, _integers),
    _date: (date, _dates),
    instant: (datetime, _instants),
}


def _one_by_one(
    encode: Callable[[Any], Any], values: Sequence[Any], blank: Any
) -> tuple[list[Any], list[int]]:
    found, refused = [], []
    for place, value in enumerate(values):
        try:
            found.append(blank if value is None else encode(value))
        except _WRONG:
            found.append(blank)
            refused.append(place)
    return found, refused


def key_maker(connection_id: int, record: str) -> Callable[[str], int]:
    """Return a fast `table.key` for the records of one kind from one connection."""
    prefix = f"{connection_id}\x1f{record}\x1f"

    def make(external_id: str) -> int:
        digest = blake2b(f"{prefix}{external_id}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1

    return make


def changed(row: Row, values: Mapping[int, Any]) -> Row:
    """Return a stored row with other values at some places."""
    made = list(row)
    for place, value in values.items():
        made[place] = value
    return tuple(made)


# --- Earlier versions ------------------------------------------------------------------------


def to_data(of: Shape, row: Row) -> dict[str, Any]:
    """Return a stored row as the JSON of a record's earlier version."""
    named = zip(of.columns[CONNECTION:], of.types[CONNECTION:], row[CONNECTION:], strict=True)
    return {name: _open(type_, value) for name, type_, value in named}


def from_data(of: Shape, workspace_id: int, record_id: int, data: dict[str, Any]) -> Row:
    """Return the stored row of a record's earlier version."""
    named = zip(of.columns[CONNECTION:], of.types[CONNECTION:], strict=True)
    values = (_close(type_, data.get(name)) for name, type_ in named)
    return (workspace_id, record_id, *values)


def _open(type_: str, value: Any) -> Any:
    if value is None:
        return None
    match type_:
        case "instant":
            return f"{value.replace(' ', 'T')}Z"
        case "json":
            return read_json(value)
        case "boolean":
            return bool(value)
    return value


def _close(type_: str, value: Any) -> Any:
    if value is None:
        return None
    match type_:
        case "instant":
            return value.replace("T", " ").removesuffix("Z")
        case "json":
            return json_text(value)
        case "boolean":
            return int(value)
    return value
