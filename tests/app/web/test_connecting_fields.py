"""Connecting a source on the pages: what is wrong stands where it is, and nothing typed is lost."""

import re
import sqlite3
from contextlib import closing
from html import unescape

import pytest

from tests.support.near import near
from tests.support.site import plain

PAGE = "/data/connect/sql"


@pytest.fixture
def sent(site, tmp_path_factory):
    """What a form sends, for a database with one deal."""
    near(site)
    path = tmp_path_factory.mktemp("crm") / "crm.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE deals (id integer, title text)")
        made.execute("INSERT INTO deals VALUES (1, 'ข้อตกลง')")
    query = "SELECT id AS external_id, title AS name FROM deals"
    return {"name": "Shop", "dsn": f"sqlite:///{path}", "record": "deal", "query": query}


def at(page, field):
    """Return what is said at a field; "" where nothing is."""
    found = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', page, re.DOTALL)
    return unescape(re.sub("<[^>]+>", "", found[1])) if found else ""


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"dsn": "hello"}, "dsn", "not written as it should be"),
        ({"dsn": "oracle://a:b@host/x"}, "dsn", "cannot be read"),
        ({"dsn": "postgresql://a:b@127.0.0.1:1/x"}, "dsn", "could not be reached"),
        ({"dsn": "postgresql://a:b@169.254.169.254/x"}, "dsn", "private network"),
        ({"query": "DROP TABLE deals"}, "query", "does not begin with SELECT"),
        ({"query": "SELECT nope FROM deals"}, "query", "did not run the query"),
        ({"query": "SELECT title AS name FROM deals"}, "query", "No column of the query is named"),
        ({"watermark": "grows"}, "watermark", "no column grows"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    site, sent, wrong, field, words
):
    told = {**sent, **wrong, "do": "test"}
    page = site.browser().post(PAGE, 422, **told).text
    assert words in at(page, field)
    assert 'value="Shop"' in page
    assert told["query"] in unescape(page)
    # The address goes along sealed, so that it need not be typed again.
    assert "It is here already" in page or field == "dsn"


def test_a_test_shows_what_each_column_will_be(site, sent):
    text = plain(site.browser().post(PAGE, 200, **sent, do="test").text)
    assert "external_id ← external_id (1), name ← name (ข้อตกลง)" in text
    assert "It works." in text


@pytest.mark.parametrize(
    ("provider", "field", "wrong", "words"),
    [
        ("odoo", "base_url", "http://acme.example", "Only https"),
        ("odoo", "base_url", "https://10.0.0.1", "private network"),
        ("odoo", "base_url", "https://no-such-host.invalid", "is not known"),
        ("freshsales", "base_url", "https://evil.example", "not an address of the vendor"),
        ("singer", "command", "tap 'open", "not written as it should be"),
        ("singer", "command", "no-such-tap --x", "cannot be started"),
    ],
)
def test_a_wrong_address_or_command_stands_at_its_field(site, provider, field, wrong, words):
    near(site, allow_private_sources=False, allow_commands=True)
    typed = {"name": "It", "database": "acme", "api_key": "k", "token": "t", field: wrong}
    page = site.browser().post(f"/data/connect/{provider}", 422, **typed, do="connect").text
    assert words in at(page, field)
    assert wrong in unescape(page)
