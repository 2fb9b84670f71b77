"""How a sync lives with Pipedrive's limits: bursts, a day's budget, a token that is not taken."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from goals.records.connections import Checkpoint
from tests.fakes.pipedrive import FakePipedrive
from tests.fakes.vendor import Rate
from tests.support.crm import CANARY, NOW, stream
from tests.support.pipedrive import JANUARY, desk, desk_at, fill, pipe

__all__ = ["desk", "pipe"]


@pytest.fixture
def account(clock):
    made = []

    def make(**more):
        made.append(FakePipedrive(CANARY, now=NOW, **more).__enter__())
        return made[-1]

    yield make
    for one in made:
        one.__exit__()


def moved(pipe, number):
    """Add deals that moved once each."""
    for _ in range(number):
        key = pipe.add_deal("Deal", at=JANUARY)
        pipe.move(key, "Engaging", at="2026-02-01T08:00:00Z")


def histories(desk):
    """Return how many deals have their whole history."""
    deals = [one.deal_id for one in desk.rows("stage_event").values()]
    return sum(1 for one in set(deals) if deals.count(one) == 2)


def test_a_burst_is_waited_out_and_the_sync_goes_on(account, shop, clock):
    pipe = account(rate=(6, 2.0))
    fill(pipe)
    desk = desk_at(shop, pipe, clock)
    desk.done()
    assert len(pipe.calls(status=429)) >= 1
    assert 2 <= max(clock.waits) <= 10
    assert pipe.calls(status=403) == []


def test_the_firewall_is_left_alone_for_a_while(desk, pipe):
    fill(pipe)
    desk.done()
    pipe.rate, pipe.refused = Rate(1, 3600), 99
    pipe.rate.take(pipe.now)
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("waiting", "rate_limited")
    assert run.resume_after == desk.clock() + timedelta(minutes=15)
    assert len(pipe.calls(status=403)) == 1


def test_a_spent_day_waits_for_the_next_hour_and_keeps_what_was_read(account, shop, clock):
    pipe = account(budget=75)
    fill(pipe)
    desk = desk_at(shop, pipe, clock)
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("waiting", "rate_limited")
    assert run.resume_after == datetime(2026, 11, 2, 10, 1, tzinfo=UTC)
    assert "allows no more requests" in run.to_json()["error"]["message"]
    assert len(desk.rows("owner")) == 2
    # Requests are spread, but nobody waits for a day.
    assert max(clock.waits) < 1
    pipe.budget = 10_000
    desk.later(15 * 3600)
    assert len(desk.rows("deal")) == 3


def test_histories_take_a_share_of_the_day_newest_deals_first_and_go_on_the_next(
    account, shop, clock
):
    pipe = account(budget=1200)
    moved(pipe, 40)
    desk = desk_at(shop, pipe, clock)
    desk.done()
    spent = len(pipe.calls("/changelog"))
    # Of 1200 tokens the lists took 190, and one more list follows; 30 % of the rest are 303.
    assert (spent, pipe.spent) == (15, 540)
    assert histories(desk) == spent
    whole = {one.deal_id for one in desk.rows("stage_event").values() if one.stage == "Prospecting"}
    assert whole == {desk.id("deal", str(key)) for key in range(40, 40 - spent, -1)}
    # What has none yet stands where it came last.
    oldest = desk.rows("deal")["1"]
    assert desk.visits(oldest) == [("Engaging", "2026-02-01")]
    desk.later()
    assert len(pipe.calls("/changelog")) == spent
    for _ in range(3):
        desk.later(24 * 3600)
    assert histories(desk) == 40
    assert len(pipe.calls("/changelog")) == 40


def test_without_a_word_on_the_budget_the_smallest_plan_is_meant(account, shop, clock):
    pipe = account(tells_budget=False)
    moved(pipe, 460)
    desk = desk_at(shop, pipe, clock)
    desk.done()
    assert len(pipe.calls("/changelog")) == 30_000 * 0.3 / 20


def test_a_place_that_is_not_taken_any_more_costs_no_deal(account, shop, clock):
    pipe = account(budget=1200)
    pipe.most = 5
    moved(pipe, 30)
    desk = desk_at(shop, pipe, clock)
    desk.done()
    with desk.session() as session:
        place = session.exec(
            select(Checkpoint).where(
                col(Checkpoint.workspace_id) == desk.here,
                col(Checkpoint.stream) == "stage_history",
            )
        ).one()
        place.cursor = {**place.cursor, "page": "outworn"}
        session.add(place)
        session.commit()
    for _ in range(4):
        desk.later(24 * 3600)
    assert histories(desk) == 30


def test_a_deal_that_did_not_move_costs_nothing(desk, pipe):
    key = pipe.add_deal("Still", at=JANUARY)
    pipe.close(key, "won", at="2026-02-01T08:00:00Z")
    desk.done()
    assert pipe.calls("/changelog") == []
    assert desk.visits(desk.rows("deal")[str(key)]) == [
        ("Prospecting", "2026-01-05"),
        ("Prospecting", "2026-02-01"),
    ]


def test_a_token_that_is_not_taken_asks_for_a_new_one_and_keeps_the_rows(desk, pipe):
    fill(pipe)
    desk.done()
    pipe.token = "another"
    run = desk.pull()
    assert run.error["code"] == "unauthorized"
    assert "Pipedrive no longer accepts" in run.to_json()["error"]["message"]
    assert desk.connected().needs_reconnect
    assert len(desk.rows("deal")) == 3


def test_what_may_not_be_read_is_left_out_and_the_rest_comes(desk, pipe):
    fill(pipe)
    pipe.forbidden = {"leads", "goals/find", "changelog"}
    run = desk.done()
    for name in ("leads", "goals", "stage_history"):
        assert name in stream(run, name).to_json("en")["left_out"]
    assert len(desk.rows("deal")) == 3


def test_a_look_at_everything_says_what_may_not_be_read(desk, pipe):
    fill(pipe)
    pipe.forbidden = {"activities"}
    found = desk.check()
    assert {one.name: one.ok for one in found}["activities"] is False
    assert sum(1 for one in found if not one.ok) == 1


def test_the_token_is_seen_nowhere_but_at_its_vendor(desk, pipe, caplog, capfd):
    fill(pipe)
    pipe.fault("/deals", "html_200", times=None)
    run = desk.pull()
    said = f"{run.to_json()} {caplog.text} {capfd.readouterr()}"
    assert CANARY not in said
