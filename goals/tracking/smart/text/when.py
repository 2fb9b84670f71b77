"""By when: the last day that a phrase of a statement names, read against a given day (pure)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from goals import calendar
from goals.fiscal import FiscalCalendar

#: How surely a phrase is meant as the deadline: "by ...", a plain date, "this year".
BY, DATE, PERIOD = 3, 2, 1


@dataclass(frozen=True)
class When:
    """A phrase for a time: where it stands, its last day, and how surely it is a deadline."""

    start: int
    end: int
    last: date
    rank: int


@dataclass(frozen=True)
class Clock:
    """The day it is, and the company's year."""

    today: date
    fiscal: FiscalCalendar = FiscalCalendar()

    def day(self, day: int, month: int, year: int | None = None) -> date | None:
        """Return a day; without a year the next such day. None if there is none."""
        if year is not None:
            return _built(_full(year), month, day)
        found = _built(self.today.year, month, day)
        if found is not None and found < self.today:
            return _built(self.today.year + 1, month, day) or found
        return found

    def month(self, month: int, year: int | None = None) -> date | None:
        """Return the last day of a month; without a year of the next such month."""
        first = _built(_full(year) if year is not None else self.today.year, month, 1)
        if first is None:
            return None
        last = calendar.add_months(first, 1) - calendar.DAY
        if year is None and last < self.today:
            last = calendar.add_months(first, 13) - calendar.DAY
        return last

    def quarter(self, number: int, year: int | None = None) -> date | None:
        """Return the last day of a fiscal quarter; without a year of the next such quarter."""
        if year is not None:
            known = _built(_full(year), 1, 1)
            return None if known is None else self.fiscal.numbered(known.year, number).last
        running = self.fiscal.year_number(self.today)
        last = self.fiscal.numbered(running, number).last
        return last if last >= self.today else self.fiscal.numbered(running + 1, number).last

    def year(self, year: int, *, fiscal: bool = False) -> date | None:
        """Return the last day of a year given by its number, of either era."""
        first = _built(_full(year), 1, 1)
        if first is None:
            return None
        of = self.fiscal if fiscal else FiscalCalendar()
        return of.numbered(first.year).last

    def running(self, unit: str, ahead: int = 0, *, fiscal: bool = False) -> date:
        """Return the last day of the running week, month, quarter or year, or one after it.

        A year is that of the calendar unless it is called the fiscal one.
        """
        of = FiscalCalendar() if unit == "year" and not fiscal else self.fiscal
        period = of.containing(unit, self.today)
        for _ in range(ahead):
            period = of.containing(unit, period.end)
        return period.last

    def within(self, amount: int, unit: str) -> date | None:
        """Return the day so many units from today; None for spans that are no deadline."""
        try:
            if unit in ("months", "years", "quarters"):
                months = {"months": 1, "quarters": 3, "years": 12}[unit] * amount
                return calendar.add_months(self.today, months)
            days = {"days": 1, "weeks": 7}[unit] * amount
            return self.today + timedelta(days=days) if days > 3 else None
        except (ValueError, OverflowError, KeyError):
            return None

    def weekday(self, number: int) -> date:
        """Return the next such day of the week (0 is Monday), today included."""
        return self.today + timedelta(days=(number - self.today.weekday()) % 7)


Reader = Callable[[str, Clock], Iterator[When]]


def best(found: list[When]) -> When | None:
    """Return the phrase that is most surely the deadline; of several, the latest day."""
    if not found:
        return None
    rank = max(one.rank for one in found)
    return max((one for one in found if one.rank == rank), key=lambda one: (one.last, -one.start))


def number(text: str | None) -> int | None:
    """Return the whole number in a group of a match, None where it did not take part."""
    return int(text) if text else None


def numeric(text: str) -> date | None:
    """Return the day that only figures name: the year first, or the day first.

    Where the second number can be no month, the first one is.
    """
    parts = [int(one) for one in re.split(r"[/.\-]", text)]
    if len(str(parts[0])) == 4 or parts[0] > 31:
        return _built(_full(parts[0]), parts[1], parts[2])
    day, month = parts[0], parts[1]
    if month > 12:
        day, month = month, day
    return _built(_full(parts[2]), month, day)


def _full(year: int) -> int:
    """Return a year of the common era for one of two or four figures, of either era."""
    if year < 100:
        # 69 is the Thai way to write 2569; 26 is 2026.
        return 2500 + year - calendar.BUDDHIST if year >= 50 else 2000 + year
    return calendar.common_year(year)


def _built(year: int, month: int, day: int) -> date | None:
    try:
        return calendar.day_of(year, month, day)
    except ValueError:
        return None
