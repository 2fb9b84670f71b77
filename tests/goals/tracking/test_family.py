"""Which goal is part of which: never of itself, and never of what is elsewhere."""

import pytest

from app.db import Database
from goals.errors import Refusal
from goals.tracking import family, goals
from goals.tracking.drafts import Draft
from tests.support import company


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    other = company.make(database, name="Other")
    with database.session(other) as elsewhere:
        foreign = company.revenue_goal(elsewhere, name="Elsewhere").id
    with database.session(here) as opened:
        opened.info["foreign"] = foreign
        yield opened
    database.dispose()


def moved_under(session, goal, parent_id):
    terms = goals.current(session, goal)
    draft = Draft(
        name=goal.name,
        metric=goal.metric,
        kind=goal.kind,
        direction=goal.direction,
        target_kind=terms.target_kind,
        target_input=terms.target_input,
        first_day=terms.first_day,
        last_day=terms.last_day,
        parent_id=parent_id,
    )
    today, now = company.QUARTER[0], company.NOW
    goals.change(session, goal, draft, reason=None, by=None, today=today, now=now)


def test_a_goal_cannot_be_part_of_itself_however_far_round(session):
    whole = company.revenue_goal(session, name="Whole")
    part = company.revenue_goal(session, name="Part", parent_id=whole.id)
    least = company.revenue_goal(session, name="Least", parent_id=part.id)
    for above in (whole, part, least):
        with pytest.raises(Refusal, match="parent_circle") as refused:
            moved_under(session, whole, above.id)
        assert refused.value.field == "parent"
    assert family.below(session, whole) == {whole.id, part.id, least.id}


def test_a_goal_can_be_moved_under_another_one_and_out_again(session):
    whole, part = company.revenue_goal(session, name="A"), company.revenue_goal(session, name="B")
    moved_under(session, part, whole.id)
    assert part.parent_id == whole.id
    moved_under(session, part, None)
    assert part.parent_id is None


def test_a_goal_of_another_workspace_is_no_parent(session):
    goal = company.revenue_goal(session)
    with pytest.raises(Refusal, match="unknown_goal"):
        moved_under(session, goal, session.info["foreign"])
