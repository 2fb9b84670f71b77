"""How often a goal is looked at by people: the rhythm and the days it asks for (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from goals import calendar
from goals.words import N_

#: The rhythms, the quickest first; "none" asks for no check-in.
CADENCES = ("weekly", "fortnightly", "monthly", "quarterly", "none")
#: A rhythm in words.
WORDS = {
    "weekly": N_("Every week"),
    "fortnightly": N_("Every two weeks"),
    "monthly": N_("Every month"),
    "quarterly": N_("Every quarter"),
    "none": N_("No check-ins"),
}
#: Longest windows, in days, that get a rhythm of their own; longer ones are seen quarterly.
DEFAULTS = ((45, "weekly"), (190, "fortnightly"), (400, "monthly"))
#: So many days after its day a check-in is still due; then it was missed.
GRACE = timedelta(days=3)

DONE, DUE, MISSED, NEXT = "done", "due", "missed", "next"


def default(first: date, last: date) -> str:
    """Return the rhythm that fits a window: a quarter every two weeks, a year every month."""
    days = (last - first).days + 1
    return next((word for most, word in DEFAULTS if days <= most), "quarterly")


def due_days(cadence: str, first: date, last: date) -> Iterator[date]:
    """Yield the days on which a check-in is due, in order.

    Each is the last day of a step counted from the window's first day; a window shorter than
    one step has its last day alone.
    """
    if cadence == "none":
        return
    number = 1
    day = _end_of_step(cadence, first, number)
    if day > last:
        yield last
    while day <= last:
        yield day
        number += 1
        day = _end_of_step(cadence, first, number)


def _end_of_step(cadence: str, first: date, number: int) -> date:
    if cadence in ("weekly", "fortnightly"):
        days = 7 if cadence == "weekly" else 14
        following = first + timedelta(days=days * number)
    else:
        following = calendar.add_months(first, number * (1 if cadence == "monthly" else 3))
    return following - timedelta(days=1)


@dataclass(frozen=True)
class Review:
    """A day on which a check-in is due: done, due, missed, or next to come."""

    on: date
    state: str

    @property
    def is_open(self) -> bool:
        """Tell whether a check-in is still wanted for this day."""
        return self.state in (DUE, MISSED)


@dataclass(frozen=True)
class Rhythm:
    """The terms of a goal that say when it is looked at; days before `since` are not asked for."""

    cadence: str
    first: date
    last: date
    since: date

    def reviews(self, today: date, answered: Mapping[date, object]) -> list[Review]:
        """Return the days asked for up to today and the next one, in order.

        `answered` holds the days for which there is a check-in.
        """
        found: list[Review] = []
        for day in self._days():
            if day > today:
                state = DONE if day in answered else NEXT
                found.append(Review(day, state))
                if state == NEXT:
                    break
            elif day in answered:
                found.append(Review(day, DONE))
            else:
                # What is due stays so for the days of grace, unless the next day has come.
                found = [_over(one) for one in found]
                found.append(Review(day, DUE if today - day <= GRACE else MISSED))
        return found

    def open(self, today: date, answered: Mapping[date, object]) -> Review | None:
        """Return the latest day that still wants a check-in, None where all is said.

        An earlier one that was missed is history once a later one was done.
        """
        wanted: Review | None = None
        for one in self.reviews(today, answered):
            if one.state == DONE:
                wanted = None
            elif one.is_open:
                wanted = one
        return wanted

    def answers(self, day: date, answered: Mapping[date, object]) -> date | None:
        """Return the day asked for that a check-in made on a day stands for: the nearest one.

        None where that one has a check-in already, and where nothing is asked for.
        """
        # The rhythm begins as if there had been a check-in the day before.
        begun = nearest = max(self.first, self.since) - timedelta(days=1)
        for one in self._days():
            if abs(one - day) <= abs(nearest - day):
                nearest = one
            if one > day:
                break
        return None if nearest == begun or nearest in answered else nearest

    def _days(self) -> Iterator[date]:
        for day in due_days(self.cadence, self.first, self.last):
            if day >= self.since:
                yield day


def _over(review: Review) -> Review:
    return Review(review.on, MISSED) if review.state == DUE else review
