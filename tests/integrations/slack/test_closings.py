"""Goals without an end that close by the same day are told together, once, as they ended."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from app.db import Database
from goals import words, workspace
from goals.alerts import delivery, review
from goals.alerts.channel import Preview
from goals.alerts.outbox import Channel, Outbox
from goals.tracking.goal import Goal
from integrations.slack.blocks import alerts
from tests.support import company
from tests.support.company import NOW

LAST, CLOSES = date(2026, 7, 31), date(2026, 8, 1)


def texts(blocks):
    """Return the texts of a message, as they would be shown."""
    found = []
    for block in blocks:
        parts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
        found += [one["text"] for one in parts if one and isinstance(one.get("text"), str)]
    return found


class Book(Preview):
    """A company with goals that are judged anew every month, and a channel that keeps what came."""

    def __init__(self, url):
        self.database = Database(url)
        self.here = company.make(self.database)
        company.win(self.database, self.here, [(date(2026, 7, 10), 1000)])
        self.came = []
        with self.session() as session:
            session.add_all(
                Channel(workspace_id=self.here, external_id=name, is_on=True, created_at=NOW)
                for name in ("C01", "C02")
            )

    @contextmanager
    def session(self):
        with self.database.session(self.here) as session:
            yield session

    def goal(self, name, target, channel="C01", **also):
        given = {"first_day": date(2026, 7, 1), "last_day": None, "every": "month", **also}
        with self.session() as session:
            return company.revenue_goal(session, target, name=name, channel=channel, **given).id

    def review(self, *days, only=None):
        for day in days:
            with self.session() as session:
                self.now = workspace.of(session).end_of(day)
                chosen = None
                if only is not None:
                    chosen = [session.get_one(Goal, (self.here, one)) for one in only]
                review.review(session, now=self.now, today=day, only=chosen)

    def send(self, message):
        self.came.append(message)
        return f"ts-{len(self.came)}"

    def deliver(self):
        """Let what is due arrive, and return what came as its reader sees it."""
        before = len(self.came)
        begin = self.database.begin(self.here)
        delivery.deliver(begin, self, worker="w", clock=lambda: self.now)
        return [self.text(one) for one in self.came[before:]]

    def text(self, message, locale="en"):
        reader = words.Reader(locale)
        post = alerts.alert(message.kind, message.facts, reader, "http://127.0.0.1:8000")
        return "\n".join(texts(post.blocks))

    def states(self):
        with self.session() as session:
            statement = select(Outbox).where(col(Outbox.workspace_id) == self.here)
            return [row.state for row in session.exec(statement.order_by(col(Outbox.id)))]


@pytest.fixture
def book(database_url):
    found = Book(database_url)
    yield found
    found.database.dispose()


def started(book):
    """Let every goal have been judged in July, and what that told be sent."""
    book.review(date(2026, 7, 29), date(2026, 7, 30))
    book.deliver()
    book.came.clear()


def test_goals_that_close_together_are_one_message_in_each_channel(book):
    for number in range(3):
        book.goal(f"Nearly {number}", 1100 + number)
    book.goal("By a hair", 1004)
    book.goal("Short <b>of it</b>", 2000)
    book.goal("ยอดขาย 销售额", 1500, "C02")
    book.goal("With an end", 1500, every=None, last_day=date(2026, 9, 30))
    started(book)
    book.review(CLOSES)
    first, second = sorted(book.deliver(), key=len, reverse=True)
    assert "goals closed their period on 31 Jul 2026" in first
    assert "Short &lt;b&gt;of it&lt;/b&gt;" in first and "$1.0k of $2.0k" in first
    assert "$1,000 of $1,004" in first
    assert "1 Jul to 31 Jul 2026" in first and "their next period has begun" in first
    assert "Too early" not in first and "With an end" not in first
    assert "ยอดขาย 销售额" in second and "Missed" in second


def test_the_worst_comes_first_and_a_zero_target_divides_nothing(book):
    book.goal("Whole", 1200)
    book.goal("None at all", 0, direction="down")
    book.goal("Another", 1300)
    started(book)
    book.review(CLOSES)
    [text] = [one for one in book.deliver() if "closed their period" in one]
    assert text.index("Another") < text.index("Whole")


def test_the_same_closing_is_never_told_again(book):
    for number in range(3):
        book.goal(f"Goal {number}", 1500 + number)
    started(book)
    book.review(CLOSES)
    assert len(book.deliver()) == 1
    states = book.states()
    book.review(CLOSES)
    book.now += timedelta(hours=3)
    assert book.deliver() == [] and book.states() == states
    book.review(date(2026, 8, 2))
    assert book.deliver() == []


def test_the_first_waits_for_those_that_the_review_has_not_come_to(book):
    made = [book.goal(f"Goal {number}", 1500 + number) for number in range(3)]
    started(book)
    book.review(CLOSES, only=made[:1])
    assert book.deliver() == []
    book.review(CLOSES)
    book.now += timedelta(minutes=1)
    [text] = book.deliver()
    assert "3 goals closed their period" in text


def test_it_waits_for_a_goal_that_cannot_be_reviewed_only_so_long(book):
    made = [book.goal(f"Goal {number}", 1500 + number) for number in range(2)]
    started(book)
    book.review(CLOSES, only=made[:1])
    book.now += timedelta(minutes=9)
    assert book.deliver() == []
    book.now += timedelta(minutes=2)
    [text] = book.deliver()
    assert "Goal 0" in text and "closed their period" not in text


def test_one_that_closes_alone_is_told_as_ever(book):
    book.goal("Alone", 1500)
    started(book)
    book.review(CLOSES)
    [text] = book.deliver()
    assert "Alone" in text and "closed" not in text


def test_what_closes_on_other_days_is_told_apart(book):
    book.goal("July", 1500)
    book.goal("Quarter", 9000, every="quarter")
    started(book)
    book.review(CLOSES)
    assert ["July" in one and "Quarter" not in one for one in book.deliver()] == [True]


def test_a_level_that_is_kept_says_where_it_was_to_be_kept(book):
    book.goal("Kept", 2, kind="maintain", direction="at_least", metric="win_rate")
    book.goal("Other", 1500)
    started(book)
    book.review(CLOSES)
    [text] = book.deliver()
    assert "2 goals closed" in text and "Kept" in text
