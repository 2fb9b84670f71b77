"""Runs: what a pull of a connection did, and what is kept of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.errors import SourceError
from goals.records import newest
from goals.records.connections import SIGNED_OUT, Connection, SyncRun
from goals.records.emptied import Emptied
from goals.records.kinds import called
from goals.records.source import Cursor
from goals.table import workspace_of
from goals.words import N_, Message, from_json, render, to_json
from integrations.reasons import Refused

#: A source without an interval of its own is not pulled again by itself.
NEVER = timedelta(days=3650)
#: Errors after which nothing can be read until somebody connects the source anew.
#: A connection that fails again and again is asked at least this often all the same.
RAREST = timedelta(hours=6)
#: What is said of a stream beside its counts.
NOTES = ("left_out", "held", "emptied")
#: How the codes of errors begin that concern one stream and say nothing about the others.
OF_ONE_STREAM = (
    "forbidden",
    "not_allowed",
    "refused_",
    "not_data",
    "not_understood",
    "answer_too_large",
    "cursor_loop",
    "preparing",
)


@dataclass
class Stream:
    """What one stream of a run did.

    `left_out` says why the source was not read for it, which it can do without; None: it was.
    `held` says why rows that a listing did not name were kept all the same; None: none were.
    `total` is how many rows the source says there are, None where it does not say. `lost` tells
    of fields whose values went, `refused` of rows that could
    not be kept, `reasons` why those of a table were left out.
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
    held: Message | None = None
    total: int | None = None
    lost: Emptied = field(default_factory=Emptied)
    refused: Refused = field(default_factory=Refused)
    reasons: Sequence[Message] = ()

    @property
    def emptied(self) -> Message | None:
        """Return what is said of fields that no record has any more; None: there are none."""
        found = self.lost.fields()
        if not found:
            return None
        return Message(
            N_(
                "%(fields)s: empty now in all %(n)s %(records)s that had a value. Has the field"
                " been renamed or removed there? If so, choose another under Fields and stages."
            ),
            {"fields": [*found], "n": max(found.values()), "records": called(self.record)},
        )

    def to_json(self, locale: str | None = None) -> dict[str, Any]:
        """Return the counts in the contract's shape.

        What was left out or held is said in words where a language is given, else as it is kept.
        """
        told: dict[str, Any] = {
            name: to_json(message) if locale is None else render(message, locale)
            for name in NOTES
            if (message := getattr(self, name)) is not None
        }
        reasons = [*self.reasons, *self.refused.told()]
        if reasons:
            told["reasons"] = [
                to_json(one) if locale is None else render(one, locale) for one in reasons
            ]
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
    """A finished pull of a connection; `failed` is how often in a row it failed by now."""

    id: int
    connection: str
    started_at: datetime
    finished_at: datetime
    status: str
    streams: list[Stream] = field(default_factory=list)
    resume_after: datetime | None = None
    error: dict[str, Any] | None = None
    interval: int | None = None
    failed: int = 0

    @property
    def changed_records(self) -> bool:
        """Tell whether anything came in that readings may depend on."""
        return any(one.created or one.updated or one.deleted for one in self.streams)

    def next_at(self, now: datetime) -> datetime:
        """Return when the connection should be pulled again by itself."""
        if self.resume_after is not None:
            return self.resume_after
        return now + (wait_after(self.interval, self.failed) if self.interval else NEVER)

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
            **({} if (slow := slower(self.failed)) is None else {"slower": render(slow, locale)}),
        }


def wait_after(interval: int, failed: int) -> timedelta:
    """Return how long to wait after so many failures in a row, with so many minutes as usual.

    After the first one as long as ever; then twice as long with each, up to `RAREST`.
    """
    usual = timedelta(minutes=interval)
    doubled: int = 2 ** min(max(failed - 1, 0), 20)
    return max(usual, min(usual * doubled, RAREST))


def slower(failed: int) -> Message | None:
    """Return what is said of a connection that is asked less often; None while it is not."""
    if failed < 2:
        return None
    return Message(
        N_(
            "This failed %(number)s times in a row and is tried less often until it works. "
            "You can pull it at any time."
        ),
        {"number": failed},
    )


def failed_in_row(session: Session, connection_id: int) -> int:
    """Return how many pulls failed since the last one that did not.

    One that waits as the vendor asked, one that was killed and one that lacks a single stream
    say nothing about the connection as a whole.
    """
    statement = (
        select(SyncRun.status, SyncRun.error)
        .where(
            col(SyncRun.workspace_id) == workspace_of(session),
            col(SyncRun.connection_id) == connection_id,
            col(SyncRun.kind) == "sync",
            col(SyncRun.status).in_(("done", "partial", "failed")),
        )
        .order_by(col(SyncRun.started_at).desc(), col(SyncRun.id).desc())
        .limit(30)
    )
    failed = 0
    for status, error in session.exec(statement):
        code = (error or {}).get("code", "")
        if status == "done" or (status == "partial" and code.startswith(OF_ONE_STREAM)):
            break
        failed += code != "interrupted"
    return failed


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
    session.flush()
    if any(_is_signed_out(one.code, stored) for _, one in failures):
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
        failed=failed_in_row(session, connection.id) if failures else 0,
    )


def _is_signed_out(code: str, stored: bool) -> bool:
    return code in SIGNED_OUT or (code == "forbidden" and not stored)


def is_signed_out(run: SyncRun) -> bool:
    """Tell whether a run that ended asked for another sign-in, as far as its first error tells."""
    return _is_signed_out((run.error or {}).get("code", ""), run.status != "failed")


def is_missing(error: SourceError, cursor: Cursor | None) -> bool:
    """Tell whether a failure means that the account never gave something, so nothing is old.

    `cursor` is how far that was read by then, None for not at all.
    """
    return error.code == "not_allowed" and cursor is None


def is_of_one_stream(error: SourceError) -> bool:
    """Tell whether a failure says nothing about the other streams of a source."""
    return error.code.startswith(OF_ONE_STREAM)


def _newest(session: Session, connection: Connection, now: datetime) -> date | None:
    today = workspace.of(session).local_day(now)
    return newest.day(session, connection.id, through=today, records=connection.records)
