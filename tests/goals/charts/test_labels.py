from hypothesis import given
from hypothesis import strategies as st

from goals.charts import labels
from goals.charts.labels import Box, Ground, Label

heights = st.lists(st.floats(0, 300), max_size=8)


@given(heights)
def test_spread_labels_keep_their_distance_and_their_order(wanted):
    found = labels.spread(wanted, 10, 300, 16)
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    for one, other in zip(order, order[1:], strict=False):
        assert found[other] - found[one] >= 16 - 1e-9
    assert all(10 - 1e-9 <= height <= 300 + 1e-9 for height in found)


@given(heights)
def test_labels_that_are_apart_stay_where_they_are(wanted):
    far = [20 + 20 * index for index in range(len(wanted))]
    assert labels.spread(far, 10, 400, 16) == far


def test_more_labels_than_have_room_are_still_apart():
    found = labels.spread([50.0] * 5, 40, 60, 16)
    assert [b - a for a, b in zip(found, found[1:], strict=False)] == [16] * 4


def test_a_label_takes_the_first_place_that_is_free():
    ground = Ground(Box(0, 0, 300, 300))
    first = ground.place([Label("Now 16.2", (100, 100))])
    assert first is not None
    second = ground.place([Label("Plan 17.9", (110, 104)), Label("Plan 17.9", (110, 140))])
    assert second is not None
    assert second.at == (110, 140)
    assert ground.place([Label("Target", (90, 98))]) is None


def test_a_label_rather_stands_farther_away_than_on_a_line():
    ground = Ground(Box(0, 0, 300, 300))
    ground.cover([(0, 100), (300, 100)])
    found = ground.place([Label("Now 16.2", (100, 103)), Label("Now 16.2", (100, 130))])
    assert found is not None
    assert found.at == (100, 130)


def test_a_label_does_not_leave_the_chart():
    assert Ground(Box(0, 0, 50, 50)).place([Label("a long label", (10, 20))]) is None
