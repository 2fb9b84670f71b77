from datetime import UTC, datetime

import pytest

from tests.fakes.hubspot.client import DEALS, Client
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.fakes.hubspot.limits import Limits

NOW = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)


@pytest.fixture
def hub():
    with FakeHubSpot(now=NOW) as hub:
        yield hub


@pytest.fixture
def client(hub):
    with Client(hub.url) as client:
        yield client


def test_a_deal_comes_with_text_values_and_its_stamps(hub, client):
    key = hub.add_deal("Acme", amount=1200, created="2026-01-05", closed="2026-02-01")
    row = client.get(DEALS).json["results"][0]
    assert row["id"] == key
    assert row["properties"] == {
        "amount": "1200",
        "closedate": "2026-02-01T00:00:00Z",
        "createdate": "2026-01-05T00:00:00Z",
        "dealname": "Acme",
        "dealstage": "1084510",
        "hs_lastmodifieddate": "2026-03-02T09:30:15.250Z",
        "hs_object_id": key,
        "pipeline": "default",
    }
    assert row["createdAt"] == "2026-01-05T00:00:00Z"
    assert row["updatedAt"] == "2026-03-02T09:30:15.250Z"
    assert row["archived"] is False
    assert "archivedAt" not in row


def test_asked_properties_come_with_the_three_that_always_come(hub, client):
    hub.add_deal("Acme", amount=1)
    row = client.get(DEALS, properties="amount,closedate,no_such_property").json["results"][0]
    assert row["properties"]["amount"] == "1"
    assert row["properties"]["closedate"] is None
    stamps = {"createdate", "hs_lastmodifieddate", "hs_object_id"}
    assert row["properties"].keys() == {"amount", "closedate", *stamps}


def test_contacts_have_a_stamp_of_another_name(hub, client):
    hub.add_contact("ann@example.com", firstname="Ann")
    row = client.get("/crm/objects/2026-09/contacts").json["results"][0]
    assert row["properties"]["lastmodifieddate"] == "2026-03-02T09:30:15.250Z"
    assert "hs_lastmodifieddate" not in row["properties"]


def test_a_listing_is_paged_by_cursor_until_it_has_none(hub, client):
    made = [hub.add_deal(f"Deal {n}") for n in range(25)]
    pages = list(client.pages(limit=10))
    assert [len(page.ids) for page in pages] == [10, 10, 5]
    assert [key for page in pages for key in page.ids] == made
    assert pages[-1].json.keys() == {"results"}


def test_ids_cross_a_power_of_ten_and_stay_in_order_of_numbers(hub, client):
    made = [hub.add_deal(f"Deal {n}") for n in range(600)]
    assert made != sorted(made)
    assert client.all_ids() == made


def test_a_page_has_at_most_100_and_50_with_history(hub, client):
    assert client.get(DEALS, limit=100).status == 200
    assert client.get(DEALS, limit=101).json["category"] == "VALIDATION_ERROR"
    assert client.get(DEALS, limit=50, propertiesWithHistory="dealstage").status == 200
    assert client.get(DEALS, limit=51, propertiesWithHistory="dealstage").status == 400
    assert client.get(DEALS, limit="many").status == 400
    assert client.get(DEALS, limit=0).status == 400


def test_an_overlong_address_is_a_414_page(hub, client):
    reply = client.get(DEALS, properties=",".join(f"property_{n}" for n in range(2000)))
    assert reply.status == 414
    assert reply.headers["content-type"].startswith("text/html")


def test_a_row_added_or_moved_between_pages_is_neither_lost_nor_doubled(hub, client):
    made = [hub.add_deal(f"Deal {n}") for n in range(30)]
    hub.after_page(1, lambda: hub.archive("deals", made[0]))
    hub.after_page(2, lambda: made.append(hub.add_deal("Late")))
    assert client.all_ids(limit=10) == made


def test_archived_deals_are_listed_apart_with_their_stamp(hub, client):
    kept, gone = hub.add_deal("Kept"), hub.add_deal("Gone")
    hub.archive("deals", gone, at="2026-03-01T08:00:00Z")
    assert client.all_ids() == [kept]
    rows = client.get(DEALS, archived="true").json["results"]
    assert [(row["id"], row["archived"], row["archivedAt"]) for row in rows] == [
        (gone, True, "2026-03-01T08:00:00Z")
    ]
    hub.restore("deals", gone)
    assert client.all_ids() == [kept, gone]
    assert client.all_ids(archived="true") == []


def test_a_deleted_deal_is_in_no_list(hub, client):
    gone = hub.add_deal("Gone")
    hub.delete("deals", gone)
    assert client.all_ids() + client.all_ids(archived="true") == []
    assert client.get(f"{DEALS}/{gone}").status == 404


def test_a_merge_leaves_one_record_with_a_new_id_that_names_both(hub, client):
    company = hub.add_company("Acme")
    one = hub.add_deal("One", amount=5, created="2026-01-02")
    two = hub.add_deal("Two", created="2026-01-01", company=company, closedate="2026-05-01")
    left = hub.merge("deals", one, two)
    assert client.all_ids() == [left]
    assert client.all_ids(archived="true") == []
    names = "dealname,amount,closedate,hs_merged_object_ids"
    row = client.get(f"{DEALS}/{left}", properties=names, associations="companies").json
    assert row["properties"]["dealname"] == "One"
    assert row["properties"]["closedate"] == "2026-05-01T00:00:00Z"
    assert row["properties"]["hs_merged_object_ids"] == f"{one};{two}"
    assert row["createdAt"] == "2026-01-01T00:00:00Z"
    assert {link["id"] for link in row["associations"]["companies"]["results"]} == {company}
    assert client.get(f"{DEALS}/{two}").status == 404


