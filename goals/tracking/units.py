"""The units in which a goal's past and rest are counted: days, weeks or months (pure).

They are the window's own buckets, and as many runs of the same length before it.
"""

from dataclasses import dataclass
from datetime import date

from goals.calendar import DAILY, WEEKLY, Period
from goals.fiscal import FiscalCalendar

#: So many units of history are looked at: what lies further back says little of today.
MOST = {"day": 91, "week": 104, "month": 60}
#: Units after which their phases repeat: weekdays, weeks of a quarter, months of a year.
SEASON = {"day": 7, "week": 13, "month": 12}
#: A unit of so many days is a whole one.
USUAL = {"day": 1, "week": 7, "month": 28}


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


def before(window: Period, earliest: date, fiscal: FiscalCalendar) -> list[Period]:
    """Return the whole units before a window, oldest first.

    One is whole when the first event known, `earliest`, lies before its end.
    """
    first = fiscal.buckets(window)[0]
    found: list[Period] = []
    while len(found) < MOST[word_of(window)]:
        try:
            one = fiscal.previous(first, len(found) + 1)
        except (ValueError, OverflowError):
            break
        if earliest >= one.end:
            break
        found.append(one)
    return found[::-1]


def of(window: Period, earliest: date, done: date, fiscal: FiscalCalendar) -> Units:
    """Return a window's units as they are at the end of a day."""
    buckets = fiscal.buckets(window)
    over = [one for one in buckets if one.last <= done]
    known = [one for one in over if earliest < one.end]
    past = [*before(window, earliest, fiscal), *known][-MOST[word_of(window)] :]
    rest = buckets[len(over) :]
    running = rest[0] if rest and rest[0].start <= done else None
    return Units(
        word=word_of(window),
        past=tuple(past),
        running=running,
        ahead=tuple(rest[1:] if running is not None else rest),
        done=min(done, window.last),
    )


def rests(found: Units, running: float) -> list[tuple[float, date]]:
    """Return what is still to come of each unit, in order, with its last day.

    `running` is what is left of the running one. A short end of the window is taken together
    with the unit before it, which it resembles more than the one that would begin there.
    """
    usual = USUAL[found.word]
    parts = [] if found.running is None else [(running, found.running.last)]
    # The last of a window's buckets may be cut off.
    parts += [(min(1.0, one.days / usual), one.last) for one in found.ahead]
    if len(parts) > 1 and parts[-1][0] < 0.5:
        share, last = parts.pop()
        parts[-1] = (parts[-1][0] + share, last)
    return parts
