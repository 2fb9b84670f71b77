"""What is told of the sample company besides deals and leads: facts that begin on a day (pure).

Each kind of record has a maker that returns what begins on one day, with all that will ever
become of it, from a random stream of its own. So a kind can be added or changed without another
one of them, or any deal, being told differently.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from integrations.crm.sample import company

#: A maker returns what begins on a day. Times of day are those of the company's place and stand
#: as UTC until the source, which knows the zone, puts them there.
Maker = Callable[[int, date], tuple["Fact", ...]]
OPENS, CLOSES = 8, 18


@dataclass(frozen=True)
class Fact:
    """A record from its first day on; `later` has what becomes known of it, day by day."""

    id: str
    day: date
    values: Mapping[str, Any]
    later: tuple[tuple[date, Mapping[str, Any]], ...] = ()

    def known(self, day: date) -> dict[str, Any] | None:
        """Return the record as a day's end knows it, None before it began."""
        if self.day > day:
            return None
        found = {"external_id": self.id, **self.values}
        for since, values in self.later:
            if since <= day:
                found |= values
        return found

    def changed_within(self, first: date, last: date) -> bool:
        """Tell whether something happened to the record on one of these days."""
        return any(first <= day <= last for day in (self.day, *(day for day, _ in self.later)))


@dataclass(frozen=True)
class Told:
    """How a kind is told; nothing happens to a fact later than `reach` after its maker's day."""

    make: Maker
    reach: timedelta

    def within(self, seed: int, first: date, last: date) -> Iterator[Fact]:
        """Yield the facts to which something happens on one of these days, oldest first."""
        since = max(company.BEGAN, first - min(self.reach, first - company.BEGAN))
        for number in range((last - since).days + 1):
            for fact in self.make(seed, since + timedelta(days=number)):
                if fact.changed_within(first, last):
                    yield fact


def by_chance(seed: int, kind: str, key: object) -> Random:
    """Return the random stream of a kind for a day or for one record."""
    return Random(f"{seed}:{kind}:{key}")


def clock(day: date, hour: int) -> datetime:
    """Return an hour of a day."""
    return datetime.combine(day, time(hour), UTC)


def moment(random: Random, day: date) -> datetime:
    """Return a time within the working hours of a day."""
    minutes = 5 * random.randrange((CLOSES - OPENS) * 12)
    return clock(day, OPENS) + timedelta(minutes=minutes)


def at_work(when: datetime) -> datetime:
    """Return a time, or the next morning of a working day if nobody works then."""
    day = when.date() + timedelta(days=when.hour >= CLOSES)
    working = company.workday(day)
    if working == when.date() and when.hour >= OPENS:
        return when.replace(second=0, microsecond=0)
    return clock(working, OPENS) + timedelta(minutes=when.minute)


def customer(random: Random, seed: int, day: date) -> company.Deal | None:
    """Return a deal that some customer signed in the year before a day, None if none is found."""
    for _ in range(8):
        asked = max(company.BEGAN, day - timedelta(days=random.randrange(20, 380)))
        begun = company.begun(seed, asked)
        signed = [one for one in begun if one.won_on is not None and one.won_on < day]
        if signed:
            return random.choice(signed)
    return None
