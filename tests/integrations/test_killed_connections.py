"""A database server that hangs up on everybody in the middle of a sync, as a restart does."""

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from app.db import Database
from tests.support.crm import Office

HANG_UP = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def content(office):
    """Return what there is of deals, without our own numbers."""
    return {
        key: (one.name, one.amount, one.status, one.closed_on)
        for key, one in office.rows("deal").items()
    }


@pytest.fixture
def filled(postgres, hub, clock):
    for number in range(250):
        hub.add_deal(f"Deal {number}", amount=number, stage="Won", closed="2026-10-15")
    database = Database(postgres.app_url)
    yield Office(database, hub, clock)
    database.dispose()


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_server_that_hangs_up_costs_no_row_and_no_run(filled, postgres, page):
    def hang_up():
        with psycopg.connect(postgres.app_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute(HANG_UP)

    filled.hub.after_page(page, hang_up)
    try:
        first = filled.pull()
    except DBAPIError:
        first = None
    if first is not None:
        assert first.status in ("done", "failed", "partial")
    # Whole pages or nothing: what is there is true.
    whole = {str(one["id"]): one for one in filled.hub.objects("deals")}
    assert set(content(filled)) <= set(whole) and len(content(filled)) in (0, 100, 200, 250)
    filled.later()
    assert set(content(filled)) == set(whole)
    assert {one.status for one in filled.runs()} <= {"done", "failed", "partial"}
    before = content(filled)
    filled.later(full=True)
    assert content(filled) == before