def test_a_merge_may_keep_the_winner_and_forward_the_loser(hub, client):
    hub.merged_ids = "forward"
    one, two = hub.add_deal("One"), hub.add_deal("Two")
    assert hub.merge("deals", one, two, new_id=False) == one
    assert client.all_ids() == [one]
    assert client.get(f"{DEALS}/{two}").json["id"] == one


def test_stage_history_is_newest_first_whatever_order_it_was_told_in(hub, client):
    key = hub.add_deal("Acme", created="2026-01-01", stage="Prospecting")
    hub.move(key, "Won", at="2026-02-01T10:00:00Z")
    hub.move(key, "Engaging", at="2026-01-10T10:00:00Z")
    row = client.get(DEALS, propertiesWithHistory="dealstage").json["results"][0]
    history = row["propertiesWithHistory"]["dealstage"]
    assert [(entry["value"], entry["timestamp"]) for entry in history] == [
        ("closedwon", "2026-02-01T10:00:00Z"),
        ("1084511", "2026-01-10T10:00:00Z"),
        ("1084510", "2026-01-01T00:00:00Z"),
    ]
    assert {entry["sourceType"] for entry in history} == {"CRM_UI"}
    assert all(isinstance(entry["updatedByUserId"], int) for entry in history)
    assert row["properties"]["dealstage"] == "closedwon"


def test_a_move_brings_what_hubspot_computes_into_line(hub, client):
    key = hub.add_deal("Acme", created="2026-01-01", stage="Engaging")
    hub.move(key, "Lost", at="2026-02-01T10:00:00Z")
    names = "closedate,hs_is_closed,hs_is_closed_won,hs_is_closed_lost,hs_deal_stage_probability"
    names += ",hs_v2_date_entered_closedlost,hs_v2_date_exited_1084511"
    values = client.get(f"{DEALS}/{key}", properties=names).json["properties"]
    assert values["closedate"] == "2026-02-01T10:00:00Z"
    assert (values["hs_is_closed"], values["hs_is_closed_won"]) == ("true", "false")
    assert (values["hs_is_closed_lost"], values["hs_deal_stage_probability"]) == ("true", "0.0")
    assert values["hs_v2_date_entered_closedlost"] == "2026-02-01T10:00:00Z"
    assert values["hs_v2_date_exited_1084511"] == "2026-02-01T10:00:00Z"


def test_a_deal_that_closes_may_keep_a_close_date_of_its_own(hub, client):
    key = hub.add_deal("Acme")
    hub.move(key, "Won", at="2026-02-01T10:00:00Z", closed="2026-01-31")
    values = client.get(f"{DEALS}/{key}", properties="closedate").json["properties"]
    assert values["closedate"] == "2026-01-31T00:00:00Z"


def test_modification_stamps_come_from_the_clock_of_the_account(hub, client):
    key = hub.add_deal("Acme", created="2026-01-01")
    hub.advance(60)
    hub.update("deals", key, amount="7.50", at="2026-01-03")
    row = client.get(f"{DEALS}/{key}", propertiesWithHistory="amount").json
    assert row["updatedAt"] == "2026-03-02T09:31:15.250Z"
    assert row["properties"]["hs_lastmodifieddate"] == row["updatedAt"]
    assert row["propertiesWithHistory"]["amount"][0]["timestamp"] == "2026-01-03T00:00:00Z"


def test_a_touch_bumps_stamps_and_changes_nothing_else(hub, client):
    hub.add_deal("Acme")
    before = client.get(DEALS).json["results"][0]["properties"]
    hub.advance(1)
    hub.touch("deals")
    after = client.get(DEALS).json["results"][0]["properties"]
    assert before.pop("hs_lastmodifieddate") < after.pop("hs_lastmodifieddate")
    assert before == after


def test_a_property_that_is_not_defined_is_refused_and_a_custom_one_is_described(hub, client):
    with pytest.raises(KeyError, match="region"):
        hub.add_deal("Acme", region="East")
    hub.define_property("deals", "region", "enumeration", options=[("e", "East")])
    hub.add_deal("Acme", region="e")
    described = {p["name"]: p for p in client.get("/crm/properties/2026-09/deals").json["results"]}
    assert described["region"]["hubspotDefined"] is False
    assert described["region"]["options"][0] | {"displayOrder": 0} == {
        "label": "East",
        "value": "e",
        "displayOrder": 0,
        "hidden": False,
    }
    assert described["amount"]["type"] == "number"
    assert described["closedate"]["type"] == "datetime"
    stages = {option["label"]: option["value"] for option in described["dealstage"]["options"]}
    assert stages["Won"] == "closedwon"


def test_kept_history_can_be_limited():
    with FakeHubSpot(size_limits=Limits(history=2)) as hub, Client(hub.url) as client:
        key = hub.add_deal("Acme", amount=1)
        for amount in (2, 3, 4):
            hub.update("deals", key, amount=amount)
        row = client.get(f"{DEALS}/{key}", propertiesWithHistory="amount").json
        assert [e["value"] for e in row["propertiesWithHistory"]["amount"]] == ["4", "3"]


def test_the_truth_for_comparisons_has_every_property_of_every_record(hub):
    key = hub.add_deal("Acme", amount=5)
    hub.archive("deals", hub.add_deal("Gone"))
    rows = hub.objects("deals")
    assert [row["id"] for row in rows] == [key]
    assert rows[0]["properties"].keys() == hub.types["deals"].properties.keys()
    assert len(hub.objects("deals", archived=True)) == 1
