"""Two reviews at the same moment: nothing is told twice."""

import threading
import time
from datetime import date, timedelta

import pytest
from sqlmodel import select

from app.db import Database
from goals import workspace
from goals.alerts import review
from goals.alerts.outbox import Channel, Outbox
from goals.tracking.goal import Goal
from tests.support import company
from tests.support.company import NOW

DAY = date(2026, 8, 20)


@pytest.fixture
def database(database_url):
    found = Database(database_url)
    yield found
    found.dispose()


@pytest.fixture
def here(database):
    made = company.make(database)
    company.win(
        database, made, [(date(2026, 7, 1) + timedelta(days=step), 50) for step in range(40)]
    )
    with database.session(made) as session:
        company.revenue_goal(session, channel="C01")
        session.add(Channel(workspace_id=made, external_id="C01", is_on=True, created_at=NOW))
    return made


def reviewed(session, day=DAY):
    return review.review(session, now=workspace.of(session).end_of(day), today=day)


def test_two_reviews_at_the_same_moment_tell_a_change_once(database, here):
    seen: list[int] = []
    started = threading.Event()

    def second() -> None:
        with database.session(here) as session:
            # It has looked around before the first one was done.
            session.exec(select(Goal).where(Goal.workspace_id == here)).all()
            started.set()
            seen.extend(one.queued for one in reviewed(session))

    with database.session(here) as session:
        assert [one.queued for one in reviewed(session)] == [1]
        other = threading.Thread(target=second)
        other.start()
        assert started.wait(10)
        time.sleep(0.3)
    other.join(30)
    assert seen == [0]
    with database.session(here) as session:
        rows = session.exec(select(Outbox).where(Outbox.workspace_id == here)).all()
    assert [row.kind for row in rows] == ["alert"]
