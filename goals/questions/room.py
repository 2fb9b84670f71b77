"""Who asks, where and when, and which goals everybody who reads the answer may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from sqlmodel import Session, col, select

from goals import workspace
from goals.calendar import Period
from goals.metrics import brought, receipts
from goals.metrics.evidence import Reading
from goals.questions import known, parse
from goals.questions.answer import Receipt
from goals.questions.known import Known
from goals.questions.parse import Question
from goals.questions.periods import Spoken
from goals.questions.seen import Seen
from goals.table import workspace_of
from goals.tracking import standing
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience, Viewer
from goals.words import N_, Day, Instant, Message, Number
from goals.workspace import Team, Workspace


@dataclass(frozen=True)
class Room:
    """What an answer is made from.

    `seen` are the goals that all readers (`who`) may see, worst first. `asker` is the member who
    asks (None: nobody knows), `place` the channel it is asked in (None: none), and `is_alone` tells
    that nobody else reads the answer. Without an instant `now` the day is not known.
    """

    session: Session
    seen: Sequence[Seen]
    who: Audience
    asker: Viewer | None
    place: str | None
    is_alone: bool
    now: datetime | None
    on: date | None

    @cached_property
    def here(self) -> Workspace:
        """Return the workspace."""
        return workspace.of(self.session)

    @property
    def today(self) -> date | None:
        """Return the day on which it is asked, None where nobody knows it."""
        return self.on or (self.here.local_day(self.now) if self.now is not None else None)

    @property
    def instant(self) -> datetime | None:
        """Return the instant for which it is answered."""
        return self.here.end_of(self.on) if self.on is not None else self.now

    @cached_property
    def known(self) -> Known:
        """Return what the goals are known by."""
        return known.of(self.session, self.seen)

    def read(self, question: str, before: Question | None = None) -> Question:
        """Return what a question asks of the goals here."""
        found = parse.parse(question, self.known.goals, before, self.known.names)
        if len(found.goals) < 2:
            return found
        return replace(found, goals=tuple(sorted(found.goals, key=self._places.__getitem__)))

    @cached_property
    def _places(self) -> dict[int, int]:
        return {one.id: number for number, one in enumerate(self.seen)}

    @cached_property
    def by_id(self) -> dict[int, Seen]:
        """Return the goals by id."""
        return {one.id: one for one in self.seen}

    def of(self, ids: Iterable[int]) -> list[Seen]:
        """Return goals, in the order of their ids given."""
        return [self.by_id[one] for one in ids]

    def whole(self, found: Sequence[Seen]) -> list[Standing]:
        """Return how goals stand with all that is known of them, in the same order."""
        if not found:
            return []
        ids = [one.id for one in found]
        held = standing.board(self.session, self.who, ids=ids, on=self.on, has_curves=False)
        by_id = {one.goal.id: one for one in held}
        return [by_id[one] for one in ids if one in by_id]

    def period(self, spoken: Spoken | None) -> Period | None:
        """Return the days of a period that was spoken of, None where there are no such days."""
        if spoken is None or self.today is None:
            return None
        try:
            return spoken.on(self.today, self.here.fiscal)
        except (ValueError, OverflowError):
            return None

    def teams_here(self) -> set[int]:
        """Return the teams whose channel this is."""
        statement = select(Team.id).where(
            col(Team.workspace_id) == workspace_of(self.session), col(Team.channel) == self.place
        )
        return set(self.session.exec(statement)) if self.place is not None else set()

    def receipt(self, receipt: str | None) -> Receipt | None:
        """Return the evidence line of a reading that was kept, None where there is none."""
        return None if receipt is None else receipt_of(self.session, receipt)


def receipt_of(session: Session, receipt: str) -> Receipt | None:
    """Return the evidence line of a reading that was kept, None where there is none."""
    statement = select(Reading).where(
        col(Reading.workspace_id) == workspace_of(session), col(Reading.receipt) == receipt
    )
    reading = session.exec(statement).first()
    if reading is None:
        return None
    source = brought.sources(session, reading)
    return Receipt(
        id=reading.receipt,
        text=Message(
            N_("%(n)s counted, %(first)s to %(last)s, read %(at)s"),
            {
                "n": Number(Decimal(reading.n)),
                "first": Day(reading.first_day),
                "last": Day(reading.last_day),
                "at": Instant(reading.as_of),
            },
        ),
        formula=receipts.formula(session, reading),
        numerator=reading.numerator,
        denominator=reading.denominator,
        n=reading.n,
        as_of=reading.as_of,
        source=", ".join(source) or None,
    )
