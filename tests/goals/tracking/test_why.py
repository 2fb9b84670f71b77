"""Why a goal is where it is: drivers and segments that add up, from readings with receipts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.db import Database
from goals import words, workspace
from goals.alerts import review
from goals.metrics import receipts
from goals.records.demand import Lead
from goals.records.record import DirtyDay
from goals.records.sales import Deal
from goals.table import key
from goals.tracking import standing, visibility
from goals.tracking.drivers import exact
from goals.tracking.why import gap, parts, saying
from goals.tracking.why.terms import Unexplained
from tests.support import company

NOW = company.NOW
DAY = date(2026, 8, 20)
FIRST = date(2026, 4, 1)


@pytest.fixture
def database(database_url):
    found = Database(database_url)
    yield found
    found.dispose()


@pytest.fixture
def here(database):
    """Ann and Ben win in two quarters, Ben much less in the second."""
    made = company.make(database)
    company.win(database, made, [(FIRST + timedelta(n), 100) for n in range(142)], owner="Ann")
    company.win(database, made, [(FIRST + timedelta(n), 150) for n in range(95)], owner="Ben")
    return made


def lead(session, day, many):
    """Let leads come on a day."""
    here = session.info["workspace_id"]
    connection = company.connection_of(session, here).id
    for number in range(many):
        name = f"lead-{day}-{number}"
        session.add(
            Lead(
                id=key(connection, "lead", name), external_id=name, name=name, created_on=day,
                workspace_id=here, connection_id=connection, recorded_at=NOW, run_id=1,
            )
        )  # fmt: skip
    session.merge(DirtyDay(workspace_id=here, record="lead", column="created_on", day=day))
    session.flush()


def lose(session, day, many):
    """Let deals be lost on a day."""
    here = session.info["workspace_id"]
    connection = company.connection_of(session, here).id
    for number in range(many):
        name = f"lost-{day}-{number}"
        session.add(
            Deal(
                id=key(connection, "deal", name), external_id=name, status="lost", stage="Lost",
                owner_id=key(connection, "owner", "Ann"), amount=Decimal(10), created_on=day,
                closed_on=day, workspace_id=here, connection_id=connection, recorded_at=NOW,
                run_id=1,
            )
        )  # fmt: skip
    for column in ("closed_on", "created_on"):
        session.merge(DirtyDay(workspace_id=here, record="deal", column=column, day=day))
    session.flush()


def judged(session, goal, day=DAY):
    review.review(session, now=workspace.of(session).end_of(day), today=day)
    return standing.one(session, goal)


def explained(session, goal, day=DAY, **asked):
    one = judged(session, goal, day)
    known = standing.board(session, visibility.OWNER)
    return gap.explain(session, one, known, now=workspace.of(session).end_of(day), **asked)


def said(message):
    return words.render(message, "en").replace("\u00a0", " ")


def names(found):
    return [one.id for one in found.terms]


def test_drivers_add_up_to_the_gap_that_the_goals_page_shows(database, here):
    with database.session(here) as session:
        lose(session, date(2026, 4, 20), 30)
        lose(session, date(2026, 7, 20), 60)
        for month in (4, 5, 7, 8):
            lead(session, date(2026, month, 1), 40)
        goal = company.revenue_goal(session, 60_000)
        found = explained(session, goal)
        seen = found.one.evaluation
        assert found.gap == exact.less(seen.actual, seen.expected)
        assert exact.total([one.effect for one in found.terms]) == found.gap
        assert names(found) == ["plan", "leads", "closed", "won", "size"]
        assert (found.against, found.choices) == ("previous", ("previous",))
        assert found.before.days == found.period.days
        text = said(saying.sentence(found))
        assert text.startswith("$27.6k behind the plan: the plan asks for more than as many days")
        assert "lower win rate −" in text


def test_each_driver_has_receipts_that_say_the_same(database, here):
    with database.session(here) as session:
        lose(session, date(2026, 7, 20), 20)
        found = explained(session, company.revenue_goal(session, 60_000))
        kept = [side for one in found.terms for side in (one.now, one.plan) if side is not None]
        assert len(kept) == 6 and all(side.receipt for side in kept)
        for side in kept:
            reading = receipts.find(session, side.receipt)
            again = receipts.recompute(session, reading, today=DAY, now=NOW)
            assert again.value == reading.value
        rate = next(one for one in found.terms if one.id == "won")
        assert rate.now.value == receipts.find(session, rate.now.receipt).value


def test_a_driver_without_records_is_left_out_and_that_is_said(database, here):
    with database.session(here) as session:
        found = explained(session, company.revenue_goal(session, 60_000))
        assert names(found) == ["plan", "closed", "size"]
        assert found.terms[1].name.id == "Deals closed"
        assert any("Leads are not among the drivers" in said(one) for one in found.notes)


def test_a_goal_on_a_driver_gives_it_its_plan(database, here):
    with database.session(here) as session:
        lose(session, date(2026, 4, 20), 30)
        lose(session, date(2026, 7, 20), 60)
        rate = company.revenue_goal(
            session, name="Win more", metric="win_rate", kind="level",
            target_input=Decimal("0.9"), baseline=Decimal("0.8"),
        )  # fmt: skip
        found = explained(session, company.revenue_goal(session, 60_000))
        won = next(one for one in found.terms if one.id == "won")
        assert won.plan.goal.goal.id == rate.id
        assert won.plan.value == won.plan.goal.evaluation.expected
        assert won.effect < 0
        assert exact.total([one.effect for one in found.terms]) == found.gap
        assert "(Win more)" in said(saying.compared(found))
        # Whoever may not see that goal hears nothing of its plan.
        one = standing.one(session, found.one.goal)
        blind = gap.explain(session, one, [one], now=NOW)
        assert all(each.plan is None or each.plan.goal is None for each in blind.terms)
        assert exact.total([each.effect for each in blind.terms]) == blind.gap


def test_a_rate_is_split_by_mix_and_rate(database, here):
    with database.session(here) as session:
        lose(session, date(2026, 4, 20), 30)
        lose(session, date(2026, 7, 20), 60)
        goal = company.revenue_goal(
            session, metric="win_rate", kind="level", target_input=Decimal("0.95"),
            baseline=Decimal("0.8"),
        )  # fmt: skip
        found = explained(session, goal)
        assert found.split.by == "owner" and found.split.is_ratio
        assert names(found)[0] == "plan" and set(names(found)[1:]) == {"Ann", "Ben"}
        assert exact.total([one.effect for one in found.terms]) == found.gap
        ann, ben = sorted(found.split.rows, key=lambda one: one.member)
        assert ann.rate < 0 and ben.rate == 0 and ben.mix < 0
        assert ann.receipt and ann.receipt_then
        assert "points behind the plan" in said(saying.sentence(found))


def test_a_sum_is_split_by_how_many_and_how_large(database, here):
    with database.session(here) as session:
        goal = company.revenue_goal(session, 60_000)
        one = judged(session, goal)
        reader = gap.reader_of(session, one, NOW)
        found = explained(session, goal)
        split = parts.best(reader, found.period, found.before)
        now, then = reader.own(found.period).value, reader.own(found.before).value
        assert now is not None and then is not None and split is not None
        assert sum(row.effect for row in split.rows) == now - then
        ben = next(row for row in split.rows if row.member == "Ben")
        assert ben.mix == ben.effect and not ben.rate


def test_a_metric_that_is_all_one_persons_says_what_is_missing(database):
    here = company.make(database)
    company.win(database, here, [(FIRST + timedelta(n), 100) for n in range(142)])
    with database.session(here) as session:
        goal = company.revenue_goal(
            session, metric="avg_deal_size", kind="level", target_input=Decimal(200),
            baseline=Decimal(100),
        )  # fmt: skip
        found = explained(session, goal)
        assert isinstance(found, Unexplained)
        assert "name nothing to split it by" in said(found.reason)


def test_without_an_earlier_period_it_says_when_records_begin(database):
    here = company.make(database)
    company.win(database, here, [(date(2026, 7, 2), 100), (date(2026, 7, 9), 100)])
    with database.session(here) as session:
        found = explained(session, company.revenue_goal(session))
        assert isinstance(found, Unexplained)
        assert said(found.reason).startswith("Records begin on 2 Jul 2026")


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"metric": None, "kind": "milestone", "target_input": None}, "A milestone is done or not"),
        ({"metric": "headcount", "kind": "level"}, "There is no value yet"),
        (
            {"first_day": date(2027, 1, 1), "last_day": date(2027, 3, 31)},
            "There is no value yet",
        ),
    ],
)
def test_what_has_no_gap_says_why(database, here, terms, reason):
    with database.session(here) as session:
        found = explained(session, company.revenue_goal(session, **terms))
        assert isinstance(found, Unexplained)
        assert reason in said(found.reason)


def test_a_goal_that_was_never_reviewed_has_no_gap_yet(database, here):
    with database.session(here) as session:
        one = standing.one(session, company.revenue_goal(session))
        found = gap.explain(session, one, [one], now=NOW)
        assert "not reviewed yet" in said(found.reason)


def test_a_goal_that_is_better_low_is_told_where_it_stands(database, here):
    with database.session(here) as session:
        goal = company.revenue_goal(
            session, metric="sales_cycle", kind="level", direction="down",
            target_input=Decimal(-1), baseline=Decimal(10),
        )  # fmt: skip
        found = explained(session, goal)
        if isinstance(found, Unexplained):
            pytest.fail(said(found.reason))
        assert exact.total([one.effect for one in found.terms]) == found.gap
        assert "below the plan" in said(saying.head(found))
        assert found.is_good


def test_few_records_are_said_to_be_few(database):
    here = company.make(database)
    company.win(database, here, [(FIRST + timedelta(30 * n), 100) for n in range(5)])
    with database.session(here) as session:
        found = explained(session, company.revenue_goal(session))
        assert any("Only 1 record stands" in said(one) for one in found.notes)


def test_records_that_change_afterwards_are_a_part_of_their_own(database, here):
    with database.session(here) as session:
        goal = company.revenue_goal(session, 60_000)
        one = judged(session, goal)
    company.win(database, here, [(date(2026, 8, 1), 5_000)], owner="Cem")
    with database.session(here) as session:
        found = gap.explain(session, one, [one], now=NOW)
        changed = next(each for each in found.terms if each.id == "changed")
        assert changed.effect == -5_000
        assert exact.total([each.effect for each in found.terms]) == found.gap


def test_a_quarter_in_which_nothing_was_closed_is_all_the_first_drivers_doing(database, here):
    with database.session(here) as session:
        goal = company.revenue_goal(
            session, 60_000, first_day=date(2026, 10, 1), last_day=date(2026, 12, 31)
        )
        found = explained(session, goal, day=date(2026, 11, 20))
        assert exact.total([one.effect for one in found.terms]) == found.gap
        assert found.actual == 0
        rest = [one for one in found.terms if one.id not in ("plan", "closed")]
        assert all(one.effect == 0 for one in rest)
