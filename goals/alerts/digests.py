"""Digests: what changed comes first, then what is bad, the worst first; one for each due day.

A day on which nothing could be sent makes no second digest: the next one tells all since the
last. Last come the check-ins that are due.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from goals import workspace
from goals.alerts import checking, routing, ruling, telling, timing
from goals.alerts.checking import Subject
from goals.alerts.conditions import Decision
from goals.alerts.routing import Place
from goals.alerts.rule import AlertRule
from goals.table import workspace_of
from goals.tracking import standing, status, visibility
from goals.tracking.checkins import reading
from goals.tracking.checkins.reading import Owed
from goals.tracking.checkins.table import Checkin
from goals.tracking.evaluation import StatusChange
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience, Viewer
from goals.words import N_, Message
from goals.workspace import Member, Team

KIND = "digest"
#: Places that are a person, who is asked for their own check-ins alone.
_PERSONS = ("direct", "email")
DAILY = 1
#: A digest made for a day that is further ahead was made by a wrong clock.
AHEAD = timedelta(days=1)
#: Goals named in each part of a digest, and check-ins that are due.
MOST, MOST_OWED = 10, 5


def due(settings: Mapping[str, Any], last_on: date | None, now: datetime, zone: str) -> date | None:
    """Return the latest local day whose digest is due and was not made, None for none (pure).

    A day that a zone leaves out has none.
    """
    hour = time(int(settings["hour"]))
    here = ZoneInfo(zone)
    day = now.astimezone(here).date()
    if timing.instant(day, hour, here) > now:
        day -= timedelta(days=1)
    if settings["every"] != DAILY:
        day -= timedelta(days=(day.weekday() - int(settings["weekday"])) % 7)
    if not timing.is_day(day, here):
        return None
    return None if last_on is not None and day <= last_on <= day + AHEAD else day


def make(session: Session, now: datetime) -> int:
    """Put the digests that are due in the outbox; returns how many messages will be sent.

    The caller commits.
    """
    zone = workspace.of(session).zone
    wanted = [one for one in rules(session) if due(one.settings, one.last_on, now, zone)]
    if not wanted:
        return 0
    workspace.hold(session)
    queued = 0
    for rule in wanted:
        session.refresh(rule)
        day = due(rule.settings, rule.last_on, now, zone)
        if day is not None and rule.is_on:
            queued += _issue(session, rule, day, now)
    return queued


def rules(session: Session) -> list[AlertRule]:
    """Return the rules by which digests are made, those that are on."""
    statement = select(AlertRule).where(
        col(AlertRule.workspace_id) == workspace_of(session),
        col(AlertRule.kind) == "digest",
        col(AlertRule.is_on).is_(True),
        col(AlertRule.archived_at).is_(None),
    )
    return list(session.exec(statement.order_by(col(AlertRule.id))))


def _issue(session: Session, rule: AlertRule, day: date, now: datetime) -> int:
    since = rule.last_on
    if since is None or since >= day:
        since = day - timedelta(days=7)
    rule.last_on = day
    session.add(rule)
    queued, changed = 0, 0
    for place in routing.places(session, rule, None, "digest"):
        content = told(session, rule, place, since, day, now)
        changed = max(changed, content["digest"]["n_changed"])
        queued += telling.queue(
            session,
            None,
            "digest",
            key(rule, day, place),
            {**content, **checking.about(rule, _said(), None), "continues": None},
            now,
            place=place,
            rule=rule,
        )
    decision = Decision("issued", _said(), facts={"changed": changed, "since": since.isoformat()})
    checking.keep(session, rule, Subject("", day), decision, now, fired=True, told=queued)
    return queued


def _said() -> Message:
    return Message(N_("The digest was due."))


def key(rule: AlertRule, day: date, place: Place) -> str:
    """Return what makes a digest one of a kind."""
    return f"r{rule.id}:digest:{day.isoformat()}:{place.kind}:{place.destination}"


def told(
    session: Session, rule: AlertRule, place: Place, since: date, day: date, now: datetime
) -> dict[str, Any]:
    """Return what a digest of a rule says at a place by now.

    `as_of` is when that was, and `news` stands for what was known by then.
    """
    who, known = audience(session, place), news(session)
    board = [one for one in standing.board(session, who) if ruling.covers(rule, one.goal)]
    owed = [
        one
        for one in reading.inbox(session, who, day).open
        if ruling.covers(rule, one.one.goal)
        and (place.kind not in _PERSONS or str(one.one.goal.owner_id) == place.destination)
    ]
    said = contents(board, _before(session, since), since, day, owed)
    return {**said, "digest": {**said["digest"], "as_of": now.isoformat(), "news": known}}


def news(session: Session) -> str:
    """Return what is another one once a goal's status changed, or somebody checked in."""
    here = workspace_of(session)
    latest = (
        select(func.max(table.id)).where(col(table.workspace_id) == here)
        for table in (StatusChange, Checkin)
    )
    return ":".join(str(session.exec(one).one() or 0) for one in latest)


