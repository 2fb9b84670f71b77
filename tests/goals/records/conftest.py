import pytest

from app.db import Database
from tests.support.records import Room


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    yield made
    made.dispose()


@pytest.fixture
def sqlite_database(sqlite_url):
    made = Database(sqlite_url)
    yield made
    made.dispose()


@pytest.fixture
def room(database):
    return Room(database)


@pytest.fixture
def sqlite_room(sqlite_database):
    return Room(sqlite_database)
