"""What tables have in common."""

import sys
import threading
import warnings
from collections import Counter

import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from goals.table import shared_alias
from goals.tracking.goal import Goal, GoalVersion

THREADS = 6


@pytest.fixture
def hasty():
    """Let threads take turns after each step, so that they meet where they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_that_use_an_alias_first_at_once_write_the_same_statement(hasty):
    def written(alias):
        return str(select(alias).join(Goal, alias.goal_id == Goal.id).where(alias.version == 1))

    found: Counter[str] = Counter()
    gate = threading.Barrier(THREADS)
    warnings.simplefilter("ignore")  # Of SQLAlchemy, about the statements that went wrong.

    def write(alias):
        gate.wait()
        try:
            found[written(alias)] += 1
        except SQLAlchemyError as error:
            found[repr(error)] += 1

    for _ in range(60):
        alias = shared_alias(GoalVersion)
        threads = [threading.Thread(target=write, args=(alias,)) for _ in range(THREADS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert found == {written(shared_alias(GoalVersion)): 60 * THREADS}
