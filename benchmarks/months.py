"""Two years month by month: rollups against raw queries, Polars and DuckDB (B1, B2)."""

import calendar
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from benchmarks import measuring
from goals.metrics import readings

if TYPE_CHECKING:
    from benchmarks.metrics import Company

Window = tuple[date, date]
WINDOWS: tuple[Window, ...] = tuple(
    (date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    for year, month in ((2024 + number // 12, number % 12 + 1) for number in range(9, 33))
)
_WON = "status = 'won' AND closed_on BETWEEN {first} AND {last}"
_DAYS = {
    "sqlite": "julianday(closed_on) - julianday(created_on)",
    "postgresql": "closed_on - created_on",
    "duckdb": "closed_on - created_on",
}
#: Metric -> one query for one window: what is divided, and by what (NULL: nothing).
QUERIES = {
    "contracts_signed": f"SELECT count(*), NULL FROM deal WHERE {_WON}",
    "opportunities_new": "SELECT count(*), NULL FROM deal"
    " WHERE created_on BETWEEN {first} AND {last}",
    "revenue": f"SELECT coalesce(sum(amount), 0), 10000 FROM deal WHERE {_WON}",
    "win_rate": "SELECT sum(CASE WHEN status = 'won' THEN 1 ELSE 0 END), count(*) FROM deal"
    " WHERE status IN ('won', 'lost') AND closed_on BETWEEN {first} AND {last}",
    "avg_deal_size": f"SELECT sum(amount), 10000 * count(amount) FROM deal WHERE {_WON}",
    "sales_cycle": f"SELECT sum({{days}}), count(*) FROM deal WHERE {_WON}",
    "new_customers": "SELECT count(*), NULL FROM (SELECT account_id FROM deal WHERE status = 'won'"
    " AND {here} GROUP BY account_id HAVING min(closed_on) BETWEEN {first} AND {last}) AS new",
    "open_deals": "SELECT count(*), NULL FROM deal WHERE created_on <= {last}"
    " AND (closed_on IS NULL OR closed_on > {last})",
}


def rows(name: str, company: "Company", runs: int) -> Iterator[dict[str, Any]]:
    """Yield B1 and B2 of one company whose rollups are built."""
    what = f"{len(QUERIES)} metrics x {len(WINDOWS)} months from rollups"
    of = f"{company.deals} deals"
    with company.database.session(company.workspace_id) as session:
        ours = partial(_ours, session)
        raw = partial(_raw, session, name)
        ratio = _ratio(runs, raw, ours)
        yield measuring.row("B1", f"{what} against a query each, {of}", name, ratio, "150", "500")
        with tempfile.TemporaryDirectory() as folder:
            file = _parquet(session, Path(folder))
            for peer, read in (("Polars", _polars), ("DuckDB", _duckdb)):
                ratio = _ratio(runs, partial(read, file), ours)
                said = f"{what} against {peer} on Parquet, {of}"
                yield measuring.row("B2", said, name, ratio, "30", "110")


def _ratio(runs: int, above: Callable[[], Any], below: Callable[[], Any]) -> float:
    """Return how many times as long one takes as the other, which must find the same."""
    _agree(above(), below())
    times = [(measuring.seconds(above), measuring.seconds(below)) for _ in range(runs)]
    one, other = (sorted(each)[len(times) // 2] for each in zip(*times, strict=True))
    return one / other


def _agree(found: Sequence[float | None], wanted: Sequence[float | None]) -> None:
    for one, other in zip(found, wanted, strict=True):
        same = one == other or abs((one or 0.0) - (other or 0.0)) <= 1e-9 * abs(other or 0.0)
        assert same and (one is None) == (other is None), (one, other)


def _ours(session: Session) -> list[float | None]:
    found = (readings.values(session, one, {}, {}, WINDOWS) for one in QUERIES)
    return [None if value is None else float(value) for each in found for value in each]


def _asked(kind: str, here: str) -> Iterator[str]:
    """Yield every query with its window in it."""
    for statement in QUERIES.values():
        for first, last in WINDOWS:
            days = {"first": f"'{first}'", "last": f"'{last}'"}
            asked = statement.format(here=here, days=_DAYS[kind], **days)
            inside = "{here}" in statement
            yield asked if inside else asked.replace("WHERE ", f"WHERE {here} AND ", 1)


def _divided(above: Any, below: Any) -> float | None:
    if below is None:
        return float(above)
    return float(above) / float(below) if below else None


def _raw(session: Session, kind: str) -> list[float | None]:
    driver: Any = session.connection().connection.driver_connection
    here = f"workspace_id = {int(session.info['workspace_id'])} AND deleted_at IS NULL"
    return [_divided(*driver.execute(one).fetchone()) for one in _asked(kind, here)]


# --- Peers that read columns of a file ---------------------------------------------------------


def _parquet(session: Session, folder: Path) -> Path:
    """Write the deals as a file of columns, as a warehouse would keep them."""
    import polars

    driver: Any = session.connection().connection.driver_connection
    columns = "account_id, status, created_on, closed_on, amount"
    here = f"workspace_id = {int(session.info['workspace_id'])} AND deleted_at IS NULL"
    found = driver.execute(f"SELECT {columns} FROM deal WHERE {here}").fetchall()
    frame = polars.DataFrame(
        found, schema=columns.split(", "), orient="row", infer_schema_length=None
    )
    days = [
        polars.col(one).cast(polars.String).str.to_date() for one in ("created_on", "closed_on")
    ]
    file = folder / "deal.parquet"
    frame.with_columns(days).write_parquet(file)
    return file


def _duckdb(file: Path) -> list[float | None]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW deal AS SELECT * FROM read_parquet('{file}')")
        asked = _asked("duckdb", "true")
        found = (connection.execute(one).fetchone() or (None, None) for one in asked)
        return [_divided(*one) for one in found]


def _polars(file: Path) -> list[float | None]:
    import polars

    deals = polars.scan_parquet(file)
    asked = (_of(deals, metric, *window) for metric in QUERIES for window in WINDOWS)
    return [_divided(*one.collect().row(0)) for one in asked]


def _of(deals: Any, metric: str, first: date, last: date) -> Any:
    """Return what one query is to Polars: a frame of one row, not collected yet."""
    import polars as pl

    closed, created, amount, n = (
        pl.col("closed_on"),
        pl.col("created_on"),
        pl.col("amount"),
        pl.len(),
    )
    won, within = pl.col("status") == "won", closed.is_between(first, last)
    wins, nothing = deals.filter(won & within), pl.lit(None).alias("below")
    if metric == "contracts_signed":
        return wins.select(n, nothing)
    if metric == "opportunities_new":
        return deals.filter(created.is_between(first, last)).select(n, nothing)
    if metric == "revenue":
        return wins.select(amount.sum(), pl.lit(10_000).alias("below"))
    if metric == "win_rate":
        ended = pl.col("status").is_in(["won", "lost"])
        return deals.filter(ended & within).select(won.sum(), n.alias("below"))
    if metric == "avg_deal_size":
        return wins.select(amount.sum(), (10_000 * amount.count()).alias("below"))
    if metric == "sales_cycle":
        return wins.select((closed - created).dt.total_days().sum(), n.alias("below"))
    if metric == "new_customers":
        firsts = deals.filter(won).group_by("account_id").agg(closed.min())
        return firsts.filter(within).select(n, nothing)
    stands = (created <= last) & (closed.is_null() | (closed > last))
    return deals.filter(stands).select(n, nothing)
