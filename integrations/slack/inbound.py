"""Each delivery answered once: kept before it is handled, and a repeat gets the first answer.

Slack sends a delivery again whenever an answer comes late or is lost. What makes it unique is
a row; the row, and what the delivery changes here, become final in one commit. Where more comes
than can be answered at once, Slack hears first that a delivery arrived, and the row is what is
owed: see `backlog`.
"""

import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from integrations.slack import calls, spool
from integrations.slack.envelope import Envelope
from integrations.slack.parts import Parts
from integrations.slack.tables import SlackInbound
from integrations.slack.turns import Turn

log = structlog.get_logger()

#: Longer than a handler takes and shorter than Slack's second retry comes late.
LEASE = timedelta(seconds=30)
#: How long a repeat waits for the first to be answered, in seconds.
PATIENCE = 2.0
#: What is owed and could not be said is tried again after this, then ever later, until it is
#: given up: Slack takes no more answers to a command by then.
SOON, GIVEN_UP = timedelta(seconds=5), timedelta(minutes=30)
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
#: It arrived; what is said to it comes afterwards, from its row.
OWED = Answered()


class NotSaid(Exception):
    """What is owed to somebody did not reach them, and is to be said again later."""


@dataclass
class Handling:
    """One delivery on its way: `is_repeat` when an earlier handler may have got somewhere.

    `effects` are what it changes here; they are carried out in the commit that makes the
    delivery final, in the workspace `workspace_id` (None: no workspace is concerned).
    `afterwards` is what is said in Slack once they are; `settled` is the answer of an earlier
    handler that carried them out and may not have come so far. `question` is what was asked and
    `place` by whom in which conversation (None: nothing was asked). One that `is_owed` was told
    to have arrived already, so that its answer reaches nobody by being returned.
    """

    envelope: Envelope
    is_repeat: bool = False
    workspace_id: int | None = None
    effects: list[Callable[[Session], None]] = field(default_factory=list)
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    settled: Answered | None = None
    place: str | None = None
    question: str | None = None
    is_owed: bool = False

    @property
    def key(self) -> str:
        """Return what makes the delivery unique, "" where nothing does."""
        return self.envelope.key or ""


def take(
    parts: Parts,
    envelope: Envelope,
    handle: Callable[[Handling], Answered],
    *,
    turn: Turn | None = None,
    is_busy: bool = False,
) -> Answered:
    """Return the answer to a delivery, handling it unless that was done before.

    An answer of 500 and above is not kept: the delivery is free to be handled again. One that
    may be answered later, in its `turn`, is only kept (OWED) while the process `is_busy` with
    others or others still wait for what is owed to them.
    """
    if envelope.key is None:
        handling = Handling(envelope)
        answered = handle(handling)
        _carry_out(parts, handling, answered)
        _follow_up(handling)
        return answered
    if parts.spool is not None and turn is not None and is_busy:
        spool.put(parts.spool, envelope, turn, parts.clock())
        return OWED
    found = _claim(parts, envelope, turn, is_busy)
    waited_until = time.monotonic() + PATIENCE
    while found is None and time.monotonic() < waited_until:
        time.sleep(0.05)
        found = _claim(parts, envelope, turn, is_busy)
    if found is None:
        return LATER
    if isinstance(found, Answered):
        return found
    return settle(parts, found, handle)


def settle(parts: Parts, handling: Handling, handle: Callable[[Handling], Answered]) -> Answered:
    """Handle a delivery that is claimed: its effects in one commit, then what is said of them."""
    try:
        answered = handle(handling)
    except BaseException:
        _release(parts, handling)
        raise
    if answered.status >= 500:
        _release(parts, handling)
        return answered
    if handling.is_owed and not handling.effects and handling.settled is None:
        # Nothing here has to be final before it is said, which spares a commit.
        try:
            _follow_up(handling)
        except NotSaid:
            _release(parts, handling)
            return LATER
        handling.afterwards.clear()
    if handling.settled is None:
        _carry_out(parts, handling, answered)
    if handling.afterwards or handling.settled is not None:
        try:
            _follow_up(handling)
        except NotSaid:
            _release(parts, handling)
            return LATER
        _finish(parts, handling.envelope)
    return handling.settled or answered


