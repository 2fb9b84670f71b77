"""Beside a goal: who sells how much of it, and which open deals would close its gap."""

from datetime import date
from decimal import Decimal

from goals import words
from goals.alerts import review
from goals.messages import Reader
from goals.metrics import readings
from goals.metrics.query import Query
from goals.tracking import standing
from goals.tracking.goal import Goal
from goals.tracking.remedies import pipeline
from goals.tracking.remedies.look import Look
from tests.support.selling import FIRST, LAST, TODAY, deal, goal, quotas, sells, write
from tests.support.site import plain


def test_a_goals_page_leads_to_its_deals_and_waits_for_none_of_them(sites):
    site = sites
    sells(site)
    visitor = site.browser()
    here = goal(site)
    visitor.get(f"/goals/{here}")
    with site.counted() as statements:
        html = visitor.get(f"/goals/{here}")
    assert f"/goals/{here}/selling?short=1" in html
    assert not any("expected_close_on" in one for one in statements)


def test_what_is_asked_for_does_not_grow_with_the_deals(site):
    sells(site)
    visitor = site.browser()
    address = f"/goals/{goal(site)}/selling?short=1"

    def asked():
        visitor.get(address)
        with site.counted() as statements:
            visitor.get(address)
        return len(statements)

    few = asked()
    write(site, "deal", [
        deal(f"More {n}", "open", TODAY, amount=Decimal(1000 + n), owner="ann",
             expected_close_on=date(2026, 9, 2)) for n in range(20)
    ])  # fmt: skip
    assert asked() == few


def test_the_deals_that_would_close_the_gap_are_named_with_their_chance(sites):
    site = sites
    sells(site)
    quotas(site, ann=50_000, bob=92_000)
    visitor = site.browser()
    # Won in the window: 76,400 with Cy's small deals; 13,600 are missing to 90,000.
    text = plain(visitor.get(f"/goals/{goal(site, 90_000)}/selling"))
    assert "Coverage" in text and "At least 1 of these 2 open deals must be won." in text
    assert "1 open deal is past its expected close and is not counted" in text
    assert "no forecast category on open deals" in text
    assert "Quotas of $142k are $52k more than the target of $90k." in text
    html = visitor.get(f"/goals/{goal(site, 90_000, name='Other')}/selling")
    assert 'href="https://crm.example/deals/7"' in html
    assert "past its close date" in html


def test_a_gap_that_no_open_deal_can_close_is_said(site):
    sells(site)
    text = plain(site.browser().get(f"/goals/{goal(site, 500_000)}/selling"))
    assert "Even all 2 open deals, $58k, leave" in text


def test_commit_is_what_the_crm_commits_to_with_what_was_won(sites):
    site = sites
    sells(site)
    write(site, "deal", [{"external_id": "Big", "custom": {"ForecastCategoryName": "Commit"}}])
    text = plain(site.browser().get(f"/goals/{goal(site)}/selling"))
    assert "Commit (CRM)" in text and "no forecast category" not in text
    with site.session() as session:

        def read(odds, part):
            query = Query("forecast", FIRST, LAST, {"odds": odds, "part": part})
            return readings.read(session, query, today=TODAY, now=site.now).value

        assert (read("commit", "open"), read("full", "open")) == (50_000, 58_000)
        assert read("commit", "both") - read("commit", "open") == read("full", "both") - 58_000


def test_a_rate_or_a_level_is_told_by_no_open_deals(site):
    sells(site)
    here = goal(site, 1, metric="win_rate", kind="level", baseline=Decimal("0.5"))
    text = plain(site.browser().get(f"/goals/{here}/selling"))
    assert "Open deals can be added up for goals on revenue or on contracts signed" in text
    assert "selling?short" not in site.browser().get(f"/goals/{here}")


def test_deals_and_people_can_be_kept_as_files(site):
    sells(site)
    quotas(site, ann=50_000)
    visitor = site.browser()
    here = goal(site)
    deals = visitor.client.get(f"/goals/{here}/deals.csv").text.splitlines()
    assert deals[0].lstrip("\ufeff").startswith("name,account,owner,stage")
    assert {one.partition(",")[0] for one in deals[1:]} == {"Big", "Small", "Late"}
    people = visitor.client.get(f"/goals/{here}/people.csv").text
    assert "Ann,North,Bob,achieved,60000" in people


def test_who_may_not_see_a_goal_sees_neither_its_deals_nor_its_people(site):
    sells(site)
    here = goal(site, visibility="private")
    stranger = site.browser(site.add("Vic", "viewer"))
    for ending in ("selling", "deals.csv", "people.csv"):
        stranger.get(f"/goals/{here}/{ending}", 404)


def test_the_remedies_of_a_goal_say_the_same_coverage_as_its_page(sites):
    site = sites
    sells(site)
    here = goal(site, 90_000)
    visitor = site.browser()
    with site.session() as session:
        review.review(session, now=site.now, today=TODAY)
        one = standing.one(session, session.get_one(Goal, (site.here, here)))
        look = Look(session, one, TODAY, site.now)
        fact = pipeline.coverage(look)
        said = [words.render(part.text, Reader()) for part in fact.parts]
    text = plain(visitor.get(f"/goals/{here}/selling"))
    assert "open deals of $58k cover it" in said[0]
    assert len(said) == 3 and all(one in text for one in said)
