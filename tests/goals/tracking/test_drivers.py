"""Splitting a gap exactly: funnels, segments, and what would have to be true."""

import math
import random
from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.metrics.definitions.metric import Metric
from goals.tracking.drivers import chains, exact, steering
from goals.tracking.drivers.steering import Lever, Mean, Sum

#: Of the gap, and how many random cases of each kind.
ERROR, CASES = Decimal("1e-9"), 10_000


def some(rng):
    """Return a factor: zero, negative, small, large, a rate, or one that nobody knows."""
    kind = rng.random()
    if kind < 0.12:
        return Fraction(0)
    if kind < 0.2:
        return None
    if kind < 0.5:
        return Fraction(rng.randint(-(10**5), 10**5), rng.choice([1, 10, 100]))
    if kind < 0.8:
        return Fraction(rng.randint(0, 1000), 1000)
    return Fraction(rng.randint(0, 10**9))


def decimal(value):
    return Decimal(value.numerator) / Decimal(value.denominator)


def known(now, then):
    """Return both sides with what nobody knows taken from the other one."""
    pairs = [(b if a is None else a, a if b is None else b) for a, b in zip(now, then, strict=True)]
    return [
        [Fraction(1) if one is None else one for one in side] for side in zip(*pairs, strict=True)
    ]


def test_ten_thousand_random_funnels_add_up_to_their_gap():
    rng = random.Random(19)
    worst = Decimal()
    for _case in range(CASES):
        size = rng.randint(1, 5)
        now, then = ([some(rng) for _ in range(size)] for _side in "ab")
        parts = exact.effects(now, then)
        new, old = known(now, then)
        gap = math.prod(new) - math.prod(old)
        assert sum(parts) == gap
        shown = exact.decimals(parts, decimal(gap))
        error = abs(exact.less(exact.total(shown), decimal(gap)))
        worst = max(worst, error / abs(decimal(gap)) if gap else error)
    assert worst < ERROR


def test_ten_thousand_random_segmentations_add_up_to_their_gap():
    rng = random.Random(25)
    worst, empty = Decimal(), 0
    for _case in range(CASES):
        size = rng.randint(1, 5)
        now, then = ([member(rng) for _ in range(size)] for _side in "ab")
        gap = whole(now), whole(then)
        if None in gap:
            empty += 1
            with pytest.raises(ZeroDivisionError):
                exact.mix_and_rate(now, then)
            continue
        parts = [one.mix + one.rate for one in exact.mix_and_rate(now, then)]
        difference = gap[0] - gap[1]
        assert sum(parts) == difference
        shown = exact.decimals(parts, decimal(difference))
        error = abs(exact.less(exact.total(shown), decimal(difference)))
        worst = max(worst, error / abs(decimal(difference)) if difference else error)
        sums = exact.amount_and_size(now, then)
        told = sum(one.mix + one.rate for one in sums)
        assert told == sum(one[0] for one in now) - sum(one[0] for one in then)
    assert worst < ERROR and 0 < empty < CASES / 2


def mix_of(course, target):
    """Return the least change, which there is."""
    found = course.least_change(Decimal(target))
    assert found is not None
    return found


def member(rng):
    """Return a numerator and a denominator: of nobody, with refunds, of a few, of many."""
    bottom = Fraction(rng.choice([0, 0, 1, 3, rng.randint(0, 500)]))
    return Fraction(rng.randint(-50, 10**6), rng.choice([1, 100])), bottom


def whole(side):
    bottom = sum(one[1] for one in side)
    return sum(one[0] for one in side) / bottom if bottom else None


factors = st.one_of(st.none(), st.fractions(-1000, 1000))
pairs = st.lists(st.tuples(factors, factors), min_size=1, max_size=5)


@settings(deadline=None)
@given(pairs)
def test_the_parts_are_means_over_every_order_in_which_the_factors_can_move(both):
    now, then = (list(side) for side in zip(*both, strict=True))
    new, old = known(now, then)
    orders = list(permutations(range(len(both))))
    means = [Fraction(0)] * len(both)
    for order in orders:
        at = list(old)
        for place in order:
            before = math.prod(at)
            at[place] = new[place]
            means[place] += (math.prod(at) - before) / len(orders)
    assert exact.effects(now, then) == means


@settings(deadline=None)
@given(pairs, st.randoms(use_true_random=False))
def test_no_factor_comes_first(both, rng):
    order = list(range(len(both)))
    rng.shuffle(order)
    now, then = (list(side) for side in zip(*both, strict=True))
    parts = exact.effects(now, then)
    shuffled = exact.effects([now[one] for one in order], [then[one] for one in order])
    assert shuffled == [parts[one] for one in order]


@settings(deadline=None)
@given(pairs)
def test_what_turns_back_takes_away_what_it_added(both):
    now, then = (list(side) for side in zip(*both, strict=True))
    assert exact.effects(then, now) == [-one for one in exact.effects(now, then)]


@settings(deadline=None)
@given(st.lists(st.fractions(-(10**9), 10**9), min_size=1, max_size=8))
def test_decimals_add_up_to_the_last_digit(parts):
    total = decimal(sum(parts))
    assert exact.total(exact.decimals(parts, total)) == total


def test_a_funnel_reads_as_one_would_say_it():
    # 100 leads, 30% of them won at 50 each; planned were 120 at 25% and 40.
    now = [Fraction(100), Fraction(3, 10), Fraction(50)]
    then = [Fraction(120), Fraction(1, 4), Fraction(40)]
    leads, rate, size = exact.effects(now, then)
    assert leads < 0 < rate and size > 0
    assert leads + rate + size == 300


