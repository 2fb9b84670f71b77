"""Limits and tokens: what HubSpot allows, and what becomes of a sync when it does not."""

import json
from datetime import UTC, datetime

import pytest

from integrations import checking
from tests.fakes.hubspot.access import OAuthApp
from tests.fakes.hubspot.client import DEALS
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support.crm import CANARY, NOW, Office

SCOPES = {
    *(f"crm.objects.{kind}.read" for kind in ("deals", "contacts", "companies", "leads")),
    *(f"crm.objects.{kind}.read" for kind in ("owners", "products", "goals", "line_items")),
    *("crm.objects.feedback_submissions.read", "tickets", "sales-email-read"),
    "marketing.campaigns.read",
}
DONE = ("calls", "meetings", "tasks")


@pytest.fixture
def account(clock):
    """Make an account with limits or tokens of its own; it ends with the test."""
    made = []

    def make(**more):
        hub = FakeHubSpot(CANARY, now=NOW, clock=clock.monotonic, **more).start()
        made.append(hub)
        clock.hub = hub
        for n in range(120):
            hub.add_deal(f"Deal {n}")
        return hub

    yield make
    for hub in made:
        hub.stop()


@pytest.mark.parametrize("retry_after", [True, False])
def test_a_burst_limit_is_waited_out_and_the_sync_goes_on(account, shop, clock, retry_after):
    hub = account(rate_limit=(4, 10.0), search_rate=1, retry_after=retry_after)
    office = Office(shop, hub, clock)
    office.done()
    office.later()
    assert len(office.rows("deal")) == 120
    assert hub.rates.refused > 0
    assert len(clock.waits) >= hub.rates.refused
    assert sum(clock.waits) < 300


def test_after_a_retry_after_no_call_is_refused_again(account, shop, clock):
    hub = account(rate_limit=(4, 10.0), tells_rate=False)
    Office(shop, hub, clock).done()
    refused = [place for place, call in enumerate(hub.calls()) if call.status == 429]
    assert refused
    assert all(hub.calls()[place + 1].status == 200 for place in refused)


def test_a_spent_day_waits_for_the_next_and_keeps_what_was_read(account, shop, clock):
    hub = account(daily_limit=15)
    office = Office(shop, hub, clock)
    run = office.pull()
    assert (run.status, run.error["code"]) == ("waiting", "rate_limited")
    # Midnight comes first in Bangkok, where the workspace is, at five in the afternoon in London.
    assert run.resume_after == datetime(2026, 11, 2, 17, tzinfo=UTC)
    assert run.next_at(clock()) == run.resume_after
    assert clock.waits == []
    stored = len(office.rows("deal"))
    assert 0 < stored < 120
    assert len(hub.calls(status=429)) == 1
    clock.advance(24 * 3600)
    hub.rates.day.limit = 100
    assert office.done().resume_after is None
    assert len(office.rows("deal")) == 120


def test_a_revoked_token_asks_for_a_new_one_and_keeps_the_rows(office):
    hub = office.hub
    key = hub.add_deal("Deal")
    office.done()
    hub.revoke_token()
    before = len(hub.calls())
    run = office.pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    assert len(hub.calls()) == before + 1
    assert office.connected().needs_reconnect
    assert key in office.rows("deal")
    told = run.to_json()["error"]
    assert told["fix"] == "Connect HubSpot again with a new token."


@pytest.mark.parametrize("kind", ["contacts", "companies", "leads"])
def test_a_missing_scope_costs_its_own_type_alone(office, kind):
    hub = office.hub
    deal = hub.add_deal("Deal", company=hub.add_company("Acme"))
    hub.add_lead("Lead", contact=hub.add_contact("joe@example.com"))
    hub.grant(SCOPES - {f"crm.objects.{kind}.read"})
    run = office.pull()
    assert deal in office.rows("deal")
    record = {"contacts": "contact", "companies": "account", "leads": "lead"}[kind]
    for other in {"contact", "account", "lead"} - {record}:
        assert len(office.rows(other)) == 1
    assert [one for one in office.rows(record).values() if not one.is_stub] == []
    assert (run.status, run.error) == ("done", None)
    told = {one["stream"]: one.get("left_out") for one in run.to_json()["streams"]}
    needs = f"{kind.capitalize()} are not read: the key needs the scope crm.objects.{kind}.read."
    left_out = {name: text for name, text in told.items() if text}
    if kind == "contacts":
        # Whoever may not see contacts may not see what was done with them either.
        done = {f"{before}{one}" for before in ("", "archived_") for one in DONE}
        assert {name for name in left_out if name in done} == done
        left_out = {name: text for name, text in left_out.items() if name not in done}
    assert left_out == {kind: needs, f"archived_{kind}": needs}
    assert office.connected().last_success_at == office.clock.now
    hub.grant(SCOPES)
    office.later()
    assert [one for one in office.rows(record).values() if not one.is_stub] != []


