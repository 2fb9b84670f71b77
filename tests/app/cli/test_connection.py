"""The commands connection and sync."""

import pytest

from tests.fakes.hubspot.hub import FakeHubSpot

DESCRIBED = {
    "id", "name", "provider", "settings", "interval", "paused", "needs_reconnect",
    "last_success_at", "records", "newest_on",
}  # fmt: skip
RUN = {
    "connection", "id", "status", "started_at", "finished_at", "resume_after", "streams", "error",
}  # fmt: skip
#: The contract's keys of a stream, and its name.
STREAM = {
    "record", "pages", "read", "created", "updated", "deleted", "unchanged", "rejected", "cursor",
    "stream",
}  # fmt: skip
SAMPLE = ("connection", "add", "sample", "Sample CRM")


@pytest.fixture
def here(headway):
    headway.json("workspace", "create", "Acme", "--zone", "Asia/Bangkok")
    return headway


@pytest.fixture
def hub(monkeypatch):
    """A CRM with two deals whose token is in the environment."""
    monkeypatch.setenv("HEADWAY_ALLOW_PRIVATE_SOURCES", "1")
    monkeypatch.setenv("HUB_TOKEN", "pat-na1-fake")
    with FakeHubSpot() as fake:
        for name in ("Pumps", "Valves"):
            fake.add("deals", dealname=name, amount="100")
        yield fake


def connect(here, hub, name="CRM", *more):
    words = ["--set", f"base_url={hub.url}", "--secret", "token=HUB_TOKEN"]
    return here.json("connection", "add", "hubspot", name, *words, *more)


def test_a_source_is_connected_and_listed(here):
    made = here.json(*SAMPLE, "--set", "seed=3")
    assert set(made) == DESCRIBED
    assert (made["name"], made["provider"], made["settings"]) == (
        "Sample CRM",
        "sample",
        {"seed": "3"},
    )
    assert here.json("connection", "list") == {"connections": [made]}


def test_a_secret_comes_from_a_variable_and_is_never_shown(here, hub):
    connect(here, hub)
    for words in (("connection", "list"), ("connection", "check"), ("doctor",)):
        assert all("pat-na1-fake" not in told for told in here.say(*words)[1:])


def test_a_variable_that_is_not_set_connects_nothing(here):
    words = ("connection", "add", "hubspot", "CRM", "--secret", "token=NO_SUCH_VARIABLE")
    error = here.error(*words, code=2)
    assert (error["code"], error["field"]) == ("secret_not_set", "token")
    assert here.json("connection", "list") == {"connections": []}


def test_without_an_encryption_key_no_secret_is_stored(here, hub, monkeypatch):
    monkeypatch.delenv("HEADWAY_ENCRYPTION_KEYS")
    words = ("connection", "add", "hubspot", "CRM", "--secret", "token=HUB_TOKEN")
    assert here.error(*words, code=1)["code"] == "no_encryption_key"
    assert here.json("connection", "list") == {"connections": []}


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (("oracle", "CRM"), "unknown_provider", "provider"),
        (("sample", " "), "name_missing", "name"),
        (("sample", "CRM", "--set", "colour=red"), "set_unknown", "colour"),
        (("sample", "CRM", "--set", "seed"), "usage", "set"),
        (("sample", "CRM", "--set", "seed=many"), "setting_wrong", "seed"),
        (("sample", "CRM", "--secret", "token=PATH"), "secret_unknown", "token"),
    ],
)
def test_what_is_wrong_about_a_connection_is_named(here, words, code, field):
    error = here.error("connection", "add", *words, code=2)
    assert (error["code"], error["field"]) == (code, field)


def test_two_connections_cannot_share_a_name(here):
    here.json(*SAMPLE)
    error = here.error("connection", "add", "sample", "sample crm", code=1)
    assert (error["code"], error["field"]) == ("connection_exists", "name")


def test_a_check_lists_what_it_looked_at(here, hub):
    connect(here, hub)
    told = here.json("connection", "check", "CRM")
    assert set(told) == {"ok", "checks"}
    assert (told["ok"], all(one["ok"] for one in told["checks"])) == (True, True)
    assert all(set(one) == {"name", "ok", "message", "fix"} for one in told["checks"])


def test_a_check_that_finds_something_wrong_exits_1_with_a_way_out(here, hub, monkeypatch):
    monkeypatch.setenv("HUB_TOKEN", "revoked")
    connect(here, hub)
    told = here.json("connection", "check", "CRM", code=1)
    assert told["ok"] is False
    assert [bool(one["fix"]) for one in told["checks"] if not one["ok"]] == [True]
    (fix,) = (one["fix"] for one in told["checks"] if not one["ok"])
    assert fix in here.say("connection", "check", "CRM")[1]


def test_what_a_source_can_do_without_fails_neither_check_nor_sync(here, hub):
    hub.grant(f"crm.objects.{kind}.read" for kind in ("deals", "owners", "companies", "contacts"))
    connect(here, hub)
    told = here.json("connection", "check", "CRM")
    assert told["ok"] is True
    [leads] = [one for one in told["checks"] if one["name"] == "leads"]
    assert leads["ok"] is False
    assert leads["message"] == "Leads are not read: the key needs the scope crm.objects.leads.read."
    [run] = here.json("sync", "CRM")["runs"]
    assert (run["status"], run["error"]) == ("done", None)
    code, out, _ = here.say("sync", "CRM")
    assert (code, out.count("Leads are not read")) == (0, 1)


