"""Reading check-ins: those of a goal, and who owes one in the whole workspace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_
from sqlmodel import Session, col, select

from goals.table import workspace_of
from goals.tracking import rhythm, standing
from goals.tracking.cadence import MISSED, NEXT, Review
from goals.tracking.checkins import calibration, confidence
from goals.tracking.checkins.table import Checkin
from goals.tracking.evaluation import Evaluation
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience
from goals.words import Message
from goals.workspace import Member, Person

#: A goal that is over asks for its last check-in no longer than this.
LATEST = timedelta(days=14)
#: What is to come is listed so far ahead.
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Entry:
    """A check-in with who made it and what the numbers said then (None: not reviewed yet)."""

    row: Checkin
    by: str | None
    seen: Evaluation | None

    @property
    def confidence(self) -> Message:
        """Return how sure the person was, in words."""
        return confidence.said(self.row.confidence)

    @property
    def disagreement(self) -> Message | None:
        """Return the sentence for numbers that said something else, None where they did not."""
        computed = None if self.seen is None else self.seen.status
        return confidence.disagreement(self.row.confidence, computed)

    @property
    def days_late(self) -> int:
        """Return how many days after its day it came; 0 in time or unasked."""
        due = self.row.due_on
        return 0 if due is None else max(0, (self.row.day - due).days)


@dataclass(frozen=True)
class Book:
    """The check-ins of a goal, the latest first, and the days that its rhythm asks for."""

    entries: tuple[Entry, ...]
    reviews: tuple[Review, ...]
    open: Review | None

    @property
    def next(self) -> date | None:
        """Return the next day to come, None where there is none."""
        return next((one.on for one in self.reviews if one.state == NEXT), None)

    @property
    def missed(self) -> tuple[date, ...]:
        """Return the days on which nobody checked in, the latest first."""
        return tuple(one.on for one in self.reviews[::-1] if one.state == MISSED)


def of_goal(session: Session, one: Standing, today: date) -> Book:
    """Return all check-ins of a goal and the days on which they were due."""
    return _books(session, [one], today)[one.goal.id]


def of_goals(session: Session, those: Iterable[Standing], today: date) -> Mapping[int, Book]:
    """Return the check-ins of several goals, by their ids."""
    return _books(session, those, today)


def calls(entries: Iterable[Entry], until: date) -> list[calibration.Call]:
    """Return what people foresaw of a goal while it ran, beside the forecast of the same day."""
    return [
        calibration.Call(
            one.row.day,
            int(one.row.confidence) / 100,
            None if one.seen is None else one.seen.chance,
        )
        for one in entries
        if one.row.day <= until and not (one.seen is not None and one.seen.final)
    ]


@dataclass(frozen=True)
class Owed:
    """A goal that wants a check-in now, or will soon; `last` is the latest one made."""

    one: Standing
    on: date
    state: str
    missed: tuple[date, ...]
    last: Entry | None


@dataclass(frozen=True)
class Inbox:
    """Who owes a check-in: what is open, the longest first, and what comes next."""

    open: tuple[Owed, ...]
    coming: tuple[Owed, ...]


def inbox(session: Session, who: Audience, today: date) -> Inbox:
    """Return the check-ins that are due, missed or near, of the goals an audience may see."""
    standings = [
        one
        for one in standing.board(session, who)
        if one.goal.cadence != "none"
        and one.terms.last_day + LATEST >= today
        # What is achieved or missed for good asks nobody any more.
        and not (one.evaluation is not None and one.evaluation.final)
    ]
    books = _books(session, standings, today)
    waiting, coming = [], []
    for one in standings:
        book = books[one.goal.id]
        last = book.entries[0] if book.entries else None
        if book.open is not None:
            earlier = tuple(day for day in book.missed if day < book.open.on)
            waiting.append(Owed(one, book.open.on, book.open.state, earlier, last))
        elif book.next is not None and book.next <= today + AHEAD:
            coming.append(Owed(one, book.next, NEXT, (), last))
    return Inbox(tuple(sorted(waiting, key=_order)), tuple(sorted(coming, key=_order)))


def _order(owed: Owed) -> tuple[date, str]:
    return owed.on, owed.one.goal.name


def _books(session: Session, standings: Iterable[Standing], today: date) -> Mapping[int, Book]:
    found = list(standings)
    entries: dict[int, list[Entry]] = {one.goal.id: [] for one in found}
    for entry in _entries(session, list(entries)):
        entries[entry.row.goal_id].append(entry)
    books = {}
    for one in found:
        mine = entries[one.goal.id]
        answered = {each.row.due_on: each for each in mine if each.row.due_on is not None}
        days = rhythm.of(one.goal, one.terms)
        reviews, due = days.reviews(today, answered), days.open(today, answered)
        if one.evaluation is not None and one.evaluation.final:
            # What is achieved or missed for good asks nobody any more.
            ended = one.evaluation.since
            reviews, due = [each for each in reviews if each.on < ended], None
        books[one.goal.id] = Book(tuple(mine), tuple(reviews), due)
    return books


def _entries(session: Session, goals: list[int]) -> Iterable[Entry]:
    here = workspace_of(session)
    statement = (
        select(Checkin, Person.name, Evaluation)
        .outerjoin(
            Member,
            and_(
                col(Member.workspace_id) == col(Checkin.workspace_id),
                col(Member.id) == col(Checkin.made_by),
            ),
        )
        .outerjoin(Person, col(Person.id) == col(Member.person_id))
        .outerjoin(
            Evaluation,
            and_(
                col(Evaluation.workspace_id) == col(Checkin.workspace_id),
                col(Evaluation.id) == col(Checkin.evaluation_id),
            ),
        )
        .where(
            col(Checkin.workspace_id) == here,
            col(Checkin.goal_id).in_(goals),
            col(Checkin.removed_at).is_(None),
        )
        .order_by(col(Checkin.day).desc(), col(Checkin.id).desc())
    )
    return [Entry(*row) for row in session.exec(statement)]
