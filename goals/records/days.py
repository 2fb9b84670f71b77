"""Days and times as files write them, in any of three languages and either era (pure)."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from goals import calendar

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})\.?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d\d)", re.ASCII)
_TIME = re.compile(
    r"(?:\s+at)?[T ,]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s+", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(.*[^\W\d].*\D)(\d\d)", re.DOTALL)
_THAI = re.compile(r"[\u0e01-\u0e2e]")
#: Two digits up to this one are years of this century.
_PIVOT = 69


@dataclass(frozen=True)
class Moment:
    """A day as it was written, with a time of day and its offset from UTC if it had them."""

    day: date
    clock: time | None = None
    zone: timezone | None = None

    def on(self, zone: str) -> date:
        """Return the business day: of an instant, the day it is in a zone.

        Midnight in UTC is how many systems write a day without a time.
        """
        if self.clock is None or self.zone is None:
            return self.day
        if self.clock == time.min and not self.zone.utcoffset(None):
            return self.day
        return self.at(zone).astimezone(ZoneInfo(zone)).date()

    def at(self, zone: str) -> datetime:
        """Return the instant in UTC, taken to be in a zone where it does not say."""
        local = datetime.combine(self.day, self.clock or time.min)
        return local.replace(tzinfo=self.zone or ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=20_000)
def moment(text: str, order: str = "ymd") -> Moment | None:
    """Return the day and time that a text means, None if it means none.

    `order` tells 3/4/2026 apart: "mdy" or "dmy"; with "ymd" the year has to stand in front.
    Years above 2400 are Buddhist, and so are the two digits behind a Thai month.
    """
    plain = calendar.western_digits(text).strip()
    if _ISO.fullmatch(plain):
        day = _build(int(plain[:4]), int(plain[5:7]), int(plain[8:]))
        return None if day is None else Moment(day)
    taken_apart = _without_time(plain)
    if taken_apart is None:
        return None
    rest, clock, zone = taken_apart
    day = _day(rest, order)
    return None if day is None else Moment(day, clock, zone)


def _without_time(plain: str) -> tuple[str, time | None, timezone | None] | None:
    """Return the text before a time, the time and its offset; None if there is no such time."""
    found = re.search(f"{_TIME.pattern}$", plain, _TIME.flags)
    if found is None:
        return plain, None, None
    hours, minutes, seconds, part, half, offset = found.groups()
    hour = int(hours)
    if half:
        hour = hour % 12 + 12 * half.lower().startswith("p") if 1 <= hour <= 12 else 99
    try:
        clock = time(hour, int(minutes), int(seconds or 0), int((part or "0")[:6].ljust(6, "0")))
        zone = _offset(offset)
    except ValueError:
        return None
    return plain[: found.start()].strip(), clock, zone


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-length if text[0] == "-" else length)


def _day(plain: str, order: str) -> date | None:
    if found := _COMPACT.fullmatch(plain):
        return _build(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_FIRST.fullmatch(plain):
        return _build(int(found[1]), int(found[3]), int(found[4]))
    if found := _YEAR_LAST.fullmatch(plain):
        one, two, year = int(found[1]), int(found[3]), _year(found[4])
        if order == "mdy":
            return _build(year, one, two)
        return _build(year, two, one) if order == "dmy" or one == two else None
    return _named(plain)


def _named(plain: str) -> date | None:
    """Return a day whose month is a word, or which is written in Chinese."""
    plain = _WEEKDAY.sub("", plain)
    if not re.search(r"[^\W\d]", plain):
        return None
    plain = re.sub("[-/]", " ", plain)
    if found := _SHORT_YEAR.fullmatch(plain):
        thai = _THAI.search(plain) is not None
        year = 2500 + int(found[2]) if thai else _year(found[2])
        return calendar.parse_day(f"{found[1]}{year}")
    return calendar.parse_day(plain)


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year <= _PIVOT else 1900)


def _build(year: int, month: int, day: int) -> date | None:
    try:
        return calendar.day_of(year, month, day)
    except ValueError:
        return None


@dataclass
class Order:
    """Evidence of the order of day and month, gathered over a whole file.

    `lines` holds the first line that spoke for an order, `unsure` the first that could be
    either.
    """

    lines: dict[str, int] = field(default_factory=dict)
    unsure: int | None = None

    def look(self, text: str, line: int) -> None:
        """Take a cell as evidence."""
        if _ISO.fullmatch(text):
            return
        taken_apart = _without_time(calendar.western_digits(text).strip())
        found = _YEAR_LAST.fullmatch(taken_apart[0]) if taken_apart is not None else None
        if found is None:
            return
        one, two = int(found[1]), int(found[3])
        if one > 12 or two > 12:
            self.lines.setdefault("dmy" if one > 12 else "mdy", line)
        elif one != two and self.unsure is None:
            self.unsure = line

    def decide(self) -> str | None:
        """Return the order, None if no row decides it or if two rows contradict each other."""
        if len(self.lines) == 2:
            return None
        if self.lines:
            return next(iter(self.lines))
        return None if self.unsure is not None else "ymd"
