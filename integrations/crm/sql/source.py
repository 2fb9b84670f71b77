"""A query of another database as a source: read again each time, or from a watermark on."""

import csv
import hashlib
import io
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import Connection as Opened
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from goals.errors import Refusal, SourceError
from goals.records.connections import SyncRun
from goals.records.source import Check, Cursor
from goals.records.table_source import Store, Taken
from goals.words import N_, Message
from integrations.crm.sql import columns, databases
from integrations.crm.sql.statement import one_select
from integrations.files import taking
from integrations.files.importing import kind_of
from integrations.terms import Terms

#: Rows of one run, and bytes that they may take: more is asked for in parts, with a watermark.
MOST_ROWS, MOST_BYTES = 500_000, 1 << 30
#: Rows that are fetched at once.
PORTION = 2000


class Result(NamedTuple):
    """The rows of a query as a table of text; `after` is the largest watermark among them."""

    file: BinaryIO
    rows: int
    digest: str
    after: Any


class Source:
    """The query that a connection names; only ever reads."""

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms.

        Raises Refusal for a query that does more than read, SourceError for an address that
        cannot be one.
        """
        self._terms = terms
        self._url = databases.read(terms.secrets.get("dsn", ""))
        self._dialect = databases.kind_of(self._url)
        self._kind = kind_of(str(terms.settings["record"]))
        self._query = one_select(str(terms.settings["query"]), self._dialect)
        self._watermark = str(terms.settings.get("watermark") or "")
        mapping = terms.settings.get("mapping")
        self._mapping = Path(str(mapping)) if mapping else None
        if self._watermark and self._dialect == "mssql":
            raise Refusal(
                "setting_wrong",
                N_("A watermark is not possible with this kind of database."),
                field="watermark",
            )
        self.streams: Sequence[tuple[str, str]] = (("rows", self._kind.name),)
        self._sample: list[Sequence[Any]] | None = None

    def check(self) -> list[Check]:
        """Look whether the database answers the query and the mapping can be read.

        A query that takes long is stopped: somebody waits, and a sync has more time for it.
        """
        found = [self._tried()]
        if self._mapping is not None:
            found.append(_checked("mapping", self._told, N_("The mapping can be read.")))
        return found

    def _tried(self) -> Check:
        try:
            self._first()
        except SourceError as error:
            if error.code != "query_slow":
                return Check("query", False, error.message, error.fix, field=error.field)
            text = N_(
                "The query gave nothing within %(n)s seconds, so its columns were not looked at. "
                "A sync gives it %(longest)s seconds."
            )
            told = Message(text, {"n": databases.TESTING, "longest": databases.LONGEST})
            return Check("query", False, told, needed=False)
        return Check("query", True, Message(N_("The query can be run.")))

    def matched(self, session: Session) -> list[Check]:
        """Tell which columns of the query are which fields; nothing before it could be run."""
        if self._sample is None:
            return []
        try:
            return columns.matched(session, self._sample, self._kind, self._told())
        except (SourceError, Refusal) as error:
            return [Check("columns", False, error.message, error.fix, field="query")]

    def close(self) -> None:
        """Nothing stays open."""

    @contextmanager
    def reading(self, cursor: Cursor | None) -> Iterator[Store | None]:
        """Read the query's rows, unless they are those of the last time."""
        told = self._told()
        after = (cursor or {}).get("after")
        with tempfile.TemporaryFile() as file:
            found = self._read(file, after)
            if not self._watermark and cursor == {"digest": found.digest}:
                yield None
                return
            place: Cursor = {"digest": found.digest}
            if self._watermark:
                place = {"after": found.after}
                if cursor is not None and place == cursor and found.rows >= MOST_ROWS:
                    raise _too_many()

            def store(session: Session, run: SyncRun) -> Taken:
                if not found.rows:
                    return Taken(0, 0, 0, 0, 0, place)
                now, record = self._terms.clock(), self._kind.name
                return taking.take(session, run, found.file, record, told, now=now, cursor=place)

            yield store

    def _told(self) -> Any:
        return taking.checked(taking.mapping_file(self._mapping), self._kind)

    def _first(self) -> None:
        with self._asked(self._query, (), databases.TESTING) as rows:
            names = list(rows.keys())
            if self._watermark and self._watermark not in names:
                raise self._no_column()
            self._sample = [names, *rows.fetchmany(columns.SAMPLE)]

    def _read(self, file: BinaryIO, after: Any) -> Result:
        """Write the query's rows into a file as a table of text."""
        query, params = self._statement(after)
        with self._asked(query, params) as rows:
            names = list(rows.keys())
            if self._watermark and self._watermark not in names:
                raise self._no_column()
            marked = names.index(self._watermark) if self._watermark else None
            text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
            writer = csv.writer(text)
            writer.writerow(names)
            count, place = 0, after
            started = time.monotonic()
            while portion := rows.fetchmany(PORTION):
                count += len(portion)
                if count > MOST_ROWS or file.tell() > MOST_BYTES:
                    raise _too_many()
                if time.monotonic() - started > databases.LONGEST:
                    raise _too_slow(databases.LONGEST)
                writer.writerows(taking.cells(one) for one in portion)
                if marked is not None:
                    known = [one[marked] for one in portion if one[marked] is not None]
                    place = _plain(known[-1]) if known else place
            text.detach()
        file.seek(0)
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
        file.seek(0)
        return Result(file, count, digest.hexdigest(), place)

    def _statement(self, after: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the query, from the watermark on where there is one, and its parameter.

        Rows that share the last value come again: some of them may not have been there.
        """
        if not self._watermark:
            return self._query, ()
        sign = "`" if self._dialect == "mysql" else '"'
        column = f"{sign}{self._watermark.replace(sign, sign * 2)}{sign}"
        where = "" if after is None else f" WHERE {column} >= {self._mark}"
        whole = f"SELECT * FROM (\n{self._escaped(after)}\n) AS headway{where}"
        params = () if after is None else (after,)
        return f"{whole} ORDER BY {column} LIMIT {MOST_ROWS}", params

    @property
    def _mark(self) -> str:
        return "?" if self._dialect == "sqlite" else "%s"

    def _escaped(self, after: Any) -> str:
        """Return the query as its driver wants it beside a parameter."""
        plain = after is None or self._dialect == "sqlite"
        return self._query if plain else self._query.replace("%", "%%")

    @contextmanager
    def _asked(
        self, query: str, params: tuple[Any, ...], longest: float | None = None
    ) -> Iterator[Any]:
        """Run a query and hold its rows open for the length of a block.

        PostgreSQL runs it as a cursor, which takes one SELECT and nothing else.
        """
        options = {"no_parameters": not params, "stream_results": self._dialect == "postgresql"}
        with self._connected(longest or databases.LONGEST) as connection:
            chosen = connection.execution_options(**options)
            with closing(chosen.exec_driver_sql(query, params or None)) as rows:
                yield rows

    @contextmanager
    def _connected(self, longest: float) -> Iterator[Opened]:
        """Open a connection that only reads, and say in words what goes wrong with it.

        No cause is kept with an error: what a driver says may hold the address.
        """
        engine = databases.opened(
            self._url,
            own=self._terms.database,
            allow_private=self._terms.allow_private,
            longest=longest,
        )
        is_open = False
        try:
            with engine.connect() as connection:
                is_open = True
                yield connection
                connection.rollback()
        except DBAPIError as error:
            raise self._said(error, is_open, longest) from None
        except SQLAlchemyError:
            raise _unreachable() from None
        finally:
            engine.dispose()

    def _said(self, error: DBAPIError, is_open: bool, longest: float) -> SourceError:
        told = str(error.orig).strip()
        if not is_open:
            refused = ("password", "authentication", "denied", "no such role", "login failed")
            unknown = "role" in told and "does not exist" in told
            if unknown or any(one in told.lower() for one in refused):
                return SourceError(
                    "unauthorized",
                    Message(N_("The database does not accept the sign-in.")),
                    fix=Message(N_("Connect it again with the right user and password.")),
                    permanent=True,
                    field="dsn",
                )
            return _unreachable()
        if any(one in told.lower() for one in ("interrupted", "timeout", "canceling statement")):
            return _too_slow(longest)
        reason = self._hidden(told.splitlines()[0] if told else type(error.orig).__name__)
        return SourceError(
            "query_failed",
            Message(N_("The database did not run the query: %(reason)s"), {"reason": reason}),
            fix=Message(N_("Try the query in the database itself, then connect again.")),
            permanent=True,
            field="query",
        )

    def _hidden(self, text: str) -> str:
        """Return a driver's words without any part of the address."""
        secrets = (self._url.password, self._terms.secrets.get("dsn"), self._url.host)
        for one in (*secrets, self._url.username, self._url.database):
            if one:
                text = text.replace(str(one), "***")
        return text[:300]

    def _no_column(self) -> SourceError:
        return SourceError(
            "setting_wrong",
            Message(
                N_("The query has no column %(name)s for the watermark."), {"name": self._watermark}
            ),
            permanent=True,
            field="watermark",
        )


def _plain(value: Any) -> Any:
    """Return a watermark as JSON keeps it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, int | float | str) else str(value)


def _too_many() -> SourceError:
    return SourceError(
        "too_many_rows",
        Message(N_("The query gives more than %(n)s rows at once."), {"n": MOST_ROWS}),
        fix=Message(N_("Ask for fewer rows, or name a column that grows as the watermark.")),
        permanent=True,
        field="query",
    )


def _too_slow(longest: float) -> SourceError:
    return SourceError(
        "query_slow",
        Message(
            N_("The query took longer than %(n)s seconds and was stopped."),
            {"n": int(longest)},
        ),
        fix=Message(N_("Ask for fewer rows, or name a column that grows as the watermark.")),
        field="query",
    )


def _unreachable() -> SourceError:
    return SourceError(
        "unreachable",
        Message(N_("The database could not be reached.")),
        fix=Message(N_("Check its address and whether it runs; the next sync tries again.")),
        field="dsn",
    )


def _checked(name: str, look: Callable[[], object], fine: str) -> Check:
    try:
        look()
    except (SourceError, Refusal) as error:
        return Check(name, False, error.message, error.fix, field=error.field)
    return Check(name, True, Message(fine))
