"""Connecting HubSpot on the pages: the list, the steps, the test, the vendor's own page."""

import http.client
import re
import sqlite3
from contextlib import closing
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import col, select

from app.accounts.tables import Setting
from goals.records.connections import Connection
from goals.words import N_
from integrations import crm
from integrations.crm import Provider
from integrations.guide import Ask, Guide, Way
from tests.fakes.hubspot.access import OAuthApp
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support import company
from tests.support import near as nearby
from tests.support.near import SECRET, connected, near, work_now
from tests.support.site import NOW, plain

KEPT = re.compile(r'name="kept"[^>]*value="([^"]*)"')


@pytest.fixture
def hub(site):
    app = OAuthApp(redirect_uris={"http://127.0.0.1:8000/data/connect/hubspot/return"})
    with FakeHubSpot(SECRET, now=NOW, oauth=app) as made:
        near(site)
        yield made


def by_key(hub, **given):
    return {"name": "HubSpot", "token": SECRET, "base_url": hub.url, "do": "connect", **given}


def by_app(hub, **given):
    told = {"name": "HubSpot", "way": "1", "client_id": "client-1", "client_secret": "secret-1"}
    return {**told, "base_url": hub.url, **given}


def count(site):
    with site.session() as session:
        statement = select(Connection).where(col(Connection.workspace_id) == site.here)
        return len(session.exec(statement).all())


def agree(hub, page, answer="yes"):
    """Follow a page to the vendor, answer there, and return where the browser is sent back."""
    link = unescape(re.search(r'href="(http://127[^"]+/oauth/authorize[^"]+)"', page).group(1))
    parts = urlsplit(link)
    line = http.client.HTTPConnection(parts.netloc, timeout=10)
    line.request("GET", f"{parts.path}?{parts.query}&agree={answer}")
    found = line.getresponse()
    location = found.headers["Location"]
    line.close()
    assert found.status == 302
    back = urlsplit(location)
    return parse_qs(parts.query), f"{back.path}?{back.query}"


# --- The list --------------------------------------------------------------------------------


def test_every_source_with_a_guide_has_a_card_and_files_stand_beside(site):
    text = site.browser().get("/data/connect")
    for name, one in crm.PROVIDERS.items():
        assert (f'href="/data/connect/{name}"' in text) is (one.guide is not None)
    assert 'href="/data/import"' in text
    assert "Stage history is told by HubSpot" in text


def test_a_source_without_a_guide_has_no_page(site):
    visitor = site.browser()
    visitor.get("/data/connect/csv", 404)
    visitor.get("/data/connect/nothing", 404)


GUIDE = Guide(
    reads=(N_("Contacts"),),
    history=N_("Sales history"),
    scopes=(("read.all", N_("Contacts")),),
    ways=(
        Way("Short", (N_("Open it."),), (Ask("token", N_("Key"), "", "k-1", is_secret=True),)),
        Way(
            "Long",
            (),
            (
                Ask("database", N_("Database")),
                Ask("user", N_("User")),
                Ask("password", N_("Password"), is_secret=True),
                Ask("base_url", N_("Address"), is_optional=True),
            ),
        ),
    ),
)


def test_the_steps_are_those_of_the_guide_and_each_way_asks_for_its_own(site, monkeypatch):
    monkeypatch.setitem(
        crm.PROVIDERS, "acme", Provider("integrations.crm.hubspot.source", "Acme", guide=__name__)
    )
    visitor = site.browser()
    first = visitor.get("/data/connect/acme")
    for told in ("Connect Acme", "Contacts", "Sales history", "read.all", "Open it.", "k-1"):
        assert told in first
    assert 'name="token"' in first and 'name="database"' not in first
    second = visitor.get("/data/connect/acme?way=1")
    assert 'name="token"' not in second
    for name in ("database", "user", "password", "base_url"):
        assert f'name="{name}"' in second
    text = plain(visitor.post("/data/connect/acme", 422, way="1", name="A", user="u").text)
    assert "Fill in: Database." in text and "Fill in: Password." in text
    assert "Fill in: Address." not in text


