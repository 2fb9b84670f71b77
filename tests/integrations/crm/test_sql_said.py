"""A query of another database: what is said of its rows and columns, and where."""

import sqlite3
from contextlib import closing

import pytest

from goals.words import from_json, render
from integrations.crm.sql import databases
from integrations.crm.sql.guide import GUIDE
from tests.integrations.crm.test_sql import (  # noqa: F401
    connect,
    dsn,
    file,
    mapping,
    server,
)
from tests.support.crm import counts


def test_a_row_that_is_left_out_is_said_with_the_reason(connect, file):  # noqa: F811
    with closing(sqlite3.connect(file)) as there, there:
        there.execute("UPDATE deals SET opened = 'soon' WHERE id = 1")
        there.execute("UPDATE deals SET opened = '2026-02-29' WHERE id = 2")
    desk = connect(f"sqlite:///{file}")
    run = desk.done()
    assert counts(run, "rows") == {"read": 3, "created": 1, "rejected": 2}
    [told] = run.to_json("en")["streams"][0]["reasons"]
    assert told.startswith("2 rows, created_on = soon, 2026-02-29: This is not a date.")
    [kept] = desk.runs()[0].streams[0]["reasons"]
    assert render(from_json(kept), "en") == told


def found(desk, **options):
    """Return what a test found, by what was looked at, in words."""
    told = {}
    for one in desk.check(**options):
        fix = render(one.fix, "en") if one.fix is not None else ""
        told[one.name] = (one.ok, one.needed, f"{render(one.message, 'en')} {fix}", one.field)
    return told


def test_a_test_tells_which_columns_are_which_fields_with_a_value(connect, dsn):  # noqa: F811
    query = 'SELECT id AS external_id, title AS name, changed AS "変更" FROM deals ORDER BY id'
    ok, _, text, _ = found(connect(dsn, query, mapping=""))["columns"]
    assert ok
    assert "external_id ← external_id (1), name ← name (ข้อตกลง)" in text
    assert "Left out are the columns: 変更." in text


def test_the_example_at_the_field_names_columns_that_nobody_knows(connect, file):  # noqa: F811
    columns = "id, title, phase, value, opened, closed"
    with closing(sqlite3.connect(file)) as there, there:
        there.execute(f"CREATE TABLE opportunities ({columns})")
        row = (7, "Pumps", "Won", 5, "2026-01-02", "2026-02-03")
        there.execute("INSERT INTO opportunities VALUES (?, ?, ?, ?, ?, ?)", row)
    [query] = [one.example for one in GUIDE.ways[0].asks if one.name == "query"]
    ok, _, text, _ = found(connect(f"sqlite:///{file}", query, mapping=""))["columns"]
    assert ok
    for field in ("external_id", "name", "stage", "amount", "created_on", "closed_on"):
        assert f"{field} ← {field} (" in text
    # Whoever names nothing is told the fields there too.
    plain = f"SELECT {columns} FROM opportunities"
    ok, _, text, _ = found(connect(f"sqlite:///{file}", plain, mapping=""))["columns"]
    assert not ok
    assert "The fields of a deal are: external_id" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT title AS name FROM deals", "named external_id, which a deal needs"),
        ("SELECT id, title AS name FROM deals", "not certain which columns of the query"),
        ("SELECT id, title AS name FROM deals", "SELECT id AS external_id, name. The fields"),
        ("SELECT 1 AS x", "SELECT ... AS external_id. The fields of a deal are: external_id"),
        ("SELECT id AS external_id, id AS external_id FROM deals", "more than one column"),
    ],
)
def test_columns_that_a_sync_would_not_know_fail_the_test(connect, file, query, words):  # noqa: F811
    desk = connect(f"sqlite:///{file}", query, mapping="")
    ok, needed, text, field = found(desk)["columns"]
    assert (ok, needed, field) == (False, True, "query")
    assert words in text
    assert desk.pull().status == "failed"


