"""A recovery that nobody heard of before the goal turned bad again: its story goes on.

What waits, for a number in doubt or for the end of quiet hours, leaves people with the bad news
before it. So the next bad news is told against that, as worse or better, in the same thread, and
is not taken for what everybody knows already.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from goals.alerts import holding, rules, stories
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertAct, AlertRule, AlertStory
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal


def resume(session: Session, rule: AlertRule, goal: Goal, now: datetime) -> AlertStory | None:
    """Take back a rule's recovery that nobody heard of, and let its story go on.

    Returns the story, with what was last told of it as its word; None where no recovery waits, or
    somebody heard of it. What is taken back is kept to be seen.
    """
    row = _latest(session, rule, goal)
    if row is None or row.story_id is None or not _waits(row, now):
        return None
    statement = select(AlertStory).where(
        col(AlertStory.workspace_id) == row.workspace_id, col(AlertStory.id) == row.story_id
    )
    story = session.exec(statement.with_for_update()).first()
    rows = _same(session, row)
    if story is None or not all(_waits(one, now) or _is_kept(one) for one in rows):
        return None
    for one in rows:
        if _waits(one, now):
            one.state, one.error = "held", {**(one.error or {}), "code": holding.OVERTAKEN}
            session.add(one)
    _go_on(session, rule, story, now)
    return story


def _latest(session: Session, rule: AlertRule, goal: Goal) -> Outbox | None:
    """Return the last recovery that a rule told of a goal in its present period."""
    here = goal.workspace_id
    statement = (
        select(Outbox)
        .join(
            Evaluation,
            (col(Evaluation.workspace_id) == here)
            & (col(Evaluation.id) == col(Outbox.evaluation_id)),
        )
        .where(
            col(Evaluation.version) >= goal.period_version,
            col(Outbox.workspace_id) == here,
            col(Outbox.goal_id) == goal.id,
            col(Outbox.rule_id) == rule.id,
            col(Outbox.kind) == "recovery",
        )
        .order_by(col(Outbox.id).desc())
    )
    return session.exec(statement.limit(1)).first()


def _same(session: Session, row: Outbox) -> list[Outbox]:
    """Return the messages of a recovery to all its places, held until the transaction ends."""
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == row.workspace_id,
        col(Outbox.story_id) == row.story_id,
        col(Outbox.kind) == "recovery",
        col(Outbox.evaluation_id) == row.evaluation_id,
    )
    found = session.exec(statement.with_for_update().execution_options(populate_existing=True))
    return list(found)


def _waits(row: Outbox, now: datetime) -> bool:
    """Tell whether a message waits for better data or for the end of quiet hours."""
    is_quiet = row.state == "new" and not row.attempts
    is_quiet = is_quiet and row.deferred_until is not None and now < row.deferred_until
    return is_quiet or holding.code(row) == holding.DOUBTFUL


def _is_kept(row: Outbox) -> bool:
    """Tell whether a message will never leave, as to a channel that nobody switched on."""
    return row.state == "held"


def _go_on(session: Session, rule: AlertRule, story: AlertStory, now: datetime) -> None:
    until = story.snoozed_until
    if until is not None and now < until:
        story.state, story.wake_at = "snoozed", until
    elif story.acknowledged_at is not None:
        story.state = "acknowledged"
    else:
        story.state = "firing"
        if story.step < len(rule.ladder):
            before = rule.ladder[story.step - 1]["hours"] if story.step else 0
            story.wake_at = now + timedelta(hours=rule.ladder[story.step]["hours"] - before)
    story.closed_at = None
    story.word = _heard(session, story)
    session.add(story)
    stories.note(session, story, "opened", now, text=stories.AGAIN)


def _heard(session: Session, story: AlertStory) -> str:
    """Return the last bad status that a story told, "" where it spoke of none."""
    statement = (
        select(AlertAct.text)
        .where(
            col(AlertAct.workspace_id) == story.workspace_id,
            col(AlertAct.story_id) == story.id,
            col(AlertAct.kind) == "told",
            col(AlertAct.text).in_(rules.BAD),
        )
        .order_by(col(AlertAct.at).desc(), col(AlertAct.id).desc())
    )
    return session.exec(statement.limit(1)).first() or ""
