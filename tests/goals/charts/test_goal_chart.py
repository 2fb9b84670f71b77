import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.calendar import Period
from goals.charts import goal
from goals.charts.goal import Fan, GoalChart, TargetChange
from goals.words import Reader
from tests.goals.charts.pictures import (
    CHINESE,
    ENGLISH,
    QUARTER,
    SIZES,
    THAI,
    TODAY,
    coordinates,
    coordinates_of,
    line,
    overlaps,
    parsed,
    quarter,
    texts,
)


@pytest.mark.parametrize("reader", [ENGLISH, THAI, CHINESE])
@pytest.mark.parametrize("size", SIZES)
def test_a_full_chart_is_well_formed_and_no_label_lies_on_another(reader, size):
    picture = goal.goal_chart(quarter(), reader, *size[:2], size=size[2])
    root = parsed(picture)
    assert root.get("viewBox") == f"0 0 {size[0]} {size[1]}"
    assert root.get("role") == "img"
    assert overlaps(picture) == []
    assert " style=" not in picture


def test_a_page_gets_three_renderings_of_which_the_stylesheet_shows_one():
    found = re.findall(
        r'<svg class="(.*?)" viewBox="0 0 (\d+)', goal.goal_charts(quarter(), ENGLISH)
    )
    assert found == [("w-wide", "976"), ("w-mid", "690"), ("w-narrow", "300")]


def test_the_chart_names_now_plan_target_and_likely_end_with_the_same_numbers_as_its_sentence():
    picture = goal.goal_chart(quarter(), ENGLISH)
    assert set(texts(picture)) >= {
        *["Now 16.2", "Plan today 17.9", "42.0 target", "41.0 likely"],
        *["45.3 high end", "36.9 low end", "Today, 22 Nov", "Plan, seasonal"],
        *["Target 45 to 42, 26 Oct", "1", "1 Oct", "31 Dec", "0", "50"],
    }
    assert parsed(picture).get("aria-label") == goal.sentence(quarter(), ENGLISH)
    assert goal.sentence(quarter(), ENGLISH).replace("\u00a0", " ") == (
        "New business won, 1 Oct to 31 Dec 2026: ฿16.2 M on 22 Nov 2026; plan ฿17.9 M; "
        "likely end ฿41.0 M, 8 in 10 between ฿36.9 M and ฿45.3 M; target ฿42.0 M; "
        "the target went from ฿45.0 M to ฿42.0 M on 26 Oct 2026."
    )


def test_the_numbers_go_without_a_unit_that_stands_above_them():
    assert goal.unit_words(quarter(), ENGLISH) == "฿\u00a0M"
    assert goal.unit_words(quarter(), CHINESE) == "฿万"
    assert "฿\u00a0M" in texts(goal.goal_chart(quarter(), ENGLISH))
    assert goal.unit_words(quarter(unit="rate"), ENGLISH) == ""


def test_a_narrow_chart_says_it_shorter():
    found = texts(goal.goal_chart(quarter(), ENGLISH, 300, 280))
    assert {"Now 16.2", "Plan 17.9", "45.3 high", "36.9 low", "45 to 42"} <= set(found)


def test_thai_and_chinese_readers_read_their_own_words_and_days():
    thai = goal.goal_chart(quarter(), THAI)
    assert {"ตอนนี้ 16.2", "เป้า 42.0", "วันนี้ 22 พ.ย.", "฿\u00a0ล้าน"} <= set(texts(thai))
    assert "2569" in parsed(thai).get("aria-label")
    chinese = goal.goal_chart(quarter(), CHINESE)
    assert {"当前 1,620", "目标 4,200", "今天 11月22日", "10月1日"} <= set(texts(chinese))
    for picture in (thai, chinese):
        assert not re.search("Now|Plan|target|Today|likely", " ".join(texts(picture)))


