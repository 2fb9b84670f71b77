"""From the CRM's own report to our number: each step worked out by hand, and all adding up."""

from decimal import Decimal
from typing import Any

import pytest

from goals.errors import Refusal
from goals.metrics.reconcile import bridge as bridges
from goals.metrics.reconcile import comparing, parts
from goals.metrics.reconcile.report import Report
from tests.goals.metrics import company as companies
from tests.goals.metrics import reconciled
from tests.goals.metrics.reconciled import asked, day, deal

NORTH = {"region": "North"}
#: A report that differs from ours in everything that a report can choose.
OTHERWISE = Report("closed", "created", "UTC", "plain", archived=True)


@pytest.fixture
def planted(empty):
    reconciled.load(empty)
    return empty


def names(question, key, report=OTHERWISE, part=None):
    _, found = question.records(question.part(part), report, key)
    return {
        one.record.external_id: (
            None if one.before is None else int(one.before),
            None if one.after is None else int(one.after),
        )
        for one in found
    }


def whole(*values):
    return tuple(None if one is None else int(one) for one in values)


def total(side):
    return whole(side.n, side.amount)


def steps(bridge):
    return {
        one.key: (one.left, one.came, one.changed, int(one.total.amount)) for one in bridge.steps
    }


def test_every_difference_is_a_step_of_its_own(planted):
    with asked(planted, "revenue", where=NORTH) as question:
        bridge = question.bridge(question.part(None), OTHERWISE)
    # 100 + 1000 + 10 + 20 + 80 + 320 + 640 + 0 + 1280 + 2560
    assert total(bridge.theirs) == (10, 6010)
    assert steps(bridge) == {
        "archived": (1, 0, 0, -1000),
        "counts": (1, 0, 0, -10),
        "undated": (1, 0, 0, -20),
        "dated": (1, 1, 0, -40),
        "zone": (1, 1, 0, -160),
        "narrowed": (1, 0, 0, -640),
        "valueless": (1, 0, 0, 0),
        "unrated": (1, 0, 0, -1280),
        # 2560 baht were 80 dollars on the day.
        "rates": (0, 0, 1, -2480),
        "rule": (0, 0, 0, 0),
        "twins": (0, 1, 0, 100),
        "others": (0, 1, 0, 5),
    }
    # 100 + 40 + 160 + 80 + 100 + 5
    assert total(bridge.ours) == (6, 485)
    assert bridge.explained == 485 - 6010


def test_each_step_lists_its_records_with_what_they_count_on_either_side(planted):
    with asked(planted, "revenue", where=NORTH) as question:
        assert names(question, "archived") == {"archived": (1000, None)}
        assert names(question, "dated") == {"early": (None, 40), "late": (80, None)}
        assert names(question, "zone") == {"new year": (None, 160), "april": (320, None)}
        assert names(question, "rates") == {"baht": (2560, 80)}
        assert names(question, "twins") == {"a": (None, 100)}
        assert names(question, "others") == {"only here": (None, 5)}
        with pytest.raises(Refusal, match="unknown_step"):
            names(question, "nonsense")


def test_a_report_like_ours_differs_by_nothing_but_what_it_cannot_know(planted):
    with asked(planted, "revenue", where=NORTH) as question:
        report = Report(narrowed=True)
        bridge = question.bridge(question.part(None), report)
        # 100 + 40 + 160 + 0 + 0, and 2560 baht at the newest rate of 40.
        assert total(bridge.theirs) == (6, 364)
        assert {key: one for key, one in steps(bridge).items() if any(one)} == {
            "valueless": (1, 0, 0, 0),
            "unrated": (1, 0, 0, 0),
            "rates": (0, 0, 1, 16),
            "twins": (0, 1, 0, 100),
            "others": (0, 1, 0, 5),
        }
        assert bridge.aside == {"gone": 1, "without_day": 1, "stubs": 0}
        assert names(question, "gone", report) == {"archived": (None, None)}
        assert names(question, "without_day", report) == {"undated": (None, None)}


def test_the_other_connection_has_a_bridge_of_its_own(planted):
    files = reconciled.second(planted, "Nothing")
    with asked(planted, "revenue", connection_id=files.connection_id) as question:
        bridge = question.bridge(question.part(None), Report())
    assert total(bridge.theirs) == (0, 0)
    # 100 + 40 + 160 + 640 + 80 and 100 + 5 of the files
    assert whole(bridge.step("others").came, bridge.ours.amount) == (7, 1125)


def test_both_parts_of_a_rate_are_compared(planted):
    with asked(planted, "win_rate") as question:
        assert [one.name for one in question.parts] == ["numerator", "denominator"]
        whole = question.bridge(question.part("denominator"), Report())
        won = question.bridge(question.part("numerator"), Report())
    # All but the archived one, the undated one and those closed in April; one of them is lost.
    assert (won.theirs.n, whole.theirs.n) == (7, 8)
    assert (won.ours.n, whole.ours.n) == (9, 10)
    assert won.theirs.amount is None


