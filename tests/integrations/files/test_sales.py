from collections import Counter
from datetime import timedelta

import pytest

from goals.records import undo
from integrations.files.result import NotImported
from tests.integrations.files import sales
from tests.support.records import NOW, Room

LATER = NOW + timedelta(days=1)


@pytest.fixture(params=sales.found(), ids=lambda sold: f"{sold.deals} deals")
def sold(request):
    return request.param


def test_both_ways_of_writing_dates_give_the_same_records(sqlite_database, sold):
    one, other = Room(sqlite_database, "ISO"), Room(sqlite_database, "American")
    first = one.read(sold.iso, mapping=sales.MAPPING)
    second = other.read(sold.american, mapping=sales.MAPPING)
    assert (first.detected.date_order, second.detected.date_order) == ("ymd", "mdy")
    assert first.counts() == second.counts()
    assert first.created == sold.deals
    assert first.problems.count == second.problems.count == 0
    assert one.everything_named() == other.everything_named()
    assert one.days() == other.days()


def test_deals_and_their_events_are_what_the_file_says(sqlite_room, sold):
    sqlite_room.read(sold.iso, mapping=sales.MAPPING)
    deals, events = sqlite_room.rows("deal"), sqlite_room.rows("stage_event")
    assert Counter(row.stage for row in deals.values()) == {
        "Won": sold.won,
        "Lost": sold.lost,
        "Engaging": sold.engaging,
        "Prospecting": sold.prospecting,
    }
    assert len(events) == sold.events
    still_open = [one for one in events.values() if one.status == "open" and one.left_on is None]
    assert len(still_open) == sold.engaging
    assert "GTXPro" not in sqlite_room.rows("product")


def test_open_deals_at_a_day_follow_from_the_events(sqlite_room, sold):
    sqlite_room.read(sold.iso, mapping=sales.MAPPING)
    deals = sqlite_room.rows("deal").values()
    events = sqlite_room.rows("stage_event").values()
    days = sorted(row.created_on for row in deals if row.created_on)
    for day in days[:: len(days) // 7]:
        by_event = sum(
            one.status == "open"
            and one.entered_on <= day
            and (one.left_on is None or one.left_on > day)
            for one in events
        )
        by_deal = sum(
            row.created_on is not None
            and row.created_on <= day
            and (row.closed_on is None or row.closed_on > day)
            for row in deals
        )
        assert by_event == by_deal


def test_importing_again_changes_nothing_whatever_the_dates_look_like(sqlite_room, sold):
    sqlite_room.read(sold.iso, mapping=sales.MAPPING)
    sqlite_room.days(forget=True)
    for data in (sold.iso, sold.american):
        again = sqlite_room.read(data, mapping=sales.MAPPING, now=LATER)
        assert (again.unchanged, again.stubs) == (sold.deals, 0)
    assert (sqlite_room.versions(), sqlite_room.days()) == ([], set())


def test_undoing_the_first_import_leaves_nothing(sqlite_room, sold):
    result = sqlite_room.read(sold.iso, mapping=sales.MAPPING)
    days = sqlite_room.days(forget=True)
    with sqlite_room.session() as session:
        undone = undo.undo(session, result.import_id, LATER)
    assert (undone.removed, undone.restored, undone.kept) == (sold.deals, 0, 0)
    assert not any(sqlite_room.everything().values())
    assert sqlite_room.days() == days


def test_without_a_mapping_one_is_suggested(sqlite_room, sold):
    with pytest.raises(NotImported) as caught:
        sqlite_room.read(sold.iso)
    assert caught.value.code == "mapping_needed"
    assert caught.value.extra["suggested"]["columns"] == sales.MAPPING["columns"]
