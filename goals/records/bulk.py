"""Many rows at once through the driver itself; the only module that passes SQLAlchemy by.

SQLite takes rows in statements of many. PostgreSQL takes them with COPY into a temporary table,
from which one INSERT moves them on (COPY into a table under row-level security is refused); a few
rows, for which that is much to prepare, are handed over as one text in JSON. Both work
on the Session's own connection, inside its transaction, and name the workspace in every row.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache, lru_cache
from itertools import accumulate, chain, compress, islice
from operator import itemgetter
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from goals.records import stored
from goals.records.connections import Connection
from goals.records.stored import Row, Shape
from goals.table import WRITTEN, workspace_of

#: Where a session keeps its transaction and the connection that it holds, once it holds one.
HELD = "held"
#: Values that one statement of SQLite takes at most.
MOST_VALUES = 32_766
#: Statements come in few sizes, each so many times the next, because each is kept once prepared.
TIMES = 4
#: Up to so many rows PostgreSQL takes as one text.
FEW = 500
#: Kilobytes of pages that SQLite holds while everything is counted again.
ROOM = 262_144
#: How a type is held while it waits in PostgreSQL's temporary table, where that differs.
_WAITING = {"money": "bigint", "integer": "bigint", "exact": "numeric", "float": "float8"} | {
    "boolean": "smallint",
    "instant": "timestamp",
    "date": "date",
}
#: What brings a waiting value into its column.
_MOVED = {"boolean": "{0} <> 0", "instant": "{0} AT TIME ZONE 'UTC'", "json": "{0}::jsonb"}
#: What reads a column in its stored form.
_READ = {
    "boolean": "{0}::int",
    "instant": "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "date": "to_char({0}, 'YYYY-MM-DD')",
    "json": "{0}::text",
    "exact": "{0}::text",
}
#: Leaves out the rows that answer to no reference.
_KNOWN = " AND NOT (is_stub AND deleted_at IS NOT NULL)"


def lock(session: Session, connection_id: int) -> datetime | None:
    """Let nobody else write what comes from this connection until the transaction ends.

    Called before rows are read in order to be changed; on SQLite it makes the transaction a
    writing one. Who holds it already is not asked again. Returns when the connection was removed,
    None while it is there.
    """
    if session.info.get(HELD) == (session.get_transaction(), connection_id):
        return None
    statement = select(col(Connection.removed_at)).where(
        col(Connection.workspace_id) == workspace_of(session), col(Connection.id) == connection_id
    )
    removed: datetime | None = session.execute(statement.with_for_update()).scalar()
    # A savepoint that is taken back takes the hold back with it.
    if removed is None and not session.in_nested_transaction():
        session.info[HELD] = (session.get_transaction(), connection_id)
    return removed


def fetch(session: Session, of: Shape, ids: Collection[int], *, by: str = "id") -> list[Row]:
    """Return the stored rows whose `by` column is one of the ids, in no order."""
    rows = _select(session, of, ids, by, bare=False)
    return rows if _is_sqlite(session) else _with_plain_json(of, rows)


def present(session: Session, of: Shape, ids: Collection[int]) -> set[int]:
    """Return those of the ids that have a row; a deleted stub is none, other deleted rows are."""
    return {id_ for (id_,) in _select(session, of, ids, "id", bare=True)}


@contextmanager
def roomy(session: Session) -> Iterator[None]:
    """Let SQLite hold more pages for as long as a block writes all over a table.

    A page that is given up in between is written, read and written once more for each portion of
    rows. PostgreSQL has room of its own for all of its connections.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    with closing(connection.connection.cursor()) as cursor:
        [before] = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{ROOM}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(before)}")


def add(session: Session, of: Shape, rows: Sequence[Row]) -> None:
    """Write whole rows of which none is there yet."""
    _insert(session, of, rows, over=None)


