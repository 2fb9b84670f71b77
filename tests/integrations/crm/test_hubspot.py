"""Pulling HubSpot, well-behaved and otherwise."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from sqlmodel import col, select

from app.db import Database
from goals.records.connections import Connection, SyncRun
from goals.table import new_id
from goals.workspace import Workspace
from integrations import sync
from integrations.crm.hubspot.scopes import LEFT_OUT
from integrations.vault import Vault
from tests.fakes.hubspot.client import DEALS
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support.records import Room

COMPANIES, LEADS = DEALS.replace("deals", "companies"), DEALS.replace("deals", "leads")
SEARCH = f"{DEALS}/search"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Crm(Room):
    """A workspace connected to the account of a fake."""

    def __init__(self, database, hub, **settings):
        self.vault = Vault([Fernet.generate_key().decode()])
        self.hub, self.settings = hub, settings
        # Our clock is far ahead of HubSpot's: nothing may depend on the two agreeing.
        self.now = datetime(2026, 11, 2, 9, tzinfo=UTC)
        super().__init__(database)

    def _connection(self, session):
        return Connection(
            workspace_id=self.here,
            id=self.connection,
            name="HubSpot",
            provider="hubspot",
            settings={"base_url": self.hub.url, **self.settings},
            secrets=self.vault.seal({"token": self.hub.token}),
            created_at=self.now,
        )

    def pull(self, **options):
        return sync.pull(
            self.database.begin(self.here),
            self.connection,
            vault=self.vault,
            clock=lambda: self.now,
            allow_private=True,
            **options,
        )

    def about(self):
        statement = select(Connection).where(
            col(Connection.workspace_id) == self.here, col(Connection.id) == self.connection
        )
        with self.session() as session:
            return session.exec(statement).one()


@pytest.fixture
def hub():
    with FakeHubSpot(now=START) as account:
        yield account


@pytest.fixture
def crm(hub, sqlite_url):
    database = Database(sqlite_url)
    yield Crm(database, hub)
    database.dispose()


def counts(run, stream="deals"):
    return next(one for one in run.streams if one.name == stream)


def test_changes_are_found_whatever_our_clock_says(crm, hub):
    deal = hub.add_deal("One", amount=100)
    assert crm.pull().status == "done"
    hub.advance(60)
    hub.update("deals", deal, amount=250)
    new = hub.add_deal("Two")
    crm.now += timedelta(minutes=15)
    assert crm.pull().status == "done"
    rows = crm.rows("deal")
    assert (rows[deal].amount, set(rows)) == (Decimal(250), {deal, new})


def test_what_came_into_an_empty_account_is_found(crm, hub):
    crm.pull()
    deal = hub.add_deal("One")
    crm.pull()
    assert set(crm.rows("deal")) == {deal}


def test_what_changed_last_is_not_read_for_ever(crm, hub):
    for number in range(5):
        hub.add_deal(f"Deal {number}")
        hub.advance(120)
    read = []
    for _ in range(4):
        read.append(counts(crm.pull()).read)
        crm.now += timedelta(minutes=15)
    assert read[0] == 5 and read[-1] == 1
    hub.advance(60)
    hub.add_deal("late")
    crm.pull()
    assert len(crm.rows("deal")) == 6


def test_a_search_goes_on_behind_an_empty_page(crm, hub):
    crm.pull()
    hub.advance(3600)
    deals = {hub.add_deal(f"Deal {number}") for number in range(450)}
    hub.faults.add(SEARCH, "empty_page_in_middle", after=1, method="POST")
    assert crm.pull().status == "done"
    assert set(crm.rows("deal")) == deals


def test_a_type_that_may_not_be_read_leaves_the_others_alone(crm, hub):
    hub.grant({"crm.objects.deals.read", "crm.objects.owners.read", "crm.schemas.deals.read"})
    deal = hub.add_deal("One")
    run = crm.pull()
    assert (run.status, run.error) == ("done", None)
    without = {one.name for one in run.streams if one.left_out is not None}
    assert {name.removeprefix("archived_") for name in without} == set(LEFT_OUT)
    assert {one.name for one in run.streams} - without == {
        *("pipelines", "owners", "deals", "archived_deals")
    }
    assert set(crm.rows("deal")) == {deal}
    about = crm.about()
    assert not about.needs_reconnect
    assert about.last_success_at == crm.now


def test_what_is_needed_and_may_not_be_read_fails_the_run(crm, hub):
    hub.grant({"crm.objects.companies.read", "crm.objects.owners.read"})
    run = crm.pull()
    assert (run.status, run.error["code"]) == ("partial", "forbidden")
    assert crm.about().last_success_at is None
    hub.grant(set())
    run = crm.pull()
    assert (run.status, run.error["code"]) == ("failed", "forbidden")
    assert crm.about().needs_reconnect


def test_an_optional_scope_that_is_taken_away_later_is_not_passed_over(crm, hub):
    hub.add_contact("joe@example.com")
    crm.pull()
    hub.grant({"crm.objects.deals.read", "crm.objects.owners.read", "crm.schemas.deals.read"})
    run = crm.pull()
    assert (run.status, run.error["code"]) == ("partial", "not_allowed")
    assert "needs the scope crm.objects." in run.to_json()["error"]["message"]
    assert counts(run, "companies").left_out is None


def test_a_scope_that_is_taken_away_later_makes_what_is_known_old(crm, hub):
    hub.add_deal("One")
    crm.pull()
    hub.grant({"crm.objects.owners.read", "crm.objects.companies.read"})
    crm.now += timedelta(days=2)
    assert crm.pull().status == "partial"
    assert crm.about().last_success_at == crm.now - timedelta(days=2)


def test_a_token_that_is_revoked_keeps_what_was_read_and_asks_for_a_new_one(crm, hub):
    for number in range(250):
        hub.add_deal(f"Deal {number}")
    hub.after_page(2, hub.revoke_token, DEALS)
    run = crm.pull()
    assert (run.status, run.error["code"]) == ("partial", "unauthorized")
    assert crm.about().needs_reconnect
    assert len(crm.rows("deal")) == 100


def test_secrets_that_cannot_be_read_ask_for_new_ones(crm, hub):
    crm.vault = Vault([Fernet.generate_key().decode()])
    run = crm.pull()
    assert (run.status, run.error["code"]) == ("failed", "secrets_unreadable")
    assert crm.about().needs_reconnect


def test_a_setting_that_cannot_be_read_is_a_failed_run(hub, sqlite_url):
    database = Database(sqlite_url)
    for wrong in ("{", '{"deal": 1}', "[1]"):
        crm = Crm(database, hub, fields=wrong)
        run = crm.pull()
        assert (run.status, run.error["code"]) == ("failed", "setting_wrong")
        with database.system() as session:
            session.get(Workspace, crm.here).name = wrong
    database.dispose()


def test_a_killed_run_is_closed_by_the_next_one(crm):
    run = SyncRun(
        id=new_id(), workspace_id=crm.here, connection_id=crm.connection, started_at=crm.now
    )
    with crm.session() as session:
        session.add(run)
    crm.pull()
    with crm.session() as session:
        statement = select(SyncRun).where(col(SyncRun.workspace_id) == crm.here)
        found = {one.id: one for one in session.exec(statement)}
    assert (found[run.id].status, found[run.id].error["code"]) == ("failed", "interrupted")
    assert {one.status for one in found.values()} == {"failed", "done"}


def test_rows_that_went_up_in_another_are_gone(crm, hub):
    one, two, three = (hub.add_company(f"Company {number}") for number in range(3))
    crm.pull()
    hub.advance(60)
    kept = hub.merge("companies", one, two)
    crm.pull()
    assert set(crm.rows("account")) == {str(kept), three}


def test_a_full_pull_takes_away_what_is_no_longer_listed(crm, hub):
    deals = [hub.add_deal(f"Deal {number}") for number in range(5)]
    crm.pull()
    hub.delete("deals", deals[0])
    assert len({*crm.rows("deal")}) == 5
    run = crm.pull(full=True)
    assert (counts(run).deleted, set(crm.rows("deal"))) == (1, set(deals[1:]))


def test_a_full_listing_that_lost_most_rows_is_not_believed(crm, hub):
    deals = [hub.add_deal(f"Deal {number}") for number in range(5)]
    crm.pull()
    for one in deals[1:]:
        hub.delete("deals", one)
    crm.pull(full=True)
    assert set(crm.rows("deal")) == set(deals)


def test_a_company_marked_as_primary_is_the_deals(crm, hub):
    first, main, later = (hub.add_company(name) for name in ("First", "Main", "Later"))
    deal = hub.add_deal("One")
    hub.associate("deals", deal, "companies", first)
    hub.associate("deals", deal, "companies", main, primary=True)
    crm.pull()
    assert crm.rows("deal")[deal].account_id == crm.id("account", main)
    hub.advance(60)
    other = hub.add_deal("Two")
    hub.associate("deals", other, "companies", first)
    hub.associate("deals", other, "companies", later, primary=True)
    crm.pull()
    assert crm.rows("deal")[other].account_id == crm.id("account", later)


def test_contacts_have_their_whole_name(crm, hub):
    contact = hub.add_contact("ann@example.com", firstname="Ann", lastname="Lee")
    crm.pull()
    assert crm.rows("contact")[contact].name == "Ann Lee"


def test_many_properties_of_ones_own_are_asked_for_in_a_body(crm, hub):
    for number in range(200):
        hub.define_property("deals", f"a_rather_long_name_of_a_property_{number}")
    deal = hub.add_deal("One", amount=5, a_rather_long_name_of_a_property_7="seven")
    assert crm.pull().status == "done"
    row = crm.rows("deal")[deal]
    assert (row.amount, row.custom) == (5, {"a_rather_long_name_of_a_property_7": "seven"})
    assert len(crm.rows("stage_event")) == 1
