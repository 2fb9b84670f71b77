import pytest

from tests.strategy.desk import Desk


@pytest.fixture
def desk(sqlite_url):
    desk = Desk(sqlite_url)
    yield desk
    desk.dispose()


@pytest.fixture
def any_desk(database_url):
    """The same on both databases, for what the database decides."""
    desk = Desk(database_url)
    yield desk
    desk.dispose()