def test_members_who_are_new_or_gone_count_by_their_weight_alone():
    half = Fraction(1, 2)
    now = [(Fraction(5), Fraction(10)), (Fraction(9), Fraction(10))]
    then = [(Fraction(5), Fraction(10)), (Fraction(0), Fraction(0))]
    old, new = exact.mix_and_rate(now, then)
    assert old.rate == new.rate == 0
    assert old.mix + new.mix == Fraction(7, 10) - half


def test_every_chain_ends_in_its_metric_and_names_metrics_that_exist():
    from goals.metrics.catalogue import METRICS

    for metric, links in chains.CHAINS.items():
        assert isinstance(METRICS[metric], Metric) and len(links) > 1
        assert all(one.metric in METRICS for one in links)
        assert all(one.kpi is None or one.kpi in METRICS for one in links)
        assert len({one.id for one in links}) == len(links)
        assert not links[0].per


# --- What would have to be true --------------------------------------------------------------

LEVERS = (
    Lever("leads", Decimal(200), past=(Decimal(150), Decimal(210), Decimal(190), Decimal(205))),
    Lever(
        "won",
        Decimal("0.25"),
        most=Decimal(1),
        past=(Decimal("0.2"), Decimal("0.31"), None, Decimal("0.24")),
    ),
    Lever("size", Decimal(100), past=(Decimal(90), Decimal(130), Decimal(60), Decimal(100))),
)
SOME = Sum(Decimal(1000), LEVERS)


def test_one_lever_alone_is_moved_just_so_far_that_the_target_is_reached():
    assert SOME.landing() == 6000
    for place, lever in enumerate(LEVERS):
        wanted = SOME.needed(place, Decimal(7000))
        assert wanted is not None
        assert steering.moved(SOME, {lever.id: wanted}).landing() == 7000
    assert SOME.needed(1, Decimal(7000)) == Decimal("0.3")
    assert LEVERS[1].reached(Decimal("0.3")) == (1, 3)
    assert LEVERS[1].reached(Decimal("0.2")) == (1, 3)


def test_a_divisor_is_moved_the_other_way():
    course = Sum(Decimal(0), (Lever("open", Decimal(60)), Lever("days", Decimal(30), divides=True)))
    assert course.landing() == 2
    assert course.needed(1, Decimal(3)) == 20
    mix = mix_of(course, 3)
    assert mix[0].value > 60 and mix[1].value < 30
    assert round(mix[0].value / mix[1].value, 20) == 3


def test_what_cannot_help_is_said():
    nothing = Sum(Decimal(5), (Lever("leads", Decimal(0)), Lever("won", Decimal("0.2"))))
    assert nothing.needed(1, Decimal(9)) is None
    assert nothing.least_change(Decimal(9)) is None
    assert SOME.needed(0, Decimal(500)) is None and SOME.least_change(Decimal(500)) is None
    idle = Sum(Decimal(0), (Lever("a", Decimal(1)), Lever("b", Decimal(0), divides=True)))
    assert idle.landing() is None and idle.least_change(Decimal(2)) is None


values = st.decimals(Decimal("0.01"), Decimal(10**6), places=2)


@settings(deadline=None)
@given(
    st.lists(st.tuples(values, st.lists(values, min_size=4, max_size=8)), min_size=2, max_size=5),
    st.decimals(Decimal("0.2"), Decimal(5), places=2),
)
def test_the_least_change_reaches_the_target_and_no_other_mix_strays_less(given_levers, times):
    levers = tuple(
        Lever(str(place), value, past=tuple(past))
        for place, (value, past) in enumerate(given_levers)
    )
    course = Sum(Decimal(0), levers)
    target = course.landing() * times
    mix = mix_of(course, target)
    landed = steering.moved(course, {one.id: one.value for one in mix}).landing()
    assert abs(landed / target - 1) < Decimal("1e-15")
    spreads = steering._spreads(levers)

    def strays(steps):
        return sum(
            (step**2 / spread for step, spread in zip(steps, spreads, strict=True)), Decimal()
        )

    steps = [(new.value / old.value).ln() for new, old in zip(mix, levers, strict=True)]
    way = times.ln()
    for place in range(len(levers)):
        for by in (Decimal("0.01"), Decimal("-0.01")):
            other = list(steps)
            other[place] += by
            other[(place + 1) % len(levers)] -= by
            assert abs(sum(other) - way) < Decimal("1e-12")
            assert strays(other) >= strays(steps) - Decimal("1e-12")


def test_no_share_is_moved_beyond_all_of_it_and_the_others_take_its_part():
    course = Sum(
        Decimal(0), (Lever("n", Decimal(10)), Lever("won", Decimal("0.9"), most=Decimal(1)))
    )
    mix = mix_of(course, 20)
    assert mix[1].value == 1
    assert round(mix[0].value, 20) == 20
    both = (Lever("a", Decimal("0.5"), most=Decimal(1)), Lever("b", Decimal(1), most=Decimal(1)))
    assert Sum(Decimal(0), both).least_change(Decimal("1.2")) is None


def test_a_mean_is_moved_by_those_that_are_still_to_come():
    course = Mean(
        Decimal(30),
        Decimal(100),
        (Lever("more", Decimal(50)), Lever("value", Decimal("0.3"), most=Decimal(1))),
    )
    assert str(course.landing()).startswith("0.3")
    wanted = course.needed(1, Decimal("0.4"))
    assert wanted == Decimal("0.6")
    assert steering.moved(course, {"value": wanted}).landing() == Decimal("0.4")
    assert course.needed(0, Decimal("0.3")) is None
    assert course.least_change(Decimal("0.4")) is None
    none = Mean(Decimal(0), Decimal(0), (Lever("more", Decimal(0)), Lever("value", Decimal(1))))
    assert none.landing() is None and none.needed(1, Decimal(1)) is None
    assert getcontext().prec == 28
