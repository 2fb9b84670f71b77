"""A review of all goals in portions, each a transaction of its own, so that nobody waits long."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from goals import workspace
from goals.alerts import review
from goals.tracking import unreviewed
from goals.tracking.goal import Goal


@dataclass
class Whole:
    """How far a review of all goals has come; one that breaks off is begun anew.

    `now` and `today` are the same for all its portions.
    """

    now: datetime
    today: date
    goals: list[int]
    marks: list[int]
    reviewed: int = field(default=0)

    @classmethod
    def begin(cls, session: Session, *, now: datetime, today: date) -> "Whole":
        """Return a review of the goals that there are."""
        marks = unreviewed.marks(session)
        return cls(now, today, review.living(session), marks)

    def portions(self) -> Iterator[list[int]]:
        """Yield the goals, as many as are judged together at a time."""
        for start in range(0, len(self.goals), review.PORTION):
            yield self.goals[start : start + review.PORTION]

    def go_on(
        self, session: Session, portion: list[int], failed: Callable[[Goal, Exception], None]
    ) -> None:
        """Review a portion; a goal that cannot be reviewed is handed to `failed`."""
        workspace.hold(session)
        found = review.judge(
            session,
            portion,
            is_news=bool(self.marks),
            now=self.now,
            today=self.today,
            failed=failed,
        )
        self.reviewed += len(found)

    def end(self, session: Session) -> None:
        """Take in what was written until the review began, if every goal was reviewed."""
        if self.reviewed == len(self.goals):
            unreviewed.clear(session, self.marks)
