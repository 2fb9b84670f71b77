"""Pulling a connection: rows and place in one transaction, so that a kill loses nothing."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import Session, col, select

from goals.errors import Refusal, SourceError
from goals.records import bulk, deletes
from goals.records.connections import Checkpoint, Connection, SyncRun
from goals.records.kinds import called
from goals.records.source import CrmSource, Cursor, Page
from goals.records.table_source import TableSource
from goals.table import new_id, workspace_of
from goals.words import N_, Message
from integrations import beating, connections, crm, runs, storing
from integrations.connections import Begin
from integrations.prefetch import Prefetched
from integrations.runs import Run, Stream
from integrations.vault import Vault

__all__ = ["Run", "Stream", "pull"]

log = structlog.get_logger()

#: Rows are stored in portions of at least this many: the places of rows and of what leads to them
#: lie all over a table, so that each transaction writes about as many pages whatever its size.
#: While one is stored, so many more are read.
PORTION = 8_000
#: What comes slowly is stored and told this often, however little it is.
TELL_EVERY = timedelta(seconds=5)


def pull(
    begin: Begin,
    connection_id: int,
    *,
    vault: Vault,
    clock: Callable[[], datetime],
    alive: Callable[[], None] = lambda: None,
    full: bool = False,
    believe: bool = False,
    allow_private: bool = False,
    allow_commands: bool = False,
) -> Run:
    """Read what is new from a connection and store it.

    Each portion of rows is committed together with its place in the stream; `alive` is
    called after each page and each portion, and what it raises ends the run at once. A
    failure of the source keeps what was stored, and is reported in the run, never raised;
    one that concerns a single stream leaves the others to go on. The days that it touched
    are marked, and counted by whoever refreshes the rollups next. With `believe` a listing is
    taken for whole even if most of what was there is not in it.
    """
    failures: list[tuple[Stream | None, SourceError]] = []
    done: list[Stream] = []
    with begin() as session:
        connection = _connection(session, connection_id)
        runs.close_dead(session, connection_id, clock())
        run = SyncRun(
            id=new_id(),
            workspace_id=workspace_of(session),
            connection_id=connection.id,
            kind="sync",
            started_at=clock(),
        )
        session.add(run)
        session.flush()
        pulling = _Pulling(
            begin, connection_id, run.id, clock, alive, connection.last_success_at, done, believe
        )
        provider, name = connection.provider, connection.name
        terms = None
        try:
            terms = connections.terms(
                session,
                begin,
                connection,
                vault=vault,
                clock=clock,
                allow_private=allow_private,
                allow_commands=allow_commands,
            )
        except Refusal as error:
            failures.append((None, _unreadable(error)))
        if full:
            _forget(session, connection)
        pulling.places = storing.places(session, connection_id)
    if terms is not None:
        try:
            with closing(crm.source(provider, terms)) as source:
                failures += pulling.all(source)
        except SourceError as error:
            failures.append((None, error))
    if failures:
        log.warning("sync_stopped", connection=name, code=failures[0][1].code)
    with begin() as session:
        return runs.finish(
            session,
            _connection(session, connection_id),
            _run(session, pulling.run_id),
            done,
            failures,
            clock(),
        )


def _unreadable(error: Refusal) -> SourceError:
    return SourceError(error.code, error.message, fix=error.fix, permanent=True)


def _run(session: Session, run_id: int) -> SyncRun:
    statement = select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session), col(SyncRun.id) == run_id
    )
    return session.exec(statement).one()


def _connection(session: Session, connection_id: int) -> Connection:
    statement = select(Connection).where(
        col(Connection.workspace_id) == workspace_of(session),
        col(Connection.id) == connection_id,
    )
    return session.exec(statement).one()


def _forget(session: Session, connection: Connection) -> None:
    statement = select(Checkpoint).where(
        col(Checkpoint.workspace_id) == connection.workspace_id,
        col(Checkpoint.connection_id) == connection.id,
    )
    for row in session.exec(statement):
        session.delete(row)


@dataclass
class _Pulling:
    """One run over the streams of a connection; `before` is when it last had all of it.

    `believe` takes a listing that lost most rows for what it says.
    """

    begin: Begin
    connection_id: int
    run_id: int
    clock: Callable[[], datetime]
    alive: Callable[[], None]
    before: datetime | None
    #: The streams so far, the present one last.
    done: list[Stream]
    believe: bool = False
    told_at: datetime = field(init=False)
    #: How far each stream had been read when the run began; none else reads it meanwhile.
    places: dict[str, Cursor] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Take note of when the run began."""
        self.told_at = self.clock()

    def all(self, source: CrmSource | TableSource) -> Iterator[tuple[Stream, SourceError]]:
        """Pull all streams and yield what failed."""
        streams = [Stream(name, record) for name, record in source.streams]
        if isinstance(source, TableSource):
            yield from self.each(streams, partial(self.table, source))
            return
        prefetched = Prefetched(
            self.read(source, [one.name for one in streams]),
            size=lambda told: _rows(told[1]) if isinstance(told[1], Page) else 0,
            most=PORTION,
            meanwhile=self.alive,
        )
        with closing(prefetched) as told:
            yield from self.each(streams, partial(self.one, told))

    def each(
        self, streams: list[Stream], pull: Callable[[Stream], None]
    ) -> Iterator[tuple[Stream, SourceError]]:
        """Pull one stream after the other and yield what failed, until nothing more can work."""
        for one in streams:
            one.cursor = self.places.get(one.name)
            self.done.append(one)
            try:
                pull(one)
            except SourceError as error:
                if runs.is_missing(error, one.cursor):
                    one.left_out = error.message
                    continue
                log.warning("stream_stopped", stream=one.name, code=error.code)
                yield one, error
                if not runs.is_of_one_stream(error):
                    return

    def read(
        self, source: CrmSource, names: list[str]
    ) -> Iterator[tuple[str, Page | SourceError | None]]:
        """Yield the pages of each stream with its name, and behind them how it ended.

        That is None, or why it could not be read to its end. What comes first of one stream is
        asked for while the last of another is stored.
        """
        for name in names:
            cursor = self.places.get(name)
            try:
                for page in source.pages(name, cursor, now=self.clock()):
                    cursor = page.cursor
                    yield name, page
            except SourceError as error:
                yield name, error
                if not (runs.is_missing(error, cursor) or runs.is_of_one_stream(error)):
                    return
            else:
                yield name, None

    def table(self, source: TableSource, stream: Stream) -> None:
        """Take a table as a whole: its rows and its place are one commit.

        While it is read, and while its rows are stored, others are told that the run is alive.
        """
        with beating.beating(self.alive) as check, source.reading(stream.cursor) as store:
            check()
            if store is None:
                return
            with self.begin() as session:
                _stay(session, self.connection_id)
                if storing.places(session, self.connection_id).get(stream.name) != stream.cursor:
                    # Another worker stored the same rows meanwhile, or newer ones.
                    return
                taken = store(session, _run(session, self.run_id))
                stream.pages = 1
                for one in fields(taken):
                    setattr(stream, one.name, getattr(taken, one.name))
                storing.keep(session, self.connection_id, stream, self.clock())

    def one(self, told: Iterator[tuple[str, Page | SourceError | None]], stream: Stream) -> None:
        """Store what is read of one stream, from its place on."""
        # Only a listing that is seen from its first page to its last tells what is gone.
        seen: list[str] | None = None
        for portion in self.portions(_of(stream.name, told), stream):
            with self.begin() as session:
                if any(map(_says_something, portion)):
                    _stay(session, self.connection_id)
                storing.store(
                    session, self.connection_id, self.run_id, stream, portion, self.clock()
                )
                if self.is_time_to_tell():
                    self.tell(session)
                if self.before is not None:
                    seen = self.sweep(session, stream, portion, seen)
            self.alive()

    def tell(self, session: Session) -> None:
        """Write down how far the run is."""
        run = _run(session, self.run_id)
        run.streams = [one.to_json() for one in self.done]
        session.add(run)
        self.told_at = self.clock()

    def portions(self, pages: Iterator[Page], stream: Stream) -> Iterator[list[Page]]:
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
            if page.total is not None:
                stream.total = page.total
            elif page.starts and not page.is_complete and self.before is not None:
                # What was here before is about as much as there is.
                with self.begin() as session:
                    known = deletes.living(session, self.connection_id, stream.record, page.prefix)
                stream.total = known or None
            rows += _rows(page)
            if rows >= PORTION or self.is_time_to_tell():
                yield portion
                portion, rows = [], 0
            else:
                self.alive()
        if portion:
            yield portion

    def is_time_to_tell(self) -> bool:
        """Tell whether it is a moment ago that anything was written down."""
        return self.clock() - self.told_at >= TELL_EVERY

    def sweep(
        self, session: Session, stream: Stream, portion: list[Page], seen: list[str] | None
    ) -> list[str] | None:
        """Take in which rows a listing of everything names; once complete, the others are gone.

        Returns the ids seen so far, None outside such a listing. A listing that lost most of
        what was there is not believed: it says more about the source's trouble than about
        its rows.
        """
        for page in portion:
            if page.starts:
                seen = []
            if seen is None:
                continue
            seen.extend(page.seen)
            if not page.is_complete:
                continue
            living = deletes.living(session, self.connection_id, stream.record, page.prefix)
            if len(seen) * 2 < living and not self.believe:
                log.warning("listing_too_short", stream=stream.name, rows=len(seen))
                stream.held = _held(stream, len(seen), living)
            else:
                stream.deleted += deletes.sweep(
                    session,
                    self.connection_id,
                    self.run_id,
                    stream.record,
                    seen,
                    self.clock(),
                    page.prefix,
                )
            seen = None
        return seen


