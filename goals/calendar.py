"""Days and periods: buckets, periods to compare with, zones, typed dates (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)

#: A window of up to so many days is divided into days, then into weeks, else into months.
DAILY = 31
WEEKLY = 120

#: Years above this are Buddhist ones; the two eras are 543 years apart.
LAST_COMMON_YEAR = 2400
#: Years before this one are slips or the zero of some other program, not days of a business.
FIRST_COMMON_YEAR = 1900
BUDDHIST = 543

MONTH_NAMES = (
    ("jan january ม.ค. มกราคม", "feb february ก.พ. กุมภาพันธ์", "mar march มี.ค. มีนาคม")
    + ("apr april เม.ย. เมษายน", "may พ.ค. พฤษภาคม", "jun june มิ.ย. มิถุนายน")
    + ("jul july ก.ค. กรกฎาคม", "aug august ส.ค. สิงหาคม", "sep sept september ก.ย. กันยายน")
    + ("oct october ต.ค. ตุลาคม", "nov november พ.ย. พฤศจิกายน", "dec december ธ.ค. ธันวาคม")
)


@dataclass(frozen=True, order=True)
class Period:
    """A run of days from `start` up to, but not including, `end`; at least one day long.

    Raises ValueError when it would hold no day.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a period without a day."""
        if self.end <= self.start:
            raise ValueError(f"a period from {self.start} to before {self.end} holds no day")

    @classmethod
    def of(cls, first: date, last: date) -> "Period":
        """Return the period from a first to a last day, both of them inside."""
        return cls(first, last + DAY)

    @property
    def first(self) -> date:
        """Return the first day inside."""
        return self.start

    @property
    def last(self) -> date:
        """Return the last day inside."""
        return self.end - DAY

    @property
    def days(self) -> int:
        """Return the number of days."""
        return (self.end - self.start).days

    @property
    def months(self) -> int | None:
        """Return its length in calendar months, None where that is not a whole number.

        Months that start after the 28th have no fixed length and count as days.
        """
        if self.start.day > 28 or self.end.day != self.start.day:
            return None
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    def __contains__(self, day: object) -> bool:
        """Tell whether a day lies inside."""
        return isinstance(day, date) and self.start <= day < self.end

    def __iter__(self) -> Iterator[date]:
        """Yield the days in order."""
        return (self.start + timedelta(days=offset) for offset in range(self.days))


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or that month's last day."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    follows = date(year + 1, 1, 1) if month == 11 else date(year, month + 2, 1)
    return date(year, month + 1, min(day.day, (follows - DAY).day))


def months(first: date, last: date) -> Decimal:
    """Return how many months lie between two days, a part of one by its share of its days."""
    found, day = Decimal(), first
    while day <= last:
        month = day.replace(day=1)
        follows = add_months(month, 1)
        end = min(follows, last + DAY)
        found += Decimal((end - day).days) / (follows - month).days
        day = end
    return found


def previous(period: Period, steps: int = 1) -> Period:
    """Return the period of the same calendar length that ends where this one starts.

    Whole months go back by months (a quarter to a quarter), other runs by their days.
    `steps` counts how often.
    """
    months = period.months
    if months is None:
        back = timedelta(days=period.days)
        return Period(period.start - steps * back, period.start - (steps - 1) * back)
    return Period(
        add_months(period.start, -months * steps), add_months(period.start, -months * (steps - 1))
    )


def same_last_year(period: Period, years: int = 1) -> Period:
    """Return the same period one year earlier, or more; 29 February becomes 28 February."""
    if period.months is not None:
        return Period(add_months(period.start, -12 * years), add_months(period.end, -12 * years))
    return Period.of(add_months(period.first, -12 * years), add_months(period.last, -12 * years))


def buckets(period: Period) -> list[Period]:
    """Return the runs of days in which a window is looked at, counted from its first day.

    A run is a day in windows of up to 31 days, 7 days up to 120, the days of a month above;
    the last one ends with the window.
    """
    found: list[Period] = []
    start = period.start
    while start < period.end:
        end = min(_step(period, len(found) + 1), period.end)
        found.append(Period(start, end))
        start = end
    return found


def first_bucket(period: Period) -> Period:
    """Return the first of a window's buckets."""
    return Period(period.start, min(_step(period, 1), period.end))


def _step(period: Period, number: int) -> date:
    if period.days <= DAILY:
        return period.start + timedelta(days=number)
    if period.days <= WEEKLY:
        return period.start + timedelta(days=7 * number)
    return add_months(period.start, number)


def fraction(window: Period, day: date) -> float:
    """Return the share of a window that has passed at the end of a day, from 0 to 1."""
    passed = (day - window.start).days + 1
    return min(max(passed, 0), window.days) / window.days


