"""What is owed: answers to deliveries of which Slack heard first only that they arrived.

They are rows, so that whoever comes next goes on with them: a thread of the process that took
them, another process, the worker, or the same program after it was killed. Each conversation is
answered in the order in which it was written.
"""

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from integrations.slack import calls, envelope, inbound, people, posting, spool, teams
from integrations.slack.blocks import alerts
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.envelope import Envelope, an_id
from integrations.slack.inbound import LEASE, OWED, Answered, Handling, NotSaid
from integrations.slack.parts import Parts
from integrations.slack.tables import SlackInbound, SlackTeam

log = structlog.get_logger()

Handle = Callable[[Handling], Answered]

#: How many of a process answer at the same time: most of the time they wait for Slack.
THREADS = 2
#: Seconds between looks for what another process may have left unfinished.
LOOK = 1.0
#: Seconds that answers in progress have when the program ends.
LAST = 10.0
#: Seconds between signs that an answer is still being worked on; a lease is three times as long.
BEAT = 10.0
#: What is owed for less is left to the process that took it.
OWN = timedelta(seconds=10)


class Backlog:
    """Answers what is owed in the background, while there is anything."""

    def __init__(self, parts: Parts, handle: Handle) -> None:
        self._parts, self._handle = parts, handle
        self._lock, self._news = threading.Lock(), threading.Event()
        self._running = self._asked = 0
        self._at: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._is_behind = self._is_beating = self._is_closed = False

    @property
    def is_behind(self) -> bool:
        """Tell whether this process is answering what is owed, or has yet to look at it."""
        return self._is_behind or spool.is_any(self._parts.spool)

    def wake(self, *, is_urgent: bool = False) -> None:
        """Let what is owed be answered, now and until nothing is.

        What is urgent does not wait for a thread that has long to do with a question.
        """
        with self._lock:
            self._asked += 1
            self._news.set()
            most = THREADS + 1 if is_urgent else THREADS
            if self._is_closed or self._running >= most:
                return
            self._running += 1
            given = (self._running > THREADS,)
            thread = threading.Thread(
                target=self._run, args=given, name="slack-backlog", daemon=True
            )
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            thread.start()

    def close(self) -> None:
        """Finish the answers that were begun; what else is owed stays for the next process."""
        self._is_closed = True
        self._news.set()
        for thread in self._threads:
            thread.join(LAST)

    def work_off(self, workspace_id: int) -> int:
        """Answer what a workspace is owed for a while already; returns how much that was."""
        done = 0
        while self._one(self._parts.clock() - OWN, workspace_id):
            done += 1
        return done

    def _run(self, only_urgent: bool) -> None:
        try:
            while not self._is_closed:
                self._news.clear()
                asked = self._asked
                if self._one(only_urgent=only_urgent):
                    continue
                if not only_urgent and is_any(self._parts):
                    self._news.wait(LOOK)
                    continue
                with self._lock:
                    if self._asked == asked:
                        self._running -= 1
                        return
        except Exception:
            # Such as a database that is gone: the rows are there for whoever comes next.
            log.exception("slack_backlog_failed")
        with self._lock:
            self._running -= 1

    def _one(
        self,
        before: datetime | None = None,
        workspace_id: int | None = None,
        *,
        only_urgent: bool = False,
    ) -> bool:
        """Answer what has its turn; False where nobody waits whom nobody is at."""
        inbound.admit(self._parts)
        handling = claim(self._parts, before, workspace_id, only_urgent=only_urgent)
        if not only_urgent:
            self._is_behind = handling is not None
        if handling is None:
            return False
        self._begin(handling.key)
        try:
            inbound.settle(self._parts, handling, self._answered)
        except Exception:
            # It is tried again after a while, and holds up its own conversation only.
            log.exception("slack_answer_failed")
        finally:
            with self._lock:
                self._at.discard(handling.key)
        return True

    def _begin(self, key: str) -> None:
        with self._lock:
            self._at.add(key)
            if self._is_beating:
                return
            self._is_beating = True
        threading.Thread(target=self._beat, name="slack-backlog-beat", daemon=True).start()

    def _beat(self) -> None:
        """Hold what is being answered, for as long as that takes: nobody else may begin it."""
        while True:
            time.sleep(BEAT)
            with self._lock:
                held = set(self._at)
                self._is_beating = bool(held)
            if not held:
                return
            try:
                inbound.hold(self._parts, held)
            except Exception:
                log.exception("slack_backlog_failed")

    def _answered(self, handling: Handling) -> Answered:
        """Handle a delivery, and let the answer reach somebody who was not given it."""
        answered = self._handle(handling)
        if answered.payload is None or answered.status >= 500:
            return answered
        said = answered.payload
        handling.afterwards.append(lambda: _reply(self._parts, handling, said))
        return OWED


