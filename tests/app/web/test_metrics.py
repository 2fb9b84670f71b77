"""The catalogue of metrics, a metric's page, and the records behind a number."""

import csv
import io
from datetime import date

from sqlmodel import col, select, update

from app.web import vocabulary
from goals.metrics import catalogue
from goals.records.sales import Deal
from tests.support import company
from tests.support.site import plain

QUARTER = "from=2026-04-01&to=2026-06-30"


def receipt(site, path=f"/metric/revenue?{QUARTER}"):
    """Return the receipt that a metric's page leads to."""
    way = site.browser().get(path).partition('href="/receipts/')[2].partition('"')[0]
    return way.partition("?")[0]


def test_the_catalogue_lists_every_metric_and_what_has_data(site):
    html = site.browser().get("/metric")
    for metric_id in catalogue.METRICS:
        assert f'href="/metric/{metric_id}"' in html
    text = plain(html)
    assert "Revenue revenue $1.4k Higher deals" in text
    assert "Churn rate churn_rate Lower purchases, subscriptions" in text


def test_the_catalogue_says_where_numbers_come_from_when_there_are_none(bare_site):
    text = plain(bare_site.browser().get("/metric"))
    assert text.startswith("No metric has data yet") and "Go to data" in text


def test_every_choice_of_a_metric_has_words():
    for metric in catalogue.METRICS.values():
        for param in metric.params:
            assert param.name in vocabulary.PARAMS, (metric.id, param.name)
            # A scale is written as it is: 0-10.
            words = () if param.name == "scale" else param.words
            assert [one for one in words if (param.name, one) not in vocabulary.VALUES] == []


def test_a_metric_is_shown_with_formula_and_window(site):
    text = plain(site.browser().get(f"/metric/win_rate?{QUARTER}"))
    assert text.partition("Metrics ")[2].startswith("Win rate is 100.0%")
    assert "Deals won divided by deals closed" in text
    assert "Deals won 30 ÷ Deals counted 30 = Win rate 100.0%" in text


def test_a_split_lists_the_members(site):
    text = plain(site.browser().get(f"/metric/revenue?{QUARTER}&by=owner"))
    assert "By owner Ann $3.0k" in text


def test_only_the_splits_that_the_records_have_are_offered(site):
    revenue = site.browser().get(f"/metric/revenue?{QUARTER}")
    assert '<option value="product"' in revenue and '<option value="team"' in revenue
    leads = site.browser().get("/metric/leads_new")
    assert '<option value="source"' in leads and '<option value="product"' not in leads


def test_a_number_that_a_metric_takes_is_typed_on_its_page(site):
    page = f"/metric/leads_needed?{QUARTER}"
    asked = site.browser().get(page)
    assert 'name="target" value=""' in asked
    assert "Say how many customers are wanted." in plain(asked)
    # All 30 deals that closed were won.
    assert "Leads needed is 12" in plain(site.browser().get(f"{page}&target=12"))
    wrong = site.browser().get(f"{page}&target=some")
    assert "target is a whole number above zero." in plain(wrong)
    assert 'name="target" value="some"' in wrong


def test_days_may_be_typed_as_people_do(site):
    text = plain(site.browser().get("/metric/revenue?from=1+Apr+2026&to=30+Jun+2026"))
    assert "1 Apr to 30 Jun 2026" in text


def test_what_cannot_be_asked_is_said_on_the_page(site):
    text = plain(site.browser().get("/metric/revenue?by=colour"))
    assert "There is no dimension colour." in text


def test_a_metric_without_data_says_what_it_needs(site):
    text = plain(site.browser().get("/metric/churn_rate"))
    assert "It needs purchases, subscriptions." in text


def test_a_number_of_days_or_months_is_typed_and_stays_in_its_field(site):
    page = site.browser().get(f"/metric/new_revenue?{QUARTER}")
    assert 'name="months" value="6"' in page
    page = site.browser().get(f"/metric/new_revenue?{QUARTER}&months=many")
    assert 'name="months" value="many"' in page
    assert "months is a whole number above zero." in plain(page)
    assert 'name="inactive_days" value=""' in site.browser().get(f"/metric/churn_rate?{QUARTER}")


def test_a_number_that_nobody_delivered_has_no_records(site):
    number = receipt(site, "/metric/churn_rate")
    text = plain(site.browser().get(f"/receipts/{number}"))
    assert "there are no records under it" in text


def test_the_reading_that_makes_a_number_is_listed_with_its_evidence_and_who_says_so(site):
    visitor = site.browser()
    for number, typed in enumerate(("31 Jan 2026", "28 Feb 2026")):
        given = {"day-0": typed, "value-0": f"{number + 7}", "evidence-0": f"Payroll {number}"}
        visitor.post("/data/readings/headcount", **given)
    number = receipt(site, "/metric/headcount?from=2026-01-01&to=2026-03-31")
    text = plain(visitor.get(f"/receipts/{number}"))
    assert "Payroll 1" in text and "Olga Owner" in text and "1 record counted" in text
    assert "Payroll 0" not in text and "no records under it" not in text
    [row] = csv.DictReader(io.StringIO(visitor.get(f"/receipts/{number}.csv").lstrip("\ufeff")))
    assert (row["day"], row["value"], row["evidence"]) == ("2026-02-28", "8", "Payroll 1")
    assert row["entered_by"] == "Olga Owner" and row["recorded_at"] and row["run"]


