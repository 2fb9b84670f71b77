"""Signing in to Salesforce, what may be read, and how much of it in a day."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from goals.errors import Refusal, SourceError
from goals.words import render
from integrations import crm
from integrations.crm.salesforce import limits
from integrations.terms import Terms
from integrations.vendor import Limit
from tests.fakes.salesforce.org import CLIENT
from tests.support.crm import CANARY, NOW, stream
from tests.support.salesforce import fill

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def words(run):
    """Return what a run says went wrong."""
    told = run.to_json()["error"]
    assert CANARY not in str(told)
    return f"{told['message']} {told['fix'] or ''}"


def test_one_token_serves_a_whole_sync(org, books):
    fill(org)
    books.done()
    assert len(org.calls("/oauth2/token")) == 1
    assert org.calls("/services/data/v66.0/queryAll")
    assert not org.calls("/v67.0/")


def test_an_ended_session_is_renewed_and_nothing_is_lost(org, books):
    org.page = 3
    fill(org)
    org.after_page("/query/", 1, org.expire)
    books.done()
    assert len(books.rows("deal")) == 7
    # The address of the next page ends with its session; nobody is asked to connect again.
    assert len(org.calls("/query/", 401)) == 2
    assert len(org.calls("/oauth2/token")) == 2
    assert not books.connected().needs_reconnect


def test_a_session_that_ends_within_a_long_history_is_renewed(org, books):
    org.page = 3
    deal = org.add_deal("Deal")
    for amount in range(7):
        org.advance(60)
        org.change("Opportunity", deal, Amount=amount, StageName=f"Stage {amount}")
    org.after_page("/query/", 1, org.expire)
    books.done()
    assert len(books.visits(books.rows("deal")[deal])) == 8


def test_a_secret_that_is_not_taken_any_more_asks_to_connect_again(org, books):
    fill(org)
    books.done()
    org.secret = "another"
    org.expire()
    run = books.pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    assert "Connect Salesforce again" in words(run)
    assert books.connected().needs_reconnect
    assert len(books.rows("deal")) == 7


def test_a_token_that_is_refused_again_and_again_ends_the_sync(org, books):
    # Each new session is ended before it can be used.
    org.session = lambda: "00Dfake!none"
    run = books.pull()
    assert run.error["code"] == "unauthorized"
    assert len(org.calls("", 401)) == 2


def test_trouble_at_the_sign_in_passes(org, books):
    org.fault("/oauth2/token", "http_503", times=None)
    assert books.pull().error["code"] == "unreachable"
    assert not books.connected().needs_reconnect
    org._faults.clear()
    books.later()


def test_an_app_may_sign_in_with_a_certificate(org, make):
    org.public_key = KEY.public_key()
    books = make()
    settings = {"base_url": org.url, "client_id": CLIENT, "username": org.username}
    books.add("salesforce", settings, {"private_key": pem(KEY)})
    org.add_deal("Deal")
    books.done()
    org.expire()
    books.later()
    assert len(books.rows("deal")) == 1
    org.username = "somebody.else@example.com"
    org.expire()
    assert books.pull().error["code"] == "unauthorized"


@pytest.mark.parametrize("minutes", [-600, -4, 4, 600])
def test_what_is_signed_goes_by_the_clock_of_the_vendor(org, make, minutes):
    org.public_key = KEY.public_key()
    books = make()
    settings = {"base_url": org.url, "client_id": CLIENT, "username": org.username}
    books.add("salesforce", settings, {"private_key": pem(KEY)})
    org.add_deal("Deal")
    org.now += timedelta(minutes=minutes)
    books.done()
    assert len(books.rows("deal")) == 1
    assert len(org.calls("/oauth2/token", 400)) == 1
    # It is remembered for as long as the run goes on.
    org.after_page("/query", 1, org.expire)
    books.pull()
    assert len(org.calls("/oauth2/token", 400)) == 2
    assert not books.connected().needs_reconnect


@pytest.mark.parametrize("key", ["no key", pem(ec.generate_private_key(ec.SECP256R1()))])
def test_a_private_key_that_is_none_is_refused_in_words(key):
    settings = {"base_url": "https://acme.my.salesforce.com", "client_id": CLIENT, "username": "a"}
    terms = Terms(settings, {"private_key": key}, "UTC", lambda: NOW, False, lambda _: None)
    with pytest.raises(SourceError) as caught:
        crm.source("salesforce", terms).token()
    assert caught.value.code == "setting_wrong"
    assert caught.value.fix is not None
    assert key not in render(caught.value.message, "en")


@pytest.mark.parametrize(
    ("settings", "secrets", "missing"),
    [
        ({}, {"client_secret": CANARY}, "client_id"),
        ({"client_id": "x"}, {}, "client_secret"),
        ({"client_id": "x", "username": "a@b"}, {}, "private_key"),
    ],
)
def test_what_is_missing_is_named(org, books, settings, secrets, missing):
    with pytest.raises(Refusal) as caught:
        books.add("salesforce", {"base_url": org.url, **settings}, secrets)
    assert caught.value.field == missing


def test_a_check_names_what_may_not_be_read(org, books):
    org.hidden |= {"Case"}
    wrong = {one.name: one.needed for one in books.check() if not one.ok}
    assert wrong == {"cases": False, "quotas": False}
    org.hidden |= {"Opportunity"}
    wrong = {one.name: one.needed for one in books.check() if not one.ok}
    assert wrong["opportunities"] is True


def test_what_may_not_be_read_is_left_out_unless_it_is_needed(org, books):
    org.hidden |= {"Case", "Lead"}
    fill_deal = org.add_deal("Deal")
    run = books.done()
    assert fill_deal in books.rows("deal")
    left_out = [one.name for one in run.streams if one.left_out is not None]
    assert left_out == ["leads", "cases", "quotas"]
    org.hidden |= {"Opportunity"}
    run = books.pull()
    assert (run.status, run.error["code"]) == ("partial", "forbidden")
    assert "Opportunity" in words(run)


def test_a_field_that_the_user_does_not_see_is_left_out(org, books):
    deal = org.add_deal("Deal", Amount=5)
    del org.fields["Opportunity"]["CampaignId"]
    del org.fields["Opportunity"]["Amount"]
    books.done()
    assert books.rows("deal")[deal].amount is None


def test_names_of_parents_are_left_out_with_the_right_to_see_them(org, books):
    fair = org.add("Campaign", Name="Fair")
    deal = org.add_deal("Deal", CampaignId=fair)
    org.hidden |= {"Campaign", "UserRole"}
    org.add_user("Ann")
    run = books.done()
    assert books.rows("deal")[deal].campaign is None
    assert [one.name for one in books.rows("owner").values()] == ["Ann"]
    assert stream(run, "campaigns").left_out is not None


def test_an_interface_that_is_switched_off_is_said_in_words(org, books):
    org.api_enabled = False
    run = books.pull()
    assert (run.status, run.error["code"]) == ("failed", "forbidden")
    assert "Salesforce" in words(run)


# --- Limits -----------------------------------------------------------------------------------


def test_a_crowd_of_requests_is_sat_out(org, books, clock):
    from tests.fakes.vendor import Rate

    fill(org)
    org.rate = Rate(4, 8.0)
    books.done()
    assert org.calls("", 403)
    assert set(clock.waits) == {limits.CROWDED}


def test_a_spent_day_is_waited_for_and_what_was_read_is_kept(org, books, clock):
    org.page = 3
    org.shows_usage = False
    fill(org)
    org.allowance = 24
    run = books.pull()
    assert (run.status, run.error["code"]) == ("waiting", "rate_limited")
    assert run.resume_after == clock() + timedelta(hours=1)
    assert clock.waits == []
    assert len(org.calls("", 403)) == 1
    assert books.rows("account")
    org.allowance = 1000
    books.later()
    assert len(books.rows("deal")) == 7


def test_the_last_fifth_of_a_day_is_left_to_others(org, books, clock):
    fill(org)
    org.allowance = 20
    run = books.pull()
    assert run.status == "waiting"
    assert org.used == 16
    assert not org.calls("", 403)
    assert run.resume_after == clock() + timedelta(hours=1)
    assert words(run).startswith("80% of the day's requests to Salesforce are used.")
    org.allowance = 1000
    books.later()
    assert len(books.rows("deal")) == 7


@pytest.mark.parametrize(
    ("header", "share"),
    [
        ("api-usage=18/5000", 0.0036),
        ("per-app-api-usage=17/250(appName=sample), api-usage=25/100", 0.25),
        ("per-app-api-usage=17/250(appName=sample)", None),
        ("api-usage=1/0", None),
        ("", None),
    ],
)
def test_the_usage_of_all_programs_counts(header, share):
    assert limits.used_of({"sforce-limit-info": header}) == share


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        (
            b'[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]',
            Limit(until=NOW + timedelta(hours=1)),
        ),
        (
            b'[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"ConcurrentRequests Limit"}]',
            Limit(seconds=10.0),
        ),
        (b'[{"errorCode":"API_DISABLED_FOR_ORG"}]', None),
        (b'{"errorCode":"REQUEST_LIMIT_EXCEEDED"}', None),
        (b"<html>", None),
    ],
)
def test_a_refusal_is_told_from_a_limit(body, limit):
    assert limits.limit_of(403, {}, body, NOW) == limit


def test_a_web_page_instead_of_data_is_said_in_words(org, books):
    org.fault("/queryAll", "html_200", times=None)
    run = books.pull()
    assert run.error["code"] == "not_data"
    assert "web page" in words(run)


def test_a_broken_table_of_a_job_is_asked_for_again(org, books, monkeypatch):
    from integrations.crm.salesforce import bulk

    monkeypatch.setattr(bulk, "ABOVE", 0)
    for number in range(9):
        org.add_deal(f"Deal {number}")
    for kind in ("truncated", "html_200", "invalid_utf8"):
        org.fault("/results", kind)
    run = books.done()
    assert len(books.rows("deal")) == 9
    assert stream(run, "opportunities").rejected == 0


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://acme.my.salesforce.com/", "https://acme.my.salesforce.com"),
        ("https://acme.lightning.force.com", "https://acme.my.salesforce.com"),
        ("https://a--dev.sandbox.lightning.force.com", "https://a--dev.sandbox.my.salesforce.com"),
    ],
)
def test_the_address_that_browsers_show_will_do(given, address):
    settings = {"base_url": given, "client_id": CLIENT}
    terms = Terms(settings, {"client_secret": "x"}, "UTC", lambda: NOW, False, lambda _: None)
    assert crm.source("salesforce", terms).address() == address


def test_the_guide_asks_for_what_each_way_of_signing_in_needs():
    from integrations.crm.salesforce.guide import GUIDE

    provider = crm.provider("salesforce")
    asked = [{one.name for one in way.asks} for way in GUIDE.ways]
    assert asked == [{*provider.settings, *way} for way in provider.ways]
    secret = {one.name for way in GUIDE.ways for one in way.asks if one.is_secret}
    assert secret == set(provider.secrets)


def test_an_older_release_is_used_where_there_is_no_newer_one(org, books):
    org.versions = ["60.0", "61.0"]
    org.add_deal("Deal")
    books.done()
    assert org.calls("/services/data/v61.0/queryAll")
