"""Periods in a question: this quarter, last fiscal year, FY2026 Q3, October, 2569 (pure)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from goals.calendar import Period, add_months, common_year
from goals.fiscal import FiscalCalendar
from goals.questions import text

_FISCAL = r"(?:fy|fiscal(?: year)?|financial(?: year)?|ปีงบประมาณ|ปีงบ|ปีบัญชี|ปีการเงิน|财年|财政年度)"
_YEAR = r"(?P<year>\d{4}|\d{2})(?!\d)"
_MONTH_NAMES = (
    "jan(?:uary)?|มกราคม|มกรา|ม\\.ค", "feb(?:ruary)?|กุมภาพันธ์|กุมภา|ก\\.พ",
    "mar(?:ch)?|มีนาคม|มีนา|มี\\.ค", "apr(?:il)?|เมษายน|เมษา|เม\\.ย",
    "may|พฤษภาคม|พฤษภา|พ\\.ค", "june?|มิถุนายน|มิถุนา|มิ\\.ย", "july?|กรกฎาคม|กรกฎา|ก\\.ค",
    "aug(?:ust)?|สิงหาคม|สิงหา|ส\\.ค", "sept?(?:ember)?|กันยายน|กันยา|ก\\.ย",
    "oct(?:ober)?|ตุลาคม|ตุลา|ต\\.ค", "nov(?:ember)?|พฤศจิกายน|พฤศจิกา|พ\\.ย",
    "dec(?:ember)?|ธันวาคม|ธันวา|ธ\\.ค",
)  # fmt: skip
_MONTHS = "|".join(_MONTH_NAMES)
_UNTIL = r"1[0-2]|0?[1-9]"
#: Periods with a number in them, as they stand in a canonical text.
_PATTERNS = tuple(
    re.compile(one)
    for one in (
        r"h(?P<half>[12])(?!\d)",
        rf"(?:from )?(?P<named>{_MONTHS}) (?:to|through|thru|until) (?P<until>{_MONTHS})",
        rf"between (?P<named>{_MONTHS}) and (?P<until>{_MONTHS})",
        rf"(?:ตั้งแต่|จาก)?(?:เดือน)?(?P<named>{_MONTHS})\.?ถึง(?:เดือน)?(?P<until>{_MONTHS})\.?",
        rf"从?(?P<month>{_UNTIL})月?(?:到|至| )(?P<until>{_UNTIL})月(?:份)?",
        r"(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\d|0?[1-9])(?:日|号)?",
        rf"(?:วันที่ ?)?(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?: of)? ?(?:เดือน ?)?"
        rf"(?P<named>{_MONTHS})",
        rf"(?:เดือน)?(?P<named>{_MONTHS})\.?(?:ปี)?(?P<of>[5-9]\d|25\d\d)(?!\d)",
        rf"(?P<named>{_MONTHS}) (?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)",
        rf"{_FISCAL}(?:พ\.ศ)? ?{_YEAR}(?:年)?",
        r"(?P<year>\d{4}|\d{2}) ?(?:财年|财政年度|会计年度|年度)",
        r"(?:q|quarter|ไตรมาส(?:ที่)?|ควอเตอร์(?:ที่)?|คิว) ?(?P<quarter>[1-4])(?!\d)",
        r"(?P<quarter>[1-4])(?:st|nd|rd|th)? ?(?:quarter|qtr|q(?!\w)|季度|季)",
        r"第(?P<quarter>[1-4])(?:个)?(?:季度|季)",
        r"(?P<month>1[0-2]|0?[1-9])月(?:份)?(?:底|末)?",
        r"เดือน(?:ที่)? ?(?P<month>1[0-2]|0?[1-9])(?!\d)",
        r"(?:(?:the )?year |ปี(?:พ\.ศ)?\.? ?|พ\.ศ\.? ?)?"
        r"(?P<common>(?:19|20|24|25)\d\d)(?!\d)(?:年)?",
        r"(?:ปี(?:พ\.ศ)?|พ\.ศ)\.? ?(?P<common>\d{2})(?!\d)",
    )
)


@dataclass(frozen=True)
class Spoken:
    """A period as it was asked about, before anybody knows the day and the company's year.

    It is the running `unit` or one `ahead` of it; or, with a `year`, a `quarter` or a `month`,
    that one of the fiscal year of that number. A year that was not called a fiscal one
    (`is_common`) is that of the calendar unless a quarter of it is meant. Without a year it is the
    running one, or `years` ahead of it. A month may go on `until` another one. The unit "same" is
    the running quarter years before, and a `half` that of a year. A "date" is the latest
    `weekday`, or the `day` of a month. One that `is_open` goes on until today, and one that
    `is_until` is only the end of what is asked about. The unit "before" is another one's.
    """

    unit: str
    ahead: int = 0
    year: int | None = None
    quarter: int | None = None
    month: int | None = None
    is_common: bool = False
    years: int = 0
    is_open: bool = False
    half: int | None = None
    weekday: int | None = None
    day: int | None = None
    until: int | None = None
    is_until: bool = False

    def on(self, today: date, fiscal: FiscalCalendar) -> Period:
        """Return the days that are meant on a day in a company's calendar."""
        if self.is_open:
            first = replace(self, is_open=False).on(today, fiscal).first
            return Period.of(first, max(first, today))
        if self.half is not None:
            whole = replace(self, unit="year", half=None).on(today, fiscal)
            middle = add_months(whole.start, 6)
            return Period(whole.start, middle) if self.half == 1 else Period(middle, whole.end)
        if self.unit == "date":
            day = self._date(today)
            return Period.of(day, day)
        if self.month is not None:
            last = self._month(self.until or self.month, today, fiscal)
            return Period(self._month(self.month, today, fiscal).start, last.end)
        if self.unit == "same":
            return fiscal.same_last_year(fiscal.quarter(today), -self.ahead)
        if self.year is not None or self.quarter is not None:
            if self.quarter is None and self.is_common and self.year is not None:
                return Period.of(date(self.year, 1, 1), date(self.year, 12, 31))
            year = self.year if self.year is not None else fiscal.year_number(today) + self.years
            return fiscal.numbered(year, self.quarter)
        return self._running(today, fiscal)

    def _running(self, today: date, fiscal: FiscalCalendar) -> Period:
        """Return the running unit, or one so many ahead of it."""
        if self.unit == "day":
            day = today + timedelta(days=self.ahead)
            return Period.of(day, day)
        running = fiscal.containing(self.unit, today)
        for _ in range(self.ahead):
            running = fiscal.containing(self.unit, running.end)
        return fiscal.previous(running, -self.ahead) if self.ahead < 0 else running

    def _date(self, today: date) -> date:
        """Return the latest day that is called so, today included."""
        if self.weekday is not None:
            return today - timedelta(days=(today.weekday() - self.weekday) % 7)
        month, day = self.month or today.month, self.day or 1
        if self.year is not None:
            return date(self.year, month, day)
        return date(today.year - ((month, day) > (today.month, today.day)), month, day)

    def _month(self, month: int, today: date, fiscal: FiscalCalendar) -> Period:
        if self.year is not None and self.is_common:
            start = date(self.year, month, 1)
        elif self.years:
            start = date(today.year + self.years, month, 1)
        else:
            year = fiscal.year(today) if self.year is None else fiscal.numbered(self.year)
            start = date(year.first.year, month, 1)
            if add_months(start, 1) <= year.first:
                start = date(start.year + 1, month, 1)
        return Period(start, add_months(start, 1))