def contents(
    board: list[Standing],
    before: Mapping[int, str | None],
    since: date,
    day: date,
    owed: Sequence[Owed] = (),
) -> dict[str, Any]:
    """Return what a digest says: what changed, what else is bad, how many stand how (pure).

    `before` holds the status that goals had before they changed, by id; `owed` are the check-ins
    that are due.
    """
    changed = sorted(
        (one for one in board if one.goal.id in before and before[one.goal.id] != one.status),
        key=standing.worst_first,
    )
    named = {one.goal.id for one in changed}
    bad = sorted(
        (one for one in board if one.status in status.BAD and one.goal.id not in named),
        key=standing.worst_first,
    )
    asked = [one.one.goal for one in owed[:MOST_OWED]]
    shown = [one.goal for one in (*changed[:MOST], *bad[:MOST])]
    return {
        "digest": {
            "since": since.isoformat(),
            "day": day.isoformat(),
            "changed": [line(one, before[one.goal.id]) for one in changed[:MOST]],
            "n_changed": len(changed),
            "bad": [line(one, None) for one in bad[:MOST]],
            "n_bad": len(bad),
            "owed": [_owed(one) for one in owed[:MOST_OWED]],
            "n_owed": len(owed),
            "counts": standing.tally(board),
        },
        "goals": [{"id": found} for found in dict.fromkeys(str(one.id) for one in shown + asked)],
    }


def _owed(one: Owed) -> dict[str, Any]:
    goal = one.one.goal
    return {
        "id": str(goal.id),
        "name": goal.name,
        "owner": one.one.owner_name,
        "due_on": one.on.isoformat(),
    }


def line(one: Standing, before: str | None) -> dict[str, Any]:
    """Return what is said of a goal among others, with what it was before (None: not said)."""
    seen = one.evaluation
    return {
        "id": str(one.goal.id),
        "name": one.goal.name,
        "status": one.status,
        "before": before,
        "owner": one.owner_name,
        "share": None if seen is None else seen.share,
        "expected_share": None if seen is None else seen.expected_share,
        "last_day": one.terms.last_day.isoformat(),
    }


def _before(session: Session, since: date) -> dict[int, str | None]:
    """Return the status that each goal had before the first change after a day."""
    statement = (
        select(StatusChange)
        .where(
            col(StatusChange.workspace_id) == workspace_of(session),
            col(StatusChange.day) > since,
        )
        .order_by(col(StatusChange.day), col(StatusChange.id))
    )
    found: dict[int, str | None] = {}
    for one in session.exec(statement):
        found.setdefault(one.goal_id, one.before)
    return found


def audience(session: Session, place: Place) -> Audience:
    """Return who reads a digest at a place."""
    here = workspace_of(session)
    if place.kind in _PERSONS:
        member = session.get(Member, (here, int(place.destination)))
        if member is None:
            return Audience(clearance="none")
        return visibility.audience([Viewer(member.id, member.role, member.team_id)])
    if place.kind == "slack":
        statement = select(Team.id).where(
            col(Team.workspace_id) == here, col(Team.channel) == place.destination
        )
        team = session.exec(statement).first()
        if team is not None:
            return Audience(clearance="team", team_id=team)
    return Audience(clearance="workspace")
