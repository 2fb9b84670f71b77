"""How a goal will likely end, from the readings of its past: what the forecast is fed with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from goals import workspace
from goals.calendar import Period
from goals.fiscal import FiscalCalendar
from goals.metrics import asking, catalogue, history, readings
from goals.metrics.catalogue import Metric
from goals.metrics.formulas import Figure
from goals.tracking import closed, pace, units
from goals.tracking.forecast import landing
from goals.tracking.forecast.landing import Landing, Past
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.units import Units
from goals.words import N_, Days, Message, Months, Quantity, Rate, Weeks

#: What a running unit has left is told from the past, beside so many units in which every day
#: weighs alike.
ALIKE = 2.0
#: A value that is put together again from its units may differ by so much from rounding.
SAME = 1e-6
#: What is said of a forecast, by whether a whole season is known and whether records are doubtful.
GROUNDS = {
    (True, False): N_("Drawn from %(past)s of its own past, the season included."),
    (False, False): N_(
        "Drawn from %(past)s of its own past. Season unknown: that takes %(season)s, so the range"
        " is wide."
    ),
    (True, True): N_(
        "Drawn from %(past)s of its own past, the season included. The range is wider because"
        " %(share)s of the records behind it are doubtful."
    ),
    (False, True): N_(
        "Drawn from %(past)s of its own past. Season unknown: that takes %(season)s. The range is"
        " wider because %(share)s of the records behind it are doubtful."
    ),
}
CALLED: dict[str, type[Quantity]] = {"day": Days, "week": Weeks, "month": Months}
#: A goal of these kinds ends at a number that can be forecast.
KINDS = ("cumulative", "level", "maintain")


@dataclass(frozen=True)
class Outlook:
    """How a goal will likely end: the forecast, its chance, and what both come from.

    `steps` are the last days of the units ahead, as the forecast's fan has them. `raw_chance`
    is the share of its ways that arrive, and `chance` what closed goals say that is worth; None
    where nothing is aimed at.
    """

    landing: Landing
    chance: float | None
    raw_chance: float | None
    steps: tuple[date, ...]
    grounds: Message

    def fan(self, window: Period) -> list[list[float]]:
        """Return [share of the window, the five quantiles] for each unit ahead."""
        return [
            [((day - window.start).days + 1) / window.days, *row]
            for day, row in zip(self.steps, self.landing.fan, strict=True)
        ]


def of(
    session: Session,
    goal: Goal,
    terms: GoalVersion,
    metric: Metric,
    *,
    actual: Figure,
    done: date,
    today: date,
    doubtful: float,
) -> Outlook | None:
    """Return how a goal will likely end, seen from the end of a day; None where nobody can say.

    `actual` is the reading up to `today`, and `doubtful` the share of the records behind it that
    are not sound. None is what has too little history, and what is not made of its units: a
    number that adds up over its days, stands at a moment, or is a ratio of sums.
    """
    window = Period.of(terms.first_day, terms.last_day)
    if goal.kind not in KINDS or metric is catalogue.MILESTONE or actual.value is None:
        return None
    earliest = readings.earliest(session, goal.metric, goal.params, goal.segment)
    if earliest is None or done >= window.last:
        return None
    found = units.of(window, earliest, done, _fiscal(session))
    if len(found.past) < landing.FLOOR:
        return None
    known = _history(session, goal, metric, found)
    if known is None:
        return None
    parts = units.rests(found, _left(found, known))
    ahead = landing.of(_past(metric, found, window, known, actual, today, parts, doubtful))
    if ahead is None:
        return None
    low, high = (None if one is None else float(one) for one in _bounds(goal, terms))
    raw = None if low is None and high is None else ahead.chance(low, high)
    return Outlook(
        landing=ahead,
        chance=None if raw is None else closed.recalibrated(session).of(raw),
        raw_chance=raw,
        steps=tuple(day for _, day in parts),
        grounds=_grounds(found, ahead, doubtful),
    )


def can_say(session: Session, goal: Goal, metric: Metric, window: Period) -> bool:
    """Tell whether enough lies before a window to say how a goal will end."""
    earliest = readings.earliest(session, goal.metric, goal.params, goal.segment)
    if metric is catalogue.MILESTONE or earliest is None:
        return False
    before = units.of(window, earliest, window.first - timedelta(days=1), _fiscal(session))
    if len(before.past) < landing.FLOOR:
        return False
    return _history(session, goal, metric, before) is not None


def _fiscal(session: Session) -> FiscalCalendar:
    return workspace.of(session).fiscal


def _bounds(goal: Goal, terms: GoalVersion) -> tuple[Decimal | None, Decimal | None]:
    return pace.bounds(goal.direction, terms.target_value, terms.low, terms.high)


@dataclass(frozen=True)
class _Past:
    """A number's past by unit: its kind, its values, what each was divided by, a flow's days."""

    kind: str
    values: list[float]
    weights: list[float] | None = None
    by_day: Mapping[date, float] = field(default_factory=dict)


def _history(session: Session, goal: Goal, metric: Metric, found: Units) -> _Past | None:
    """Return a number's past, None where it is short or not made of its units."""
    here = history.here(session, metric)
    first, last = found.past[0].first, found.past[-1].last
    asked = (goal.metric, goal.params, goal.segment)
    if metric.kind == "flow":
        if here.is_counted and not history.adds_up(metric):
            return None
        daily = readings.series(session, *asked, first, max(last, found.done))
        by_day = {day: float(value) for day, value in daily}
        amounts = [sum(by_day.get(day, 0.0) for day in one) for one in found.past]
        return _Past("flow", amounts, by_day=by_day)
    if asking.turns_out(metric, goal.params, is_over=True):
        # The newest units have not turned out yet.
        return None
    spans = [(one.first, one.last) for one in found.past]
    *each, whole = readings.figures(session, *asked, [*spans, (first, last)])
    values = _kept(each)
    # A unit in which nothing was there to be counted says nothing.
    if sum(one.value is not None for one in each) < landing.FLOOR:
        return None
    if metric.kind == "stock" or not here.is_counted:
        return _Past("level", values) if whole.value == each[-1].value else None
    weights = [_weight(one) for one in each][-len(values) :]
    total = sum(weights)
    if whole.value is None or total <= 0:
        return None
    above = sum(value * weight for value, weight in zip(values, weights, strict=True))
    is_ratio = abs(above / total - float(whole.value)) <= SAME * max(1.0, abs(float(whole.value)))
    return _Past("ratio", values, weights) if is_ratio else None


