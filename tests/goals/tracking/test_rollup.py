"""Goals that are rolled up from their parts: a sum, a mean, the worst, those done."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.db import Database
from goals import workspace
from goals.alerts import review
from goals.errors import Refusal
from goals.tracking import archive, family, goals, standing, visibility
from goals.tracking.drafts import Draft
from goals.tracking.rollup import Part, Rolled
from tests.support import company

FIRST, LAST = company.QUARTER
MIDDLE = date(2026, 8, 15)


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    for owner, amount in (("Ann", 50), ("Bob", 30)):
        days = [(FIRST + timedelta(days=n), amount) for n in range(40)]
        company.win(database, here, days, owner=owner)
    with database.session(here) as opened:
        yield opened
    database.dispose()


def judge(session, day, **only):
    return review.review(session, now=workspace.of(session).end_of(day), today=day, **only)


def whole(session, **terms):
    return company.revenue_goal(session, 9000, name="Whole", rollup="sum", **terms)


def of(session, owner, parent, target=4000, **terms):
    return company.revenue_goal(
        session, target, name=owner, segment={"owner": owner}, parent_id=parent.id, **terms
    )


def milestone(session, rollup):
    draft = Draft("All of it", kind="milestone", rollup=rollup, first_day=FIRST, last_day=LAST)
    return goals.add(session, draft, by=None, today=FIRST, now=company.NOW)


def test_a_sum_is_that_of_its_parts_and_follows_them_in_the_same_review(session):
    top = whole(session)
    for owner in ("Ann", "Bob"):
        of(session, owner, top)
    judge(session, MIDDLE)
    parts = family.parts(session, top.id, MIDDLE)
    seen = standing.one(session, top).evaluation
    assert seen.actual == sum(one.actual or 0 for one in parts) == 40 * 80
    assert seen.receipt is None and seen.unit == "money"


def test_the_small_chart_of_a_sum_begins_at_zero_and_ends_at_what_there_is(session):
    top = whole(session)
    for owner in ("Ann", "Bob"):
        of(session, owner, top)
    for day in (MIDDLE, MIDDLE + timedelta(days=5)):
        judge(session, day)
        seen = standing.one(session, top).evaluation
        assert seen is not None and seen.curve is not None and seen.actual is not None
        first, *_rest, last = seen.curve["actual"]
        assert first == [0.0, 0.0] and last[1] == float(seen.actual)
        assert 0 < last[0] < 1


def test_a_whole_follows_when_only_a_part_is_reviewed(session):
    top = whole(session)
    mine = of(session, "Ann", top)
    judge(session, MIDDLE)
    of(session, "Bob", top)
    judge(session, MIDDLE)
    later = MIDDLE + timedelta(days=1)
    reviewed = judge(session, later, only=[mine])
    assert [one.goal.name for one in reviewed] == ["Ann", "Whole"]
    assert standing.one(session, top).evaluation.actual == 3200


def test_wholes_of_wholes_follow_from_below(session):
    # Made from the top down, so that the order of their ids is the wrong one.
    top = whole(session)
    middle = whole(session, parent_id=top.id)
    of(session, "Ann", middle)
    judge(session, MIDDLE)
    assert standing.one(session, top).evaluation.actual == 2000


def test_a_part_without_a_value_leaves_the_sum_unknown_and_is_named(session):
    top = whole(session)
    known = of(session, "Ann", top)
    of(session, "Bob", top)
    judge(session, MIDDLE, only=[known])
    found = standing.one(session, top)
    assert (found.status, found.evaluation.actual) == ("no_data", None)
    assert found.reason.params["part"] == "Bob"


def test_what_is_put_away_is_left_out_and_said(session):
    top = whole(session)
    of(session, "Ann", top)
    gone = of(session, "Bob", top)
    archive.archive(session, gone, company.NOW)
    judge(session, MIDDLE)
    assert standing.one(session, top).evaluation.actual == 2000
    rolled = family.rolled(session, top, goals.current(session, top), MIDDLE)
    assert (len(rolled.parts), rolled.archived) == (1, 1)
    archive.restore(session, gone.id, visibility.OWNER)
    judge(session, MIDDLE + timedelta(days=1))
    assert standing.one(session, top).evaluation.actual == 3200


def test_what_does_not_add_up_is_refused_at_its_field(session):
    top = whole(session)
    other: dict[str, Any] = {"metric": "win_rate", "kind": "level", "target_input": Decimal("0.4")}
    with pytest.raises(Refusal, match="parent_unfit") as refused:
        company.revenue_goal(session, name="Rate", parent_id=top.id, **other)
    assert refused.value.field == "parent"
    goals.current(session, top).currency = "EUR"
    session.flush()
    with pytest.raises(Refusal, match="parent_unfit"):
        of(session, "Ann", top)
    with pytest.raises(Refusal, match="rollup_unfit") as refused:
        company.revenue_goal(session, name="Rate", rollup="sum", **other)
    assert refused.value.field == "rollup"
    with pytest.raises(Refusal, match="rollup_unfit"):
        company.revenue_goal(session, name="Mean", rollup="mean")


def test_a_goal_with_unfit_parts_cannot_become_their_sum(session):
    top = company.revenue_goal(session, name="Whole")
    other: dict[str, Any] = {"metric": "win_rate", "kind": "level", "target_input": Decimal("0.4")}
    company.revenue_goal(session, name="Rate", parent_id=top.id, **other)
    draft = Draft(
        "Whole", metric="revenue", kind="cumulative", direction="up", target_kind="target",
        target_input=Decimal(9200), first_day=FIRST, last_day=LAST, rollup="sum",
    )  # fmt: skip
    with pytest.raises(Refusal, match="rollup_unfit"):
        goals.change(session, top, draft, reason="Sum", by=None, today=FIRST, now=company.NOW)


def test_the_worst_part_gives_its_status_at_once(session):
    top = milestone(session, "worst")
    of(session, "Ann", top, target=3800)
    assert judge(session, MIDDLE)[-1].evaluation.status == "on_track"
    late = of(session, "Bob", top, target=90_000)
    days = [MIDDLE + timedelta(days=n) for n in (1, 2)]
    for day in days:
        judge(session, day)
    assert standing.one(session, late).status == "off_track"
    found = standing.one(session, top)
    assert (found.status, found.reason.params["part"]) == ("off_track", "Bob")


def test_a_goal_is_done_when_all_its_parts_are(session):
    top = milestone(session, "done")
    of(session, "Ann", top, target=10)
    of(session, "Bob", top, target=10)
    judge(session, MIDDLE)
    found = standing.one(session, top)
    assert (found.status, found.evaluation.share, found.evaluation.final) == ("achieved", 1.0, True)


def test_a_goal_without_parts_has_no_data_and_says_so(session):
    top = milestone(session, "mean")
    judge(session, MIDDLE)
    found = standing.one(session, top)
    assert found.status == "no_data"
    assert "No goal is part of it" in found.reason.id


def part(number, **known):
    return Part(
        id=number, name=str(number), kind="cumulative", unit="money", currency="USD",
        first_day=FIRST, last_day=LAST, target=Decimal(100), weight=Decimal(1), **known,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_the_parts_comes_to_the_same(seed):
    chance = random.Random(seed)
    found = [
        Part(
            id=number, name="", kind="level", unit="money", currency=None, first_day=FIRST,
            last_day=FIRST + timedelta(days=chance.randrange(90)), target=Decimal(number),
            weight=Decimal(chance.randrange(1, 900)) / 100,
            actual=Decimal(chance.randrange(10**9)) / 10_000, share=chance.uniform(-0.5, 2),
            expected_share=chance.random(), status=chance.choice(("missed", "at_risk", "ahead")),
        )
        for number in range(chance.randrange(1, 12))
    ]  # fmt: skip
    sums: dict[str, set[Any]] = {"sum": set(), "mean": set(), "worst": set(), "done": set()}
    for _ in range(5):
        chance.shuffle(found)
        for rule, told in sums.items():
            rolled = Rolled(rule, MIDDLE, tuple(found))
            told.add((rolled.total, rolled.shares, rolled.status))
    assert all(len(told) == 1 for told in sums.values())
    assert next(iter(sums["sum"]))[0] == sum(one.actual or 0 for one in found)
    ways = [(max(0.0, min(1.0, one.share or 0.0)), float(one.weight)) for one in found]
    mean = sum(share * weight for share, weight in ways) / sum(weight for _, weight in ways)
    assert next(iter(sums["mean"]))[1][0] == pytest.approx(mean)


def test_what_a_part_has_too_much_of_helps_no_other_one():
    one, two = part(1, share=3.0, expected_share=1.0), part(2, share=0.2, expected_share=1.0)
    assert Rolled("mean", MIDDLE, (one, two)).shares == (0.6, 1.0)


def test_a_part_that_has_not_begun_counts_as_nothing_yet():
    late = part(2)
    later = Part(**{**vars(late), "first_day": LAST})
    assert Rolled("sum", MIDDLE, (part(1, actual=Decimal(7)), later)).total == 7
    assert Rolled("sum", MIDDLE, (part(1, actual=Decimal(7)), late)).total is None
