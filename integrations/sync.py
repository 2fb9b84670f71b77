"""Pulling a connection: rows and place in one transaction, so that a kill loses nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session, col, select

from goals import workspace
from goals.errors import SourceError
from goals.metrics import refresh
from goals.records import deletes, stages, writer
from goals.records.connections import Checkpoint, Connection, SyncRun
from goals.records.source import CrmSource, Cursor, Page
from goals.table import key, new_id, workspace_of
from goals.words import from_json, render, to_json
from integrations import crm
from integrations.vault import Vault

log = structlog.get_logger()
Begin = Callable[[], AbstractContextManager[Session]]

#: Rows are stored in portions of at least this many; small transactions cost more than they save.
PORTION = 2000
#: A source without an interval of its own is not pulled again by itself.
NEVER = timedelta(days=3650)


@dataclass
class Stream:
    """What one stream of a run did."""

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

    def to_json(self) -> dict[str, Any]:
        """Return the counts in the contract's shape."""
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
            "streams": [one.to_json() for one in self.streams],
            "error": error,
        }


def pull(
    begin: Begin,
    connection_id: int,
    *,
    vault: Vault,
    clock: Callable[[], datetime],
    alive: Callable[[], None] = lambda: None,
    full: bool = False,
    allow_private: bool = False,
) -> Run:
    """Read what is new from a connection and store it.

    Each portion of rows is committed together with its place in the stream; `alive` is
    called after each. A failure ends the run, keeps what was stored, and is reported in the
    run, never raised.
    """
    with begin() as session:
        connection = _connection(session, connection_id)
        run = SyncRun(
            id=new_id(),
            workspace_id=workspace_of(session),
            connection_id=connection.id,
            kind="sync",
            started_at=clock(),
        )
        session.add(run)
        session.flush()
        run_id, started, name = run.id, run.started_at, connection.name
        terms = _terms(session, begin, connection, vault, clock, allow_private)
        provider, interval = connection.provider, connection.interval
        if full:
            _forget(session, connection)
    done: list[Stream] = []
    failure: SourceError | None = None
    try:
        source = crm.source(provider, terms)
        for stream_name, record in source.streams:
            one = Stream(stream_name, record)
            done.append(one)
            _pull_stream(begin, source, connection_id, run_id, one, clock, alive)
    except SourceError as error:
        failure = error
        log.warning("sync_stopped", connection=name, code=error.code)
    with begin() as session:
        refresh.refresh(session, undated=True)
    return _finish(begin, connection_id, run_id, name, started, interval, done, failure, clock)


def _connection(session: Session, connection_id: int) -> Connection:
    statement = select(Connection).where(
        col(Connection.workspace_id) == workspace_of(session),
        col(Connection.id) == connection_id,
    )
    return session.exec(statement).one()


def _terms(
    session: Session,
    begin: Begin,
    connection: Connection,
    vault: Vault,
    clock: Callable[[], datetime],
    allow_private: bool,
) -> crm.Terms:
    connection_id = connection.id

    def keep(secrets: dict[str, str]) -> None:
        with begin() as inner:
            row = _connection(inner, connection_id)
            row.secrets = vault.seal(secrets)
            inner.add(row)

    return crm.Terms(
        settings=dict(connection.settings),
        secrets=vault.open(connection.secrets) if connection.secrets else {},
        zone=workspace.of(session).zone,
        clock=clock,
        allow_private=allow_private,
        keep_secrets=keep,
    )


def _forget(session: Session, connection: Connection) -> None:
    statement = select(Checkpoint).where(
        col(Checkpoint.workspace_id) == connection.workspace_id,
        col(Checkpoint.connection_id) == connection.id,
    )
    for row in session.exec(statement):
        session.delete(row)


def _pull_stream(
    begin: Begin,
    source: CrmSource,
    connection_id: int,
    run_id: int,
    stream: Stream,
    clock: Callable[[], datetime],
    alive: Callable[[], None],
) -> None:
    with begin() as session:
        place = _checkpoint(session, connection_id, stream.name)
        cursor = dict(place.cursor) if place is not None else None
    stream.cursor = cursor
    for portion in _portions(source.pages(stream.name, cursor, now=clock())):
        with begin() as session:
            _store(session, connection_id, run_id, stream, portion, clock())
        alive()


