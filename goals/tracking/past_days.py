"""A goal on each day of its past: as it was evaluated then, else as its events say it stood.

Of a day on which the goal was evaluated, what was said then holds. Of other days the readings are
taken as of the day: what happened later is left out, though what was typed in later about that
day or an earlier one is not (decision 17: event time). Which sources were broken then, and how
sound the records were, is not known of such a day; both count as well.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from goals import workspace
from goals.calendar import DAY
from goals.metrics import catalogue, library, readings
from goals.metrics.formulas import Figure
from goals.table import workspace_of
from goals.tracking import aims, evaluate, family, freshness, milestones, outlook, status, way
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.status import Before
from goals.tracking.unit_past import Record
from goals.tracking.way import Moment


@dataclass(frozen=True)
class Said:
    """What is said of a goal at an instant of a day.

    `version` is that of its terms. `is_stored` tells whether it was evaluated then. None is
    "cannot be said".
    """

    day: date
    at: datetime
    version: int
    status: str
    judged: str
    final: bool
    since: date
    pace: float | None
    chance: float | None
    share: float | None
    is_stored: bool = True


@dataclass(frozen=True)
class Past:
    """A goal's past, the earliest first, and the terms that hold on its last day."""

    goal: Goal
    terms: GoalVersion
    said: Sequence[Said]

    @property
    def outcome(self) -> str:
        """Return how the goal ended: "missed", "met", or "open" while that is not known."""
        last = self.said[-1] if self.said else None
        if last is None or not last.final:
            return "open"
        return "met" if last.status == "achieved" else "missed"


def of_goals(
    session: Session, goals: Collection[Goal], through: date, *, with_chance: bool
) -> list[Past]:
    """Return the past of goals up to the end of a day.

    `with_chance` asks for the chance on days on which it was not computed, which takes longer;
    goals that are judged by it have it all the same.
    """
    wanted = [one.id for one in goals]
    versions = _versions(session, wanted)
    stored = _stored(session, wanted, through)
    ends: dict[date, datetime] = {}
    walks = [
        _Walk(session, one, versions[one.id], stored.get(one.id, []), through, with_chance, ends)
        for one in goals
    ]
    _say_chances([terms for one in walks for terms in one.terms_read])
    return [one.past() for one in walks]


def _say_chances(every: Sequence["_Terms"]) -> None:
    """Compute the chances of all days, those of like shape together.

    What follows a history of so many units is worked out once for its shape, and large.
    """
    asked = [(shape, place, day) for place, one in enumerate(every) for day, shape in one.asked()]
    for _shape, place, day in sorted(asked):
        every[place].say_chance(day)


def _versions(session: Session, goals: Collection[int]) -> Mapping[int, list[GoalVersion]]:
    statement = (
        select(GoalVersion)
        .where(
            col(GoalVersion.workspace_id) == workspace_of(session),
            col(GoalVersion.goal_id).in_(goals),
        )
        .order_by(col(GoalVersion.version))
    )
    found: dict[int, list[GoalVersion]] = {}
    for one in session.scalars(statement):
        found.setdefault(one.goal_id, []).append(one)
    return found


def _stored(
    session: Session, goals: Collection[int], through: date
) -> Mapping[int, list[tuple[date, Said]]]:
    seen = Evaluation
    statement = (
        select(
            col(seen.goal_id), col(seen.day), col(seen.evaluated_at), col(seen.version),
            col(seen.status), col(seen.judged), col(seen.final), col(seen.since),
            col(seen.pace), col(seen.chance), col(seen.share),
        )
        .where(
            col(seen.workspace_id) == workspace_of(session),
            col(seen.goal_id).in_(goals),
            col(seen.day) <= through,
        )
        .order_by(col(seen.goal_id), col(seen.day), col(seen.id))
    )  # fmt: skip
    found: dict[int, list[tuple[date, Said]]] = {}
    for goal, *rest in session.execute(statement):
        said = Said(*rest)
        found.setdefault(goal, []).append((said.day, said))
    return found


