"""Signing in at a vendor's own page, without a page of ours."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from goals.errors import SourceError
from integrations import oauth
from integrations.crm.hubspot.guide import GUIDE
from integrations.oauth import OAuth
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.fakes.wire import Request, Response, Server

HUBSPOT = GUIDE.ways[1].oauth
BACK = "https://headway.example/data/connect/hubspot/return"


def begun(**settings):
    assert HUBSPOT is not None
    start = oauth.begin(HUBSPOT, settings, "client-1", BACK, "state-1")
    return start, {name: one[0] for name, one in parse_qs(urlsplit(start.url).query).items()}


def redeem(asked, settings, **given):
    told = {"client_id": "client-1", "client_secret": "secret-1", "code": "c", "verifier": "v"}
    told |= given
    return oauth.exchange(asked, settings, **told, redirect_uri=BACK, allow_private=True)


def test_the_page_is_the_vendors_and_the_verifier_stays_here():
    start, asked = begun()
    assert start.url.startswith("https://app.hubspot.com/oauth/authorize?")
    digest = hashlib.sha256(start.verifier.encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert start.verifier not in start.url
    assert (asked["state"], asked["redirect_uri"]) == ("state-1", BACK)
    assert begun()[0].verifier != start.verifier


def test_another_host_takes_the_place_of_both():
    start, _asked = begun(base_url="https://api.example/", auth_url="https://login.example/x")
    assert start.url.startswith("https://login.example/x/oauth/authorize?")


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, b'{"error":"invalid_grant"}', "sign_in_failed"),
        (200, b'{"error":"invalid_code"}', "sign_in_failed"),
        (200, b"<html>", "sign_in_failed"),
        (200, b'{"refresh_token":""}', "sign_in_failed"),
        (503, b"", "unreachable"),
        (429, b"", "unreachable"),
    ],
)
def test_what_gives_no_token_is_told(status, body, code):
    server = Server(lambda _request: Response(status, body))
    try:
        with pytest.raises(SourceError) as caught:
            redeem(HUBSPOT, {"base_url": f"http://127.0.0.1:{server.port}"})
    finally:
        server.stop()
    assert caught.value.code == code


def test_an_address_inside_is_not_asked():
    asked = OAuth("Acme", "https://acme.example/a", "https://acme.example/t", ("read",))
    with pytest.raises(SourceError, match="address_"):
        oauth.exchange(
            asked, {"base_url": "http://127.0.0.1:1"}, client_id="a", client_secret="b",
            code="c", verifier="v", redirect_uri=BACK, allow_private=False,
        )  # fmt: skip


def test_a_code_needs_its_verifier_and_is_good_once():
    with FakeHubSpot() as hub:
        hub.oauth.redirect_uris.add(BACK)
        start, asked = begun(base_url=hub.url)
        code = agreed(hub, asked)
        with pytest.raises(SourceError, match="sign_in_failed"):
            redeem(HUBSPOT, {"base_url": hub.url}, code=code, verifier="wrong")
        code = agreed(hub, asked)
        settings = {"base_url": hub.url}
        token = redeem(HUBSPOT, settings, code=code, verifier=start.verifier)
        assert token == hub.oauth.refresh_token
        with pytest.raises(SourceError, match="sign_in_failed"):
            redeem(HUBSPOT, settings, code=code, verifier=start.verifier)


def agreed(hub, asked):
    query = {name: [one] for name, one in {**asked, "agree": "yes"}.items()}
    page = hub.access.consent.page(request(query), hub.now_ms)
    assert page.status == 302
    return parse_qs(urlsplit(page.headers.split(": ", 1)[1].strip()).query)["code"][0]


def request(query):
    return Request("GET", "", "/oauth/authorize", query, {}, b"")


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "other"}, {"redirect_uri": f"{BACK}/"}, {"scope": ""},
        {"code_challenge_method": "plain"},
    ],
)  # fmt: skip
def test_the_fake_refuses_what_hubspot_does(wrong):
    with FakeHubSpot() as hub:
        hub.oauth.redirect_uris.add(BACK)
        asked = {**begun()[1], "agree": "yes", **wrong}
        page = hub.access.consent.page(request({n: [v] for n, v in asked.items()}), hub.now_ms)
        assert page.status == 400 and hub.access.consent.codes == {}
