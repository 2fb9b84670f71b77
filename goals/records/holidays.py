"""Holidays that count for a workspace, and the working days that they leave."""

from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from goals import countries, workspace
from goals.calendar import Period
from goals.records.company import Holiday
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


def workdays(session: Session, period: Period) -> Workdays:
    """Return the weekdays on which the workspace works, and its holidays within a period."""
    here = workspace.of(session)
    statement = select(Holiday.day).where(
        col(Holiday.workspace_id) == workspace_of(session),
        free_in(here.country),
        col(Holiday.day) >= period.first,
        col(Holiday.day) <= period.last,
    )
    return Workdays(here.weekdays, frozenset(session.exec(statement.distinct())))
