from datetime import UTC, datetime

import pytest

from tests.fakes.hubspot.access import OAuthApp
from tests.fakes.hubspot.client import DEALS, Client
from tests.fakes.hubspot.hub import FakeHubSpot

NOW = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
TOKEN = "/oauth/2026-09/token"
GRANT = {
    "grant_type": "refresh_token",
    "client_id": "client-1",
    "client_secret": "secret-1",
    "refresh_token": "refresh-1",
}


class Clock:
    def __init__(self):
        self.time = 100.0

    def __call__(self):
        return self.time


@pytest.fixture
def hub():
    with FakeHubSpot(now=NOW) as hub:
        yield hub


@pytest.fixture
def client(hub):
    with Client(hub.url) as client:
        yield client


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_a_call_without_a_known_token_is_a_401(hub, token):
    with Client(hub.url, token) as client:
        reply = client.get(DEALS)
    assert (reply.status, reply.json["category"]) == (401, "INVALID_AUTHENTICATION")
    assert reply.json["status"] == "error"
    assert reply.json["correlationId"] == reply.headers["x-hubspot-correlation-id"]


def test_a_revoked_token_is_a_401_from_then_on(hub, client):
    assert client.get(DEALS).status == 200
    hub.revoke_token()
    assert client.get(DEALS).json["category"] == "INVALID_AUTHENTICATION"


def test_a_token_can_run_out_in_the_middle_of_a_listing(hub, client):
    for n in range(30):
        hub.add_deal(f"Deal {n}")
    hub.expire_token(after=2)
    pages = list(client.pages(limit=10))
    assert [page.status for page in pages] == [200, 200, 401]
    assert pages[-1].json["category"] == "EXPIRED_AUTHENTICATION"
    assert pages[-1].json["context"] == {"expire time": ["2026-03-02T16:30:00Z"]}


def test_a_refresh_gives_a_token_that_lives_as_long_as_it_says(hub, client):
    answer = client.form(TOKEN, **GRANT).json
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 1800)
    assert answer["refresh_token"] == "refresh-1"
    client.token = answer["access_token"]
    hub.advance(1799)
    assert client.get(DEALS).status == 200
    hub.advance(1)
    assert client.get(DEALS).json["category"] == "EXPIRED_AUTHENTICATION"


@pytest.mark.parametrize(
    "wrong",
    [
        {"refresh_token": "refresh-2"},
        {"client_id": "x"},
        {"client_secret": "x"},
        {"grant_type": "password"},
    ],
)
def test_a_wrong_refresh_is_a_400(client, wrong):
    reply = client.form(TOKEN, **{**GRANT, **wrong})
    assert reply.status == 400
    assert reply.json["status"].startswith("BAD_")


def test_a_refresh_outside_a_form_body_is_a_400(client):
    assert client.post(TOKEN, GRANT).status == 400
    query = "&".join(f"{name}={value}" for name, value in GRANT.items())
    assert client.ask("POST", f"{TOKEN}?{query}").status == 400


def test_a_rotating_refresh_token_serves_once():
    app = OAuthApp(rotate=True, access_life=60)
    with FakeHubSpot(oauth=app) as hub, Client(hub.url) as client:
        answer = client.form(TOKEN, **GRANT).json
        assert answer["expires_in"] == 60
        assert client.form(TOKEN, **GRANT).json["status"] == "BAD_REFRESH_TOKEN"
        second = client.form(TOKEN, **{**GRANT, "refresh_token": answer["refresh_token"]})
        assert second.status == 200
        assert len(hub.access.issued) == 2


def test_a_missing_scope_is_a_403_that_names_it(hub, client):
    hub.grant({"crm.objects.contacts.read"})
    assert client.get("/crm/objects/2026-09/contacts").status == 200
    reply = client.get(DEALS)
    assert (reply.status, reply.json["category"]) == (403, "MISSING_SCOPES")
    scopes = reply.json["errors"][0]["context"]["requiredGranularScopes"]
    assert scopes == ["crm.objects.deals.read"]
    assert client.get("/crm/owners/2026-09").status == 403
    assert client.get("/crm/pipelines/2026-09/deals").status == 403
    hub.grant({"crm.schemas.deals.read"})
    assert client.get("/crm/pipelines/2026-09/deals").status == 200


def test_without_a_setting_nothing_is_limited_and_no_limit_is_told(client):
    for _ in range(300):
        reply = client.get(DEALS)
    assert reply.status == 200
    assert not [name for name in reply.headers if "ratelimit" in name]


def test_the_burst_limit_rolls_and_says_how_long_to_wait():
    clock = Clock()
    with FakeHubSpot(rate_limit=(3, 10), clock=clock) as hub, Client(hub.url) as client:
        first = client.get(DEALS)
        assert first.headers["x-hubspot-ratelimit-max"] == "3"
        assert first.headers["x-hubspot-ratelimit-remaining"] == "2"
        assert first.headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
        clock.time += 4.5
        assert [client.get(DEALS).status for _ in range(3)] == [200, 200, 429]
        reply = client.get(DEALS)
        assert reply.json["policyName"] == "TEN_SECONDLY_ROLLING"
        assert reply.json["errorType"] == "RATE_LIMIT"
        assert reply.headers["retry-after"] == "6"
        clock.time += 5.5
        assert [client.get(DEALS).status for _ in range(2)] == [200, 429]
        assert hub.rates.refused == 3


def test_searches_have_a_limit_of_their_own_outside_the_headers():
    clock = Clock()
    with (
        FakeHubSpot(rate_limit=(2, 10), search_rate=3, clock=clock) as hub,
        Client(hub.url) as client,
    ):
        replies = [client.search() for _ in range(4)]
        assert [reply.status for reply in replies] == [200, 200, 200, 429]
        assert replies[-1].json["policyName"] == "SECONDLY"
        assert not [name for name in replies[0].headers if "ratelimit" in name]
        assert client.get(DEALS).status == 200
        clock.time += 1
        assert client.search().status == 200


def test_retry_after_can_be_left_out():
    with FakeHubSpot(rate_limit=(1, 10), retry_after=False) as hub, Client(hub.url) as client:
        client.get(DEALS)
        reply = client.get(DEALS)
        assert (reply.status, "retry-after" in reply.headers) == (429, False)


def test_the_daily_limit_ends_at_the_midnight_of_the_account():
    with (
        FakeHubSpot(daily_limit=3, now=NOW, time_zone="Asia/Bangkok") as hub,
        Client(hub.url) as client,
    ):
        usage = client.get("/account-info/2026-09/api-usage/daily/private-apps").json["results"][0]
        assert (usage["usageLimit"], usage["currentUsage"]) == (3, 1)
        assert usage["resetsAt"] == "2026-03-02T17:00:00Z"
        assert client.get(DEALS).headers["x-hubspot-ratelimit-daily-remaining"] == "1"
        assert client.search().status == 200
        reply = client.get(DEALS)
        assert (reply.status, reply.json["policyName"]) == (429, "DAILY")
        assert "retry-after" not in reply.headers
        hub.advance(1800)
        assert client.get(DEALS).status == 200


def test_oauth_calls_are_told_no_daily_limit():
    with FakeHubSpot(daily_limit=9, rate_limit=(9, 10)) as hub, Client(hub.url) as client:
        client.token = client.form(TOKEN, **GRANT).json["access_token"]
        headers = client.get(DEALS).headers
        assert "x-hubspot-ratelimit-remaining" in headers
        assert "x-hubspot-ratelimit-daily" not in headers