def test_a_changed_target_steps_and_keeps_its_earlier_height():
    points = coordinates_of(goal.goal_chart(quarter(), ENGLISH), "tgt")
    assert len(points) == 4
    assert points[0][1] == points[1][1] < points[2][1] == points[3][1]
    assert points[1][0] == points[2][0]


def test_two_changes_make_two_steps_and_two_diamonds():
    changes = [
        TargetChange(date(2026, 11, 20), 50e6, 42e6),
        TargetChange(date(2026, 10, 10), 45e6, 50e6),
    ]
    picture = goal.goal_chart(quarter(changes=changes), ENGLISH)
    assert picture.count('class="mark" d=') == 2
    assert len(coordinates_of(picture, "tgt")) == 6
    assert overlaps(picture) == []


def test_flows_start_at_zero_and_levels_say_where_they_start():
    flow = texts(goal.goal_chart(quarter(), ENGLISH))
    assert "0" in flow
    assert not any(text.startswith("Axis") for text in flow)
    level = quarter(
        unit="rate",
        flow=False,
        start=0.81,
        actual=line([0.81, 0.82, 0.83]),
        plan=[(QUARTER.last, 0.88)],
        expected=None,
        target=0.88,
        changes=[],
        forecast=[],
        band=[],
    )
    found = texts(goal.goal_chart(level, ENGLISH))
    assert {"Axis starts at 80%", "80%", "88%", "Now 83.0%", "88.0% target"} <= set(found)
    assert "From 80%" in texts(goal.goal_chart(level, ENGLISH, 300, 280))


def test_there_are_five_gridlines_at_most_and_a_line_to_stand_on():
    for top in (1, 3, 7, 12, 49, 51, 99, 1e9):
        picture = goal.goal_chart(quarter(target=top, changes=[], actual=[], plan=[]), ENGLISH)
        assert picture.count('class="grid"') <= 5
        assert 'class="base"' in picture


def test_days_without_a_value_are_gaps_in_the_line():
    values = [1e6, 2e6, None, 3e6, float("nan"), 4e6, 5e6]
    picture = goal.goal_chart(quarter(actual=line(values)), ENGLISH)
    assert picture.count('class="act"') == 2
    assert picture.count('r="3"') == 1


def test_nothing_known_yet_draws_the_target_alone():
    chart = GoalChart("Deals", QUARTER, date(2026, 9, 1), "count", actual=[], target=12)
    picture = goal.goal_chart(chart, ENGLISH)
    assert "12 target" in texts(picture)
    assert 'class="act"' not in picture
    assert "Today" not in picture
    assert "no value yet; target 12." in goal.sentence(chart, ENGLISH)


def test_when_the_window_is_over_the_result_stands_at_the_right_end():
    values = [2982255 * (n + 1) / 92 for n in range(92)]
    ended = quarter(
        today=date(2027, 2, 1), actual=line(values), expected=None, target=2.8e6, forecast=[]
    )
    found = texts(goal.goal_chart(replace(ended, changes=[], plan=[]), ENGLISH))
    assert "3.0 at the end" in found
    assert not any(text.startswith(("Now", "Today")) for text in found)


def test_texts_are_escaped():
    chart = quarter(title="<script>\"&'", plan_name=None)
    picture = goal.goal_chart(chart, ENGLISH)
    assert "<script>" not in picture
    assert parsed(picture).get("aria-label").startswith("<script>\"&'")


def test_decimals_and_floats_draw_the_same_chart():
    exact = quarter(actual=[(TODAY, Decimal("16200000"))], target=Decimal("42000000"))
    rough = quarter(actual=[(TODAY, 16200000.0)], target=42000000.0)
    assert goal.goal_chart(exact, ENGLISH) == goal.goal_chart(rough, ENGLISH)


def test_a_note_without_room_is_left_to_the_list_beside_the_chart():
    notes = [(date(2026, 11, 9) + timedelta(days=n), n) for n in range(1, 10)]
    picture = goal.goal_chart(quarter(notes=notes), ENGLISH, 300, 280)
    assert 1 <= picture.count('<circle class="mark"') < 9
    assert overlaps(picture) == []


