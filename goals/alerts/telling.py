"""From a change of status to messages: who is told, where, and in which story it belongs."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from goals import words
from goals.alerts import holding, rules
from goals.alerts.outbox import Outbox
from goals.table import new_id
from goals.tracking import facts, standing
from goals.tracking.evaluation import StatusChange
from goals.tracking.goal import Goal
from goals.tracking.status import Verdict
from goals.words import Message
from goals.workspace import Team

#: What held a story's first message so that nobody has heard of it.
_UNHEARD = frozenset((holding.DOUBTFUL, holding.OVERTAKEN))


def tell(
    session: Session,
    goal: Goal,
    change: StatusChange,
    spoken: str | None,
    *,
    final: bool,
    now: datetime,
    doubt: Message | None = None,
) -> int:
    """Put the messages that a change is worth in the outbox; returns how many will be sent.

    `spoken` is the last status that spoke of the goal itself, `final` tells whether the new
    one will stay. A message that may not go to its channel is held: kept to be seen, never
    sent. So is bad news by a number in `doubt`, until `settle` or a person lets it go; while
    it waits, nothing else is told of its story.
    """
    told = rules.telling(spoken, change.after, final=final)
    if told is None:
        return 0
    is_bad = change.after in rules.BAD
    if is_bad and holding.waiting(session, goal) is not None:
        return 0
    kind, destination = _destination(session, goal)
    opener = None if told.opens else _opener(session, goal, destination)
    if opener is not None and not is_bad and holding.code(opener) in _UNHEARD:
        return 0
    content = facts.of_change(session, goal, change)
    content["continues"] = None if opener is None else opener.dedupe_key
    key = f"{goal.id}:{change.id}:{told.kind}:{kind}:{destination}"
    return queue(
        session,
        goal,
        told.kind,
        key,
        content,
        now,
        evaluation_id=change.evaluation_id,
        doubt=doubt if is_bad else None,
    )


def settle(
    session: Session, goal: Goal, verdict: Verdict, *, now: datetime, doubt: Message | None
) -> int:
    """Decide anew on an alert that waits because of its data; returns 1 if it will be sent.

    It is sent once the number is no longer in doubt and the goal still stands badly; else it
    goes on waiting, with the reason of today. Where the goal stands well by now, it is kept to
    be seen. A new status that waits for its second day lets it wait too. What it says is always
    how the goal stands.
    """
    row = holding.waiting(session, goal)
    if row is None or verdict.status not in rules.BAD | rules.GOOD:
        return 0
    if verdict.status in rules.GOOD:
        row.error = {**(row.error or {}), "code": holding.OVERTAKEN}
    else:
        stands = facts.of_standing(standing.one(session, goal))
        row.facts = {**row.facts, "goal": stands, "doubt": _kept(doubt)}
        if doubt is not None:
            row.error = holding.doubtful(doubt)
        elif verdict.judged in rules.BAD:
            row.state, row.error, row.next_attempt_at = "new", None, now
    session.add(row)
    session.flush()
    return int(row.state == "new")


def _kept(doubt: Message | None) -> dict[str, Any] | None:
    return None if doubt is None else words.to_json(doubt)


def queue(
    session: Session,
    goal: Goal,
    what: str,
    key: str,
    content: dict[str, Any],
    now: datetime,
    *,
    evaluation_id: int | None = None,
    doubt: Message | None = None,
) -> int:
    """Put a message about a goal in the outbox for its channel; returns 1 if it will be sent.

    `key` makes it one of a kind. What may not go to the channel is held, and what is in doubt.
    """
    kind, destination = _destination(session, goal)
    row = Outbox(
        id=new_id(),
        workspace_id=goal.workspace_id,
        dedupe_key=key,
        kind=what,
        channel_kind=kind,
        destination=destination,
        goal_id=goal.id,
        evaluation_id=evaluation_id,
        facts=content if doubt is None else {**content, "doubt": _kept(doubt)},
        next_attempt_at=now,
        created_at=now,
    )
    kept_by = holding.reason(session, row) if kind == "slack" else None
    if kept_by is not None:
        row.state, row.error = "held", {"code": kept_by}
    elif doubt is not None:
        row.state, row.error = "held", holding.doubtful(doubt)
    session.add(row)
    session.flush()
    return 1 if row.state == "new" else 0


def _destination(session: Session, goal: Goal) -> tuple[str, str]:
    """Return the goal's channel, else its team's, else the preview page."""
    channel = goal.channel
    if channel is None and goal.team_id is not None:
        statement = select(Team.channel).where(
            col(Team.workspace_id) == goal.workspace_id, col(Team.id) == goal.team_id
        )
        channel = session.exec(statement).first()
    return ("slack", channel) if channel else ("preview", "")


def _opener(session: Session, goal: Goal, destination: str) -> Outbox | None:
    """Return the message that opened the present episode at this destination."""
    statement = (
        select(Outbox)
        .where(
            col(Outbox.workspace_id) == goal.workspace_id,
            col(Outbox.goal_id) == goal.id,
            col(Outbox.destination) == destination,
            col(Outbox.kind) == "alert",
        )
        .order_by(col(Outbox.id).desc())
    )
    return session.exec(statement).first()
