"""Business hours between two instants, as a database works them out.

A working day is 9 to 18 o'clock in the workspace's time zone, on the weekdays and without the
holidays of its settings.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, case, cast, func, literal_column, select
from sqlmodel import col

from goals.metrics.rows import Base, Expression
from goals.metrics.sql import days_between, no_day
from goals.records import holidays
from goals.records.company import Holiday

DAY, HOUR = 86_400, 3_600
OPENS, CLOSES = 9 * HOUR, 18 * HOUR
#: Days are counted from the first one of the year 1, which was a Monday.
WEEK = 7
#: Seconds from that Monday to 1970.
_EPOCH = (datetime(1970, 1, 1, tzinfo=UTC) - datetime(1, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
#: Changes of the clock are looked for within these years.
_YEARS = (2000, 2050)


def local(instant: Expression, zone: str) -> Expression:
    """Return an instant, in seconds since 1970, as seconds on the clock of a zone.

    They are counted from the first Monday of all.
    """
    changes = _changes(zone)
    offset: Expression = _whole(changes[0][1])
    if len(changes) > 1:
        later = [(instant >= _whole(at), _whole(there)) for at, there in reversed(changes[1:])]
        offset = case(*later, else_=offset)
    there: Expression = instant + offset + _whole(_EPOCH)
    return there


def between(first: Expression, last: Expression, base: Base) -> Expression:
    """Return the business seconds from one moment to a later one, both `local`."""
    return _worked(last, base) - _worked(first, base) - _free(first, last, base)


@cache
def _changes(zone: str) -> list[tuple[int, int]]:
    """Return the instants at which a zone's clock changes, with its offset from then on."""
    there = ZoneInfo(zone)

    def offset(at: int) -> int:
        found = datetime.fromtimestamp(at, there).utcoffset()
        return int(found.total_seconds()) if found is not None else 0

    first, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in _YEARS)
    changes = [(first, offset(first))]
    for day in range(first, end, DAY):
        before, after = offset(day), offset(day + DAY)
        if before != after:
            at = bisect_left(range(day, day + DAY), 1, key=lambda one: offset(one) != before)
            changes.append((day + at, after))
    return changes


def _worked(local: Expression, base: Base) -> Expression:
    """Return the business seconds up to a moment, holidays not taken off."""
    day = local // _whole(DAY)
    weekday = day % _whole(WEEK)
    weeks = (day // _whole(WEEK)) * _whole(len(base.weekdays))
    before = [
        (weekday == _whole(one), _whole(sum(works < one for works in base.weekdays)))
        for one in range(1, WEEK)
    ]
    days = weeks + case(*before, else_=_whole(0))
    open_today = _open(local - day * _whole(DAY))
    today = case((_is_working(weekday, base), open_today), else_=_whole(0))
    return days * _whole(CLOSES - OPENS) + today


def _is_working(weekday: Expression, base: Base) -> Expression:
    return weekday.in_([_whole(one) for one in sorted(base.weekdays)])


def _open(since_midnight: Expression) -> Expression:
    """Return the business seconds of a working day up to a moment of it, or before or after it."""
    return case(
        (since_midnight <= _whole(OPENS), _whole(0)),
        (since_midnight >= _whole(CLOSES), _whole(CLOSES - OPENS)),
        else_=since_midnight - _whole(OPENS),
    )


def _free(first: Expression, last: Expression, base: Base) -> Expression:
    """Return the seconds between two moments that a holiday on a working day takes away."""
    day = cast(days_between(no_day(), col(Holiday.day)), BigInteger)
    free = (
        select(day.label("day"))
        .where(
            col(Holiday.workspace_id) == base.workspace_id,
            holidays.free_in(base.country),
            _is_working(day % _whole(WEEK), base),
        )
        .distinct()
        .subquery()
    )
    midnight = free.c.day * _whole(DAY)
    taken = _open(last - midnight) - _open(first - midnight)
    within = free.c.day.between(first // _whole(DAY), last // _whole(DAY))
    return func.coalesce(
        select(func.sum(taken)).select_from(free).where(within).scalar_subquery(), _whole(0)
    )


def _whole(number: int) -> Expression:
    return literal_column(str(number), BigInteger)
