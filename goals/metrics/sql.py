"""The few expressions whose spelling differs between databases, each in one place."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction, ReturnTypeFromArgs

from goals import calendar


class days_between(GenericFunction[int]):  # noqa: N801
    """Whole days from a first to a second date: days_between(first, second)."""

    type = Integer()
    inherit_cache = True


class months_later(GenericFunction[Any]):  # noqa: N801
    """The date so many calendar months later, or the last day of that month."""

    type = Date()
    inherit_cache = True


class local_day(GenericFunction[Any]):  # noqa: N801
    """The day it is in a zone at an instant: local_day(instant, zone).

    For instants without a day of their own beside them. SQLite knows no zones, so whoever
    opens it gives it the function `day_of_instant`.
    """

    type = Date()
    inherit_cache = True


class no_day(GenericFunction[Any]):  # noqa: N801
    """The day under which stands what has no day: 1 January of the year 1."""

    type = Date()
    inherit_cache = True


class not_by_index(ReturnTypeFromArgs[Any]):  # noqa: N801
    """A column as it is, by which no index is looked up.

    Without statistics SQLite takes an index of days where one of customers finds far fewer rows.
    """

    inherit_cache = True


class whole(GenericFunction[int]):  # noqa: N801
    """A number rounded to the nearest whole one, halves away from zero."""

    type = BigInteger()
    inherit_cache = True


class seconds(GenericFunction[int]):  # noqa: N801
    """An instant as whole seconds since 1970, what is less than a second left off."""

    type = BigInteger()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    first, second = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between)
def _days(element: Any, compiler: Any, **kw: Any) -> str:
    first, second = (compiler.process(one, **kw) for one in element.clauses)
    return f"(CAST({second} AS date) - CAST({first} AS date))"


@compiles(months_later, "sqlite")
def _months_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day, months = (compiler.process(one, **kw) for one in element.clauses)
    month = f"date({day}, 'start of month', '+' || ({months}) || ' months')"
    same = f"date({month}, '+' || (CAST(strftime('%d', {day}) AS INTEGER) - 1) || ' days')"
    last = f"date({month}, '+1 month', '-1 day')"
    return f"min({same}, {last})"


@compiles(months_later)
def _months(element: Any, compiler: Any, **kw: Any) -> str:
    day, months = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST({day} + make_interval(months => CAST({months} AS integer)) AS date)"


@compiles(local_day, "sqlite")
def _local_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    instant, zone = (compiler.process(one, **kw) for one in element.clauses)
    return f"local_day({instant}, {zone})"


@compiles(local_day)
def _local(element: Any, compiler: Any, **kw: Any) -> str:
    instant, zone = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(timezone({zone}, {instant}) AS date)"


@lru_cache(maxsize=100_000)
def day_of_instant(instant: str | None, zone: str) -> str | None:
    """Return the local day of an instant as SQLite stores both."""
    if instant is None:
        return None
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    return calendar.local_date(at, zone).isoformat()


@compiles(no_day, "sqlite")
def _no_day_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return "'0001-01-01'"


@compiles(no_day)
def _no_day(element: Any, compiler: Any, **kw: Any) -> str:
    return "CAST('0001-01-01' AS date)"


@compiles(not_by_index, "sqlite")
def _not_by_index_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    (day,) = (compiler.process(one, **kw) for one in element.clauses)
    return f"+{day}"


@compiles(not_by_index)
def _not_by_index(element: Any, compiler: Any, **kw: Any) -> str:
    (day,) = (compiler.process(one, **kw) for one in element.clauses)
    return str(day)


@compiles(whole, "sqlite")
def _whole_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    (value,) = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(round({value}) AS BIGINT)"


@compiles(whole)
def _whole(element: Any, compiler: Any, **kw: Any) -> str:
    (value,) = (compiler.process(one, **kw) for one in element.clauses)
    # PostgreSQL rounds halves of floating numbers to even ones, and those of exact numbers away
    # from zero. As a text the number keeps all its digits on the way.
    return f"CAST(round(CAST(CAST({value} AS text) AS numeric)) AS BIGINT)"


@compiles(seconds, "sqlite")
def _seconds_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    (instant,) = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(strftime('%s', {instant}) AS INTEGER)"


@compiles(seconds)
def _seconds(element: Any, compiler: Any, **kw: Any) -> str:
    (instant,) = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(floor(extract(epoch FROM CAST({instant} AS timestamptz))) AS BIGINT)"