# --- Files of this machine -------------------------------------------------------------------


def test_no_page_asks_for_a_file_of_this_machine():
    for name, one in crm.PROVIDERS.items():
        guide = crm.guide(name)
        asked = {ask.name for way in guide.ways for ask in way.asks} if guide is not None else set()
        assert asked.isdisjoint(one.paths), name
    assert crm.PROVIDERS["sql"].paths == crm.PROVIDERS["singer"].paths == ("mapping",)


def test_a_page_reads_no_file_that_is_named_to_it_and_keeps_the_operators(
    site, tmp_path, tmp_path_factory
):
    near(site)
    # Beside Headway's own database no other is read.
    database = tmp_path_factory.mktemp("shop") / "shop.db"
    with closing(sqlite3.connect(database)) as shop:
        shop.execute("CREATE TABLE deals (external_id TEXT, name TEXT)")
    secret = tmp_path / "secret.json"
    secret.write_text('{"columns": "canary"}')
    sent = {
        "name": "Shop", "dsn": f"sqlite:///{database}", "record": "owner", "do": "connect",
        "query": "SELECT external_id,\n  name FROM deals", "mapping": str(secret),
    }  # fmt: skip
    visitor = site.browser()
    assert 'name="mapping"' not in visitor.get("/data/connect/sql")
    answer = visitor.post("/data/connect/sql", **sent)
    made = connected(site, "Shop")
    assert answer.location == f"/data/connections/{made.id}"
    assert made.settings == {"record": "owner", "query": sent["query"]}
    # A mapping that was named on the command line outlives another sign-in on the page.
    theirs = tmp_path / "mapping.json"
    theirs.write_text('{"columns": {"name": "name"}}')
    with site.session() as session:
        kept = session.get_one(Connection, (site.here, made.id))
        kept.settings = {**kept.settings, "mapping": str(theirs)}
        session.add(kept)
    visitor.post(f"/data/connections/{made.id}/reconnect", **sent)
    assert connected(site, "Shop").settings["mapping"] == str(theirs)


def test_what_may_be_chosen_is_a_list_and_nothing_else_is_taken(site):
    near(site)
    visitor = site.browser()
    page = visitor.get("/data/connect/zoho")
    assert re.search(r'<select[^>]*name="dc"', page) and '<option value="com.cn">' in page
    sent = {"name": "Zoho", "dc": "evil.example", "client_id": "1000.A", "do": "connect"}
    text = visitor.post("/data/connect/zoho", 422, **sent).text
    assert "Choose one of the list." in plain(text)
    # What else was typed is still there.
    assert 'value="1000.A"' in text


# --- A key -----------------------------------------------------------------------------------


def test_a_key_is_tested_kept_and_read(site, hub):
    hub.add_deal("One")
    visitor = site.browser()
    answer = visitor.post("/data/connect/hubspot", **by_key(hub))
    made = connected(site)
    assert answer.location == f"/data/connections/{made.id}"
    assert made.settings == {"base_url": hub.url} and SECRET not in (made.secrets or "")
    text = plain(visitor.get(answer.location))
    assert "Last success never yet" in text and "waits for a free worker" in text
    assert "s-c-working" not in visitor.get(answer.location).partition("<main")[2]
    work_now(site)
    assert "One" in nearby.deals(site, made.id)
    assert "s-c-working" in visitor.get(answer.location).partition("<main")[2]


def test_a_test_says_what_it_found_and_keeps_nothing(site, hub):
    before = count(site)
    page = site.browser().post("/data/connect/hubspot", 200, **by_key(hub, do="test")).text
    assert plain(page).count("Can be read.") == len(crm.kind("hubspot").table)
    assert count(site) == before


