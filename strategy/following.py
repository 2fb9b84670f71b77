"""The goals that are tracked, as the strategy asks after them: whom they serve, what measures them.

Whether they can be measured at all, and whether their numbers come in, is told too.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from goals import words
from goals.table import key, workspace_of
from goals.tracking import glance
from goals.tracking.goal import Goal
from goals.tracking.smart import check
from goals.tracking.visibility import Audience
from goals.words import Message
from strategy.worksheets.book import Book
from strategy.worksheets.rules import business

#: A question ("section.question") and the row of its answer.
Answer = tuple[str, str]

#: Statuses that say that no number comes in.
SILENT = ("no_data", "stale", "source_broken")


@dataclass(frozen=True)
class Followed:
    """A goal that is tracked.

    `objective` is the row of the business goal that it stands under, None for none of the
    strategy; `question` and `item` name the answer that it was made from, with the `sentence`
    as it then stood. `unmeasured` says why it cannot be measured (letter M of SMART fails),
    None when it can.
    """

    id: int
    name: str
    metric: str
    status: str
    objective: str | None
    question: str | None = None
    item: str | None = None
    sentence: str | None = None
    unmeasured: Message | None = None

    @property
    def is_live(self) -> bool:
        """Tell whether its number comes in."""
        return self.status not in SILENT

    @property
    def said(self) -> Message:
        """Return the word for its status."""
        return words.status(self.status)


def followed(
    session: Session, book: Book, who: Audience, *, today: date, now: datetime
) -> list[Followed]:
    """Return the goals that the readers may see and that are not over, worst first."""
    bound = workspace_of(session)
    by_objective = {
        key("objective", bound, row.question, row.item): row.item for row in book.of(business.GOALS)
    }
    every = select(Goal).where(col(Goal.workspace_id) == bound, col(Goal.archived_at).is_(None))
    goals = {one.id: one for one in session.exec(every)}
    found = []
    for seen in glance.glances(session, who):
        goal = goals.get(seen.id)
        if goal is None or seen.is_closed:
            continue
        lint = check.goal(session, goal, today=today, now=now, reach=False)
        failing = [one for one in lint.findings if one.letter == "M" and one.severity == "fail"]
        origin = goal.origin_section and goal.origin_question
        found.append(
            Followed(
                id=goal.id,
                name=goal.name,
                metric=goal.metric,
                status=seen.status,
                objective=by_objective.get(goal.objective_id or 0),
                question=f"{goal.origin_section}.{goal.origin_question}" if origin else None,
                item=goal.origin_item,
                sentence=goal.origin_sentence,
                unmeasured=failing[0].message if failing else None,
            )
        )
    return found


def made(session: Session) -> frozenset[Answer]:
    """Return the answers that became goals, those over and those the reader may not see too."""
    statement = select(Goal.origin_section, Goal.origin_question, Goal.origin_item).where(
        col(Goal.workspace_id) == workspace_of(session),
        col(Goal.archived_at).is_(None),
        col(Goal.origin_section).is_not(None),
    )
    return frozenset(
        (f"{section}.{question}", item or "") for section, question, item in session.exec(statement)
    )
