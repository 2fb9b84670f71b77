"""Exchange rates: entered with their direction in words, corrected, taken back; what waits."""

import re
from datetime import date
from decimal import Decimal

import pytest

from app.accounts import workspaces
from goals import words, workspace
from goals.metrics import readings, refresh, waiting
from goals.metrics.query import Query
from goals.records import rates
from integrations.files.importing import import_file
from tests.support import company
from tests.support.site import plain

PAGE = "/data/rates/THB"
BOUGHT = b"""external_id,customer,on,amount,currency
a,Siam,2026-07-10,3520,THB
b,Siam,2026-08-10,7040,THB
c,Home,2026-08-11,100,USD
d,Home,2026-08-12,10,EUR
"""


@pytest.fixture
def shop(site):
    bring(site, "purchase", BOUGHT)
    return site


def bring(site, record, content):
    with site.session() as session:
        import_file(session, content, record, now=site.now, label=f"{record}s.csv")


def enter(visitor, day, per_base, status=303, **more):
    return visitor.post(PAGE, status, day=day, per_base=per_base, **more)


def kept(site):
    with site.session() as session:
        return rates.of_currency(session, "THB")


def bought(site):
    """Return the mean purchase of the quarter so far, and what is said beside it."""
    today = date(2026, 8, 14)
    with site.session() as session:
        asked = Query("avg_purchase_value", date(2026, 7, 1), today)
        read = readings.read(session, asked, today=today, now=site.now)
        return read.value, {one.code: one.n for one in read.notes}


def test_what_waits_is_counted_by_currency_and_listed(shop):
    text = plain(shop.browser().get("/data/rates"))
    assert "3 amounts wait for an exchange rate" in text
    assert re.search(r"THB Thai Baht . no rate yet . 2 , THB the oldest of 10 Jul 2026", text)
    text = plain(shop.browser().get(PAGE))
    assert "2 amounts without a rate Left out of every sum." in text
    assert "A rate from 10 Jul 2026 on, or from an earlier day, brings everything in." in text
    assert "b purchases" in text and "฿7,040" in text


def test_a_rate_converts_from_its_day_on_and_the_reading_says_what_it_was(shop):
    visitor = shop.browser()
    value, said = bought(shop)
    assert (value, said["excluded_currency"]) == (Decimal(100), 3)
    assert "restated" not in said
    enter(visitor, "1 Aug 2026", "35.20")
    # 7,040 baht at 35.20 are 200 dollars; July has no rate, nor has the euro.
    value, said = bought(shop)
    assert (value, said["excluded_currency"]) == (Decimal(150), 2)
    assert "restated" in said
    page = visitor.get(PAGE)
    assert "From 1 Aug 2026 on, 1 USD is 35.2 THB. One amount still waits" in page
    assert "Olga Owner" in plain(page)
    enter(visitor, "2026-07-01", "35.2")
    assert bought(shop)[0] == Decimal(400) / 3
    assert "Nothing waits" not in plain(visitor.get(PAGE))
    assert "amounts without a rate" not in plain(visitor.get(PAGE))


def test_a_correction_keeps_what_was_said_and_undo_brings_it_back(shop):
    visitor = shop.browser()
    enter(visitor, "1 Aug 2026", "35.20")
    [one] = kept(shop)
    form = visitor.get(f"{PAGE}?correct={one.id}")
    assert 'value="35.2"' in form and 'value="1 Aug 2026"' in form
    enter(visitor, "1 Aug 2026", "32", seen=str(one.run_id))
    [now] = kept(shop)
    assert (now.per_base, [old.per_base for old in now.earlier]) == (32, [Decimal("35.2")])
    assert bought(shop)[0] == Decimal(160)
    assert "<s>35.2</s>" in visitor.get(PAGE)
    visitor.post(f"{PAGE}/undo/{now.run_id}")
    assert [one.per_base for one in kept(shop)] == [Decimal("35.2")]
    assert bought(shop)[0] == Decimal(150)


def rebase(site, currency):
    """Make another currency the base one, as the settings do."""
    with site.session() as session:
        here = workspace.of(session)
        workspaces.apply(here, currency=currency)
        session.add(here)
        session.flush()
        refresh.rebuild(session)


def test_a_rate_is_for_the_base_currency_it_came_with_and_waits_for_it(shop):
    visitor = shop.browser()
    enter(visitor, "1 Jul 2026", "35.20")
    before = bought(shop)[0]
    assert before == Decimal(400) / 3
    rebase(shop, "EUR")
    # 7,040 baht are not 200 euros: all but the purchase in euros wait, and the page says so.
    value, said = bought(shop)
    assert (value, said["excluded_currency"]) == (Decimal(10), 3)
    assert "restated" in said
    text = plain(visitor.get("/data/rates"))
    assert "3 amounts wait for an exchange rate" in text
    assert "1 rate is kept for when the currency of the workspace is USD." in text
    assert kept(shop) == []
    # The same day of the same currency has a rate to each base currency.
    enter(visitor, "1 Jul 2026", "40")
    bring(shop, "rate", b"on,currency,per_base\n2026-07-01,USD,1.25\n")
    assert [one.per_base for one in kept(shop)] == [Decimal(40)]
    assert bought(shop)[0] == (Decimal(88) + 176 + 80 + 10) / 4
    rebase(shop, "USD")
    assert bought(shop)[0] == before
    assert [one.per_base for one in kept(shop)] == [Decimal("35.2")]
    assert "2 rates are kept for when the currency of the workspace is EUR" in plain(
        visitor.get("/data/rates")
    )


