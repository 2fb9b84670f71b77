from datetime import date, timedelta

from goals.records import deletes, stages
from goals.records.source import Entry
from tests.support.records import NOW

LATER = NOW + timedelta(days=1)
DAY = date(2026, 1, 5)


def deal(room, name="D1", **fields):
    row = {"external_id": name, "created_on": DAY, "owner": "O", **fields}
    room.write("deal", [row])
    with room.session() as session:
        told = {room.id("deal", name): [Entry("New", DAY, status="open")]}
        stages.write_histories(session, room.connection, 1, told, NOW)
    room.days(forget=True)


def delete(room, *names, run=2):
    with room.session() as session:
        ids = [room.id("deal", name) for name in names]
        return deletes.mark_deleted(session, room.connection, run, "deal", ids, LATER)


def test_a_deleted_row_stays_as_evidence_and_marks_its_days(room):
    deal(room)
    assert delete(room, "D1", "unknown") == 1
    assert room.rows("deal") == {}
    row = room.rows("deal", living=False)["D1"]
    assert (row.deleted_at, row.recorded_at, row.run_id) == (LATER, LATER, 2)
    assert room.days() == {
        ("deal", "created_on", "2026-01-05"),
        ("stage_event", "entered_on", "2026-01-05"),
    }
    assert [(one.record, one.data["deleted_at"]) for one in room.versions()] == [
        ("stage_event", None),
        ("deal", None),
    ]


def test_stage_events_go_and_come_with_their_deal(room):
    deal(room)
    delete(room, "D1")
    assert room.rows("stage_event") == {}
    with room.session() as session:
        ids = [room.id("deal", "D1")]
        assert deletes.restore(session, room.connection, 3, "deal", ids, LATER) == 1
    assert len(room.rows("stage_event")) == len(room.rows("deal")) == 1


def test_deleting_twice_changes_nothing_more(room):
    deal(room)
    delete(room, "D1")
    versions = len(room.versions())
    room.days(forget=True)
    assert delete(room, "D1", run=3) == 0
    assert (len(room.versions()), room.days()) == (versions, set())


def test_a_deleted_row_that_is_written_again_is_back_and_counts_as_created(room):
    deal(room, name="D1", stage="New")
    delete(room, "D1")
    counts = room.write("deal", [{"external_id": "D1", "created_on": DAY}], 3, LATER)
    assert (counts.created, counts.updated) == (1, 0)
    assert room.rows("deal")["D1"].stage == "New"
    assert ("deal", "created_on", "2026-01-05") in room.days()


def test_a_sweep_deletes_what_a_listing_does_not_name_but_no_stubs(room):
    for name in ("D1", "D2", "D3"):
        deal(room, name)
    room.write("lead", [{"external_id": "L", "created_on": DAY, "converted_deal": "D9"}])

    def sweep(run):
        with room.session() as session:
            present = iter(["D2", "D7"])
            return deletes.sweep(session, room.connection, run, "deal", present, LATER)

    assert sweep(2) == 2
    assert set(room.rows("deal")) == {"D2", "D9"}
    assert sweep(3) == 0


def test_another_connections_rows_are_left_alone(room):
    deal(room)
    with room.session() as session:
        ids = [room.id("deal", "D1")]
        assert deletes.mark_deleted(session, 99, 2, "deal", ids, LATER) == 0
        assert deletes.sweep(session, 99, 2, "deal", [], LATER) == 0
