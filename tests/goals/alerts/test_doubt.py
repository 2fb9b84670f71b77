"""Alerts by doubtful numbers: they wait, say why, and go out when the data are mended."""

from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import col, select, update

from app.db import Database
from goals import words, workspace
from goals.alerts import delivery, holding, review
from goals.alerts.outbox import Channel, Outbox
from goals.metrics import refresh
from goals.records.record import DirtyDay
from goals.records.sales import Deal
from goals.tracking import standing, visibility
from goals.workspace import Workspace
from tests.support import company
from tests.support.company import NOW

FIRST = date(2026, 7, 22)
SECOND, THIRD, FOURTH = (date(2026, 7, number) for number in (23, 24, 25))


@pytest.fixture
def database(database_url):
    found = Database(database_url)
    yield found
    found.dispose()


@pytest.fixture
def doubtful(database):
    """A goal that is off track by ten deals, seven of which have no amount."""
    here = company.make(database)
    days = [date(2026, 7, number) for number in range(1, 11)]
    company.win(database, here, [(day, 100) for day in days])
    with database.session(here) as session:
        company.revenue_goal(session, target=4000, channel="C01")
        session.add(Channel(workspace_id=here, external_id="C01", is_on=True, created_at=NOW))
    amounts(database, here, None, days[:7])
    return here


def amounts(database, here, amount, days):
    """Write an amount into the deals of some days, as a sync does."""
    with database.session(here) as session:
        session.exec(
            update(Deal)
            .where(col(Deal.workspace_id) == here, col(Deal.closed_on).in_(days))
            .values(amount=None if amount is None else Decimal(amount))
        )
        for day in days:
            for column in ("closed_on", "created_on"):
                session.merge(DirtyDay(workspace_id=here, record="deal", column=column, day=day))
        refresh.refresh(session)


def judge(database, here, *days):
    found = []
    for day in days:
        with database.session(here) as session:
            now = workspace.of(session).end_of(day)
            found += review.review(session, now=now, today=day)
    return found[-1]


def gate(database, here, share):
    with database.session(here) as session:
        held = session.get(Workspace, here)
        held.quality_gate = share
        session.add(held)


def outbox(database, here):
    with database.session(here) as session:
        statement = select(Outbox).where(col(Outbox.workspace_id) == here)
        return list(session.exec(statement.order_by(col(Outbox.id))))


WHY = "7 deals have no amount. Of the 10 records behind the number, 3 pass the checks."


def test_an_alert_by_a_doubtful_number_waits_and_says_why(database, doubtful):
    seen = judge(database, doubtful, FIRST)
    assert (seen.evaluation.status, seen.queued) == ("off_track", 0)
    (row,) = outbox(database, doubtful)
    assert (row.state, row.error["code"]) == ("held", "doubtful")
    assert words.render(words.from_json(row.error["message"]), "en") == WHY
    with database.session(doubtful) as session:
        (one,) = standing.board(session, visibility.OWNER)
        assert words.render(one.reason, "en").endswith(f" Doubtful: {WHY}")
    # It goes on waiting, once, with the reason of the day.
    amounts(database, doubtful, 100, [date(2026, 7, 1)])
    assert judge(database, doubtful, SECOND).queued == 0
    (row,) = outbox(database, doubtful)
    assert row.state == "held"
    assert words.render(words.from_json(row.error["message"]), "en").startswith("6 deals have")


def test_an_alert_by_sound_numbers_goes_out_at_once(database, doubtful):
    amounts(database, doubtful, 1, [date(2026, 7, number) for number in range(1, 8)])
    assert judge(database, doubtful, FIRST).queued == 1
    (row,) = outbox(database, doubtful)
    assert (row.state, row.facts.get("doubt")) == ("new", None)


@pytest.mark.parametrize(("share", "state"), [(0, "new"), (30, "new"), (31, "held")])
def test_the_gate_is_the_least_share_that_must_be_sound(database, doubtful, share, state):
    gate(database, doubtful, share)
    judge(database, doubtful, FIRST)
    (row,) = outbox(database, doubtful)
    assert row.state == state


def test_it_goes_out_once_the_data_are_mended_and_the_goal_is_still_off_track(database, doubtful):
    judge(database, doubtful, FIRST)
    amounts(database, doubtful, 5, [date(2026, 7, number) for number in range(1, 8)])
    assert judge(database, doubtful, SECOND).queued == 1
    (row,) = outbox(database, doubtful)
    assert (row.state, row.error, row.facts["doubt"]) == ("new", None, None)
    # It tells how the goal stands now: three hundred, and seven times five.
    assert Decimal(row.facts["goal"]["actual"]) == 335
    assert judge(database, doubtful, THIRD).queued == 0


def test_mended_data_that_show_a_good_goal_tell_nobody_of_either(database, doubtful):
    judge(database, doubtful, FIRST)
    amounts(database, doubtful, 300, [date(2026, 7, number) for number in range(1, 8)])
    # The better status needs a second day; until then the alert waits.
    assert judge(database, doubtful, SECOND).evaluation.status == "off_track"
    assert [row.state for row in outbox(database, doubtful)] == ["held"]
    seen = judge(database, doubtful, THIRD)
    assert (seen.evaluation.status, seen.queued) == ("on_track", 0)
    (row,) = outbox(database, doubtful)
    assert (row.state, row.error["code"]) == ("held", "overtaken")
    with database.session(doubtful) as session:
        assert not delivery.retry(session, row.id, NOW)


