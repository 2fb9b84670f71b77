"""One message of a channel that always says how things stand: changed, never followed by another.

It is one row of the outbox that is sent again whenever it has something else to say. Under which
number it was posted is kept, so that one that is posted anew is not taken for the one before.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from goals import workspace
from goals.alerts import audiences, digests, routing
from goals.alerts.outbox import STATUS, Channel, Outbox
from goals.alerts.routing import Place
from goals.table import new_id, workspace_of
from goals.tracking import standing
from goals.tracking.standing import Standing
from goals.tracking.visibility import Viewer

#: No message is looked at, nor changed, more often.
EVERY = timedelta(minutes=1)
#: Goals that are named, the worst first; the page has the others.
MOST = 15

Linked = Callable[[Session], Mapping[str, Viewer]]


def keep(session: Session, linked: Linked, now: datetime) -> int:
    """Put what the channels' messages say by now in the outbox; returns how many will change.

    `linked` tells which members the vendor's users are. The caller commits.
    """
    due = (
        select(Channel)
        .where(
            col(Channel.workspace_id) == workspace_of(session),
            col(Channel.kind) == "slack",
            col(Channel.is_on).is_(True),
            col(Channel.keeps_status).is_(True),
            col(Channel.paused_reason).is_(None),
            # What lies ahead of us was written by a wrong clock.
            or_(
                col(Channel.status_at).is_(None),
                col(Channel.status_at) <= now - EVERY,
                col(Channel.status_at) > now + EVERY,
            ),
        )
        .order_by(col(Channel.id))
    )
    if session.exec(due.limit(1)).first() is None:
        return 0
    workspace.hold(session)
    members, queued = linked(session), 0
    # Another worker may have looked while this one waited.
    for channel in list(session.exec(due.execution_options(populate_existing=True))):
        channel.status_at = now
        session.add(channel)
        queued += _keep(session, channel, members, now)
    return queued


def begin(session: Session, channel: Channel) -> None:
    """Let a channel's message be posted or changed at the next look, whatever became of it."""
    channel.status_at = None
    session.add(channel)
    row = _row(session, channel)
    if row is not None and row.state == "dead":
        row.state, row.facts = "done", _numbered(row.facts, {})
        session.add(row)


def key(external_id: str) -> str:
    """Return what makes a channel's message one of a kind."""
    return f"{STATUS}:{external_id}"


def gone(row: Outbox) -> None:
    """Let a message be posted anew: the one before is not there, or cannot be changed any more."""
    row.remote_id = None
    row.facts = {**row.facts, STATUS: {**row.facts[STATUS], "number": number(row.facts) + 1}}


def number(facts: Mapping[str, Any]) -> int:
    """Return under which number a channel's message is posted, from 1 on."""
    return int((facts.get(STATUS) or {}).get("number") or 1)


def _keep(session: Session, channel: Channel, members: Mapping[str, Viewer], now: datetime) -> int:
    row, seen = _row(session, channel), board(session, channel, members)
    if row is None:
        if not seen:
            # Nothing may be said there, and nothing was.
            return 0
        row = Outbox(
            id=new_id(),
            workspace_id=channel.workspace_id,
            dedupe_key=key(channel.external_id),
            kind=STATUS,
            destination=channel.external_id,
            facts=_numbered({}, contents(seen)),
            next_attempt_at=now,
            created_at=now,
        )
        session.add(row)
        session.flush()
        return 1
    said = _numbered(row.facts, contents(seen))
    # What was tried may be there already, and a dead one waits for a person.
    if row.state in ("sending", "dead") or _is_tried(row):
        return 0
    if said == row.facts and row.state != "held":
        return 0
    leaves = max(now, row.sent_at + EVERY) if row.sent_at is not None else now
    row.facts, row.state, row.attempts, row.error = said, "new", 0, None
    row.created_at, row.next_attempt_at, row.is_repeat = now, leaves, False
    row.deferred_until = leaves if leaves > now else None
    session.add(row)
    session.flush()
    return 1


def board(session: Session, channel: Channel, members: Mapping[str, Viewer]) -> list[Standing]:
    """Return what a channel's message tells of: its own goals, without any of them all.

    Only what everybody there may see, and what may be told there at all.
    """
    place = Place("slack", channel.external_id)
    told = {one.goal.id for one in standing.board(session, digests.audience(session, place))}
    everybody = audiences.of_channel(session, channel.external_id, members)
    seen = [one for one in standing.board(session, everybody, ids=told) if not one.is_over]
    own = [one for one in seen if routing.of_goal(session, one.goal) == place]
    return own or seen


def contents(seen: list[Standing]) -> dict[str, Any]:
    """Return what a channel's message says (pure)."""
    days = [one.evaluation.day for one in seen if one.evaluation is not None]
    return {
        STATUS: {
            "goals": [digests.line(one, None) for one in seen[:MOST]],
            "n_goals": len(seen),
            "counts": standing.tally(seen),
            "as_of": max(days).isoformat() if days else None,
        },
        "goals": [{"id": str(one.goal.id)} for one in seen[:MOST]],
        "continues": None,
    }


def _is_tried(row: Outbox) -> bool:
    return row.state == "new" and row.attempts > 0


def _numbered(facts: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    told = {**content.get(STATUS, {}), "number": number(facts)}
    return {**content, STATUS: told}


def _row(session: Session, channel: Channel) -> Outbox | None:
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == channel.workspace_id,
        col(Outbox.dedupe_key) == key(channel.external_id),
    )
    return session.exec(statement.with_for_update()).first()
