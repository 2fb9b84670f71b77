"""A review of all goals in many transactions, so that nobody waits long.

What takes long, to count and to forecast, is done for many goals together before anybody waits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from goals import workspace
from goals.alerts import looking, review
from goals.alerts.delivery import Begin
from goals.alerts.looking import Looked
from goals.tracking import unreviewed
from goals.tracking.goal import Goal

#: Goals that are judged in one transaction: others wait no longer than that takes.
AT_ONCE = 25


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

    def go_on(
        self,
        begin: Begin,
        failed: Callable[[Goal, Exception], None],
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        """Review the goals; one that cannot be reviewed is handed to `failed`.

        `alive` is called now and then.
        """
        for start in range(0, len(self.goals), review.PORTION):
            portion = self.goals[start : start + review.PORTION]
            alive()
            with begin() as session:
                looked = looking.look(
                    session,
                    review.load(session, portion),
                    is_news=bool(self.marks),
                    now=self.now,
                    today=self.today,
                )
            self._judge(begin, [one for one in portion if one not in looked.held], looked, failed)
            self.reviewed += len(looked.held)

    def _judge(
        self,
        begin: Begin,
        anew: list[int],
        looked: Looked,
        failed: Callable[[Goal, Exception], None],
    ) -> None:
        for start in range(0, len(anew), AT_ONCE):
            with begin() as session:
                workspace.hold(session)
                found = review.judge(
                    session,
                    anew[start : start + AT_ONCE],
                    looked,
                    now=self.now,
                    today=self.today,
                    failed=failed,
                )
            self.reviewed += len(found)

    def end(self, session: Session) -> None:
        """Take in what was written until the review began, if every goal was reviewed."""
        if self.reviewed == len(self.goals):
            unreviewed.clear(session, self.marks)
