"""The days on which a company works: its weekdays without its holidays (pure)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from goals.calendar import Period

#: Monday to Friday, where Monday is 0.
WEEKDAYS = frozenset(range(5))


@dataclass(frozen=True)
class Workdays:
    """The weekdays on which people work (0 is Monday), and holidays on which they do not."""

    weekdays: AbstractSet[int] = WEEKDAYS
    holidays: AbstractSet[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        """Tell whether people work on a day."""
        return isinstance(day, date) and day.weekday() in self.weekdays and day not in self.holidays

    def count(self, period: Period) -> int:
        """Return the number of working days of a period."""
        weeks, rest = divmod(period.days, 7)
        odd = sum((period.start.weekday() + one) % 7 in self.weekdays for one in range(rest))
        free = sum(one in period and one.weekday() in self.weekdays for one in self.holidays)
        return weeks * len(self.weekdays) + odd - free
