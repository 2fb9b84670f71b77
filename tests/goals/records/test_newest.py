"""The newest day of a connection is found at the end of an index, however many there are."""

from datetime import date, timedelta

from goals.records import newest

FIRST = date(2020, 1, 1)
TODAY = date(2026, 11, 2)


def steps(room):
    """Return the newest day, and how many hundred steps SQLite's machine takes to find it."""
    taken = 0

    def count():
        nonlocal taken
        taken += 1

    with room.session() as session:
        driver = session.connection().connection.driver_connection
        driver.set_progress_handler(count, 100)
        found = newest.day(session, room.connection, through=TODAY)
        driver.set_progress_handler(None, 0)
    return found, taken


def test_the_newest_day_of_many_rows_takes_no_more_than_that_of_few(sqlite_room):
    def write(numbers):
        rows = [
            {"external_id": str(one), "created_on": FIRST + timedelta(days=one)} for one in numbers
        ]
        sqlite_room.write("deal", rows)

    write(range(10))
    found, few = steps(sqlite_room)
    assert found == FIRST + timedelta(days=9)
    write(range(10, 2000))
    found, many = steps(sqlite_room)
    assert found == FIRST + timedelta(days=1999)
    assert many <= few + 1


def test_days_ahead_say_nothing_of_how_fresh_a_source_is(room):
    rows = [
        {"external_id": "1", "created_on": date(2026, 1, 1)},
        {"external_id": "2", "created_on": date(2026, 10, 1), "closed_on": date(2027, 1, 1)},
    ]
    room.write("deal", rows)
    with room.session() as session:
        assert newest.day(session, room.connection, through=TODAY) == date(2026, 10, 1)
        assert newest.day(session, room.connection, through=date(2026, 9, 1)) == date(2026, 1, 1)
        assert newest.day(session, room.connection, through=date(2025, 9, 1)) is None
