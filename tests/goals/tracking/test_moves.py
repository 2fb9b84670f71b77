"""What each lever adds: the parts are the whole, whatever is moved and however far."""

import random
from decimal import Decimal

from goals.tracking.drivers import exact, moves, steering
from goals.tracking.drivers.steering import Lever, Mean, Sum


def test_the_parts_add_up_exactly_in_two_thousand_random_cases():
    rng = random.Random(7)

    def some():
        return Decimal(rng.choice([0, rng.randint(0, 10**6), rng.randint(0, 999)])) / rng.choice(
            [1, 10, 1000]
        )

    told = 0
    for _case in range(2000):
        levers = tuple(
            Lever(name, some(), divides=rng.random() < 0.2) for name in "abcd"[: rng.randint(1, 4)]
        )
        course = Sum(some(), levers)
        values = {one.id: some() for one in levers if rng.random() < 0.7}
        found = moves.effects(course, values)
        if not found:
            continue
        told += 1
        moved, base = steering.moved(course, values).landing(), course.landing()
        assert moved is not None and base is not None
        assert exact.total(list(found.values())) == exact.less(moved, base)
    assert told > 500


def test_who_was_not_moved_adds_nothing_and_alone_one_adds_all():
    course = Sum(Decimal(100), (Lever("deals", Decimal(10)), Lever("size", Decimal(5))))
    assert moves.effects(course, {}) == {}
    assert moves.effects(course, {"deals": Decimal(12)}) == {"deals": 10}
    both = moves.effects(course, {"deals": Decimal(12), "size": Decimal(7)})
    assert both == {"deals": 12, "size": 22}


def test_a_mean_of_nothing_and_a_divisor_of_zero_have_no_parts():
    empty = Mean(Decimal(0), Decimal(0), (Lever("more", Decimal(0)), Lever("value", Decimal(1))))
    assert moves.effects(empty, {"value": Decimal(2)}) == {}
    course = Sum(Decimal(1), (Lever("spend", Decimal(10)), Lever("cost", Decimal(2), divides=True)))
    assert moves.effects(course, {"cost": Decimal(0)}) == {}
