"""Milestones: done or not, by a person's word or by dated steps, never by an invented number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from goals import names
from goals.errors import Refusal
from goals.metrics import catalogue
from goals.records.figures import ManualReading
from goals.table import hold, workspace_of
from goals.tracking.goal import Goal, GoalStep, GoalVersion
from goals.words import N_, Day

#: A milestone is broken down into so many steps at most.
MOST_STEPS = 30
LONGEST = 200


@dataclass(frozen=True)
class Late:
    """The step that is late the longest."""

    name: str
    due_on: date


@dataclass(frozen=True)
class Reached:
    """How far a milestone is on a day.

    `done_on` is the day on which it was done, None while it is not. `days_left` is negative
    when its day has passed. `done` of the `steps` are done, `due` of them should be by then.
    """

    done_on: date | None
    days_left: int
    steps: int = 0
    done: int = 0
    due: int = 0
    late: Late | None = None

    @property
    def share(self) -> float | None:
        """Return the share of steps that are done, None for a milestone without steps."""
        if self.done_on is not None:
            return 1.0
        return self.done / self.steps if self.steps else None

    @property
    def expected(self) -> float | None:
        """Return the share of steps that are due, None for a milestone without steps."""
        return self.due / self.steps if self.steps else None


def steps(session: Session, goal: Goal) -> list[GoalStep]:
    """Return the steps of a milestone, the earliest first."""
    statement = (
        select(GoalStep)
        .where(
            col(GoalStep.workspace_id) == workspace_of(session), col(GoalStep.goal_id) == goal.id
        )
        .order_by(col(GoalStep.due_on), col(GoalStep.id))
    )
    return list(session.exec(statement))


@dataclass(frozen=True)
class Course:
    """What is known of a milestone: its steps, and what delivered readings said, oldest first."""

    steps: Sequence[GoalStep]
    delivered: Sequence[tuple[date, bool]]

    def at(self, goal: Goal, terms: GoalVersion, today: date) -> Reached:
        """Return how far the milestone is at the end of a day.

        With steps it is done when the last of them is; a person may also say so before, here or
        by a delivered reading of the goal.
        """
        found = self.steps
        done = [one.done_on for one in found if one.done_on is not None and one.done_on <= today]
        late = [
            one
            for one in found
            if one.due_on < today and (one.done_on is None or one.done_on > today)
        ]
        done_on = goal.done_on if goal.done_on is not None and goal.done_on <= today else None
        done_on = done_on or self._delivered(today)
        if done_on is None and found and len(done) == len(found):
            done_on = max(done)
        return Reached(
            done_on=done_on,
            days_left=(terms.last_day - today).days,
            steps=len(found),
            done=len(done),
            due=sum(one.due_on <= today for one in found),
            late=Late(late[0].name, late[0].due_on) if late else None,
        )

    def _delivered(self, today: date) -> date | None:
        """Return the day of the latest delivered reading where that says that it is done."""
        latest = next((one for one in reversed(self.delivered) if one[0] <= today), None)
        return latest[0] if latest is not None and latest[1] else None


def course(session: Session, goal: Goal) -> Course:
    """Return what is known of a milestone, for any day."""
    statement = (
        select(ManualReading)
        .where(
            col(ManualReading.workspace_id) == workspace_of(session),
            col(ManualReading.metric) == catalogue.MILESTONE.id,
            col(ManualReading.goal_id) == goal.id,
            col(ManualReading.deleted_at).is_(None),
        )
        .order_by(col(ManualReading.day), col(ManualReading.id))
    )
    told = [(one.day, one.value >= 1) for one in session.exec(statement)]
    return Course(steps(session, goal), told)


def reached(session: Session, goal: Goal, terms: GoalVersion, today: date) -> Reached:
    """Return how far a milestone is at the end of a day."""
    return course(session, goal).at(goal, terms, today)


def finish(
    session: Session,
    goal: Goal,
    *,
    on: date,
    note: str | None,
    by: int | None,
    today: date,
    now: datetime,
) -> None:
    """Say that a milestone is done; raises Refusal for other goals and days to come."""
    _check(goal, on, today)
    hold(session, goal)
    if _current(session, goal).rollup != "own":
        raise Refusal("rolled_up", N_("It is done when its parts are."), misused=False)
    said = (note or "").strip()
    if (goal.done_on, goal.done_note) == (on, said or None):
        return
    goal.done_on, goal.done_by, goal.done_note = on, by, said or None
    _record(session, goal, said, by=by, now=now)


def reopen(session: Session, goal: Goal, *, by: int | None, now: datetime) -> None:
    """Take back that a milestone is done."""
    hold(session, goal)
    if goal.done_on is None:
        return
    goal.done_on = goal.done_by = goal.done_note = None
    _record(session, goal, None, by=by, now=now)


def _record(
    session: Session, goal: Goal, reason: str | None, *, by: int | None, now: datetime
) -> None:
    """Leave a word in the log of the goal's changes: the same terms, said once more."""
    same = _current(session, goal).model_dump(exclude={"id", "version", "reason"})
    goal.version += 1
    said = {"version": goal.version, "reason": reason, "changed_by": by, "changed_at": now}
    session.add_all([goal, GoalVersion(**{**same, **said})])
    session.flush()