def test_first_wins_are_told_from_later_ones_by_our_own_rule(empty):
    empty.write("account", [{"external_id": "x", "name": "X"}, {"external_id": "y", "name": "Y"}])
    empty.write("deal", [
        deal("x1", "won", day(1, 1), day(1, 9), amount=1, account="x"),
        deal("x2", "won", day(1, 2), day(2, 9), amount=2, account="x"),
        deal("y1", "won", day(5, 1, 2025), day(6, 9, 2025), amount=4, account="y"),
        deal("y2", "won", day(1, 3), day(3, 9), amount=8, account="y"),
        deal("nobody", "won", day(1, 4), day(3, 10), amount=16),
    ])  # fmt: skip
    with asked(empty, "new_customers") as question:
        bridge = question.bridge(question.part(None), Report())
        assert (bridge.theirs.n, bridge.ours.n) == (4, 1)
        assert set(names(question, "rule", Report())) == {"x2", "y2", "nobody"}
    with asked(empty, "new_revenue", months=6) as question:
        bridge = question.bridge(question.part(None), Report())
        assert whole(bridge.theirs.amount, bridge.ours.amount) == (27, 3)
        assert set(names(question, "rule", Report())) == {"y2", "nobody"}


def test_deals_that_are_open_today_are_led_back_to_those_that_were_open_then(empty):
    empty.write("deal", [
        deal("both", "open", day(1, 5), None, amount=1),
        deal("later", "open", day(5, 5), None, amount=2),
        deal("since", "won", day(1, 6), day(4, 9), amount=4),
        deal("untold", "open", None, None, amount=8),
        deal("closed", "lost", day(1, 7), day(2, 9), amount=16),
    ])  # fmt: skip
    empty.histories({
        "both": [("Talking", "open", day(1, 5))],
        "later": [("Talking", "open", day(5, 5))],
        "since": [("Talking", "open", day(1, 6)), ("Won", "won", day(4, 9))],
        "closed": [("Talking", "open", day(1, 7)), ("Lost", "lost", day(2, 9))],
    })  # fmt: skip
    with asked(empty, "open_deals", measure="value") as question:
        bridge = question.bridge(question.part(None), Report())
        assert total(bridge.theirs) == (3, 11)
        assert {key: one for key, one in steps(bridge).items() if any(one)} == {
            "untold": (1, 0, 0, -8),
            "later": (1, 0, 0, -2),
            "since": (0, 1, 0, 4),
        }
        assert total(bridge.ours) == (2, 5)
        assert names(question, "since", Report()) == {"since": (None, 4)}


def test_days_add_up_in_no_report_so_the_deals_are_counted(empty):
    empty.write("deal", [
        deal("fine", "won", day(1, 5), day(2, 1), amount=1),
        deal("reversed", "won", day(3, 5), day(2, 1), amount=1),
    ])  # fmt: skip
    with asked(empty, "sales_cycle") as question:
        assert [one.name for one in question.parts] == ["denominator"]
        bridge = question.bridge(question.part(None), Report())
        assert (bridge.theirs.n, bridge.ours.n) == (2, 1)
        assert set(names(question, "rule", Report())) == {"reversed"}


def test_tickets_and_leads_go_by_the_day_of_their_instant(empty):
    reconciled.moved(empty)
    empty.write("ticket", [
        {"external_id": "t1", "opened_at": reconciled.instant(12, 31, 20, 2025)},
        {"external_id": "t2", "opened_at": reconciled.instant(2, 1, 4)},
    ])  # fmt: skip
    empty.write("lead", [{"external_id": "l1", "created_on": day(1, 1)}])
    with asked(empty, "service_requests") as question:
        bridge = question.bridge(question.part(None), Report(zone="UTC"))
        assert (bridge.theirs.n, bridge.ours.n) == (1, 2)
        assert set(names(question, "zone", Report(zone="UTC"))) == {"t1"}
    with asked(empty, "leads_new") as question:
        bridge = question.bridge(question.part(None), Report(zone="UTC"))
        # Leads have days alone, which no zone moves.
        assert (bridge.theirs.n, bridge.ours.n, bridge.step("zone")) == (1, 1, None)


def test_numbers_that_no_report_shows_have_no_bridge(planted):
    with asked(planted, "data_quality") as question:
        assert question.parts == ()
        with pytest.raises(Refusal, match="unknown_part"):
            question.part(None)
    with asked(planted, "win_rate", weight="list_value") as question:
        assert question.parts == ()
    # Who stood open is known from the stage history alone; who was won, by any report.
    with asked(planted, "win_rate", basis="all") as question:
        assert [one.name for one in question.parts] == ["numerator"]


