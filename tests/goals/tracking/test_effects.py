"""What an action that was tried did to its driver: from when to when, and what was hoped for."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.db import Database
from goals import words, workspace
from goals.alerts import review
from goals.errors import Refusal
from goals.metrics import library, receipts
from goals.tracking import standing
from goals.tracking.remedies import attempts, hoping, moved
from tests.support import company

NOW = company.NOW
DAY = date(2026, 8, 20)
#: The last day of the goal's window.
END = date(2026, 9, 30)


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    first = date(2026, 4, 1)
    company.win(database, here, [(first + timedelta(days=n), 100) for n in range(150)], owner="Ann")
    company.win(database, here, [(first + timedelta(days=n), 100) for n in range(95)], owner="Ben")
    with database.session(here) as opened:
        yield opened
    database.dispose()


@pytest.fixture
def goal(session):
    found = company.revenue_goal(session, 90_000)
    judge(session, DAY)
    return found


def judge(session, day):
    review.review(session, now=workspace.of(session).end_of(day), today=day)


def take(session, goal, day, **also):
    given = {"owner_id": None, "due_on": day + timedelta(days=14), "by": None, "today": day}
    return attempts.take(session, goal, "Call", now=NOW, **{**given, **also})


def tell(session, goal, row, outcome, day, note=None, **also):
    attempts.settle(
        session, goal, row, outcome, note, version=row.version, by=None, today=day, **also
    )


def seen(session, goal, row, day):
    """Return what is said of an action once a day is over."""
    one = standing.one(session, goal)
    return moved.of(
        session, goal, row, done=moved.seen_to(session, one, workspace.of(session).end_of(day))
    )


def text(found):
    said = found if isinstance(found, words.Message) else found.message
    return words.render(said, "en").replace("\u00a0", " ")


def test_an_action_that_was_settled_within_a_week_shows_its_effect_when_the_week_is_over(
    session, goal
):
    row = take(session, goal, DAY - timedelta(days=10))
    tell(session, goal, row, "helped", DAY - timedelta(days=8))
    found = seen(session, goal, row, DAY)
    assert found.after.last == row.taken_on + timedelta(days=7)
    assert text(seen(session, goal, take(session, goal, DAY - timedelta(days=3)), DAY)) == (
        "Whether Revenue moved shows after 24 Aug 2026 at the earliest."
    )


def test_an_action_of_a_goals_last_days_shows_its_effect_when_the_goal_has_ended(session, goal):
    row = take(session, goal, END - timedelta(days=3))
    judge(session, END)
    judge(session, END + timedelta(days=1))
    assert standing.one(session, goal).is_over
    found = seen(session, goal, row, END + timedelta(days=20))
    assert found.after.days == 13


def test_an_action_is_followed_to_the_day_before_it_is_looked_back_on(session, goal):
    row = take(session, goal, date(2026, 7, 4))
    first = seen(session, goal, row, date(2026, 8, 1))
    assert (first.after.first, first.after.last) == (date(2026, 7, 5), date(2026, 7, 17))
    # What became of it is told on the day that it is looked back on, and much later.
    for day in (row.due_on, DAY):
        row.outcome, row.settled_on = "helped", day
        assert seen(session, goal, row, DAY) == first
    row.settled_on = row.due_on - timedelta(days=4)
    assert seen(session, goal, row, DAY).after.last == date(2026, 7, 13)


def test_days_that_no_source_tells_of_count_as_no_fall(session, goal):
    row = take(session, goal, DAY - timedelta(days=12))
    one = standing.one(session, goal)
    now = workspace.of(session).end_of(DAY)
    assert moved.seen_to(session, one, now) == DAY
    one.evaluation.status, one.evaluation.data_to = "stale", DAY - timedelta(days=4)
    assert moved.seen_to(session, one, now) == DAY - timedelta(days=4)
    assert seen(session, goal, row, DAY).after.days == 8


def test_a_note_that_is_corrected_leaves_the_numbers_as_they_were_told(session, goal):
    row = take(session, goal, DAY - timedelta(days=10))
    tell(session, goal, row, "helped", DAY, "They order agian.")
    after = row.after_id
    judge(session, DAY + timedelta(days=9))
    tell(session, goal, row, "helped", DAY + timedelta(days=9), "They order again.")
    assert (row.note, row.after_id, row.settled_on) == ("They order again.", after, DAY)
    tell(session, goal, row, "not_helped", DAY + timedelta(days=9))
    assert (row.after_id == goal.evaluation_id) and row.settled_on == DAY + timedelta(days=9)


def test_what_is_too_early_to_tell_is_looked_back_on_again(session, goal):
    row = take(session, goal, DAY - timedelta(days=14))
    tell(session, goal, row, "early", DAY)
    assert row.due_on == DAY + attempts.LATER
    tell(session, goal, row, "early", DAY, due_on=DAY + timedelta(days=40))
    assert row.due_on == DAY + timedelta(days=40)
    with pytest.raises(Refusal) as refused:
        tell(session, goal, row, "early", DAY, due_on=DAY)
    assert refused.value.field == "due"


def test_what_was_hoped_for_stands_beside_what_came(session, goal):
    row = take(session, goal, date(2026, 7, 4), hoped=Decimal(1300))
    so_far = seen(session, goal, row, date(2026, 7, 14))
    # Ten of the thirteen days: of what adds up, ten thirteenths.
    assert so_far.hoped_so_far == 1000
    assert so_far.effect == so_far.came - so_far.expected == -1000
    assert (
        "Hoped for: +$1.3k by 18 Jul 2026, of it +$1.0k in these days; beyond what was to be"
        " expected: −$1.0k."
    ) in text(so_far)
    whole = seen(session, goal, row, DAY)
    assert whole.hoped_so_far == 1300
    assert "Hoped for: +$1.3k; beyond what was to be expected: −$1.3k." in text(whole)
    fresh = take(session, goal, DAY - timedelta(days=1), hoped=Decimal(500))
    assert text(seen(session, goal, fresh, DAY)).startswith("Hoped for: +$500 by 2 Sep 2026.")


@pytest.mark.parametrize(
    ("remedy", "typed", "value", "is_share", "meant"),
    [
        (None, "500", 500, False, "500"),
        (None, "-500", -500, False, "-500"),
        ("win_rate.train", "5", 5, False, "0.05"),
        ("win_rate.train", "5%", 5, True, "0.05"),
        ("sales_cycle.template", "3", 3, False, "-3"),
        ("sales_cycle.template", "+3", 3, False, "3"),
    ],
)
def test_a_number_without_a_sign_means_better(session, goal, remedy, typed, value, is_share, meant):
    if remedy == "sales_cycle.template":
        goal.metric, goal.direction = "sales_cycle", "down"
    found = hoping.driver_of(session, goal, remedy)
    assert found.meant(typed, Decimal(value), is_share=is_share) == Decimal(meant)


@pytest.mark.parametrize(
    ("remedy", "value", "is_share", "code"),
    [(None, 5, True, "hoped_share"), ("win_rate.train", 150, False, "hoped_large")],
)
def test_an_effect_that_cannot_be_is_told(session, goal, remedy, value, is_share, code):
    found = hoping.driver_of(session, goal, remedy)
    with pytest.raises(Refusal) as refused:
        found.meant(str(value), Decimal(value), is_share=is_share)
    assert (refused.value.code, refused.value.field) == (code, "hoped")


def test_the_numbers_before_and_after_lead_to_their_records(session, goal):
    row = take(session, goal, date(2026, 7, 4))
    found = seen(session, goal, row, DAY)
    kept = moved.evidence(session, goal, found, today=DAY, now=NOW)
    values = [receipts.find(session, str(one)).value for one in kept]
    assert values == [found.was, found.came]


def test_a_number_at_the_end_of_a_day_is_not_said_to_have_come_in_days(session, goal):
    row = take(session, goal, date(2026, 7, 4))
    found = seen(session, goal, row, DAY)
    stock = replace(found.driver, metric=library.find(session, "open_deals"))
    said = text(replace(found, driver=stock))
    assert "at the end of the 13 days after it" in said and "when it was taken on" in said
