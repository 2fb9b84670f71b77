from decimal import Decimal

import pytest

from goals.charts.bars import Bar, bars
from tests.goals.charts.pictures import CHINESE, ENGLISH, THAI, overlaps, parsed, texts

SEGMENTS = [Bar("Food", 0.313), Bar("Drink", Decimal("0.338")), Bar("Public", None)]


def widths(picture):
    return [float(one.get("width")) for one in parsed(picture).iter("rect")]


def test_every_member_has_its_name_and_number_and_a_bar_where_there_are_data():
    picture = bars("Win rate", SEGMENTS, "rate", ENGLISH, whole=0.283)
    assert texts(picture) == ["Food", "31.3%", "Drink", "33.8%", "Public", "–", "All 28.3%"]
    food, drink = widths(picture)
    assert food / drink == pytest.approx(0.313 / 0.338, abs=0.001)
    assert parsed(picture).get("aria-label") == "Win rate: Food 31.3%; Drink 33.8%; Public –"
    assert "style=" not in picture


def test_negative_values_go_to_the_left_of_the_zero_they_share():
    rows = [Bar("Deals", 600000), Bar("Win rate", -1900000), Bar("Amount", -400000)]
    picture = bars("Gap", rows, "money", ENGLISH)
    zero = float(parsed(picture).find("line").get("x1"))
    up, down, _ = parsed(picture).iter("rect")
    assert float(up.get("x")) == zero
    assert float(down.get("x")) + float(down.get("width")) == pytest.approx(zero, abs=0.11)
    assert "−฿1.9\u00a0M" in texts(picture)


@pytest.mark.parametrize("reader", [ENGLISH, THAI, CHINESE])
@pytest.mark.parametrize("width", [976, 690, 300])
def test_names_are_cut_before_they_reach_the_bars(reader, width):
    rows = [Bar("An industry whose name goes on and on and on, without an end", 3), Bar("<b>&", 4)]
    picture = bars("Deals", rows, "count", reader, whole=3.5, width=width)
    assert overlaps(picture) == []
    assert texts(picture)[0].endswith("…")
    assert "<b>" not in picture


def test_all_zero_and_all_missing_still_have_rows():
    assert widths(bars("Deals", [Bar("A", 0), Bar("B", 0)], "count", ENGLISH)) == [0, 0]
    assert widths(bars("Deals", [Bar("A", None)], "count", ENGLISH)) == []


def test_no_members_are_no_picture():
    assert bars("Deals", [], "count", ENGLISH) == ""
