from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goals.records import kinds, stored
from goals.records.numbers import MOST_MONEY
from goals.table import key
from tests.support.records import NOW

LATER = NOW + timedelta(days=1)
DEAL = {
    "external_id": "D1",
    "owner": "O1",
    "stage": "Won",
    "status": "won",
    "amount": Decimal("12.50"),
    "created_on": date(2026, 1, 5),
    "closed_on": date(2026, 2, 7),
    "closed_at": datetime(2026, 2, 7, 3, 4, 5, tzinfo=UTC),
    "probability": 0.5,
    "custom": {"z": 1, "a": "ก"},
}


def test_a_row_is_read_back_as_it_was_written(room):
    room.write("deal", [DEAL])
    row = room.rows("deal")["D1"]
    told = {name: value for name, value in DEAL.items() if name != "owner"}
    assert {name: getattr(row, name) for name in told} == told
    assert row.id == key(room.connection, "deal", "D1")
    assert row.owner_id == key(room.connection, "owner", "O1")
    assert (row.recorded_at, row.run_id, row.is_stub, row.deleted_at) == (NOW, 1, False, None)


def test_rows_are_counted_as_created_updated_or_unchanged(room):
    rows = [{"external_id": f"D{n}", "amount": Decimal(n)} for n in range(5)]
    first = room.write("deal", rows[:3])
    assert (first.created, first.updated, first.unchanged) == (3, 0, 0)
    second = room.write("deal", [{**rows[0], "amount": Decimal(9)}, *rows[1:]], 2, LATER)
    assert (second.created, second.updated, second.unchanged) == (2, 1, 2)
    assert [room.rows("deal")[f"D{n}"].run_id for n in range(5)] == [2, 1, 1, 2, 2]


@pytest.mark.parametrize("many", [2, 499, 2_050, 9_001])
def test_any_number_of_rows_is_kept_each_with_its_own_values(room, many):
    numbers = range(many)
    rows = [{"external_id": f"D{n}", "name": f"No {n}", "amount": Decimal(n)} for n in numbers]
    assert room.write("deal", rows).created == many
    stored = {id_: (one.name, one.amount) for id_, one in room.rows("deal").items()}
    assert stored == {one["external_id"]: (one["name"], one["amount"]) for one in rows}


def test_writing_again_changes_nothing(room):
    room.write("deal", [DEAL])
    room.days(forget=True)
    before = room.rows("deal")["D1"].model_dump()
    again = room.write("deal", [DEAL], 2, LATER)
    assert (again.created, again.updated, again.unchanged, again.stubs) == (0, 0, 1, 0)
    assert room.rows("deal")["D1"].model_dump() == before
    assert room.versions() == []
    assert room.days() == set()


def test_an_absent_column_keeps_its_value_and_none_clears_it(room):
    room.write("deal", [DEAL])
    room.write("deal", [{"external_id": "D1", "amount": None, "stage": "Lost"}], 2, LATER)
    row = room.rows("deal")["D1"]
    assert (row.amount, row.stage, row.closed_on) == (None, "Lost", date(2026, 2, 7))


def test_custom_fields_are_merged_by_name(room):
    room.write("deal", [DEAL])
    room.write("deal", [{"external_id": "D1", "custom": {"z": None, "b": 2}}], 2, LATER)
    assert room.rows("deal")["D1"].custom == {"a": "ก", "b": 2}


def test_the_first_load_leaves_no_versions_and_a_change_leaves_the_old_row(room):
    room.write("deal", [DEAL])
    assert room.versions() == []
    room.write("deal", [{"external_id": "D1", "amount": Decimal(20)}], 2, LATER)
    [version] = room.versions()
    assert (version.record, version.record_id) == ("deal", room.rows("deal")["D1"].id)
    assert (version.valid_from, version.valid_until) == (NOW, LATER)
    assert (version.run_id, version.ended_by) == (1, 2)
    assert version.data["amount"] == 125_000
    assert version.data["closed_on"] == "2026-02-07"
    assert version.data["closed_at"] == "2026-02-07T03:04:05.000000Z"
    assert version.data["custom"] == {"a": "ก", "z": 1}


def test_a_change_marks_the_days_of_the_old_and_the_new_version(room):
    room.write("deal", [DEAL])
    assert room.days(forget=True) == {
        ("deal", "created_on", "2026-01-05"),
        ("deal", "closed_on", "2026-02-07"),
    }
    room.write("deal", [{"external_id": "D1", "closed_on": date(2026, 3, 1)}], 2, LATER)
    assert room.days() == {
        ("deal", "created_on", "2026-01-05"),
        ("deal", "closed_on", "2026-02-07"),
        ("deal", "closed_on", "2026-03-01"),
    }


def test_a_deal_without_a_day_is_marked_as_such(room):
    room.write("deal", [{"external_id": "D1"}])
    assert room.days() == {("deal", "created_on", "0001-01-01")}


def test_a_changed_owner_marks_the_days_of_what_it_owns(room):
    room.write("deal", [DEAL, {**DEAL, "external_id": "D2", "owner": "O2"}])
    room.write("lead", [{"external_id": "L1", "created_on": date(2026, 1, 9), "owner": "O1"}])
    room.write(
        "stage_event",
        [{"external_id": "E", "deal": "D1", "stage": "New", "entered_on": date(2026, 1, 6)}],
    )
    room.days(forget=True)
    room.write("owner", [{"external_id": "O1", "name": "Ann", "region": "West"}], 2, LATER)
    assert room.days() == {
        ("deal", "created_on", "2026-01-05"),
        ("deal", "closed_on", "2026-02-07"),
        ("lead", "created_on", "2026-01-09"),
        ("stage_event", "entered_on", "2026-01-06"),
    }


