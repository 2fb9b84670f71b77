"""Goals without an end: judged in each period, with the result of every one kept."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.db import Database
from goals import workspace
from goals.alerts import review
from goals.errors import Refusal
from goals.tracking import goals, periods, standing
from goals.tracking.drafts import Draft
from tests.support import company

FIRST = company.QUARTER[0]


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    # A thousand in July, eight hundred in August, a thousand and more in September.
    for day, amount in ((date(2026, 7, 10), 1000), (date(2026, 8, 10), 800)):
        company.win(database, here, [(day, amount)])
    company.win(database, here, [(date(2026, 9, 2), 1200)])
    with database.session(here) as opened:
        yield opened
    database.dispose()


@pytest.fixture
def goal(session):
    return company.revenue_goal(
        session, 1000, first_day=date(2026, 7, 8), last_day=None, every="month"
    )


def judge(session, day):
    return review.review(session, now=workspace.of(session).end_of(day), today=day)


def test_the_first_period_is_the_whole_one_that_holds_the_first_day(session, goal):
    terms = goals.current(session, goal)
    assert (terms.first_day, terms.last_day) == (date(2026, 7, 1), date(2026, 7, 31))


def test_each_period_closes_with_its_result_and_the_next_begins(session, goal):
    for day in (date(2026, 7, 31), date(2026, 8, 1)):
        judge(session, day)
    found = standing.one(session, goal)
    assert (found.terms.first_day, found.terms.last_day) == (date(2026, 8, 1), date(2026, 8, 31))
    assert found.status == "too_early"
    assert not found.evaluation.final
    assert found.original is not None
    assert found.against_original is None
    judge(session, date(2026, 9, 1))
    results = periods.ended(session, goal)
    assert [(one.terms.first_day.month, one.result.status) for one in results] == [
        (8, "missed"), (7, "achieved"),
    ]  # fmt: skip
    assert [one.result.actual for one in results] == [800, 1000]
    assert periods.streak(results) == 0 and periods.streak(results[1:]) == 1


def test_periods_in_which_nobody_looked_are_made_up_for(session, goal):
    judge(session, date(2026, 7, 20))
    judge(session, date(2026, 10, 5))
    results = periods.ended(session, goal)
    assert [one.result.status for one in results] == ["achieved", "missed", "achieved"]
    assert standing.one(session, goal).terms.first_day == date(2026, 10, 1)


def test_a_second_review_of_the_day_closes_nothing_twice(session, goal):
    for _ in range(2):
        judge(session, date(2026, 8, 1))
    assert len(periods.ended(session, goal)) == 1
    assert [one.version for one in goals.versions(session, goal)] == [1, 2]


def test_what_was_said_of_the_period_before_says_nothing_of_this_one(session, goal):
    for day in (28, 29, 30):
        judge(session, date(2026, 8, day))
    assert standing.one(session, goal).status == "at_risk"
    judge(session, date(2026, 9, 1))
    assert standing.one(session, goal).evaluation.previous is None


def test_a_new_target_holds_for_the_periods_after_it(session, goal):
    draft = Draft(
        "Sell more", metric="revenue", kind="cumulative", direction="up", target_kind="target",
        target_input=Decimal(1500), first_day=date(2026, 7, 1), last_day=date(2026, 7, 31),
        every="month",
    )  # fmt: skip
    goals.change(session, goal, draft, reason="More", by=None, today=FIRST, now=company.NOW)
    judge(session, date(2026, 8, 1))
    found = standing.one(session, goal)
    assert found.terms.target_value == found.original.target_value == 1500
    assert periods.ended(session, goal)[0].result.status == "missed"


def test_what_has_no_number_of_its_own_needs_an_end(session):
    with pytest.raises(Refusal) as refused:
        draft = Draft("Do it", kind="milestone", first_day=FIRST, every="month")
        goals.add(session, draft, by=None, today=FIRST, now=company.NOW)
    assert (refused.value.code, refused.value.field) == ("every_unfit", "every")
    with pytest.raises(Refusal) as refused:
        company.revenue_goal(session, every="week")
    assert (refused.value.code, refused.value.field) == ("every_unknown", "every")


def test_a_check_in_of_a_later_period_answers_a_day_of_that_period(session, goal):
    from goals.tracking import rhythm

    judge(session, date(2026, 8, 1))
    days = rhythm.of(goal, goals.current(session, goal)).reviews(date(2026, 8, 10), {})
    assert all(one.on >= date(2026, 8, 1) for one in days)
    assert days[0].on - date(2026, 8, 1) < timedelta(days=7)
