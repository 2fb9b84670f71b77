"""Weighted scores: who comes first, who is out, what is not tried, and what would change it."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from strategy.worksheets.rules.selection import BEST_SCORE, Flip, Need, compare

RULES, MAIL, CASES = Need("rules", 5, must=True), Need("mail", 3), Need("cases", 5)


def scored(**given_):
    """Scores by vendor as "a=[5, 3, 4]", in the order of the three needs; None is not tried."""
    keys = ("rules", "mail", "cases")
    return {
        (vendor, key): score
        for vendor, scores in given_.items()
        for key, score in zip(keys, scores, strict=True)
        if score is not None
    }


def result(**given_):
    return compare(given_, (RULES, MAIL, CASES), scored(**given_))


def test_points_are_scores_times_weights():
    found = result(a=[5, 3, 4], b=[4, 5, 2])
    assert [one.points for one in found.standings] == [54, 45]
    assert (found.possible, found.first, found.ahead) == (65, ("a",), 9)


def test_a_must_have_with_zero_rules_out_whatever_else_is_good():
    found = result(a=[0, 5, 5], b=[1, 1, 1])
    assert found.of("a").is_out
    assert found.of("a").fails == ("rules",)
    assert found.first == ("b",)


def test_zero_for_something_that_is_no_must_rules_nobody_out():
    assert not result(a=[5, 0, 5], b=[1, 1, 1]).of("a").is_out


def test_a_need_that_was_not_tried_is_no_zero():
    found = result(a=[None, 5, 5], b=[1, 1, 1])
    assert not found.of("a").is_out
    assert found.of("a").untried == ("rules",)
    assert (found.of("a").points, found.of("a").most) == (40, 65)


def test_who_is_not_tried_everywhere_can_still_catch_up():
    found = result(a=[4, 4, 4], b=[5, 5, None])
    assert found.first == ("a",)
    assert found.chasing == ("b",)
    assert result(a=[4, 4, 4], b=[0, 5, None]).chasing == ()
    assert result(a=[4, 4, 4], b=[1, 1, None]).chasing == ()


def test_a_lead_counts_only_as_far_as_nobody_can_catch_up():
    assert result(a=[5, 5, 5], b=[1, 1, None]).ahead == 65 - (5 + 3 + 25)
    assert result(a=[4, 4, 4], b=[5, 5, None]).ahead is None
    assert result(a=[4, 4, 4]).ahead is None


def test_level_points_are_a_tie():
    found = result(a=[4, 5, 2], b=[2, 5, 4])
    assert found.is_tie
    assert found.first == ("a", "b")
    assert found.ahead is None


def test_nothing_tried_puts_nobody_first():
    found = result(a=[None] * 3, b=[None] * 3)
    assert (found.first, found.chasing, found.flips) == ((), (), None)


def test_nobody_is_first_when_all_are_out():
    assert result(a=[0, 5, 5], b=[0, 5, 5]).first == ()


def test_a_clear_winner_stays_with_every_weight():
    assert result(a=[5, 5, 5], b=[1, 1, 1]).flips == ()


def test_the_weight_that_would_change_the_winner_is_named():
    # 5*5 + 3*4 + 5*3 = 52 against 5*3 + 3*4 + 5*5 = 52, and one point more for mail.
    found = result(a=[5, 5, 3], b=[3, 4, 5])
    assert (found.first, found.ahead) == (("a",), 3)
    assert found.flips == ()
    found = compare("ab", (Need("x", 5), Need("y", 5)), {("a", "x"): 5, ("a", "y"): 3,
                                                         ("b", "x"): 3, ("b", "y"): 5})  # fmt: skip
    assert found.is_tie
    assert found.flips == (
        Flip("x", False, ("b",)),
        Flip("x", True, ("a",)),
        Flip("y", False, ("a",)),
        Flip("y", True, ("b",)),
    )


def test_a_lead_that_a_fifth_makes_level_is_named_as_a_tie():
    # a leads by 1; y weighs 5, a fifth of which is worth 1 point for each point of score.
    needs = (Need("x", 1), Need("y", 5))
    scores = {("a", "x"): 4, ("a", "y"): 3, ("b", "x"): 3, ("b", "y"): 3}
    assert compare("ab", needs, scores).flips == ()
    scores |= {("a", "x"): 5, ("b", "x"): 0, ("b", "y"): 4, ("a", "y"): 3}
    found = compare("ab", needs, scores)
    assert found.is_tie
    three = (Need("x", 5), Need("y", 5), Need("z", 1))
    scores = {("a", "x"): 5, ("a", "y"): 4, ("a", "z"): 1} | {
        ("b", "x"): 4, ("b", "y"): 5, ("b", "z"): 0}  # fmt: skip
    found = compare("ab", three, scores)
    assert found.first == ("a",)
    assert Flip("y", True, ("a", "b")) in (found.flips or ())


def test_sensitivity_is_worked_out_between_systems_tried_everywhere_only():
    assert result(a=[5, 5, 5], b=[5, 5, None]).flips is None


VENDORS = ("a", "b", "c")
NEEDS = st.lists(
    st.builds(Need, st.uuids().map(str), st.integers(1, 5), st.booleans()), min_size=1, max_size=6
)


@given(st.data(), NEEDS)
def test_the_result_is_what_exact_fractions_say(data, needs):
    scores = {
        (vendor, need.key): score
        for vendor in VENDORS
        for need in needs
        if (score := data.draw(st.sampled_from([None, 0, 1, 2, 3, 4, 5]))) is not None
    }
    found = compare(VENDORS, needs, scores)
    out = {
        vendor
        for vendor in VENDORS
        if any(need.must and scores.get((vendor, need.key)) == 0 for need in needs)
    }
    assert {one.vendor for one in found.standings if one.is_out} == out
    full = [
        vendor
        for vendor in VENDORS
        if vendor not in out and all((vendor, need.key) in scores for need in needs)
    ]

    def first(changed=None, share=Fraction(1)):
        totals = {
            vendor: sum(
                need.weight * (share if need.key == changed else 1) * scores[vendor, need.key]
                for need in needs
            )
            for vendor in full
        }
        return tuple(one for one in full if totals[one] == max(totals.values()))

    if len(full) < 2:
        assert found.flips is None
    else:
        expected = {
            Flip(need.key, share > 1, now)
            for need in needs
            for share in (Fraction(4, 5), Fraction(6, 5))
            if (now := first(need.key, share)) != first()
        }
        assert set(found.flips or ()) == expected
    for one in found.standings:
        assert one.points <= one.most <= BEST_SCORE * sum(need.weight for need in needs)