values = st.one_of(
    st.none(), st.floats(-1e12, 1e12), st.integers(-5, 5), st.sampled_from([1e15, float("nan")])
)


@st.composite
def charts(draw):
    first = draw(st.dates(date(2000, 1, 1), date(2050, 1, 1)))
    window = Period(first, first + timedelta(days=draw(st.integers(1, 1200))))
    days = st.integers(0, window.days - 1).map(lambda n: window.first + timedelta(days=n))
    size = draw(st.sampled_from([1.0, 40.0, 1e6]))
    unit = draw(st.sampled_from(["money", "rate", "count", "days", "points", "ratio"]))
    most = 1e6 if unit == "rate" else 1e15
    some = values.map(lambda value: None if value is None else min(value * size / 5, most))

    def points(most):
        chosen = sorted(draw(st.sets(days, max_size=most)))
        return [(day, draw(some)) for day in chosen]

    known = st.floats(-1e9, 1e9)
    ends = sorted(draw(st.tuples(known, known, known, known, known)))
    changes = [
        TargetChange(draw(days), draw(known), draw(known)) for _ in range(draw(st.integers(0, 3)))
    ]
    return GoalChart(
        title=draw(st.text(max_size=5).filter(str.isprintable)),
        window=window,
        today=window.first + timedelta(days=draw(st.integers(-10, window.days + 10))),
        unit=unit,
        actual=points(6),
        plan=points(6),
        target=draw(st.none() | known),
        changes=changes,
        forecast=[Fan(window.last, *ends)] if draw(st.booleans()) else [],
        notes=[(draw(days), n) for n in range(draw(st.integers(0, 3)))],
        currency=draw(st.sampled_from([None, "USD", "SGD"])),
        flow=draw(st.booleans()),
        start=draw(st.none() | known),
    )


@settings(max_examples=150, deadline=None)
@given(charts(), st.sampled_from([ENGLISH, THAI, CHINESE]), st.sampled_from(SIZES))
def test_whatever_the_numbers_labels_stay_apart_and_inside(chart, reader, size):
    width, height, text = size
    picture = goal.goal_chart(chart, reader, width, height, size=text)
    parsed(picture)
    assert overlaps(picture) == []
    found = coordinates(picture)
    assert min(found) >= -1
    assert max(found) <= max(width, height) + 1


def test_a_reader_of_another_language_reads_english():
    assert "Now 16.2" in texts(goal.goal_chart(quarter(), Reader("fr", currency="THB")))


def test_lines_beside_the_target_are_drawn_named_and_told():
    chart = quarter(beside=[("commit", 38e6), ("stretch", 48e6)])
    for width, height, size in SIZES:
        picture = goal.goal_chart(chart, ENGLISH, width, height, size=size)
        assert picture.count('class="beside"') == 2
        assert {"38.0 commit", "48.0 stretch"} <= set(texts(picture))
        assert overlaps(picture) == []
    told = goal.sentence(chart, ENGLISH).replace("\u00a0", " ")
    assert "target ฿42.0 M; commit ฿38.0 M; stretch ฿48.0 M" in told


def test_points_that_can_be_moved_lie_on_the_plan_with_their_scale():
    chart = quarter(grips=[(date(2026, 10, 31), 14e6), (date(2026, 11, 30), 28e6)])
    picture = goal.goal_chart(chart, ENGLISH)
    low, high, top, bottom = map(float, re.findall(r'data-scale="([^"]*)"', picture)[0].split())
    heights = re.findall(r'class="grip" cx="[\d.]+" cy="([\d.]+)"', picture)
    assert len(heights) == 2 and picture.count('class="hit"') == 2
    for height, value in zip(heights, (14e6, 28e6), strict=True):
        wanted = bottom - (value - low) / (high - low) * (bottom - top)
        assert float(height) == pytest.approx(wanted, abs=0.06)