def upsert(session: Session, of: Shape, rows: Sequence[Row]) -> None:
    """Write whole rows, over those with the same key; no key may occur twice."""
    _insert(session, of, rows, over=True)


def add_missing(session: Session, of: Shape, rows: Iterable[Row]) -> None:
    """Write the rows whose key is not there yet and keep hold of those that are."""
    # Always in one order, so that two writers wait for each other and never in a circle.
    _insert(session, of, sorted(set(rows)), over=False)


def _select(session: Session, of: Shape, ids: Collection[int], by: str, *, bare: bool) -> list[Row]:
    if not ids:
        return []
    listed: Any = list(ids)
    if _is_sqlite(session):
        statement = _sqlite_select(of, by, bare)
        listed = msgspec.json.encode(listed).decode()
    else:
        statement = _postgres_select(of, by, bare)
        # As a text, because the driver takes longer to write a list than the server to read it.
        listed = f"{{{','.join(map(str, listed))}}}"
    with closing(_cursor(session)) as cursor:
        cursor.execute(statement, (workspace_of(session), listed))
        found: list[Row] = cursor.fetchall()
    return found


def _insert(session: Session, of: Shape, rows: Sequence[Row], *, over: bool | None) -> None:
    if not rows:
        return
    # Many columns of a source are empty in all rows, and to hand over a NULL for each row costs
    # as much as any value: half the time of a whole statement.
    filled = tuple(one is not None for one in rows[0])
    filled = tuple(one or _is_filled(rows, place) for place, one in enumerate(filled))
    lines: Iterable[Row] = rows
    if not all(filled):
        lines = map(itemgetter(*compress(range(len(filled)), filled)), rows)
    # The driver is spoken to directly, so nobody else sees what is written.
    session.info.setdefault(WRITTEN, set()).add(of.name)
    with closing(_cursor(session)) as cursor:
        if _is_sqlite(session):
            _execute(cursor, of, filled, lines, over, len(rows))
        elif len(rows) <= FEW:
            text = msgspec.json.encode([[*one] for one in lines]).decode()
            cursor.execute(_postgres_insert(of, filled, over), (text,))
        else:
            _copy(cursor, of, filled, lines, over)


def _is_filled(rows: Sequence[Row], place: int) -> bool:
    values = list(map(itemgetter(place), rows))
    return values.count(None) < len(values)


def _cursor(session: Session) -> Any:
    driver: Any = session.connection().connection.driver_connection
    return driver.cursor()


def _is_sqlite(session: Session) -> bool:
    return session.connection().dialect.name == "sqlite"


# --- SQLite ----------------------------------------------------------------------------------


@cache
def _sqlite_select(of: Shape, by: str, bare: bool) -> str:
    columns = "id" if bare else _names(of.columns)
    # A JSON list of ids is one parameter, however many there are.
    return (
        f'SELECT {columns} FROM "{of.name}" '
        f'WHERE workspace_id = ? AND "{by}" IN (SELECT value FROM json_each(?))'
        f"{_KNOWN if bare else ''}"
    )


