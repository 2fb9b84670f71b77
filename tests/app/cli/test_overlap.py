"""The commands connection overlap and connection cut-over."""

import sqlite3
from contextlib import closing

import pytest
from cryptography.fernet import Fernet

from tests.fakes.hubspot.hub import FakeHubSpot

HEAD = "external_id,name,stage,created_on,closed_on,amount\n"
ROWS = (
    ("One", "2026-02-02", "2026-02-20", 100),
    ("Two", "2026-04-02", "2026-04-20", 300),
)
DAYS = ("--from", "2026-01-01", "--to", "2026-06-30")


@pytest.fixture
def both(command, tmp_path, monkeypatch):
    """A file and a HubSpot with the same two deals, one of which is dearer in HubSpot."""
    path = tmp_path / "deals.csv"
    lines = [
        f"f{place},{deal},Won,{came},{closed},{amount}\n"
        for place, (deal, came, closed, amount) in enumerate(ROWS)
    ]
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    assert command("import", path, "--as", "deal")[0] == 0
    monkeypatch.setenv("HEADWAY_ALLOW_PRIVATE_SOURCES", "1")
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    monkeypatch.setenv("HUB_TOKEN", "pat-na1-fake")
    with FakeHubSpot() as hub:
        for place, (deal, came, closed, amount) in enumerate(ROWS):
            hub.add_deal(
                deal, stage="Won", amount=str(amount + 50 * place), currency="USD",
                created=f"{came}T05:00:00Z", closed=f"{closed}T00:00:00Z",
            )  # fmt: skip
        words = ("--set", f"base_url={hub.url}", "--secret", "token=HUB_TOKEN")
        assert command("connection", "add", "hubspot", "new", *words)[0] == 0
        assert command("sync")[0] == 0
    return command


def revenue(command):
    return command("metric", "value", "revenue", *DAYS)[1]["value"]


def test_the_report_tells_what_both_have_and_say(both):
    code, told = both("connection", "overlap", "Files", "new", *DAYS)
    assert code == 0
    (deals,) = told["records"]
    assert {name: deals[name] for name in ("both", "different", "only_old", "only_new")} == {
        "both": 2, "different": 1, "only_old": 0, "only_new": 0,
    }  # fmt: skip
    assert {one["key"]: one["n"] for one in deals["keys"]} == {
        "name, amount and day closed": 1,
        "name and day created": 1,
    }
    (found,) = (one for one in told["metrics"] if one["metric"] == "revenue")
    assert (found["old"]["value"], found["new"]["value"]) == (400, 450)
    assert (told["cut_over"], told["old"]["name"]) == (None, "Files")


def test_a_query_stands_with_the_files_that_its_records_are_kept_with(
    both, tmp_path_factory, monkeypatch
):
    path = tmp_path_factory.mktemp("crm") / "crm.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE deals (id text, name text)")
        made.execute("INSERT INTO deals VALUES ('q1', 'Three')")
    monkeypatch.setenv("CRM_DSN", f"sqlite:///{path}")
    query = (
        "SELECT id AS external_id, name, 'open' AS status, '2026-03-01' AS created_on FROM deals"
    )
    words = ("--set", "record=deal", "--set", f"query={query}", "--secret", "dsn=CRM_DSN")
    assert both("connection", "add", "sql", "asked", *words)[0] == 0
    assert both("sync", "asked")[0] == 0
    told = both("connection", "overlap", "asked", "new", *DAYS)[1]
    assert told["old"]["name"] == "Files"
    assert told["records"][0]["only_old"] == 1
    code, told = both("connection", "overlap", "asked", "Files", *DAYS)
    assert (code, told["error"]["code"]) == (2, "cut_over_same")
    assert "kept together under Files" in told["error"]["fix"]


def test_a_source_is_not_compared_with_itself(both):
    code, told = both("connection", "overlap", "new", "new", *DAYS)
    assert (code, told["error"]["field"]) == (2, "new")


def test_a_cut_over_is_set_and_taken_back(both):
    assert revenue(both) == 850
    code, told = both("connection", "cut-over", "Files", "new", "--on", "2026-04-01")
    assert (code, told["cut_over"]) == (0, "2026-04-01")
    assert revenue(both) == 450
    assert both("connection", "overlap", "Files", "new", *DAYS)[1]["cut_over"] == "2026-04-01"
    assert both("connection", "cut-over", "Files", "new", "--none")[0] == 0
    assert revenue(both) == 850


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("Files", "Files", "--on", "2026-04-01"), "cut_over_same"),
        (("Files", "nobody", "--on", "2026-04-01"), "unknown_connection"),
        (("Files", "new"), "usage"),
        (("Files", "new", "--on", "soon"), "usage"),
        (("Files", "new", "--on", "2026-04-01", "--none"), "usage"),
    ],
)
def test_what_cannot_be_is_said(both, words, code):
    status, told = both("connection", "cut-over", *words)
    assert status in (1, 2)
    assert told["error"]["code"] == code
