"""HubSpot's own client reads the fake: what it understands is not only our reading of it."""

from datetime import UTC, datetime

import pytest
from hubspot import HubSpot
from hubspot.crm.associations.v4 import BatchInputPublicFetchAssociationsBatchRequest
from hubspot.crm.deals import ApiException, BatchReadInputSimplePublicObjectId
from hubspot.crm.deals import PublicObjectSearchRequest as Search

from tests.fakes.hubspot.hub import FakeHubSpot

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def hub():
    with FakeHubSpot(now=NOW) as made:
        yield made


@pytest.fixture
def client(hub):
    # Every part of the client is made anew when it is named, from these words.
    return HubSpot(access_token=hub.token, host=hub.url)


def test_it_lists_deals_page_after_page_with_their_history(hub, client):
    keys = [hub.add_deal(f"ดีล {number}", amount=number) for number in range(55)]
    hub.move(keys[0], "Won", at="2026-03-02T10:00:00Z")
    first = client.crm.deals.basic_api.get_page(
        limit=50, properties=["dealname"], properties_with_history=["dealstage"]
    )
    second = client.crm.deals.basic_api.get_page(limit=50, after=first.paging.next.after)
    assert [one.id for one in (*first.results, *second.results)] == keys
    assert second.paging is None
    moments = first.results[0].properties_with_history["dealstage"]
    assert [one.value for one in moments] == ["closedwon", "1084510"]
    assert first.results[0].updated_at == NOW


def test_it_searches_and_reads_many_at_once(hub, client):
    keys = [hub.add_deal(f"Deal {number}", amount=number) for number in range(9)]
    request = Search(
        filter_groups=[
            {"filters": [{"propertyName": "amount", "operator": "GTE", "value": "6"}]}
        ],
        sorts=["hs_object_id"], properties=["amount"], limit=2, after="0",
    )  # fmt: skip
    found = client.crm.deals.search_api.do_search(request)
    assert (found.total, [one.id for one in found.results]) == (3, keys[6:8])
    many = client.crm.deals.batch_api.read(
        BatchReadInputSimplePublicObjectId(
            inputs=[{"id": key} for key in keys[:3]],
            properties=["amount"],
            properties_with_history=[],
        )  # fmt: skip
    )
    assert {one.id: one.properties["amount"] for one in many.results} == {
        keys[0]: "0", keys[1]: "1", keys[2]: "2",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["calls", "emails", "meetings", "tasks", "tickets", "line_items"])
def test_it_reads_what_stands_around_deals(hub, client, kind):
    key = hub.add(kind)
    deal = hub.add_deal("One")
    hub.associate(kind, key, "deals", deal)
    [found] = client.crm.objects.basic_api.get_page(kind, associations=["deals"]).results
    assert (found.id, found.archived) == (key, False)
    assert {one.id for one in found.associations["deals"].results} == {deal}


def test_it_reads_owners_pipelines_properties_and_links(hub, client):
    owner = hub.add_owner("Ann", "Lee", teams=("East",))
    deal, contact = hub.add_deal("One"), hub.add_contact("joe@example.com")
    hub.associate("deals", deal, "contacts", contact)
    [ann] = client.crm.owners.owners_api.get_page().results
    assert (ann.id, ann.first_name, ann.teams[0].name) == (owner, "Ann", "East")
    [sales] = client.crm.pipelines.pipelines_api.get_all("deals").results
    assert [one.label for one in sales.stages] == ["Prospecting", "Engaging", "Won", "Lost"]
    names = {one.name for one in client.crm.properties.core_api.get_all("calls").results}
    assert {"hs_timestamp", "hs_call_disposition"} <= names
    asked = BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": deal}])
    [link] = client.crm.associations.v4.batch_api.get_page("deals", "contacts", asked).results
    assert [str(one.to_object_id) for one in link.to] == [contact]


def test_it_understands_refusals(hub, client):
    hub.grant({"crm.objects.contacts.read"})
    with pytest.raises(ApiException) as caught:
        client.crm.deals.basic_api.get_page()
    assert (caught.value.status, "MISSING_SCOPES" in caught.value.body) == (403, True)
