"""Fixtures: a Headway beside a fake Slack."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.slack import Desk
    from tests.support.small import Small


@pytest.fixture
def slack_desk(sqlite_url: str) -> Iterator["Desk"]:
    """A Headway beside a fake Slack, whose token is in the environment."""
    from tests.support import slack

    with slack.desk(sqlite_url) as made:
        yield made


@pytest.fixture
def slack_desks(database_url: str) -> Iterator["Desk"]:
    """The same on both databases, one after the other."""
    from tests.support import slack

    with slack.desk(database_url) as made:
        yield made


@pytest.fixture
def small_slack(sqlite_url: str) -> Iterator["Small"]:
    """A Headway beside a small Slack of its own."""
    from tests.support import small

    with small.small(sqlite_url) as made:
        yield made
