import pytest

from tests.fakes.hubspot import schema
from tests.fakes.hubspot.client import Client
from tests.fakes.hubspot.hub import FakeHubSpot


@pytest.fixture
def hub():
    with FakeHubSpot(time_zone="Asia/Bangkok", currency="THB") as hub:
        yield hub


@pytest.fixture
def client(hub):
    with Client(hub.url) as client:
        yield client


def test_pipelines_show_stages_with_text_metadata(client):
    pipeline = client.get("/crm/pipelines/2026-09/deals").json["results"][0]
    assert (pipeline["id"], pipeline["label"]) == ("default", "Sales")
    shown = [(stage["label"], stage["metadata"]) for stage in pipeline["stages"]]
    assert shown == [
        ("Prospecting", {"isClosed": "false", "probability": "0.1"}),
        ("Engaging", {"isClosed": "false", "probability": "0.4"}),
        ("Won", {"isClosed": "true", "probability": "1.0"}),
        ("Lost", {"isClosed": "true", "probability": "0.0"}),
    ]
    assert [stage["displayOrder"] for stage in pipeline["stages"]] == [0, 1, 2, 3]


def test_a_new_pipeline_brings_its_stages_and_their_properties(hub, client):
    hub.add_pipeline("deals", "31", "Renewals", [schema.Stage("77", "Due", "0.5", False)])
    key = hub.add_deal("Acme", stage="Due", pipeline="Renewals")
    row = client.get(
        f"/crm/objects/2026-09/deals/{key}", properties="pipeline,hs_v2_date_entered_77"
    ).json
    assert row["properties"]["pipeline"] == "31"
    assert row["properties"]["hs_v2_date_entered_77"] == row["createdAt"]
    assert client.get("/crm/pipelines/2026-09/deals/31/stages").json["results"][0]["id"] == "77"


def test_owners_are_paged_with_their_teams_and_archived_ones_apart(hub, client):
    ann = hub.add_owner("Ann", "Lee", teams=("East / Sue Ray", "All"))
    bob = hub.add_owner("Bob", "Lim")
    gone = hub.add_owner("Cy", "Gone", archived=True)
    first = client.get("/crm/owners/2026-09", limit=1)
    assert first.ids == [ann]
    shown = first.json["results"][0]
    assert (shown["firstName"], shown["lastName"]) == ("Ann", "Lee")
    assert shown["email"] == "ann.lee@example.com"
    assert [(team["name"], team["primary"]) for team in shown["teams"]] == [
        ("East / Sue Ray", True),
        ("All", False),
    ]
    second = client.get("/crm/owners/2026-09", limit=1, after=first.after)
    assert (second.ids, second.after) == ([bob], None)
    assert "teams" not in second.json["results"][0]
    assert client.get("/crm/owners/2026-09", archived="true").ids == [gone]
    hub.archive_owner(ann)
    assert client.get("/crm/owners/2026-09").ids == [bob]
    assert client.get(f"/crm/owners/2026-09/{bob}").json["id"] == bob
    assert client.get("/crm/owners/2026-09", email="bob.lim@example.com").ids == [bob]


def test_the_account_tells_its_zone_and_currency(client):
    details = client.get("/account-info/2026-09/details").json
    assert (details["timeZone"], details["companyCurrency"]) == ("Asia/Bangkok", "THB")
    assert (details["utcOffset"], details["utcOffsetMilliseconds"]) == ("+07:00", 25_200_000)


@pytest.mark.parametrize(
    ("dated", "older"),
    [
        ("/crm/objects/2026-09/deals?limit=2", "/crm/v3/objects/deals?limit=2"),
        ("/crm/objects/2026-09/deals", "/crm/v3/objects/0-3"),
        ("/crm/objects/2026-09/leads", "/crm/v3/objects/lead"),
        ("/crm/pipelines/2026-09/deals", "/crm/v3/pipelines/deals"),
        ("/crm/owners/2026-09", "/crm/v3/owners/"),
        ("/crm/properties/2026-09/contacts", "/crm/v3/properties/contacts"),
        ("/account-info/2026-09/details", "/account-info/v3/details"),
    ],
)
def test_older_paths_answer_the_same(hub, client, dated, older):
    hub.add_owner("Ann", "Lee")
    hub.add_deal("Acme")
    hub.add_lead("Ann at Acme", contact=hub.add_contact("ann@example.com"))
    one, two = client.ask("GET", dated), client.ask("GET", older)
    assert one.status == two.status == 200
    assert one.body == two.body


@pytest.mark.parametrize(
    "target",
    ["/", "/crm/objects/2026-03/deals", "/deals/v1/deal/paged", "/objects/2026-09/deals"],
)
def test_other_paths_are_a_404(client, target):
    assert client.ask("GET", target).status == 404


def test_other_types_and_writes_are_refused(client):
    assert client.get("/crm/objects/2026-09/gadgets").json["category"] == "VALIDATION_ERROR"
    assert client.post("/crm/objects/2026-09/deals/batch/create", {}).status == 404
    assert client.ask("DELETE", "/crm/objects/2026-09/deals/1").status == 405


def test_calls_are_logged_with_what_they_asked_for(hub, client):
    client.get("/crm/objects/2026-09/deals", limit=5)
    client.search("contacts", limit=7)
    client.get("/nowhere")
    listed, searched, lost = hub.calls()
    assert (listed.method, listed.query, listed.status) == ("GET", {"limit": ["5"]}, 200)
    assert (searched.path, searched.body["limit"]) == ("/crm/objects/2026-09/contacts/search", 7)
    assert (lost.path, lost.status, lost.token) == ("/nowhere", 404, "pat-na1-fake")
    assert hub.calls("/crm/", status=200) == [listed, searched]
