"""How the texts of a vendor's fields are read (pure)."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_MIDNIGHT = time(0)
_UTC = frozenset((UTC,))
_zone = attrgetter("tzinfo")
#: No number of ours has more digits; to write out 1e999999 as a whole number takes minutes.
LONGEST = 30


def text(value: Any) -> str | None:
    """Return a property as a text, None for none; all are texts, but not everybody keeps to it."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def is_true(value: Any) -> bool:
    """Tell whether a property says yes."""
    return str(value).lower() == "true"


def decimal(given: str) -> Decimal:
    """Return a number, with commas between thousands or without.

    Raises ArithmeticError or ValueError for what is none.
    """
    plain = given.strip()
    if "," in plain and _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    number = Decimal(plain)
    if not number.is_finite() or number.adjusted() > LONGEST:
        raise ValueError(given)
    return number


def number(value: Any) -> float | None:
    """Return a number from a text, None for none and for what is none."""
    try:
        return None if value in (None, "") else float(decimal(str(value)))
    except (ValueError, ArithmeticError):
        return None


def instant(given: str) -> datetime:
    """Return an instant from its ISO form or from milliseconds; raises ValueError."""
    # Most are in ISO form, which shows at once.
    if given[4:5] != "-" and _WHOLE.fullmatch(given):
        try:
            return datetime.fromtimestamp(int(given) / 1000, UTC)
        except (OverflowError, OSError) as error:
            raise ValueError(given) from error
    at = datetime.fromisoformat(given)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def day(given: str, zone: ZoneInfo, *, is_instant: bool) -> date:
    """Return the business day of a property; raises ValueError.

    Close dates at exactly midnight in UTC are dates that somebody chose, not instants.
    """
    if len(given) == 10 and given[4] == "-":
        return date.fromisoformat(given)
    return day_of(instant(given), zone, is_instant=is_instant)


def day_of(at: datetime, zone: ZoneInfo, *, is_instant: bool) -> date:
    """Return the business day of what was told as an instant, and may stand for a date."""
    try:
        if not is_instant:
            there = at if at.tzinfo is UTC else at.astimezone(UTC)
            if there.time() == _MIDNIGHT:
                return there.date()
        return at.astimezone(zone).date()
    except OverflowError:
        # The last day of the calendar, which some mean by "never".
        return at.date()


def told(given: str) -> datetime | None:
    """Return the instant of a close date, None for one that is a day; raises ValueError."""
    if len(given) == 10 and given[4] == "-":
        date.fromisoformat(given)
        return None
    return told_of(instant(given))


def told_of(at: datetime) -> datetime | None:
    """Return what was told as an instant, None where it stands for a date."""
    try:
        there = at if at.tzinfo is UTC else at.astimezone(UTC)
    except OverflowError:
        return None
    return None if there.time() == _MIDNIGHT else there


# --- Columns of many ------------------------------------------------------------------------


def instants(texts: Sequence[str | None]) -> list[datetime | None] | None:
    """Return the instants of a column, if all that it holds are written in ISO form and in UTC.

    None if they are not: then each has to be looked at.
    """
    try:
        ats = list(map(datetime.fromisoformat, filter(None, texts)))
    except (ValueError, TypeError):
        return None
    if not _UTC.issuperset(map(_zone, ats)):
        return None
    if len(ats) == len(texts):
        return [*ats]
    them = iter(ats)
    return [next(them) if one else None for one in texts]


def days_of(
    ats: Sequence[datetime | None], zone: ZoneInfo, *, is_instant: bool
) -> list[date | None]:
    """Return the business days of a column of instants in UTC, some of which may stand for dates.

    None stays None.
    """
    if zone.key == "UTC":
        return [None if at is None else at.date() for at in ats]
    return [None if at is None else day_of(at, zone, is_instant=is_instant) for at in ats]


def moment(given: str, zone: ZoneInfo) -> tuple[datetime, date]:
    """Return an instant and its business day; raises ValueError."""
    at = instant(given)
    if at.tzinfo is UTC and len(given) > 10:
        try:
            return at, at.astimezone(zone).date()
        except OverflowError:
            pass
    return at, day(given, zone, is_instant=True)
