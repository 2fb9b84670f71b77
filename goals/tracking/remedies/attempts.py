"""Actions that were taken on, with the numbers before and after: the log of what was tried."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.table import added, new_id, workspace_of
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from goals.tracking.remedies import catalogue
from goals.tracking.remedies.table import OUTCOMES, Attempt
from goals.words import N_
from goals.workspace import Member, Person

#: The most characters of an action or of what became of it.
TEXT = 500
#: An action is looked back on after this long, unless somebody says otherwise.
LATER = timedelta(days=14)


@dataclass(frozen=True)
class Tried:
    """An action with its owner's name and what the numbers said before and after."""

    row: Attempt
    owner: str | None
    before: Evaluation | None
    after: Evaluation | None

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be told what became of it."""
        return self.row.outcome in (None, "early")


def take(
    session: Session,
    goal: Goal,
    text: str,
    *,
    owner_id: int | None,
    due_on: date,
    by: int | None,
    today: date,
    now: datetime,
    remedy: str | None = None,
    hoped: Decimal | None = None,
    attempt_id: int | None = None,
) -> Attempt:
    """Take an action on for a goal; with an id that was taken before it is the same one.

    `hoped` is by how much the driver is to change beyond what would come anyway (None: not said).
    Raises Refusal that names the field for what is missing or cannot be.
    """
    said = " ".join(text.split())
    _check_text(said, "text", N_("Say what will be done."), needed=True)
    if due_on < today:
        raise Refusal("due_past", N_("Choose a day that is still to come."), field="due")
    if owner_id is not None and not _is_member(session, owner_id):
        raise Refusal("unknown_member", N_("There is no such member."), field="owner")
    if attempt_id is not None and (there := _there(session, attempt_id)) is not None:
        return there
    row = Attempt(
        id=attempt_id or new_id(),
        workspace_id=goal.workspace_id,
        goal_id=goal.id,
        remedy=remedy if catalogue.find(remedy) is not None else None,
        text=said,
        owner_id=owner_id,
        due_on=due_on,
        hoped=hoped,
        before_id=goal.evaluation_id,
        taken_by=by,
        taken_at=now,
        taken_on=today,
    )
    return added(session, row, lambda: None if attempt_id is None else _there(session, attempt_id))


def settle(
    session: Session,
    goal: Goal,
    row: Attempt,
    outcome: str,
    note: str | None,
    *,
    version: int,
    by: int | None,
    today: date,
    due_on: date | None = None,
) -> None:
    """Say what became of an action; the numbers of today stand beside it.

    Where it is the same as before and only the note is another, the numbers stay those of the
    day on which it was told. What it is too early to tell of is looked back on again on `due_on`
    (None: after as long as one that is taken on). Raises Refusal `attempt_changed` for an old
    version, and for what is no outcome.
    """
    if outcome not in OUTCOMES:
        raise Refusal("outcome_missing", N_("Say what became of it."), field="outcome")
    said = " ".join((note or "").split())
    _check_text(said, "note", "", needed=False)
    again = due_on or today + LATER
    if outcome == "early" and again <= today:
        raise Refusal("due_past", N_("Choose a day that is still to come."), field="due")
    if row.version != version:
        raise Refusal(
            "attempt_changed",
            N_("Somebody told what became of it while you had it open. Look at it once more."),
            misused=False,
        )
    if row.outcome != outcome or outcome == "early":
        row.after_id, row.settled_by, row.settled_on = goal.evaluation_id, by, today
    if outcome == "early":
        row.due_on = again
    row.outcome, row.note = outcome, said or None
    row.version += 1
    session.add(row)
    session.flush()


def of_goals(session: Session, goals: Iterable[int]) -> list[Tried]:
    """Return everything that was tried for some goals, the latest first."""
    before, after = aliased(Evaluation), aliased(Evaluation)
    here = workspace_of(session)
    statement = (
        select(Attempt, Person.name, before, after)
        .outerjoin(
            Member,
            and_(
                col(Member.workspace_id) == col(Attempt.workspace_id),
                col(Member.id) == col(Attempt.owner_id),
            ),
        )
        .outerjoin(Person, col(Person.id) == col(Member.person_id))
        .outerjoin(
            before,
            and_(
                col(before.workspace_id) == col(Attempt.workspace_id),
                col(before.id) == col(Attempt.before_id),
            ),
        )
        .outerjoin(
            after,
            and_(
                col(after.workspace_id) == col(Attempt.workspace_id),
                col(after.id) == col(Attempt.after_id),
            ),
        )
        .where(col(Attempt.workspace_id) == here, col(Attempt.goal_id).in_(list(goals)))
        .order_by(col(Attempt.taken_at).desc(), col(Attempt.id).desc())
    )
    return [Tried(*row) for row in session.exec(statement)]


def find(session: Session, goal: Goal, attempt_id: int) -> Attempt:
    """Return an action of a goal; raises Refusal `unknown_attempt`."""
    found = _there(session, attempt_id)
    if found is None or found.goal_id != goal.id:
        raise Refusal("unknown_attempt", N_("There is no such action."))
    return found


def gap(seen: Evaluation | None) -> Decimal | None:
    """Return how far a number was from its plan, signed as the numbers are; None if unknown."""
    if seen is None or seen.actual is None or seen.expected is None:
        return None
    return seen.actual - seen.expected


def _there(session: Session, attempt_id: int) -> Attempt | None:
    statement = select(Attempt).where(
        col(Attempt.workspace_id) == workspace_of(session), col(Attempt.id) == attempt_id
    )
    return session.exec(statement).first()


def _is_member(session: Session, member_id: int) -> bool:
    statement = select(Member.id).where(
        col(Member.workspace_id) == workspace_of(session), col(Member.id) == member_id
    )
    return session.exec(statement).first() is not None


def _check_text(said: str, field: str, missing: str, *, needed: bool) -> None:
    if needed and not said:
        raise Refusal("text_missing", missing, field=field)
    if len(said) > TEXT:
        raise Refusal(
            "text_long", N_("This has at most %(most)s characters."), {"most": TEXT}, field=field
        )
