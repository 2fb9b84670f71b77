"""Whether a chosen action moved its driver: before and after, beside going on without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from goals import words, workspace
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import readings
from goals.metrics.catalogue import Metric
from goals.metrics.query import Query
from goals.tracking import evaluate
from goals.tracking.goal import Goal
from goals.tracking.remedies import hoping
from goals.tracking.remedies.hoping import Driver
from goals.tracking.remedies.table import Attempt
from goals.tracking.standing import Standing
from goals.words import N_, P_, Message

#: An action shows nothing before it has run so many days.
LEAST = 7
#: Earlier stretches that are looked at for how much the driver moves by itself.
STRETCHES = 12
#: What is said of a driver: of one that is read at the end of a day, and by the last year.
_SAID = {
    (False, False): N_(
        "%(metric)s: %(came)s in the %(days)s days after it, %(was)s in as many before."
        " Without it %(expected)s was to be expected, as before."
    ),
    (False, True): N_(
        "%(metric)s: %(came)s in the %(days)s days after it, %(was)s in as many before."
        " Without it %(expected)s was to be expected, by the same days last year."
    ),
    (True, False): N_(
        "%(metric)s: %(came)s at the end of the %(days)s days after it, %(was)s when it was taken"
        " on. Without it %(expected)s was to be expected, as before."
    ),
    (True, True): N_(
        "%(metric)s: %(came)s at the end of the %(days)s days after it, %(was)s when it was taken"
        " on. Without it %(expected)s was to be expected, by the same days last year."
    ),
}


@dataclass(frozen=True)
class Moved:
    """A driver over as many days before and after an action was taken on.

    `expected` is what was to be expected without it: as before, with the change that the same
    days had a year ago (`by_season` tells that there were such). `as_large` of `stretches`
    earlier changes were at least as far from going on as before, without the action. `hoped` is
    what it was to bring beyond that by `due_on`, `planned` days after it (None: nobody said).
    """

    driver: Driver
    before: Period
    after: Period
    was: Decimal
    came: Decimal
    expected: Decimal
    by_season: bool
    as_large: int
    stretches: int
    hoped: Decimal | None
    due_on: date
    planned: int

    @property
    def metric(self) -> Metric:
        """Return the driver's metric."""
        return self.driver.metric

    @property
    def effect(self) -> Decimal:
        """Return by how much it is beyond what was to be expected."""
        return self.came - self.expected

    @property
    def hoped_so_far(self) -> Decimal | None:
        """Return what was hoped for in the days that are seen: a part of what is to add up."""
        if self.hoped is None or self.metric.kind != "flow" or self.planned <= self.after.days:
            return self.hoped
        return self.hoped * self.after.days / self.planned

    def to_json(self) -> dict[str, object]:
        """Return its numbers, unrounded."""
        return {
            "metric": self.metric.id,
            "unit": self.driver.unit,
            "currency": self.driver.currency,
            "from": self.after.first,
            "to": self.after.last,
            "before": self.was,
            "after": self.came,
            "expected": self.expected,
            "by_season": self.by_season,
            "effect": self.effect,
            "hoped": self.hoped_so_far,
            "as_large": self.as_large,
            "stretches": self.stretches,
        }

    @property
    def message(self) -> Message:
        """Return it in words, with what it does not prove."""
        values = {
            "metric": self.metric.name,
            "days": self.after.days,
            "was": self._amount(self.was),
            "came": self._amount(self.came),
            "expected": self._amount(self.expected),
        }
        text = _SAID[self.metric.kind == "stock", self.by_season]
        seen = self._hoped(Message(text, values))
        if not self.stretches:
            return Message(
                N_("%(seen)s Nobody knows how much it moves by itself."),
                {"seen": seen},
            )
        usual = Message.counted(
            P_(
                "%(hits)s of %(n)s earlier stretch moved as far without it.",
                "%(hits)s of %(n)s earlier stretches moved as far without it.",
            ),
            self.stretches,
            {"hits": self.as_large},
        )
        return Message(
            N_("%(seen)s %(usual)s That is a hint, no proof: other things changed as well."),
            {"seen": seen, "usual": usual},
        )

    def _hoped(self, seen: Message) -> Message:
        """Return what was seen with what was hoped for beside it, if anybody said."""
        if self.hoped is None or self.hoped_so_far is None:
            return seen
        text = N_("%(seen)s Hoped for: %(hoped)s; beyond what was to be expected: %(effect)s.")
        if self.hoped_so_far != self.hoped:
            text = N_(
                "%(seen)s Hoped for: %(hoped)s by %(day)s, of it %(part)s in these days; beyond"
                " what was to be expected: %(effect)s."
            )
        told = {
            "seen": seen,
            "hoped": self.driver.change(self.hoped),
            "day": words.Day(self.due_on),
            "part": self.driver.change(self.hoped_so_far),
            "effect": self.driver.change(self.effect),
        }
        return Message(text, told)

    def _amount(self, value: Decimal) -> object:
        return words.amount(value, self.driver.unit, self.driver.currency, compact=True)