def test_stages_that_nobody_knows_are_named_before_their_deals_are_left_out(connect, file):  # noqa: F811
    query = "SELECT id AS external_id, stage{} FROM deals ORDER BY id"
    desk = connect(f"sqlite:///{file}", query.format(""), mapping="")
    ok, needed, text, _ = found(desk)["stages"]
    assert (ok, needed) == (False, False)
    assert "would be left out: Talking. Say what it means in a column named status" in text
    assert '"stages": {"Talking": "open"}' in text
    run = desk.done()
    assert counts(run, "rows") == {"read": 3, "created": 2, "rejected": 1}
    [told] = run.to_json("en")["streams"][0]["reasons"]
    assert told.startswith("It is not known whether the stage Talking is open, won or lost (1 row)")
    status = ", CASE stage WHEN 'Talking' THEN 'open' ELSE stage END AS status"
    with_status = connect(f"sqlite:///{file}", query.format(status), mapping="")
    assert "stages" not in found(with_status)
    assert counts(with_status.done(), "rows") == {"read": 3, "created": 3}


def test_dates_that_only_all_rows_decide_are_no_fault(connect, file):  # noqa: F811
    query = "SELECT id AS external_id, '03/04/2026' AS created_on FROM deals"
    assert found(connect(f"sqlite:///{file}", query, mapping=""))["columns"][0]


def test_nobody_waits_long_for_a_test_and_the_query_may_be_kept(connect, dsn, monkeypatch):  # noqa: F811
    monkeypatch.setattr(databases, "TESTING", 1)
    query = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT max(i) AS external_id FROM n"
    )
    told = found(connect(dsn, query, mapping=""))
    ok, needed, text, _ = told["query"]
    assert (ok, needed) == (False, False)
    assert "within 1 seconds" in text
    assert "columns" not in told


@pytest.mark.parametrize(
    ("query", "watermark", "field"),
    [
        ("SELECT nope FROM deals", "", "query"),
        ("SELECT id AS external_id FROM deals", "grows", "watermark"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(connect, file, query, watermark, field):  # noqa: F811
    desk = connect(f"sqlite:///{file}", query, mapping="", watermark=watermark)
    assert found(desk)["query"][3] == field


@pytest.mark.parametrize("end", ["; -- all of them", " ; /* all */ ;\n", "-- all; of them"])
def test_a_remark_behind_the_end_of_a_query_is_none_of_it(connect, dsn, end):  # noqa: F811
    query = f"SELECT id AS external_id, title AS name, changed FROM deals{end}"
    for more in ({}, {"watermark": "changed"}):
        assert counts(connect(dsn, query, mapping="", **more).done(), "rows")["created"] == 3


def test_ids_in_a_column_of_fractions_are_those_of_whole_numbers(connect, file):  # noqa: F811
    with closing(sqlite3.connect(file)) as there, there:
        there.execute("CREATE TABLE people (id integer, name text)")
        there.execute("INSERT INTO people VALUES (7, 'Ann')")
        there.execute("ALTER TABLE deals ADD COLUMN person real")
        there.execute("UPDATE deals SET person = 7 WHERE id < 3")
    address = f"sqlite:///{file}"
    desk = connect(address, "SELECT id AS external_id, person AS owner FROM deals", mapping="")
    desk.done()
    query = "SELECT id AS external_id, name FROM people"
    desk.add("sql", {"query": query, "record": "owner"}, {"dsn": address})
    desk.done()
    assert [one.name for one in desk.rows("owner").values()] == ["Ann"]


def test_a_byte_that_is_no_text_stops_no_table(connect, file):  # noqa: F811
    with closing(sqlite3.connect(file)) as there, there:
        there.execute("UPDATE deals SET title = CAST(x'61ff62' AS TEXT) WHERE id = 2")
    desk = connect(f"sqlite:///{file}")
    assert counts(desk.done(), "rows") == {"read": 3, "created": 3}
    assert desk.rows("deal")["2"].name == "a\ufffdb"
