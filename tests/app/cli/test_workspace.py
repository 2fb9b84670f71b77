import pytest


def test_a_workspace_is_made_with_its_settings(headway):
    words = ["--zone", "Asia/Kathmandu", "--currency", "thb", "--fiscal-start", "4", "--locale"]
    made = headway.json("workspace", "create", "Acme", *words, "zh")
    assert made.pop("id").isdecimal()
    assert made == {
        "name": "Acme",
        "zone": "Asia/Kathmandu",
        "currency": "THB",
        "fiscal_start": 4,
        "locale": "zh_Hans",
    }


def test_a_workspace_needs_nothing_but_its_name(headway):
    made = headway.json("workspace", "create", "Acme")
    assert (made["zone"], made["currency"], made["fiscal_start"]) == ("UTC", "USD", 1)


def test_a_name_that_is_taken_fails(headway):
    headway.json("workspace", "create", "Acme")
    error = headway.error("workspace", "create", " Acme ", code=1)
    assert (error["code"], error["field"]) == ("workspace_exists", "name")


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--zone", "Mars/Olympus", "zone_unknown"),
        ("--currency", "XXA", "currency_unknown"),
        ("--fiscal-start", "13", "month_unknown"),
        ("--fiscal-start", "April", "usage"),
    ],
)
def test_a_wrong_setting_makes_no_workspace(headway, option, value, code):
    error = headway.error("workspace", "create", "Acme", option, value, code=2)
    assert error["code"] == code
    assert headway.error("status", code=2)["code"] == "no_workspace"


def test_a_name_of_blanks_is_refused(headway):
    assert headway.error("workspace", "create", "  ", code=2)["field"] == "name"


def test_without_a_workspace_a_command_says_how_to_make_one(headway):
    error = headway.error("status", code=2)
    assert (error["code"], error["field"]) == ("no_workspace", "workspace")
    assert "workspace create" in error["fix"]


#: Every command that works in one workspace, with what it needs to be understood.
INSIDE = (
    ("member", "add", "a@b.example", "--name", "A", "--role", "viewer"),
    ("team", "add", "Sales"),
    ("connection", "add", "sample", "Sample"),
    ("connection", "list"),
    ("connection", "check"),
    ("sync",),
    ("import", "none.csv", "--as", "deal"),
    ("metric", "list"),
    ("metric", "show", "revenue"),
    ("metric", "value", "revenue", "--at", "2026-01-01"),
    ("goal", "list"),
    ("goal", "show", "1"),
    ("goal", "lint", "1"),
    ("review",),
    ("status",),
    ("ask", "what is off track"),
    ("worker", "--once", "--today", "2026-01-01"),
    ("slack", "channel", "C0SALES01", "on"),
    ("slack", "link", "a@b.example", "U0ANNA001"),
)  # fmt: skip


@pytest.mark.parametrize("words", INSIDE, ids=" ".join)
def test_of_several_workspaces_one_must_be_named(headway, words):
    for name in ("Acme", "Borealis"):
        headway.json("workspace", "create", name)
    error = headway.error(*words, code=2)
    assert (error["code"], error["field"]) == ("workspace_not_named", "workspace")
    assert "Acme, Borealis" in error["fix"]
    error = headway.error(*words, "--workspace", "Nobody", code=2)
    assert error["code"] == "unknown_workspace"


def test_a_named_workspace_is_the_one_worked_in(headway):
    for name in ("Acme", "Borealis"):
        headway.json("workspace", "create", name)
    headway.json("team", "add", "Sales", "--workspace", "Borealis")
    headway.json("team", "add", "Sales", "--workspace", "Acme")
    error = headway.error("team", "add", "Sales", "--workspace", "Acme", code=1)
    assert error["code"] == "team_exists"
