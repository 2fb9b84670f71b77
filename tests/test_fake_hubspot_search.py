from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.hubspot.client import DEALS, Client
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.fakes.hubspot.limits import Limits
from tests.fakes.hubspot.stamps import to_ms

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SEARCH = f"{DEALS}/search"
FULL = {"filterGroups": [], "sorts": [], "properties": [], "limit": 100, "after": "0"}


@pytest.fixture
def hub():
    with FakeHubSpot(now=NOW) as hub:
        yield hub


@pytest.fixture
def client(hub):
    with Client(hub.url) as client:
        yield client


def where(name, operator, value=None, **more):
    given = {} if value is None else {"value": value}
    return {"propertyName": name, "operator": operator, **given, **more}


@pytest.mark.parametrize("field", list(FULL))
def test_each_of_the_five_fields_is_required_now_and_none_was_before(hub, client, field):
    body = {name: value for name, value in FULL.items() if name != field}
    reply = client.post(SEARCH, body)
    assert (reply.status, reply.json["category"]) == (400, "VALIDATION_ERROR")
    assert field in reply.json["message"]
    assert client.post("/crm/v3/objects/deals/search", {}).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 201},
        {"limit": 0},
        {"limit": "100"},
        {"after": 0},
        {"after": "x"},
        {"sorts": ["amount", "createdate"]},
        {"sorts": ["nothing"]},
        {"filterGroups": {}},
        {"filterGroups": [{"filters": [where("nothing", "EQ", "1")]}]},
        {"filterGroups": [{"filters": [where("amount", "LIKE", "1")]}]},
        {"filterGroups": [{"filters": [where("amount", "EQ", "much")]}]},
        {"filterGroups": [{"filters": [where("amount", "EQ", 5)]}]},
        {"filterGroups": [{"filters": [where("closedate", "GTE", "2026-01-01")]}]},
        {"filterGroups": [{"filters": [where("amount", "IN", "5")]}]},
        {"filterGroups": [{"filters": [where("amount", "BETWEEN", "5")]}]},
        {"filterGroups": [{"filters": []}] * 7},
        {"filterGroups": [{"filters": [where("amount", "GT", "1")] * 19}]},
        {"query": "acme"},
    ],
)
def test_a_wrong_search_is_a_400(client, wrong):
    reply = client.post(SEARCH, {**FULL, **wrong})
    assert (reply.status, reply.json["category"]) == (400, "VALIDATION_ERROR")


def test_a_search_takes_up_to_200_a_page_and_counts_them_all(hub, client):
    made = [hub.add_deal(f"Deal {n}") for n in range(250)]
    first = client.search(limit=200)
    assert (first.json["total"], len(first.ids), first.after) == (250, 200, "200")
    second = client.search(limit=200, after=first.after)
    assert (second.after, first.ids + second.ids) == (None, made)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([where("amount", "EQ", "10")], ["b"]),
        ([where("amount", "GT", "9")], ["b", "c"]),
        ([where("amount", "GTE", "10.0")], ["b", "c"]),
        ([where("amount", "LT", "10")], ["a"]),
        ([where("amount", "LTE", "10")], ["a", "b"]),
        ([where("amount", "BETWEEN", "9", highValue="10")], ["a", "b"]),
        ([where("amount", "IN", values=["9", "100"])], ["a", "c"]),
        ([where("amount", "HAS_PROPERTY")], ["a", "b", "c"]),
        ([where("amount", "NOT_HAS_PROPERTY")], ["d"]),
        ([where("dealname", "EQ", "A")], ["a"]),
        ([where("dealname", "IN", values=["A", "b"])], ["b"]),
        ([where("dealstage", "EQ", "closedwon")], ["c"]),
        ([where("closedate", "GTE", str(to_ms("2026-02-01")))], ["c"]),
        ([where("amount", "GT", "9"), where("dealstage", "NEQ", "closedwon")], ["b"]),
        ([], ["a", "b", "c", "d"]),
    ],
)
def test_filters_compare_numbers_dates_and_text(hub, client, filters, expected):
    hub.add_deal("a", amount=9)
    hub.add_deal("b", amount=10)
    hub.add_deal("c", amount="100.0", stage="Won", closed="2026-02-01")
    hub.add_deal("d")
    rows = client.search(filters=filters, properties=["dealname"]).json["results"]
    assert [row["properties"]["dealname"] for row in rows] == expected


