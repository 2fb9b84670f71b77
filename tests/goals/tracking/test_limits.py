"""Goals that keep something: limits on what adds up, and levels that are only to be held."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from app.db import Database
from goals import words, workspace
from goals.alerts import review
from goals.alerts.outbox import Outbox
from goals.tracking import pace
from integrations.slack.blocks import alerts
from tests.support import company

FIRST = date(2026, 7, 1)


@pytest.fixture
def database(sqlite_url):
    found = Database(sqlite_url)
    yield found
    found.dispose()


def judged(database, here, day):
    with database.session(here) as session:
        now = workspace.of(session).end_of(day)
        (seen,) = review.review(session, now=now, today=day)
        text = words.render(words.from_json(seen.evaluation.reason), words.Reader())
        return seen.evaluation, text


def goal(database, wins, **terms):
    here = company.make(database)
    company.win(database, here, wins)
    with database.session(here) as session:
        company.revenue_goal(session, **terms)
    return here


def each_day(amount, count=92):
    return [(FIRST + timedelta(days=step), amount) for step in range(count)]


def test_a_limit_is_not_achieved_before_its_window_is_over(database):
    here = goal(database, each_day(100), direction="at_most")
    assert judged(database, here, date(2026, 7, 2))[0].status == "too_early"
    seen, _ = judged(database, here, date(2026, 8, 15))
    assert (seen.judged, seen.final, seen.pace) == ("on_track", False, 1.0)
    seen, _ = judged(database, here, date(2026, 9, 30))
    assert (seen.status, seen.final) == ("achieved", True)


def test_what_grows_faster_than_its_limit_allows_is_in_trouble(database):
    here = goal(database, each_day(120), direction="at_most")
    seen, _ = judged(database, here, date(2026, 8, 15))
    assert (seen.status, round(seen.pace, 6)) == ("at_risk", 0.8)
    judged(database, here, date(2026, 9, 26))
    seen, _ = judged(database, here, date(2026, 9, 27))
    assert (seen.status, seen.pace) == ("off_track", 0.0)
    seen, text = judged(database, here, date(2026, 9, 30))
    assert seen.status == "missed"
    assert text == "Ended at $11,040; the target was $9,200."


@pytest.mark.parametrize(
    ("actual", "target", "expected", "said"),
    [
        (45, 100, 0.5, 1.1),
        (55, 100, 0.5, 0.9),
        (0, 100, 0.5, 2.0),
        (101, 100, 0.0, 0.0),
        (101, 100, 1.0, 0.0),
        (0, 0, 0.5, 1.0),
        (1, 0, 0.5, 0.0),
        (0, 100, 0.0, None),
    ],
)
def test_the_pace_of_a_limit_mirrors_the_pace_of_a_way(actual, target, expected, said):
    found = pace.pace_of_cap(Decimal(actual), Decimal(target), expected)
    assert found == (None if said is None else pytest.approx(said))


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "actual", "share"),
    [
        ("at_least", 50, 40, 35, 0.0),
        ("at_least", 50, 40, 45, 1.0),
        ("at_most", 10, 12, 15, 0.0),
        ("down", 10, 12, 11, 1.0),
        ("up", 5, 5, 6, 1.0),
        ("at_least", 30, 40, 35, 0.5),
        ("down", 60, 48, 54, 0.5),
    ],
)
def test_a_level_that_was_met_from_the_start_is_held_or_lost(
    direction, baseline, target, actual, share
):
    given = (Decimal(actual), Decimal(baseline), Decimal(target))
    assert pace.progress("level", *given, direction) == share


def test_a_level_that_falls_below_what_is_to_be_kept_is_off_track(database):
    here = company.make(database)
    company.win(database, here, [(date(2026, 5, 1), 500), *each_day(350)])
    with database.session(here) as session:
        company.revenue_goal(
            session, 400, metric="avg_deal_size", kind="level", direction="at_least"
        )
    seen, text = judged(database, here, date(2026, 8, 15))
    assert (seen.status, seen.share, seen.expected, seen.projection) == ("off_track", 0, 400, None)
    assert text == "$350, the plan expects $400 by now."


def test_a_target_that_nobody_knows_is_never_missed(database):
    here = goal(database, each_day(100), target_kind="relative", target_input=Decimal("0.1"))
    for day in (date(2026, 8, 15), date(2026, 9, 30)):
        seen, text = judged(database, here, day)
        assert seen.status == "no_data"
        assert "no baseline is known yet" in text
    with database.session(here) as session:
        assert session.exec(select(Outbox).where(col(Outbox.workspace_id) == here)).all() == []


def test_a_level_without_a_baseline_says_what_it_lacks(database):
    here = goal(database, each_day(350), target_input=Decimal(400), metric="avg_deal_size",
                kind="level")  # fmt: skip
    seen, text = judged(database, here, date(2026, 8, 15))
    assert seen.status == "too_early"
    assert text == "$350, but no baseline is known to judge the way by. Set one."


def test_a_status_that_waits_for_its_second_day_does_not_claim_the_old_one(database):
    here = goal(database, each_day(100))
    judged(database, here, date(2026, 7, 3))
    seen, text = judged(database, here, date(2026, 8, 1))
    assert (seen.status, seen.judged) == ("too_early", "on_track")
    assert text == "$3,200, the plan expects $3,200. A new status needs a second day."


def test_a_level_that_was_met_all_along_is_told_at_its_end_and_once(database):
    here = company.make(database)
    company.win(database, here, [(date(2026, 5, 1), 300), *each_day(500)])
    with database.session(here) as session:
        company.revenue_goal(session, 400, metric="avg_deal_size", kind="level")
    for day in (date(2026, 8, 15), date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 1)):
        seen, _ = judged(database, here, day)
        assert seen.status == "achieved"
    assert seen.final
    with database.session(here) as session:
        (told,) = session.exec(select(Outbox).where(col(Outbox.workspace_id) == here)).all()
    assert (told.kind, told.facts["goal"]["final"]) == ("achieved", True)
    said = alerts.alert(told.kind, told.facts, words.Reader(), "https://headway.example")
    assert "was:" not in str(said.blocks)
