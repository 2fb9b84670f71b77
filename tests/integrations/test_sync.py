"""Pulling: what a run counts, keeps and tells, and what readings make of what it brought."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from goals.metrics import readings
from goals.metrics.query import Query
from goals.records.connections import SyncRun
from goals.workspace import Workspace
from tests.fakes.hubspot.client import DEALS
from tests.support.crm import COUNTED, NOW, Office, changes, stream

COUNTS = ("read", *COUNTED)


def balanced(run):
    """Tell whether each row that a stream read became one thing."""
    for one in run.to_json()["streams"]:
        assert one["read"] == sum(one[name] for name in COUNTED), one
    return True


def read(office, metric, **params):
    query = Query(metric, date(2026, 10, 1), date(2026, 12, 31), params)
    with office.session() as session:
        return readings.read(session, query, today=NOW.date(), now=NOW)


def won(hub, amount, **more):
    return hub.add_deal("Deal", amount=amount, stage="Won", closed="2026-10-15", **more)


def test_the_counts_of_every_stream_add_up(offices):
    hub = offices.hub
    company = hub.add_company("Acme")
    keys = [hub.add_deal(f"Deal {n}", amount=n, company=company) for n in range(8)]
    hub.add_lead("Lead", contact=hub.add_contact("joe@example.com"))
    hub.archive("deals", hub.add_deal("Gone before"))
    hub.faults.add(DEALS, "bad_value", name="amount", value="many")
    run = offices.done()
    assert balanced(run)
    assert (stream(run, "deals").created, stream(run, "deals").rejected) == (7, 1)
    offices.clock.advance(3600)
    hub.update("deals", keys[1], amount=99)
    hub.touch("deals", [keys[2]])
    hub.archive("deals", keys[3])
    hub.merge("deals", keys[4], keys[5])
    hub.add_deal("New")
    run = offices.done()
    assert balanced(run)
    deals, archived = stream(run, "deals"), stream(run, "archived_deals")
    # Both rows that went up in another are gone; the one whose amount was no number is new now.
    assert (deals.updated, deals.deleted, archived.deleted) == (1, 2, 1)
    assert balanced(offices.later())


def test_a_run_is_told_in_the_shape_of_the_contract(office):
    office.hub.add_deal("Deal")
    told = office.done().to_json()
    assert set(told) == {
        *("connection", "id", "status", "started_at", "finished_at"),
        *("resume_after", "streams", "error"),
    }
    assert (told["status"], told["resume_after"], told["error"]) == ("done", None, None)
    for one in told["streams"]:
        assert {"record", "pages", "cursor", *COUNTS} <= set(one)
        assert all(one[name] >= 0 for name in COUNTS)
    assert isinstance(told["id"], str)


def test_what_is_kept_of_a_run_is_what_was_told(offices):
    offices.hub.add_deal("Deal")
    run = offices.done()
    (kept,) = offices.runs()
    assert (str(kept.id), kept.kind, kept.status) == (run.to_json()["id"], "sync", "done")
    assert kept.streams == run.to_json()["streams"]
    assert (kept.started_at, kept.finished_at, kept.error) == (NOW, NOW, None)


def test_an_error_is_told_with_words_and_what_to_do_in_the_readers_language(office):
    office.hub.faults.add("/", "html_200", times=None)
    run = office.pull()
    told = run.to_json()["error"]
    assert told == {
        "code": "not_data",
        "message": "HubSpot answered with a web page instead of data.",
        "fix": "Check the address, and whether HubSpot is under maintenance.",
        "field": None,
    }
    (kept,) = office.runs()
    assert (kept.status, kept.error["code"]) == ("failed", "not_data")
    assert "HubSpot" in run.to_json("th")["error"]["message"]


def test_a_connection_is_pulled_again_after_its_interval(office):
    run = office.done()
    assert run.next_at(NOW) == NOW + timedelta(minutes=15)


def test_knowledge_begins_with_the_first_sync_and_stays(offices):
    def began():
        with offices.database.system() as session:
            statement = select(Workspace.knowledge_from).where(col(Workspace.id) == offices.here)
            return session.exec(statement).one()

    assert began() is None
    offices.hub.add_deal("Deal")
    offices.done()
    assert began() == NOW
    offices.later()
    assert began() == NOW


def test_two_workspaces_read_the_same_account_apart_from_each_other(shop, hub, clock):
    key = hub.add_deal("Deal")
    ours, theirs = Office(shop, hub, clock), Office(shop, hub, clock)
    ours.done()
    assert theirs.rows("deal") == {}
    assert theirs.runs() == []
    theirs.done()
    assert ours.rows("deal")[key].id != theirs.rows("deal")[key].id


def test_two_connections_of_one_workspace_keep_their_rows_apart(office):
    hub = office.hub
    key = hub.add_deal("Deal")
    office.done()
    office.add("hubspot", {"base_url": hub.url}, {"token": hub.token})
    office.done()
    with office.session() as session:
        runs = list(session.exec(select(SyncRun).where(col(SyncRun.workspace_id) == office.here)))
    assert len({one.connection_id for one in runs}) == 2
    assert [one.external_id for one in office.rows("deal").values()] == [key]
    hub.archive("deals", key)
    run = office.later()
    assert stream(run, "archived_deals").deleted == 1


def test_an_address_inside_is_not_pulled_where_that_is_not_allowed(office):
    run = office.pull(allow_private=False)
    assert (run.status, run.error["code"]) == ("failed", "address_plain")
    assert office.hub.calls() == []


def test_a_change_is_in_the_next_reading(offices):
    hub = offices.hub
    key = won(hub, 100)
    won(hub, 50)
    offices.done()
    assert read(offices, "revenue").value == 150
    offices.clock.advance(3600)
    hub.update("deals", key, amount=300)
    offices.done()
    assert read(offices, "revenue").value == 350
    offices.clock.advance(3600)
    hub.archive("deals", key)
    offices.done()
    assert read(offices, "revenue").value == 50


def test_a_failed_sync_leaves_readings_at_their_last_good_values(offices):
    won(offices.hub, 100)
    offices.done()
    offices.clock.advance(3600)
    won(offices.hub, 900)
    offices.hub.faults.add("/crm/objects", "html_200", times=None)
    assert offices.pull().status == "partial"
    assert read(offices, "revenue").value == 100


def test_an_amount_of_another_currency_without_a_rate_is_left_out_and_counted(offices):
    won(offices.hub, 100, currency="USD")
    won(offices.hub, 40)
    won(offices.hub, 7000, currency="THB")
    won(offices.hub, 9000, currency="THB")
    offices.done()
    found = read(offices, "revenue")
    assert found.value == 140
    assert {one.code: one.n for one in found.notes}["excluded_currency"] == 2


def test_a_deal_without_an_amount_counts_as_won_and_adds_no_money(offices):
    won(offices.hub, 100)
    key = won(offices.hub, None)
    offices.done()
    assert offices.rows("deal")[key].amount is None
    assert read(offices, "revenue").value == 100
    assert read(offices, "avg_deal_size", stat="mean").value == 100
    assert read(offices, "win_rate").to_json()["numerator"] == 2


def test_a_deal_in_a_stage_that_nobody_knows_is_kept_under_its_own_word(offices):
    hub = offices.hub
    key = won(hub, 100)
    hub.add_deal("Other", stage="Engaging")
    hub.faults.add(DEALS, "bad_value", name="dealstage", value="stage-of-another-time")
    run = offices.done()
    assert stream(run, "deals").rejected == 0
    assert offices.rows("deal")[key].stage == "stage-of-another-time"
    assert "stage-of-another-time" not in {
        name for name, one in offices.stages().items() if one.status == "won"
    }


def test_money_is_exact_to_its_last_digit(offices):
    amounts = ("0.1", "0.2", "1234567890.1234", "-5.55")
    for amount in amounts:
        won(offices.hub, amount)
    offices.done()
    kept = sorted(one.amount for one in offices.rows("deal").values())
    assert kept == sorted(map(Decimal, amounts))


@pytest.mark.parametrize("hour", [16, 17])
def test_a_day_is_that_of_the_workspace(office, hour):
    closed = datetime(2026, 10, 15, hour, 30, tzinfo=UTC)
    key = office.hub.add_deal("Deal", amount=1, stage="Won", closed=closed)
    office.done()
    # In Bangkok the new day begins at five in the afternoon of London.
    assert office.rows("deal")[key].closed_on == date(2026, 10, 15 if hour < 17 else 16)


def test_full_reads_everything_again_and_changes_nothing(office):
    for n in range(60):
        office.hub.add_deal(f"Deal {n}")
    office.done()
    run = office.later(full=True)
    assert stream(run, "deals").read == 60
    assert changes(run) == 0
    assert balanced(run)


def test_a_run_is_alive_after_each_portion(shop, hub, clock):
    for n in range(120):
        hub.add_deal(f"Deal {n}")
    beats = []
    Office(shop, hub, clock).done(alive=lambda: beats.append(1))
    assert len(beats) >= 3
