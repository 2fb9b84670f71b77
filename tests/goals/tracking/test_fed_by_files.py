"""What people deliver in files is as fresh as the files of the records that a number counts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.db import Database
from goals.metrics import catalogue
from goals.records import undo
from goals.tracking import freshness
from integrations.files.importing import import_file
from tests.support import company

FIRST = datetime(2026, 6, 1, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
DEALS = (
    b"external_id,name,stage,amount,created_on,closed_on\n%d,Pumps,Won,5,2026-05-01,2026-05-%d\n"
)
TICKETS = b"external_id,opened_at,solved_at\nt1,2026-06-%dT09:00:00Z,2026-06-%dT10:00:00Z\n"


class Place:
    """A workspace that lives on files."""

    def __init__(self, url):
        self.database = Database(url)
        self.here = company.make(self.database)

    def send(self, record, text, day):
        with self.database.session(self.here) as session:
            at = FIRST + timedelta(days=day)
            found = import_file(session, text, record, now=at)
            assert found.created + found.updated == 1
            return found.import_id

    def feed(self, metric, day):
        with self.database.session(self.here) as session:
            found = catalogue.METRICS[metric]
            return freshness.of_metric(session, found, WEEK, FIRST + timedelta(days=day))


@pytest.fixture
def place(database_url):
    made = Place(database_url)
    yield made
    made.database.dispose()


def test_a_file_of_something_else_freshens_nothing(place):
    place.send("deal", DEALS % (1, 30), 0)
    assert not place.feed("revenue", 9).is_stale
    place.send("ticket", TICKETS % (20, 20), 20)
    sold = place.feed("revenue", 20)
    with place.database.session(place.here) as session:
        solved = freshness.feeds(session, ("ticket",), WEEK, FIRST + timedelta(days=20))
    assert (sold.is_stale, sold.heard_at, sold.data_to) == (True, FIRST, date(2026, 5, 30))
    assert (solved.is_stale, solved.data_to) == (False, date(2026, 6, 20))
    again = place.send("deal", DEALS % (2, 31), 21)
    assert not place.feed("revenue", 21).is_stale
    # What was undone was not delivered.
    with place.database.session(place.here) as session:
        undo.undo(session, again, FIRST + timedelta(days=22))
    sold = place.feed("revenue", 22)
    assert (sold.is_stale, sold.heard_at, sold.data_to) == (True, FIRST, date(2026, 5, 30))
