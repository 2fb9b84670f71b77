import pytest

from tests.fakes.hubspot.client import DEALS, Client
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.fakes.hubspot.limits import Limits

LINKS = "/crm/associations/2026-09"


@pytest.fixture
def hub():
    with FakeHubSpot() as hub:
        yield hub


@pytest.fixture
def client(hub):
    with Client(hub.url) as client:
        yield client


def read(client, ids, history=(), **query):
    body = {
        "inputs": [{"id": key} for key in ids],
        "properties": ["dealname"],
        "propertiesWithHistory": list(history),
    }
    target = f"{DEALS}/batch/read" + ("?archived=true" if query.get("archived") else "")
    return client.post(target, body)


def test_a_batch_answers_each_known_id_once(hub, client):
    keys = [hub.add_deal(f"Deal {n}") for n in range(3)]
    reply = read(client, [*keys, keys[0]])
    assert reply.status == 200
    assert sorted(reply.ids) == sorted(keys)
    # No order is promised, so a client that relies on that of its inputs is found out.
    assert reply.ids != keys
    assert reply.json["status"] == "COMPLETE"
    assert {"startedAt", "completedAt"} <= reply.json.keys()


def test_unknown_and_archived_ids_make_it_a_207_with_errors(hub, client):
    key, gone = hub.add_deal("Acme"), hub.add_deal("Gone")
    hub.archive("deals", gone)
    reply = read(client, [key, gone, "42"])
    assert reply.status == 207
    assert reply.ids == [key]
    assert reply.json["numErrors"] == 1
    error = reply.json["errors"][0]
    assert error["category"] == "OBJECT_NOT_FOUND"
    assert error["context"]["ids"] == sorted([gone, "42"])
    assert read(client, [gone], archived=True).ids == [gone]


def test_a_batch_has_at_most_100_inputs_and_50_with_history(hub, client):
    keys = [hub.add_deal(f"Deal {n}") for n in range(101)]
    assert read(client, keys[:100]).status == 200
    assert read(client, keys).status == 400
    assert read(client, keys[:50], ["dealstage"]).status == 200
    assert read(client, keys[:51], ["dealstage"]).status == 400


def test_the_current_version_wants_all_fields_and_the_older_one_does_not(hub, client):
    key = hub.add_deal("Acme")
    assert client.post(f"{DEALS}/batch/read", {"inputs": [{"id": key}]}).status == 400
    older = client.post("/crm/v3/objects/deals/batch/read", {"inputs": [{"id": key}]})
    assert older.status == 200
    body = {"inputs": [{"id": int(key)}], "properties": [], "propertiesWithHistory": []}
    assert client.post(f"{DEALS}/batch/read", body).status == 400


def test_history_comes_with_a_batch(hub, client):
    key = hub.add_deal("Acme", stage="Engaging", created="2026-01-01")
    hub.move(key, "Won", at="2026-02-01")
    row = read(client, [key], ["dealstage", "amount"]).json["results"][0]
    assert [e["value"] for e in row["propertiesWithHistory"]["dealstage"]] == [
        "closedwon",
        "1084511",
    ]
    assert row["propertiesWithHistory"]["amount"] == []


def test_a_listing_shows_a_primary_company_twice_as_hubspot_does(hub, client):
    company, contact = hub.add_company("Acme"), hub.add_contact("ann@example.com")
    hub.add_deal("Acme", company=company, contacts=[contact])
    hub.add_deal("Alone")
    first, second = client.get(DEALS, associations="companies,contacts").json["results"]
    assert first["associations"] == {
        "companies": {
            "results": [
                {"id": company, "type": "deal_to_company"},
                {"id": company, "type": "deal_to_company_unlabeled"},
            ]
        },
        "contacts": {"results": [{"id": contact, "type": "deal_to_contact"}]},
    }
    assert "associations" not in second


def test_associations_are_read_in_batches_and_none_is_an_error_entry(hub, client):
    company = hub.add_company("Acme")
    linked, alone = hub.add_deal("Acme", company=company), hub.add_deal("Alone")
    body = {"inputs": [{"id": linked}, {"id": alone}]}
    reply = client.post(f"{LINKS}/deals/companies/batch/read", body)
    assert reply.status == 207
    assert reply.json["results"] == [
        {
            "from": {"id": linked},
            "to": [
                {
                    "toObjectId": company,
                    "associationTypes": [
                        {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"},
                        {"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None},
                    ],
                }
            ],
        }
    ]
    assert reply.json["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert reply.json["errors"][0]["context"]["fromObjectId"] == [alone]


def test_associations_hold_in_both_directions_until_taken_away(hub, client):
    company = hub.add_company("Acme")
    key = hub.add_deal("Acme", company=company)
    target = f"{LINKS}/companies/deals/batch/read"
    reply = client.post(target, {"inputs": [{"id": company}]})
    assert reply.json["results"][0]["to"][0]["toObjectId"] == key
    hub.dissociate("deals", key, "companies", company)
    assert client.post(target, {"inputs": [{"id": company}]}).json["results"] == []


def test_an_archived_record_is_no_longer_associated(hub, client):
    company = hub.add_company("Acme")
    key = hub.add_deal("Acme", company=company)
    hub.archive("companies", company)
    reply = client.post(f"{LINKS}/deals/companies/batch/read", {"inputs": [{"id": key}]})
    assert reply.json["numErrors"] == 1


def test_many_associations_of_one_record_are_paged_per_input():
    small = Limits(association_page=2, association_inputs=3)
    with FakeHubSpot(size_limits=small) as hub, Client(hub.url) as client:
        contacts = [hub.add_contact(f"{n}@example.com") for n in range(5)]
        key = hub.add_deal("Acme", contacts=contacts)
        target, found, after = f"{LINKS}/deals/contacts/batch/read", [], None
        while True:
            item = {"id": key} if after is None else {"id": key, "after": after}
            result = client.post(target, {"inputs": [item]}).json["results"][0]
            found += [link["toObjectId"] for link in result["to"]]
            if "paging" not in result:
                break
            after = result["paging"]["next"]["after"]
        assert found == contacts
        assert client.post(target, {"inputs": [{"id": key}] * 4}).status == 400


def test_the_older_associations_have_their_own_shape(hub, client):
    company = hub.add_company("Acme")
    key = hub.add_deal("Acme", company=company)
    reply = client.post(
        "/crm/v3/associations/deals/companies/batch/read", {"inputs": [{"id": key}]}
    )
    assert reply.json["results"][0]["to"] == [{"id": company, "type": "deal_to_company"}]
