"""Reminders to look back: whoever owns a goal that ended is asked once, and once more.

They go to the owner alone, by the way that they want, and wait for the end of the quiet hours.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from goals import workspace
from goals.alerts import routing, ruling, telling
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertRule
from goals.table import workspace_of
from goals.tracking import facts, retrospectives, visibility
from goals.tracking.standing import Standing

KIND = "retrospective"
#: Days after a goal's end on which its owner is asked, and asked once more.
FIRST, SECOND = timedelta(days=7), timedelta(days=14)
#: What could not be said by then is not said any more: nobody hears of goals that ended long ago.
LATE = timedelta(days=14)
#: A person is asked so often in seven days, unless the rule of the workspace says otherwise.
WEEKLY_MOST = 5
WEEK = timedelta(days=7)


def remind(session: Session, *, now: datetime, today: date) -> int:
    """Put the reminders that are due in the outbox; returns how many will be sent.

    The caller commits.
    """
    awaited = [
        one
        for one in retrospectives.awaited(session, visibility.OWNER, today)
        if one.goal.owner_id is not None and is_time(one.terms.last_day, today)
    ]
    if not awaited:
        return 0
    workspace.hold(session)
    rule, asked = ruling.default(session, now), _asked(session, awaited)
    return sum(_remind(session, one, rule, asked, now, today) for one in awaited)


def is_time(ended_on: date, today: date) -> bool:
    """Tell whether the owner of a goal that ended on a day may be asked (pure)."""
    return FIRST <= today - ended_on < SECOND + LATE


def turn(ended_on: date, asked: Iterable[date], today: date) -> int | None:
    """Return which time it is that an owner is asked, None for not now (pure).

    `asked` are the days on which they were.
    """
    before, since = sorted(asked), today - ended_on
    if not before:
        return 1 if FIRST <= since < FIRST + LATE else None
    if len(before) == 1 and SECOND <= since < SECOND + LATE and today - before[0] >= WEEK:
        return 2
    return None


def _remind(
    session: Session,
    one: Standing,
    rule: AlertRule,
    asked: dict[int, list[date]],
    now: datetime,
    today: date,
) -> int:
    owner = one.goal.owner_id
    number = turn(one.terms.last_day, asked.get(one.goal.id, ()), today)
    if number is None or owner is None:
        return 0
    most = rule.weekly_most if rule.weekly_most is not None else WEEKLY_MOST
    queued = 0
    for place in routing.to_person(session, owner, routing.EVENT[KIND]):
        if lately(session, KIND, place.destination, now) >= most:
            continue
        content = {
            "goal": facts.of_standing(one),
            KIND: {"ended_on": one.terms.last_day.isoformat(), "number": number},
            "continues": None,
        }
        key = f"{KIND}:{one.goal.id}:{one.terms.last_day.isoformat()}:{number}"
        queued += telling.queue(session, one.goal, KIND, key, content, now, place=place, quiet=rule)
    return queued


def _asked(session: Session, those: Iterable[Standing]) -> dict[int, list[date]]:
    """Return on which days owners were asked about goals, by goal."""
    here = workspace.of(session)
    statement = select(Outbox.goal_id, Outbox.created_at).where(
        col(Outbox.workspace_id) == here.id,
        col(Outbox.kind) == KIND,
        col(Outbox.goal_id).in_([one.goal.id for one in those]),
    )
    found: dict[int, list[date]] = {}
    for goal, at in session.exec(statement):
        if goal is not None:
            found.setdefault(goal, []).append(here.local_day(at))
    return found


def lately(session: Session, kind: str, destination: str, now: datetime) -> int:
    """Return how many messages of a kind somebody got in the last seven days."""
    statement = select(func.count()).where(
        col(Outbox.workspace_id) == workspace_of(session),
        col(Outbox.kind) == kind,
        col(Outbox.destination) == destination,
        col(Outbox.created_at) > now - WEEK,
    )
    return session.exec(statement).one()
