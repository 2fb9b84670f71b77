import pytest

from goals.errors import Refusal
from integrations.files.result import NotImported

DEALS = "external_id,created_on,amount\n"


def refused(room, data, record="deal", mapping=None):
    with pytest.raises(Refusal) as caught:
        room.read(data, record, mapping)
    assert room.rows(record) == {}
    return caught.value


def test_an_unknown_kind_of_record_is_a_wrong_word(sqlite_room):
    with pytest.raises(Refusal) as caught:
        sqlite_room.read(DEALS, "invoice")
    assert (caught.value.code, caught.value.misused) == ("unknown_record", True)


def test_dates_that_no_row_decides_are_not_guessed(sqlite_room):
    found = refused(sqlite_room, DEALS + "D1,3/4/2026,1\nD2,5/5/2026,2\n")
    assert (found.code, found.misused) == ("ambiguous_dates", False)
    assert found.message.params["line"] == 2
    told = {"columns": {n: n for n in ("external_id", "created_on")}}
    for order, month in (("mdy", 3), ("dmy", 4)):
        mapping = {**told, "format": {"date_order": order}}
        sqlite_room.read(DEALS + "D1,3/4/2026,1\n", mapping=mapping)
        assert sqlite_room.rows("deal")["D1"].created_on.month == month


def test_dates_that_contradict_each_other_are_not_guessed(sqlite_room):
    found = refused(sqlite_room, DEALS + "D1,13/1/2026,1\nD2,1/13/2026,2\n")
    assert (found.code, found.message.params["lines"]) == ("ambiguous_dates", [2, 3])


def test_numbers_that_contradict_each_other_are_not_guessed(sqlite_room):
    found = refused(sqlite_room, DEALS + 'D1,,"1,5"\nD2,,1.5\n')
    assert found.code == "ambiguous_numbers"


def test_a_mapping_that_is_not_sure_is_suggested_only(sqlite_room):
    found = refused(sqlite_room, "opportunity_id,close_value\nD1,5\n")
    assert isinstance(found, NotImported)
    assert found.code == "mapping_needed"
    assert found.extra["suggested"] == {
        "columns": {"external_id": "opportunity_id", "amount": "close_value"}
    }


def test_a_mapping_that_worked_is_used_for_the_next_file_with_its_columns(sqlite_room):
    told = {
        "columns": {"external_id": "No.", "stage": "Phase"},
        "stages": {"Talks": "open"},
        "format": {"date_order": "mdy"},
    }
    sqlite_room.read("No.,Phase\nD1,Talks\n", mapping=told)
    assert sqlite_room.read("No.,Phase\nD2,Talks\n").created == 1
    assert sqlite_room.read("No.,external_name\nD3,x\n").created == 1


def test_a_column_with_a_name_that_stands_twice_is_refused_if_it_is_mapped(sqlite_room):
    data = "external_id,amount,amount\nD1,1,2\n"
    assert refused(sqlite_room, data).code == "duplicate_column"
    told = {"columns": {"external_id": "external_id"}}
    assert sqlite_room.read(data, mapping=told).created == 1


def test_a_file_without_any_mapped_column_is_refused(sqlite_room):
    told = {"columns": {"external_id": "id", "amount": "value"}}
    assert refused(sqlite_room, "a,b\n1,2\n", mapping=told).code == "missing_columns"


def test_a_file_without_its_key_is_refused(sqlite_room):
    told = {"columns": {"external_id": "id", "amount": "value"}}
    assert refused(sqlite_room, "value,b\n1,2\n", mapping=told).code == "missing_key"


def test_an_event_needs_a_stage_with_a_meaning(sqlite_room):
    told = {
        "columns": {"external_id": "external_id", "created_on": "created_on"},
        "events": [{"stage": "Talks", "on": "created_on"}],
    }
    found = refused(sqlite_room, DEALS + "D1,2026-01-01,1\n", mapping=told)
    assert (found.code, found.message.params) == ("bad_mapping", {"stage": "Talks"})
