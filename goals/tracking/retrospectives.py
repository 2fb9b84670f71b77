"""Looking back on goals that have ended: what people say, beside what is known anyway."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint, and_
from sqlmodel import Field, Session, col, select

from goals.errors import Refusal
from goals.table import Scoped, UTCDateTime, added, new_id, reference, workspace_of
from goals.tracking import standing
from goals.tracking.remedies import attempts, moved
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience
from goals.words import N_, Message
from goals.workspace import Member, Person

#: What is asked, in this order.
QUESTIONS = ("went_well", "in_the_way", "keep", "next_time")
#: The most characters of an answer.
TEXT = 2000
#: So long after its end a goal is looked back on; then nobody is asked any more.
ASKED_FOR = timedelta(days=60)
#: What became of an action that was tried.
OUTCOMES = {
    "helped": N_("it helped"),
    "not_helped": N_("it did not help"),
    "early": N_("too early to tell"),
    "dropped": N_("it was not done"),
}


class Retrospective(Scoped, table=True):
    """What people say of a goal when it has ended; None is a question left open.

    `version` grows with each change.
    """

    __table_args__ = (
        reference("goal_id", "goal"),
        reference("made_by", "member"),
        UniqueConstraint("workspace_id", "goal_id"),
    )

    goal_id: int = Field(sa_type=BigInteger)
    went_well: str | None = None
    in_the_way: str | None = None
    keep: str | None = None
    next_time: str | None = None
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = Field(sa_type=UTCDateTime)
    version: int = 1
    changed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


@dataclass(frozen=True)
class Entry:
    """A retrospective with the name of who wrote it."""

    row: Retrospective
    by: str | None


def save(
    session: Session,
    one: Standing,
    said: dict[str, str | None],
    *,
    version: int,
    by: int | None,
    now: datetime,
) -> Retrospective:
    """Keep what is said of a goal that has ended, or change it.

    `version` is that of the one that was looked at, 0 for none. The same sent twice is kept
    once. Raises Refusal for a goal that runs, for nothing said, and where somebody else wrote
    meanwhile.
    """
    if not one.is_over:
        raise Refusal("not_over", N_("A goal is looked back on when it has ended."), misused=False)
    told: dict[str, Any] = {name: (said.get(name) or "").strip() or None for name in QUESTIONS}
    if not any(told.values()):
        raise Refusal("nothing_said", N_("Answer at least one question."), field=QUESTIONS[0])
    for name, text in told.items():
        if text is not None and len(text) > TEXT:
            raise Refusal(
                "text_long",
                N_("This has at most %(most)s characters."),
                {"most": TEXT},
                field=name,
            )
    row = _of(session, one.goal.id)
    if row is None:
        row = Retrospective(
            id=new_id(),
            workspace_id=one.goal.workspace_id,
            goal_id=one.goal.id,
            made_by=by,
            made_at=now,
            **told,
        )
        row = added(session, row, lambda: _of(session, one.goal.id))
    if all(getattr(row, name) == text for name, text in told.items()):
        return row
    if row.version != version:
        raise Refusal(
            "retrospective_changed",
            N_("Somebody wrote here while you had it open. Look at what it says now, then save."),
            misused=False,
        )
    for name, text in told.items():
        setattr(row, name, text)
    row.version, row.changed_at = row.version + 1, now
    session.add(row)
    session.flush()
    return row


def of_goals(session: Session, goals: Iterable[int]) -> list[Entry]:
    """Return what was said of some goals, the latest first."""
    statement = (
        select(Retrospective, Person.name)
        .outerjoin(
            Member,
            and_(
                col(Member.workspace_id) == col(Retrospective.workspace_id),
                col(Member.id) == col(Retrospective.made_by),
            ),
        )
        .outerjoin(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Retrospective.workspace_id) == workspace_of(session),
            col(Retrospective.goal_id).in_(list(goals)),
        )
        .order_by(col(Retrospective.made_at).desc(), col(Retrospective.id).desc())
    )
    return [Entry(*row) for row in session.exec(statement)]


def awaited(session: Session, who: Audience, today: date) -> list[Standing]:
    """Return the goals that ended lately and that nobody has looked back on, the latest first."""
    found = [
        one
        for one in standing.board(session, who)
        if one.is_over and one.terms.last_day + ASKED_FOR >= today
    ]
    said = {one.row.goal_id for one in of_goals(session, [one.goal.id for one in found])}
    left = [one for one in found if one.goal.id not in said]
    return sorted(left, key=lambda one: (one.terms.last_day, one.goal.name), reverse=True)


def facts(session: Session, one: Standing, now: datetime) -> list[Message]:
    """Return what is known of how a goal went without anybody's word."""
    found = [one.reason]
    done = moved.seen_to(session, one, now)
    if one.against_original is not None:
        found.append(one.against_original)
    for tried in reversed(attempts.of_goals(session, [one.goal.id])):
        outcome = OUTCOMES.get(tried.row.outcome or "", N_("nobody told what became of it"))
        told = {"action": tried.row.text, "outcome": Message(outcome)}
        found.append(Message(N_("Tried: “%(action)s”; %(outcome)s."), told))
        seen = moved.of(session, one.goal, tried.row, done=done)
        if seen is not None:
            found.append(seen if isinstance(seen, Message) else seen.message)
    return found


def _of(session: Session, goal_id: int) -> Retrospective | None:
    statement = select(Retrospective).where(
        col(Retrospective.workspace_id) == workspace_of(session),
        col(Retrospective.goal_id) == goal_id,
    )
    return session.exec(statement).first()
