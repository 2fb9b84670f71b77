"""From doubtful deals to Slack: silent while they are, and told when they are mended or allowed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select, update

from goals import workspace
from goals.alerts import delivery, review
from goals.alerts.outbox import Outbox
from goals.metrics import refresh
from goals.records.record import DirtyDay
from goals.records.sales import Deal
from tests.support import company
from tests.support.slack import Desk

FIRST = date(2026, 7, 1)
WINS = [FIRST + timedelta(days=number) for number in range(10)]


class Selling:
    """A desk whose ten deals are too small for its goal; eight of them have no amount yet."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.channel = desk.slack.add_channel("sales", members=[desk.person("Ann")])
        desk.switch_on(self.channel)
        desk.bring_files()
        company.win(desk.wiring.database, desk.workspace_id, [(day, 100) for day in WINS])
        self.price(None)
        with desk.session() as session:
            company.revenue_goal(session, target=9200, channel=self.channel.id)

    def price(self, amount: int | None) -> None:
        """Write an amount into eight of the deals, as a sync does."""
        here, days = self.desk.workspace_id, WINS[:8]
        with self.desk.session() as session:
            session.exec(
                update(Deal)
                .where(col(Deal.workspace_id) == here, col(Deal.closed_on).in_(days))
                .values(amount=None if amount is None else Decimal(amount))
            )
            for day in days:
                for column in ("closed_on", "created_on"):
                    session.merge(
                        DirtyDay(workspace_id=here, record="deal", column=column, day=day)
                    )
            refresh.refresh(session)

    def live(self, first: int, last: int) -> list[str]:
        """Review and deliver on days of July; returns what stands in the channel then."""
        for number in range(first, last + 1):
            day = date(2026, 7, number)
            with self.desk.session() as session:
                self.desk.moment = workspace.of(session).end_of(day)
                review.review(session, now=self.desk.moment, today=day)
            self.desk.parts.recent.pop(f"post:{self.channel.id}", None)
            self.desk.deliver()
        shown = self.desk.slack.messages(self.channel)
        return [self.desk.slack.screen_text(one, notification=False) for one in shown]


@pytest.fixture
def selling(slack_desk: Desk) -> Selling:
    return Selling(slack_desk)


def test_the_channel_hears_of_it_when_the_data_are_mended(selling: Selling) -> None:
    assert selling.live(20, 25) == []
    selling.price(10)
    (said,) = selling.live(26, 27)
    assert said.startswith("▼ Off track: Sell more") or "Off track: Sell more" in said
    # Two hundred, and eight times ten.
    assert "280" in said and "Doubtful" not in said
    assert selling.desk.slack.audit == []


def test_a_person_may_let_it_be_posted_with_its_doubt(selling: Selling) -> None:
    assert selling.live(20, 22) == []
    with selling.desk.session() as session:
        row = session.exec(
            select(Outbox).where(col(Outbox.workspace_id) == selling.desk.workspace_id)
        ).one()
        assert delivery.retry(session, row.id, selling.desk.moment)
    (said,) = selling.live(23, 24)
    assert "Off track: Sell more" in said
    assert "Doubtful: 8 deals have no amount." in said
    assert "Of the 10 records behind the number, 2 pass the checks." in said


def test_nothing_is_told_of_a_fright_that_the_mended_data_take_back(selling: Selling) -> None:
    selling.live(20, 25)
    selling.price(2000)
    assert selling.live(26, 29) == []
    with selling.desk.session() as session:
        rows = session.exec(
            select(Outbox).where(col(Outbox.workspace_id) == selling.desk.workspace_id)
        ).all()
    assert ("alert", "held", "overtaken") in [
        (row.kind, row.state, (row.error or {}).get("code")) for row in rows
    ]
