"""From a vendor's object to a row of ours: which part becomes which column, and how it is read.

A vendor's table of fields is data: `{"amount": Take("Amount", money)}`. A part that the vendor
did not send clears its column, like one that is empty.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from integrations.rest import values

#: An object as a vendor sends it.
Item = Mapping[str, Any]
#: A value of theirs and the workspace's zone -> ours; raises ValueError or ArithmeticError.
Read = Callable[[Any, ZoneInfo], Any]


def text(value: Any, zone: ZoneInfo) -> str | None:
    """Return a text, also of numbers; None for an empty one."""
    return values.text(value)


def money(value: Any, zone: ZoneInfo) -> Decimal:
    """Return an amount of whole units, from a number or a text."""
    return values.decimal(str(value))


def cents(value: Any, zone: ZoneInfo) -> Decimal:
    """Return an amount that is told in hundredths."""
    return values.decimal(str(value)) / 100


def integer(value: Any, zone: ZoneInfo) -> int:
    """Return a whole number; what stands behind its point is cut."""
    return int(values.decimal(str(value)))


def number(value: Any, zone: ZoneInfo) -> float:
    """Return a number."""
    return float(values.decimal(str(value)))


def percent(value: Any, zone: ZoneInfo) -> float:
    """Return a share from percent: 25 is 0.25."""
    return float(values.decimal(str(value)) / 100)


def flag(value: Any, zone: ZoneInfo) -> bool:
    """Return yes or no, from a truth value, a number or a text."""
    return value is True or str(value).lower() in ("true", "1", "yes")


def day(value: Any, zone: ZoneInfo) -> date:
    """Return the workspace's day of an instant, or a day as it is."""
    return values.day(str(value), zone, is_instant=True)


def moment(value: Any, zone: ZoneInfo) -> datetime:
    """Return an instant; one without a zone is in UTC."""
    return values.instant(str(value))


class Take(NamedTuple):
    """A part of theirs, nested ones with dots (`owner.id`), and how it is read."""

    theirs: str
    read: Read = text


def part(item: Item, path: str) -> Any:
    """Return a part of an object, None for one that is missing or empty."""
    found: Any = item
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return None if found == "" else found


def row(item: Item, fields: Mapping[str, Take], zone: ZoneInfo) -> dict[str, Any]:
    """Return the columns of a row; raises ValueError or ArithmeticError at what means nothing."""
    found: dict[str, Any] = {}
    for column, (theirs, read) in fields.items():
        value = part(item, theirs)
        found[column] = None if value is None else read(value, zone)
    return found


def customs(given: Mapping[str, Any]) -> dict[str, str | None]:
    """Return an account's own fields as texts; several values of one stand behind commas."""
    return {name: _custom(one) for name, one in given.items()}


def _custom(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or None
    if isinstance(value, Mapping):
        return values.text(value.get("name"))
    return values.text(value)
