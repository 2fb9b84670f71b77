"""Periods that a question ends with: this quarter, last fiscal year, FY2026 Q3 (pure)."""

import re
from dataclasses import dataclass
from datetime import date

from goals.calendar import Period, common_year
from goals.fiscal import FiscalCalendar

_AHEAD = {"this": 0, "current": 0, "last": -1, "previous": -1, "next": 1}
_BEFORE = r"(?:^|[,\s]+)(?:(?:in|during|for|of)\s+)?(?:the\s+)?"
_FISCAL = r"(?:fy|(?:fiscal|financial)(?:\s+year)?)\s*"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_PATTERNS = tuple(
    re.compile(f"{_BEFORE}{pattern}$", re.IGNORECASE)
    for pattern in (
        rf"(?P<word>{'|'.join(_AHEAD)})\s+(?:(?:fiscal|financial)\s+)?"
        r"(?P<unit>week|month|quarter|year)",
        rf"{_FISCAL}{_YEAR}[,\s]+q(?P<quarter>[1-4])",
        rf"q(?P<quarter>[1-4])[,\s]+(?:of\s+)?(?:{_FISCAL})?{_YEAR}",
        rf"{_FISCAL}{_YEAR}",
        r"q(?P<quarter>[1-4])",
    )
)


@dataclass(frozen=True)
class Spoken:
    """A period as it was asked about, before anybody knows the day and the company's year.

    It is the running `unit` or one `ahead` of it; or, with a `year` or a `quarter`, the fiscal
    year of that number or a quarter of it, of the running year where none was said.
    """

    unit: str
    ahead: int = 0
    year: int | None = None
    quarter: int | None = None

    def on(self, today: date, fiscal: FiscalCalendar) -> Period:
        """Return the days that are meant on a day in a company's calendar."""
        if self.year is not None or self.quarter is not None:
            year = self.year if self.year is not None else fiscal.year_number(today)
            return fiscal.numbered(year, self.quarter)
        running = fiscal.containing(self.unit, today)
        if self.ahead > 0:
            return fiscal.containing(self.unit, running.end)
        return fiscal.previous(running) if self.ahead < 0 else running


def ending(words: str) -> tuple[str, Spoken] | None:
    """Return a question without the period that it ends with, and the period; None without one."""
    for pattern in _PATTERNS:
        found = pattern.search(words)
        if found is not None:
            return words[: found.start()], _spoken(found.groupdict())
    return None


def _spoken(said: dict[str, str | None]) -> Spoken:
    unit, word = said.get("unit"), said.get("word")
    if unit is not None and word is not None:
        return Spoken(unit.lower(), _AHEAD[word.lower()])
    year, quarter = said.get("year"), said.get("quarter")
    return Spoken(
        "year" if quarter is None else "quarter",
        year=None if year is None else _full(int(year)),
        quarter=None if quarter is None else int(quarter),
    )


def _full(year: int) -> int:
    return 2000 + year if year < 100 else common_year(year)
