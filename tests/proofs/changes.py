"""Many goals that turn at once, so that there is much to deliver."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app import db
from app.db import Database
from goals import workspace
from goals.alerts import review
from goals.alerts.outbox import Channel
from tests.fakes.slack.server import FakeSlack
from tests.support import company


def make(home: Path, slack: FakeSlack, count: int) -> list[str]:
    """Make an installation with so many messages, one for each channel; returns their ids.

    What waits for one channel would be told as one message.
    """
    url = f"sqlite:///{home / 'headway.db'}"
    db.upgrade(url)
    database = Database(url)
    here = company.make(database)
    first = date(2026, 7, 1)
    company.win(database, here, [(first + timedelta(days=step), 50) for step in range(40)])
    channels = [slack.add_channel(f"sales-{number}").id for number in range(count)]
    with database.session(here) as session:
        now = datetime.now(UTC)
        for number, channel in enumerate(channels):
            session.add(Channel(workspace_id=here, external_id=channel, is_on=True, created_at=now))
            company.revenue_goal(session, name=f"Goal {number:03} of many", channel=channel)
    for day in (date(2026, 8, 18), date(2026, 8, 19), date(2026, 8, 20)):
        with database.session(here) as session:
            review.review(session, now=workspace.of(session).end_of(day), today=day)
    database.dispose()
    assert waiting(home) == count
    return channels


def waiting(home: Path) -> int:
    """Return how many messages are not settled yet."""
    with sqlite3.connect(home / "headway.db", timeout=30) as database:
        statement = "SELECT count(*) FROM outbox WHERE state IN ('new', 'sending')"
        (count,) = database.execute(statement).fetchone()
    database.close()
    return int(count)


def keys(home: Path) -> list[str]:
    """Return what makes each message one of a kind."""
    with sqlite3.connect(home / "headway.db", timeout=30) as database:
        found = [key for (key,) in database.execute("SELECT dedupe_key FROM outbox")]
    database.close()
    return found


def age_leases(home: Path, pid: int) -> None:
    """Let the leases of a killed worker run out, which would take a minute; no other's."""
    with sqlite3.connect(home / "headway.db", timeout=30) as database:
        past = "'2000-01-01 00:00:00.000000'"
        statement = f"UPDATE outbox SET lease_until = {past} WHERE state = 'sending'"
        database.execute(f"{statement} AND lease_by LIKE '%:{pid}:%'")
        database.execute(f"UPDATE outbox SET next_attempt_at = {past} WHERE state = 'new'")
    database.close()
