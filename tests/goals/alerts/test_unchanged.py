"""A review where nothing changed says what the one before said, without looking again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from app import changes
from app.db import Database
from app.tables import metadata
from goals import workspace
from goals.alerts import review
from goals.alerts.whole import Whole
from goals.tracking import unreviewed
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from tests.support import company

DAY = date(2026, 8, 14)
DAYS = [date(2026, 7, 1) + timedelta(days=step) for step in range(45)]


@pytest.fixture
def database(database_url):
    found = Database(database_url)
    yield found
    found.dispose()


@pytest.fixture
def here(database):
    """A quarter that goes well, with two goals, reviewed and nothing written since."""
    made = company.make(database)
    company.win(database, made, [(day, 200) for day in DAYS])
    with database.session(made) as session:
        for name in ("One", "Two"):
            company.revenue_goal(session, name=name)
    judge(database, made)
    return made


def judge(database, here, *, day=DAY, before=timedelta(0)):
    with database.session(here) as session:
        now = workspace.of(session).end_of(day) - before
        found = review.review(session, now=now, today=day)
    return {one.goal.name: one.evaluation for one in found}


def statements(database, done):
    """Return how many statements something takes."""
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        done()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


def test_it_takes_as_many_statements_for_ten_goals_as_for_two(database, here):
    for_two = statements(database, lambda: judge(database, here))
    with database.session(here) as session:
        for number in range(8):
            company.revenue_goal(session, name=f"More {number}")
    first = statements(database, lambda: judge(database, here))
    for_ten = statements(database, lambda: judge(database, here))
    assert for_ten == for_two
    assert first > 5 * for_ten


def test_it_returns_the_evaluations_of_the_one_before(database, here):
    first, again = judge(database, here), judge(database, here)
    assert set(first) == {"One", "Two"}
    assert {name: one.id for name, one in again.items()} == {
        name: one.id for name, one in first.items()
    }
    assert again["One"].actual == Decimal(9000)


def of(session, table):
    return [col(table.workspace_id) == session.info["workspace_id"]]


def test_a_deal_that_was_won_since_is_counted(database, here):
    company.win(database, here, [(DAY, 777)], owner="Bob")
    assert judge(database, here)["One"].actual == Decimal(9777)


def test_a_source_that_must_be_reconnected_is_seen(database, here):
    with database.session(here) as session:
        company.connection_of(session, here).needs_reconnect = True
    assert judge(database, here)["One"].status == "source_broken"


def test_a_source_that_falls_silent_within_the_day_is_seen_and_so_is_its_return(database, here):
    with database.session(here) as session:
        source = company.connection_of(session, here)
        source.interval, source.newest_on = 15, None
        night = workspace.of(session).end_of(DAY) - timedelta(hours=12)
        source.last_success_at = night - timedelta(hours=20)
    ago = timedelta(hours=12)
    assert judge(database, here, before=ago)["One"].status != "stale"
    assert judge(database, here, before=timedelta(hours=6))["One"].status == "stale"
    with database.session(here) as session:
        company.connection_of(session, here).last_success_at = night
    assert judge(database, here, before=timedelta(hours=6))["One"].status != "stale"


def test_the_end_of_the_day_is_judged_though_nothing_was_written(database, here):
    early = judge(database, here, day=DAY + timedelta(days=1), before=timedelta(hours=5))["One"]
    late = judge(database, here, day=DAY + timedelta(days=1))["One"]
    assert late.id != early.id
    assert late.expected > early.expected


def between(database, here, write):
    """Return what opens transactions, with something written after the first by somebody else."""
    opened = []

    def begin():
        opened.append(1)
        if len(opened) == 2:
            write()
        return database.session(here)

    return begin


def test_what_is_written_while_a_review_of_all_runs_is_left_for_the_next(database, here):
    company.win(database, here, [(DAY, 1)], owner="Bob")
    begin = between(database, here, lambda: company.win(database, here, [(DAY, 10)], owner="Eve"))
    with database.session(here) as session:
        now = workspace.of(session).end_of(DAY)
        whole = Whole.begin(session, now=now, today=DAY)
    whole.go_on(begin, failed)
    with database.session(here) as session:
        whole.end(session)
        assert len(unreviewed.marks(session)) == 1
        last = select(Evaluation).where(
            col(Evaluation.workspace_id) == here,
            col(Evaluation.id).in_(
                select(Goal.evaluation_id).where(col(Goal.workspace_id) == here)
            ),
        )
        assert {one.actual for one in session.exec(last)} == {Decimal(9001)}
    assert {one.actual for one in judge(database, here).values()} == {Decimal(9011)}


def test_a_goal_that_is_changed_while_a_review_of_all_runs_is_judged_as_it_is_then(database, here):
    def rename():
        with database.session(here) as session:
            mine = select(Goal).where(col(Goal.workspace_id) == here, col(Goal.name) == "One")
            goal = session.exec(mine).one()
            goal.segment = {"owner": "Nobody at all"}

    company.win(database, here, [(DAY, 1)])
    with database.session(here) as session:
        now = workspace.of(session).end_of(DAY)
        whole = Whole.begin(session, now=now, today=DAY)
    wrong = []
    whole.go_on(between(database, here, rename), lambda goal, error: wrong.append(goal.name))
    assert wrong == ["One"]


def failed(goal, error):
    raise error


def test_a_goal_that_could_not_be_reviewed_is_tried_again_though_nothing_changed(database, here):
    with database.session(here) as session:
        company.revenue_goal(session, name="Broken").metric = "gone"
    tried = []
    for _ in range(2):
        with database.session(here) as session:
            now = workspace.of(session).end_of(DAY)
            review.review(
                session, now=now, today=DAY, failed=lambda goal, error: tried.append(goal.name)
            )
    assert tried == ["Broken", "Broken"]


def test_a_review_of_one_goal_takes_nothing_in_for_the_others(database, here):
    company.win(database, here, [(DAY, 5)], owner="Bob")
    with database.session(here) as session:
        now = workspace.of(session).end_of(DAY)
        one = session.exec(select(Goal).where(col(Goal.name) == "One", *of(session, Goal))).one()
        review.review(session, now=now, today=DAY, only=[one])
    assert judge(database, here)["Two"].actual == Decimal(9005)


def test_every_table_that_may_be_passed_over_is_a_table():
    assert set(metadata.tables) > changes.FOLLOWING
    for name, columns in changes.FOLLOWING_COLUMNS.items():
        assert set(metadata.tables[name].columns.keys()) > columns


def test_writing_what_follows_from_a_review_leaves_no_mark(database, here):
    with database.session(here) as session:
        seen = session.exec(select(Evaluation).where(*of(session, Evaluation))).first()
        seen.data_to = DAY
        goal = session.exec(select(Goal).where(*of(session, Goal))).first()
        goal.evaluation_id = seen.id
    with database.session(here) as session:
        assert unreviewed.marks(session) == []


def test_changing_a_goal_leaves_one_mark_for_a_commit_and_none_for_one_undone(database, here):
    with database.session(here) as session:
        for goal in session.exec(select(Goal).where(*of(session, Goal))):
            goal.why = "Because"
    with pytest.raises(RuntimeError), database.session(here) as session:
        session.exec(select(Goal).where(*of(session, Goal))).first().why = "No"
        session.flush()
        raise RuntimeError
    with database.session(here) as session:
        assert len(unreviewed.marks(session)) == 1
