"""What holds for any rows in any order; each example has a workspace of its own."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import Database
from goals.records import kinds
from tests.support.records import NOW, Room

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
MONEY = st.decimals(-(10**6), 10**6, places=4, allow_nan=False, allow_infinity=False)
NAMES = st.sampled_from(["a", "b", "c"])
DEALS = st.fixed_dictionaries(
    {"external_id": st.sampled_from([f"D{n}" for n in range(6)])},
    optional={
        "name": st.none() | TEXTS,
        "owner": st.none() | NAMES,
        "account": st.none() | NAMES,
        "amount": st.none() | MONEY,
        "status": st.none() | st.sampled_from(["open", "won", "lost"]),
        "created_on": st.none() | DAYS,
        "closed_on": st.none() | DAYS,
        "probability": st.none() | st.floats(0, 1),
        "custom": st.none() | st.dictionaries(NAMES, st.none() | st.integers() | TEXTS),
    },
)
OWNERS = st.builds(
    lambda name, region: {"external_id": name, "name": name.upper(), "region": region},
    NAMES,
    st.none() | TEXTS,
)
BATCH = st.tuples(st.just("deal"), st.lists(DEALS, max_size=6)) | st.tuples(
    st.just("owner"), st.lists(OWNERS, max_size=3)
)
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
numbers = count()


@pytest.fixture
def new_room(sqlite_database):
    return lambda: Room(sqlite_database, f"workspace {next(numbers)}")


def play(room, batches, run=1):
    return [room.write(record, rows, run + n) for n, (record, rows) in enumerate(batches)]


@EXAMPLES
@given(batches=st.lists(BATCH, max_size=4))
def test_the_same_batch_twice_changes_nothing(new_room, batches):
    room = new_room()
    for place, (record, rows) in enumerate(batches):
        room.write(record, rows, place)
        before, versions = room.everything(), len(room.versions())
        room.days(forget=True)
        again = room.write(record, rows, 100 + place)
        assert (again.created, again.updated, again.stubs) == (0, 0, 0)
        assert (room.everything(), len(room.versions()), room.days()) == (before, versions, set())


@EXAMPLES
@given(data=st.data())
def test_the_order_of_batches_does_not_matter(new_room, data):
    rows = data.draw(st.lists(DEALS, unique_by=lambda row: str(row["external_id"])))
    batches = [("deal", rows[:2]), ("deal", rows[2:])]
    batches.append(("owner", data.draw(st.lists(OWNERS, unique_by=lambda row: row["name"]))))
    one, other = new_room(), new_room()
    play(one, batches)
    play(other, data.draw(st.permutations(batches)))
    assert one.everything() == other.everything()
    assert one.days() == other.days()


@EXAMPLES
@given(batches=st.lists(BATCH, max_size=5))
def test_every_row_is_counted_once(new_room, batches):
    room = new_room()
    for (_, rows), counts in zip(batches, play(room, batches), strict=True):
        total = counts.created + counts.updated + counts.unchanged + len(counts.rejected)
        assert total == len(rows)


@EXAMPLES
@given(before=st.lists(DEALS), after=st.lists(DEALS))
def test_the_days_of_all_that_differs_are_marked(new_room, before, after):
    room = new_room()
    room.write("deal", before)
    old = room.content("deal")
    room.days(forget=True)
    room.write("deal", after, 2, NOW + timedelta(days=1))
    new = room.content("deal")
    expected = set()
    for name in old.keys() | new.keys():
        if old.get(name) == new.get(name):
            continue
        for row in filter(None, (old.get(name), new.get(name))):
            days = [(column, row[column]) for column in kinds.DEAL.counted if row[column]]
            found = [("deal", column, day.isoformat()) for column, day in days]
            expected.update(found or [("deal", "created_on", "0001-01-01")])
    assert room.days() == expected


@EXAMPLES
@given(before=st.lists(DEALS), after=st.lists(DEALS))
def test_the_earlier_state_can_be_read_from_the_versions(new_room, before, after):
    room = new_room()
    room.write("deal", before)
    old = room.rows("deal")
    room.write("deal", after, 2, NOW + timedelta(days=1))
    versions = {one.record_id: one.data for one in room.versions() if one.record == "deal"}
    for row in old.values():
        if row.id in versions:
            amount = None if row.amount is None else int(row.amount * 10_000)
            assert versions[row.id]["amount"] == amount
            assert versions[row.id]["custom"] == row.custom
        else:
            assert room.rows("deal")[row.external_id].model_dump() == row.model_dump()


def test_both_databases_hold_the_same_rows(sqlite_room, postgres_url):
    rows = [
        {
            "external_id": f"D{n}",
            "name": f"ดีล \t\\N {n}",
            "owner": f"O{n % 3}",
            "amount": Decimal(n) / 3,
            "probability": n / 7,
            "created_on": date(2026, 1, 1 + n),
            "closed_at": NOW + timedelta(microseconds=n),
            "custom": {"é": [1, {"b": None}], "a": n},
        }
        for n in range(20)
    ]
    rates = [
        {"external_id": n, "day": NOW.date(), "currency": "THB", "per_base": Decimal(n)}
        for n in ("1.50", "0.0000000001", "123456789012345678901234567890")
    ]
    postgres = Database(postgres_url)
    found = []
    for room in (sqlite_room, Room(postgres)):
        batches = [("deal", rows), ("rate", rates), ("deal", rows[:5])]
        assert [one.unchanged for one in play(room, batches)] == [0, 0, 5]
        room.write("deal", [{"external_id": "D1", "custom": {"a": None}}], 9)
        found.append((room.everything(), room.days(), len(room.versions())))
    postgres.dispose()
    assert found[0] == found[1]
