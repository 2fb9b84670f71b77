import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import IncompleteRead

import pytest

from tests.fakes.hubspot.client import DEALS, Client
from tests.fakes.hubspot.hub import FakeHubSpot


@pytest.fixture
def hub():
    with FakeHubSpot() as hub:
        for n in range(30):
            hub.add_deal(f"Deal {n}", amount=n)
        yield hub


@pytest.fixture
def client(hub):
    with Client(hub.url) as client:
        yield client


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [
        ("http_500", 500, "application/json"),
        ("http_502", 502, "application/json"),
        ("http_503", 503, "application/json"),
        ("http_504", 504, "application/json"),
        ("status_530_html", 530, "text/html"),
        ("html_200", 200, "text/html"),
    ],
)
def test_a_server_fault_hits_once_and_is_over(hub, client, kind, status, content_type):
    hub.faults.add(DEALS, kind)
    reply = client.get(DEALS)
    assert reply.status == status
    assert reply.headers["content-type"].startswith(content_type)
    assert client.get(DEALS).status == 200
    assert [call.status for call in hub.calls()] == [status, 200]


def test_a_fault_waits_for_its_turn_and_hits_as_often_as_told(hub, client):
    hub.faults.add(DEALS, "http_503", after=1, times=2)
    assert [client.get(DEALS).status for _ in range(4)] == [200, 503, 503, 200]


def test_a_fault_keeps_to_its_path_and_method(hub, client):
    hub.faults.add(DEALS, "http_500", times=None, method="POST")
    hub.faults.add("/crm/owners", "http_502", times=None)
    assert [client.get(DEALS).status, client.search().status] == [200, 500]
    assert client.get("/crm/owners/2026-09").status == 502
    hub.faults.clear()
    assert client.search().status == 200


def test_an_unknown_fault_is_refused(hub):
    with pytest.raises(ValueError, match="unknown fault"):
        hub.faults.add("/", "http_418")


def test_cut_off_json_and_wrong_bytes_cannot_be_read(hub, client):
    hub.faults.add(DEALS, "truncated_json")
    hub.faults.add(DEALS, "invalid_utf8")
    cut = client.get(DEALS)
    assert cut.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut.body)
    with pytest.raises(UnicodeDecodeError):
        client.get(DEALS).body.decode("utf-8")
    assert len(client.get(DEALS).ids) == 10


def test_a_connection_can_be_reset_before_and_within_an_answer(hub):
    for kind in ("reset", "reset_mid_body"):
        hub.faults.add(DEALS, kind)
        with Client(hub.url) as client, pytest.raises(ConnectionError):
            client.get(DEALS)
    with Client(hub.url) as client:
        assert client.get(DEALS).status == 200


def test_an_answer_can_end_before_its_length(hub):
    hub.faults.add(DEALS, "short_body")
    with Client(hub.url) as client, pytest.raises(IncompleteRead):
        client.get(DEALS)


def test_an_answer_can_drip_slower_than_a_client_waits(hub):
    hub.faults.add(DEALS, "slow_drip", seconds=0.2)
    started = time.monotonic()
    with Client(hub.url) as client:
        assert len(client.get(DEALS).ids) == 10
    assert time.monotonic() - started >= 0.2
    hub.faults.add(DEALS, "slow_drip", seconds=60)
    with Client(hub.url, timeout=0.1) as client, pytest.raises(TimeoutError):
        client.get(DEALS, limit=1)


def test_latency_holds_up_one_connection_and_not_the_others(hub):
    hub.faults.add(f"{DEALS}/search", "latency", seconds=1)
    with (
        Client(hub.url) as slow,
        Client(hub.url) as fast,
        ThreadPoolExecutor(1) as threads,
    ):
        waiting = threads.submit(slow.search)
        assert fast.get(DEALS).status == 200
        assert not waiting.done()
        assert waiting.result().status == 200


def test_a_delay_of_pages_is_a_setting(hub, client):
    hub.page_delay = 0.05
    started = time.monotonic()
    list(client.pages(limit=10))
    assert time.monotonic() - started >= 0.15


def test_a_field_can_hold_rubbish_or_ten_megabytes(hub, client):
    hub.faults.add(DEALS, "bad_value", value="twelve")
    hub.faults.add(DEALS, "huge_field", name="dealname")
    rows = client.get(DEALS, limit=2).json["results"]
    assert [row["properties"]["amount"] for row in rows] == ["twelve", "1"]
    reply = client.get(DEALS, limit=2)
    assert len(reply.json["results"][0]["properties"]["dealname"]) == 10_000_000
    assert client.get(DEALS, limit=1).json["results"][0]["properties"]["amount"] == "0"


def test_an_empty_page_in_the_middle_loses_nothing_for_who_follows_the_cursor(hub, client):
    hub.faults.add(DEALS, "empty_page_in_middle", after=1)
    pages = list(client.pages(limit=10))
    assert [len(page.ids) for page in pages] == [10, 0, 10, 10]
    cursors = [page.after for page in pages]
    assert len(set(cursors)) == len(cursors)
    assert len({key for page in pages for key in page.ids}) == 30


def test_a_search_can_have_an_empty_page_too(hub, client):
    hub.faults.add(f"{DEALS}/search", "empty_page_in_middle", after=1)
    first = client.search(limit=10)
    empty = client.search(limit=10, after=first.after)
    assert (empty.ids, empty.after) == ([], "010")
    assert client.search(limit=10, after=empty.after).ids == client.all_ids()[10:20]


def test_a_cursor_can_lead_back_to_its_own_page(hub, client):
    hub.faults.add(DEALS, "cursor_loop", times=None, after=1)
    first = client.get(DEALS, limit=10)
    second = client.get(DEALS, limit=10, after=first.after)
    assert second.after == first.after
    third = client.get(DEALS, limit=10, after=second.after)
    assert third.ids == second.ids


def test_faults_of_the_content_leave_refusals_as_they_are(hub, client):
    hub.faults.add(DEALS, "empty_page_in_middle")
    hub.revoke_token()
    assert client.get(DEALS).json["category"] == "INVALID_AUTHENTICATION"


def test_something_can_happen_after_a_page_before_the_next(hub, client):
    first, *_, last = [row["id"] for row in hub.objects("deals")]
    hub.after_page(2, lambda: hub.update("deals", first, amount=99))
    hub.after_page(2, lambda: hub.update("deals", last, amount=98))
    pages = list(client.pages(limit=10))
    amounts = [row["properties"]["amount"] for page in pages for row in page.json["results"]]
    assert (amounts[0], amounts[-1]) == ("0", "98")
    assert hub.objects("deals")[0]["properties"]["amount"] == "99"


def test_many_clients_are_served_at_once(hub):
    def pull(_):
        with Client(hub.url) as client:
            return client.all_ids(limit=7)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(pull, range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert len(hub.calls(status=200)) == 16 * 5


def test_stopping_ends_open_connections_and_frees_the_port():
    with FakeHubSpot() as hub:
        port = hub.port
        client = Client(hub.url)
        assert client.get(DEALS).status == 200
    with client, pytest.raises((ConnectionError, OSError)):
        client.get(DEALS)
    with FakeHubSpot(port=port) as again, Client(again.url) as client:
        assert client.get(DEALS).status == 200
