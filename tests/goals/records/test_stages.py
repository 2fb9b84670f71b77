from datetime import UTC, date, datetime, timedelta

import pytest

from goals.records import stages
from goals.records.events import Event
from goals.records.sales import PipelineStage
from goals.records.source import Entry, Stage
from tests.support.records import NOW

LATER = NOW + timedelta(days=1)
HISTORY = [("New", 1, "open"), ("Talk", 5, "open"), ("Won", 9, "won")]


def entries(told):
    return [Entry(stage, date(2026, 1, day), status=status) for stage, day, status in told]


@pytest.fixture
def history(room):
    def write(told, run=1, now=NOW, deal="D1", **options):
        with room.session() as session:
            told = {room.id("deal", deal): entries(told)}
            return stages.write_histories(session, room.connection, run, told, now, **options)

    room.write("deal", [{"external_id": "D1", "created_on": date(2026, 1, 1)}])
    room.days(forget=True)
    return write


def events(room):
    rows = sorted(room.rows("stage_event").values(), key=lambda row: (row.entered_on, row.position))
    return [(row.stage, row.entered_on.day, row.left_on and row.left_on.day) for row in rows]


def add(room, told, run=1, now=NOW):
    found = [
        Event(name, room.id("deal", "D1"), Entry(stage, date(2026, 1, day), status=status))
        for name, (stage, day, status) in told.items()
    ]
    with room.session() as session:
        return stages.add_events(session, room.connection, run, found, now)


def test_a_history_becomes_visits(room, history):
    history(HISTORY)
    assert events(room) == [("New", 1, 5), ("Talk", 5, 9), ("Won", 9, None)]
    assert ("stage_event", "left_on", "2026-01-09") in room.days()


def test_the_same_history_again_changes_nothing(room, history):
    history(HISTORY)
    room.days(forget=True)
    again = history(HISTORY, 2, LATER)
    assert (again.created, again.updated, again.unchanged, again.deleted) == (0, 0, 3, 0)
    assert (room.days(), room.versions()) == (set(), [])


def test_a_new_event_touches_its_neighbour_only(room, history):
    history(HISTORY[:2])
    found = history(HISTORY, 2, LATER)
    assert (found.created, found.updated, found.unchanged) == (1, 1, 1)


def test_an_event_that_vanished_is_removed_and_its_days_are_marked(room, history):
    history(HISTORY)
    room.days(forget=True)
    assert history([HISTORY[0], HISTORY[2]], 2, LATER).deleted == 1
    assert events(room) == [("New", 1, 9), ("Won", 9, None)]
    assert room.days() == {
        ("stage_event", column, f"2026-01-{day:02}")
        for column, day in [("entered_on", 1), ("entered_on", 5), ("left_on", 5), ("left_on", 9)]
    }


def test_an_event_that_comes_back_is_the_same_row(room, history):
    history(HISTORY)
    history(HISTORY[:1], 2, LATER)
    history(HISTORY, 3, LATER)
    assert len(room.rows("stage_event", living=False)) == 3


def test_staying_in_a_stage_is_no_event(room, history):
    history([HISTORY[0], ("New", 3, "open"), *HISTORY[1:]])
    assert events(room) == [("New", 1, 5), ("Talk", 5, 9), ("Won", 9, None)]


def test_a_stage_entered_twice_on_a_day_is_two_events(room, history):
    history([("New", 1, "open"), ("Talk", 1, "open"), ("New", 1, "open")])
    assert events(room) == [("New", 1, 1), ("Talk", 1, 1), ("New", 1, None)]


def test_an_entry_without_a_meaning_takes_it_from_the_stages(room, history):
    with room.session() as session:
        told = [Stage("", "Fertig", "s9", 3, "won"), Stage("", "Neu", "s1", 1, None)]
        stages.write_stages(session, room.connection, told)
    history([("Neu", 1, None), ("Fertig", 2, None), ("s9", 3, None)])
    found = {row.stage: row.status for row in room.rows("stage_event").values()}
    assert found == {"Neu": "open", "Fertig": "won", "s9": "won"}


def test_a_renamed_stage_keeps_what_was_decided_about_it(room):
    with room.session() as session:
        stages.write_stages(session, room.connection, [Stage("p", "Old", "s1", 1, "open", 0.2)])
        stages.write_stages(session, room.connection, [Stage("p", "New", "s1", 2, None, 0.9)])
        [row] = stages._stages(session, room.connection)
        assert (row.name, row.position, row.status, row.probability) == ("New", 2, "open", 0.2)


def test_single_events_make_a_history_whatever_the_order_of_days(room, history):
    add(room, {"c": HISTORY[2], "a": HISTORY[0]})
    counts = add(room, {"b": HISTORY[1], "a": HISTORY[0]}, 2, LATER)
    assert (counts.created, counts.updated, counts.unchanged) == (1, 0, 1)
    assert events(room) == [("New", 1, 5), ("Talk", 5, 9), ("Won", 9, None)]


def test_single_events_of_one_day_keep_the_order_in_which_they_came(room, history):
    told = {"a": ("New", 1, "open"), "b": ("Talk", 1, "open"), "c": ("New", 1, "open")}
    add(room, told)
    assert add(room, {"b": told["b"]}, 2, LATER).unchanged == 1
    assert events(room) == [("New", 1, 1), ("Talk", 1, 1), ("New", 1, None)]
    assert room.versions() == []


