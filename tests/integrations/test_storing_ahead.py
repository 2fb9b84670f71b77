"""What is brought into stored form ahead, while pages before it are stored, is stored the same."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from goals.records.columns import Columns
from goals.records.sales import PipelineStage
from goals.records.source import Entry, Page
from integrations import storing
from integrations.runs import Stream
from tests.goals.records.test_columns import DEALS
from tests.support.records import NOW, Room, sqlite_database, sqlite_room

__all__ = ["sqlite_database", "sqlite_room"]

STAGES = ("New", "Talk", "Won")
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.integers(1, 28).map(lambda day: date(2026, 1, day))
TIMES = st.none() | st.integers(0, 27 * 86_400).map(lambda at: FIRST + timedelta(seconds=at / 4))
ENTRIES = st.builds(
    Entry,
    st.sampled_from(STAGES),
    DAYS,
    TIMES,
    st.sampled_from(["open", "open", "won", "lost", None]),
)
NAMES = st.sampled_from(["D1", "D2", "D3", "D4"])
HISTORIES = st.dictionaries(NAMES, st.lists(ENTRIES, max_size=5), max_size=4)
PAGES = st.lists(st.tuples(DEALS, HISTORIES), max_size=3)
numbers = count()


def page(rows, histories):
    names = list(rows[0]) if rows else []
    told = Columns({name: [row[name] for row in rows] for name in names}) if rows else ()
    return Page("deal", told, histories=histories)


def stage(room, name, told, status):
    return PipelineStage(
        workspace_id=room.here, connection_id=room.connection, name=name, external_id=name,
        told=told, status=status,
    )  # fmt: skip


def store(room, portion, run, *, ahead):
    """Store pages as a sync does, brought into stored form before or not; return the counts."""
    portion = [page(*one) for one in portion]
    if ahead:
        portion = [storing.ready(room.connection, one) for one in portion]
    found = Stream("deals", "deal")
    with room.session() as session:
        storing.store(session, room.connection, run, found, portion, NOW)
    return found.to_json()


def named(room):
    """Return everything without ids of the connection: a history's deal may not have come."""
    found = room.everything_named()
    found["stage_event"] = sorted(
        tuple(
            (key, value if key != "deal_id" or not value.isdigit() else "?") for key, value in row
        )
        for row in found["stage_event"]
    )
    return found


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=PAGES.filter(bool), second=PAGES.filter(bool), decided=st.booleans())
def test_pages_made_ready_ahead_are_stored_as_others_are(sqlite_database, first, second, decided):
    rooms = [Room(sqlite_database, f"ahead {next(numbers)}") for _ in range(2)]
    for room in rooms:
        with room.session() as session:
            for one in STAGES:
                meant = "lost" if decided and one == "Talk" else "open"
                session.add(stage(room, one, "open", meant))
    counts = [
        [store(room, one, run, ahead=ahead) for run, one in enumerate((first, second), 1)]
        for ahead, room in enumerate(rooms)
    ]
    assert counts[0] == counts[1]
    assert named(rooms[0]) == named(rooms[1])
    assert rooms[0].days() == rooms[1].days()


def test_ids_that_rows_ahead_refer_to_have_stubs_with_their_names(sqlite_room):
    rows = [{"external_id": "D1", "owner": "O1", "name": "Pumps"}]
    more = [{"external_id": "D2", "owner": "O2", "name": "a\0b"}]
    store(sqlite_room, [(rows, {}), (more, {})], 1, ahead=True)
    owners = sqlite_room.rows("owner")
    assert {name: one.is_stub for name, one in owners.items()} == {"O1": True, "O2": True}
    deals = sqlite_room.rows("deal")
    assert (deals["D1"].owner_id, deals["D2"].owner_id) == (owners["O1"].id, owners["O2"].id)
    assert deals["D2"].name == "ab"


def test_a_value_that_is_none_is_refused_at_its_own_row_of_its_own_page(sqlite_room):
    good = [{"external_id": f"D{n}", "created_on": date(2026, 1, n)} for n in range(1, 4)]
    bad = [{"external_id": f"E{n}", "created_on": n == 2 and "soon" or None} for n in range(1, 4)]
    told = store(sqlite_room, [(good, {}), (bad, {})], 1, ahead=True)
    assert (told["created"], told["rejected"]) == (5, 1)
    assert "E2" not in sqlite_room.rows("deal")


def test_stages_are_asked_where_an_entry_does_not_say_what_it_means(sqlite_room):
    with sqlite_room.session() as session:
        session.add(stage(sqlite_room, "Won", "won", "won"))
    history = {"D1": [Entry("New", date(2026, 1, 1)), Entry("Won", date(2026, 1, 5))]}
    store(sqlite_room, [([{"external_id": "D1"}], history)], 1, ahead=True)
    events = sqlite_room.rows("stage_event").values()
    assert sorted((one.stage, one.status) for one in events) == [("New", "open"), ("Won", "won")]


def test_of_a_deal_that_two_pages_tell_of_the_later_history_holds(sqlite_room):
    first = [Entry("New", date(2026, 1, 1), status="open"), Entry("Talk", date(2026, 1, 3))]
    later = [Entry("New", date(2026, 1, 1), status="open"), Entry("Won", date(2026, 1, 5))]
    pages = [
        ([{"external_id": "D1"}], {"D1": [replace(one, status="open") for one in told]})
        for told in (first, later)
    ]
    store(sqlite_room, pages, 1, ahead=True)
    events = sqlite_room.rows("stage_event").values()
    assert sorted((one.stage, one.left_on) for one in events) == [
        ("New", date(2026, 1, 5)),
        ("Won", None),
    ]
