"""Metrics of activities: words of any source, what is done, whom it reaches, who does it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from goals.metrics import activity_words, receipts
from goals.metrics.activity_words import WORDS
from tests.goals.metrics.company import LOADED, NOW, TODAY
from tests.goals.metrics.small import day

MARCH = (day(3, 1), day(3, 31))


def done(name, kind, on=(3, 10), **more):
    at = datetime(2026, on[0], on[1], 12, tzinfo=UTC)
    return {"external_id": name, "kind": kind, "at": at, **more}


ACTIVITIES = [
    done("a1", "Call", lead="l3", owner="bob", direction="outbound"),
    done("a2", "CALL", (3, 12), lead="l3", owner="ann", direction="outbound"),
    done("a3", "phone_call", lead="l4", owner="ann"),
    done("a4", "Incoming call", lead="l4", owner="ann"),
    done("a5", "call", deal="d1", owner="ann", direction="outbound"),
    done("a6", "E-Mail", contact="jo", owner="bob", direction="outbound"),
    done("a7", "Email received", contact="jo", owner="bob"),
    done("a8", "SMS Sent", lead="l3", owner="bob"),
    done("a9", "Meeting", deal="d1", owner="ann"),
    done("a10", "meeting", deal="d1", owner="ann", outcome="No-show"),
    done("a11", "Demonstration", deal="d3", owner="ann"),
    done("a12", "demo", deal="d3", owner="ann", outcome="cancelled"),
    done("a13", "Page Visited on Website", lead="l3"),
    done("a14", "Note", deal="d1", owner="ann"),
    done("a15", "Blue moon", owner="ann"),
    done("a16", "call", (4, 2), lead="l4", owner="cy", direction="outbound"),
]


@pytest.fixture
def busy(company):
    """The small company with what its people did in March 2026."""
    company.write("contact", [{"external_id": "jo", "name": "Jo", "account": "beta"}])
    company.write("activity", ACTIVITIES)
    return company


def codes(result):
    return {one.code: one.n for one in result.notes}


def test_each_word_stands_for_one_kind_and_is_written_plainly():
    every = [word for words in WORDS.values() for word in words]
    assert len(every) == len(set(every))
    assert all(word == activity_words.plain(word) for word in every)
    ways = (*activity_words.INBOUND, *activity_words.OUTBOUND)
    assert len(ways) == len(set(ways)) and set(ways) <= set(every)
    assert activity_words.plain(" E-Mail_Sent ") == "e mail sent"


@pytest.mark.parametrize(
    ("metric", "params", "value"),
    [
        ("inbound_outbound_calls", {}, 5),
        ("inbound_outbound_calls", {"direction": "inbound"}, 1),
        ("inbound_outbound_calls", {"direction": "outbound"}, 3),
        # Calls a1, a2, a3, a5, the e-mail a6, the message a8.
        ("outreach_volume", {}, 6),
        ("meetings_set", {}, 1),
        ("demos", {}, 1),
        # A page visit, a call and an e-mail from outside.
        ("engagement_signals", {}, 3),
    ],
)
def test_activities_are_counted_by_what_their_words_mean(busy, metric, params, value):
    found = busy.read(metric, *MARCH, **params)
    assert (found.value, found.figure.n) == (value, value)
    split = busy.split(metric, *MARCH, "team", **params)
    assert sum(split.values()) == value
    with busy.session() as session:
        reading = receipts.find(session, found.receipt or "")
        total, listed = receipts.records(session, reading)
    assert total == len(listed) == value


def test_calls_are_divided_by_the_leads_that_were_called(busy):
    found = busy.read("calls_per_lead", *MARCH, by="owner")
    assert (found.figure.numerator, found.figure.denominator) == (3, 2)
    assert codes(found)["without_lead"] == 1
    # Both called the same lead: it is one of two for Ann, the only one for Bob.
    segments = {name: (one.numerator, one.denominator) for name, one in found.segments}
    assert (segments["Ann"], segments["Bob"], segments["Cy"]) == ((2, 2), (1, 1), (0, 0))
    assert dict(found.segments)["Cy"].value is None
    with busy.session() as session:
        reading = receipts.find(session, found.receipt or "")
        above = receipts.records(session, reading)
        below = receipts.records(session, reading, "denominator")
        again = receipts.recompute(session, reading, today=TODAY, now=NOW)
    assert ([one.external_id for one in below[1]], below[0]) == (["l3", "l4"], 2)
    assert above[0] == 3
    assert again.figure == found.figure


def test_touchpoints_are_divided_by_the_customers_they_were_with(busy):
    found = busy.read("touchpoints_per_customer", *MARCH)
    # With Acme a call and a meeting, with Beta two e-mails and a demonstration.
    assert (found.figure.numerator, found.figure.denominator) == (5, 2)
    assert codes(found)["without_customer"] == 5
    split = busy.split("touchpoints_per_customer", *MARCH, "customer_type")
    assert split == {"partner": 2, "direct": 3}
    with busy.session() as session:
        reading = receipts.find(session, found.receipt or "")
        total, listed = receipts.records(session, reading, "denominator")
    assert (total, sorted(one.name or "" for one in listed)) == (2, ["Acme", "Beta"])


def test_adoption_is_the_share_of_active_owners_who_did_something(busy):
    found = busy.read("crm_adoption", *MARCH, by="team")
    assert (found.figure.numerator, found.figure.denominator) == (2, 3)
    assert {name: one.value for name, one in found.segments} == {"A": 1, "B": Decimal("0.5")}
    busy.write("owner", [{"external_id": "cy", "is_active": False}], at=LOADED + timedelta(hours=1))
    assert busy.value("crm_adoption", *MARCH) == 1
    assert busy.value("crm_adoption", *MARCH, known_at=LOADED) == pytest.approx(2 / 3)
    with busy.session() as session:
        reading = receipts.find(session, busy.read("crm_adoption", *MARCH).receipt or "")
        total, listed = receipts.records(session, reading, "denominator")
    assert sorted(one.name or "" for one in listed) == ["Ann", "Bob"] and total == 2


def test_open_leads_are_followed_up_by_a_touch_in_time_or_a_next_step(busy):
    # Open at the end of 15 March are l3 and l4, both touched on the 10th or 12th.
    assert busy.value("followup_coverage", day(3, 15), day(3, 15)) == 1
    # A week after the call of the 12th neither was, but l4 has a call planned in April.
    late = busy.read("followup_coverage", day(3, 20), day(3, 20), by="owner")
    assert (late.figure.numerator, late.figure.denominator) == (1, 2)
    assert {name: one.value for name, one in late.segments}["Bob"] == 0
    assert busy.value("followup_coverage", day(3, 20), day(3, 20), within_days=14) == 1
    # A lead that has just come counts, one that is converted or given up is none.
    busy.write("lead", [
        {"external_id": "l5", "created_on": day(3, 18)},
        {"external_id": "l3", "disqualified_on": day(3, 19)},
    ])  # fmt: skip
    last = busy.read("followup_coverage", day(3, 20), day(3, 20))
    assert (last.figure.numerator, last.figure.denominator) == (2, 2)
    with busy.session() as session:
        reading = receipts.find(session, last.receipt or "")
        _, listed = receipts.records(session, reading, "denominator")
    assert sorted(one.external_id for one in listed) == ["l4", "l5"]


def test_open_leads_are_shared_out_over_active_owners(busy):
    # At the end of February l2 and l3 are Bob's; l4 is nobody's.
    found = busy.read("leads_per_rep", day(2, 28), day(2, 28), by="owner")
    assert (found.figure.numerator, found.figure.denominator) == (2, 3)
    assert {name: one.value for name, one in found.segments}["Bob"] == 2
    busy.write("owner", [{"external_id": "bob", "is_active": False}])
    away = busy.read("leads_per_rep", day(2, 28), day(2, 28))
    assert (away.figure.numerator, away.figure.denominator) == (0, 2)


def test_the_most_and_least_active_leads_are_those_listed(busy):
    found = busy.read("most_least_active", *MARCH)
    # Open are l3 with four activities and l4 with two; what is in April is not in the window.
    assert (found.value, found.figure.n) == (6, 2)
    with busy.session() as session:
        reading = receipts.find(session, found.receipt or "")
        total, listed = receipts.records(session, reading)
    assert {one.external_id: one.value for one in listed} == {"l3": 4, "l4": 2}
    assert total == 2
    assert busy.split("most_least_active", *MARCH, "owner")["Bob"] == 4


def test_without_an_activity_nothing_is_counted_as_nothing(company):
    for metric in ("crm_adoption", "followup_coverage", "calls_per_lead", "outreach_volume"):
        assert company.value(metric, *MARCH) is None
