"""A company's year, by calendar months or by whole weeks, and what its periods compare with (pure).

Two kinds of year are known. One follows calendar months from any month on. The other consists of
52 or 53 whole weeks, so that every quarter has 13 of them and equal weekdays: its quarters are
split into months of 4-4-5, 4-5-4 or 5-4-4 weeks, and a 53rd week joins the last month. Such a
year ends on the same weekday each time: the last one of its last month, or the one nearest to
that month's end (United States, Treasury Regulation 1.441-2). The retail calendar of the National
Retail Federation is 4-5-4, starts in February on a Sunday, ends nearest to the end of January, and
is named by the year in which it starts.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from goals import calendar
from goals.calendar import DAY, WEEKLY, Period, add_months

#: How a year is divided, with the weeks of a quarter's three months (none: calendar months).
PATTERNS: dict[str, tuple[int, ...]] = {
    "months": (),
    "445": (4, 4, 5),
    "454": (4, 5, 4),
    "544": (5, 4, 4),
}
#: Where a year of weeks ends: on the last such weekday of a month, or the one nearest to its end.
ENDS = ("last", "nearest")
#: Which calendar year a fiscal year is named by: the one it ends in, or the one it starts in.
NAMED = ("end", "start")
#: The periods that a window may be the beginning of, in the order in which they are tried.
UNITS = ("month", "quarter", "year", "week")
#: Days from a weekday to its next occurrence, and the most of them that lie nearer before it.
WEEK, NEARER = 7, 3


@dataclass(frozen=True)
class FiscalCalendar:
    """A company's year: the month it starts in (1 to 12) and the day its weeks start on.

    `week_start` is 0 for Monday to 6 for Sunday. A year that is not of calendar months starts on
    that day near the first of its month, as `ends` says. It is named by the calendar year in
    which its last month lies, as public accounts in Thailand and the United States do, or its
    first one (`named`).
    """

    start_month: int = 1
    week_start: int = 0
    pattern: str = "months"
    ends: str = "last"
    named: str = "end"

    def __post_init__(self) -> None:
        """Refuse a month or a weekday that does not exist, and a rule that is none."""
        if not (1 <= self.start_month <= 12 and 0 <= self.week_start <= 6):
            raise ValueError(f"no such month or weekday: {self.start_month}, {self.week_start}")
        if self.pattern not in PATTERNS or self.ends not in ENDS or self.named not in NAMED:
            raise ValueError(f"no such year: {self.pattern}, {self.ends}, {self.named}")

    @property
    def has_weeks(self) -> bool:
        """Tell whether the year consists of whole weeks and not of calendar months."""
        return bool(PATTERNS[self.pattern])

    # --- The periods that a day lies in ------------------------------------------------------

    def year(self, day: date) -> Period:
        """Return the fiscal year that a day lies in."""
        return self._months_around(day, 12)

    def quarter(self, day: date) -> Period:
        """Return the fiscal quarter that a day lies in."""
        return self._months_around(day, 3)

    def month(self, day: date) -> Period:
        """Return the month that a day lies in: of the calendar, or of 4 to 6 weeks."""
        return self._months_around(day, 1)

    def week(self, day: date) -> Period:
        """Return the week that a day lies in."""
        start = day - timedelta(days=(day.weekday() - self.week_start) % WEEK)
        return Period(start, start + timedelta(days=WEEK))

    def year_number(self, day: date) -> int:
        """Return the number that names the fiscal year that a day lies in."""
        return self._year(day) - self._ahead

    def quarter_number(self, day: date) -> int:
        """Return the number, 1 to 4, of the fiscal quarter that a day lies in."""
        return self._place(day) % 12 // 3 + 1

    def containing(self, unit: str, day: date) -> Period:
        """Return the day, week, month, quarter or year that a day lies in, by that word."""
        match unit:
            case "day":
                return Period(day, day + DAY)
            case "week":
                return self.week(day)
            case "month":
                return self.month(day)
            case "quarter":
                return self.quarter(day)
            case "year":
                return self.year(day)
        raise ValueError(f"no such kind of period: {unit}")

    def numbered(self, year: int, quarter: int | None = None) -> Period:
        """Return the fiscal year of a number, or a quarter of it.

        Raises ValueError or OverflowError for years that no calendar has.
        """
        place = (year + self._ahead) * 12
        if quarter is None:
            return self._run(place, 12)
        return self._run(place + 3 * (quarter - 1), 3)

    def begun(self, window: Period) -> Period:
        """Return the month, quarter, year or week that a window is the beginning of.

        A window of whole months is a period of its own, and so is one that begins none.
        """
        if self.whole_months(window) is not None:
            return window
        running = (self.containing(unit, window.first) for unit in UNITS)
        begun = (one for one in running if one.first == window.first and one.last > window.last)
        return next(begun, window)

    # --- What a period is compared with ------------------------------------------------------

    def whole_months(self, period: Period) -> int | None:
        """Return a period's length in months of this calendar, None where it has no such length."""
        if not self.has_weeks:
            return period.months
        places = self._places(period)
        return None if places is None else places[1] - places[0]

    def previous(self, period: Period, steps: int = 1) -> Period:
        """Return the period of the same length that ends where this one starts.

        Whole months go back by months (a quarter to a quarter), other runs by their days.
        `steps` counts how often.
        """
        places = self._places(period)
        if places is None:
            return calendar.previous(period, steps)
        months = places[1] - places[0]
        return self._run(places[0] - months * steps, months)

    def same_last_year(self, period: Period, years: int = 1) -> Period:
        """Return the same period one fiscal year earlier, or more.

        In a year of weeks it is the month, quarter or year of the same number, and for other
        runs the same days of the same weeks, so that weekdays meet their like: a 53rd week meets
        the week 52 weeks before it. In a calendar year 29 February becomes 28 February.
        """
        if not self.has_weeks:
            return calendar.same_last_year(period, years)
        places = self._places(period)
        if places is not None:
            return self._run(places[0] - 12 * years, places[1] - places[0])
        number = self._year(period.start)
        back = self._end(number - 1) - self._end(number - 1 - years)
        return Period(period.start - back, period.end - back)

    def comparable_windows(self, window: Period, earliest: date) -> list[Period]:
        """Return the whole past periods that a window can be compared with, latest first.

        They lie back to back before it and have its length. One is whole when the first event
        known, `earliest`, is no later than its first bucket.
        """
        found: list[Period] = []
        while True:
            try:
                period = self.previous(window, len(found) + 1)
            except (ValueError, OverflowError):
                return found
            if earliest >= self.buckets(period)[0].end:
                return found
            found.append(period)

    def buckets(self, period: Period) -> list[Period]:
        """Return the runs of days in which a window is looked at, counted from its first day.

        A run is a day in windows of up to 31 days, 7 days up to 120, the days of a month above;
        the last one ends with the window. Months are this calendar's where the window begins with
        one of them.
        """
        place = self._place(period.start) if self.has_weeks else 0
        if not self.has_weeks or period.days <= WEEKLY or self._start(place) != period.start:
            return calendar.buckets(period)
        found: list[Period] = []
        while (start := self._start(place)) < period.end:
            found.append(Period(start, min(self._start(place + 1), period.end)))
            place += 1
        return found

    # --- How it is reckoned: years by the calendar year of their last month, months in a row ---

    @property
    def _ahead(self) -> int:
        """Return by how much a year's last month lies after the year that names it."""
        return int(self.named == "start" and self.start_month > 1)

    @property
    def _weeks(self) -> list[int]:
        """Return how many weeks lie before each of the twelve months."""
        return list(accumulate((PATTERNS[self.pattern] * 4)[:11], initial=0))

    def _end(self, year: int) -> date:
        """Return the day after the fiscal year whose last month lies in a calendar year."""
        end = date(year + (self.start_month == 1), self.start_month, 1)
        if not self.has_weeks:
            return end
        over = (end.weekday() - self.week_start) % WEEK
        end -= timedelta(days=over)
        return end + timedelta(days=WEEK) if self.ends == "nearest" and over > NEARER else end

    def _year(self, day: date) -> int:
        """Return the calendar year in which the last month of a day's fiscal year lies."""
        year = day.year + (day >= self._end(day.year))
        return year - (day < self._end(year - 1))

    def _place(self, day: date) -> int:
        """Return the number of the month a day lies in, counted through all years."""
        year = self._year(day)
        if not self.has_weeks:
            return year * 12 + (day.month - self.start_month) % 12
        week = (day - self._end(year - 1)).days // WEEK
        return year * 12 + bisect_right(self._weeks, week) - 1

    def _start(self, place: int) -> date:
        """Return the first day of a month, given by its number."""
        year, month = divmod(place, 12)
        start = self._end(year - 1)
        if not self.has_weeks:
            return add_months(start, month)
        return start + timedelta(days=WEEK * self._weeks[month])

    def _run(self, place: int, months: int) -> Period:
        return Period(self._start(place), self._start(place + months))

    def _months_around(self, day: date, months: int) -> Period:
        place = self._place(day)
        return self._run(place - place % months, months)

    def _places(self, period: Period) -> tuple[int, int] | None:
        """Return a period's first month and the one after it, None where it has no whole months.

        None as well in a calendar year, whose periods compare as all runs of days do.
        """
        if not self.has_weeks:
            return None
        first, end = self._place(period.start), self._place(period.end)
        is_whole = self._start(first) == period.start and self._start(end) == period.end
        return (first, end) if is_whole else None