def seen_to(session: Session, one: Standing, now: datetime) -> date:
    """Return the last day of which a goal's records can tell: a day in progress shows nothing.

    It is the last one that was judged; a goal that has ended is judged no more, but its driver
    is counted on. What comes after the newest data is not known and counts as no fall.
    """
    seen, over = one.evaluation, evaluate.complete_to(session, now)
    if seen is None or one.is_over:
        return over
    is_whole = seen.evaluated_at >= workspace.of(session).end_of(seen.day)
    day = seen.day if is_whole else seen.day - timedelta(days=1)
    if seen.status in ("stale", "source_broken") and seen.data_to is not None:
        day = min(day, seen.data_to)
    return min(day, over)


def of(session: Session, goal: Goal, row: Attempt, *, done: date) -> Moved | Message | None:
    """Return how the driver of an action moved by the end of a day, or why nobody can say yet.

    It is followed up to the day before the action is looked back on, or was: those days are over
    then, and the numbers stay as they were told. None for an action that was not done, and where
    the driver is not counted from records.
    """
    driver = hoping.driver_of(session, goal, row.remedy)
    if row.outcome == "dropped" or driver is None:
        return None
    metric, params = driver.metric, driver.params
    last = min(_end(row), done)
    if (last - row.taken_on).days < LEAST:
        day = row.taken_on + timedelta(days=LEAST)
        later = Message(
            N_("Whether %(metric)s moved shows after %(day)s at the earliest."),
            {"metric": metric.name, "day": words.Day(day)},
        )
        if row.hoped is None:
            return later
        hoped = {"hoped": driver.change(row.hoped), "day": words.Day(row.due_on)}
        told = Message(N_("Hoped for: %(hoped)s by %(day)s."), hoped)
        return Message(N_("%(hoped)s %(later)s"), {"hoped": told, "later": later})
    after = Period.of(row.taken_on + timedelta(days=1), last)
    runs = _runs(after)
    year_ago = [_year_before(after), _year_before(runs[0])]
    known = readings.earliest(session, metric.id, params, goal.segment)
    if known is None:
        return None
    windows = [after, *runs, *year_ago]
    try:
        values = readings.values(
            session, metric.id, params, goal.segment, [(one.first, one.last) for one in windows]
        )
    except Refusal:
        return None
    seen = [
        value if one.first >= known else None for one, value in zip(windows, values, strict=True)
    ]
    return _judged(driver, row, windows, seen)


def evidence(
    session: Session, goal: Goal, found: Moved, *, today: date, now: datetime
) -> tuple[str | None, str | None]:
    """Return the receipts of a driver's number before and after an action."""
    before, after = (
        readings.read(
            session,
            Query(
                metric=found.metric.id,
                first_day=window.first,
                last_day=window.last,
                params=found.driver.params,
                where=goal.segment,
                matured=window.last,
            ),
            today=today,
            now=now,
        ).receipt
        for window in (found.before, found.after)
    )
    return before, after


def _end(row: Attempt) -> date:
    """Return the last day that an action is followed to.

    What became of it may be told within a week; it is followed for that week all the same.
    """
    is_told = row.settled_on is not None and row.outcome != "early"
    told = row.settled_on if is_told and row.settled_on is not None else row.due_on
    last = min(told, row.due_on) - timedelta(days=1)
    return max(last, row.taken_on + timedelta(days=LEAST))


def _runs(after: Period) -> list[Period]:
    """Return stretches as long that lie before, back to back, the latest first."""
    days = timedelta(days=after.days)
    return [
        Period(after.start - (step + 1) * days, after.start - step * days)
        for step in range(STRETCHES + 1)
    ]


def _year_before(period: Period) -> Period:
    """Return the same days of the week a year earlier."""
    year = timedelta(days=364)
    return Period(period.start - year, period.end - year)


def _judged(
    driver: Driver, row: Attempt, windows: Sequence[Period], values: Sequence[Decimal | None]
) -> Moved | None:
    came, was, *earlier = values[: STRETCHES + 2]
    if came is None or was is None:
        return None
    year_after, year_before = values[-2:]
    by_season = _going_on(driver.metric, was, year_before, year_after)
    pairs = [
        new - old
        for new, old in zip([was, *earlier], earlier, strict=False)
        if new is not None and old is not None
    ]
    expected = was if by_season is None else by_season
    return Moved(
        driver,
        windows[1],
        windows[0],
        was,
        came,
        expected,
        by_season is not None,
        sum(abs(one) >= abs(came - expected) for one in pairs),
        len(pairs),
        row.hoped,
        row.due_on,
        (row.due_on - row.taken_on).days - 1,
    )


def _going_on(
    metric: Metric, was: Decimal, before: Decimal | None, after: Decimal | None
) -> Decimal | None:
    """Return a value moved as the same days moved a year ago, None where nobody knows."""
    if before is None or after is None:
        return None
    if metric.kind == "flow":
        return was * after / before if before > 0 else None
    low, high = metric.limits
    found = was + after - before
    found = found if low is None else max(found, low)
    return found if high is None else min(found, high)