def said(meaning: str) -> Spoken | None:
    """Return the period that a meaning of a phrase is, None for one that is no period."""
    kind, *rest = meaning.split(":")
    match kind:
        case "p":
            return Spoken(rest[0], int(rest[1]))
        case "q":
            return Spoken("quarter", quarter=int(rest[0]))
        case "h":
            return Spoken("year", half=int(rest[0]))
        case "m":
            return Spoken("month", month=int(rest[0]))
        case "d":
            return Spoken("date", weekday=int(rest[0]))
    return None


def at(words: str, start: int) -> Iterator[tuple[int, Spoken]]:
    """Yield the periods with a number that begin at a place of a canonical text, with their end."""
    for pattern in _PATTERNS:
        found = pattern.match(words, start)
        if found is not None and text.is_boundary(words, found.end()):
            yield found.end(), _numbered(found.groupdict(), found.group())


def joined(spoken: Iterable[tuple[Spoken, bool]]) -> list[Spoken]:
    """Return periods put together: a quarter or a month beside its year is one.

    Each comes with whether it stands right behind the one before.
    """
    found: list[Spoken] = []
    for one, is_next in spoken:
        both = _together(found[-1], one) if found and is_next else None
        if both is None:
            found.append(one)
        else:
            found[-1] = both
    return found


def resolved(said: Sequence[Spoken]) -> list[Spoken] | None:
    """Return periods of which one may be "the last", that is the one before that named beside it.

    None where nothing says before which.
    """
    found: list[Spoken] = []
    for one in said:
        if one.unit == "before":
            if not found or found[-1] != Spoken(found[-1].unit, found[-1].ahead):
                return None
            one = replace(found[-1], ahead=found[-1].ahead + one.ahead)
        found.append(one)
    return found


def _together(one: Spoken, other: Spoken) -> Spoken | None:
    if _is_part(other) and not _is_part(one):
        one, other = other, one
    if not _is_part(one) or _is_part(other) or one.year is not None or other.unit != "year":
        return None
    if other.year is None:
        return replace(one, years=other.ahead)
    return replace(one, year=other.year, is_common=other.is_common)


def _is_part(one: Spoken) -> bool:
    return one.quarter is not None or one.month is not None or one.half is not None


def _numbered(found: dict[str, str | None], words: str) -> Spoken:
    is_thai = any("\u0e00" <= one <= "\u0e7f" for one in words)
    if found.get("quarter"):
        return Spoken("quarter", quarter=int(found["quarter"] or 0))
    if found.get("day"):
        named = found.get("named")
        month = int(found.get("month") or 0)
        if named:
            month = _month_number(named)
        return Spoken("date", month=month, day=int(found["day"] or 0))
    of = found.get("of")
    if of:
        month = _month_number(found.get("named") or "")
        return Spoken("month", month=month, year=_full(int(of), is_thai), is_common=True)
    until = found.get("until")
    if until:
        begun = found.get("month") or found.get("named") or ""
        return Spoken("month", month=_month_number(begun), until=_month_number(until))
    if found.get("month"):
        return Spoken("month", month=int(found["month"] or 0))
    if found.get("half"):
        return Spoken("year", half=int(found["half"] or 0))
    year = found.get("common") or found.get("year") or ""
    return Spoken("year", year=_full(int(year), is_thai), is_common=bool(found.get("common")))


def _month_number(said: str) -> int:
    if said.isdecimal():
        return int(said)
    return next(n for n, one in enumerate(_MONTH_NAMES, 1) if re.fullmatch(one, said))


def _full(year: int, is_thai: bool) -> int:
    if year < 100:
        return common_year(2500 + year) if is_thai and year >= 50 else 2000 + year
    return common_year(year)
