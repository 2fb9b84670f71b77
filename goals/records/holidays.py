"""Holidays that count for a workspace, and the working days that they leave."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from goals import countries, workspace
from goals.calendar import Period
from goals.records import provenance
from goals.records.company import Holiday
from goals.records.provenance import Origin
from goals.table import workspace_of
from goals.workdays import Workdays


def free_in(country: str | None) -> Any:
    """Return the condition under which a holiday is free for a workspace in a country.

    It is where the holiday has no country or this one, however that is written; without a
    country of the workspace's own every holiday is.
    """
    if country is None:
        return col(Holiday.deleted_at).is_(None)
    written = func.lower(func.trim(func.coalesce(Holiday.country, "")))
    here = written.in_(sorted({"", *countries.spellings(country)}))
    return col(Holiday.deleted_at).is_(None) & here


@dataclass(frozen=True)
class Kept:
    """A holiday as it stands; `counts` tells that it is free for this workspace.

    `is_removed` is one that was taken out by hand and can be brought back by undoing its run.
    """

    id: int
    day: date
    name: str | None
    country: str | None
    run_id: int
    origin: Origin
    counts: bool
    is_removed: bool


def of_year(session: Session, year: int) -> list[Kept]:
    """Return the holidays of a calendar year in their order, those taken out included."""
    here = workspace.of(session).country
    statement = (
        select(Holiday)
        .where(
            col(Holiday.workspace_id) == workspace_of(session),
            col(Holiday.day) >= date(year, 1, 1),
            col(Holiday.day) <= date(year, 12, 31),
        )
        .order_by(col(Holiday.day), col(Holiday.country), col(Holiday.id))
    )
    found = list(session.scalars(statement))
    origins = provenance.origins(session, {one.run_id for one in found})
    listed = [_kept(one, origins.get(one.run_id, Origin()), here) for one in found]
    return [one for one in listed if not (one.is_removed and one.origin.is_undone)]


def _kept(one: Holiday, origin: Origin, here: str | None) -> Kept:
    written = (one.country or "").strip().lower()
    return Kept(
        id=one.id,
        day=one.day,
        name=one.name,
        country=one.country,
        run_id=one.run_id,
        origin=origin,
        counts=here is None or written in ("", *countries.spellings(here)),
        is_removed=one.deleted_at is not None,
    )


def find(session: Session, holiday_id: int) -> Holiday | None:
    """Return a holiday that stands, None where there is none of that id."""
    found = session.get(Holiday, (workspace_of(session), holiday_id))
    return found if found is not None and found.deleted_at is None else None


def workdays(session: Session, period: Period) -> Workdays:
    """Return the weekdays on which the workspace works, and its holidays within a period."""
    here = workspace.of(session)
    statement = select(col(Holiday.day)).where(
        col(Holiday.workspace_id) == workspace_of(session),
        free_in(here.country),
        col(Holiday.day) >= period.first,
        col(Holiday.day) <= period.last,
    )
    return Workdays(here.weekdays, frozenset(session.scalars(statement.distinct())))
