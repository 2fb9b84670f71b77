"""Rows held by columns are the same rows, and are written as if they came one by one."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.records import columns, stored
from goals.records.columns import Columns
from tests.support.records import NOW, Room

ROWS: list[dict[str, Any]] = [{"external_id": "1", "name": "a"}, {"external_id": "2", "name": None}]
SAME = Columns({"external_id": ["1", "2"], "name": ["a", None]})
#: Values that are equal and not the same, or that some columns take and others do not.
ODD = [
    *("", " ", "a\0b", "\0", "ก", "1", "1e5", "-0", "2026-01-01", "open", "true"),
    *(0, 1, -1, 2**62, 2**63, 10**40, True, False, 1.0, -0.0, 1e300, float("nan"), float("inf")),
    *map(Decimal, ("1", "1.0", "-0", "1E+5", "0.00005", "-1.23456", "1e400", "NaN", "Infinity")),
    *(NOW, date(2026, 1, 1), datetime(2026, 1, 1), None),  # noqa: DTZ001
]
VALUES = st.sampled_from(ODD)
DEALS = st.lists(
    st.fixed_dictionaries(
        {
            "external_id": st.sampled_from(["D1", "D2", "D3", "D4", "", None]),
            "name": VALUES,
            "owner": st.sampled_from(["O1", "O2", "", 7, None]),
            "status": VALUES,
            "amount": VALUES,
            "created_on": VALUES,
            "closed_at": st.none() | st.sampled_from([NOW, datetime(2026, 1, 1)]),  # noqa: DTZ001
            "probability": VALUES,
            "custom": st.none() | st.dictionaries(st.sampled_from("ab"), st.none() | st.text()),
        }
    ),
    max_size=6,
)
numbers = count()


def test_rows_by_columns_read_like_any_rows():
    assert (len(SAME), list(SAME), SAME[1]) == (2, ROWS, ROWS[1])
    assert list(SAME[:1]) == ROWS[:1]
    assert (len(Columns({})), list(Columns({}))) == (0, [])


def test_portions_of_one_layout_stay_columns_when_joined():
    found = columns.joined([SAME, [], SAME])
    assert isinstance(found, Columns)
    assert list(found) == ROWS + ROWS


@pytest.mark.parametrize("other", [ROWS, [{"external_id": "3"}], Columns({"external_id": ["3"]})])
def test_portions_of_several_layouts_are_joined_too(other):
    assert list(columns.joined([SAME, other])) == [*ROWS, *other]
    assert list(columns.joined([])) == []


def test_rows_are_put_side_by_side_by_their_layouts():
    rows: list[dict[str, Any]] = [ROWS[0], {"external_id": "3"}, ROWS[1]]
    found = [(list(places), list(part)) for places, part in columns.by_layout(rows)]
    assert found == [([0, 2], ROWS), ([1], rows[1:2])]


@pytest.mark.parametrize("type_", stored.ENCODE)
def test_a_column_becomes_what_its_values_become_one_by_one(type_):
    encode = stored.ENCODE[type_]
    # What is no instant at all is an error of the caller.
    odd = [one for one in ODD if type_ != "instant" or isinstance(one, datetime | None)]
    expected, refused = [], []
    for place, value in enumerate(odd):
        try:
            expected.append("blank" if value is None else encode(value))
        except (ValueError, TypeError, ArithmeticError):
            expected.append("blank")
            refused.append(place)
    told, wrong = stored.column(encode, odd, "blank")
    assert (list(map(repr, told)), wrong) == (list(map(repr, expected)), refused)
    for place, value in enumerate(odd):
        told, wrong = stored.column(encode, [value, None, value], "blank")
        kept = repr(expected[place])
        assert list(map(repr, told)) == [kept, repr("blank"), kept]
        assert wrong == ([0, 2] if place in refused else [])


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=DEALS, rows=DEALS)
def test_columns_are_written_as_their_rows_would_be_one_by_one(sqlite_database, before, rows):
    whole, single = (Room(sqlite_database, f"columns {next(numbers)}") for _ in range(2))
    whole.write("deal", before)
    single.write("deal", before)
    names = list(rows[0]) if rows else []
    told = whole.write("deal", Columns({name: [row[name] for row in rows] for name in names}), 2)
    # A row that is refused may have the id of one that is not, so that only ids tell the rows.
    merged = {}
    for row in rows:
        if row["external_id"]:
            merged[row["external_id"]] = row
    for row in merged.values():
        single.write("deal", [row], 2)
    assert whole.everything() == single.everything()
    assert whole.days() == single.days()
    sums = told.created + told.updated + told.unchanged + len(told.rejected)
    assert sums == len(rows)
    assert [one.place for one in told.rejected if one.column == "external_id"] == [
        place for place, row in enumerate(rows) if not row["external_id"]
    ]


def test_columns_that_are_empty_in_one_portion_are_emptied_by_it(room):
    full = {
        "external_id": "D1",
        "name": "a",
        "stage": "s",
        "amount": Decimal(0),
        "custom": {"a": 1},
    }
    room.write("deal", [full, {**full, "external_id": "D2"}])
    empty = dict.fromkeys(("name", "stage", "amount", "custom"))
    room.write("deal", [{"external_id": "D1", **empty}, {"external_id": "D2", **empty}], 2)
    for row in room.rows("deal").values():
        assert (row.name, row.stage, row.amount, row.custom) == (None, None, None, None)
        assert (row.run_id, row.is_stub, row.deleted_at) == (2, False, None)
    room.write("deal", [{"external_id": "D1", "amount": Decimal(0)}], 3)
    assert [row.amount for row in room.rows("deal").values()] == [Decimal(0), None]


@pytest.mark.parametrize("hours", [0, 7, -5, 14])
def test_an_instant_of_any_zone_is_kept_as_a_text_in_utc_that_sorts(hours):
    there = timezone(timedelta(hours=hours))
    for at in (NOW, NOW + timedelta(microseconds=7), NOW.replace(year=14), NOW.replace(year=9998)):
        plain = at.replace(tzinfo=None).isoformat(" ", "microseconds")
        assert stored.instant(at.astimezone(there)) == plain
        assert len(plain) == 26
    with pytest.raises(ValueError, match="zone"):
        stored.instant(NOW.replace(tzinfo=None))
