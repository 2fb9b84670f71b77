import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.hubspot.client import DEALS, Client
from tests.fakes.hubspot.generate import generate
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.fakes.hubspot.maven import load_maven
from tests.fakes.hubspot.stamps import to_ms

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "data" / "maven_crm"
SMALL = {
    "products.csv": "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n",
    "accounts.csv": "account,sector,year_established,revenue,employees,office_location,"
    "subsidiary_of\nIsdom,medical,2002,3178.24,4540,United States,\n",
    "sales_teams.csv": "sales_agent,manager,regional_office\nAnn Lee,Sue Ray,East\n"
    "Bo Van Dam,Tim Roe,West\n",
    "sales_pipeline.csv": "opportunity_id,sales_agent,product,account,deal_stage,engage_date,"
    "close_date,close_value\n"
    "W1,Ann Lee,GTXPro,Isdom,Won,2016-10-25,2017-03-11,4514\n"
    "L1,Bo Van Dam,MG Special,Isdom,Lost,2016-11-01,2017-03-12,0\n"
    "E1,Ann Lee,MG Special,,Engaging,2017-01-02,,\n"
    "P1,Bo Van Dam,GTX Pro,,Prospecting,,,\n",
}


@pytest.fixture
def small(tmp_path):
    for name, text in SMALL.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def hub():
    with FakeHubSpot(now=NOW) as hub:
        yield hub


@pytest.fixture
def client(hub):
    with Client(hub.url) as client:
        yield client


def deal(client, key, *names, **query):
    reply = client.get(f"{DEALS}/{key}", properties=",".join(names), **query)
    return reply.json


def test_a_won_deal_of_maven_has_its_dates_at_midnight_and_its_stages(hub, client, small):
    key = load_maven(hub, small)["W1"]
    names = "amount closedate createdate product list_price engage_date sales_region sales_manager"
    row = deal(client, key, *names.split(), propertiesWithHistory="dealstage")
    values = row["properties"]
    assert (values["amount"], values["product"], values["list_price"]) == (
        "4514",
        "GTX Pro",
        "4821",
    )
    assert values["createdate"] == row["createdAt"] == "2016-10-25T00:00:00Z"
    assert values["closedate"] == "2017-03-11T00:00:00Z"
    assert values["engage_date"] == "2016-10-25"
    assert (values["sales_region"], values["sales_manager"]) == ("East", "Sue Ray")
    history = row["propertiesWithHistory"]["dealstage"]
    assert [(entry["value"], entry["timestamp"]) for entry in history] == [
        ("closedwon", "2017-03-11T00:00:00Z"),
        ("1084511", "2016-10-25T00:00:00Z"),
    ]
    assert values["hs_lastmodifieddate"] == "2026-03-02T09:30:00Z"


def test_a_deal_of_maven_that_was_never_engaged_is_created_when_loaded(hub, client, small):
    keys = load_maven(hub, small)
    values = deal(client, keys["P1"], "createdate", "engage_date", "closedate", "amount")
    assert values["properties"]["createdate"] == "2026-03-02T09:30:00Z"
    assert values["properties"]["engage_date"] is None
    assert values["properties"]["closedate"] is None
    assert values["properties"]["amount"] is None
    assert deal(client, keys["L1"], "amount")["properties"]["amount"] == "0"


def test_agents_of_maven_are_owners_in_a_team_of_region_and_manager(hub, client, small):
    load_maven(hub, small)
    owners = client.get("/crm/owners/2026-09").json["results"]
    shown = [(o["firstName"], o["lastName"], o["teams"][0]["name"]) for o in owners]
    assert shown == [("Ann", "Lee", "East / Sue Ray"), ("Bo", "Van Dam", "West / Tim Roe")]


def test_accounts_of_maven_are_companies_of_their_deals(hub, client, small):
    keys = load_maven(hub, small)
    rows = client.get("/crm/objects/2026-09/companies", properties="name,industry,country").json
    company = rows["results"][0]
    assert company["properties"]["name"] == "Isdom"
    assert company["properties"]["industry"] == "medical"
    assert company["properties"]["country"] == "United States"
    linked = deal(client, keys["W1"], associations="companies")["associations"]["companies"]
    assert {link["id"] for link in linked["results"]} == {company["id"]}
    assert "associations" not in deal(client, keys["E1"], associations="companies")


