"""Lead conversion on a real funnel of 8,000 leads, against SQL over the files themselves."""

import csv
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.db import Database
from goals.metrics import refresh
from integrations.files.importing import import_file
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import Company

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "olist"
LEADS = FOLDER / "olist_marketing_qualified_leads_dataset.csv"
CLOSED = FOLDER / "olist_closed_deals_dataset.csv"
#: What the columns of the two files are; the second tells of leads of the first.
FILES: tuple[tuple[Path, dict[str, str]], ...] = (
    (LEADS, {"external_id": "mql_id", "created_on": "first_contact_date", "source": "origin"}),
    (CLOSED, {"external_id": "mql_id", "converted_on": "won_date"}),
)
QUARTERS = (date(2017, 7, 1), date(2017, 10, 1), date(2018, 1, 1), date(2018, 4, 1))
#: All that was won was won by then.
MATURED = date(2019, 1, 1)

if not LEADS.exists():
    __test__ = False


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    from app import db

    url = f"sqlite:///{tmp_path_factory.mktemp('olist') / 'headway.db'}"
    db.upgrade(url)
    database = Database(url)
    made = companies.found(database)
    with database.session(made.workspace_id) as session:
        for file, columns in FILES:
            mapping = {"columns": columns, "format": {"date_order": "dmy"}}
            result = import_file(session, file.read_bytes(), "lead", mapping, now=companies.NOW)
            assert (result.rejected, result.stubs) == (0, 0)
        refresh.refresh(session, undated=True)
    yield made
    database.dispose()


@pytest.fixture(scope="module")
def plain() -> Iterator[sqlite3.Connection]:
    """The two files as tables of text and days, and nothing of ours."""
    with sqlite3.connect(":memory:") as found:
        found.execute("CREATE TABLE lead (id PRIMARY KEY, day, origin)")
        found.execute("CREATE TABLE won (id PRIMARY KEY, day)")
        for file, table in ((LEADS, "lead"), (CLOSED, "won")):
            with file.open(encoding="utf-8", newline="") as text:
                for row in csv.DictReader(text):
                    said = (row.get("first_contact_date") or row.get("won_date") or "")[:10]
                    day = "-".join(reversed(said.split("-")))
                    more = (row["origin"],) if table == "lead" else ()
                    marks = ", ".join("?" * (2 + len(more)))
                    found.execute(
                        f"INSERT INTO {table} VALUES ({marks})", (row["mql_id"], day, *more)
                    )
        yield found
    found.close()


def counted(plain: sqlite3.Connection, statement: str, *values: Any) -> tuple[int, int]:
    first, second = plain.execute(statement, values).fetchone()
    return first, second


COHORT = """SELECT count(won.id), count(*) FROM lead LEFT JOIN won USING (id)
WHERE lead.day BETWEEN ? AND ?"""
PERIOD = """SELECT (SELECT count(*) FROM won JOIN lead USING (id) WHERE won.day BETWEEN ? AND ?),
(SELECT count(*) FROM lead WHERE day BETWEEN ? AND ?)"""
IN_TIME = """SELECT count(CASE WHEN julianday(won.day) - julianday(lead.day) <= 90 THEN 1 END),
count(*) FROM lead LEFT JOIN won USING (id) WHERE lead.day BETWEEN ? AND ?"""


def quarter(start: date) -> tuple[date, date]:
    following = date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
    return start, following - timedelta(days=1)


@pytest.mark.parametrize("start", QUARTERS, ids=str)
@pytest.mark.parametrize(
    ("params", "statement"),
    [
        ({}, COHORT),
        ({"mode": "period"}, PERIOD),
        ({"within_days": "90"}, IN_TIME),
    ],
    ids=["cohort", "period", "within 90 days"],
)
def test_lead_conversion_is_what_plain_sql_says(company, plain, start, params, statement):
    first, last = quarter(start)
    found = company.read("lead_conversion", first, last, matured=MATURED, **params)
    days = (first.isoformat(), last.isoformat())
    wanted = counted(plain, statement, *days * (statement.count("?") // 2))
    assert (found.figure.numerator, found.figure.denominator) == wanted
    assert wanted[1] > 500


def test_lead_conversion_by_source_is_what_plain_sql_says(company, plain):
    first, last = date(2017, 6, 1), date(2018, 5, 31)
    found = company.read("lead_conversion", first, last, by="source", matured=MATURED)
    wanted = {
        origin: (won, leads)
        for origin, won, leads in plain.execute(
            "SELECT lead.origin, count(won.id), count(*) FROM lead LEFT JOIN won USING (id)"
            " WHERE lead.day BETWEEN ? AND ? AND lead.origin <> '' GROUP BY 1",
            (first.isoformat(), last.isoformat()),
        )
    }
    assert len(wanted) > 8
    segments = dict(found.segments or ())
    assert {key: (segments[key].numerator, segments[key].denominator) for key in wanted} == wanted
