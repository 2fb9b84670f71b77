"""The readings that a goal's forecast is fed with, from its past unit by unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate

from sqlmodel import Session

from goals import workspace
from goals.calendar import Period
from goals.fiscal import FiscalCalendar
from goals.metrics import asking, delivered, history, readings
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.metrics.formulas import Figure
from goals.tracking import units
from goals.tracking.forecast import landing
from goals.tracking.goal import Goal
from goals.tracking.units import Units

#: A value that is put together again from its units may differ by so much from rounding.
SAME = 1e-6


@dataclass(frozen=True)
class UnitPast:
    """A number's past by unit: its kind, its values, what each was divided by, a flow's days.

    `tails` has for each unit of a flow how much came from each of its days on, without its sign.
    """

    kind: str
    values: list[float]
    weights: list[float] | None = None
    by_day: Mapping[date, float] = field(default_factory=dict)
    tails: Sequence[Sequence[float]] = ()


class Record:
    """What was read of a goal's number, each reading looked up once, for one day or for many."""

    def __init__(
        self, session: Session, goal: Goal, metric: Metric, ahead: Ahead | None = None
    ) -> None:
        self.session, self.goal, self.metric = session, goal, metric
        self._ahead = ahead or Ahead(session)
        self._asked = goal.metric, goal.params, goal.segment
        self._span: tuple[date, date] | None = None
        self._by_day: dict[date, float] = {}
        self._figures: dict[tuple[date, date], Figure] = {}
        self._pasts: dict[tuple[Period, ...], UnitPast | None] = {}

    @cached_property
    def earliest(self) -> date | None:
        """Return the day of the first event, None where nothing was ever counted."""
        return readings.earliest(self.session, *self._asked, self._ahead)

    @cached_property
    def fiscal(self) -> FiscalCalendar:
        """Return the company's year."""
        return workspace.of(self.session).fiscal

    def units(self, window: Period, done: date) -> Units | None:
        """Return a window's units at the end of a day, None before the first event."""
        if self.earliest is None or self.earliest > done:
            return None
        return units.of(window, self.earliest, done, self.fiscal)

    def expect(self, every: Iterable[Units]) -> None:
        """Read together what the units of many days need."""
        found = [one for one in every if len(one.past) >= landing.FLOOR]
        if not found:
            return
        if self._is_flow and self._adds_up:
            firsts = [one.past[0].first for one in found]
            self._read_days(min(firsts), max(one.done for one in found))
        elif not self._is_flow:
            self.figures(dict.fromkeys(span for one in found for span in _spans(one)))

    @property
    def _is_flow(self) -> bool:
        return self.metric.kind == "flow"

    @cached_property
    def is_counted(self) -> bool:
        """Tell whether the number is counted from records here."""
        return history.here(self.session, self.metric, edges=self._ahead.edges).is_counted

    @property
    def _adds_up(self) -> bool:
        return not self.is_counted or history.adds_up(self.metric)

    def _read_days(self, first: date, last: date) -> None:
        self._span = first, last
        daily = readings.series(self.session, *self._asked, first, last, self._ahead)
        self._by_day = {day: float(value) for day, value in daily}

    def by_day(self, first: date, last: date) -> Mapping[date, float]:
        """Return the daily amounts of a flow, of these days at least."""
        if self._span is None or first < self._span[0] or last > self._span[1]:
            self._read_days(first, last)
        return self._by_day

    def figures(self, spans: Iterable[tuple[date, date]]) -> list[Figure]:
        """Return the value over each of some windows."""
        wanted = list(spans)
        missing = [one for one in wanted if one not in self._figures]
        if missing:
            found = readings.figures(self.session, *self._asked, missing, self._ahead)
            self._figures.update(zip(missing, found, strict=True))
        return [self._figures[one] for one in wanted]

    def past(self, found: Units) -> UnitPast | None:
        """Return the past by unit, None where it is short or not made of its units."""
        if found.past not in self._pasts:
            self._pasts[found.past] = self._read(found)
        return self._pasts[found.past]

    def _read(self, found: Units) -> UnitPast | None:
        first, last = found.past[0].first, found.past[-1].last
        if not self._says_enough(found):
            return None
        if self._is_flow:
            if not self._adds_up:
                return None
            by_day = self.by_day(first, max(last, found.done))
            amounts = [sum(by_day.get(day, 0.0) for day in one) for one in found.past]
            tails = [_tail([abs(by_day.get(day, 0.0)) for day in one]) for one in found.past]
            return UnitPast("flow", amounts, by_day=by_day, tails=tails)
        if asking.turns_out(self.metric, self.goal.params, is_over=True):
            # The newest units have not turned out yet.
            return None
        if self.is_counted and asking.is_one_of_them(self.goal.params):
            return None
        *each, whole = self.figures(_spans(found))
        values = _kept(each)
        # A unit in which nothing was there to be counted says nothing.
        if sum(one.value is not None for one in each) < landing.FLOOR:
            return None
        if self.metric.kind == "stock" or not self.is_counted:
            return UnitPast("level", values) if whole.value == each[-1].value else None
        weights = [weight(one) for one in each][-len(values) :]
        total = sum(weights)
        if whole.value is None or total <= 0:
            return None
        above = sum(value * weight for value, weight in zip(values, weights, strict=True))
        value = float(whole.value)
        is_ratio = abs(above / total - value) <= SAME * max(1.0, abs(value))
        return UnitPast("ratio", values, weights) if is_ratio else None

    def _says_enough(self, found: Units) -> bool:
        """Tell whether enough units say something of their own.

        A number that people enter stands until the next one: weeks that only repeat what was
        entered once say nothing of how it moves.
        """
        if self.is_counted or isinstance(self.metric, Custom):
            return True
        first, last = found.past[0].first, found.past[-1].last
        entered = delivered.readings(self.session, self.metric.id, first, last, self.goal.segment)
        days = {one.day for one in entered}
        own = sum(any(one.first <= day <= one.last for day in days) for one in found.past)
        return own >= landing.FLOOR


def _tail(amounts: Sequence[float]) -> list[float]:
    """Return the sum from each place on, the last one of nothing."""
    return [*accumulate(reversed(amounts), initial=0.0)][::-1]


def _spans(found: Units) -> list[tuple[date, date]]:
    whole = found.past[0].first, found.past[-1].last
    return [*((one.first, one.last) for one in found.past), whole]


def _kept(each: Sequence[Figure]) -> list[float]:
    """Return the values; one that is missing stands as the one before, the first ones are left."""
    values: list[float] = []
    for one in each:
        if one.value is not None:
            values.append(float(one.value))
        elif values:
            values.append(values[-1])
    return values


def weight(one: Figure) -> float:
    """Return what a value was divided by, or how much it was counted from; 0 without a value."""
    if one.value is None:
        return 0.0
    return float(one.denominator) if one.denominator is not None else float(one.n)
