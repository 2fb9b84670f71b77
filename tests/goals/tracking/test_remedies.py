"""What to try for a goal that is off: why just that, and what became of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from app.db import Database
from goals import words, workspace
from goals.alerts import review
from goals.errors import Refusal
from goals.metrics import catalogue as metrics
from goals.metrics import receipts
from goals.records.record import DirtyDay
from goals.records.sales import Deal, Owner
from goals.table import key, new_id
from goals.tracking import retrospectives, standing
from goals.tracking.remedies import attempts, catalogue, evidence, moved
from tests.support import company

NOW = company.NOW
DAY = date(2026, 8, 20)
#: The metrics of the reference's table of remedies.
TABLE = """leads_new opt_in_rate email_open_rate email_ctr mql_to_sql lead_qualification_pct
lead_conversion win_rate sales_cycle stage_length followup_coverage churn_rate retention_rate
renewal_rate repeat_rate clv cac cpl cost_per_sale new_revenue revenue quota_attainment
net_new_revenue upsell_rate resolution_time csat nps service_requests crm_adoption
data_quality""".split()


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    first = date(2026, 4, 1)
    # Two who win in both quarters; Ben much less in the second.
    company.win(database, here, [(first + timedelta(days=n), 100) for n in range(120)], owner="Ann")
    company.win(database, here, [(first + timedelta(days=n), 100) for n in range(95)], owner="Ben")
    with database.session(here) as opened:
        yield opened
    database.dispose()


def lose(session, owner, many, day=date(2026, 7, 20)):
    """Let an owner lose deals on a day."""
    [sample] = session.exec(
        select(Deal).where(col(Deal.workspace_id) == company_of(session)).limit(1)
    ).all()
    owners = select(Owner.id).where(
        col(Owner.workspace_id) == company_of(session), col(Owner.name) == owner
    )
    owner_id = session.exec(owners).one()
    for number in range(many):
        name = f"lost-{owner}-{number}"
        session.add(
            Deal(
                id=key("deal", name), external_id=name, status="lost", stage="Lost",
                owner_id=owner_id, amount=Decimal(10), created_on=day, closed_on=day,
                workspace_id=sample.workspace_id, connection_id=sample.connection_id,
                recorded_at=NOW, run_id=1,
            )
        )  # fmt: skip
    for column in ("closed_on", "created_on"):
        session.merge(
            DirtyDay(workspace_id=sample.workspace_id, record="deal", column=column, day=day)
        )
    session.flush()


def company_of(session):
    return session.info["workspace_id"]


def off_track(session, target=90_000, **terms):
    """Add a goal and judge it until its status holds."""
    goal = company.revenue_goal(session, target, **terms)
    for back in (2, 1, 0):
        judge(session, DAY - timedelta(days=back))
    return goal


def judge(session, day):
    review.review(session, now=workspace.of(session).end_of(day), today=day)


def suggested(session, goal, day=DAY):
    one = standing.one(session, goal)
    now = workspace.of(session).end_of(day)
    return evidence.suggest(session, one, today=day, now=now)


def said(fact):
    shown = [fact.text, *(part.text for part in fact.parts)]
    return [words.render(one, "en").replace("\u00a0", " ") for one in shown]


def facts(session, goal):
    return [said(one) for each in suggested(session, goal) for one in each.facts]


def found(all_facts, head):
    return next(one for one in all_facts if one[0].startswith(head))


def test_every_metric_of_the_reference_has_something_to_try():
    for metric in TABLE:
        own, every = catalogue.rows(metric)
        assert own.remedies and (own.looks or own.lacking), metric
        assert every is catalogue.ANY
    named = {one for row in catalogue.ROWS for one in row.metrics}
    assert named <= set(metrics.METRICS)
    assert list(catalogue.rows("headcount")) == [catalogue.ANY]


def test_every_look_is_known_and_every_id_is_one_action():
    rows = (catalogue.ANY, *catalogue.ROWS)
    assert {look for row in rows for look in row.looks} <= {*evidence.LOOKS, "data"}
    assert {kind for row in rows for one in row.lacking for kind in one.records} <= set(
        evidence.RECORDS
    )
    ids = [one.id for row in rows for one in row.remedies]
    assert len(ids) == len(set(ids))


def test_a_goal_that_is_on_its_way_is_left_alone(session):
    goal = off_track(session, target=3_000)
    assert standing.one(session, goal).status not in evidence.ASKED
    assert suggested(session, goal) == []


def test_the_member_that_fell_most_stands_beside_the_whole(session):
    goal = off_track(session)
    seen = found(facts(session, goal), "Revenue by owner")
    assert "against" in seen[0]
    assert seen[1:] == ["Ben $400", "before $5.1k", "all $3.3k", "before $10.2k"]


def test_each_number_has_a_receipt_that_says_the_same(session):
    goal = off_track(session)
    parts = [part for one in suggested(session, goal) for fact in one.facts for part in fact.parts]
    kept = [part for part in parts if part.receipt]
    assert len(kept) >= 5
    for part in kept:
        reading = receipts.find(session, part.receipt)
        again = receipts.recompute(session, reading, today=DAY, now=NOW)
        assert again.value == reading.value


def test_a_rate_is_split_into_the_lowest_and_the_highest_with_how_many_were_counted(session):
    lose(session, "Ben", 20)
    lose(session, "Ann", 10)
    goal = off_track(session, metric="win_rate", kind="level", target_input=Decimal("0.99"))
    seen = found(facts(session, goal), "Win rate by owner")
    assert seen[1:] == [
        "lowest Ben 16.7% of 24", "highest Ann 74.4% of 39", "all 52.4% of 63",
    ]  # fmt: skip


def test_too_few_to_compare_are_told_and_not_ranked(session):
    goal = off_track(
        session,
        metric="win_rate",
        kind="level",
        target_input=Decimal(9),
        segment={"owner": "Ann"},
        baseline=Decimal("0.5"),
    )
    seen = facts(session, goal)
    assert ["The goal counts Ann alone, so there is nothing to compare by owner."] in seen
    assert any(one[0].startswith("We cannot compare by source") for one in seen)


def test_what_nothing_delivers_is_said_to_be_unseen(session):
    lose(session, "Ben", 20)
    goal = off_track(session, metric="win_rate", kind="level", target_input=Decimal("0.99"))
    seen = facts(session, goal)
    assert [
        "We cannot see how many demonstrations lead to a close: no source delivers activities."
    ] in seen
    assert any("no open deal has a stage" in one[0] for one in seen)


def test_records_that_changed_since_are_shown_as_restated(session):
    goal = off_track(session)
    company_deal = session.exec(
        select(Deal).where(
            col(Deal.workspace_id) == company_of(session),
            col(Deal.closed_on) == date(2026, 7, 10),
        )
    ).first()
    company_deal.amount = Decimal(150)
    session.add(company_deal)
    session.merge(
        DirtyDay(
            workspace_id=company_of(session), record="deal", column="closed_on",
            day=date(2026, 7, 10),
        )
    )  # fmt: skip
    session.flush()
    seen = found(facts(session, goal), "Restated")
    assert seen[1] == "$3,300 when it was judged, $3,350 today"


def take(session, goal, text="Call them", **also):
    given = {"owner_id": None, "due_on": DAY + timedelta(days=14), "by": None, "today": DAY}
    return attempts.take(session, goal, text, now=NOW, **{**given, **also})


def test_an_action_keeps_the_numbers_before_and_after(session):
    goal = off_track(session)
    before = goal.evaluation_id
    row = take(session, goal, remedy="revenue.score")
    judge(session, DAY + timedelta(days=14))
    attempts.settle(
        session, goal, row, "helped", "They order again.", version=1, by=None,
        today=DAY + timedelta(days=14),
    )  # fmt: skip
    [tried] = attempts.of_goals(session, [goal.id])
    assert (tried.before.id, tried.after.id) == (before, goal.evaluation_id)
    assert tried.before.day == DAY and tried.after.day == DAY + timedelta(days=14)
    assert (tried.row.remedy, tried.row.outcome, tried.is_open) == (
        "revenue.score",
        "helped",
        False,
    )


def test_too_early_leaves_an_action_open(session):
    goal = off_track(session)
    row = take(session, goal)
    attempts.settle(session, goal, row, "early", None, version=1, by=None, today=DAY)
    assert attempts.of_goals(session, [goal.id])[0].is_open


def test_an_outcome_over_an_older_version_is_refused(session):
    goal = off_track(session)
    row = take(session, goal)
    attempts.settle(session, goal, row, "helped", None, version=1, by=None, today=DAY)
    with pytest.raises(Refusal) as refused:
        attempts.settle(session, goal, row, "not_helped", None, version=1, by=None, today=DAY)
    assert (refused.value.code, row.outcome) == ("attempt_changed", "helped")


def test_an_action_that_was_sent_twice_is_taken_once(session):
    goal = off_track(session)
    name = new_id()
    assert take(session, goal, attempt_id=name).id == take(session, goal, attempt_id=name).id
    assert len(attempts.of_goals(session, [goal.id])) == 1


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"due_on": DAY - timedelta(days=1)}, "due"),
        ({"owner_id": 7}, "owner"),
    ],
)
def test_what_an_action_lacks_is_told_at_its_field(session, terms, field):
    goal = off_track(session)
    with pytest.raises(Refusal) as refused:
        take(session, goal, **terms)
    assert refused.value.field == field


def test_an_outcome_that_is_none_is_refused(session):
    goal = off_track(session)
    with pytest.raises(Refusal) as refused:
        attempts.settle(
            session, goal, take(session, goal), "fine", None, version=1, by=None, today=DAY
        )
    assert refused.value.field == "outcome"


def taken(session, goal, day, remedy=None):
    return attempts.take(
        session, goal, "Call", owner_id=None, due_on=DAY + timedelta(days=30), by=None,
        today=day, now=NOW, remedy=remedy,
    )  # fmt: skip


def test_an_action_is_laid_beside_going_on_without_it(session):
    goal = off_track(session)
    # Ben stopped on 4 July: the ten days after 24 June hold fewer wins than those before.
    row = taken(session, goal, date(2026, 7, 4))
    found = moved.of(session, goal, row, done=date(2026, 7, 14))
    assert (found.was, found.came, found.expected) == (2000, 1000, 2000)
    assert not found.by_season
    assert (found.before.days, found.after.days) == (10, 10)
    assert (found.as_large, found.stretches) == (0, 8)
    text = words.render(found.message, "en").replace("\u00a0", " ")
    assert "Revenue: $1.0k in the 10 days after it, $2.0k in as many before." in text
    assert "0 of 8 earlier stretches moved as far without it." in text
    assert "no proof" in text


def test_an_action_for_a_driver_is_judged_by_the_driver(session):
    lose(session, "Ann", 5)
    goal = off_track(session)
    found = moved.of(
        session, goal, taken(session, goal, date(2026, 7, 12), "win_rate.train"), done=DAY
    )
    assert found.metric.id == "win_rate" and found.came < found.was == 1
    own = moved.of(
        session, goal, taken(session, goal, date(2026, 7, 12), "revenue.score"), done=DAY
    )
    assert own.metric.id == "revenue"


def test_a_day_in_progress_shows_nothing_of_an_action(session):
    goal = off_track(session)
    one = standing.one(session, goal)
    seen, over = one.evaluation, workspace.of(session).end_of(one.evaluation.day)
    assert moved.seen_to(session, one, over) == seen.day
    seen.evaluated_at -= timedelta(hours=5)
    assert moved.seen_to(session, one, over) == seen.day - timedelta(days=1)
    row = taken(session, goal, seen.day - timedelta(days=7))
    said = retrospectives.facts(session, standing.one(session, goal), over)
    assert any("at the earliest" in words.render(one, "en") for one in said)
    row.outcome, row.settled_on = "helped", seen.day
    said = retrospectives.facts(session, standing.one(session, goal), over)
    assert any("at the earliest" in words.render(one, "en") for one in said)


def test_an_action_shows_nothing_before_a_week(session):
    goal = off_track(session)
    row = taken(session, goal, DAY - timedelta(days=3))
    found = moved.of(session, goal, row, done=DAY)
    assert isinstance(found, words.Message)
    assert "24 Aug 2026 at the earliest" in words.render(found, "en").replace("\u00a0", " ")
    row.outcome = "dropped"
    assert moved.of(session, goal, row, done=DAY) is None
