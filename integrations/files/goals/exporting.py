"""Goals as a file of rows that can be imported again: CSV, or a workbook."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.calendar import Period
from goals.metrics import catalogue
from goals.table import id_from, workspace_of
from goals.tracking import carrying, goals, plan_file, visibility
from goals.tracking.carrying import Wanted
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal
from goals.tracking.visibility import Audience
from goals.workspace import Member, Person, Team
from integrations.files import defusing, taking
from integrations.files.goals.columns import GOAL, joined

COLUMNS = tuple(one.name for one in GOAL.fields)
#: A spreadsheet keeps so many digits of a number; one with more is written as a text.
_DIGITS = 15
#: Characters that a cell of a workbook can hold.
_MOST = 32_767


def rows(session: Session, who: Audience, *, ahead: bool = False) -> list[dict[str, Any]]:
    """Return the goals that an audience may see by the columns of a file, the eldest first.

    With `ahead` these are the goals that would continue them in the period that follows: new ones
    with the same targets, to be typed over and imported. Goals without an end are left out.
    """
    statement = (
        select(Goal).where(visibility.sees(workspace_of(session), who)).order_by(col(Goal.id))
    )
    found = list(session.exec(statement))
    emails = _emails(session)
    teams = _teams(session)
    called = _called(found)
    known: dict[str, Any] = {"emails": emails, "teams": teams, "called": called}
    if not ahead:
        return [_row(one, carrying.kept(session, one), **known) for one in found]
    return [
        {**_row(one, _next(session, one), **known), "external_id": None}
        for one in found
        if one.every is None
    ]


def _next(session: Session, goal: Goal) -> Draft:
    """Return the draft of the goal that continues one, with the same target."""
    terms = goals.current(session, goal)
    window = Period.of(terms.first_day, terms.last_day)
    after = carrying.following(session, terms)
    name = carrying.called(workspace.of(session).fiscal, goal.name, window, after)
    has_number = terms.target_value is not None and goal.metric != catalogue.MILESTONE.id
    target = terms.target_value if has_number else None
    wanted = Wanted(goal, name, target, after.first, after.last, goal.owner_id)
    return carrying.draft(session, wanted)


def _row(
    goal: Goal,
    draft: Draft,
    *,
    emails: Mapping[int, str],
    teams: Mapping[int, str],
    called: Mapping[int, str],
) -> dict[str, Any]:
    is_target = draft.target_kind == "target"
    is_milestone = draft.metric == catalogue.MILESTONE.id
    change = ""
    if not is_target and draft.target_input is not None:
        change = f"{draft.target_kind}={_plain(draft.target_input)}"
    return {
        "external_id": goal.external_id or str(goal.id),
        "name": draft.name,
        "metric": draft.metric,
        "set": _pairs(draft.params),
        "where": _pairs(draft.segment),
        "kind": draft.kind,
        "direction": draft.direction,
        "target": draft.target_input if is_target and not is_milestone else None,
        "change": change,
        "commit": draft.commit,
        "stretch": draft.stretch,
        "low": draft.low,
        "high": draft.high,
        "baseline": draft.baseline,
        "from": draft.first_day,
        "to": None if draft.every else draft.last_day,
        "every": draft.every,
        "owner": emails.get(draft.owner_id or 0),
        "team": teams.get(draft.team_id or 0),
        "channel": draft.channel,
        "plan": joined(plan_file.written(draft.plan, draft.plan_points)),
        "judge": draft.judge,
        "why": draft.why,
        "action": joined(draft.actions),
        "done_when": draft.done_when,
        "step": joined(f"{day.isoformat()}={name}" for day, name in draft.steps),
        "parent": called.get(draft.parent_id or 0),
        "rollup": draft.rollup,
        "weight": draft.weight,
        "continues": called.get(draft.continues_id or 0),
        "visibility": draft.visibility,
        "reason": None,
    }


def as_csv(found: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as a CSV file that spreadsheets open; nothing in it is run as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in found:
        writer.writerow([defusing.defused(taking.cell(row[name])) for name in COLUMNS])
    # The mark tells spreadsheets the encoding.
    return text.getvalue().encode("utf-8-sig")


def as_workbook(found: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as a workbook: numbers and days are such, and all else is text."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet("Goals")
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, name in enumerate(COLUMNS):
        page.write_string(0, place, name, bold)
    page.freeze_panes(1, 2)
    page.set_column(1, 1, 40)
    page.set_column(2, len(COLUMNS) - 1, 14)
    for at, row in enumerate(found, 1):
        for place, name in enumerate(COLUMNS):
            value = row[name]
            if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= _DIGITS:
                page.write_number(at, place, float(value))
            elif isinstance(value, date):
                page.write_datetime(at, place, datetime.combine(value, time()), day)
            elif value not in (None, ""):
                page.write_string(at, place, taking.cell(value)[:_MOST])
    book.close()
    return file.getvalue()


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _pairs(found: Mapping[str, Any]) -> str:
    return joined(f"{name}={value}" for name, value in found.items())


def _called(found: Sequence[Goal]) -> dict[int, str]:
    """Return by what the goals of a file are named as parents: their name, or what tells more."""
    times = Counter(one.name for one in found)
    return {
        one.id: one.name
        if times[one.name] == 1 and id_from(one.name) is None
        else one.external_id or str(one.id)
        for one in found
    }


def _emails(session: Session) -> dict[int, str]:
    statement = (
        select(Member.id, Person.email)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Member.workspace_id) == workspace_of(session))
    )
    return dict(session.exec(statement).all())


def _teams(session: Session) -> dict[int, str]:
    statement = select(Team.id, Team.name).where(col(Team.workspace_id) == workspace_of(session))
    return dict(session.exec(statement).all())