def _past(
    metric: Metric,
    found: Units,
    window: Period,
    known: _Past,
    actual: Figure,
    today: date,
    parts: Sequence[tuple[float, date]],
    doubtful: float,
) -> Past:
    low, high = (None if one is None else float(one) for one in metric.limits)
    value, is_flow = float(actual.value or 0), known.kind == "flow"
    so_far = value
    if is_flow and found.done < today:
        # What came in today is not over: the day is still ahead as a whole.
        so_far = sum(one for day, one in known.by_day.items() if window.first <= day <= found.done)
    return Past(
        kind=known.kind,
        values=known.values,
        so_far=so_far,
        ahead=[share for share, _ in parts],
        season=found.season,
        weights=known.weights,
        so_far_weight=_weight(actual),
        limits=(low, high),
        floor=value if is_flow and min(known.values) >= 0 else None,
        doubtful=doubtful,
    )


def _left(found: Units, known: _Past) -> float:
    """Return what is left of the running unit, as a share of a whole one.

    A flow's days do not weigh alike (weekends, the end of a month): its past tells how much
    comes after so many days, beside `ALIKE` units in which they do.
    """
    if found.running is None:
        return 1.0
    passed = found.passed / found.running.days
    left, mean = 1.0 - passed, sum(map(abs, known.values)) / len(known.values)
    if known.kind == "flow" and mean > 0:
        later = sum(
            abs(known.by_day.get(one.start + timedelta(days=place), 0.0))
            for one in found.past
            for place in range(round(passed * one.days), one.days)
        )
        left = (later + ALIKE * mean * left) / (mean * (len(known.values) + ALIKE))
    return left * min(1.0, found.running.days / units.USUAL[found.word])


def _kept(each: Sequence[Figure]) -> list[float]:
    """Return the values; one that is missing stands as the one before, the first ones are left."""
    values: list[float] = []
    for one in each:
        if one.value is not None:
            values.append(float(one.value))
        elif values:
            values.append(values[-1])
    return values


def _weight(one: Figure) -> float:
    if one.value is None:
        return 0.0
    return float(one.denominator) if one.denominator is not None else float(one.n)


def _grounds(found: Units, ahead: Landing, doubtful: float) -> Message:
    """Return in a sentence what a forecast comes from, and what makes its range wide."""
    called = CALLED[found.word]
    told = {
        "past": called(Decimal(ahead.units)),
        "season": called(Decimal(found.season)),
        "share": Rate(Decimal(str(round(doubtful, 4))), 0),
    }
    return Message(GROUNDS[ahead.season_known, doubtful > 0], told)
