"""Each delivery answered once: kept before it is handled, and a repeat gets the first answer.

Slack sends a delivery again whenever an answer comes late or is lost. What makes it unique is
a row; the row, and what the delivery changes here, become final in one commit.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from integrations.slack import calls
from integrations.slack.envelope import Envelope
from integrations.slack.parts import Parts
from integrations.slack.tables import SlackInbound

log = structlog.get_logger()

#: Longer than a handler takes and shorter than Slack's second retry comes late.
LEASE = timedelta(seconds=30)
#: How long a repeat waits for the first to be answered, in seconds.
PATIENCE = 2.0
#: Slack stops repeating after minutes; the rows are kept for people who look for trouble.
KEPT = timedelta(days=3)


@dataclass(frozen=True)
class Answered:
    """What a delivery is answered with; `payload` None is an empty body."""

    status: int = 200
    payload: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the answer as it is kept."""
        return {"status": self.status, "payload": self.payload}


#: Slack tries again later; nothing is lost.
LATER = Answered(503)


@dataclass
class Handling:
    """One delivery on its way: `is_repeat` when an earlier handler may have got somewhere.

    `effects` are what it changes here; they are carried out in the commit that makes the
    delivery final, in the workspace `workspace_id` (None: no workspace is concerned).
    `afterwards` is what is said in Slack once they are; `settled` is the answer of an earlier
    handler that carried them out and may not have come so far. `question` is what was asked and
    `place` by whom in which conversation (None: nothing was asked).
    """

    envelope: Envelope
    is_repeat: bool = False
    workspace_id: int | None = None
    effects: list[Callable[[Session], None]] = field(default_factory=list)
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    settled: Answered | None = None
    place: str | None = None
    question: str | None = None

    @property
    def key(self) -> str:
        """Return what makes the delivery unique, "" where nothing does."""
        return self.envelope.key or ""


def take(parts: Parts, envelope: Envelope, handle: Callable[[Handling], Answered]) -> Answered:
    """Return the answer to a delivery, handling it unless that was done before.

    An answer of 500 and above is not kept: the delivery is free to be handled again.
    """
    if envelope.key is None:
        handling = Handling(envelope)
        answered = handle(handling)
        _carry_out(parts, handling, answered)
        _follow_up(handling)
        return answered
    found = _claim(parts, envelope)
    waited_until = time.monotonic() + PATIENCE
    while found is None and time.monotonic() < waited_until:
        time.sleep(0.05)
        found = _claim(parts, envelope)
    if found is None:
        return LATER
    if isinstance(found, Answered):
        return found
    try:
        answered = handle(found)
    except BaseException:
        _release(parts, envelope)
        raise
    if answered.status >= 500:
        _release(parts, envelope)
        return answered
    if found.settled is None:
        _carry_out(parts, found, answered)
    if found.afterwards or found.settled is not None:
        _follow_up(found)
        _finish(parts, envelope)
    return found.settled or answered


def _claim(parts: Parts, envelope: Envelope) -> Handling | Answered | None:
    """Return what is to be handled, the answer that was given, or None while another is at it."""
    now = parts.clock()
    try:
        with parts.system() as session:
            row = _row(session, envelope)
            if row is None:
                row = SlackInbound(
                    key=envelope.key or "",
                    team_id=envelope.team_id,
                    payload=json.dumps(envelope.payload),
                    claimed_until=now + LEASE,
                    received_at=now,
                )
                session.add(row)
                return Handling(envelope)
            kept = row.answer
            answer = kept and Answered(kept.get("status", 200), kept.get("payload"))
            if row.state == "done":
                return answer or Answered()
            if row.claimed_until is not None and row.claimed_until > now:
                return None
            row.claimed_until = now + LEASE
            session.add(row)
            return Handling(envelope, is_repeat=True, settled=answer or None)
    except IntegrityError:
        return None  # The same delivery came at the same moment by another way.


def _row(session: Session, envelope: Envelope) -> SlackInbound | None:
    statement = select(SlackInbound).where(col(SlackInbound.key) == envelope.key)
    return session.exec(statement.with_for_update()).first()


def _carry_out(parts: Parts, handling: Handling, answered: Answered) -> None:
    if not handling.key and not handling.effects:
        return
    here = handling.workspace_id
    with parts.system() if here is None else parts.session(here) as session:
        for effect in handling.effects:
            effect(session)
        row = _row(session, handling.envelope) if handling.key else None
        if row is not None:
            row.answer = answered.to_json()
            row.place, row.question = handling.place, handling.question
            if not handling.afterwards:
                _done(row, parts)
            session.add(row)


def _done(row: SlackInbound, parts: Parts) -> None:
    row.state, row.done_at, row.claimed_until = "done", parts.clock(), None


def _follow_up(handling: Handling) -> None:
    """Say in Slack what came of a delivery; what Slack does not take is not said again."""
    for say in handling.afterwards:
        try:
            say()
        except (SlackApiError, *calls.BROKEN) as error:
            log.warning("slack_call_failed", code=calls.code_of(error))


def _finish(parts: Parts, envelope: Envelope) -> None:
    with parts.system() as session:
        row = _row(session, envelope)
        if row is not None:
            _done(row, parts)
            session.add(row)


def _release(parts: Parts, envelope: Envelope) -> None:
    with parts.system() as session:
        row = _row(session, envelope)
        if row is not None and row.state == "new":
            row.claimed_until = None
            session.add(row)


def asked_before(parts: Parts, place: str, since: datetime, most: int) -> list[str]:
    """Return what was asked in a conversation since an instant, the oldest first."""
    with parts.system() as session:
        statement = (
            select(SlackInbound.question)
            .where(col(SlackInbound.place) == place, col(SlackInbound.received_at) >= since)
            .order_by(col(SlackInbound.received_at).desc())
            .limit(most)
        )
        return [one for one in session.exec(statement) if one][::-1]


def tidy(parts: Parts) -> int:
    """Forget deliveries that Slack will not repeat any more; returns how many."""
    before = parts.clock() - KEPT
    with parts.system() as session:
        gone = session.execute(delete(SlackInbound).where(col(SlackInbound.received_at) < before))
        return int(gone.rowcount)  # type: ignore[attr-defined]