def test_the_whole_of_maven_is_served_and_adds_up(hub, client, small):
    folder = PUBLISHED if PUBLISHED.exists() else small
    load_maven(hub, folder)
    with (folder / "sales_pipeline.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    names = "amount,dealstage,opportunity_id"
    served = [
        row["properties"]
        for page in client.pages(limit=100, properties=names)
        for row in page.json["results"]
    ]
    labels = {stage.id: stage.label for stage in hub.pipelines["deals"][0].stages}
    told = Counter(row["deal_stage"] for row in rows)
    assert Counter(labels[deal["dealstage"]] for deal in served) == told
    assert {deal["opportunity_id"] for deal in served} == {row["opportunity_id"] for row in rows}
    assert sum(int(deal["amount"] or 0) for deal in served) == sum(
        int(row["close_value"] or 0) for row in rows
    )
    stamp = {"propertyName": "hs_lastmodifieddate", "operator": "EQ", "value": str(to_ms(NOW))}
    assert client.search(filters=[stamp]).json["total"] == len(rows)


def test_generated_accounts_are_the_same_for_the_same_seed():
    answers = []
    for seed in (1, 1, 2):
        with FakeHubSpot(now=NOW) as hub, Client(hub.url) as client:
            generate(hub, 120, seed=seed)
            answers.append([page.body for page in client.pages(limit=100)])
    assert answers[0] == answers[1]
    assert answers[0] != answers[2]


def test_generated_deals_are_all_listed_once_and_many_share_a_stamp(hub, client):
    generate(hub, 10_001, period=500)
    rows = [
        (int(row["id"]), row["properties"]["hs_object_id"], row["updatedAt"])
        for page in client.pages(limit=100)
        for row in page.json["results"]
    ]
    assert [row[0] for row in rows] == list(hub.tables["deals"].bulk.ids)
    assert all(str(row[0]) == row[1] for row in rows)
    stamps = Counter(row[2] for row in rows)
    assert max(stamps.values()) == 250
    assert list(stamps) == sorted(stamps)


def test_a_generated_page_says_what_the_records_say(hub, client):
    generate(hub, 300, period=90)
    names = sorted(hub.types["deals"].properties)
    shown = [
        row
        for page in client.pages(limit=50, properties=",".join(names))
        for row in page.json["results"]
    ]
    assert shown == hub.objects("deals")
    body = {
        "inputs": [{"id": row["id"]} for row in shown[:50]],
        "properties": names,
        "propertiesWithHistory": ["dealstage"],
    }
    batch = client.post(f"{DEALS}/batch/read", body).json["results"]
    by_id = {row["id"]: row for row in batch}
    for row in shown[:50]:
        history = by_id[row["id"]].pop("propertiesWithHistory")["dealstage"]
        assert by_id[row["id"]] == row
        assert history[0]["value"] == row["properties"]["dealstage"]
        assert history[-1]["timestamp"] == row["createdAt"]


def test_changes_among_generated_deals_show_wherever_they_are_read(hub, client):
    generate(hub, 1000, period=100)
    keys = client.all_ids()
    hub.update("deals", keys[150], amount="77")
    hub.archive("deals", keys[10])
    hub.delete("deals", keys[20])
    left = hub.merge("deals", keys[30], keys[40])
    late = hub.add_deal("Late")
    gone = {keys[n] for n in (10, 20, 30, 40)}
    assert client.all_ids() == [key for key in keys if key not in gone] + [left, late]
    assert client.all_ids(archived="true") == [keys[10]]
    assert deal(client, keys[150], "amount")["properties"]["amount"] == "77"
    since = [{"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": str(to_ms(NOW))}]
    assert client.search(filters=since).ids == [keys[150], left, late]
    everything = client.search(sorts=["hs_lastmodifieddate"], limit=200, after="800").json
    assert everything["total"] == 998
    assert [row["id"] for row in everything["results"]][-3:] == [keys[150], left, late]


@pytest.mark.parametrize("operator", ["EQ", "GT", "GTE", "LT", "LTE", "BETWEEN"])
@pytest.mark.parametrize("name", ["hs_lastmodifieddate", "hs_object_id"])
def test_a_search_over_generated_deals_finds_what_a_look_at_each_finds(hub, client, name, operator):
    generate(hub, 100, share=7, companies=0)
    rows = hub.objects("deals")
    known = [row["properties"][name] for row in rows]
    as_number = to_ms if name == "hs_lastmodifieddate" else int
    low, high = as_number(known[30]), as_number(known[60])
    tests = {
        "EQ": lambda v: v == low,
        "GT": lambda v: v > low,
        "GTE": lambda v: v >= low,
        "LT": lambda v: v < low,
        "LTE": lambda v: v <= low,
        "BETWEEN": lambda v: low <= v <= high,
    }
    for more in (0, 1, -1):
        low = as_number(known[30]) + more
        given = {"propertyName": name, "operator": operator, "value": str(low)}
        found = client.search(filters=[{**given, "highValue": str(high)}]).ids
        expected = [
            row["id"] for row, v in zip(rows, known, strict=True) if tests[operator](as_number(v))
        ]
        assert found == expected


def test_a_search_over_generated_deals_can_filter_and_sort_by_anything(hub, client):
    generate(hub, 400, period=60)
    rows = hub.objects("deals")
    won = [row for row in rows if row["properties"]["dealstage"] == "closedwon"]
    stage = {"propertyName": "dealstage", "operator": "EQ", "value": "closedwon"}
    found = client.search(filters=[stage], sorts=["-amount"], limit=200, properties=["amount"])
    assert found.json["total"] == len(won)
    amounts = [int(row["properties"]["amount"]) for row in found.json["results"]]
    assert amounts == sorted((int(row["properties"]["amount"]) for row in won), reverse=True)[:200]
    few = {
        "propertyName": "hs_object_id",
        "operator": "IN",
        "values": [won[0]["id"], won[-1]["id"], "5"],
    }
    assert client.search(filters=[few, stage]).ids == [won[0]["id"], won[-1]["id"]]


def test_generated_deals_come_with_their_companies(hub, client):
    generate(hub, 30, companies=3)
    listed = client.get(DEALS, limit=30, associations="companies").json["results"]
    companies = set(client.all_ids("/crm/objects/2026-09/companies"))
    body = {"inputs": [{"id": row["id"]} for row in listed]}
    target = "/crm/associations/2026-09/deals/companies/batch/read"
    read = {
        result["from"]["id"]: result["to"][0]["toObjectId"]
        for result in client.post(target, body).json["results"]
    }
    assert read == {
        row["id"]: row["associations"]["companies"]["results"][0]["id"] for row in listed
    }
    assert set(read.values()) == companies
