"""Making workspaces and changing their settings."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import list_currencies
from sqlmodel import Session, col, select

from goals import countries, names, words
from goals.errors import Refusal
from goals.fiscal import ENDS, NAMED, PATTERNS
from goals.words import N_
from goals.workspace import CALENDARS, Member, Workspace

MOST_NAME = 80


def create(
    session: Session,
    name: str,
    *,
    now: datetime,
    zone: str = "UTC",
    currency: str = "USD",
    fiscal_start: int = 1,
    week_start: int = 0,
    calendar: str = "gregorian",
    locale: str = "en",
    is_sample: bool = False,
) -> Workspace:
    """Make a workspace; raises Refusal at the argument that is wrong."""
    called = _free_name(session, name)
    workspace = Workspace(name=called, is_sample=is_sample, created_at=now)
    apply(
        workspace,
        zone=zone,
        currency=currency,
        fiscal_start=fiscal_start,
        week_start=week_start,
        calendar=calendar,
        locale=locale,
    )
    session.add(workspace)
    session.flush()
    return workspace


def rename(session: Session, workspace: Workspace, name: str) -> None:
    """Give a workspace another name; raises Refusal for an empty, long or taken one."""
    if " ".join(name.split()) != workspace.name:
        workspace.name = _free_name(session, name)


def _free_name(session: Session, name: str) -> str:
    called = names.clean(name)
    if not called or len(called) > MOST_NAME:
        raise Refusal(
            "name_wrong",
            N_("Give the workspace a name of at most %(most)s characters."),
            {"most": MOST_NAME},
            field="name",
        )
    if session.exec(select(Workspace).where(col(Workspace.name) == called)).first() is not None:
        raise Refusal(
            "workspace_exists",
            N_("There is a workspace named %(name)s already."),
            {"name": called},
            field="name",
            misused=False,
        )
    return called


def apply(workspace: Workspace, **settings: Any) -> None:
    """Change settings of a workspace; raises Refusal at the one that is wrong."""
    zone = settings.get("zone", workspace.zone)
    if zone not in available_timezones():
        raise Refusal(
            "zone_unknown",
            N_("%(zone)s is not a time zone. Write one such as Asia/Bangkok."),
            {"zone": str(zone)[:60]},
            field="zone",
        )
    ZoneInfo(zone)
    currency = str(settings.get("currency", workspace.currency)).upper()
    if not re.fullmatch(r"[A-Z]{3}", currency) or currency not in list_currencies():
        raise Refusal(
            "currency_unknown",
            N_("%(currency)s is not a currency. Write one such as USD or THB."),
            {"currency": currency[:10]},
            field="currency",
        )
    fiscal_start = int(settings.get("fiscal_start", workspace.fiscal_start))
    if not 1 <= fiscal_start <= 12:
        raise Refusal("month_unknown", N_("Write a month from 1 to 12."), field="fiscal_start")
    week_start = int(settings.get("week_start", workspace.week_start))
    if not 0 <= week_start <= 6:
        raise Refusal("weekday_unknown", N_("Choose a day of the week."), field="week_start")
    working_days = str(settings.get("working_days", workspace.working_days))
    if not re.fullmatch(r"(?=.)0?1?2?3?4?5?6?", working_days):
        raise Refusal("weekday_unknown", N_("Choose a day of the week."), field="working_days")
    country = settings.get("country", workspace.country) or None
    if country is not None and country not in countries.CODES:
        raise Refusal("country_unknown", N_("Choose a country of the list."), field="country")
    calendar = settings.get("calendar", workspace.calendar)
    if calendar not in CALENDARS:
        raise Refusal("calendar_unknown", N_("Choose a calendar."), field="calendar")
    gate = int(settings.get("quality_gate", workspace.quality_gate))
    if not 0 <= gate <= 100:
        raise Refusal("gate_wrong", N_("Choose from 0 to 100 percent."), field="quality_gate")
    workspace.zone, workspace.currency = zone, currency
    workspace.quality_gate = gate
    workspace.fiscal_start, workspace.week_start = fiscal_start, week_start
    _set_year(workspace, settings)
    workspace.working_days, workspace.country = working_days, country
    workspace.calendar = calendar
    workspace.locale = words.normalise(settings.get("locale", workspace.locale))


def _set_year(workspace: Workspace, settings: dict[str, Any]) -> None:
    """Take over how the year is divided and named; raises Refusal at the rule that is none."""
    rules = {"fiscal_pattern": PATTERNS, "fiscal_ends": ENDS, "fiscal_named": NAMED}
    for name, known in rules.items():
        given = settings.get(name, getattr(workspace, name))
        if given not in known:
            raise Refusal("year_unknown", N_("Choose one of the list."), field=name)
        setattr(workspace, name, given)


def of_person(session: Session, person_id: int) -> list[Workspace]:
    """Return the workspaces a person is a member of, by name."""
    statement = (
        select(Workspace)
        .join(Member, col(Member.workspace_id) == col(Workspace.id))
        .where(col(Member.person_id) == person_id)
        .order_by(col(Workspace.name))
    )
    return list(session.exec(statement))


def everywhere(session: Session) -> list[Workspace]:
    """Return all workspaces, by name."""
    return list(session.exec(select(Workspace).order_by(col(Workspace.name))))