def _portions(pages: Iterator[Page]) -> Iterator[list[Page]]:
    """Yield pages in portions; what was read before a failure is still yielded first."""
    portion: list[Page] = []
    rows = 0
    while True:
        try:
            page = next(pages)
        except StopIteration:
            break
        except SourceError:
            if portion:
                yield portion
            raise
        portion.append(page)
        rows += len(page.rows) + sum(map(len, page.histories.values()))
        if rows >= PORTION:
            yield portion
            portion, rows = [], 0
    if portion:
        yield portion


def _store(
    session: Session,
    connection_id: int,
    run_id: int,
    stream: Stream,
    portion: list[Page],
    now: datetime,
) -> None:
    for page in portion:
        if page.stages:
            stages.write_stages(session, connection_id, page.stages)
    record = portion[0].record
    rows = [row for page in portion for row in page.rows]
    if rows:
        counts = writer.write(session, connection_id, run_id, record, rows, now)
        stream.created += counts.created
        stream.updated += counts.updated
        stream.unchanged += counts.unchanged
        stream.rejected += len(counts.rejected)
    histories = {
        key(connection_id, "deal", deal): entries
        for page in portion
        for deal, entries in page.histories.items()
    }
    if histories:
        stages.write_histories(session, connection_id, run_id, histories, now)
    gone = [external for page in portion for external in page.deleted]
    if gone:
        ids = [key(connection_id, record, external) for external in gone]
        stream.deleted += deletes.mark_deleted(session, connection_id, run_id, record, ids, now)
    stream.pages += len(portion)
    stream.read += len(rows) + len(gone)
    stream.rejected += sum(page.rejected for page in portion)
    stream.cursor = portion[-1].cursor
    place = _checkpoint(session, connection_id, stream.name)
    if place is None:
        place = Checkpoint(
            workspace_id=workspace_of(session),
            connection_id=connection_id,
            stream=stream.name,
            updated_at=now,
        )
    place.cursor, place.updated_at = dict(portion[-1].cursor), now
    session.add(place)
    session.flush()


def _checkpoint(session: Session, connection_id: int, stream: str) -> Checkpoint | None:
    statement = select(Checkpoint).where(
        col(Checkpoint.workspace_id) == workspace_of(session),
        col(Checkpoint.connection_id) == connection_id,
        col(Checkpoint.stream) == stream,
    )
    return session.exec(statement).first()


def _finish(
    begin: Begin,
    connection_id: int,
    run_id: int,
    name: str,
    started: datetime,
    interval: int | None,
    done: list[Stream],
    failure: SourceError | None,
    clock: Callable[[], datetime],
) -> Run:
    now = clock()
    stored = any(one.pages for one in done)
    status = "done"
    error = None
    if failure is not None:
        status = "waiting" if failure.resume_after is not None else "failed"
        if status == "failed" and stored:
            status = "partial"
        error = {
            "code": failure.code,
            "message": to_json(failure.message),
            "fix": to_json(failure.fix) if failure.fix is not None else None,
        }
    resume = failure.resume_after if failure is not None else None
    with begin() as session:
        row = session.exec(
            select(SyncRun).where(
                col(SyncRun.workspace_id) == workspace_of(session), col(SyncRun.id) == run_id
            )
        ).one()
        row.status, row.finished_at, row.resume_after = status, now, resume
        row.streams = [one.to_json() for one in done]
        row.error = error
        session.add(row)
        connection = _connection(session, connection_id)
        if failure is None:
            connection.last_success_at = now
            connection.needs_reconnect = False
        elif failure.permanent and failure.code in ("unauthorized", "forbidden"):
            connection.needs_reconnect = True
        delivered = {one.record for one in done if one.read}
        connection.records = sorted(set(connection.records) | delivered)
        connection.newest_on = _newest(session, connection, now)
        session.add(connection)
        here = workspace.of(session)
        if here.knowledge_from is None and stored:
            here.knowledge_from = now
            session.add(here)
    return Run(
        id=run_id,
        connection=name,
        started_at=started,
        finished_at=now,
        status=status,
        streams=done,
        resume_after=resume,
        error=error,
        interval=interval,
    )


def _newest(session: Session, connection: Connection, now: datetime) -> date | None:
    from goals.records import newest

    return newest.day(session, connection.id, through=workspace.of(session).local_day(now))
