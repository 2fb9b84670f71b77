"""Keeping scenarios of a goal, and laying what came beside what was assumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import and_
from sqlmodel import Session, col, select

from goals.calendar import Period
from goals.errors import Refusal
from goals.table import added, new_id, workspace_of
from goals.tracking.drivers import steering
from goals.tracking.goal import Goal
from goals.tracking.scenarios import levers
from goals.tracking.scenarios.levers import Levers
from goals.tracking.scenarios.table import Scenario
from goals.tracking.standing import Standing
from goals.tracking.why import gap
from goals.words import N_
from goals.workspace import Member, Person

#: The most characters of a name and of a note.
NAME, NOTE = 80, 500


@dataclass(frozen=True)
class Assumed:
    """A driver of a scenario: as before, as assumed, and as it came (None: not known yet)."""

    id: str
    base: Decimal
    assumed: Decimal
    came: Decimal | None


@dataclass(frozen=True)
class Compared:
    """A scenario beside what came: `through` is the day to which it came, None for no day yet.

    `actual` is where the goal stands by then, `is_over` whether that is the end.
    """

    row: Scenario
    maker: str | None
    levers: tuple[Assumed, ...]
    through: date | None
    actual: Decimal | None
    is_over: bool


def save(
    session: Session,
    found: Levers,
    assumed: Mapping[str, Decimal],
    name: str,
    note: str | None,
    *,
    by: int | None,
    now: datetime,
    scenario_id: int | None = None,
) -> Scenario:
    """Keep a scenario; with an id that was kept before it is the same one.

    Raises Refusal that names the field for a name that is missing or too long, and
    `nowhere` for levers that lead nowhere.
    """
    said, about = " ".join(name.split()), " ".join((note or "").split())
    if not said:
        raise Refusal("name_missing", N_("Give the scenario a name."), field="name")
    for field, text, most in (("name", said, NAME), ("note", about, NOTE)):
        if len(text) > most:
            raise Refusal(
                "text_long",
                N_("This has at most %(most)s characters."),
                {"most": most},
                field=field,
            )
    landing = steering.moved(found.course, dict(assumed)).landing()
    if landing is None:
        raise Refusal("nowhere", N_("These numbers lead nowhere: one of them must not be zero."))
    if scenario_id is not None and (there := _there(session, scenario_id)) is not None:
        return there
    row = Scenario(
        id=scenario_id or new_id(),
        workspace_id=found.one.goal.workspace_id,
        goal_id=found.one.goal.id,
        name=said,
        note=about or None,
        levers=[
            {
                "id": one.id,
                "base": str(one.value),
                "assumed": str(assumed.get(one.id, one.value)),
            }
            for one in found.course.levers
        ],
        base_landing=found.course.landing(),
        landing=landing,
        target=found.target,
        first_day=found.rest.first,
        last_day=found.rest.last,
        made_by=by,
        made_at=now,
    )
    return added(
        session, row, lambda: None if scenario_id is None else _there(session, scenario_id)
    )


def compared(session: Session, one: Standing, *, now: datetime) -> list[Compared]:
    """Return the scenarios of a goal beside what came since, the latest first."""
    statement = (
        select(Scenario, Person.name)
        .outerjoin(
            Member,
            and_(
                col(Member.workspace_id) == col(Scenario.workspace_id),
                col(Member.id) == col(Scenario.made_by),
            ),
        )
        .outerjoin(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Scenario.workspace_id) == workspace_of(session),
            col(Scenario.goal_id) == one.goal.id,
            col(Scenario.removed_at).is_(None),
        )
        .order_by(col(Scenario.made_at).desc(), col(Scenario.id).desc())
    )
    return [_beside(session, one, row, maker, now) for row, maker in session.exec(statement)]


def _beside(
    session: Session, one: Standing, row: Scenario, maker: str | None, now: datetime
) -> Compared:
    seen = one.evaluation
    ids = [each["id"] for each in row.levers]
    through = None
    came: dict[str, Decimal | None] = dict.fromkeys(ids)
    if seen is not None and seen.day >= row.first_day:
        through = min(seen.day, row.last_day)
        reader = gap.reader_of(session, one, now, keep=False)
        came = levers.came(reader, ids, Period.of(row.first_day, through))
    moved = tuple(
        Assumed(each["id"], Decimal(each["base"]), Decimal(each["assumed"]), came.get(each["id"]))
        for each in row.levers
    )
    actual = seen.actual if seen is not None and through is not None else None
    is_over = through is not None and through >= row.last_day
    return Compared(row, maker, moved, through, actual, is_over)


def find(session: Session, goal: Goal, scenario_id: int) -> Scenario:
    """Return a scenario of a goal; raises Refusal `unknown_scenario`."""
    found = _there(session, scenario_id)
    if found is None or found.goal_id != goal.id:
        raise Refusal("unknown_scenario", N_("There is no such scenario."))
    return found


def remove(session: Session, row: Scenario, now: datetime) -> None:
    """Take a scenario out of sight; it can be brought back."""
    row.removed_at = row.removed_at or now
    session.add(row)
    session.flush()


def bring_back(session: Session, row: Scenario) -> None:
    """Bring a removed scenario back."""
    row.removed_at = None
    session.add(row)
    session.flush()


def _there(session: Session, scenario_id: int) -> Scenario | None:
    statement = select(Scenario).where(
        col(Scenario.workspace_id) == workspace_of(session), col(Scenario.id) == scenario_id
    )
    return session.exec(statement).first()
