"""How good the forecast is, in small: the bounds that the whole backtest has to keep."""

import pytest

from goals.errors import Refusal
from goals.tracking.forecast.proof import calibration, cases, generator, report, series, trial


@pytest.fixture(scope="module")
def kept_apart():
    return series.public(series.SPLIT)


def test_the_split_keeps_half_of_the_public_series_apart_and_another_seed_other_ones(kept_apart):
    names = {one.name for one in kept_apart}
    others = {one.name for one in series.public(series.SPLIT + 1)}
    assert 1000 < len(names) < 1400
    assert 400 < len(names & others) < 800


@pytest.mark.parametrize(("length", "worst"), [(8, 0.06), (12, 0.06), (24, 0.05), (60, 0.05)])
def test_ranges_and_chances_hold_on_series_that_were_kept_apart(kept_apart, length, worst):
    found = calibration.tried(kept_apart, length, 300, 1)
    assert 0.76 <= found.months.mean() <= 0.84
    assert 0.72 <= found.sums.mean() <= 0.86
    assert calibration.ece(calibration.bins(found.chances, found.hits)) < worst
    said = calibration.brier(found.chances, found.hits)
    for rival in found.rivals.values():
        assert said < 0.85 * calibration.brier(rival, found.hits)


def test_our_status_beats_each_of_the_six_rules_and_turns_half_as_often():
    rows = trial.table(list(cases.generated(20, 1)), "generated")
    totals: dict[str, int] = {}
    turns: dict[str, float] = {}
    for one in rows:
        wrong = one["false_alarms"] + one["misses"]
        totals[one["rule"]] = totals.get(one["rule"], 0) + wrong
        turns[one["rule"]] = one["flips"]
    ours = totals.pop(trial.OURS)
    assert len(totals) == 6 and ours < min(totals.values())
    assert turns[trial.OURS] <= turns["p < 0.8E"] / 2


def test_the_quarters_are_the_same_for_the_same_seed_and_about_half_are_hit():
    first, again = (list(generator.quarters(30, 4)) for _ in range(2))
    assert first == again != list(generator.quarters(30, 5))
    assert {one.shape for one in first} == set(generator.SHAPES)
    assert 0.3 < sum(one.is_hit for one in first) / len(first) < 0.7


def test_a_file_is_read_by_months_and_its_last_one_is_left_out():
    lines = ["series,date,value", "a,2026-01-03,1", "a,2026-01-30,2.5", "a,2026-03-01,4",
             "a,2026-04-02,9", "b,2026-01-01,1"]  # fmt: skip
    assert [(one.name, one.values) for one in series.of_file(lines)] == [
        ("a", (3.5, 0.0, 4.0)), ("b", ()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["a,b,c", "1,2,3"], "columns_missing"),
        ([], "columns_missing"),
        (["series,date,value", "a,tomorrow,1"], "row_wrong"),
        (["series,date,value", "a,2026-01-01,many"], "row_wrong"),
        (["series,date,value", "a,2026-01-01,nan"], "row_wrong"),
        (["series,date,value", "a,2026-01-01,1e300"], "row_wrong"),
        (["series,date,value", "a,2026-01-01"], "row_wrong"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_is_wrong(lines, code):
    with pytest.raises(Refusal) as caught:
        series.of_file(lines)
    assert caught.value.code == code


def test_series_that_are_too_short_are_refused():
    with pytest.raises(Refusal) as caught:
        report.of([series.Series("a", (1.0,) * 13)], 1)
    assert caught.value.code == "series_short"
