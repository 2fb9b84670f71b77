from datetime import date, timedelta
from decimal import Decimal

import pytest

from goals.errors import Refusal
from goals.records import adopting, stages, undo
from goals.records.source import Entry
from tests.support.records import NOW

LATER = NOW + timedelta(days=1)
DAY = date(2026, 1, 5)


def deals(*names, **fields):
    return [{"external_id": name, "created_on": DAY, "owner": "O", **fields} for name in names]


def take_back(room, run):
    with room.session() as session:
        return undo.undo(session, run, LATER)


def test_what_an_import_made_is_removed_with_its_stubs_and_events(room):
    run = room.run()
    room.write("deal", deals("D1", "D2"), run)
    with room.session() as session:
        told = {room.id("deal", "D1"): [Entry("New", DAY, status="open")]}
        stages.write_histories(session, room.connection, run, told, NOW)
    room.days(forget=True)
    undone = take_back(room, run)
    assert (undone.removed, undone.restored, undone.kept) == (2, 0, 0)
    assert all(not room.rows(record) for record in ("deal", "owner", "stage_event"))
    assert set(room.rows("deal", living=False)) == {"D1", "D2"}
    assert room.days() == {
        ("deal", "created_on", "2026-01-05"),
        ("stage_event", "entered_on", "2026-01-05"),
    }


def test_what_an_import_changed_gets_its_values_back(room):
    first, second = room.run(), room.run()
    room.write("deal", deals("D1", amount=Decimal(1), custom={"a": 1}), first)
    before = room.content("deal")
    changed = deals("D1", amount=Decimal(2), custom={"a": 2}, closed_on=date(2026, 3, 3))
    room.write("deal", changed, second)
    room.days(forget=True)
    undone = take_back(room, second)
    assert (undone.removed, undone.restored, undone.kept) == (0, 1, 0)
    assert room.content("deal") == before
    assert room.rows("deal")["D1"].recorded_at == LATER
    assert ("deal", "closed_on", "2026-03-03") in room.days()


def test_rows_that_a_later_run_changed_are_kept(room):
    first, second, third = room.run(), room.run(), room.run()
    room.write("deal", deals("old", amount=Decimal(0)), first)
    room.write("deal", deals("old", "D1", "D2", amount=Decimal(1)), second)
    room.write("deal", deals("old", "D1", amount=Decimal(2)), third)
    undone = take_back(room, second)
    assert (undone.removed, undone.restored, undone.kept) == (1, 0, 2)
    assert {name: row.amount for name, row in room.rows("deal").items()} == {"old": 2, "D1": 2}


def test_undoing_the_later_import_first_makes_way_for_the_earlier(room):
    first, second = room.run(), room.run()
    room.write("deal", deals("D1", amount=Decimal(1)), first)
    room.write("deal", deals("D1", amount=Decimal(2)), second)
    take_back(room, second)
    undone = take_back(room, first)
    assert (undone.removed, undone.kept) == (1, 0)
    assert room.rows("deal") == {}


def test_a_removed_record_that_others_refer_to_leaves_a_stub(room):
    owners, later = room.run("owner"), room.run()
    room.write("owner", [{"external_id": "O", "name": "Olga", "region": "West"}], owners)
    room.write("deal", deals("D1"), later)
    assert take_back(room, owners).removed == 1
    stub = room.rows("owner")["O"]
    assert (stub.is_stub, stub.name, stub.region) == (True, "O", None)


def test_a_stub_made_real_is_a_stub_again(room):
    room.write("deal", deals("D1"), room.run())
    run = room.run("owner")
    room.write("owner", [{"external_id": "O", "name": "Olga"}], run)
    assert take_back(room, run).restored == 1
    assert room.rows("owner")["O"].is_stub


def test_parents_of_one_import_go_with_their_children(room):
    run = room.run("account")
    room.write("account", [{"external_id": n, "name": n, "parent": "Z"} for n in "AZ"], run)
    assert take_back(room, run).removed == 2
    assert room.rows("account") == {}


def test_a_history_that_a_later_import_went_on_with_is_kept_whole(room):
    first, second = room.run(), room.run()
    told = [Entry("New", DAY, status="open"), Entry("Won", DAY, status="won")]
    for run, history in ((first, told[:1]), (second, [Entry("Old", date(2026, 1, 1)), *told])):
        room.write("deal", deals("D1"), run)
        with room.session() as session:
            entries = {room.id("deal", "D1"): history}
            stages.write_histories(session, room.connection, run, entries, NOW)
    take_back(room, first)
    assert {row.stage for row in room.rows("stage_event").values()} == {"Old", "New", "Won"}


def test_an_import_after_an_undo_is_as_if_nothing_had_been(room):
    rows = deals("D1", "D2", amount=Decimal(3))
    first = room.run()
    room.write("deal", rows, first)
    before = room.everything()
    take_back(room, first)
    counts = room.write("deal", rows, room.run())
    assert counts.created == 2
    assert room.everything() == before


def test_references_that_were_led_on_return_to_the_stub(room):
    room.write("deal", [{"external_id": "D1", "owner": "Olga"}], room.run())
    before = room.everything()
    run = room.run("owner")
    room.write("owner", [{"external_id": "7", "name": "Olga"}], run)
    with room.session() as session:
        names = {"Olga": room.id("owner", "7")}
        assert adopting.adopt(session, room.connection, run, "owner", names, NOW) == 1
    assert room.rows("deal")["D1"].owner_id == room.id("owner", "7")
    assert set(room.rows("owner")) == {"7"}
    take_back(room, run)
    assert room.everything() == before


def code_of(room, run):
    with pytest.raises(Refusal) as caught:
        take_back(room, run)
    return caught.value.code


def test_an_import_is_undone_once_only(room):
    run = room.run()
    take_back(room, run)
    assert code_of(room, run) == "already_undone"


def test_an_unknown_import_is_refused(room):
    assert code_of(room, 12) == "unknown_import"