def _current(session: Session, goal: Goal) -> GoalVersion:
    statement = select(GoalVersion).where(
        col(GoalVersion.workspace_id) == workspace_of(session),
        col(GoalVersion.goal_id) == goal.id,
        col(GoalVersion.version) == goal.version,
    )
    return session.exec(statement).one()


def tick(
    session: Session, goal: Goal, step_id: int, *, on: date | None, by: int | None, today: date
) -> GoalStep:
    """Say on which day a step was done, None to take it back; raises Refusal for no such step."""
    step = next((one for one in steps(session, goal) if one.id == step_id), None)
    if step is None:
        raise Refusal("unknown_step", N_("There is no such step any more."), misused=False)
    if on is not None:
        _check(goal, on, today)
    step.done_on, step.done_by = on, by if on is not None else None
    session.add(step)
    session.flush()
    return step


def set_steps(session: Session, goal: Goal, wanted: Sequence[tuple[date, str]]) -> None:
    """Give a milestone these steps; those that keep their name keep what is said of them."""
    kept = {one.name: one for one in steps(session, goal)}
    for due_on, name in wanted:
        step = kept.pop(name, None)
        if step is None:
            step = GoalStep(
                workspace_id=goal.workspace_id, goal_id=goal.id, name=name, due_on=due_on
            )
        step.due_on = due_on
        session.add(step)
    for gone in kept.values():
        session.delete(gone)
    session.flush()


def checked(
    wanted: Sequence[tuple[date, str]], first: date, last: date
) -> tuple[tuple[date, str], ...]:
    """Return steps with clean names; raises Refusal for those outside of the goal's days."""
    found: dict[str, date] = {}
    for due_on, typed in wanted:
        name = names.clean(typed)
        if not name or len(name) > LONGEST:
            raise Refusal(
                "step_name",
                N_("Say in a few words what is done by %(day)s."),
                {"day": Day(due_on)},
                field="steps",
            )
        if not first <= due_on <= last:
            raise Refusal(
                "step_day",
                N_("%(day)s does not lie between the first and the last day of the goal."),
                {"day": Day(due_on)},
                field="steps",
            )
        if name in found:
            raise Refusal(
                "step_twice", N_("“%(step)s” stands there twice."), {"step": name}, field="steps"
            )
        found[name] = due_on
    if len(found) > MOST_STEPS:
        raise Refusal(
            "steps_many",
            N_("A milestone has at most %(most)s steps."),
            {"most": MOST_STEPS},
            field="steps",
        )
    return tuple((day, name) for name, day in found.items())


def _check(goal: Goal, on: date, today: date) -> None:
    if goal.kind != "milestone":
        raise Refusal("no_milestone", N_("Only a milestone is done by somebody's word."))
    if on > today:
        raise Refusal(
            "done_ahead", N_("Choose today or an earlier day: it is not done before."), field="on"
        )
