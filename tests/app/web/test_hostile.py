"""What no careful person sends is answered in words."""

import re

import pytest
from sqlmodel import col, select

from app.accounts import passwords
from app.web.accounts import local
from goals.workspace import Person, Team

BEYOND = "9" * 30


@pytest.mark.parametrize(
    "path",
    [
        f"/goals/{BEYOND}",
        f"/goals/{BEYOND}/edit",
        f"/goals/{BEYOND}.csv",
        f"/goals/new?copy={BEYOND}",
        f"/data/{BEYOND}/reconnect",
    ],
)
def test_a_number_that_no_database_takes_as_an_id_is_an_unknown_one(sites, path):
    sites.browser().get(path, 404)


def test_a_page_of_records_beyond_all_pages_is_empty(sites):
    visitor = sites.browser()
    [receipt] = re.findall(r"/receipts/(rcp_\w+)\"", visitor.get("/metric/revenue"))[:1]
    visitor.get(f"/receipts/{receipt}?page={BEYOND}")


@pytest.mark.parametrize(
    "target",
    [
        "//[evil",
        "https://evil.example",
        "/\t/evil.example",
        "//e",
        "/a\r\nB: c",
        "/\x7f",
    ],
)
def test_a_sign_in_leads_to_no_other_site(site, target):
    assert local(target) == "/"
    client = site.app.test_client()
    with site.database.system() as session:
        person = session.exec(select(Person)).one()
        person.password_hash = passwords.hashed("a password of some length")
        session.add(person)
    [token] = re.findall('name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)[:1]
    filled = {"csrf_token": token, "email": person.email, "password": "a password of some length"}
    answer = client.post("/sign-in", query_string={"next": target}, data=filled)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account").status_code == 200
    answer = client.post("/theme", data={"csrf_token": token, "theme": "dark", "next": target})
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_form_is_looked_at_without_its_body_as_with_it(site):
    visitor = site.browser()
    for path in ("/goals/new", "/goals/new?metric=revenue"):
        assert visitor.client.head(path).status_code == 200


def test_a_character_that_no_database_keeps_is_shown_as_one_that_is_unknown(sites):
    sites.browser().post("/settings/teams", name="Sa\0les", channel="")
    with sites.session() as session:
        here = col(Team.workspace_id) == sites.here
        assert session.exec(select(Team.name).where(here)).all() == ["Sa\ufffdles"]


def test_what_is_not_in_a_list_is_refused_in_the_readers_language(site):
    visitor = site.browser()
    visitor.post("/language", lang="th", next="/")
    page = visitor.post("/settings/members", 422, email="a@b.example", name="A", role="zz").text
    assert "เลือกจากรายการ" in page and "Not a valid choice" not in page
