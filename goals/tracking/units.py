"""The units in which a goal's past and rest are counted: days, weeks or months (pure).

They are the window's own buckets, and as many runs of the same length before it.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from goals.calendar import DAILY, WEEKLY, Period
from goals.fiscal import FiscalCalendar

#: So many units of history are looked at: what lies further back says little of today.
MOST = {"day": 91, "week": 104, "month": 60}
#: Units after which their phases repeat: weekdays, weeks of a quarter, months of a year.
SEASON = {"day": 7, "week": 13, "month": 12}
#: A unit of so many days is a whole one.
USUAL = {"day": 1, "week": 7, "month": 28}
QUARTER = 3


@dataclass(frozen=True)
class Units:
    """A window cut into units on a day.

    `word` is what one is called. `past` are the complete ones, oldest first, before the window
    and in it; `running` is the one that has begun (None: the next one begins tomorrow), and
    `ahead` those that have not. `done` is the last complete day.
    """

    word: str
    past: tuple[Period, ...]
    running: Period | None
    ahead: tuple[Period, ...]
    done: date

    @property
    def passed(self) -> int:
        """Return how many days of the running unit are over."""
        return 0 if self.running is None else (self.done - self.running.start).days + 1

    @property
    def season(self) -> int:
        """Return the number of units after which their phases repeat."""
        return SEASON[self.word]


def word_of(window: Period) -> str:
    """Return what a window's units are called."""
    if window.days <= DAILY:
        return "day"
    return "week" if window.days <= WEEKLY else "month"


@lru_cache(maxsize=256)
def cut(window: Period, fiscal: FiscalCalendar) -> tuple[Period, ...]:
    """Return a window's buckets; a short rest at its end belongs to the one before it."""
    found = fiscal.buckets(window)
    if len(found) > 1 and found[-1].days < USUAL[word_of(window)] / 2:
        rest = found.pop()
        found[-1] = Period(found[-1].start, rest.end)
    return tuple(found)


@lru_cache(maxsize=256)
def before(window: Period, earliest: date, fiscal: FiscalCalendar) -> tuple[Period, ...]:
    """Return the whole units before a window, oldest first.

    One is whole when the first event known, `earliest`, lies before its end. A quarter's weeks
    are counted from the start of each quarter, so that the last ones of all lie together.
    """
    first, most = cut(window, fiscal)[0], MOST[word_of(window)]
    by_quarter = word_of(window) == "week" and fiscal.whole_months(window) == QUARTER
    found: list[Period] = []
    steps = 0
    while len(found) < most:
        steps += 1
        try:
            if by_quarter:
                some = cut(fiscal.previous(window, steps), fiscal)[::-1]
            else:
                some = (fiscal.previous(first, steps),)
        except (ValueError, OverflowError):
            break
        whole = [one for one in some if earliest < one.end]
        found += whole
        if len(whole) < len(some):
            break
    return tuple(found[:most][::-1])


def of(window: Period, earliest: date, done: date, fiscal: FiscalCalendar) -> Units:
    """Return a window's units as they are at the end of a day."""
    each = cut(window, fiscal)
    over = [one for one in each if one.last <= done]
    known = [one for one in over if earliest < one.end]
    past = [*before(window, earliest, fiscal), *known][-MOST[word_of(window)] :]
    rest = each[len(over) :]
    running = rest[0] if rest and rest[0].start <= done else None
    return Units(
        word=word_of(window),
        past=tuple(past),
        running=running,
        ahead=rest[1:] if running is not None else rest,
        done=min(done, window.last),
    )


def rests(found: Units, running: float) -> list[tuple[float, date]]:
    """Return what is still to come of each unit, in order, with its last day.

    `running` is what is left of the running one. The last may be cut off by the window's end.
    """
    parts = [] if found.running is None else [(running, found.running.last)]
    usual = USUAL[found.word]
    return parts + [(min(1.0, one.days / usual), one.last) for one in found.ahead]
