"""Folding adds up what plain sums add up, whatever the values."""

from collections import Counter, defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from goals.metrics.folding import Layout, fold
from goals.metrics.rollup import SPREAD

MOST, LEAST = 2**63 - 1, -(2**63)
VALUES = st.one_of(
    st.none(),
    st.just(0),
    st.integers(-5, 5),
    st.sampled_from([MOST, LEAST, MOST - 1, LEAST + 1]),
)
HOLDS = st.sampled_from([1, 1, None])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2026-02-28", "2024-02-29"]),
        st.just(""),
        st.sampled_from(["", "ann", "สมชาย"]),
        st.sampled_from(["", "lead", "won\x1fx"]),
        *[HOLDS] * 2,
        *[VALUES] * 2,
    ),
    max_size=40,
)
#: Counts and both values under the first condition, the first value under the second.
LAYOUT = Layout(
    (("", 4), ("owner", 4), ("stage", 2)), 2, ((0, None), (0, 0), (1, 0), (0, 1)), (1, 3)
)


def plainly(rows):
    """Return what the rows add up to, counted without any cleverness."""
    counts: Counter[Any] = Counter()
    sums: defaultdict[Any, int] = defaultdict(int)
    for day, *rest in rows:
        keys, conditions, values = rest[:3], rest[3:5], rest[5:]
        for measure, (condition, place) in enumerate(LAYOUT.measures):
            value = 0 if place is None else values[place]
            if value is None or not conditions[condition]:
                continue
            for (dim, kept), key in zip(LAYOUT.dims, keys, strict=True):
                if measure < kept:
                    counts[measure, dim, day, key] += 1
                    sums[measure, dim, day, key] += value
            if measure in LAYOUT.spreads:
                counts[measure, SPREAD, day, str(value)] += 1
    return sorted((*place, n, sums[place]) for place, n in counts.items())


@given(ROWS)
def test_each_row_is_counted_once_in_every_dimension(rows):
    assert sorted(fold(LAYOUT, rows)) == plainly(rows)


def test_sums_of_the_largest_values_leave_their_neighbours_alone():
    rows = [("2026-01-01", "", "ann", "lead", 1, 1, MOST, LEAST)] * 1000
    assert sorted(fold(LAYOUT, rows)) == plainly(rows)


def test_no_rows_add_up_to_nothing():
    assert list(fold(LAYOUT, [])) == []
