"""Sources that fall silent after a review: what is said then, and when nothing is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.db import Database
from goals import words
from goals.alerts import review
from goals.questions import ask
from goals.tracking import glance, silence, standing, visibility
from tests.support import company

JUDGED = datetime(2026, 8, 14, 12, tzinfo=UTC)
READER = words.Reader()


class Place:
    """A workspace whose CRM was synced last when its goal was judged last."""

    def __init__(self, url):
        self.database = Database(url)
        self.here = company.make(self.database)
        first = date(2026, 1, 5)
        days = [(first + timedelta(days=3 * n), 100) for n in range(73)]
        company.win(self.database, self.here, days)
        with self.session() as session:
            source = company.connection_of(session, self.here)
            source.interval, source.last_success_at, source.newest_on = 15, JUDGED, None
            session.add(source)
            self.goal = company.revenue_goal(session, name="Sell more").id
        for day in (13, 14):
            with self.session() as session:
                now = JUDGED.replace(day=day)
                review.review(session, now=now, today=now.date())

    def session(self):
        return self.database.session(self.here)

    def change(self, **values):
        """Change the source."""
        with self.session() as session:
            source = company.connection_of(session, self.here)
            for name, value in values.items():
                setattr(source, name, value)
            session.add(source)

    def after(self, **time):
        """Return what an answer adds so long after the last sync, "" for nothing."""
        with self.session() as session:
            found = ask.ask(
                session, "status of sell more", visibility.OWNER, now=JUDGED + timedelta(**time)
            )
            listed = ask.ask(session, "goals", visibility.OWNER, now=JUDGED + timedelta(**time))
        said = "" if found.silence is None else words.render(found.silence, READER)
        assert listed.silence == found.silence
        return said


@pytest.fixture
def place(database_url):
    made = Place(database_url)
    yield made
    made.database.dispose()


def test_an_answer_says_how_long_ago_the_last_sync_was(place):
    assert place.after(hours=24) == ""
    assert place.after(hours=24, minutes=1) == "Last synced 24 hours ago: stale."
    assert place.after(hours=31) == "Last synced 31 hours ago: stale."
    assert place.after(days=5) == "Last synced 5 days ago: stale."
    with place.session() as session:
        [one] = standing.board(session, visibility.OWNER)
        assert one.status not in ("stale", "no_data")


def test_a_slow_source_may_be_silent_longer(place):
    place.change(interval=24 * 60)
    assert place.after(hours=72) == ""
    assert place.after(hours=73) == "Last synced 3 days ago: stale."


def test_what_people_deliver_is_told_by_its_newest_day(place):
    place.change(interval=None, newest_on=date(2026, 8, 14))
    assert place.after(days=10) == ""
    assert place.after(days=12) == "The newest data are from 14 Aug 2026: stale."


def test_nothing_is_added_to_a_status_that_says_so_or_is_final(place):
    later = JUDGED + timedelta(days=3)
    with place.session() as session:
        review.review(session, now=later, today=later.date())
        assert standing.board(session, visibility.OWNER)[0].status == "stale"
    assert place.after(days=3) == ""
    place.change(last_success_at=JUDGED + timedelta(days=200))
    with place.session() as session:
        end = datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
        review.review(session, now=end, today=end.date())
        assert standing.board(session, visibility.OWNER)[0].evaluation.final
    place.change(last_success_at=JUDGED)
    assert place.after(days=300) == ""


def test_the_board_says_it_of_all_sources_together(place):
    with place.session() as session:
        [one] = glance.glances(session, visibility.OWNER)
    assert (one.synced_at, one.interval) == (JUDGED, 15)
    assert silence.of_board(one.synced_at, JUDGED, one.interval, JUDGED) is None
    told = silence.of_board(one.synced_at, JUDGED, one.interval, JUDGED + timedelta(hours=30))
    assert told is not None
    assert words.render(told, READER) == "Last synced 30 hours ago: stale."
    place.change(interval=None)
    with place.session() as session:
        [one] = glance.glances(session, visibility.OWNER)
    assert (one.synced_at, one.interval) == (None, None)
