"""Which open deals would close a gap: the fewest, and those most likely all to be won."""

import itertools
import math
import random
from decimal import Decimal

from goals.metrics.stage_odds import Past, StageOdds
from goals.tracking.selling import choosing, sellers, team
from goals.tracking.selling.sellers import Seller
from goals.tracking.selling.team import Line


def d(*numbers):
    return [Decimal(one) for one in numbers]


def test_the_fewest_are_the_largest_and_none_where_all_do_not_do():
    assert choosing.fewest(d(10, 50, 30), Decimal(60)) == [1, 2]
    assert choosing.fewest(d(10, 50, 30), Decimal(50)) == [1]
    assert choosing.fewest(d(10, 50, 30), Decimal(91)) is None
    assert choosing.fewest([], Decimal(1)) is None


def test_the_likeliest_may_be_more_than_the_fewest():
    worth, chances = d(100, 60, 50), [0.1, 0.9, 0.8]
    assert sorted(choosing.likeliest(worth, chances, Decimal(100)) or ()) == [1, 2]
    assert choosing.likeliest(worth, [0.9, 0.9, 0.9], Decimal(100)) == [0]
    assert choosing.likeliest(worth, [None, 0.9, 0.8], Decimal(120)) is None
    assert choosing.likeliest(worth, chances, Decimal(0)) == []


def test_the_likeliest_are_those_that_trying_everything_finds():
    chance = random.Random(7)
    for _case in range(60):
        gap = Decimal(400)
        worth = [Decimal(chance.randint(1, 300)) for _ in range(9)]
        chances = [round(chance.uniform(0.02, 0.98), 2) for _ in range(9)]
        best = max(
            (
                math.prod(chances[one] for one in some)
                for size in range(1, 10)
                for some in itertools.combinations(range(9), size)
                if sum(worth[one] for one in some) >= gap
            ),
            default=None,
        )
        found = choosing.likeliest(worth, chances, gap)
        if best is None:
            assert found is None
            continue
        assert found is not None and sum(worth[one] for one in found) >= gap
        assert math.isclose(math.prod(chances[one] for one in found), best)


def test_a_chance_is_of_the_deals_that_stood_as_long():
    # Twenty closed on day 5, of which 15 won, and ten on day 30, of which one won.
    odds = StageOdds({"Talking": Past((5, 30), (16, 1), (30, 10))})
    assert odds.chance("Talking", 0) == 16 / 30
    assert odds.chance("Talking", 6) == 0.1
    # None stood longer than 30 days: the stage as a whole tells.
    assert odds.chance("Talking", 31) == 16 / 30
    assert odds.chance("Other", 0) is None
    assert odds.is_stale("Talking", 31) and not odds.is_stale("Talking", 30)
    assert not odds.is_stale("Talking", None)


def test_a_team_is_sum_by_sum_of_those_who_have_a_quota():
    lines = [
        Line("Ann", Decimal(60), Decimal(50), Decimal(25), Decimal(5), team="North"),
        Line("Bob", Decimal(10), Decimal(150), Decimal(75), Decimal(7), team="North"),
        Line("Cy", Decimal(900), None, None, Decimal(1), team="North"),
        Line("Di", Decimal(3), None, None, None, team="South"),
        Line("Eve", Decimal(3), None, None, None),
    ]
    north, south = team.folded(lines, "team")
    assert (north.actual, north.quota, north.attainment, north.pace) == (
        Decimal(70), Decimal(200), Decimal("0.35"), Decimal("0.7"),
    )  # fmt: skip
    assert (north.gap, north.pipeline) == (Decimal(130), Decimal(12))
    assert (south.quota, south.attainment, south.gap, south.actual) == (
        None,
        None,
        None,
        Decimal(3),
    )


def test_owners_see_everybody_managers_theirs_and_others_themselves():
    every = [Seller("Ann", manager="Mo"), Seller("Bob", manager="Ann"), Seller("Mo")]
    assert sellers.seen_by(every, "Ann", is_owner=False) == {"Ann", "Bob"}
    assert sellers.seen_by(every, "Bob", is_owner=False) == {"Bob"}
    assert sellers.seen_by(every, None, is_owner=False) == frozenset()
    assert sellers.seen_by(every, None, is_owner=True) == {"Ann", "Bob", "Mo"}
