"""How sound the records of two sources are: before a cut-over both are checked, after it one."""

from datetime import date
from decimal import Decimal

import pytest

from app.db import Database
from goals.metrics import quality
from tests.goals.metrics import parallel

DAY, TODAY = date(2026, 6, 1), date(2026, 6, 10)


def deals(side):
    """A deal won in May, one won in June and one still open and late, the same in each source."""
    told = (
        ("May", "won", date(2026, 5, 5)),
        ("June", "won", date(2026, 6, 5)),
        ("Open", "open", None),
    )
    for name, status, closed in told:
        yield {
            "external_id": f"{side}-{name}",
            "name": name,
            "status": status,
            "stage": status.title(),
            "created_on": closed or date(2026, 4, 1),
            "closed_on": closed,
            "expected_close_on": None if closed else date(2026, 4, 30),
            "amount": Decimal(10),
            "account": "acme",
        }


@pytest.fixture
def sides(database_url):
    database = Database(database_url)
    old, new = parallel.two(database)
    for side, source in (("old", old), ("new", new)):
        source.write("account", [{"external_id": "acme", "name": "Acme"}])
        source.write("deal", list(deals(side)))
    yield old, new
    database.dispose()


def score(sides, record="deal"):
    """Return how many records are checked, and how many fail each check."""
    with sides[0].session() as session:
        found = quality.of_records(session, record, TODAY)
        return found.n, {one.check.name: one.n for one in found.found}


def late(sides):
    with sides[0].session() as session:
        check = quality.check_of(session, "deal", "late")
        n, rows = quality.records(session, check, TODAY)
        return n, [one.external_id for one in rows]


def test_without_a_cut_over_all_that_counts_is_checked(sides):
    assert score(sides)[0] == 6
    assert late(sides)[0] == 2


def test_after_a_cut_over_each_record_is_checked_where_it_counts(sides):
    parallel.cut_over(sides[0], sides[1], DAY)
    # May of the old source; June and what is open of the new one.
    assert score(sides)[0] == 3
    assert late(sides) == (1, ["new-Open"])


def test_what_both_hold_by_intent_is_no_double(sides):
    assert score(sides, "account") == (2, {"twin": 2})
    parallel.cut_over(sides[0], sides[1], DAY)
    assert score(sides, "account") == (2, {})
