"""A milestone on its page: the sign that it is done, who said so, and its steps."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.web import frame, texts
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals.table import workspace_of
from goals.tracking import milestones
from goals.tracking.milestones import Reached
from goals.tracking.standing import Standing
from goals.workspace import Member, Person


@dataclass(frozen=True)
class Step:
    """A step with its state in words; `tone` is "done", "late" or ""."""

    id: int
    name: str
    said: str
    tone: str

    @property
    def is_done(self) -> bool:
        """Tell whether somebody said that it is done."""
        return self.tone == "done"


@dataclass(frozen=True)
class Shown:
    """What a page shows of a milestone."""

    reached: Reached
    by: str | None
    steps: list[Step]
    today: str

    @property
    def is_said(self) -> bool:
        """Tell whether a person said that the whole is done."""
        return self.by is not None


def of(session: Session, one: Standing) -> Shown:
    """Return what there is to show of a milestone today."""
    goal, today = one.goal, frame.today()
    names = _names(session)
    said_by = None
    if goal.done_on is not None:
        said_by = names.get(goal.done_by or 0) or _("Somebody")
    steps = []
    for each in milestones.steps(session, goal):
        tone = "done" if each.done_on else "late" if each.due_on < today else ""
        steps.append(Step(each.id, each.name, _said(each.due_on, each.done_on, today), tone))
    return Shown(
        milestones.reached(session, goal, one.terms, today), said_by, steps, texts.day(today)
    )


def _said(due_on: date, done_on: date | None, today: date) -> str:
    day = texts.day(due_on)
    if done_on is not None:
        return _("Done on %(done)s, due on %(day)s", done=texts.day(done_on), day=day)
    late = (today - due_on).days
    if late > 0:
        return ngettext(
            "%(num)d day late, due on %(day)s", "%(num)d days late, due on %(day)s", late, day=day
        )
    return _("Due on %(day)s", day=day)


def _names(session: Session) -> dict[int, str]:
    statement = (
        select(Member.id, Person.name)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Member.workspace_id) == workspace_of(session))
    )
    return dict(session.exec(statement).all())
