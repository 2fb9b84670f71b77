"""rule add and rule list."""

import pytest


@pytest.fixture
def acme(headway):
    headway.json("workspace", "create", "Acme")
    headway.json("member", "add", "ann@acme.example", "--name", "Ann", "--role", "owner")
    return headway


def test_the_rule_that_is_always_there_is_listed(acme):
    [rule] = acme.json("rule", "list")["rules"]
    assert (rule["name"], rule["kind"], rule["on"], rule["default"]) == (
        "Changes of status", "status_change", True, True,
    )  # fmt: skip
    assert rule["routes"] == [{"kind": "goal", "to": ""}]
    assert acme.json("rule", "list", "--lang", "en")["rules"][0]["id"] == rule["id"]
    nothing = {"part": 0, "n": 0, "share": None}
    assert rule["precision"] == {"useful": nothing, "came_true": nothing}


def test_a_rule_is_added_with_all_that_it_takes(acme):
    rule = acme.json(
        "rule", "add", "--name", "Slow", "--kind", "pace_gap", "--set", "days=5", "--owner",
        "ann@acme.example", "--metric", "revenue", "--to", "goal", "--to", "C0123", "--to",
        "email:owner", "--to", "direct:ann@acme.example", "--quiet", "20:00-08:00", "--workdays",
        "--cool-down", "24", "--weekly", "5", "--escalate", "24=owner", "--escalate",
        "72=ann@acme.example", "--off",
    )  # fmt: skip
    assert rule["settings"] == {"gap": 0.1, "days": 5}
    assert (rule["on"], rule["quiet"], rule["cool_down"]) == (False, "20:00-08:00", 24)
    assert [one["kind"] for one in rule["routes"]] == ["goal", "slack", "email", "direct"]
    assert [one["hours"] for one in rule["ladder"]] == [24, 72]
    assert acme.json("rule", "list")["rules"][1] == rule
    code, text, _error = acme.say("rule", "list")
    assert code == 0 and "off pace_gap        Slow -> goal, slack C0123" in text


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["--set", "days=x"], "days"),
        (["--set", "hours=1"], "set"),
        (["--to", "#sales"], "routes"),
        (["--to", "email:bob@acme.example"], "owner"),
        (["--quiet", "25:00-08:00"], "quiet_from"),
        (["--escalate", "owner"], "escalate"),
        (["--goal", "Nothing"], "goal"),
        (["--weekly", "0"], "weekly_most"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(acme, words, field):
    told = acme.error("rule", "add", "--name", "Slow", "--kind", "pace_gap", *words, code=2)
    assert told["field"] == field
    assert len(acme.json("rule", "list")["rules"]) == 1


def test_the_secret_of_an_address_is_shown_once_and_private_addresses_are_refused(
    acme, monkeypatch
):
    given = ("rule", "add", "--name", "Hook", "--kind", "recovery", "--to", "https://127.0.0.1/x")
    assert acme.error(*given, code=1)["code"] == "address_private"
    monkeypatch.setenv("HEADWAY_ALLOW_PRIVATE_SOURCES", "1")
    assert acme.json(*given)["secret"].startswith("whsec_")
    assert "secret" not in acme.json("rule", "list")["rules"][1]
