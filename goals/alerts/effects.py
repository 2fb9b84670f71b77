"""What came of an action: whoever does it hears it on its day, and is asked what they saw.

It goes to that person alone, by the way that they want: once on the day on which the action is to
be looked back on, and once more a week later while nobody told.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from goals import words, workspace
from goals.alerts import looking_back, routing, ruling, telling
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertRule
from goals.table import workspace_of
from goals.tracking import facts, standing, visibility
from goals.tracking.remedies import attempts, moved
from goals.tracking.remedies.attempts import Tried
from goals.tracking.standing import Standing

KIND = "effect"
#: After so long somebody is asked once more, and after twice as long not any more.
AGAIN = timedelta(days=7)


def remind(session: Session, *, now: datetime, today: date) -> int:
    """Put what came of the actions that are due in the outbox; returns how many will be sent.

    The caller commits.
    """
    seen = {one.goal.id: one for one in standing.board(session, visibility.OWNER)}
    due = [
        one
        for one in attempts.of_goals(session, seen)
        if one.is_open and turn(one.row.due_on, today) is not None
    ]
    if not due:
        return 0
    workspace.hold(session)
    rule = ruling.default(session, now)
    told = _told(session, [_key(one, number) for one in due for number in (1, 2)])
    return sum(_tell(session, seen[one.row.goal_id], one, rule, told, now, today) for one in due)


def turn(due_on: date, today: date) -> int | None:
    """Return which time it is that somebody is asked of an action, None for not now (pure)."""
    late = (today - due_on) // AGAIN
    return late + 1 if late in (0, 1) else None


def _tell(
    session: Session,
    one: Standing,
    tried: Tried,
    rule: AlertRule,
    told: set[str],
    now: datetime,
    today: date,
) -> int:
    row, number = tried.row, turn(tried.row.due_on, today)
    who = row.owner_id or row.taken_by or one.goal.owner_id
    if who is None or number is None or _key(tried, number) in told:
        return 0
    found = moved.of(session, one.goal, row, done=moved.seen_to(session, one, now))
    said = found.message if isinstance(found, moved.Moved) else found
    most = rule.weekly_most if rule.weekly_most is not None else looking_back.WEEKLY_MOST
    queued = 0
    for place in routing.to_person(session, who, routing.EVENT[KIND]):
        if looking_back.lately(session, KIND, place.destination, now) >= most:
            continue
        content = {
            "goal": facts.of_standing(one),
            KIND: {
                "id": str(row.id),
                "action": row.text,
                "taken_on": row.taken_on.isoformat(),
                "number": number,
                "said": None if said is None else words.to_json(said),
            },
            "continues": None,
        }
        queued += telling.queue(
            session, one.goal, KIND, _key(tried, number), content, now, place=place, quiet=rule
        )
    return queued


def _key(tried: Tried, number: int) -> str:
    return f"{KIND}:{tried.row.id}:{tried.row.due_on.isoformat()}:{number}"


def _told(session: Session, keys: list[str]) -> set[str]:
    statement = select(Outbox.dedupe_key).where(
        col(Outbox.workspace_id) == workspace_of(session), col(Outbox.dedupe_key).in_(keys)
    )
    return set(session.exec(statement))