def _claim(
    parts: Parts, envelope: Envelope, turn: Turn | None, is_busy: bool
) -> Handling | Answered | None:
    """Return what is to be handled, the answer that was given, or None while another is at it."""
    now = parts.clock()
    try:
        with parts.system() as session:
            row = _row(session, envelope)
            if row is None:
                is_later = turn is not None and (is_busy or _others_wait(session, turn, now))
                row = _new(envelope, now)
                session.add(row)
                if turn is not None and is_later:
                    _owe(row, turn, now)
                    return OWED
                row.claimed_until = now + LEASE
                return Handling(envelope)
            kept = row.answer
            answer = kept and Answered(kept.get("status", 200), kept.get("payload"))
            if row.state == "done":
                return answer or Answered()
            if row.owed_since is None and turn is not None and is_busy:
                # Whoever is at it may be gone.
                row.claimed_until = row.claimed_until or now
                _owe(row, turn, now)
                session.add(row)
            if row.owed_since is not None:
                return OWED
            if row.claimed_until is not None and row.claimed_until > now:
                return None
            row.claimed_until = now + LEASE
            session.add(row)
            return Handling(envelope, is_repeat=True, settled=answer or None)
    except IntegrityError:
        return None  # The same delivery came at the same moment by another way.


def _new(envelope: Envelope, now: datetime) -> SlackInbound:
    return SlackInbound(
        key=envelope.key or "",
        team_id=envelope.team_id,
        payload=json.dumps(envelope.kept),
        received_at=now,
    )


def _owe(row: SlackInbound, turn: Turn, now: datetime) -> None:
    row.place, row.is_urgent, row.owed_since = turn.place, turn.is_urgent, now


def admit(parts: Parts) -> None:
    """Put into the database what arrived while that was held."""
    waiting = spool.found(parts.spool)
    if not waiting:
        return
    with parts.system() as session:
        for one in waiting:
            row = _row(session, one.envelope)
            if row is None:
                row = _new(one.envelope, one.at)
            elif row.state == "done" or row.owed_since is not None:
                continue
            else:
                row.claimed_until = row.claimed_until or one.at
            _owe(row, one.turn, one.at)
            session.add(row)
    spool.drop(waiting)


def hold(parts: Parts, keys: Collection[str]) -> None:
    """Lengthen the leases of what this process is at."""
    held = update(SlackInbound).where(
        col(SlackInbound.key).in_(keys), col(SlackInbound.owed_since).is_not(None)
    )
    with parts.system() as session:
        session.execute(held.values(claimed_until=parts.clock() + LEASE))


def _others_wait(session: Session, turn: Turn, now: datetime) -> bool:
    """Tell whether answers are owed that nobody is at yet, or one in the same conversation."""
    until = col(SlackInbound.claimed_until)
    statement = select(SlackInbound.id).where(
        col(SlackInbound.owed_since).is_not(None),
        or_(until.is_(None), until <= now, col(SlackInbound.place) == turn.place),
    )
    return session.exec(statement.limit(1)).first() is not None


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
            row.place, row.question = handling.place or row.place, handling.question
            if not handling.afterwards:
                _done(row, parts)
            session.add(row)


def _done(row: SlackInbound, parts: Parts) -> None:
    row.state, row.done_at, row.claimed_until, row.owed_since = "done", parts.clock(), None, None


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


def _release(parts: Parts, handling: Handling) -> None:
    """Let a delivery be handled again: by Slack's repeat, or where it is owed, after a while."""
    now = parts.clock()
    with parts.system() as session:
        row = _row(session, handling.envelope)
        if row is None or row.state != "new":
            return
        if row.owed_since is None:
            row.claimed_until = None
        elif now - row.received_at > GIVEN_UP:
            log.error("slack_answer_given_up", key=row.key)
            row.answer = OWED.to_json()
            _done(row, parts)
        else:
            row.claimed_until = now + max(SOON, (now - row.received_at) / 2)
        session.add(row)


def asked_before(parts: Parts, place: str, since: datetime, most: int) -> list[str]:
    """Return what was asked in a conversation since an instant, the oldest first."""
    with parts.system() as session:
        statement = (
            select(SlackInbound.question)
            .where(
                col(SlackInbound.place) == place,
                col(SlackInbound.received_at) >= since,
                col(SlackInbound.question).is_not(None),
            )
            .order_by(col(SlackInbound.received_at).desc(), col(SlackInbound.id).desc())
            .limit(most)
        )
        return [one for one in session.exec(statement) if one][::-1]


def tidy(parts: Parts) -> int:
    """Forget deliveries that Slack will not repeat any more; returns how many."""
    before = parts.clock() - KEPT
    with parts.system() as session:
        gone = session.execute(delete(SlackInbound).where(col(SlackInbound.received_at) < before))
        return int(gone.rowcount)  # type: ignore[attr-defined]
