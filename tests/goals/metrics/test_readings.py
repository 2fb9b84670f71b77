"""What a reading says: values worked out by hand, and the notes beside them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goals.metrics import readings
from goals.metrics.query import Query
from tests.goals.metrics import small
from tests.goals.metrics.company import NOW, TODAY
from tests.goals.metrics.small import END, FEB, JAN, MAR, day


def codes(result):
    return {note.code: note.n for note in result.notes}


def test_a_rate_over_a_window_is_the_ratio_of_the_sums_and_not_a_mean_of_rates(company):
    january = company.read("win_rate", JAN, day(1, 31))
    february = company.read("win_rate", FEB, day(2, 28))
    both = company.read("win_rate", JAN, day(2, 28))
    assert (january.value, february.value) == (1, 0)
    assert both.value == Decimal(2) / Decimal(3)
    assert (both.figure.numerator, both.figure.denominator, both.figure.n) == (2, 3, 3)


def test_nothing_to_divide_by_is_no_data_and_a_sum_of_nothing_is_zero(company):
    nowhere = date(2020, 1, 1), date(2020, 12, 31)
    for metric in ("win_rate", "avg_deal_size", "sales_cycle", "lead_conversion"):
        assert company.read(metric, *nowhere).value is None
    assert company.read("sales_cycle", *nowhere, stat="median").value is None
    assert company.read("open_deals", *nowhere, measure="age").value is None
    for metric in ("revenue", "new_customers", "new_revenue", "open_deals", "leads_new"):
        assert company.read(metric, *nowhere).value == 0


def test_medians_and_percentiles_lie_between_neighbours(company):
    assert company.value("sales_cycle", JAN, END) == pytest.approx(70 / 3)
    assert company.value("sales_cycle", JAN, END, stat="median") == 20
    assert company.value("sales_cycle", JAN, END, stat="p90") == pytest.approx(36)
    assert company.value("sales_cycle", JAN, END, stat="median", outcome="closed") == 25
    assert company.value("sales_cycle", JAN, END, outcome="lost") == 30
    assert company.value("avg_deal_size", JAN, END, stat="median") == 300
    assert company.value("avg_deal_size", JAN, END) == pytest.approx(1300 / 3)


def test_a_cycle_may_start_at_qualification_or_with_the_lead(company):
    qualified = small.deal("d9", "won", day(3, 1), day(3, 21), amount=1, qualified_on=day(3, 11))
    small.write_deals(company, [qualified])
    lead = {"external_id": "l9", "created_on": day(2, 19), "converted_deal": "d9"}
    company.write("lead", [lead])
    assert company.value("sales_cycle", MAR, END, start="qualified") == 10
    assert company.value("sales_cycle", MAR, END, start="lead") == 30


def test_a_deal_closed_before_it_was_created_has_no_cycle_but_counts_as_won(company):
    small.write_deals(company, [small.deal("d9", "won", day(3, 20), day(3, 18), amount=1)])
    cycle = company.read("sales_cycle", MAR, END)
    assert (cycle.figure.n, cycle.value) == (1, 40)
    assert codes(cycle)["no_span"] == 1
    assert company.read("win_rate", MAR, END).figure.n == 2


def test_what_was_won_without_an_amount_is_said(company):
    small.write_deals(company, [small.deal("d9", "won", day(3, 1), day(3, 18), owner="bob")])
    for metric in ("revenue", "avg_deal_size"):
        read = company.read(metric, MAR, END)
        assert (read.value, codes(read)["no_amount"]) == (900, 1)
        assert "no_amount" not in codes(company.read(metric, MAR, END, where={"owner": "Ann"}))
    assert "no_amount" not in codes(company.read("revenue", JAN, day(2, 28)))


def test_few_cases_are_said_to_be_few(company):
    assert codes(company.read("win_rate", JAN, END))["small_n"] == 4
    more = [small.deal(f"x{i}", "lost", day(1, 2), day(1, 3)) for i in range(6)]
    small.write_deals(company, more)
    assert "small_n" not in codes(company.read("win_rate", JAN, END))


def test_a_window_that_is_not_over_is_partial(company):
    midday = datetime(2026, 3, 31, 12, tzinfo=UTC)
    during = company.read("revenue", JAN, END, today=END, now=midday)
    assert not during.complete
    assert "partial" in codes(during)
    after = company.read("revenue", JAN, END)
    assert after.complete
    assert "partial" not in codes(after)


def test_open_deals_stand_at_the_end_of_a_day_and_undated_ones_stand_apart(company):
    for on, count in ((day(1, 14), 3), (day(1, 15), 2), (day(2, 1), 3), (day(3, 13), 1)):
        read = company.read("open_deals", on, on)
        assert read.value == count, on
        assert codes(read)["undated"] == 1
    at = day(2, 1)
    assert company.value("open_deals", at, at, measure="value") == 950
    assert company.value("open_deals", at, at, measure="list_value") == 120 + 500 + 500
    assert company.value("open_deals", at, at, measure="age") == pytest.approx(27 / 3)


def test_every_deal_open_on_some_day_of_a_window_is_in_its_pipeline(company):
    read = company.read("win_rate", day(2, 5), END, basis="all")
    # d4 and d5 stood open, d6 has no day; d3 left on the fourth.
    assert (read.figure.numerator, read.figure.denominator) == (1, 3)
    assert codes(read)["undated"] == 1


def test_a_rate_by_value_of_which_lost_deals_have_no_amount_says_nothing(company):
    read = company.read("win_rate", JAN, END, weight="value")
    assert read.value is None
    assert "lost_without_amount" in codes(read)
    listed = company.read("win_rate", JAN, END, weight="list_value")
    assert listed.value == Decimal(1120) / Decimal(1620)


def test_amounts_in_another_currency_count_once_their_rate_is_known(company):
    euro = small.deal("e1", "won", day(3, 1), day(3, 2), amount=100, currency="EUR")
    baht = small.deal("t1", "won", day(3, 1), day(3, 2), amount=7000, currency="THB")
    small.write_deals(company, [euro, baht])
    read = company.read("revenue", MAR, END)
    assert (read.value, codes(read)["excluded_currency"]) == (900, 2)
    assert company.read("win_rate", MAR, END).figure.n == 3
    rates = [("EUR", day(1, 1), "0.5"), ("EUR", day(3, 5), "4")]
    company.write("rate", [rate(*one) for one in rates])
    read = company.read("revenue", MAR, END)
    assert (read.value, codes(read)["excluded_currency"]) == (1100, 1)
    company.write("rate", [rate("THB", day(3, 2), "35")])
    read = company.read("revenue", MAR, END)
    assert read.value == 1300
    assert "excluded_currency" not in codes(read)


def rate(currency, on, per_base):
    name = f"{currency}{on}"
    return {"external_id": name, "currency": currency, "day": on, "per_base": Decimal(per_base)}


def test_open_value_counts_the_amounts_it_leaves_out(company):
    small.write_deals(
        company, [small.deal("e1", "open", day(2, 1), None, amount=9, currency="EUR")]
    )
    read = company.read("open_deals", END, END, measure="value")
    assert (read.value, codes(read)["excluded_currency"]) == (50, 1)


def test_young_revenue_ends_with_the_month_even_where_months_are_shorter(empty):
    first = small.deal("d1", "won", day(8, 1, 2025), day(8, 31, 2025), amount=1, account="a")
    inside = small.deal("d2", "won", day(1, 1), day(2, 27), amount=10, account="a")
    outside = small.deal("d3", "won", day(1, 1), day(2, 28), amount=100, account="a")
    small.write_deals(empty, [first, inside, outside])
    window = day(8, 1, 2025), END
    assert empty.value("new_revenue", *window) == 11
    assert empty.value("new_revenue", *window, months=7) == 111
    assert empty.value("new_revenue", *window, months=1) == 1
    assert empty.value("new_customers", *window) == 1


def test_a_cohort_counts_the_outcomes_known_by_the_day_of_asking(company):
    entered = JAN, day(1, 31)
    early = company.read("win_rate", *entered, basis="created", today=day(1, 20))
    assert (early.figure.numerator, early.figure.denominator) == (1, 3)
    assert codes(early)["immature"] == 2
    late = company.read("win_rate", *entered, basis="created")
    assert (late.figure.numerator, late.figure.denominator) == (2, 3)
    assert "immature" not in codes(late)
    ended = company.read("win_rate", *entered, basis="created", matured=day(1, 20))
    assert ended.figure.numerator == 1
    closed = company.read("win_rate", *entered, basis="created_closed", matured=day(1, 20))
    assert (closed.figure.numerator, closed.figure.denominator) == (1, 1)


def test_leads_convert_as_a_cohort_within_days_or_in_the_same_window(company):
    entered = JAN, day(1, 31)
    assert company.value("lead_conversion", *entered) == pytest.approx(2 / 3)
    assert company.value("lead_conversion", *entered, within_days=30) == pytest.approx(1 / 3)
    assert company.value("lead_conversion", *entered, within_days=10) == pytest.approx(1 / 3)
    assert company.value("lead_conversion", *entered, within_days=9) == 0
    assert company.value("lead_conversion", *entered, mode="period") == pytest.approx(1 / 3)
    assert company.value("lead_conversion", MAR, END, mode="period") is None
    early = company.read("lead_conversion", *entered, within_days=30, today=day(1, 25))
    assert codes(early)["immature"] == 2


def test_several_conversions_of_leads_from_before_make_more_than_one(company):
    read = company.read("lead_conversion", day(2, 20), day(3, 2), mode="period")
    assert read.value == 1


def test_metrics_that_are_delivered_give_the_latest_reading_or_their_sum(company):
    company.write("reading", [
        {"external_id": "1", "metric": "nps", "day": day(1, 10), "value": Decimal("41.5")},
        {"external_id": "2", "metric": "nps", "day": day(2, 10), "value": Decimal("43.25")},
        {"external_id": "3", "metric": "nps", "day": day(2, 11), "value": Decimal(9),
         "segment": {"region": "North"}},
    ])  # fmt: skip
    assert company.read("nps", JAN, day(1, 31)).value == Decimal("41.5")
    assert company.read("nps", JAN, END).value == Decimal("43.25")
    assert company.read("nps", JAN, END, where={"region": "North"}).value == 9
    assert company.read("nps", JAN, day(1, 9)).value is None


def test_daily_amounts_and_values_to_date_agree_with_readings(company):
    with company.session() as session:
        days = readings.series(session, "revenue", {}, {"region": "North"}, JAN, END)
        ends = [day(1, 31), day(2, 28), END]
        levels = readings.level_series(session, "win_rate", {}, {}, JAN, ends)
        first = readings.earliest(session, "revenue", {}, {})
        of_bob = readings.earliest(session, "revenue", {}, {"region": "South"})
        offered = readings.available(session)
    assert dict(days) == {day(1, 15): 100, day(3, 13): 900}
    assert levels == [(end, company.read("win_rate", JAN, end).value) for end in ends]
    assert first == day(1, 15)
    assert of_bob == day(1, 30)
    assert {"revenue", "win_rate", "leads_new"} <= offered
    assert "nps" not in offered


@pytest.mark.parametrize("where", [{}, {"region": "North"}, {"owner": "Ann", "product": "Pro"}])
@pytest.mark.parametrize(
    ("metric", "params"),
    [
        ("revenue", {}),
        ("win_rate", {"basis": "created"}),
        ("open_deals", {"measure": "age"}),
        ("sales_cycle", {}),
        ("new_customers", {}),
    ],
)
def test_a_line_of_values_to_date_has_the_values_of_single_readings(company, metric, params, where):
    days = [JAN + timedelta(days=n) for n in (0, 14, 29, 45, 71, 72, 89)]
    with company.session() as session:
        line = readings.level_series(session, metric, params, where, day(1, 10), days)
    for on, value in line:
        first = min(day(1, 10), on)
        if first == on:
            continue
        read = company.read(metric, first, on, where=where, matured=on, **params)
        assert value == read.value, on


def test_the_printed_reading_has_the_shape_of_the_contract(company):
    shown = company.read("win_rate", JAN, END, by="region").to_json()
    assert list(shown) == [
        "metric", "version", "params", "from", "to", "where", "by", "value", "numerator",
        "denominator", "n", "unit", "currency", "as_of", "complete", "note", "receipt", "segments",
    ]  # fmt: skip
    assert shown["params"] == {"basis": "closed", "weight": "count"}
    assert (shown["unit"], shown["currency"], shown["as_of"]) == ("rate", None, NOW)
    assert set(shown["note"][0]) == {"code", "message", "n"}
    assert company.read("revenue", JAN, END).to_json()["currency"] == "USD"


def test_a_question_without_keeping_leaves_no_receipt(company):
    with company.session() as session:
        query = Query("revenue", JAN, END)
        read = readings.read(session, query, today=TODAY, now=NOW, keep=False)
    assert read.receipt is None
