"""What is counted for goals on a day: their readings, and how sound the records behind them are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from goals.calendar import Period
from goals.metrics import catalogue, readings, soundness
from goals.metrics.ahead import Ahead
from goals.metrics.quality import Score
from goals.metrics.query import Query
from goals.metrics.result import Result
from goals.tracking.goal import Goal, GoalVersion


@dataclass(frozen=True)
class Counted:
    """A goal's reading and how sound the records behind it are.

    None before the goal begins and where a person's word is all there is. `ahead` holds what was
    counted for it beside others, and what more is asked for is counted together as well.
    """

    result: Result | None = None
    sound: Score | None = None
    ahead: Ahead | None = None


def question(goal: Goal, terms: GoalVersion, today: date) -> Query | None:
    """Return what is to be read for a goal on a day, None where nothing is.

    What is rolled up from its parts reads nothing itself.
    """
    window = Period.of(terms.first_day, terms.last_day)
    if today < window.start or terms.rollup != "own" or goal.metric == catalogue.MILESTONE.id:
        return None
    last = min(today, window.last)
    return Query(goal.metric, window.first, last, goal.params, goal.segment)


def of_goal(
    session: Session, goal: Goal, terms: GoalVersion, *, today: date, now: datetime
) -> Counted:
    """Return what is counted for a goal; raises Refusal for what cannot be asked."""
    asked = question(goal, terms, today)
    if asked is None:
        return Counted()
    ahead = Ahead(session)
    read = readings.read(session, asked, today=today, now=now, ahead=ahead)
    return _sound(session, [read], today, ahead)[0]


def of_goals(
    session: Session, those: Sequence[tuple[Goal, GoalVersion]], *, today: date, now: datetime
) -> dict[int, Counted]:
    """Return what is counted for goals, by their ids, in as few looks as will do.

    Nothing is kept of the readings. Where one cannot be counted, all are left out, to be counted
    one by one.
    """
    asked = {goal.id: question(goal, terms, today) for goal, terms in those}
    found = {id_: Counted() for id_, one in asked.items() if one is None}
    queries = {id_: one for id_, one in asked.items() if one is not None}
    ahead = Ahead(session, is_of_many=len(queries) > 1)
    try:
        read = readings.read_all(session, list(queries.values()), today=today, now=now, ahead=ahead)
        found.update(zip(queries, _sound(session, read, today, ahead), strict=True))
    except Exception as error:
        if isinstance(error, DBAPIError):
            raise
        # One of them, which says so when it is its turn; so are the others counted then.
    return found


def _sound(session: Session, results: Sequence[Result], today: date, ahead: Ahead) -> list[Counted]:
    scores = soundness.of_results(session, results, today, ahead)
    return [Counted(one, score, ahead) for one, score in zip(results, scores, strict=True)]
