"""Requests are spread so that what is allowed is used but not passed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import auth
from integrations.crm.hubspot import limits
from integrations.http import Client
from integrations.pace import EASE, FIRST, Pace
from integrations.vendor import Rate
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support.crm import CANARY, NOW

DEALS = "/crm/objects/2026-09/deals"
SEARCH = {
    "filterGroups": [], "sorts": [], "properties": [], "limit": 1, "after": "0",
}  # fmt: skip


@given(
    st.integers(1, 200),
    st.sampled_from((1.0, 2.0, 10.0, 60.0)),
    st.lists(st.floats(0, 30, allow_nan=False), max_size=400),
)
def test_no_span_ever_has_more_than_is_allowed(requests, seconds, pauses):
    pace, now, sent = Pace(Rate(requests, seconds)), 0.0, []
    for pause in pauses:
        now += pause / 100
        now += pace.take(now)
        sent.append(now)
    for first, last in zip(sent, sent[requests:], strict=False):
        assert last - first > seconds


def test_requests_are_spread_evenly_and_not_sent_in_bursts():
    pace, now, sent = Pace(Rate(100, 10.0)), 0.0, []
    for _ in range(500):
        now += pace.take(now)
        sent.append(now)
        now += 0.004  # the answer
    gaps = [later - sooner for sooner, later in pairwise(sent[FIRST:])]
    assert max(gaps) - min(gaps) < 0.001
    assert sent[-1] - sent[0] == pytest.approx(499 * 0.1 * EASE, rel=0.001)


def test_the_few_requests_of_a_short_run_wait_for_nothing_unless_others_went_just_before():
    pace = Pace(Rate(5, 1.0))
    assert [pace.take(now) for now in (0.0, 0.01, 0.02)] == [0.0, 0.0, 0.0]
    assert pace.take(0.03) > 0.1
    assert [pace.take(now) for now in (9.0, 9.01, 9.02)] == [0.0, 0.0, 0.0]
    assert pace.take(9.03) > 0.05
    assert Pace(Rate(1, 1.0)).take(0.0) == 0.0


def test_whoever_was_held_up_catches_up_but_sends_no_burst():
    pace, now, sent = Pace(Rate(100, 10.0)), 0.0, []
    for number in range(400):
        if number % 100 == 50:
            now += 2.0  # what came is being stored
        now += pace.take(now)
        sent.append(now)
    assert min(later - sooner for sooner, later in pairwise(sent[FIRST - 1 :])) > 0.05
    assert 399 / (sent[-1] - sent[0]) > 0.95 * 10


@pytest.fixture
def limited(clock):
    """An account that allows a hundred requests in ten seconds, and five searches a second."""
    with FakeHubSpot(
        CANARY, now=NOW, clock=clock.monotonic, rate_limit=(100, 10.0), search_rate=5
    ) as made:
        clock.hub = made
        made.add_deal("One")
        yield made


@pytest.fixture
def client(limited, clock):
    token = auth.fixed(limited.token)
    with Client(
        limits.vendor("UTC"), limited.url, token=token, clock=clock, allow_private=True
    ) as made:
        yield made


def test_what_the_headers_allow_is_used_and_never_passed(limited, client, clock):
    started = clock.monotonic()
    for _ in range(600):
        client.get(DEALS, dict, {"limit": 1})
    used = 600 / (clock.monotonic() - started) / 10
    assert 0.95 <= used <= 1.01
    assert limited.rates.refused == 0


def test_searches_have_a_rate_of_their_own_of_which_no_answer_tells(limited, client, clock):
    started = clock.monotonic()
    for number in range(100):
        client.post(f"{DEALS}/search", SEARCH, dict)
        if number % 5 == 0:
            client.get(DEALS, dict, {"limit": 1})
    used = 100 / (clock.monotonic() - started) / 5
    assert 0.95 <= used <= 1.06
    assert limited.rates.refused == 0


def test_a_rate_that_a_vendor_changes_is_kept_from_the_next_request_on(limited, client, clock):
    client.get(DEALS, dict, {"limit": 1})
    limited.rates.burst.requests = 10
    client.get(DEALS, dict, {"limit": 1})
    started = clock.monotonic()
    for _ in range(20):
        client.get(DEALS, dict, {"limit": 1})
    assert clock.monotonic() - started > 17
    # What went out before counts in the vendor's window still.
    assert limited.rates.refused <= 1


@pytest.mark.parametrize("told", [{}, {"x-hubspot-ratelimit-max": "100"}, {
    "x-hubspot-ratelimit-max": "0", "x-hubspot-ratelimit-interval-milliseconds": "10000"
}])  # fmt: skip
def test_headers_that_say_nothing_limit_nothing(told):
    assert limits.rate_of(told) is None