class _Walk:
    """One goal from its first day on, what was said before always at hand."""

    def __init__(
        self,
        session: Session,
        goal: Goal,
        versions: Sequence[GoalVersion],
        stored: Sequence[tuple[date, Said]],
        through: date,
        with_chance: bool,
        ends: dict[date, datetime],
    ) -> None:
        self.goal, self.versions = goal, versions
        self.here, self.ends = workspace.of(session), ends
        # The first terms hold for the days before the goal was written down, too.
        self.begun = [self.here.local_day(one.changed_at) for one in versions[1:]]
        self.known: dict[date, list[Said]] = {}
        for day, said in stored:
            self.known.setdefault(day, []).append(said)
        missing: dict[int, list[date]] = {}
        for day in self._days(through):
            terms = self.terms(day)
            if day not in self.known and terms.first_day <= day <= terms.last_day:
                missing.setdefault(terms.version, []).append(day)
        self.terms_read = [
            _Terms(session, goal, self.terms(days[0]), days, with_chance)
            for days in missing.values()
        ]
        self.chain: list[Said] = []

    def _days(self, through: date) -> list[date]:
        """Return the days on which the goal was there, from its first one on."""
        first, last = self.versions[0].first_day, max(one.last_day for one in self.versions)
        if self.goal.archived_at is not None:
            last = min(last, self.here.local_day(self.goal.archived_at) - DAY)
        return [first + timedelta(days=n) for n in range((min(last, through) - first).days + 1)]

    def terms(self, day: date) -> GoalVersion:
        """Return the terms that held at the end of a day."""
        return self.versions[bisect_right(self.begun, day)]

    def past(self) -> Past:
        """Return what was said, or would have been, on each day."""
        computed = {day: one.on(day) for one in self.terms_read for day in one.days}
        for day in sorted({*self.known, *computed}):
            if day in self.known:
                self.chain += self.known[day]
            else:
                self._judge(day, computed[day])
        end = self.chain[-1].day if self.chain else self.versions[0].first_day
        return Past(self.goal, self.terms(end), self.chain)

    def _judge(self, day: date, found: "_Day") -> None:
        last = self.chain[-1] if self.chain else None
        verdict = status.judge(found.inputs, self._before(last), day)
        if day not in self.ends:
            self.ends[day] = self.here.end_of(day)
        self.chain.append(
            Said(
                day=day,
                at=self.ends[day],
                version=self.terms(day).version,
                status=verdict.status,
                judged=verdict.judged,
                final=verdict.final,
                since=verdict.since,
                pace=found.way.pace,
                chance=found.inputs.chance,
                share=found.way.share,
                is_stored=False,
            )
        )

    def _before(self, last: Said | None) -> Before | None:
        if last is None:
            return None
        return status.before(last.status, last.since, last.judged, self._last_judged)

    def _last_judged(self) -> str | None:
        return next(
            (one.status for one in reversed(self.chain) if one.status in status.JUDGED), None
        )


@dataclass(frozen=True)
class _Day:
    """What the readings of a day come to."""

    inputs: status.Inputs
    way: way.Way


class _Terms:
    """A goal under one version of its terms: the plan, and the readings of many days at once."""

    def __init__(
        self,
        session: Session,
        goal: Goal,
        terms: GoalVersion,
        days: Sequence[date],
        with_chance: bool,
    ) -> None:
        self.session, self.goal, self.terms, self.days = session, goal, terms, days
        self.here = workspace.of(session)
        self.metric = library.find(session, goal.metric)
        self.window = evaluate.window_of(terms)
        self.buckets = self.here.fiscal.buckets(self.window)
        self.plan = evaluate.plan_of(session, goal, terms)
        self.record = Record(session, goal, self.metric)
        self.reading_days = freshness.reading_days(session, self.metric)
        self.course = milestones.course(session, goal) if goal.kind == "milestone" else None
        self.with_chance = with_chance or terms.judged_by == "chance"
        self.figures = self._figures(days)
        self.chances: dict[date, tuple[float, float | None] | None] = {}

    def asked(self) -> list[tuple[date, tuple[int, ...]]]:
        """Return the days on which a chance is to be said, each with the shape of its question."""
        is_rolled = self.terms.rollup != "own"
        if not self.with_chance or is_rolled or self.goal.kind not in outlook.KINDS:
            return []
        found = {
            day: self.record.units(self.window, day)
            for day in self.figures
            if day < self.window.last
        }
        every = {day: one for day, one in found.items() if one is not None}
        self.record.expect(every.values())
        return [(day, (len(one.past), one.season, len(one.ahead))) for day, one in every.items()]

    def say_chance(self, day: date) -> None:
        """Compute the chance of a day, and how far its likely end lies beyond the target."""
        figure = self.figures[day]
        self.chances[day] = outlook.chance(self.record, self.terms, actual=figure, day=day)

    def _figures(self, days: Sequence[date]) -> dict[date, Figure]:
        if self.metric is catalogue.MILESTONE or self.terms.rollup != "own":
            return {}
        goal = self.goal
        windows = [(self.window.first, day) for day in days]
        found = readings.figures(self.session, goal.metric, goal.params, goal.segment, windows)
        return dict(zip(days, found, strict=True))

    def on(self, day: date) -> _Day:
        """Return what the readings of a day come to."""
        figure = self.figures.get(day)
        moment = Moment.of(self.window, self.buckets, day)
        milestone = None
        rolled = family.rolled(self.session, self.goal, self.terms, day)
        if self.course is not None and rolled is None:
            milestone = self.course.at(self.goal, self.terms, day)
        begun = self.record.earliest
        actual = None if rolled is None else rolled.total
        is_foreign = aims.is_foreign(self.terms, self.here.currency)
        if figure is not None and begun is not None and begun <= day and not is_foreign:
            actual = figure.value
        how_far, actual = way.of(
            self.goal, self.terms, self.metric, moment, self.plan, actual, milestone or rolled
        )
        said = None if actual is None else self.chances.get(day)
        inputs = way.inputs(
            self.goal,
            self.terms,
            moment,
            how_far,
            actual,
            rolled,
            is_broken=False,
            is_stale=rolled is None and self._is_stale(day),
            chance=None if said is None else said[0],
            lead=None if said is None else said[1],
        )
        return _Day(inputs, how_far)

    def _is_stale(self, day: date) -> bool:
        place = 0 if self.reading_days is None else bisect_right(self.reading_days, day)
        if self.reading_days is None or place == 0:
            return False
        silence = self.here.end_of(day) - self.here.end_of(self.reading_days[place - 1])
        return freshness.is_old(silence, timedelta(days=self.buckets[0].days))