def test_groups_of_filters_are_alternatives(hub, client):
    keys = [hub.add_deal("Deal", amount=n) for n in range(4)]
    groups = [{"filters": [where("amount", "EQ", "0")]}, {"filters": [where("amount", "EQ", "3")]}]
    assert client.search(filterGroups=groups).ids == [keys[0], keys[3]]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("amount", ["9", "10", "100", None]),
        ("-amount", [None, "100", "10", "9"]),
        ({"propertyName": "amount", "direction": "DESCENDING"}, [None, "100", "10", "9"]),
    ],
)
def test_a_search_is_sorted_by_the_value_and_not_its_text(hub, client, sort, expected):
    for amount in ("100", "9", None, "10"):
        hub.add_deal("Deal", amount=amount)
    rows = client.search(sorts=[sort], properties=["amount"]).json["results"]
    assert [row["properties"]["amount"] for row in rows] == expected


def test_a_search_never_has_archived_deals(hub, client):
    kept, gone = hub.add_deal("Kept"), hub.add_deal("Gone")
    hub.archive("deals", gone)
    assert client.search().ids == [kept]


def test_a_search_ends_at_10_000_results():
    with FakeHubSpot(size_limits=Limits(search_cap=30)) as hub, Client(hub.url) as client:
        made = [hub.add_deal(f"Deal {n}") for n in range(31)]
        last = client.search(limit=10, after="20")
        assert (last.json["total"], last.after) == (31, "30")
        beyond = client.search(limit=10, after=last.after)
        assert (beyond.status, beyond.json["category"]) == (400, "VALIDATION_ERROR")
        assert client.search(limit=10, after="21").status == 400
        window = [where("hs_object_id", "GT", last.ids[-1])]
        assert client.search(limit=10, filters=window).ids == made[30:]
    assert Limits().search_cap == 10_000


def test_paging_by_offset_loses_a_row_when_an_earlier_one_changes(hub, client):
    made = [hub.add_deal(f"Deal {n}") for n in range(6)]
    hub.after_page(1, lambda: hub.archive("deals", made[0]), path=SEARCH)
    first = client.search(limit=3)
    second = client.search(limit=3, after=first.after)
    assert first.ids + second.ids == [*made[:3], *made[4:]]


def test_stamps_are_compared_in_milliseconds(hub, client):
    early = hub.add_deal("Early")
    hub.advance(0.001)
    late = hub.add_deal("Late")
    stamp = str(to_ms(NOW))
    assert client.search(filters=[where("hs_lastmodifieddate", "GTE", stamp)]).ids == [early, late]
    assert client.search(filters=[where("hs_lastmodifieddate", "GT", stamp)]).ids == [late]


def test_contacts_are_searched_by_their_own_stamp(hub, client):
    key = hub.add_contact("ann@example.com")
    found = client.search("contacts", filters=[where("lastmodifieddate", "GTE", "0")])
    assert found.ids == [key]
    wrong = client.search("contacts", filters=[where("hs_lastmodifieddate", "GTE", "0")])
    assert wrong.status == 400


def test_the_index_lags_behind_as_long_as_it_is_told():
    with FakeHubSpot(now=NOW, search_lag=10) as hub, Client(hub.url) as client:
        key = hub.add_deal("Acme", amount=1)
        assert client.search().ids == []
        assert client.all_ids() == [key]
        hub.advance(10)
        hub.update("deals", key, amount=2)
        row = client.search(properties=["amount"]).json["results"][0]
        assert (row["properties"]["amount"], row["updatedAt"]) == ("1", "2026-03-02T09:30:00Z")
        hub.advance(10)
        row = client.search(properties=["amount"]).json["results"][0]
        assert row["properties"]["amount"] == "2"
        hub.archive("deals", key)
        assert client.search().ids == [key]
        hub.advance(10)
        assert client.search().ids == []


def test_a_lag_that_starts_later_shows_the_state_before(hub, client):
    key = hub.add_deal("Acme", amount=1)
    hub.search_lag = 60
    hub.now = NOW + timedelta(hours=1)
    hub.update("deals", key, amount=2)
    row = client.search(properties=["amount"]).json["results"][0]
    assert row["properties"]["amount"] == "1"