@pytest.mark.parametrize(
    ("choices", "field"), [({"counts": "some"}, "counts"), ({"zone": "Nowhere"}, "zone")]
)
def test_a_choice_that_does_not_exist_is_refused_at_its_field(planted, choices, field):
    with asked(planted, "revenue") as question:
        with pytest.raises(Refusal) as refused:
            question.bridge(question.part(None), Report(**choices))
        assert refused.value.field == field


def test_a_number_read_in_the_crm_is_explained_as_far_as_the_steps_reach(planted):
    with asked(planted, "revenue", where=NORTH) as question:
        part = question.part(None)
        bridge = question.bridge(part, OTHERWISE)
        met = comparing.compare(bridge, Decimal(6010))
        assert whole(met.gap, met.explained, met.unexplained) == (-5525, -5525, 0)
        off = comparing.compare(bridge, Decimal(6000))
        assert whole(off.gap, off.explained, off.unexplained) == (-5515, -5525, 10)
        assert not off.is_explained
        # Without the one that is lost the report shows just that.
        [found] = comparing.explaining(question, part, OTHERWISE, Decimal(6000))
        assert (found.counts, found.dated) == ("same", "created")
        assert comparing.explaining(question, part, OTHERWISE, Decimal(1)) == []


def test_a_number_read_with_fewer_decimals_is_taken_for_the_same(empty):
    empty.write("deal", [deal("a", "won", day(1, 5), day(2, 1), amount="100.40")])
    with asked(empty, "revenue") as question:
        bridge = question.bridge(question.part(None), Report())
    assert comparing.compare(bridge, Decimal(100)).is_explained
    assert not comparing.compare(bridge, Decimal("100.5")).is_explained


def test_another_company_s_records_are_on_no_side(planted):
    other = companies.joined(
        planted.database, companies.found_another(planted.database, "Borealis")
    )
    other.write("owner", [{"external_id": "ann", "name": "Ann", "region": "North"}])
    other.write("deal", [deal("theirs", "won", day(1, 5), day(2, 1), amount=7)])
    with asked(planted, "revenue", where=NORTH) as question:
        bridge = question.bridge(question.part(None), OTHERWISE)
        assert whole(bridge.theirs.amount, bridge.ours.amount) == (6010, 485)
        found = bridges.connections(question.session, question.part(None))
        assert [one.name for one in found] == ["CRM", "Files"]
    with asked(other, "revenue") as question:
        bridge = question.bridge(question.part(None), Report())
        assert whole(bridge.theirs.amount, bridge.ours.amount) == (7, 7)


#: Variants that count other records than the metric does by itself.
VARIANTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("win_rate", {"basis": "created"}),
    ("win_rate", {"basis": "created_closed"}),
    ("win_rate", {"weight": "value"}),
    ("sales_cycle", {"outcome": "closed", "stat": "median"}),
    ("open_deals", {"measure": "age"}),
    ("open_deals", {"measure": "value"}),
    ("lead_conversion", {"mode": "period"}),
    ("inbound_outbound_calls", {"direction": "inbound"}),
    ("resolution_time", {"resolution": "first"}),
)


def test_every_way_ends_at_the_number_that_the_metric_shows(company):
    at = reconciled.instant
    company.write("ticket", [
        {"external_id": "t1", "opened_at": at(1, 5, 9), "solved_at": at(2, 5, 9)},
        {"external_id": "t2", "opened_at": at(2, 5, 9), "account": "acme"},
    ])  # fmt: skip
    company.write("activity", [
        {"external_id": "c1", "kind": "call", "at": at(1, 6, 9), "direction": "inbound"},
        {"external_id": "c2", "kind": "call", "at": at(1, 7, 9), "owner": "ann"},
        {"external_id": "m1", "kind": "meeting", "at": at(1, 8, 9)},
        {"external_id": "d1", "kind": "demo", "at": at(1, 9, 9)},
    ])  # fmt: skip
    compared = 0
    plain: list[tuple[str, dict[str, Any]]] = [(one, {}) for one in sorted(parts.METRICS)]
    for metric, params in (*plain, *VARIANTS):
        for where in ({}, {"owner": "Ann"}):
            with asked(company, metric, where=where, **params) as question:
                for part in question.parts:
                    bridge = question.bridge(part, Report())
                    reading = question.reading
                    below = reading.denominator or Decimal(reading.n)
                    shown = below if part.name == "denominator" else reading.numerator
                    assert bridge.ours.figure == shown, (metric, params, where, part.name)
                    compared += bridge.ours.n > 0
    # Most of them count something here, so that the comparison says something.
    assert compared > 40