def test_a_person_lets_it_out_and_it_carries_its_doubt(database, doubtful):
    judge(database, doubtful, FIRST)
    (row,) = outbox(database, doubtful)
    with database.session(doubtful) as session:
        assert delivery.retry(session, row.id, NOW)
    judge(database, doubtful, SECOND)
    (row,) = outbox(database, doubtful)
    assert row.state == "new"
    assert words.render(words.from_json(row.facts["doubt"]), "en") == WHY
    # Better data later are news to those who have read the alert.
    with database.session(doubtful) as session:
        kept = session.exec(select(Outbox).where(col(Outbox.workspace_id) == doubtful)).one()
        kept.state = "done"
        session.add(kept)
    amounts(database, doubtful, 300, [date(2026, 7, number) for number in range(1, 8)])
    judge(database, doubtful, THIRD, FOURTH)
    assert [row.kind for row in outbox(database, doubtful)] == ["alert", "recovery"]


def test_a_channel_that_is_off_is_the_first_reason(database, doubtful):
    with database.session(doubtful) as session:
        channel = session.exec(select(Channel).where(col(Channel.workspace_id) == doubtful)).one()
        channel.is_on = False
        session.add(channel)
    judge(database, doubtful, FIRST)
    (row,) = outbox(database, doubtful)
    assert row.error == {"code": holding.CHANNEL_OFF}


def test_the_faults_of_another_workspace_hold_nothing_here(database, doubtful):
    other = company.make(database, name="Borealis")
    company.win(database, other, [(date(2026, 7, number), 100) for number in range(1, 11)])
    with database.session(other) as session:
        company.revenue_goal(session, target=9200)
    assert judge(database, other, FIRST).queued == 1


@pytest.fixture
def slow(database):
    """A goal of 300,000 that has 1,000 and was off track for three days."""
    here = company.make(database)
    company.win(database, here, [(date(2026, 7, number), 100) for number in range(1, 11)])
    with database.session(here) as session:
        refresh.refresh(session)
        company.revenue_goal(session, target=300_000, channel="C01")
        session.add(Channel(workspace_id=here, external_id="C01", is_on=True, created_at=NOW))
    assert judge(database, here, FIRST, SECOND, THIRD).evaluation.status == "off_track"
    return here


def jump(database, here, amount):
    """Let one more deal be won for an amount, and return how many rows the outbox had before."""
    before = len(outbox(database, here))
    company.win(database, here, [(date(2026, 7, 24), amount)])
    with database.session(here) as session:
        refresh.refresh(session)
    return before


def told(database, here):
    """Let the first alert be sent, so that news of the goal has somebody who heard of it."""
    with database.session(here) as session:
        for row in session.exec(select(Outbox).where(col(Outbox.workspace_id) == here)):
            row.state = "done"
            session.add(row)


def test_a_number_that_is_a_hundred_times_what_it_was_tells_no_channel_of_success(database, slow):
    told(database, slow)
    before = jump(database, slow, 500_000)
    seen = judge(database, slow, FOURTH)
    assert (seen.evaluation.status, seen.queued) == ("achieved", 0)
    (row,) = outbox(database, slow)[before:]
    assert (row.kind, row.state, row.error["code"]) == ("recovery", "held", "doubtful")
    said = words.render(words.from_json(row.error["message"]), "en")
    assert said.startswith("It is more than 100 times what it was in the days before, $1,000.")
    with database.session(slow) as session:
        (one,) = standing.board(session, visibility.OWNER)
        assert words.render(one.reason, "en").endswith(f" Doubtful: {said}")


def test_a_jump_that_stands_for_some_days_is_believed(database, slow):
    told(database, slow)
    before = jump(database, slow, 500_000)
    judge(database, slow, FOURTH)
    later = [date(2026, 7, number) for number in range(26, 30)]
    assert [judge(database, slow, day).queued for day in later] == [0, 0, 1, 0]
    (row,) = outbox(database, slow)[before:]
    assert row.state == "new"


def test_a_wrong_amount_that_is_mended_leaves_no_news(database, slow):
    told(database, slow)
    before = jump(database, slow, 500_000)
    judge(database, slow, FOURTH)
    amounts(database, slow, 100, [date(2026, 7, 24)])
    seen = judge(database, slow, date(2026, 7, 26), date(2026, 7, 27))
    assert (seen.evaluation.status, seen.queued) == ("off_track", 0)
    (row,) = outbox(database, slow)[before:]
    assert (row.state, row.error["code"]) == ("held", "overtaken")


@pytest.mark.parametrize(("share", "amount"), [(0, 500_000), (50, 98_000)])
def test_a_jump_is_not_doubted_where_it_is_smaller_or_nothing_is(database, slow, share, amount):
    told(database, slow)
    gate(database, slow, share)
    before = jump(database, slow, amount)
    judge(database, slow, FOURTH, date(2026, 7, 26))
    assert [row.state for row in outbox(database, slow)[before:]] == ["new"]


def test_a_success_that_was_none_is_never_told_and_hides_no_bad_news(database):
    here = company.make(database)
    company.win(database, here, [(date(2026, 7, number), 100) for number in range(1, 23)])
    with database.session(here) as session:
        refresh.refresh(session)
        company.revenue_goal(session, target=8000, channel="C01")
        session.add(Channel(workspace_id=here, external_id="C01", is_on=True, created_at=NOW))
    assert judge(database, here, FIRST, SECOND, THIRD).evaluation.status == "on_track"
    before = jump(database, here, 500_000)
    assert judge(database, here, FOURTH).evaluation.status == "achieved"
    (row,) = outbox(database, here)[before:]
    assert (row.kind, row.state) == ("achieved", "held")
    amounts(database, here, 100, [date(2026, 7, 24)])
    judge(database, here, date(2026, 7, 26), date(2026, 7, 27))
    (row,) = outbox(database, here)[before:]
    assert (row.state, row.error["code"]) == ("held", "overtaken")
