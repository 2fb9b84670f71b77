"""A sync that is killed anywhere and goes on ends as one that was not."""

import random
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.crm import Office

DEALS = "/crm/objects/2026-09/deals"
#: Types with more than one page: the record that they become, and how many rows they have.
LONG = (("companies", "account", 101), ("contacts", "contact", 101), ("deals", "deal", 60))
#: Requests of a whole sync of the account below.
REQUESTS = 49
RARELY = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Killed(BaseException):
    """What ends a sync in the middle, and is caught by nobody."""


def fill(hub):
    """Fill an account so that every type has more than one page."""
    companies = [hub.add_company(f"Company {n}") for n in range(102)]
    owner = hub.add_owner("Ann", "Lee")
    for n, company in enumerate(companies[:60]):
        key = hub.add_deal(f"Deal {n}", amount=n, owner=owner, company=company)
        if n % 3:
            hub.move(key, "Engaging" if n % 2 else "Won", at="2026-11-01T08:00:00Z")
    for n in range(101):
        hub.add_contact(f"{n}@example.com", firstname=f"N{n}")
    hub.add_lead("Lead")
    hub.archive("companies", companies[5])


def content(office):
    """Return all rows in a form that two databases share."""
    return {
        record: sorted(map(str, rows)) if isinstance(rows, list) else sorted(map(str, rows.items()))
        for record, rows in office.everything_named().items()
    }


@pytest.fixture(scope="module")
def small_portions():
    """Store after each page, so that every page is a place to be killed at."""
    from integrations import sync

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sync, "PORTION", 1)
        yield


@pytest.fixture
def clean(shop, hub, clock, small_portions):
    fill(hub)
    office = Office(shop, hub, clock)
    office.done()
    assert len(hub.requests) == REQUESTS
    return content(office)


def kill(office, hub, at):
    """Let a sync be killed while the request of this number is answered."""
    before = len(hub.requests)

    def alive():
        if len(hub.requests) - before >= at:
            raise Killed

    try:
        office.pull(alive=alive)
    except Killed:
        return True
    return False


def _count_down(left):
    if next(left, None) is None:
        raise Killed


@RARELY
@given(positions=st.lists(st.integers(1, REQUESTS), min_size=1, max_size=3))
def test_a_sync_killed_anywhere_goes_on_to_the_same_rows(shop, hub, clock, clean, positions):
    office = Office(shop, hub, clock)
    assert kill(office, hub, positions[0])
    for at in positions[1:]:
        kill(office, hub, at)
    office.done()
    assert content(office) == clean


@RARELY
@given(position=st.integers(0, REQUESTS - 1), kind=st.sampled_from(("reset", "reset_mid_body")))
def test_a_line_that_drops_at_any_request_leaves_a_sync_that_goes_on(
    shop, hub, clock, clean, position, kind
):
    office = Office(shop, hub, clock)
    hub.faults.add("/", kind, after=position, times=None)
    run = office.pull()
    assert (run.status, run.error["code"]) == ("partial" if position else "failed", "unreachable")
    hub.faults.clear()
    office.done()
    assert content(office) == clean


@RARELY
@given(seed=st.integers(0, 10_000))
def test_random_trouble_on_the_way_changes_no_row(shop, hub, clock, clean, seed):
    chance = random.Random(seed)
    kinds = ("http_503", "reset", "reset_mid_body", "short_body", "truncated_json", "html_200")
    for _ in range(6):
        hub.faults.add("/", chance.choice(kinds), after=chance.randrange(REQUESTS))
    office = Office(shop, hub, clock)
    office.done()
    hub.faults.clear()
    assert content(office) == clean


def test_a_killed_sync_of_changes_goes_on_where_it_was(shop, hub, clock, small_portions):
    office = Office(shop, hub, clock)
    office.done()
    clock.advance(3600)
    fill(hub)
    for _ in range(450):
        hub.add_deal("More")
    told = office.places()["deals"]
    for at in range(1, 40):
        # Pages are read ahead, so what is stored by then is counted, not what was asked for.
        with pytest.raises(Killed):
            office.pull(alive=partial(_count_down, iter(range(at))))
        told = office.places()["deals"]
        if told.get("last", "0") != "0":
            break
    assert told.get("last", "0") != "0"
    office.done()
    other = Office(shop, hub, clock)
    other.done()
    assert content(office) == content(other)


def test_what_was_stored_before_a_kill_is_not_read_again(shop, hub, clock, small_portions):
    fill(hub)
    office = Office(shop, hub, clock)
    hub.faults.add(DEALS, "http_500", after=1, times=None)
    office.pull()
    assert len(office.rows("deal")) == 50
    hub.faults.clear()
    hub.requests.clear()
    run = office.done()
    assert sum(one.created for one in run.streams if one.name == "deals") == 10
    listed = [call for call in hub.calls(DEALS) if call.query.get("archived") == ["false"]]
    assert len(listed) == 1


def test_rows_and_place_of_a_page_are_kept_or_lost_together(offices, small_portions):
    fill(offices.hub)
    met = set()
    for at in range(1, 12):
        office = Office(offices.database, offices.hub, offices.clock)
        left = iter(range(at))
        with pytest.raises(Killed):
            office.pull(alive=lambda left=left: _count_down(left))
        places = office.places()
        for kind, record, whole in LONG:
            known = [int(key) for key, row in office.rows(record).items() if not row.is_stub]
            place = places.get(kind)
            if place is None or "after" not in place:
                assert len(known) == (0 if place is None else whole)
            else:
                assert len(known) in (50, 100)
                assert place["after"] == str(max(known))
                met.add(kind)
    assert len(met) > 1


def test_two_ways_through_the_same_account_meet(shop, hub, clock):
    """One reads it at once, the other as it grows; order of pages and of changes is all one."""
    chance = random.Random(5)
    step_by_step = Office(shop, hub, clock)
    keys = []
    for _ in range(6):
        for _ in range(30):
            keys.append(hub.add_deal("Deal", amount=chance.randrange(1000)))
        for key in chance.sample(keys, 10):
            hub.move(key, chance.choice(("Engaging", "Won", "Lost", "Prospecting")))
            hub.update("deals", key, amount=chance.randrange(1000))
        step_by_step.done()
        clock.advance(1800)
    at_once = Office(shop, hub, clock)
    at_once.done()
    assert content(step_by_step) == content(at_once)
