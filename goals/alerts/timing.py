"""When a message may leave: quiet hours and free days, by local time in every zone (pure)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from goals.workdays import Workdays

#: Nobody is free for longer: after so many days a message leaves on any day.
LONGEST = 60
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Hours:
    """When messages leave in a zone.

    They wait from the local time `quiet_from` to `quiet_to` (the same or both None: no quiet
    hours), over midnight where the first is the later one. `workdays` are the only days on
    which they leave (None: every day).
    """

    zone: str
    quiet_from: time | None = None
    quiet_to: time | None = None
    workdays: Workdays | None = None

    def earliest(self, at: datetime) -> datetime:
        """Return the first instant from `at` on at which a message may leave."""
        zone = ZoneInfo(self.zone)
        given = at
        for _ in range(2 * LONGEST):
            local = at.astimezone(zone)
            day, wall = local.date(), local.time()
            if self.workdays is not None and day not in self.workdays:
                at = instant(day + timedelta(days=1), time(), zone)
                continue
            until = self._quiet_until(day, wall)
            if until is None:
                return at
            found = instant(until, self.quiet_to or time(), zone)
            # In an hour that comes twice the quiet may end a second time.
            at = found if found > at else instant(until, self.quiet_to or time(), zone, fold=1)
        return given

    def _quiet_until(self, day: date, wall: time) -> date | None:
        """Return the day on which the quiet ends that a local time lies in, None outside."""
        start, end = self.quiet_from, self.quiet_to
        if start is None or end is None or start == end:
            return None
        if start < end:
            return day if start <= wall < end else None
        if wall >= start:
            return day + timedelta(days=1)
        return day if wall < end else None


def instant(day: date, wall: time, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    """Return when the clocks of a zone show a local time; where they skip it, when they jump.

    Of a time that comes twice it is the first, with `fold=1` the second.
    """
    found = datetime.combine(day, wall.replace(fold=fold), zone).astimezone(UTC)
    local = found.astimezone(zone)
    if (local.date(), local.time().replace(fold=0)) == (day, wall):
        return found
    # The clocks jump over this time: look for the minute in which they do.
    low = datetime.combine(day, wall.replace(fold=1), zone).astimezone(UTC)
    high = datetime.combine(day, wall.replace(fold=0), zone).astimezone(UTC)
    before = low.astimezone(zone).utcoffset()
    while high - low > _MINUTE:
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(second=0, microsecond=0)


def is_day(day: date, zone: ZoneInfo) -> bool:
    """Tell whether a zone has a day: where the date line was moved, one was left out."""
    noon = instant(day, time(12), zone)
    return noon.astimezone(zone).date() == day


def wall_time(text: str | None) -> time | None:
    """Return the local time that a text such as "20:00" names, None for none.

    Raises ValueError for a text that names no time of the day.
    """
    if not text:
        return None
    hours, gap, minutes = text.strip().partition(":")
    if not (hours.isdecimal() and len(hours) <= 2 and (minutes.isdecimal() or not gap)):
        raise ValueError(f"{text!r} is no time of the day")
    if gap and len(minutes) != 2:
        raise ValueError(f"{text!r} is no time of the day")
    return time(int(hours), int(minutes or 0))
