"""How a sync gets its tokens from Zoho and lives with its limits."""

from datetime import timedelta

import pytest

from goals.errors import SourceError
from integrations import checking
from integrations.crm.zoho import access
from integrations.terms import Terms
from tests.fakes.vendor import Rate
from tests.fakes.zoho import REFRESH, SECRET, FakeZoho
from tests.support.crm import NOW, stream
from tests.support.zoho import bureau, bureau_at, fill, zoho

__all__ = ["bureau", "zoho"]
TOKEN = "/oauth/v2/token"


def test_one_token_serves_a_run_and_its_answer_says_where_data_is(bureau, zoho):
    fill(zoho)
    bureau.done()
    assert len(zoho.calls(TOKEN)) == 1
    # No address of data was set.
    assert zoho.calls("/crm/v8/Deals")


def test_a_token_that_runs_out_between_pages_is_renewed_once(bureau, zoho):
    fill(zoho)
    zoho.after_page("/crm/v8/Deals", 1, zoho.tokens.clear)
    bureau.done()
    assert len(zoho.calls(TOKEN)) == 2
    assert len(bureau.rows("deal")) == 3


def test_a_refresh_token_that_is_dead_is_told_with_a_good_status_and_understood(bureau, zoho):
    fill(zoho)
    bureau.done()
    zoho.refresh = "1000.other"
    bureau.clock.advance(3600)
    run = bureau.pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    assert "Zoho CRM no longer accepts" in run.to_json()["error"]["message"]
    assert zoho.calls(TOKEN)[-1].status == 200
    assert bureau.connected().needs_reconnect
    assert len(bureau.rows("deal")) == 3


def test_asking_for_tokens_too_often_waits_and_needs_no_new_connection(bureau, zoho):
    fill(zoho)
    bureau.done()
    bureau.clock.advance(3600)
    zoho.granted.extend([zoho.now] * 10)
    run = bureau.pull()
    assert (run.status, run.error["code"]) == ("waiting", "rate_limited")
    assert run.resume_after == bureau.clock() + timedelta(minutes=10)
    assert not bureau.connected().needs_reconnect
    bureau.later(601)


def test_accounts_that_have_trouble_are_no_refusal(bureau, zoho):
    zoho.fault(TOKEN, "http_503", times=None)
    assert bureau.pull().error["code"] == "unreachable"
    assert not bureau.connected().needs_reconnect


@pytest.mark.parametrize(
    ("centre", "server"),
    [
        ("com", "https://accounts.zoho.com"),
        ("EU", "https://accounts.zoho.eu"),
        ("cn", "https://accounts.zoho.com.cn"),
        (".com.au", "https://accounts.zoho.com.au"),
        ("zohocloud.ca", "https://accounts.zohocloud.ca"),
    ],
)
def test_a_data_centre_has_its_own_accounts_server(centre, server):
    terms = Terms({"dc": centre}, {}, "UTC", lambda: NOW, False, lambda _: None)
    assert access.centre(terms)[0] == server


def test_a_data_centre_that_is_not_there_is_refused_when_it_is_set(shop, zoho, clock):
    with pytest.raises(SourceError) as caught:
        bureau_at(shop, zoho, clock, dc="mars")
    assert caught.value.code == "setting_wrong"
    assert "com.au" in str(caught.value.fix.params["example"])


def test_too_many_calls_at_once_are_waited_out_without_a_word_on_how_long(shop, clock):
    with FakeZoho(now=NOW, rate=(8, 5.0)) as zoho:
        fill(zoho)
        bureau_at(shop, zoho, clock).done()
        assert zoho.calls(status=429)
        assert set(clock.waits) == {10.0}


def test_without_credits_a_sync_waits_and_goes_on_where_it_was(shop, clock):
    with FakeZoho(now=NOW, allowed=12) as zoho:
        fill(zoho)
        desk = bureau_at(shop, zoho, clock)
        run = desk.pull()
        assert (run.status, run.error["code"]) == ("waiting", "rate_limited")
        assert run.resume_after == NOW + timedelta(hours=1)
        assert clock.waits == []
        assert len(desk.rows("account")) == 1
        zoho.allowed = 1000
        desk.later()
        assert len(desk.rows("deal")) == 3


def test_a_limit_that_does_not_pass_ends_in_waiting(bureau, zoho):
    fill(zoho)
    bureau.done()
    zoho.rate = Rate(1, 10**6)
    zoho.rate.take(zoho.now)
    assert bureau.pull().status == "waiting"


def test_what_may_not_be_read_is_left_out_and_costs_no_tokens(bureau, zoho):
    fill(zoho)
    zoho.unscoped = {"Cases", "Campaigns"}
    run = bureau.done()
    for name in ("cases", "campaigns", "spend"):
        assert name in stream(run, name).to_json("en")["left_out"]
    assert len(bureau.rows("deal")) == 3
    assert len(zoho.calls(TOKEN)) == 1


def test_a_module_that_the_edition_has_not_is_left_out(bureau, zoho):
    fill(zoho)
    del zoho.rows["Cases"]
    run = bureau.done()
    assert stream(run, "cases").left_out is not None


def test_a_look_at_everything_says_what_may_not_be_read(bureau, zoho):
    fill(zoho)
    zoho.unscoped = {"Tasks"}
    found = bureau.check()
    assert [one.name for one in found if not one.ok] == ["tasks"]
    assert checking.passed(found)


def test_no_secret_is_seen_anywhere_but_at_its_vendor(bureau, zoho, caplog, capfd):
    fill(zoho)
    zoho.fault("/crm/v8/Deals", "html_200", times=None)
    run = bureau.pull()
    said = f"{run.to_json()} {caplog.text} {capfd.readouterr()}"
    for secret in (SECRET, REFRESH, *zoho.tokens):
        assert secret not in said
