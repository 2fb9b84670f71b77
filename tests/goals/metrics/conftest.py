"""Fixtures: an empty company, and a small one whose numbers can be worked out by hand."""

from collections.abc import Iterator

import pytest

from app.db import Database
from tests.goals.metrics import company as companies
from tests.goals.metrics import small
from tests.goals.metrics.company import Company


@pytest.fixture
def empty(database_url: str) -> Iterator[Company]:
    database = Database(database_url)
    yield companies.found(database)
    database.dispose()


@pytest.fixture
def company(empty: Company) -> Company:
    small.load(empty)
    return empty
