"""Two databases whose ids are the same although their records are not."""

import sqlite3
from contextlib import closing

import pytest

from tests.integrations.crm.test_sql import (  # noqa: F401
    connect,
    file,
    mapping,
)
from tests.support.crm import counts

QUERY = "SELECT id AS external_id, title AS name, 'Ann' AS account FROM deals"


@pytest.fixture
def other(tmp_path):
    """Another company's database, which counts from 1 as well."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE deals (id integer, title text)")
        made.executemany("INSERT INTO deals VALUES (?, ?)", [(1, "Alfa"), (2, "Beta"), (9, "Iota")])
    return path


def reasons(run):
    return run.to_json("en")["streams"][0].get("reasons", [])


def test_it_is_said_that_each_writes_over_what_the_other_wrote(connect, file, other):  # noqa: F811
    desk = connect(f"sqlite:///{file}", QUERY, mapping="")
    assert reasons(desk.done()) == []
    first = desk.connected().name
    desk.add("sql", {"query": QUERY, "record": "deal"}, {"dsn": f"sqlite:///{other}"})
    run = desk.done()
    assert counts(run, "rows") == {"read": 3, "created": 1, "updated": 2}
    [told] = reasons(run)
    assert told.startswith(f"{first} brought deals with the same ids (such as ")
    assert sorted(told[told.index("such as ") + 8 : told.index(")")].split(", ")) == ["1", "2"]


def test_a_word_of_its_own_before_the_ids_ends_it(connect, file, other):  # noqa: F811
    desk = connect(f"sqlite:///{file}", QUERY, mapping="")
    desk.done()
    query = QUERY.replace("id AS", "'other-' || id AS")
    desk.add("sql", {"query": query, "record": "deal"}, {"dsn": f"sqlite:///{other}"})
    run = desk.done()
    assert (counts(run, "rows"), reasons(run)) == ({"read": 3, "created": 3}, [])


def test_what_stood_in_for_a_record_is_no_loss(connect, file):  # noqa: F811
    desk = connect(f"sqlite:///{file}", QUERY, mapping="")
    desk.done()
    query = "SELECT 'Ann' AS name, 'a1' AS external_id, 'Food' AS industry"
    desk.add("sql", {"query": query, "record": "account"}, {"dsn": f"sqlite:///{file}"})
    assert reasons(desk.done()) == []
    query = "SELECT 'Ann' AS external_id, 'Ann' AS name, 'Food' AS industry"
    desk.add("sql", {"query": query, "record": "account"}, {"dsn": f"sqlite:///{file}"})
    assert reasons(desk.done()) == []


def test_the_same_rows_from_two_sides_are_no_trouble(connect, file):  # noqa: F811
    desk = connect(f"sqlite:///{file}", QUERY, mapping="")
    desk.done()
    desk.add("sql", {"query": QUERY, "record": "deal"}, {"dsn": f"sqlite:///{file}"})
    assert reasons(desk.done()) == []
