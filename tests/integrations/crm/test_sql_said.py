"""A query of another database: what is said of its rows and columns, and where."""

import sqlite3
from contextlib import closing

from goals.words import from_json, render
from tests.integrations.crm.test_sql import (  # noqa: F401
    connect,
    counts,
    file,
    mapping,
)


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