def _execute(
    cursor: Any,
    of: Shape,
    filled: tuple[bool, ...],
    lines: Iterable[Row],
    over: bool | None,
    size: int,
) -> None:
    """Write rows in as few statements as hold them.

    SQLite lets other threads work while a statement runs, and so the next pages are read and
    understood meanwhile. After each the threads take turns, which takes longer than many rows.
    """
    them = iter(lines)
    together = max(1, MOST_VALUES // sum(filled))
    while size:
        while together > size:
            together = max(1, together // TIMES)
        values = list(chain.from_iterable(islice(them, together)))
        cursor.execute(_sqlite_insert(of, over, filled, together), values)
        size -= together


@lru_cache(maxsize=256)
def _sqlite_insert(of: Shape, over: bool | None, filled: tuple[bool, ...], rows: int) -> str:
    row = f"({', '.join('?' if one else 'NULL' for one in filled)})"
    values = ", ".join([row] * rows)
    return f'INSERT INTO "{of.name}" ({_names(of.columns)}) VALUES {values} {_on(of, over)}'


# --- PostgreSQL ------------------------------------------------------------------------------


@cache
def _postgres_select(of: Shape, by: str, bare: bool) -> str:
    columns = "id" if bare else ", ".join(_as(_READ, of))
    return (
        f'SELECT {columns} FROM "{of.name}" WHERE workspace_id = %s AND "{by}" = ANY(%s::bigint[])'
        f"{_KNOWN if bare else ''}"
    )


@cache
def _postgres_steps(of: Shape, over: bool | None) -> tuple[str, str, str, str]:
    waiting = f'pg_temp."waiting_{of.name}"'
    columns = ", ".join(
        f'"{name}" {_WAITING.get(type_, "text")}'
        for name, type_ in zip(of.columns, of.types, strict=True)
    )
    return (
        f'CREATE TEMP TABLE IF NOT EXISTS "waiting_{of.name}" ({columns}) ON COMMIT DELETE ROWS',
        f"TRUNCATE {waiting}",
        f"COPY {waiting} ({{}}) FROM STDIN",
        f'INSERT INTO "{of.name}" ({_names(of.columns)}) '
        f"SELECT {', '.join(_as(_MOVED, of))} FROM {waiting} {_on(of, over)}",
    )


@lru_cache(maxsize=256)
def _postgres_insert(of: Shape, filled: tuple[bool, ...], over: bool | None) -> str:
    places = accumulate(filled, initial=-1)
    next(places)
    told = [
        f"value ->> {place}" if one else "NULL" for one, place in zip(filled, places, strict=True)
    ]
    waiting = ", ".join(
        f'({one})::{_WAITING.get(type_, "text")} AS "{name}"'
        for one, name, type_ in zip(told, of.columns, of.types, strict=True)
    )
    return (
        f'INSERT INTO "{of.name}" ({_names(of.columns)}) SELECT {", ".join(_as(_MOVED, of))} '
        f"FROM (SELECT {waiting} FROM jsonb_array_elements(%s::jsonb)) AS waiting "
        f"{_on(of, over)}"
    )


def _copy(
    cursor: Any, of: Shape, filled: Sequence[bool], lines: Iterable[Row], over: bool | None
) -> None:
    create, clear, copy, move = _postgres_steps(of, over)
    cursor.execute(create)
    cursor.execute(clear)
    with cursor.copy(copy.format(_names(compress(of.columns, filled)))) as stream:
        for line in lines:
            stream.write_row(line)
    cursor.execute(move)


def _as(ways: dict[str, str], of: Shape) -> list[str]:
    named = zip(of.columns, of.types, strict=True)
    return [ways.get(type_, "{0}").format(f'"{name}"') for name, type_ in named]


def _with_plain_json(of: Shape, rows: list[Row]) -> list[Row]:
    """Give JSON texts the form in which we write them; PostgreSQL has its own."""
    places = [place for place, type_ in enumerate(of.types) if type_ == "json"]
    if not places:
        return rows
    found = []
    for row in rows:
        values = list(row)
        for place in places:
            if values[place] is not None:
                values[place] = stored.json_text(stored.read_json(values[place]))
        found.append(tuple(values))
    return found


# --- Both ------------------------------------------------------------------------------------


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _on(of: Shape, over: bool | None) -> str:
    if over is None:
        return ""
    if not over:
        # Rewritten as it is, so that it stays locked: nobody removes it before we are done.
        same = f'"{of.key[0]}" = excluded."{of.key[0]}"'
        return f"ON CONFLICT ({_names(of.key)}) DO UPDATE SET {same}"
    others = ", ".join(f'"{name}" = excluded."{name}"' for name in of.columns if name not in of.key)
    return f"ON CONFLICT ({_names(of.key)}) DO UPDATE SET {others}"