@pytest.mark.parametrize("do", ["test", "connect"])
def test_others_write_while_the_vendor_is_asked(site, hub, do):
    wrote = []

    def write():
        with site.session() as session:
            company.revenue_goal(session)
        wrote.append(1)

    hub.after_page(1, write)
    answer = 200 if do == "test" else 303
    site.browser().post("/data/connect/hubspot", answer, **by_key(hub, do=do))
    assert wrote


def test_a_wrong_key_is_told_and_nothing_is_typed_twice(site, hub):
    visitor = site.browser()
    page = visitor.post("/data/connect/hubspot", 422, **by_key(hub, token="pat-wrong")).text
    assert "HubSpot no longer accepts the sign-in." in plain(page) or "Failed:" in plain(page)
    assert "pat-wrong" not in page and hub.url in page
    page = visitor.post("/data/connect/hubspot", 422, **by_key(hub, name="")).text
    assert SECRET not in page
    kept = KEPT.search(page).group(1)
    visitor.post("/data/connect/hubspot", **by_key(hub, token="", kept=kept))
    assert connected(site).provider == "hubspot"


def test_what_a_page_carries_is_of_no_use_to_another_browser(site, hub):
    page = site.browser().post("/data/connect/hubspot", 422, **by_key(hub, name="")).text
    kept = KEPT.search(page).group(1)
    other = site.browser()
    text = other.post("/data/connect/hubspot", 422, **by_key(hub, token="", kept=kept)).text
    assert "Fill in: Service key." in plain(text)
    other.post("/data/connect/hubspot", 422, **by_key(hub, token="", kept="nonsense"))


def test_a_name_that_is_taken_is_told_at_its_box(site, hub):
    visitor = site.browser()
    visitor.post("/data/connect/hubspot", **by_key(hub))
    text = visitor.post("/data/connect/hubspot", 422, **by_key(hub)).text
    assert "There is a connection named HubSpot already." in plain(text)
    assert 'value="HubSpot 2"' in visitor.get("/data/connect/hubspot")


# --- The vendor's own page -------------------------------------------------------------------


def test_signing_in_at_the_vendor_connects_and_is_good_once(site, hub):
    hub.add_deal("One")
    visitor = site.browser()
    page = visitor.post("/data/connect/hubspot", 200, **by_app(hub)).text
    assert "secret-1" not in page
    asked, back = agree(hub, page)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/data/connect/hubspot/return"]
    assert "crm.objects.deals.read" in asked["scope"][0].split()
    assert "crm.objects.leads.read" in asked["optional_scope"][0].split()
    answer = visitor.client.get(back)
    made = connected(site)
    assert (answer.status_code, answer.location) == (303, f"/data/connections/{made.id}")
    secrets = site.wiring.vault.open(made.secrets)
    assert (secrets["client_secret"], secrets["refresh_token"]) == ("secret-1", "refresh-1")
    # The test has asked for a first token, which the first sync finds.
    assert set(secrets) == {"client_secret", "refresh_token", "access_token", "access_until"}
    [call] = [c for c in hub.calls("/oauth/2026-09/token") if "code" in c.body]
    assert len(call.body["code_verifier"][0]) >= 43
    assert visitor.client.get(back).status_code == 400
    work_now(site)
    assert "One" in nearby.deals(site, made.id)


def test_the_way_back_is_for_the_browser_that_left(site, hub):
    visitor = site.browser()
    _asked, back = agree(hub, visitor.post("/data/connect/hubspot", 200, **by_app(hub)).text)
    before = count(site)
    assert site.browser().client.get(back).status_code == 400
    assert count(site) == before
    # It took nothing away from whoever left.
    assert visitor.client.get(back).status_code == 303