def like_for_like(period: Period, through: date, earlier: Period) -> tuple[Period, Period] | None:
    """Return a running period and an earlier one, both cut to the days that have passed.

    None before the first day has passed. A shorter earlier period stays whole.
    """
    passed = min((through - period.start).days + 1, period.days)
    if passed < 1:
        return None
    cut = min(earlier.days, passed)
    if passed == period.days:
        cut = earlier.days
    return (
        Period(period.start, period.start + timedelta(days=passed)),
        Period(earlier.start, earlier.start + timedelta(days=cut)),
    )


def local_date(instant: datetime, zone: str) -> date:
    """Return the day it is in a zone at an instant, which must know its own zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone lies on no day")
    return instant.astimezone(ZoneInfo(zone)).date()


def end_of_day(day: date, zone: str) -> datetime:
    """Return the last instant of a local day in UTC.

    Clocks may jump over midnight, strike it twice, fall back across it, or leave a whole day
    out: it is always the last instant at which the zone's date is this day, or, for a day
    that the zone left out, the last instant before it.
    """
    midnight = datetime.combine(day + DAY, datetime.min.time(), ZoneInfo(zone))
    ends = [midnight.replace(fold=fold).astimezone(UTC) - INSTANT for fold in (0, 1)]
    return max((end for end in ends if local_date(end, zone) <= day), default=min(ends))


# --- Dates as people type them ---------------------------------------------------------------

_DIGITS = {ord(digit): str(value) for value, digit in enumerate("๐๑๒๓๔๕๖๗๘๙")} | {
    ord(digit): str(value) for value, digit in enumerate("０１２３４５６７８９")
}
_MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, 1) for name in names.split()}
_NAMES = (re.escape(name).replace(r"\.", r"\.? ?") for name in sorted(_MONTHS, reverse=True))
_MONTH = re.compile(f"(?:{'|'.join(_NAMES)})\\.?")
_ERA = re.compile(r"พ\. ?ศ\.|ค\. ?ศ\.|公元|佛历|西元|\b(?:be|ce|ad)\b")
_NOISE = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b|วันที่|\bof\b|[,\s]+")
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
_HAN = re.compile(r"(?:(\d{4}) ?年 ?)?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?")


def common_year(year: int) -> int:
    """Return the year of the common era for one typed in either era: above 2400 is Buddhist."""
    return year - BUDDHIST if year > LAST_COMMON_YEAR else year


def day_of(year: int, month: int, day: int) -> date:
    """Return the day for three typed numbers, the year in either era.

    The era is settled before the day is built, so that 29 February 2567 exists. Raises
    ValueError when there is no such day, and for years in which nothing here happens.
    """
    found = common_year(year)
    if not FIRST_COMMON_YEAR <= found <= LAST_COMMON_YEAR:
        raise ValueError(f"{year} is no year of a business")
    return date(found, month, day)


def western_digits(text: str) -> str:
    """Return a text with Thai and full-width digits written as 0 to 9."""
    return text.translate(_DIGITS)


def parse_day(text: str, *, order: str = "dmy", default_year: int | None = None) -> date | None:
    """Return the day that somebody typed in English, Thai or Chinese, None when it is none.

    The year may be of either era and needs four digits; without one, `default_year` counts.
    `order` ("dmy" or "mdy") settles 3/4/2026; a year in front is always year, month, day.
    """
    plain = _ERA.sub(" ", western_digits(text).casefold())
    plain = re.sub(" +", " ", _NOISE.sub(" ", plain)).strip()
    parts = _numeric(plain, order) or _han(plain, default_year) or _named(plain, default_year)
    if parts is None:
        return None
    try:
        return day_of(*parts)
    except ValueError:
        return None


def _numeric(plain: str, order: str) -> tuple[int, int, int] | None:
    if found := _YEAR_FIRST.fullmatch(plain):
        return int(found.group(1)), int(found.group(3)), int(found.group(4))
    if found := _YEAR_LAST.fullmatch(plain):
        one, two, year = int(found.group(1)), int(found.group(3)), int(found.group(4))
        return (year, one, two) if order == "mdy" else (year, two, one)
    return None


def _han(plain: str, default_year: int | None) -> tuple[int, int, int] | None:
    found = _HAN.fullmatch(plain)
    year = found and (found.group(1) or default_year)
    return (int(year), int(found.group(2)), int(found.group(3))) if found and year else None


def _named(plain: str, default_year: int | None) -> tuple[int, int, int] | None:
    name = _MONTH.search(plain)
    if name is None:
        return None
    # A typed name may lack its dots or have spaces between them.
    typed = re.sub("[. ]", "", name.group())
    month = next(number for known, number in _MONTHS.items() if known.replace(".", "") == typed)
    rest = f"{plain[: name.start()]} {plain[name.end() :]}".split()
    days = [word for word in rest if re.fullmatch(r"\d{1,2}\.?", word)]
    years = [word for word in rest if re.fullmatch(r"\d{4}", word)]
    year = years[0] if years else default_year
    if len(days) != 1 or len(years) > 1 or len(rest) != len(days) + len(years) or year is None:
        return None
    return int(year), month, int(days[0].strip("."))
