"""Goals whose target is an amount, when the currency of the workspace changes."""

from datetime import date
from decimal import Decimal

import pytest

from app.accounts import workspaces
from app.db import Database
from goals import words, workspace
from goals.alerts import review
from goals.errors import Refusal
from goals.metrics import refresh
from goals.tracking import curves, evaluate, goals, standing
from goals.tracking.drafts import Draft
from goals.tracking.smart import check
from goals.tracking.visibility import OWNER
from tests.support import company
from tests.support.company import NOW, QUARTER

TODAY = date(2026, 8, 15)


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    wins = [(date(2026, 4, 5), 2000), (date(2026, 7, 5), 3000), (date(2026, 8, 5), 3000)]
    company.win(database, here, wins)
    with database.session(here) as opened:
        yield opened
    database.dispose()


def rebase(session, currency):
    here = workspace.of(session)
    workspaces.apply(here, currency=currency)
    session.add(here)
    session.flush()
    refresh.rebuild(session)


def judged(session, goal, day=TODAY):
    now = workspace.of(session).end_of(day)
    [found] = review.review(session, now=now, today=day, only=[goal])
    return found.evaluation


def stands(session, goal):
    [found] = standing.board(session, OWNER, ids=[goal.id])
    return found


def change(session, goal, amount, reason="Counted in baht now", **terms):
    draft = Draft(
        name=goal.name,
        metric=goal.metric,
        kind=goal.kind,
        direction=goal.direction,
        **{"target_kind": "target", "first_day": QUARTER[0], "last_day": QUARTER[1], **terms},
        target_input=Decimal(amount),
    )
    return goals.change(session, goal, draft, reason=reason, by=None, today=TODAY, now=NOW)


def text(message):
    return words.format_value(message, words.Reader(locale="en"))


def test_a_target_keeps_its_currency_and_is_not_held_against_another(session):
    goal = company.revenue_goal(session)
    assert judged(session, goal).actual == 6000
    rebase(session, "THB")
    seen = judged(session, goal, date(2026, 8, 16))
    assert (seen.status, seen.actual, seen.pace, seen.currency) == ("no_data", None, None, "USD")
    found = stands(session, goal)
    assert text(found.reason) == (
        "The target is meant in USD, and amounts are counted in THB now. Set a target in THB."
    )
    assert text(found.target) == "Target $9,200 by 30 Sep 2026."
    terms = goals.current(session, goal)
    plan = evaluate.plan_of(session, goal, terms)
    assert curves.full(session, goal, terms, plan, TODAY, 30).actual == []


def test_the_coach_compares_no_target_with_a_past_in_another_currency(session):
    goal = company.revenue_goal(session, 90_000)
    now = workspace.of(session).end_of(TODAY)
    before = {one.rule for one in check.goal(session, goal, today=TODAY, now=now).findings}
    rebase(session, "THB")
    after = {one.rule for one in check.goal(session, goal, today=TODAY, now=now).findings}
    assert {one for one in before - after if one.startswith("smart-A")}
    assert after < before


def test_back_in_its_currency_it_is_judged_as_before(session):
    goal = company.revenue_goal(session)
    before = judged(session, goal)
    rebase(session, "THB")
    judged(session, goal, date(2026, 8, 16))
    rebase(session, "USD")
    after = judged(session, goal, date(2026, 8, 17))
    assert (after.status, after.actual) == (before.status, 6000)


def test_a_new_target_is_in_the_new_currency_and_the_first_stays_what_it_was(session):
    goal = company.revenue_goal(session)
    judged(session, goal)
    rebase(session, "THB")
    after = change(session, goal, 8000)
    assert (after.version, after.currency) == (2, "THB")
    seen = judged(session, goal, date(2026, 8, 16))
    assert (seen.actual, seen.currency) == (6000, "THB")
    found = stands(session, goal)
    assert (text(found.original_aim), text(found.aim)) == ("$9.2k", "฿8.0k")
    # No share of the way to an amount in another currency.
    assert found.original_share is None
    assert text(found.against_original) == "The original target was $9,200 by 30 Sep 2026."


def test_the_same_number_in_another_currency_is_another_target(session):
    goal = company.revenue_goal(session)
    rebase(session, "THB")
    with pytest.raises(Refusal, match="reason_missing"):
        change(session, goal, 9200, reason=None)
    assert change(session, goal, 9200).version == 2


def test_a_change_relative_to_a_baseline_reads_that_anew(session):
    half = Decimal("0.5")
    goal = company.revenue_goal(session, target_kind="relative", target_input=half)
    assert goals.current(session, goal).target_value == 3000
    rebase(session, "THB")
    assert judged(session, goal).status == "no_data"
    after = change(session, goal, "0.5", target_kind="relative")
    assert (after.baseline_value, after.target_value, after.currency) == (2000, 3000, "THB")


def test_what_was_settled_stays_settled(session):
    goal = company.revenue_goal(session, 5000)
    over = date(2026, 10, 2)
    assert (judged(session, goal, over).status, judged(session, goal, over).final) == (
        "achieved", True,
    )  # fmt: skip
    rebase(session, "THB")
    later = judged(session, goal, date(2026, 10, 3))
    assert (later.status, later.actual, later.currency) == ("achieved", 6000, "USD")


def test_a_number_that_is_no_money_does_not_mind(session):
    goal = company.revenue_goal(session, 4, metric="contracts_signed", name="More contracts")
    assert goals.current(session, goal).currency is None
    rebase(session, "THB")
    assert judged(session, goal).actual == 2