def test_a_way_back_that_takes_too_long_is_closed(site, hub):
    visitor = site.browser()
    _asked, back = agree(hub, visitor.post("/data/connect/hubspot", 200, **by_app(hub)).text)
    with site.database.system() as system:
        [row] = system.exec(select(Setting).where(col(Setting.name).startswith("oauth_state")))
        assert "secret-1" not in str(row.value)
        row.value = {**row.value, "until": "2020-01-01T00:00:00+00:00"}
        system.add(row)
    text = visitor.get(back, 400)
    assert "it took too long" in plain(text)


def test_whoever_does_not_agree_finds_the_form_as_it_was(site, hub):
    visitor = site.browser()
    page = visitor.post("/data/connect/hubspot", 200, **by_app(hub, name="CRM Asia")).text
    _asked, back = agree(hub, page, "no")
    page = visitor.get(back, 422)
    assert "nobody agreed" in plain(page)
    assert 'value="CRM Asia"' in page and 'value="client-1"' in page and "secret-1" not in page
    kept = KEPT.search(page).group(1)
    again = by_app(hub, client_secret="", kept=kept)
    page = visitor.post("/data/connect/hubspot", 200, **again).text
    assert visitor.client.get(agree(hub, page)[1]).status_code == 303


def test_a_wrong_client_secret_is_told_with_what_to_do(site, hub):
    visitor = site.browser()
    sent = by_app(hub, client_secret="wrong")
    page = visitor.post("/data/connect/hubspot", 200, **sent).text
    text = plain(visitor.get(agree(hub, page)[1], 422))
    assert "HubSpot did not finish the sign-in." in text and "letter by letter" in text


# --- Connecting again ------------------------------------------------------------------------


@pytest.fixture
def made(site, hub):
    site.browser().post("/data/connect/hubspot", **by_key(hub))
    return connected(site)


def test_a_lost_sign_in_leads_to_its_form_and_back_to_work(site, hub, made):
    hub.revoke_token()
    work_now(site)
    visitor = site.browser()
    page = visitor.get(f"/data/connections/{made.id}")
    path = f"/data/connections/{made.id}/reconnect"
    assert f'href="{path}"' in page and "must be connected again" in plain(page)
    hub.access.tokens["pat-new"] = type(hub.access.tokens[SECRET])("pat-new")
    assert visitor.post(path, 422, base_url=hub.url, token="").status_code == 422
    visitor.post(path, base_url=hub.url, token="pat-new")
    work_now(site)
    again = connected(site)
    assert not again.needs_reconnect and again.last_success_at is not None
    assert site.wiring.vault.open(again.secrets) == {"token": "pat-new"}


def test_a_stored_secret_goes_nowhere_but_where_the_connection_leads(site, hub, made):
    visitor = site.browser()
    path = f"/data/connections/{made.id}/reconnect"
    with FakeHubSpot("pat-other", now=NOW) as other:
        text = visitor.post(path, 422, base_url=other.url, token="").text
        assert "Fill in: Service key." in plain(text)
        kept = KEPT.search(text).group(1)
        visitor.post(path, 422, base_url=other.url, token="", kept=kept)
        # An answer with an error that kept the right address carries nothing stored either.
        hub.revoke_token()
        page = visitor.post(path, 422, base_url=hub.url, token="").text
        kept = KEPT.search(page).group(1)
        visitor.post(path, 422, base_url=other.url, token="", kept=kept)
        assert other.calls() == []
    assert connected(site).settings == {"base_url": hub.url}


def test_a_key_is_exchanged_for_an_app(site, hub, made):
    visitor = site.browser()
    path = f"/data/connections/{made.id}/reconnect"
    assert 'name="client_id"' in visitor.get(f"{path}?way=1")
    page = visitor.post(path, 200, **by_app(hub)).text
    answer = visitor.client.get(agree(hub, page)[1])
    assert answer.location == f"/data/connections/{made.id}"
    again = connected(site)
    secrets = site.wiring.vault.open(again.secrets)
    assert {"client_secret", "refresh_token"} <= set(secrets) and "token" not in secrets
    assert again.settings == {"base_url": hub.url, "client_id": "client-1"}
