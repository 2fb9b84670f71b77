"""Pipedrive and HubSpot hold the same company while it moves from the one to the other."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from goals.metrics import cut_overs, readings
from goals.metrics.overlap import doubled, report
from goals.metrics.query import Query
from goals.records.connections import Connection
from tests.support.crm import CANARY, NOW
from tests.support.pipedrive import desk_at, pipe

__all__ = ["pipe"]
FIRST, LAST, CUT = date(2026, 1, 1), date(2026, 6, 30), date(2026, 4, 1)
DAY = timedelta(days=1)
#: Name, amount, the day it came, the day it was talked about, how it ended and when.
DEALS = (
    ("Acme, 5 seats", 1200, "2026-01-05", "2026-01-20", "won", "2026-02-03"),
    ("Beta, 2 seats", 480, "2026-01-12", "2026-02-01", "lost", "2026-03-20"),
    # Open on the day of the cut-over, won and lost after it.
    ("Gamma, 9 seats", 2160, "2026-02-10", "2026-03-01", "won", "2026-04-15"),
    ("Delta, 1 seat", 240, "2026-03-05", "2026-04-02", "lost", "2026-05-05"),
    # Open throughout, and come after the cut-over.
    ("ลูกค้าใหม่", 960, "2026-03-10", "2026-03-30", "open", None),
    ("新客户", 720, "2026-04-20", "2026-05-01", "won", "2026-06-01"),
)


def at(day):
    return f"{day}T05:00:00Z"


def fill_pipedrive(pipe):
    ann, keys = pipe.add_user("Ann Lee", "ann@example.com"), {}
    for name, amount, came, talked, ended, closed in DEALS:
        key = pipe.add_deal(name, value=amount, at=at(came), owner_id=ann)
        pipe.move(key, "Engaging", at=at(talked))
        if closed:
            pipe.close(key, ended, at=at(closed))
        keys[name] = key
    return keys


def fill_hubspot(hub, keys):
    """Fill the new account as a migration does: the old ids stand in a field of their own."""
    hub.define_property("deals", "pipedrive_id")
    ann = hub.add_owner("Ann", "Lee", "ann@example.com")
    for name, amount, came, talked, ended, closed in DEALS:
        key = hub.add_deal(
            f"{name} (moved)", amount=str(amount), currency="USD", owner=ann, created=at(came),
            pipedrive_id=str(keys[name]),
        )  # fmt: skip
        hub.move(key, "Engaging", at=at(talked))
        if closed:
            hub.move(key, ended.capitalize(), at=at(closed))


@pytest.fixture(params=["shop", "postgres_shop"])
def desks(request, hub, pipe, clock):
    """A workspace with both, and one with Pipedrive alone."""
    database = request.getfixturevalue(request.param)
    keys = fill_pipedrive(pipe)
    fill_hubspot(hub, keys)
    both, alone = (desk_at(database, pipe, clock) for _ in range(2))
    alone.done()
    both.done()
    both.add("hubspot", {"base_url": hub.url}, {"token": CANARY})
    both.done()
    return both, alone


def pair(session, desk):
    found = select(Connection).where(
        col(Connection.workspace_id) == desk.here, col(Connection.provider) != "file"
    )
    by = {one.provider: one for one in session.exec(found)}
    return by["pipedrive"], by["hubspot"]


def value(desk, metric, first, last, **params):
    query = Query(metric, first, last, params)
    with desk.session() as session:
        return readings.read(session, query, today=NOW.date(), now=NOW, keep=False).figure


def test_before_the_cut_over_all_is_doubled_and_after_it_history_is_continuous(desks):
    both, alone = desks
    assert (
        value(both, "revenue", FIRST, LAST).value == 2 * value(alone, "revenue", FIRST, LAST).value
    )
    with both.session() as session:
        old, new = pair(session, both)
        # The names were changed on the way; the new account keeps the old ids.
        (told,) = doubled.found(session)
        assert (told.old.id, told.new.id, told.record) == (old.id, new.id, "deal")
        cut_overs.set_day(session, old, new, CUT, by=None, now=NOW)
        assert doubled.found(session) == []
    day = FIRST
    while day <= LAST:
        for metric, first in (
            ("revenue", day),
            ("revenue", FIRST),
            ("open_deals", day),
            ("opportunities_new", day),
            ("win_rate", FIRST),
            ("sales_cycle", FIRST),
        ):
            said = value(both, metric, first, day), value(alone, metric, first, day)
            assert said[0] == said[1], (metric, day)
        day += DAY
    for params in ({"basis": "created"}, {"basis": "all"}):
        rates = [value(one, "win_rate", FIRST, LAST, **params) for one in (both, alone)]
        assert rates[0] == rates[1]


def test_the_report_matches_by_the_ids_that_the_new_account_keeps(desks):
    both, _ = desks
    with both.session() as session:
        old, new = pair(session, both)
        deals = report.of_kind(session, old, new, "deal", FIRST, LAST)
        owners = report.of_kind(session, old, new, "owner", FIRST, LAST)
        metrics = report.by_source(session, old, new, FIRST, LAST, today=NOW.date())
    assert deals.counts == {"different": 0, "only_old": 0, "only_new": 0, "both": len(DEALS)}
    ((key, n),) = deals.keys
    assert (key.params["field"], n) == ("pipedrive_id", len(DEALS))
    assert owners.counts["both"] == 1
    assert len(metrics) > 4
    assert all(one.is_same for one in metrics)


def test_what_goes_on_in_both_after_the_cut_over_counts_once(desks, hub, pipe, clock):
    both, alone = desks
    with both.session() as session:
        old, new = pair(session, both)
        cut_overs.set_day(session, old, new, CUT, by=None, now=NOW)
    came, closed = at(NOW.date() - 20 * DAY), at(NOW.date() - 2 * DAY)
    one = pipe.add_deal("Late", value=100, at=came)
    pipe.close(one, "won", at=closed)
    other = hub.add_deal("Late", amount="100", currency="USD", created=came)
    hub.move(other, "Won", at=closed)
    clock.advance(7200)
    alone.done()
    both.done()
    last = NOW.date()
    assert value(alone, "revenue", last - 30 * DAY, last).value == 100
    for metric in ("revenue", "open_deals", "opportunities_new"):
        assert value(both, metric, last - 30 * DAY, last) == value(
            alone, metric, last - 30 * DAY, last
        )
