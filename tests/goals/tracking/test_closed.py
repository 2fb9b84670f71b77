"""What goals that have closed, and periods that are over, teach of chances."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, col, select

from goals.tracking import goals, periods, reliability
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from tests.goals.tracking.test_chance import FIRST, company_with, database, judge  # noqa: F401
from tests.support import company


def test_closed_goals_teach_what_a_chance_is_worth(database):  # noqa: F811
    here = company_with(database, 30)
    with database.session(here) as session:
        goal = company.revenue_goal(session, 7_805)
        before = judge(session, goal, date(2026, 8, 14))
        assert before.chance == before.raw_chance
        for number in range(20):
            closed(session, number)
    with database.session(here) as session:
        goal = goals.find(session, str(goal.id))
        seen = judge(session, goal, date(2026, 8, 15))
        assert seen.raw_chance == pytest.approx(before.raw_chance, abs=0.2)
        assert seen.chance < seen.raw_chance - 0.1


def test_periods_that_are_over_teach_it_as_well(database):  # noqa: F811
    here = company_with(database, 30)
    with database.session(here) as session:
        goal = company.revenue_goal(session, 7_805)
        before = judge(session, goal, date(2026, 8, 14))
        for number in range(20):
            closed(session, number)
    with database.session(here) as session:
        for one in session.exec(select(Goal).where(col(Goal.workspace_id) == here)):
            if one.name.startswith("Closed"):
                one.every = "quarter"
                periods.begin_next(session, one, goals.current(session, one), company.NOW)
                # What is said of the period that runs is what the goal shows now.
                said = Evaluation(
                    workspace_id=here, goal_id=one.id, version=2, day=date(2026, 7, 2),
                    fingerprint="now", status="too_early", judged="too_early", final=False,
                    since=date(2026, 7, 2), unit="money", evaluated_at=company.NOW,
                )  # fmt: skip
                session.add(said)
                session.flush()
                one.evaluation_id = said.id
    with database.session(here) as session:
        goal = goals.find(session, str(goal.id))
        seen = judge(session, goal, date(2026, 8, 15))
        assert seen.raw_chance == pytest.approx(before.raw_chance, abs=0.2)
        assert seen.chance < seen.raw_chance - 0.1


def test_what_the_forecast_said_stands_beside_what_came(database):  # noqa: F811
    here = company_with(database, 30)
    with database.session(here) as session:
        for number in range(2):
            closed(session, number)
        rows = list(session.exec(select(Evaluation).where(col(Evaluation.workspace_id) == here)))
        for one in rows:
            if one.final:
                one.actual = Decimal(5000)
            else:
                one.chance, one.low_end, one.high_end = 0.8, Decimal(6000), Decimal(9000)
                if one.day == FIRST - timedelta(days=8):
                    one.chance, one.low_end = 0.1, Decimal(5000)
        ended = {one.goal_id for one in rows}
        found = reliability.of_goals(session, ended)
        assert [(float(one.low), one.n, one.goals, one.reached) for one in found.bands] == [
            (0.0, 2, 2, 0),
            (0.8, 6, 2, 0),
        ]
        assert (found.n, found.goals, found.within, found.ranges) == (8, 2, Decimal("0.25"), 8)
        # Those who may not see a goal are told nothing of it.
        assert reliability.of_goals(session, set()) is None
        assert reliability.of_goals(session, {min(ended)}).goals == 1


def test_a_chance_of_all_belongs_to_the_highest_band_and_no_range_is_no_share():
    found = reliability.counted([reliability.Week(1, 1.0, True), reliability.Week(1, 0.6, False)])
    assert [(float(one.low), one.n) for one in found.bands] == [(0.6, 1), (0.8, 1)]
    assert (found.within, found.ranges) == (None, 0)


def closed(session: Session, number: int) -> None:
    """Add a goal of the quarter before that was thought likely for weeks and was missed."""
    last = FIRST - timedelta(days=1)
    goal = company.revenue_goal(
        session, name=f"Closed {number}", first_day=date(2026, 4, 1), last_day=last
    )
    rows = [
        Evaluation(
            workspace_id=goal.workspace_id,
            goal_id=goal.id,
            version=1,
            day=last - timedelta(weeks=week) if week else FIRST,
            fingerprint=f"{week}",
            status="on_track" if week else "missed",
            judged="on_track" if week else "missed",
            final=not week,
            since=last,
            raw_chance=0.8 if week else None,
            unit="money",
            evaluated_at=company.NOW,
        )
        for week in (4, 3, 2, 1, 0)
    ]
    session.add_all(rows)
    session.flush()
    goal.evaluation_id = rows[-1].id
    session.add(goal)
    session.flush()
