"""Reminders of the implementation: tasks that are late or blocked, told to the team's channel.

A channel hears of a task when it becomes late or blocked, and once a week while it stays so;
all tasks of a day are one message. What was told before is read from the outbox itself.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.alerts import holding, ruling, telling
from goals.alerts.outbox import Outbox
from goals.table import new_id, workspace_of
from goals.workspace import Team
from strategy.worksheets import book as books
from strategy.worksheets import keeping, library, plan
from strategy.worksheets import setting as settings
from strategy.worksheets.plan import PlanRow
from strategy.worksheets.rules import implementation

KIND = "tasks"
#: What was told longer ago than this cannot be told again by mistake.
REMEMBERED = timedelta(days=30)

Destination = tuple[str, str]


def remind(session: Session, *, now: datetime, today: date) -> int:
    """Put the day's reminders in the outbox; returns how many messages will be sent.

    The caller holds the workspace and commits. A second call on one day adds nothing.
    """
    about, book = settings.of(session, today=today), books.load(session)
    found = plan.of(book, about, today)
    told = _told(session, now)
    teams = _channels(session)
    tasks = {row.item: row.value for row in book.of(implementation.TASKS)}
    news: dict[Destination, list[dict[str, Any]]] = {}
    for row in _worst_first(one for one in found.rows if one.is_marked):
        value = tasks[row.item]
        since = _blocked_since(session, row.item)
        fact = _fact(row, value.get("owner"), since, today)
        if fact["key"] not in told:
            channel = teams.get(str(value.get("team")))
            place = ("slack", channel) if channel else ("preview", "")
            news.setdefault(place, []).append(fact)
    return sum(_queue(session, place, facts, now, today) for place, facts in news.items())


def _worst_first(rows: Iterable[PlanRow]) -> list[PlanRow]:
    return sorted(rows, key=lambda one: (-one.days_late, one.task))


def _fact(row: PlanRow, owner: str | None, since: date | None, today: date) -> dict[str, Any]:
    if row.days_late:
        key = f"{row.item}:late:{row.due}:{(row.days_late - 1) // 7}"
    else:
        year, week, _day = today.isocalendar()
        key = f"{row.item}:blocked:{year}-{week}"
    return {
        "key": key,
        "item": row.item,
        "task": row.task,
        "owner": row.owner,
        "owner_id": owner,
        "due": None if row.due is None else row.due.isoformat(),
        "days_late": row.days_late,
        "status": row.status,
        "blocked_by": row.blocked_by,
        "since": None if since is None else since.isoformat(),
    }


def _blocked_since(session: Session, item: str) -> date | None:
    """Return the day from which on a task has been blocked, None for one that is not."""
    answer = keeping.find(session, library.worksheets().find(implementation.TASKS), item)
    since = None
    for one in reversed(keeping.versions(session, answer) if answer is not None else []):
        if one.value.get("status") != implementation.BLOCKED:
            break
        since = one.saved_at
    return None if since is None else workspace.of(session).local_day(since)


def _told(session: Session, now: datetime) -> set[str]:
    statement = select(Outbox.facts).where(
        col(Outbox.workspace_id) == workspace_of(session),
        col(Outbox.kind) == KIND,
        col(Outbox.created_at) >= now - REMEMBERED,
    )
    return {one["key"] for facts in session.exec(statement) for one in facts["tasks"]}


def _channels(session: Session) -> dict[str, str]:
    statement = select(Team.id, Team.channel).where(
        col(Team.workspace_id) == workspace_of(session), col(Team.channel).is_not(None)
    )
    return {str(id): channel for id, channel in session.exec(statement) if channel}


def _queue(
    session: Session, place: Destination, tasks: list[dict[str, Any]], now: datetime, today: date
) -> int:
    kind, destination = place
    here = workspace_of(session)
    key = f"{KIND}:{today.isoformat()}:{kind}:{destination}"
    same = select(Outbox.id).where(col(Outbox.workspace_id) == here, col(Outbox.dedupe_key) == key)
    if session.exec(same).first() is not None:
        # What came up later on the day is told on the next one.
        return 0
    row = Outbox(
        id=new_id(),
        workspace_id=here,
        dedupe_key=key,
        kind=KIND,
        channel_kind=kind,
        destination=destination,
        facts={"day": today.isoformat(), "tasks": tasks, "continues": None},
        next_attempt_at=now,
        created_at=now,
    )
    kept_by = holding.reason(session, row)
    if kept_by is not None:
        row.state, row.error = "held", {"code": kept_by}
    else:
        telling.defer(session, row, ruling.default(session, now), now)
    session.add(row)
    session.flush()
    return 1 if row.state == "new" else 0