def test_a_file_may_say_which_base_currency_its_rates_are_for(shop):
    bring(
        shop, "rate", b"on,currency,per_base,base\n2026-07-01,THB,35.2,USD\n2026-07-01,THB,40,EUR\n"
    )
    assert [one.per_base for one in kept(shop)] == [Decimal("35.2")]
    rebase(shop, "EUR")
    assert [one.per_base for one in kept(shop)] == [Decimal(40)]


def test_a_number_in_another_currency_says_which_it_was_in(shop):
    def read():
        today = date(2026, 8, 14)
        with shop.session() as session:
            asked = Query("avg_purchase_value", date(2026, 7, 1), today)
            return readings.read(session, asked, today=today, now=shop.now)

    first = read()
    rebase(shop, "THB")
    second = read()
    assert (second.currency, second.receipt != first.receipt) == ("THB", True)
    [note] = [one for one in second.notes if one.code == "restated"]
    said = words.render(note.message, words.Reader())
    assert said == (
        "This was $100 when it was read before; the currency of the workspace was USD then."
    )


def test_a_rate_that_was_taken_back_converts_nothing(shop):
    visitor = shop.browser()
    enter(visitor, "1 Aug 2026", "35.20")
    visitor.post(f"{PAGE}/undo/{kept(shop)[0].run_id}")
    assert bought(shop)[0] == Decimal(100)
    text = plain(visitor.get(PAGE))
    assert "taken back" in text and "2 amounts without a rate" in text


@pytest.mark.parametrize(
    ("day", "rate", "field"),
    [("soon", "35", "day"), ("", "35", "day"), ("1 Aug 2026", "many", "per_base")]
    + [("1 Aug 2026", "0", "per_base"), ("1 Aug 2026", "-35", "per_base")],
)
def test_what_is_wrong_stands_at_its_field_and_stays_typed(shop, day, rate, field):
    html = enter(shop.browser(), day, rate, status=422).text
    assert f'href="#{field}"' in html and f'id="{field}-error"' in html
    assert f'value="{rate}"' in html
    assert kept(shop) == []


def test_a_rate_upside_down_is_asked_about_once(shop):
    visitor = shop.browser()
    enter(visitor, "1 Jul 2026", "35.20")
    html = enter(visitor, "1 Aug 2026", "0.0284", status=422).text
    assert "1 USD was 35.2 THB then" in html
    asked = re.search(r'name="asked"[^>]*value="([^"]+)"', html).group(1)
    enter(visitor, "1 Aug 2026", "0.0284", asked=asked)
    assert [one.per_base for one in kept(shop)] == [Decimal("0.0284"), Decimal("35.2")]


def test_a_day_that_has_a_rate_asks_before_it_is_replaced(shop):
    visitor = shop.browser()
    enter(visitor, "1 Aug 2026", "35.20")
    html = enter(visitor, "1 Aug 2026", "36", status=422).text
    assert "1 Aug 2026 has a rate of 35.2 already" in html
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', html).group(1)
    enter(visitor, "1 Aug 2026", "36", seen=seen)
    assert [one.per_base for one in kept(shop)] == [Decimal(36)]


def test_rates_of_a_file_and_by_hand_correct_each_other(shop):
    bring(shop, "rate", b"on,currency,per_base\n2026-07-01,THB,35.2\n")
    [one] = kept(shop)
    visitor = shop.browser()
    assert "rates.csv" in plain(visitor.get(PAGE))
    enter(visitor, "1 Jul 2026", "36", seen=str(one.run_id))
    assert [(one.per_base, one.origin.file) for one in kept(shop)] == [(Decimal(36), None)]
    assert "Rate of THB" in plain(visitor.get("/data"))


def test_the_base_currency_and_unknown_ones_have_no_rates(shop):
    visitor = shop.browser()
    for code in ("USD", "thb", "NOPE"):
        visitor.get(f"/data/rates/{code}", 404)
    assert visitor.client.get("/data/rates?currency=THB").location == PAGE
    assert 'value="USD"' not in visitor.get("/data/rates")


def test_a_viewer_sees_rates_and_changes_none(shop):
    shop.add("Vic", "viewer")
    viewer = shop.browser("vic@acme.example")
    assert "Keep the rate" not in viewer.get(PAGE)
    enter(viewer, "1 Aug 2026", "35", status=403)


def test_rates_of_another_workspace_are_out_of_reach(shop):
    other = company.make(shop.database, name="Borealis")
    with shop.database.session(other) as session:
        import_file(session, b"on,currency,per_base\n2026-07-01,THB,99\n", "rate", now=shop.now)
        run_id = rates.of_currency(session, "THB")[0].run_id
        assert waiting.by_currency(session) == []
    visitor = shop.browser()
    assert "99" not in plain(visitor.get(PAGE))
    visitor.post(f"{PAGE}/undo/{run_id}", 404)


def test_nothing_waits_where_all_amounts_are_in_one_currency(site):
    text = plain(site.browser().get("/data/rates"))
    assert "No rate is needed yet All amounts are in USD." in text


def test_a_rate_works_on_both_databases(sites):
    bring(sites, "purchase", BOUGHT)
    enter(sites.browser(), "1 Jul 2026", "35.20")
    assert bought(sites)[0] == Decimal(400) / 3
    with sites.session() as session:
        assert [(one.currency, one.count) for one in waiting.by_currency(session)] == [("EUR", 1)]


def test_a_metric_that_lacks_rates_leads_to_them(shop):
    text = shop.browser().get("/metric/avg_purchase_value")
    assert '<a href="/data/rates">See what waits for a rate</a>' in text
    assert "See what waits" not in shop.browser().get("/metric/revenue")
