"""The commands member and team."""

import pytest

ADD = ("member", "add", "ann@acme.example", "--name", "Ann Lee", "--role", "editor")


@pytest.fixture
def here(headway):
    headway.json("workspace", "create", "Acme")
    return headway


def test_a_member_gets_a_link_to_sign_in(here, monkeypatch):
    monkeypatch.setenv("HEADWAY_BASE_URL", "https://headway.example/")
    made = here.json(*ADD)
    assert made.pop("id").isdecimal()
    url = made.pop("sign_in_url")
    assert url.startswith("https://headway.example/sign-in/")
    assert len(url.rpartition("/")[2]) >= 32
    assert made == {
        "email": "ann@acme.example",
        "name": "Ann Lee",
        "role": "editor",
        "team": None,
    }


def test_the_link_signs_in_once(here):
    from app import factory

    path = here.json(*ADD)["sign_in_url"].partition("8000")[2]
    app = factory.create_app()
    app.config["WTF_CSRF_ENABLED"] = False
    first, second = app.test_client(), app.test_client()
    assert first.post(path).status_code == 303
    assert first.get("/more").status_code == 200
    second.post(path)
    assert second.get("/more").status_code == 303
    app.extensions["headway"].close()


def test_a_member_joins_a_team(here):
    team = here.json("team", "add", "Sales", "--channel", "C0SALES01")
    assert team.pop("id").isdecimal()
    assert team == {"name": "Sales", "channel": "C0SALES01"}
    assert here.json(*ADD, "--team", "Sales")["team"] == "Sales"


def test_an_unknown_team_makes_no_member(here):
    error = here.error(*ADD, "--team", "Sales", code=2)
    assert (error["code"], error["field"]) == ("unknown_team", "team")
    here.json(*ADD)


def test_nobody_is_added_twice(here):
    here.json(*ADD)
    error = here.error("member", "add", "ANN@acme.example", *ADD[3:], code=1)
    assert (error["code"], error["field"]) == ("member_exists", "email")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("no-address", "--name", "Ann", "--role", "editor"), "email"),
        (("a@b.example", "--name", " ", "--role", "editor"), "name"),
        (("a@b.example", "--name", "Ann", "--role", "boss"), None),
        (("a@b.example", "--role", "editor"), None),
    ],
)
def test_what_is_wrong_about_a_member_is_named(here, words, field):
    assert here.error("member", "add", *words, code=2)["field"] == field


def test_a_team_needs_a_name_of_its_own(here):
    here.json("team", "add", "Sales")
    assert here.error("team", "add", " Sales ", code=1)["field"] == "name"
    assert here.error("team", "add", "", code=2)["field"] == "name"


@pytest.mark.parametrize("word", ["member", "team"])
def test_without_an_action_the_usage_is_shown(here, word):
    error = here.error(word, code=2)
    assert (error["code"], f"headway {word}" in error["fix"]) == ("usage", True)