def is_any(parts: Parts) -> bool:
    """Tell whether anything is owed to anybody."""
    if spool.is_any(parts.spool):
        return True
    statement = select(SlackInbound.id).where(col(SlackInbound.owed_since).is_not(None)).limit(1)
    with parts.system() as session:
        return session.exec(statement).first() is not None


def claim(
    parts: Parts,
    before: datetime | None = None,
    workspace_id: int | None = None,
    *,
    only_urgent: bool = False,
) -> Handling | None:
    """Return what has its turn and nobody is at, None where there is nothing.

    `before` leaves out what is owed since less long, `workspace_id` what is another's.
    """
    now = parts.clock()
    with parts.system() as session:
        row = _first(session, now, before, workspace_id, only_urgent)
        if row is None:
            return None
        answer = row.answer and Answered(**row.answer)
        handling = Handling(
            _envelope(row),
            # Who had claimed it may have got somewhere.
            is_repeat=row.claimed_until is not None,
            settled=answer or None,
            is_owed=True,
        )
        row.claimed_until = now + LEASE
        session.add(row)
        return handling


def _first(
    session: Session,
    now: datetime,
    before: datetime | None,
    workspace_id: int | None,
    only_urgent: bool,
) -> SlackInbound | None:
    owed, until = col(SlackInbound.owed_since), col(SlackInbound.claimed_until)
    earlier: Any = aliased(SlackInbound)
    statement = (
        select(SlackInbound)
        .where(
            owed.is_not(None),
            or_(until.is_(None), until <= now),
            ~exists().where(
                earlier.place == col(SlackInbound.place),
                or_(
                    earlier.owed_since < owed,
                    and_(earlier.owed_since == owed, earlier.id < col(SlackInbound.id)),
                ),
            ),
        )
        .order_by(col(SlackInbound.is_urgent).desc(), owed, col(SlackInbound.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if only_urgent:
        statement = statement.where(col(SlackInbound.is_urgent))
    if before is not None:
        statement = statement.where(owed <= before)
    if workspace_id is not None:
        theirs = select(SlackTeam.team_id).where(col(SlackTeam.workspace_id) == workspace_id)
        statement = statement.where(col(SlackInbound.team_id).in_(theirs))
    return session.exec(statement).first()


def _envelope(row: SlackInbound) -> Envelope:
    return envelope.envelope(json.loads(row.payload))


def _reply(parts: Parts, handling: Handling, said: dict[str, Any]) -> None:
    """Answer a command through the address that came with it; raises NotSaid to try again."""
    url = str(handling.envelope.payload.get("response_url"))
    if handling.is_repeat:
        said = _marked(parts, handling.envelope, said)
    try:
        status = posting.send(url, said, parts.config.api_url)
    except calls.BROKEN as error:
        log.warning("slack_call_failed", code=calls.code_of(error))
        raise NotSaid from error
    if status == 429 or status >= 500:
        log.warning("slack_call_failed", code=str(status))
        raise NotSaid


def _marked(parts: Parts, sent: Envelope, said: dict[str, Any]) -> dict[str, Any]:
    """Return an answer that says that it may have come before: nobody can look whether it did."""
    team = teams.installed(parts, sent.team_id or "")
    user = an_id(sent.payload.get("user_id"))
    if team is None or user is None:
        return said
    who = people.asker(parts, team, calls.client(parts, team.token, calls.LOOK), user)
    marked = alerts.repeated(Post(str(said.get("text")), said.get("blocks") or []), who.reader)
    return {**said, **marked.payload()}