def test_a_new_rate_marks_the_days_of_deals_in_its_currency(room):
    room.write("deal", [{**DEAL, "currency": "THB"}, {"external_id": "D2", "currency": "EUR"}])
    room.days(forget=True)
    rate = {"external_id": "R", "day": NOW.date(), "currency": "THB", "per_base": Decimal("33.1")}
    room.write("rate", [rate])
    assert {day for _, _, day in room.days()} == {"2026-01-05", "2026-02-07"}


def test_an_unknown_reference_makes_a_stub_once(room):
    counts = room.write("deal", [DEAL, {**DEAL, "external_id": "D2", "account": "A1"}])
    assert counts.stubs == 2
    assert room.write("deal", [{**DEAL, "external_id": "D3"}]).stubs == 0
    stub = room.rows("owner")["O1"]
    assert (stub.name, stub.is_stub) == ("O1", True)


def test_a_lead_can_be_a_stub(room):
    room.write("lead_event", [{"external_id": "E", "lead": "L1", "at": NOW, "kind": "form"}])
    assert room.rows("lead")["L1"].created_on is None


def test_a_stub_that_arrives_is_updated_and_nothing_of_the_stub_is_left(room):
    room.write("lead", [{"external_id": "L", "created_on": NOW.date(), "converted_deal": "D1"}])
    assert room.rows("deal")["D1"].name == "D1"
    counts = room.write("deal", [DEAL])
    assert (counts.created, counts.updated) == (0, 1)
    row = room.rows("deal")["D1"]
    assert (row.name, row.is_stub) == (None, False)


def test_an_account_and_its_parent_may_come_in_one_batch(room):
    rows = [{"external_id": "A", "name": "A", "parent": "B"}, {"external_id": "B", "name": "B"}]
    assert room.write("account", rows).stubs == 0


def test_a_row_without_what_a_new_record_needs_is_rejected_and_the_rest_is_kept(room):
    counts = room.write("owner", [{"external_id": "1"}, {"external_id": "2", "name": "Bo"}])
    assert counts.created == 1
    assert [(one.place, one.column, one.missing) for one in counts.rejected] == [(0, "name", True)]


def test_a_row_without_an_id_is_rejected(room):
    counts = room.write("owner", [{"name": "Bo"}])
    assert [(one.column, one.missing) for one in counts.rejected] == [("external_id", True)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", Decimal("NaN")),
        ("amount", Decimal("1e400")),
        ("amount", 1.5),
        ("amount", MOST_MONEY + 1),
        ("amount", Decimal(-MOST_MONEY) - Decimal("0.0001")),
        ("closed_on", datetime(2026, 1, 1, tzinfo=UTC)),
        ("closed_on", "2026-01-01"),
        ("closed_at", datetime(2026, 1, 1)),  # noqa: DTZ001
        ("probability", float("inf")),
        ("status", "sold"),
    ],
)
def test_a_value_that_cannot_be_kept_rejects_its_row_only(sqlite_room, column, value):
    counts = sqlite_room.write("deal", [{"external_id": "1", column: value}, DEAL])
    assert [(one.place, one.column, one.missing) for one in counts.rejected] == [(0, column, False)]
    assert set(sqlite_room.rows("deal")) == {"D1"}


def test_an_unknown_column_is_an_error_of_the_caller(sqlite_room):
    with pytest.raises(KeyError):
        sqlite_room.write("deal", [{"external_id": "1", "colour": "red"}])


def test_of_two_rows_with_one_id_the_later_values_win(room):
    rows = [{"external_id": "1", "name": "a", "stage": "s"}, {"external_id": "1", "name": "b"}]
    counts = room.write("deal", rows)
    assert (counts.created, counts.unchanged) == (1, 1)
    assert (room.rows("deal")["1"].name, room.rows("deal")["1"].stage) == ("b", "s")


def test_texts_lose_what_no_database_keeps(room):
    room.write("deal", [{"external_id": "1", "name": "a\0b", "stage": ""}])
    assert (room.rows("deal")["1"].name, room.rows("deal")["1"].stage) == ("ab", None)


def test_objects_that_a_session_holds_show_what_was_written(room):
    from goals.records import writer
    from goals.records.sales import Deal

    room.write("deal", [DEAL])
    with room.session() as session:
        held = session.get_one(Deal, (room.here, room.id("deal", "D1")))
        assert held.stage == "Won"
        change = {"external_id": "D1", "stage": "Lost"}
        writer.write(session, room.connection, 2, "deal", [change], LATER)
        assert held.stage == "Lost"


@pytest.mark.parametrize("record", kinds.KINDS)
def test_every_kind_has_a_column_for_every_field(record):
    kind = kinds.KINDS[record]
    columns = stored.shape(kind.table).columns
    assert [one.name for one in kind.all_fields() if one.column not in columns] == []


@pytest.mark.parametrize("external_id", ["1", "ก", "a\x1fb", ""])
def test_fast_keys_are_the_keys_of_records(external_id):
    assert stored.key_maker(7, "deal")(external_id) == key(7, "deal", external_id)
