"""How a goal will likely end, from the readings of its past: what the forecast is fed with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from goals.calendar import Period
from goals.metrics import catalogue
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.metrics.formulas import Figure
from goals.tracking import closed, pace, units
from goals.tracking.forecast import landing
from goals.tracking.forecast.landing import Landing, Past
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.unit_past import Record, UnitPast, weight
from goals.tracking.units import Units
from goals.words import N_, Days, Message, Months, Quantity, Rate, Weeks

#: What a running unit has left is told from the past, beside so many units in which every day
#: weighs alike.
ALIKE = 2.0
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
    where nothing is aimed at. `commit_chance` and `stretch_chance` are those of the lines beside
    the target, from the same ways; None where there is no such line.
    """

    landing: Landing
    chance: float | None
    raw_chance: float | None
    steps: tuple[date, ...]
    grounds: Message
    commit_chance: float | None = None
    stretch_chance: float | None = None

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
    ahead: Ahead | None = None,
) -> Outlook | None:
    """Return how a goal will likely end, seen from the end of a day; None where nobody can say.

    `actual` is the reading up to `today`, and `doubtful` the share of the records behind it that
    are not sound. None is what has too little history, and what is not made of its units: a
    number that adds up over its days, stands at a moment, or is a ratio of sums.
    """
    if goal.kind not in KINDS or metric is catalogue.MILESTONE or actual.value is None:
        return None
    record = Record(session, goal, metric, ahead)
    posed = _posed(record, terms, actual, done, today, doubtful)
    if posed is None:
        return None
    found, past, parts = posed
    end = landing.of(past)
    if end is None:
        return None
    low, high = _limits(goal, terms)
    raw = None if low is None and high is None else end.chance(low, high)
    worth = closed.recalibrated(session)

    def beside(line: Decimal | None) -> float | None:
        if line is None:
            return None
        low, high = pace.bounds(goal.direction, line, None, None)
        return worth.of(end.chance(*(None if one is None else float(one) for one in (low, high))))

    return Outlook(
        landing=end,
        chance=None if raw is None else worth.of(raw),
        raw_chance=raw,
        steps=tuple(day for _, day in parts),
        grounds=_grounds(found, end, doubtful),
        commit_chance=beside(terms.commit_value),
        stretch_chance=beside(terms.stretch_value),
    )


def lead(goal: Goal, terms: GoalVersion, likely: float) -> float | None:
    """Return how far a likely end lies beyond a goal's target, as a share of that target.

    Below zero it falls short. None without one target to hold it against, or one of zero.
    """
    low, high = _limits(goal, terms)
    aim = high if low is None else low
    if not aim or (low is not None and high is not None):
        return None
    return (likely - aim if high is None else aim - likely) / abs(aim)


def chance(
    record: Record, terms: GoalVersion, *, actual: Figure, day: date
) -> tuple[float, float | None] | None:
    """Return the chance to arrive as it could be said at the end of a day, with the `lead`.

    None where none could. Nothing after the day counts, neither in the past nor of goals that
    have closed; that records are doubtful is not known of days gone by.
    """
    goal = record.goal
    if goal.kind not in KINDS or record.metric is catalogue.MILESTONE or actual.value is None:
        return None
    low, high = _limits(goal, terms)
    posed = _posed(record, terms, actual, day, day, 0.0)
    if posed is None or (low is None and high is None):
        return None
    ends = landing.ends(posed[1])
    if ends is None:
        return None
    raw = landing.share_within(ends, low, high)
    said = closed.recalibrated(record.session, by=day).of(raw)
    return said, lead(goal, terms, landing.middle(ends))


def _posed(
    record: Record,
    terms: GoalVersion,
    actual: Figure,
    done: date,
    today: date,
    doubtful: float,
) -> tuple[Units, Past, list[tuple[float, date]]] | None:
    """Return what the forecast is asked, None where there is too little to ask with."""
    window = Period.of(terms.first_day, terms.last_day)
    found = None if done >= window.last else record.units(window, done)
    if found is None or len(found.past) < landing.FLOOR:
        return None
    known = record.past(found)
    if known is None:
        return None
    parts = units.rests(found, _left(found, known))
    past = _past(record.metric, found, window, known, actual, today, parts, doubtful)
    return found, past, parts


def can_say(
    session: Session, goal: Goal, metric: Metric, window: Period, ahead: Ahead | None = None
) -> bool:
    """Tell whether enough lies before a window to say how a goal will end."""
    record = Record(session, goal, metric, ahead)
    if metric is catalogue.MILESTONE or record.earliest is None:
        return False
    before = units.of(window, record.earliest, window.first - timedelta(days=1), record.fiscal)
    if len(before.past) < landing.FLOOR:
        return False
    return record.past(before) is not None


def _limits(goal: Goal, terms: GoalVersion) -> tuple[float | None, float | None]:
    low, high = pace.bounds(goal.direction, terms.target_value, terms.low, terms.high)
    return None if low is None else float(low), None if high is None else float(high)


def _past(
    metric: Metric,
    found: Units,
    window: Period,
    known: UnitPast,
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
        passed=sum(1 for one in found.past if one.start >= window.start),
        season=found.season,
        weights=known.weights,
        so_far_weight=weight(actual),
        limits=(low, high),
        floor=value if is_flow and min(known.values) >= 0 else None,
        doubtful=doubtful,
    )


def _left(found: Units, known: UnitPast) -> float:
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
            tail[round(passed * one.days)]
            for one, tail in zip(found.past, known.tails, strict=True)
        )
        left = (later + ALIKE * mean * left) / (mean * (len(known.values) + ALIKE))
    return left * min(1.0, found.running.days / units.USUAL[found.word])


def _grounds(found: Units, ahead: Landing, doubtful: float) -> Message:
    """Return in a sentence what a forecast comes from, and what makes its range wide."""
    called = CALLED[found.word]
    told = {
        "past": called(Decimal(ahead.units)),
        "season": called(Decimal(found.season)),
        "share": Rate(Decimal(str(round(doubtful, 4))), 0),
    }
    return Message(GROUNDS[ahead.season_known, doubtful > 0], told)
