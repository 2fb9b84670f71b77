"""A kind of record: where it is kept, its fields, and how its rows are counted and referred to."""

from dataclasses import dataclass
from typing import Protocol

from goals.records.field import Field
from goals.records.record import Record

#: What every record takes besides its own fields; `custom.NAME` comes on top.
COMMON = (Field("external_id"), Field("url"))


class Shape(Protocol):
    """What the rows of a file can hold, wherever that is kept; `key` is as for a kind."""

    @property
    def name(self) -> str: ...
    @property
    def fields(self) -> tuple[Field, ...]: ...
    @property
    def key(self) -> tuple[str, ...]: ...

    def field(self, name: str) -> Field | None: ...
    def all_fields(self) -> tuple[Field, ...]: ...


@dataclass(frozen=True)
class Kind:
    """A kind of record.

    `key` names the fields that make an external id where a file has none (empty: all that
    it has). `named` tells that a reference may also be the exact name. `counted` lists the
    columns with the days that measures count by, and `happens` those that tell how new the
    data is. `local` pairs the instants that are counted with the columns of their business
    days, which no file brings. `part_of` is the kind that a row belongs to and goes with.
    """

    name: str
    table: type[Record]
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    named: bool = False
    counted: tuple[str, ...] = ()
    happens: tuple[str, ...] = ()
    local: tuple[tuple[str, str], ...] = ()
    part_of: str | None = None

    def field(self, name: str) -> Field | None:
        """Return the field of that canonical name, None if there is none."""
        return next((one for one in self.all_fields() if one.name == name), None)

    def all_fields(self) -> tuple[Field, ...]:
        """Return the kind's own fields and those that all kinds share."""
        own = {one.name for one in self.fields}
        return self.fields + tuple(one for one in COMMON if one.name not in own)

    def references(self) -> dict[str, str]:
        """Return the reference columns and the kind that each refers to."""
        return {one.column: one.refers_to for one in self.fields if one.refers_to}


def refers(name: str, to: str | None = None, *, required: bool = False) -> Field:
    """Return a reference, to the kind of its own name unless another is given."""
    return Field(name, "reference", required=required, refers_to=to or name)


def texts(names: str) -> tuple[Field, ...]:
    """Return fields of text, given by their names with blanks between."""
    return tuple(Field(name) for name in names.split())


def dates(names: str) -> tuple[Field, ...]:
    """Return fields of business days, given by their names with blanks between."""
    return tuple(Field(name, "date") for name in names.split())
