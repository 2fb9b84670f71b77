"""The base of every table: metadata, column types and keys shared by all rooms."""

import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import blake2b
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    Numeric,
    String,
    TypeDecorator,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, registry
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, Session, SQLModel

Row = TypeVar("Row", bound=SQLModel)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: Money is kept as whole ten-thousandths, so that sums are exact on every database.
MONEY_UNITS = 10_000


#: The greatest id; a greater number names nothing and no database takes it.
MOST_ID = 2**63 - 1


#: Where a session keeps the names of the tables that its transaction wrote.
WRITTEN = "written"


class UTCDateTime(TypeDecorator[datetime]):
    """An instant, aware and in UTC on both sides; SQLite alone would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """A Decimal amount, stored as an integer of ten-thousandths (half-even beyond)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        return None if value is None else money_units(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)) / MONEY_UNITS


class Exact(TypeDecorator[Decimal]):
    """A Decimal of any size and scale, kept without loss (text where numbers are floats)."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String())
        return dialect.type_descriptor(Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return format(value, "f") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def money_units(value: Decimal | int) -> int:
    """Return an amount as whole ten-thousandths."""
    return int((Decimal(value) * MONEY_UNITS).to_integral_value(ROUND_HALF_EVEN))


#: A JSON value; binary JSON on PostgreSQL.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """The base of all tables, with a metadata of its own."""


_sequence = itertools.count(secrets.randbelow(1 << 20))


def new_id() -> int:
    """Return a fresh 63-bit id that grows with time, unique without asking the database."""
    return ((time.time_ns() // 1_000_000) << 22 | next(_sequence) & 0x3FFFFF) & (1 << 63) - 1


def id_from(text: object) -> int | None:
    """Return the id that a text spells, None for one that can be no id."""
    if not isinstance(text, str) or not text.isdecimal() or len(text) > 19:
        return None
    found = int(text)
    return found if found <= MOST_ID else None


def repeated_id(begun: int, *parts: object) -> int:
    """Return the id that always belongs to what was begun with a fresh id and came to these parts.

    What is sent twice gets the same id twice; it grows with time as fresh ones do.
    """
    return begun & ~0x3FFFFF | key(*parts) & 0x3FFFFF


def key(*parts: object) -> int:
    """Return the 63-bit id that always belongs to these parts (a record's natural key).

    The same record gets the same id on every run, so references need no look-up and a
    repeated or resumed run writes the same rows.
    """
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


class Scoped(Table):
    """A row that belongs to one workspace; its key is (workspace_id, id)."""

    workspace_id: int = Field(
        primary_key=True,
        foreign_key="workspace.id",
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    id: int = Field(
        default_factory=new_id,
        primary_key=True,
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )


def shared_alias(kind: type[Row]) -> type[Row]:
    """Return another name for a table in statements, one that threads may share from the start.

    Its columns are made here: threads that were first at once would each make their own, and the
    statements that mix them fail for as long as the process runs.
    """
    made = aliased(kind)
    inspect(made).selectable.c.keys()
    for one in inspect(kind).attrs:
        getattr(made, one.key).expression  # noqa: B018
    return made


def reference(column: str, table: str) -> ForeignKeyConstraint:
    """Return the composite foreign key that keeps a reference inside its workspace."""
    return ForeignKeyConstraint(["workspace_id", column], [f"{table}.workspace_id", f"{table}.id"])


def one_of(column: str, values: Sequence[str]) -> CheckConstraint:
    """Return the check that a text column holds one of the given words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def workspace_of(session: Session) -> int:
    """Return the id of the workspace that a Session is bound to.

    Raises LookupError on a Session without one (the system scope).
    """
    bound: Any = session.info.get("workspace_id")
    if bound is None:
        raise LookupError("this session is bound to no workspace")
    return int(bound)


def hold(session: Session, row: SQLModel) -> None:
    """Keep other writers from a row until the transaction ends, and read it anew."""
    session.flush()
    session.refresh(row, with_for_update=True)


def added(session: Session, row: Row, there: Callable[[], Row | None]) -> Row:
    """Add a row and return it, or the one that is there by then.

    What is sent twice at the same moment is found by neither sending; one of the two is faster.
    Raises IntegrityError if the row breaks a rule and none is there.
    """
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = there()
        if found is None:
            raise
        return found
    return row