def test_a_private_address_needs_permission(here, hub, monkeypatch):
    connect(here, hub)
    monkeypatch.delenv("HEADWAY_ALLOW_PRIVATE_SOURCES")
    told = here.json("connection", "check", "CRM", code=1)
    assert "https" in told["checks"][0]["message"]
    assert here.json("sync", "CRM", code=1)["runs"][0]["status"] == "failed"


def test_all_connections_are_checked_under_their_names(here):
    for name in ("One", "Two"):
        here.json("connection", "add", "sample", name)
    names = [one["name"].partition(":")[0] for one in here.json("connection", "check")["checks"]]
    assert names == ["One", "Two"]


def test_what_was_imported_has_nothing_to_test(acme):
    assert acme.json("connection", "check") == {"ok": True, "checks": []}
    assert acme.json("connection", "check", "Files") == {"ok": True, "checks": []}


def test_a_sync_says_what_each_stream_brought(here, hub):
    made = connect(here, hub)
    [run] = here.json("sync", "CRM")["runs"]
    assert set(run) == RUN
    assert (run["connection"], run["status"], run["error"], run["resume_after"]) == (
        "CRM",
        "done",
        None,
        None,
    )
    # Where the source says how many there are, so does the stream.
    assert all(set(one) - {"total"} == STREAM for one in run["streams"])
    [deals] = [one for one in run["streams"] if one["stream"] == "deals"]
    assert (deals["read"], deals["created"], deals["rejected"]) == (2, 2, 0)
    [held] = here.json("connection", "list")["connections"]
    assert held["last_success_at"] == run["finished_at"]
    assert here.json("sync", made["id"])["runs"][0]["connection"] == "CRM"


def test_a_second_sync_reads_what_is_new_and_a_full_one_everything(here, hub):
    connect(here, hub)
    here.json("sync")
    hub.add("deals", dealname="Tanks", amount="7")
    assert created(here.json("sync")) == 1
    full = here.json("sync", "CRM", "--full")
    assert created(full) == 0
    assert sum(one["unchanged"] for one in streams(full) if one["stream"] == "deals") == 3


def created(document):
    return sum(one["created"] for one in streams(document) if one["record"] == "deal")


def streams(document):
    return [stream for run in document["runs"] for stream in run["streams"]]


def test_a_source_that_refuses_makes_the_sync_fail(here, hub, monkeypatch):
    monkeypatch.setenv("HUB_TOKEN", "revoked")
    connect(here, hub)
    [run] = here.json("sync", "CRM", code=1)["runs"]
    assert run["status"] == "failed"
    assert set(run["error"]) == {"code", "message", "fix", "field"}
    assert here.json("connection", "list")["connections"][0]["needs_reconnect"] is True


def test_the_sample_is_pulled_as_of_a_day(here):
    here.json(*SAMPLE)
    window = ("metric", "value", "leads_new", "--from", "2023-02-01", "--to", "2023-02-28")
    here.json("sync", "--today", "2023-01-31")
    assert here.json("connection", "list")["connections"][0]["newest_on"] <= "2023-01-31"
    assert here.json(*window)["value"] == 0
    here.json("sync", "--today", "2023-02-28")
    assert here.json(*window)["value"] > 0


def test_files_are_not_pulled(acme):
    assert acme.json("sync") == {"runs": []}
    assert acme.error("sync", "Files", code=1)["code"] == "nothing_to_pull"


@pytest.mark.parametrize("words", [("sync",), ("connection", "check")])
def test_an_unknown_connection_exits_2(here, words):
    error = here.error(*words, "Nothing", code=2)
    assert (error["code"], error["field"]) == ("unknown_connection", "connection")


def test_a_sync_under_way_is_not_begun_twice(here):
    from app import queue, settings
    from app.wiring import Wiring

    here.json(*SAMPLE)
    wiring = Wiring(settings.load())
    [workspace_id] = wiring.database.workspaces()
    with wiring.database.session(workspace_id) as session:
        assert queue.claim(session, worker="other", now=wiring.clock(), task="sync")
    assert here.error("sync", code=1)["code"] == "sync_running"
    wiring.close()


def test_a_source_that_fails_again_and_again_says_so_and_is_pulled_at_once_when_asked(here, hub):
    connect(here, hub)
    here.json(*SAMPLE)
    hub.faults.add("/crm/pipelines", "http_500", times=None)
    runs = [here.json("sync", "CRM", code=1)["runs"][0] for _ in range(3)]
    assert ["slower" in one for one in runs] == [False, True, True]
    told = {
        one["name"]: one.get("slower") for one in here.json("connection", "list")["connections"]
    }
    assert "3 times in a row" in told["CRM"]
    # Another source is asked as often as ever.
    assert told["Sample CRM"] is None
    assert "3 times in a row" in here.say("connection", "list")[1]
    hub.faults.clear()
    assert here.json("sync", "CRM")["runs"][0]["status"] == "done"
    assert "slower" not in str(here.json("connection", "list"))


def test_a_listing_that_lost_most_rows_is_told_until_it_is_believed(here, hub):
    connect(here, hub)
    here.json("sync")
    for key in list(hub.tables["deals"].rows):
        hub.delete("deals", key)
    code, told, _ = here.say("sync", "--full")
    assert code == 0 and "Only 0 of 2 deals were listed" in told
    streams = here.json("sync", "--full", "--believe")["runs"][0]["streams"]
    assert {one["stream"]: one["deleted"] for one in streams}["deals"] == 2
