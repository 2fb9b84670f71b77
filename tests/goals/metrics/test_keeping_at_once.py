"""Two people who ask the same at the same moment."""

import threading
from datetime import date

import pytest
from sqlmodel import col, select

from app.db import Database
from goals.metrics import readings
from goals.metrics.evidence import Reading
from goals.metrics.query import Query
from tests.support import company

TODAY = date(2026, 11, 24)
ASKED = Query("revenue", date(2026, 7, 1), date(2026, 9, 30))


@pytest.fixture
def database(database_url):
    opened = Database(database_url)
    yield opened
    opened.dispose()


def test_both_get_the_same_receipt_and_one_row_is_kept(database):
    here = company.make(database)
    company.win(database, here, [(date(2026, 8, 1), 100)])
    with database.session(here) as session:
        readings.available(session)
    receipts = []

    def ask():
        with database.session(here) as session:
            read = readings.read(session, ASKED, today=TODAY, now=company.NOW)
            receipts.append(read.receipt)

    with database.session(here) as first:
        read = readings.read(first, ASKED, today=TODAY, now=company.NOW)
        receipts.append(read.receipt)
        other = threading.Thread(target=ask)
        other.start()
        # Long enough for the other to look, and then to wait for this transaction to end.
        other.join(0.5)
        assert other.is_alive()
    other.join()
    assert len(receipts) == 2 and len(set(receipts)) == 1
    with database.session(here) as session:
        kept = session.exec(select(Reading).where(col(Reading.workspace_id) == here)).all()
        assert len(kept) == 1
