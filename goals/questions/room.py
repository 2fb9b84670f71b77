"""Who asks, where and when, and which goals everybody who reads the answer may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from sqlmodel import Session, col, select

from goals import words, workspace
from goals.calendar import Period
from goals.metrics import brought, catalogue, receipts
from goals.metrics.catalogue import Metric
from goals.metrics.evidence import Reading
from goals.questions import aliases, lexicon, naming, parse
from goals.questions.answer import Receipt
from goals.questions.naming import Name
from goals.questions.parse import Question
from goals.questions.periods import Spoken
from goals.questions.spans import Names
from goals.table import workspace_of
from goals.tracking.standing import Standing
from goals.tracking.visibility import Viewer
from goals.words import N_, Day, Instant, Message, Number
from goals.workspace import Team, Workspace

NOTHING = aliases.Words({}, {}, {})


@dataclass(frozen=True)
class Room:
    """What an answer is made from.

    `seen` are the goals that all readers may see, worst first. `asker` is the member who asks
    (None: nobody knows), `place` the channel it is asked in (None: none), and `is_alone` tells
    that nobody else reads the answer. Without an instant `now` the day is not known.
    """

    session: Session
    seen: Sequence[Standing]
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
    def known(self) -> list[Name]:
        """Return what the goals are known by."""
        called = aliases.words(self.session)
        return [_name(one, called) for one in self.seen]

    @cached_property
    def names(self) -> Names:
        """Return what the goals are known by, ready to be found in a question."""
        return naming.names(self.known)

    def read(self, question: str, before: Question | None = None) -> Question:
        """Return what a question asks of the goals here."""
        return parse.parse(question, self.known, before, self.names)

    @cached_property
    def by_id(self) -> dict[int, Standing]:
        """Return the goals by id."""
        return {one.goal.id: one for one in self.seen}

    def of(self, ids: Iterable[int]) -> list[Standing]:
        """Return goals, in the order of their ids given."""
        return [self.by_id[one] for one in ids]

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


def _name(one: Standing, called: aliases.Words = NOTHING) -> Name:
    owner = one.owner_name or ""
    first = owner.split()[:1] if len(owner.split()) > 1 and len(owner.split()[0]) > 1 else []
    # A variant does not go by the plain name of its metric.
    given = catalogue.filled(one.metric, {}) if one.goal.params else {}
    is_plain = all(given.get(name, word) == word for name, word in one.goal.params.items())
    return Name(
        one.goal.id,
        one.goal.name,
        _metric_words(one.metric) if is_plain else (),
        called=called.goals.get(one.goal.id, ()),
        segment=tuple(one.goal.segment.values()),
        owners=(owner, *first, *called.members.get(one.goal.owner_id or 0, ())) if owner else (),
        teams=(*_team(one.team_name), *called.teams.get(one.goal.team_id or 0, ())),
    )


def _metric_words(metric: Metric) -> tuple[str, ...]:
    """Return what a metric goes by; one of the workspace's own, by its id and its name."""
    own = (metric.id.replace("_", " "), words.render(metric.name, "en"))
    return lexicon.metric_words().get(metric.id, own)


def _team(name: str | None) -> tuple[str, ...]:
    """Return what a team is called in each language."""
    if name is None:
        return ()
    around = ("%s", "%s team", "team %s", "%s department", "ทีม %s", "ฝ่าย %s", "แผนก %s")
    han = ("%s团队", "%s组", "%s小组", "%s部", "%s部门")
    return tuple(each % name for each in (*around, *han))


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
