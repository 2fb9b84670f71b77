"""Signing in at Zoho's own page, in the data centre of the account."""

import http.client
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from integrations import connections, oauth
from integrations.crm.zoho.access import CENTRES
from integrations.crm.zoho.guide import GUIDE
from tests.fakes.zoho import CLIENT, REFRESH, SECRET, FakeZoho
from tests.support.near import connected, deals, near, work_now
from tests.support.site import NOW, plain

BACK = "http://127.0.0.1:8000/data/connect/zoho/return"
ZOHO = GUIDE.ways[1].oauth


@pytest.fixture
def zoho(site):
    with FakeZoho(now=NOW) as made:
        made.redirect_uris.add(BACK)
        made.add("Deals", Deal_Name="Big one", Stage="Qualification", Amount=1200)
        near(site)
        with site.session() as session:
            connections.add(
                session,
                "zoho",
                "Zoho",
                settings={"dc": "com", "client_id": CLIENT, "auth_url": made.url}
                | {"base_url": made.url},
                secrets={"client_secret": SECRET, "refresh_token": "1000.gone"},
                vault=site.wiring.vault,
                now=NOW,
            )
        yield made


def begin(site, visitor):
    """Send the form that leads to Zoho's page and return the address of that page."""
    path = f"/data/connections/{connected(site, 'Zoho').id}/reconnect?way=1"
    told = {"way": "1", "dc": "com", "client_id": CLIENT, "client_secret": SECRET}
    page = visitor.post(path, 200, do="connect", **told).text
    return unescape(re.search(r'href="(http://127[^"]+/oauth/v2/auth[^"]+)"', page).group(1))


def agree(link, answer="yes"):
    parts = urlsplit(link)
    line = http.client.HTTPConnection(parts.netloc, timeout=10)
    line.request("GET", f"{parts.path}?{parts.query}&agree={answer}")
    found = line.getresponse()
    location = found.headers["Location"]
    line.close()
    assert found.status == 302
    back = urlsplit(location)
    return f"{back.path}?{back.query}"


def test_who_agrees_at_zoho_is_connected_and_the_deals_come(site, zoho):
    visitor = site.browser()
    back = agree(begin(site, visitor))
    assert visitor.get(back, 303) is not None
    work_now(site)
    found = connected(site, "Zoho")
    assert list(deals(site, found.id)) == ["Big one"]
    assert site.wiring.vault.open(found.secrets)["refresh_token"] == REFRESH


def test_who_does_not_agree_finds_the_form_again(site, zoho):
    visitor = site.browser()
    text = plain(visitor.get(agree(begin(site, visitor), "no"), 422))
    assert "nobody agreed" in text


def test_a_code_is_good_once(site, zoho):
    visitor = site.browser()
    back = agree(begin(site, visitor))
    visitor.get(back, 303)
    assert "not started here" in plain(visitor.get(back, 400))


@pytest.mark.parametrize("name", CENTRES)
def test_each_data_centre_has_its_own_page(name):
    assert ZOHO is not None
    start = oauth.begin(ZOHO, {"dc": name}, CLIENT, BACK, "state-1")
    asked = {one: told[0] for one, told in parse_qs(urlsplit(start.url).query).items()}
    assert start.url.startswith(f"{CENTRES[name][0]}/oauth/v2/auth?")
    assert asked["scope"].split(",") == [one for one, _ in GUIDE.scopes]
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
