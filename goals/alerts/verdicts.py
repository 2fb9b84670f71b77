"""How right a rule is: what members say of its alerts, and how the goals that it told of ended.

The caller commits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, case, col, func, or_, select

from goals.alerts.replay.score import WARNS
from goals.alerts.rule import AlertRule, AlertStory, AlertVerdict
from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking import closed
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.words import N_

#: With fewer of them a share says nothing.
FLOOR = 5


@dataclass(frozen=True)
class Share:
    """So many of so many; `value` is None with fewer than make a share worth saying."""

    part: int = 0
    n: int = 0

    @property
    def value(self) -> float | None:
        """Return the share, None below the floor."""
        return self.part / self.n if self.n >= FLOOR else None

    def to_json(self) -> dict[str, Any]:
        """Return it as other programs read it."""
        return {"part": self.part, "n": self.n, "share": self.value}


@dataclass(frozen=True)
class Precision:
    """How right a rule is: useful ones of the judged, and missed ones of the goals that ended.

    `by_end` is None for rules that warn of nothing.
    """

    by_word: Share
    by_end: Share | None

    def to_json(self) -> dict[str, Any]:
        """Return it as other programs read it."""
        by_end = None if self.by_end is None else self.by_end.to_json()
        return {"useful": self.by_word.to_json(), "came_true": by_end}


def give(
    session: Session, story: AlertStory, member_id: int, is_useful: bool | None, *, now: datetime
) -> None:
    """Keep what a member says of an alert, in place of what they said before; None takes it back.

    Raises Refusal `not_told` for an alert that nobody has heard of yet.
    """
    if story.told_at is None:
        raise Refusal("not_told", N_("Nobody has heard of this alert yet."), misused=False)
    found = of_member(session, story, member_id)
    if is_useful is None:
        if found is not None:
            session.delete(found)
    elif found is None:
        session.add(
            AlertVerdict(
                workspace_id=story.workspace_id,
                story_id=story.id,
                member_id=member_id,
                is_useful=is_useful,
                at=now,
            )
        )
    elif found.is_useful != is_useful:
        found.is_useful, found.at = is_useful, now
        session.add(found)
    session.flush()


def of_member(session: Session, story: AlertStory, member_id: int) -> AlertVerdict | None:
    """Return what a member said of an alert, None for nothing."""
    statement = select(AlertVerdict).where(
        col(AlertVerdict.workspace_id) == story.workspace_id,
        col(AlertVerdict.story_id) == story.id,
        col(AlertVerdict.member_id) == member_id,
    )
    return session.exec(statement).first()


def of_story(session: Session, story: AlertStory) -> Share:
    """Return how many called an alert useful, of those who said something."""
    here = col(AlertVerdict.workspace_id) == story.workspace_id
    statement = select(AlertVerdict.is_useful).where(here, col(AlertVerdict.story_id) == story.id)
    said = list(session.exec(statement))
    return Share(sum(said), len(said))


def precision(session: Session, rules: Iterable[AlertRule]) -> Mapping[int, Precision]:
    """Return how right each of some rules is."""
    words, ends = _by_word(session), _by_end(session)
    return {
        one.id: Precision(
            words.get(one.id, Share()),
            ends.get(one.id, Share()) if one.kind in WARNS else None,
        )
        for one in rules
    }


def _by_word(session: Session) -> dict[int, Share]:
    here = workspace_of(session)
    useful = func.sum(case((col(AlertVerdict.is_useful).is_(True), 1), else_=0))
    statement = (
        select(col(AlertStory.rule_id), useful, func.count())
        .join(
            AlertStory,
            (col(AlertStory.workspace_id) == here)
            & (col(AlertStory.id) == col(AlertVerdict.story_id)),
        )
        .where(col(AlertVerdict.workspace_id) == here)
        .group_by(col(AlertStory.rule_id))
    )
    return {rule: Share(int(part), n) for rule, part, n in session.exec(statement)}


def _by_end(session: Session) -> dict[int, Share]:
    """Count the alerts that were told before their goal ended, once each alert."""
    here = workspace_of(session)
    missed = func.sum(case((col(Evaluation.status) == "missed", 1), else_=0))
    statement = (
        select(col(AlertStory.rule_id), missed, func.count())
        .join(Goal, (col(Goal.workspace_id) == here) & (col(Goal.id) == col(AlertStory.goal_id)))
        .join(
            GoalVersion,
            (col(GoalVersion.workspace_id) == here) & (col(GoalVersion.goal_id) == col(Goal.id)),
        )
        .join(Evaluation, (col(Evaluation.workspace_id) == here) & closed.is_end(Evaluation))
        .where(
            col(AlertStory.workspace_id) == here,
            col(AlertStory.told_at).is_not(None),
            # What is told with the end, or after it, foretold nothing.
            col(AlertStory.opened_on) < col(Evaluation.since),
            or_(
                col(Goal.every).is_(None),
                col(AlertStory.opened_on).between(
                    col(GoalVersion.first_day), col(GoalVersion.last_day)
                ),
            ),
        )
        .group_by(col(AlertStory.rule_id))
    )
    return {rule: Share(int(part), n) for rule, part, n in session.exec(statement)}
