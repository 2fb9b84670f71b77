"""The work itself: what a review leaves out, and what calls for one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app import queue, work
from app.due import Due
from goals import workspace
from goals.alerts import review
from goals.records.connections import Connection
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from integrations.sync import Run, Stream
from tests.support import company
from tests.support.slack import Desk


def evaluations(desk: Desk) -> dict[str, int]:
    here = desk.workspace_id
    with desk.session() as session:
        goals = session.exec(select(Goal).where(col(Goal.workspace_id) == here)).all()
        made = session.exec(select(Evaluation).where(col(Evaluation.workspace_id) == here)).all()
    names = {goal.id: goal.name for goal in goals}
    found = [names[one.goal_id] for one in made]
    return {name: found.count(name) for name in found}


def review_now(desk: Desk) -> None:
    with desk.session() as session:
        queue.schedule(session, "review", "", desk.moment)
    assert work.run_reviews(desk.wiring, desk.workspace_id, "worker") == 1


def test_a_goal_that_cannot_be_reviewed_keeps_no_other_from_it(slack_desk: Desk) -> None:
    desk = slack_desk
    with desk.session() as session:
        ahead = company.revenue_goal(session, name="Reviewed for a later day")
        company.revenue_goal(session, name="Broken").metric = "gone"
        company.revenue_goal(session, name="Fine")
        later = workspace.of(session).local_day(desk.moment) + timedelta(days=9)
        review.review(session, now=desk.moment, today=later, only=[ahead])
    review_now(desk)
    assert evaluations(desk) == {"Reviewed for a later day": 1, "Fine": 1}
    with desk.session() as session:
        due = session.exec(select(Due).where(col(Due.workspace_id) == desk.workspace_id)).one()
        assert (due.attempts, due.last_error) == (0, None)


def test_a_goal_that_is_damaged_keeps_none_of_those_that_are_counted_with_it(
    slack_desk: Desk,
) -> None:
    with slack_desk.session() as session:
        damaged: Any = company.revenue_goal(session, name="Damaged")
        damaged.segment = ["no", "pairs"]
        company.revenue_goal(session, name="Fine")
    review_now(slack_desk)
    assert evaluations(slack_desk) == {"Fine": 1}


def run(error: str | None = None, created: int = 0) -> Run:
    moment = company.NOW
    stream = Stream("deals", "deal", created=created)
    found = {"code": error, "message": {"id": "x"}} if error else None
    return Run(1, "CRM", moment, moment, "failed" if error else "done", [stream], error=found)


@pytest.mark.parametrize(
    ("shown", "made", "calls"),
    [
        ("on_track", run(), False),
        ("on_track", run(created=1), True),
        ("on_track", run("unreachable"), False),
        ("on_track", run("unauthorized"), True),
        ("source_broken", run(), True),
        ("stale", run(), True),
        ("stale", run("unreachable"), False),
    ],
)
def test_a_source_that_fails_or_comes_back_calls_for_a_review(
    slack_desk: Desk, shown: str, made: Run, calls: bool
) -> None:
    slack_desk.goal("Sell more", shown)
    with slack_desk.session() as session:
        pulled = Connection(
            workspace_id=slack_desk.workspace_id,
            name="CRM",
            provider="hubspot",
            needs_reconnect=made.error is not None and made.error["code"] == "unauthorized",
            created_at=slack_desk.moment,
        )
        session.add(pulled)
        session.flush()
        assert work._calls_for_review(session, made, pulled.id) is calls