def _of(name: str, told: Iterator[tuple[str, Page | SourceError | None]]) -> Iterator[Page]:
    """Yield the pages of a stream up to its end; raises the SourceError with which it ends."""
    for whose, page in told:
        # What is left of an earlier one, which could not be stored, is of no use.
        if whose != name:
            continue
        if page is None:
            return
        if isinstance(page, SourceError):
            raise page
        yield page


def _rows(page: Page) -> int:
    """Return how many rows a page leads to; of a history's entries, four weigh as one."""
    return len(page.rows) + sum(map(len, page.histories.values())) // 4


def _says_something(page: Page) -> bool:
    """Tell whether a page leads to more than a new place in its stream."""
    told = page.rows, page.histories, page.stands, page.stages, page.deleted, page.is_complete
    return any(map(bool, told))


def _held(stream: Stream, listed: int, living: int) -> Message:
    """Return what is said where a listing lost most of what was there."""
    return Message(
        N_(
            "Only %(listed)s of %(living)s %(records)s were listed, so none were taken away. If so "
            "many are really gone, run: sync --full --believe"
        ),
        {"listed": listed, "living": living, "records": called(stream.record)},
    )


def _stay(session: Session, connection_id: int) -> None:
    """Take hold of a connection to write; raises SourceError if it was removed meanwhile."""
    if bulk.lock(session, connection_id) is not None:
        raise SourceError("removed", Message(N_("This connection was removed.")), permanent=True)
