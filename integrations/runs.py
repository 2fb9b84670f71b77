"""Runs: what a pull of a connection did, and what is kept of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.errors import SourceError
from goals.records import newest
from goals.records.connections import Connection, SyncRun
from goals.records.source import Cursor
from goals.table import workspace_of
from goals.words import N_, Message, from_json, render, to_json

#: A source without an interval of its own is not pulled again by itself.
NEVER = timedelta(days=3650)
#: Errors after which nothing can be read until somebody connects the source anew.
SIGNED_OUT = frozenset(("unauthorized", "secrets_unreadable"))


@dataclass
class Stream:
    """What one stream of a run did.

    `left_out` says why the source was not read for it, which it can do without; None: it was.
    `total` is how many rows the source says there are, None where it does not say.
    """

    name: str
    record: str
    pages: int = 0
    read: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    rejected: int = 0
    cursor: Cursor | None = None
    left_out: Message | None = None
    total: int | None = None

    def to_json(self, locale: str | None = None) -> dict[str, Any]:
        """Return the counts in the contract's shape.

        What was left out is said in words where a language is given, else as it is kept.
        """
        told: dict[str, Any] = {}
        if self.left_out is not None:
            words = to_json(self.left_out) if locale is None else render(self.left_out, locale)
            told["left_out"] = words
        if self.total is not None:
            told["total"] = self.total
        return {
            "record": self.record,
            "stream": self.name,
            "pages": self.pages,
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "deleted": self.deleted,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "cursor": self.cursor,
            **told,
        }


@dataclass
class Run:
    """A finished pull of a connection."""

    id: int
    connection: str
    started_at: datetime
    finished_at: datetime
    status: str
    streams: list[Stream] = field(default_factory=list)
    resume_after: datetime | None = None
    error: dict[str, Any] | None = None
    interval: int | None = None

    @property
    def changed_records(self) -> bool:
        """Tell whether anything came in that readings may depend on."""
        return any(one.created or one.updated or one.deleted for one in self.streams)

    def next_at(self, now: datetime) -> datetime:
        """Return when the connection should be pulled again."""
        if self.resume_after is not None:
            return self.resume_after
        return now + (timedelta(minutes=self.interval) if self.interval else NEVER)

    def to_json(self, locale: str = "en") -> dict[str, Any]:
        """Return the run in the contract's shape."""
        error = None
        if self.error is not None:
            fix = self.error.get("fix")
            error = {
                "code": self.error["code"],
                "message": render(from_json(self.error["message"]), locale),
                "fix": render(from_json(fix), locale) if fix else None,
                "field": None,
            }
        return {
            "connection": self.connection,
            "id": str(self.id),
            "status": self.status,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "resume_after": self.resume_after,
            "streams": [one.to_json(locale) for one in self.streams],
            "error": error,
        }


def close_dead(session: Session, connection_id: int, now: datetime) -> None:
    """Close runs that were killed: whoever may begin a new one knows that no other works."""
    statement = select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session),
        col(SyncRun.connection_id) == connection_id,
        col(SyncRun.kind) == "sync",
        col(SyncRun.status) == "running",
    )
    message = Message(N_("This run was interrupted. The next one goes on where it stopped."))
    for run in session.exec(statement):
        run.status, run.finished_at = "failed", now
        run.error = {"code": "interrupted", "message": to_json(message), "fix": None}
        session.add(run)


def finish(
    session: Session,
    connection: Connection,
    run: SyncRun,
    done: list[Stream],
    failures: Sequence[tuple[Stream | None, SourceError]],
    now: datetime,
) -> Run:
    """Keep how a run ended, with the run and with its connection."""
    stored = any(one.pages for one in done)
    first = failures[0][1] if failures else None
    run.resume_after = next((one.resume_after for _, one in failures if one.resume_after), None)
    run.status = "done"
    if first is not None:
        run.status = "partial" if stored else "failed"
        run.error = {
            "code": first.code,
            "message": to_json(first.message),
            "fix": to_json(first.fix) if first.fix is not None else None,
        }
    if run.resume_after is not None:
        run.status = "waiting"
    run.finished_at = now
    run.streams = [one.to_json() for one in done]
    session.add(run)
    codes = {one.code for _, one in failures}
    if codes & SIGNED_OUT or ("forbidden" in codes and not stored):
        connection.needs_reconnect = True
    elif not failures:
        connection.last_success_at = now
        connection.needs_reconnect = False
    delivered = {one.record for one in done if one.read}
    connection.records = sorted(set(connection.records) | delivered)
    connection.newest_on = _newest(session, connection, now)
    session.add(connection)
    here = workspace.of(session)
    if here.knowledge_from is None and stored:
        here.knowledge_from = now
        session.add(here)
    return Run(
        id=run.id,
        connection=connection.name,
        started_at=run.started_at,
        finished_at=now,
        status=run.status,
        streams=done,
        resume_after=run.resume_after,
        error=run.error,
        interval=connection.interval,
    )


def is_missing(stream: Stream, error: SourceError) -> bool:
    """Tell whether a failure means that the account never gave something, so nothing is old."""
    return error.code == "not_allowed" and stream.cursor is None


def _newest(session: Session, connection: Connection, now: datetime) -> date | None:
    return newest.day(session, connection.id, through=workspace.of(session).local_day(now))
