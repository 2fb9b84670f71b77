"""Which goals live on a metric that the workspace made, and putting it away when none does."""

from datetime import datetime

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.metrics import authoring
from goals.table import workspace_of
from goals.tracking import visibility
from goals.tracking.goal import Goal
from goals.tracking.visibility import Audience
from goals.words import N_, P_, Message


def users(session: Session, metric: str, who: Audience) -> tuple[list[str], int]:
    """Return the names of the goals on a metric, and how many more an audience may not see.

    Archived goals do not count.
    """
    statement = (
        select(Goal.name, visibility.may_see(who))
        .where(
            col(Goal.workspace_id) == workspace_of(session),
            col(Goal.metric) == metric,
            col(Goal.archived_at).is_(None),
        )
        .order_by(col(Goal.name), col(Goal.id))
    )
    rows = session.exec(statement).all()
    seen = [name for name, may in rows if may]
    return seen, len(rows) - len(seen)


def archive(session: Session, metric: str, who: Audience, now: datetime) -> None:
    """Take a metric out of the lists.

    Raises Refusal while goals or other metrics use it, and names them.
    """
    authoring.own(session, metric)
    names, hidden = users(session, metric, who)
    if names or hidden:
        more = P_("one that you may not see", "%(n)s that you may not see")
        listed: list[object] = [*names]
        if hidden:
            listed.append(Message.counted(more, hidden))
        raise Refusal(
            "metric_in_use",
            N_("These goals are measured by it: %(names)s."),
            {"names": listed},
            fix=Message(N_("Archive them first.")),
            misused=False,
        )
    authoring.archive(session, metric, now)