def test_a_moved_event_takes_its_new_place(room, history):
    add(room, {"a": HISTORY[0], "b": HISTORY[1], "c": HISTORY[2]})
    assert add(room, {"a": ("New", 7, "open")}, 2, LATER).updated == 1
    assert events(room) == [("Talk", 5, 7), ("New", 7, 9), ("Won", 9, None)]


def test_events_of_their_own_replace_a_history_that_stood_in(room, history):
    history([("Open", 1, "open"), ("Won", 9, "won")], stand_in=True)
    add(room, {"a": HISTORY[0], "b": HISTORY[1]}, 2, LATER)
    assert events(room) == [("New", 1, 5), ("Talk", 5, None)]
    history([("Open", 1, "open"), ("Won", 9, "won")], 3, LATER, stand_in=True)
    assert events(room) == [("New", 1, 5), ("Talk", 5, None)]


def test_times_order_the_events_of_a_day(room, history):
    at = datetime(2026, 1, 1, 8, tzinfo=UTC)
    deal = room.id("deal", "D1")
    told = [
        Event("late", deal, Entry("Talk", at.date(), at + timedelta(hours=1), "open")),
        Event("early", deal, Entry("New", at.date(), at, "open")),
    ]
    with room.session() as session:
        stages.add_events(session, room.connection, 1, told, NOW)
    assert events(room) == [("New", 1, 1), ("Talk", 1, None)]


def known_stages(room, *told):
    """Write stages given as (id, name) and return the names by id."""
    given = [Stage("Sales", name, id_, place, "open") for place, (id_, name) in enumerate(told)]
    with room.session() as session:
        stages.write_stages(session, room.connection, given)
    with room.session() as session:
        rows = stages._stages(session, room.connection)
        return {row.external_id: row.name for row in rows}


def test_stages_that_swap_their_names_keep_their_rows(room):
    known_stages(room, ("a", "New"), ("b", "Talk"))
    with room.session() as session:
        rows = {one.external_id: one.id for one in stages._stages(session, room.connection)}
    assert known_stages(room, ("a", "Talk"), ("b", "New")) == {"a": "Talk", "b": "New"}
    with room.session() as session:
        again = {one.external_id: one.id for one in stages._stages(session, room.connection)}
    assert again == rows


def test_a_stage_takes_the_name_of_one_that_is_gone(room):
    known_stages(room, ("a", "New"), ("b", "Won"))
    assert known_stages(room, ("a", "Won")) == {"a": "Won"}


def test_a_new_stage_takes_the_name_that_another_gave_up(room):
    known_stages(room, ("a", "New"))
    assert known_stages(room, ("c", "New"), ("a", "Old")) == {"c": "New", "a": "Old"}


def test_two_stages_of_one_name_share_a_row(room):
    assert set(known_stages(room, ("a", "New"), ("b", "New")).values()) == {"New"}
    assert set(known_stages(room, ("a", "New"), ("b", "New")).values()) == {"New"}
    known_stages(room, ("a", "New"), ("b", "Talk"))
    assert set(known_stages(room, ("a", "New"), ("b", "New")).values()) == {"New"}


def test_a_stage_of_the_same_name_that_means_something_else_is_a_move(room, history):
    history([("Closed", 1, "open"), ("Closed", 5, "lost")])
    assert events(room) == [("Closed", 1, 5), ("Closed", 5, None)]


def in_pipelines(room, *told):
    """Write stages given as (pipeline, id, name) and return the rows by pipeline and name."""
    given = [
        Stage(pipeline, name, id_, place, "open")
        for place, (pipeline, id_, name) in enumerate(told)
    ]
    with room.session() as session:
        stages.write_stages(session, room.connection, given)
    with room.session() as session:
        rows = stages._stages(session, room.connection)
        return {(row.pipeline, row.name): (row.id, row.external_id) for row in rows}


def test_the_stages_of_a_renamed_pipeline_keep_their_rows(room):
    before = in_pipelines(room, ("Sales", "a", "New"), ("Sales", "b", "Talk"), ("EU", "c", "New"))
    after = in_pipelines(room, ("US", "a", "New"), ("US", "b", "Talking"), ("EU", "c", "New"))
    assert after == {
        ("US", "New"): before["Sales", "New"],
        ("US", "Talking"): before["Sales", "Talk"],
        ("EU", "New"): before["EU", "New"],
    }


def test_pipelines_that_swap_their_names_keep_their_stages(room):
    before = in_pipelines(room, ("Sales", "a", "New"), ("EU", "c", "New"))
    after = in_pipelines(room, ("EU", "a", "New"), ("Sales", "c", "New"))
    assert after == {("EU", "New"): before["Sales", "New"], ("Sales", "New"): before["EU", "New"]}


def test_rows_that_an_earlier_name_of_a_pipeline_left_go(room):
    in_pipelines(room, ("US", "a", "New"))
    with room.session() as session:
        kept = {"workspace_id": room.here, "connection_id": room.connection}
        session.add(PipelineStage(**kept, pipeline="Sales", name="New", external_id="a"))
        session.add(PipelineStage(**kept, pipeline="Sales", name="By hand"))
    assert list(in_pipelines(room, ("US", "a", "New"))) == [("Sales", "By hand"), ("US", "New")]


def test_ids_that_only_a_pipeline_knows_stay_apart(room):
    before = in_pipelines(room, ("Sales", "1", "New"), ("EU", "1", "Neu"))
    after = in_pipelines(room, ("US", "1", "New"), ("EU", "1", "Neu"))
    assert after == {("US", "New"): before["Sales", "New"], ("EU", "Neu"): before["EU", "Neu"]}
