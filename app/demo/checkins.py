"""What people of the sample company said of their goals, and one action that they tried."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from app.accounts import people
from app.demo.strategy import ALEX, DANA, WEI
from goals.calendar import Period
from goals.table import workspace_of
from goals.tracking import goals, rhythm, standing
from goals.tracking.checkins import keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.goal import Goal
from goals.tracking.remedies import attempts
from goals.tracking.scenarios import keeping as scenarios
from goals.tracking.scenarios import levers
from goals.words import Message


@dataclass(frozen=True)
class Script:
    """What one person says of one goal, review by review; None is a review that was missed."""

    metric: str
    email: str
    said: tuple[Said | None, ...]


SCRIPTS = (
    Script(
        "revenue",
        ALEX,
        (
            Said("90", "Three large proposals are out, two of them to customers that know us."),
            Said(
                "70",
                "One of the three waits for a budget that is decided next month.",
                "Dana: may we hold last year's price for them?",
                "Call both plant managers",
            ),
            Said("50", "The price is held. The order may still come after the quarter."),
            Said("50", "Two smaller orders came instead. It is open how the quarter ends."),
        ),
    ),
    Script(
        "win_rate",
        ALEX,
        (
            Said("70", "The second pair of eyes found two proposals that we had priced wrong."),
            Said("70", "Lost one to a catalogue price, won one that saw the measurements."),
            None,
            Said(
                "50",
                "We lose most where nobody visited the plant.",
                None,
                "No proposal without a visit",
            ),
            None,
            None,
        ),
    ),
    Script(
        "leads_new",
        WEI,
        (
            Said("90", "Water week is booked, three customers speak."),
            Said("90", "The invitations are out; 40 plants have answered."),
            Said("70", "Fewer came by the website than last quarter.", None, "New page on filters"),
            None,
            Said("70", "Water week brought names of 90 plants."),
        ),
    ),
    Script(
        "new_customers",
        DANA,
        (
            Said("70", "The first visits of the quarter are planned."),
            Said("70", "Five visits led to three first orders."),
            None,
            Said("70", "The North is visited; nobody was sent to the South yet."),
            Said(
                "50",
                "No first order in three weeks.",
                "Alex: two days a week of somebody in the South",
                "Plan the visits in the South",
            ),
            Said("50", "The visits in the South begin."),
            Said("50", "Three first orders at once, all from plants that we had visited."),
            Said("70", "Eight more visits stand in the calendar."),
            Said("70", "I count on the plants that asked for a second visit."),
            Said("70", "Two first orders are promised for next week."),
            Said("70", "The promised orders came in part."),
        ),
    ),
    Script(
        "sales_cycle",
        ALEX,
        (
            Said("70", "Proposals leave within a week of the visit now."),
            Said("90", "Five days from visit to proposal, as planned."),
            Said("90", "Nothing is held up on our side."),
            Said("90", "It stays short."),
            Said("90", "It stays short."),
        ),
    ),
)
#: The action that was tried: for which number, after how many days, and what became of it.
TRIED, AFTER, LOOKED_BACK = "win_rate", timedelta(days=14), timedelta(days=21)
#: By how much the win rate was hoped to rise each time, and how long the second action takes.
HOPED, AGAIN = Decimal("0.05"), timedelta(days=28)

#: The goal of which a scenario was kept, when, for which driver, and by how much more of it.
IMAGINED, THOUGHT, DRIVER, TIMES = "revenue", timedelta(days=30), "won", Decimal("1.1")


def begin(session: Session, quarter: Period) -> None:
    """Let the goals be looked at from the first day of the quarter on."""
    for goal in _goals(session):
        goal.cadence_since = quarter.first
        session.add(goal)
    session.flush()


def live(session: Session, quarter: Period, day: date, now: datetime) -> None:
    """Let people say and do what they did on a day, after the goals were reviewed."""
    for goal in _goals(session):
        for script in SCRIPTS:
            if script.metric == goal.metric and not goal.segment:
                _say(session, goal, script, day, now)
        if goal.metric == TRIED:
            _try(session, goal, quarter, day, now)
        if goal.metric == IMAGINED and not goal.segment and day == quarter.first + THOUGHT:
            _imagine(session, goal, now)


def _say(session: Session, goal: Goal, script: Script, day: date, now: datetime) -> None:
    days = rhythm.of(goal, goals.current(session, goal)).reviews(day, {})
    asked = [one.on for one in days if one.on <= day]
    if not asked or asked[-1] != day or len(asked) > len(script.said):
        return
    said = script.said[len(asked) - 1]
    if said is not None:
        by = people.with_email(session, script.email).id
        keeping.add(session, goal, said, by=by, today=day, now=now)


def _try(session: Session, goal: Goal, quarter: Period, day: date, now: datetime) -> None:
    by = people.with_email(session, ALEX).id
    taken_on = quarter.first + AFTER
    if day == taken_on:
        attempts.take(
            session,
            goal,
            "Train those who win least with those who win most",
            owner_id=by,
            due_on=taken_on + LOOKED_BACK,
            by=by,
            today=day,
            now=now,
            remedy="win_rate.train",
            hoped=HOPED,
        )
    if day == taken_on + LOOKED_BACK:
        for one in attempts.of_goals(session, [goal.id]):
            note = "Two afternoons together. The younger ones ask for a visit first now."
            attempts.settle(session, goal, one.row, "helped", note, version=1, by=by, today=day)
    if day == taken_on + 2 * LOOKED_BACK - timedelta(days=5):
        attempts.take(
            session,
            goal,
            "No proposal goes out before somebody has seen the plant",
            owner_id=by,
            due_on=day + AGAIN,
            by=by,
            today=day,
            now=now,
            hoped=HOPED,
        )


def _imagine(session: Session, goal: Goal, now: datetime) -> None:
    """Keep what the sales lead hoped for, so that what came can stand beside it."""
    found = levers.of(session, standing.one(session, goal), now=now)
    if isinstance(found, Message):
        return
    hoped = {one.id: one.value * TIMES for one in found.course.levers if one.id == DRIVER}
    by = people.with_email(session, ALEX).id
    note = "Every proposal is seen by a second pair of eyes before it goes out."
    scenarios.save(session, found, hoped, "One more win in ten", note, by=by, now=now)


def _goals(session: Session) -> list[Goal]:
    statement = select(Goal).where(
        col(Goal.workspace_id) == workspace_of(session), col(Goal.archived_at).is_(None)
    )
    return list(session.exec(statement))
