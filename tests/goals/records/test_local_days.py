"""The business days of instants follow the workspace's zone, whoever writes them and whenever."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from goals.metrics import known
from goals.records import kinds, local_days, stored, undo
from goals.records.service import Activity
from goals.workspace import Workspace
from tests.support.records import NOW

LATER = NOW + timedelta(days=1)
LATEST = NOW + timedelta(days=2)
LOCAL = [(kind, at, day) for kind in kinds.KINDS.values() for at, day in kind.local]


def instant(day, hour, minute=0):
    return datetime(2026, day[0], day[1], hour, minute, tzinfo=UTC)


def settle(room, zone):
    """Live in a zone from now on."""
    with room.session() as session:
        here = session.get_one(Workspace, room.here)
        before, here.zone = here.zone, zone
        session.flush()
        local_days.move(session, before)


def call(at, name="1", **fields):
    return {"external_id": name, "kind": "call", "at": at, **fields}


def day_of(room, name="1"):
    return room.rows("activity")[name].day


@pytest.mark.parametrize(("kind", "at", "day"), LOCAL)
def test_instants_that_are_counted_have_a_day_that_no_file_brings(kind, at, day):
    of = stored.shape(kind.table)
    assert (of.types[of.place(at)], of.types[of.place(day)]) == ("instant", "date")
    assert day in kind.counted
    assert day not in [one.column for one in kind.all_fields()]


def test_only_days_are_counted_by():
    found = {
        (kind.name, column)
        for kind in kinds.KINDS.values()
        for column in kind.counted
        if stored.shape(kind.table).types[stored.shape(kind.table).place(column)] != "date"
    }
    assert found == set()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        # New York goes over to summer time on 8 March and back on 1 November.
        (instant((3, 8), 4, 59), date(2026, 3, 7)),
        (instant((3, 8), 5, 0), date(2026, 3, 8)),
        (instant((3, 9), 3, 59), date(2026, 3, 8)),
        (instant((3, 9), 4, 0), date(2026, 3, 9)),
        (instant((11, 1), 4, 0), date(2026, 11, 1)),
        (instant((11, 2), 4, 59), date(2026, 11, 1)),
        (instant((11, 2), 5, 0), date(2026, 11, 2)),
    ],
)
def test_the_day_is_the_one_that_the_clocks_showed(room, at, day):
    settle(room, "America/New_York")
    room.write("activity", [call(at)])
    assert day_of(room) == day
    assert ("activity", "day", day.isoformat()) in room.days()


def test_a_changed_instant_moves_to_its_day_and_touches_both(room):
    room.write("activity", [call(instant((2, 3), 3))])
    room.days(forget=True)
    room.write("activity", [call(instant((2, 4), 20))])
    assert day_of(room) == date(2026, 2, 5)
    assert room.days() == {("activity", "day", "2026-02-03"), ("activity", "day", "2026-02-05")}


def test_an_instant_that_is_taken_away_takes_its_day_along(room):
    told = {"external_id": "T", "opened_at": NOW, "solved_at": NOW}
    room.write("ticket", [told])
    assert room.rows("ticket")["T"].solved_on == date(2026, 11, 2)
    room.write("ticket", [{"external_id": "T", "solved_at": None}])
    assert room.rows("ticket")["T"].solved_on is None


def test_another_zone_gives_instants_their_days_there(room):
    room.write("activity", [call(instant((2, 3), 20)), call(instant((2, 3), 3), "2")])
    assert (day_of(room), day_of(room, "2")) == (date(2026, 2, 4), date(2026, 2, 3))
    settle(room, "America/New_York")
    assert (day_of(room), day_of(room, "2")) == (date(2026, 2, 3), date(2026, 2, 2))
    assert room.rows("activity")["1"].at == instant((2, 3), 20)
    assert room.versions() == []


def test_what_was_written_as_a_day_stays_that_day_in_another_zone(room):
    data = "external_id,kind,at\n1,call,2026-02-03\n2,call,2026-07-03\n"
    room.read(data, "activity")
    settle(room, "America/New_York")
    assert (day_of(room), day_of(room, "2")) == (date(2026, 2, 3), date(2026, 7, 3))
    assert room.rows("activity")["2"].at == instant((7, 3), 4)
    assert room.read(data, "activity").unchanged == 2


def test_rows_written_again_after_a_change_of_zone_are_unchanged(room):
    room.write("activity", [call(instant((2, 3), 20))])
    settle(room, "America/New_York")
    assert room.write("activity", [call(instant((2, 3), 20))]).unchanged == 1


def test_an_undo_brings_back_the_day_in_the_present_zone(room):
    first, second = room.run("activity"), room.run("activity")
    room.write("activity", [call(instant((2, 3), 20))], first)
    room.write("activity", [call(instant((2, 9), 20))], second, LATER)
    settle(room, "America/New_York")
    with room.session() as session:
        undo.undo(session, second, LATEST)
    row = room.rows("activity")["1"]
    assert (row.at, row.day) == (instant((2, 3), 20), date(2026, 2, 3))


def test_what_was_known_then_is_counted_by_the_days_of_now(room):
    room.write("activity", [call(instant((2, 3), 20))])
    room.write("activity", [call(instant((2, 9), 20))], 2, LATEST)
    settle(room, "America/New_York")
    with room.session() as session, known.as_of(session, LATER):
        days = session.exec(
            select(col(Activity.day)).where(col(Activity.workspace_id) == room.here)
        )
        assert list(days) == [date(2026, 2, 3)]
    assert day_of(room) == date(2026, 2, 9)


def test_another_workspace_keeps_its_days(database):
    from tests.support.records import Room

    here, there = Room(database), Room(database, "Beta")
    for room in (here, there):
        room.write("activity", [call(instant((2, 3), 20))])
    settle(here, "America/New_York")
    assert (day_of(here), day_of(there)) == (date(2026, 2, 3), date(2026, 2, 4))