def test_an_unknown_metric_is_not_there(site):
    site.browser().get("/metric/happiness", status=404)


def test_a_receipt_shows_rule_check_and_records(site):
    text = plain(site.browser().get(f"/receipts/{receipt(site)}"))
    assert text.partition("Revenue ")[2].startswith("30 deals make $3.0k")
    assert "Number $3,000" in text
    assert "Worked out again just now: the same to the last digit" in text
    assert "1 to 30 of 30, newest first. These add up to $3,000." in text


def test_many_records_come_in_pages(site):
    number = receipt(site, "/metric/revenue?from=2026-01-01&to=2026-12-31")
    first = plain(site.browser().get(f"/receipts/{number}"))
    second = plain(site.browser().get(f"/receipts/{number}?page=2"))
    assert "1 to 50 of 73" in first and "51 to 73 of 73" in second


def test_the_file_holds_all_records_and_not_only_the_page(site):
    number = receipt(site, "/metric/revenue?from=2026-01-01&to=2026-12-31")
    text = site.browser().client.get(f"/receipts/{number}.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 73
    assert sum(float(row["value"]) for row in rows) == 7300


def test_a_ratio_shows_both_of_its_parts(site):
    number = receipt(site, f"/metric/win_rate?{QUARTER}")
    html = site.browser().get(f"/receipts/{number}")
    assert f"/receipts/{number}?part=denominator" in html
    assert "30 records counted" in plain(site.browser().get(f"/receipts/{number}?part=denominator"))


def test_links_into_the_crm_are_web_addresses_only(site):
    with site.session() as session:
        deals = session.exec(
            select(Deal).where(col(Deal.workspace_id) == site.here).order_by(col(Deal.closed_on))
        ).all()
        last = [one for one in deals if str(one.closed_on) <= "2026-06-30"][-2:]
        for deal, url in zip(last, ("javascript:alert(1)", "https://crm.example/7"), strict=True):
            session.exec(
                update(Deal)
                .where(col(Deal.workspace_id) == site.here, col(Deal.id) == deal.id)
                .values(url=url)
            )
    html = site.browser().get(f"/receipts/{receipt(site)}")
    assert 'href="https://crm.example/7"' in html and "javascript:" not in html


def test_a_number_that_reads_differently_today_says_so(site):
    number = receipt(site)
    company.win(site.database, site.here, [(date(2026, 6, 28), 250)])
    text = plain(site.browser().get(f"/receipts/{number}"))
    assert "Number $3,000" in text
    assert "Worked out again just now: $3,250. Records have changed since" in text


def test_an_unknown_receipt_is_not_there(site):
    site.browser().get("/receipts/rcp_nothing", status=404)


def test_what_is_no_day_stays_in_its_field_and_is_told(site):
    page = site.browser().get("/metric/revenue?from=31-02&to=2026-08-01")
    assert "“31-02” is no day." in plain(page)
    assert 'value="31-02" aria-invalid=true' in page and 'value="2026-08-01" aria' not in page
    assert "Revenue is" not in plain(page)


def test_a_metric_shows_the_quarters_before_on_one_scale(site):
    text = plain(site.browser().get("/metric/revenue"))
    quarters = text.partition("By quarter")[2]
    assert "1 Jul to 14 Aug 2026" in quarters and "1 Apr to 30 Jun 2026" in quarters
    assert "1 Jan to 31 Mar 2026" in quarters and "2025" not in quarters


def test_a_metric_is_compared_with_earlier_periods_like_for_like(site):
    earlier = [(date(2026, 5, 1), 500), (date(2026, 6, 20), 900), (date(2025, 8, 1), 350)]
    company.win(site.database, site.here, earlier, owner="Bob")
    text = plain(site.browser().get("/metric/revenue")).partition("Compared ")[2]
    # Of the sample's deals of 100, 15 were won by 15 May; the quarter is 45 days old.
    rows = (
        "This period so far 1 Jul to 14 Aug 2026 $1,400 – – 45 days, 33 working",
        "Period before, as many days 1 Apr to 15 May 2026 $2,000 −$600 −30.0%",
        "Period before 1 Apr to 30 Jun 2026 $4,400 −$3,000 −68.2% 91 days, 65 working",
        "Same period last year, as many days 1 Jul to 14 Aug 2025 $350 +$1,050 +300.0%",
    )
    for row in rows:
        assert row in text
    assert "The period is not over: 45 of 92 days have passed." in text
    over = plain(site.browser().get("/metric/revenue?from=2026-05-01&to=2026-05-31"))
    assert "This period 1 May to 31 May 2026" in over and "as many days" not in over


def test_a_metric_without_earlier_values_is_compared_with_nothing(site):
    assert "Compared" not in plain(site.browser().get("/metric/leads_new"))
