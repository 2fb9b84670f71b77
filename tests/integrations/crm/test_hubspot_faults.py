import pytest

from integrations.pace import EASE, FIRST
from tests.fakes.hubspot.client import DEALS
from tests.support.crm import NOW, changes, counts, stream

CONTACTS, LEADS = DEALS.replace("deals", "contacts"), DEALS.replace("deals", "leads")
#: What the account can answer wrongly, and what the run then says.
WRONG = {
    "http_500": "server_error",
    "http_502": "server_error",
    "http_503": "server_error",
    "http_504": "server_error",
    "status_530_html": "server_error",
    "html_200": "not_data",
    "truncated_json": "not_understood",
    "short_body": "unreachable",
    "reset": "unreachable",
    "reset_mid_body": "unreachable",
}


@pytest.fixture
def filled(office):
    """An office that has read an account with a little of everything."""
    hub = office.hub
    for n in range(5):
        hub.add_deal(f"Deal {n}", amount=n, company=hub.add_company(f"Company {n}"))
    hub.add_lead("Lead", contact=hub.add_contact("joe@example.com"))
    office.done()
    office.clock.advance(3600)
    office.clock.waits.clear()
    return office


@pytest.mark.parametrize("kind", WRONG)
def test_one_wrong_answer_is_asked_for_again_and_harms_nothing(filled, kind):
    new = filled.hub.add_deal("New")
    fault = filled.hub.faults.add(DEALS, kind)
    run = filled.done()
    assert fault.hits == 1
    assert counts(run, "deals")["created"] == 1
    assert new in filled.rows("deal")
    # Searches are a fifth of a second apart, and the first few are waited for after them; any
    # other wait is for a better answer.
    few = pytest.approx(FIRST * 0.2 * EASE)
    assert 1 <= len([one for one in filled.clock.waits if one > 0.21 and one != few]) <= 2


@pytest.mark.parametrize("kind", WRONG)
def test_an_answer_that_stays_wrong_is_told_and_costs_no_row(filled, kind):
    before = filled.everything()
    filled.hub.add_contact("new@example.com")
    filled.hub.add_deal("New")
    filled.hub.faults.add(DEALS, kind, times=None)
    run = filled.pull()
    assert (run.status, run.error["code"]) == ("partial", WRONG[kind])
    told = run.to_json()["error"]
    assert "HubSpot" in told["message"]
    now = filled.everything()
    assert len(now["contact"]) == 2
    assert (now["deal"], now["stage_event"]) == (before["deal"], before["stage_event"])


def test_after_a_fault_the_next_sync_catches_up(filled):
    key = filled.hub.add_deal("New")
    filled.hub.faults.add(DEALS, "http_503", times=None)
    filled.pull()
    assert key not in filled.rows("deal")
    filled.hub.faults.clear()
    filled.later()
    assert key in filled.rows("deal")


def test_a_failed_sync_leaves_the_time_of_the_last_good_one(filled):
    filled.hub.faults.add("/crm", "http_500", times=None)
    assert filled.pull().status == "failed"
    assert filled.connected().last_success_at == NOW
    assert not filled.connected().needs_reconnect


@pytest.mark.parametrize("kind", ["html_200", "truncated_json"])
def test_a_type_whose_answers_are_broken_leaves_the_other_types_to_go_on(filled, kind):
    new = filled.hub.add_deal("New")
    filled.hub.faults.add(LEADS, kind, times=None)
    assert filled.pull().status == "partial"
    assert new in filled.rows("deal")


def test_a_page_in_a_circle_ends_the_stream_in_words(office):
    for n in range(120):
        office.hub.add_deal(f"Deal {n}")
    office.hub.faults.add(DEALS, "cursor_loop", times=None, after=1)
    run = office.pull()
    assert (run.status, run.error["code"]) == ("partial", "cursor_loop")
    assert len(office.rows("deal")) >= 50
    office.hub.faults.clear()
    office.later()
    assert len(office.rows("deal")) == 120


def test_an_empty_page_in_the_middle_is_not_the_end(office):
    hub = office.hub
    keys = {hub.add_deal(f"Deal {n}") for n in range(120)}
    hub.faults.add(DEALS, "empty_page_in_middle", after=1)
    office.done()
    assert set(office.rows("deal")) == keys
    office.clock.advance(3600)
    keys |= {hub.add_deal(f"More {n}") for n in range(450)}
    hub.faults.add(f"{DEALS}/search", "empty_page_in_middle", after=1)
    office.done()
    assert set(office.rows("deal")) == keys


def test_a_value_that_is_none_costs_its_row_alone(office):
    hub = office.hub
    keys = [hub.add_deal(f"Deal {n}", amount=n) for n in range(3)]
    hub.faults.add(DEALS, "bad_value", name="amount", value="12,3x")
    run = office.done()
    assert counts(run, "deals") == {"read": 3, "created": 2, "rejected": 1}
    assert set(office.rows("deal")) == set(keys[1:])


def test_a_row_that_was_rejected_once_keeps_its_last_good_values(filled):
    hub = filled.hub
    (key,) = [one.external_id for one in filled.rows("deal").values() if one.name == "Deal 3"]
    hub.update("deals", key, amount=33)
    hub.faults.add(DEALS, "bad_value", name="amount", value="much", times=None)
    run = filled.done()
    assert stream(run, "deals").rejected == 1
    assert len(filled.rows("deal")) == 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", "1e400"),
        ("amount", "NaN"),
        ("amount", "Infinity"),
        ("closedate", "yesterday"),
        ("closedate", "99999999999999999999999"),
        ("createdate", "2026-02-30T00:00:00Z"),
        ("hs_deal_stage_probability", "1e999"),
        ("deal_currency_code", "\x00"),
        ("dealname", "x" * 200_000),
        ("hubspot_owner_id", "nobody"),
        ("dealstage", "gone-stage"),
        ("pipeline", "gone-pipeline"),
    ],
)
def test_no_value_of_a_row_stops_a_sync(offices, name, value):
    hub = offices.hub
    for n in range(3):
        hub.add_deal(f"Deal {n}", stage="Won", closed="2026-10-01")
    hub.faults.add(DEALS, "bad_value", name=name, value=value)
    run = offices.done()
    told = stream(run, "deals")
    assert (told.read, told.created + told.rejected) == (3, 3)
    assert told.created >= 2


@pytest.mark.parametrize("value", ["12.5", "many", "1e999999", "-3"])
def test_no_number_of_employees_stops_a_sync(office, value):
    for n in range(2):
        office.hub.add_company(f"Company {n}", numberofemployees=value if n else "7")
    run = office.done()
    assert len(office.rows("account")) + stream(run, "companies").rejected == 2


def test_a_slow_answer_is_waited_for(filled):
    filled.hub.faults.add(DEALS, "slow_drip", seconds=0.2)
    filled.hub.faults.add(CONTACTS, "latency", seconds=0.2)
    filled.hub.add_deal("New")
    assert changes(filled.done()) == 1