def test_a_key_that_is_right_again_is_taken_at_the_next_check(offices):
    offices.hub.grant(set())
    offices.pull()
    assert offices.connected().needs_reconnect
    assert not checking.passed(offices.check())
    assert offices.connected().needs_reconnect
    offices.hub.grant(SCOPES - {"crm.objects.leads.read"})
    assert checking.passed(offices.check())
    assert not offices.connected().needs_reconnect


def test_a_check_names_what_may_not_be_read(office):
    office.hub.grant(SCOPES - {"crm.objects.leads.read"})
    found = office.check()
    wrong = {one.name: one.needed for one in found if not one.ok}
    assert wrong == {"leads": False}
    assert all(one.fix is not None for one in found if not one.ok)


def signed_in(hub, database, clock):
    office = Office(database, hub, clock)
    office.add(
        "hubspot",
        {"base_url": hub.url, "client_id": "client-1"},
        {"client_secret": "secret-1", "refresh_token": "refresh-1"},
    )
    return office


def test_an_access_token_is_renewed_once_when_it_runs_out_between_pages(account, shop, clock):
    hub = account(oauth=OAuthApp())
    office = signed_in(hub, shop, clock)
    hub.expire_token(after=8)
    office.done()
    assert len(office.rows("deal")) == 120
    assert len(hub.access.issued) == 2
    assert len(hub.calls(status=401)) == 1


def test_an_access_token_is_renewed_before_it_runs_out(account, shop, clock):
    hub = account(oauth=OAuthApp(access_life=300))
    office = signed_in(hub, shop, clock)
    hub.after_page(1, lambda: clock.advance(200))
    office.done()
    assert len(hub.access.issued) == 2
    assert hub.calls(status=401) == []


def test_a_refresh_token_that_changes_is_kept_sealed_for_the_next_sync(account, shop, clock):
    hub = account(oauth=OAuthApp(rotate=True))
    office = signed_in(hub, shop, clock)
    office.done()
    sealed = office.connected().secrets
    assert office.vault.open(sealed)["refresh_token"] == "refresh-2"
    assert "refresh-2" not in sealed
    office.later()
    assert office.vault.open(office.connected().secrets)["refresh_token"] == "refresh-3"


def test_a_refresh_token_that_is_dead_asks_for_a_new_sign_in(account, shop, clock):
    hub = account(oauth=OAuthApp())
    office = signed_in(hub, shop, clock)
    hub.oauth.refresh_token = "another"
    run = office.pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    assert office.connected().needs_reconnect


@pytest.mark.parametrize(
    "kind",
    ["http_500", "html_200", "truncated_json", "reset", "reset_mid_body", "cursor_loop", None],
)
def test_a_token_is_seen_nowhere_but_at_its_vendor(offices, capfd, caplog, kind):
    hub = offices.hub
    for n in range(120):
        hub.add_deal(f"Deal {n}")
    if kind is None:
        hub.revoke_token()
    else:
        hub.faults.add(DEALS, kind, times=None)
    run = offices.pull()
    assert run.error is not None
    assert {call.token for call in hub.calls()} <= {CANARY}
    seen = [json.dumps(run.to_json(), default=str), repr(run), caplog.text, *capfd.readouterr()]
    seen += [repr(one.model_dump()) for one in offices.runs()]
    seen += [repr(offices.connected().model_dump()), repr(offices.places())]
    assert not [text for text in seen if CANARY in text]
