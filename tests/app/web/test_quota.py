"""Attainment, one's own number, quotas entered by hand, and what would close a goal's gap."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from goals.metrics import readings
from goals.metrics.query import Query
from goals.records import stages, writer
from goals.records.company import Quota
from goals.records.connections import SyncRun
from goals.records.source import Entry
from goals.table import key
from tests.support import company
from tests.support.site import owner_of, plain

FIRST, LAST = company.QUARTER
TODAY = date(2026, 8, 14)


def write(site, record, rows):
    with site.session() as session:
        connection = company.connection_of(session, site.here)
        run = SyncRun(workspace_id=site.here, connection_id=connection.id, status="done",
                      started_at=site.now, finished_at=site.now)  # fmt: skip
        session.add(run)
        session.flush()
        done = writer.write(session, connection.id, run.id, record, rows, site.now)
        assert done.rejected == []


def deal(name, status, created, closed=None, **more):
    return {"external_id": name, "name": name, "status": status, "created_on": created,
            "stage": {"open": "Talking", "won": "Won", "lost": "Lost"}[status],
            "closed_on": closed, **more}  # fmt: skip


def histories(site, rows):
    with site.session() as session:
        connection = company.connection_of(session, site.here)
        run = session.exec(select(SyncRun.id).where(col(SyncRun.workspace_id) == site.here)).first()
        told = {}
        for row in rows:
            steps = [Entry("Talking", row["created_on"], None, "open")]
            if row["closed_on"] is not None:
                steps.append(Entry(row["stage"], row["closed_on"], None, row["status"]))
            told[key(connection.id, "deal", row["external_id"])] = steps
        stages.write_histories(session, connection.id, run, told, site.now)


def sells(site):
    """Let Ann and Bob of one team and Cy of another sell in the third quarter of 2026."""
    write(site, "owner", [
        {"external_id": "ann", "name": "Ann", "email": "ANN@acme.example", "team": "North",
         "manager": "Bob"},
        {"external_id": "bob", "name": "Bob", "email": "bob@acme.example", "team": "North"},
        {"external_id": "cy", "name": "Cy", "email": "cyrus@elsewhere.example", "team": "South"},
    ])  # fmt: skip
    rows = [
        deal("a1", "won", FIRST, FIRST + timedelta(days=9), amount=Decimal(60_000), owner="ann"),
        deal("b1", "won", FIRST, FIRST + timedelta(days=9), amount=Decimal(10_000), owner="bob"),
        deal("c1", "won", FIRST, FIRST + timedelta(days=9), amount=Decimal(5_000), owner="cy"),
        # Of those that closed after so long in Talking, six in twelve were won.
        *(deal(f"p{n}", ("won", "lost")[n % 2], date(2026, 3, 1), date(2026, 5, 1 + n),
               amount=Decimal(1000), owner="cy") for n in range(12)),
        deal("Big", "open", TODAY - timedelta(days=20), amount=Decimal(50_000), owner="ann",
             expected_close_on=date(2026, 9, 1), url="https://crm.example/deals/7"),
        deal("Small", "open", TODAY - timedelta(days=5), amount=Decimal(8_000), owner="bob",
             expected_close_on=date(2026, 9, 20)),
        deal("Late", "open", TODAY - timedelta(days=300), amount=Decimal(90_000), owner="bob",
             expected_close_on=date(2026, 7, 1)),
    ]  # fmt: skip
    write(site, "deal", rows)
    histories(site, rows)


def quotas(site, **amounts):
    write(site, "quota", [
        {"external_id": f"q-{name}", "owner": name, "first_day": FIRST, "last_day": LAST,
         "amount": Decimal(amount)} for name, amount in amounts.items()
    ])  # fmt: skip


def goal(site, target=200_000, **more):
    with site.session() as session:
        made = company.revenue_goal(
            session, target, owner_id=owner_of(session, site.here).id, **more
        )
        return made.id


def test_everybody_is_listed_with_what_they_sold_of_their_quota(sites):
    site = sites
    sells(site)
    quotas(site, ann=50_000, bob=92_000)
    text = plain(site.browser().get("/attainment"))
    assert "1 of 2 people have sold their quota" in text
    # 60,000 and 10,000 of 142,000; what Cy sold, who was to sell nothing, is no part of it.
    assert "Attainment 49.3%" in text
    # Bob lacks 82,000; 45 of 92 days are over, so 45,000 were due.
    assert "Bob North Off track $10k $92k 10.9% , Bob $82k 22.2%" in text
    assert "Ann North Achieved $60k $50k 120" in text
    assert "Cy South No quota" in text
    assert text.index("Bob North") < text.index("Ann North") < text.index("Cy South")
    # The team's is sum by sum: 70,000 of 142,000.
    assert "North – $70k $142k 49.3%" in text


def test_a_part_of_a_quotas_days_counts_that_part_of_it(site):
    sells(site)
    quotas(site, ann=92_000)
    text = plain(site.browser().get("/attainment?from=2026-07-01&to=2026-07-31"))
    assert "$31k" in text and "Attainment 193.5%" in text


def test_without_quotas_it_is_said_that_there_are_none(site):
    sells(site)
    text = plain(site.browser().get("/attainment"))
    assert "Nobody has a quota in these days" in text and "0%" not in text


def test_a_seller_sees_the_own_number_a_manager_also_theirs_and_an_owner_everybody(sites):
    site = sites
    sells(site)
    quotas(site, ann=50_000, bob=92_000)
    ann, bob = (site.browser(site.add(name, "viewer")) for name in ("Ann", "Bob"))
    stranger = site.browser(site.add("Vic", "viewer"))
    seen = plain(ann.get("/attainment"))
    assert "Ann North" in seen and "Bob" not in seen and "Cy" not in seen
    assert "You see yourself" in seen
    seen = plain(bob.get("/attainment"))
    assert "Ann North" in seen and "Bob North" in seen and "Cy South" not in seen
    assert "Cy" not in bob.client.get("/attainment.csv").text
    assert "No owner of deals has your e-mail address" in plain(stranger.get("/attainment"))
    assert "Cy South" in plain(site.browser().get("/attainment"))
    ann.get("/my-number?of=Bob", 404)
    assert "Bob" in plain(bob.get("/my-number?of=Bob"))


def test_ones_own_number_says_what_is_missing_a_working_day_and_in_deals(site):
    sells(site)
    quotas(site, ann=50_000, bob=92_000)
    visitor = site.browser(site.add("Bob", "viewer"))
    text = plain(visitor.get("/my-number"))
    assert "Attainment 10.9% pace 22.2%" in text
    # 82,000 over the 33 weekdays from 15 August to 30 September; Bob's deals are worth 10,000.
    assert "Missing $82k $2.5k on each of 33 working days" in text
    assert "Deals to close 9" in text
    assert "1 Apr to 30 Jun 2026 No quota" in text
    part = visitor.get("/my-number?part=1")
    assert "<html" not in part and "$82k" in part and "Deals to close" in part
    goal(site)
    assert "part=1" in visitor.get("/")


def test_whoever_owns_no_deals_has_nothing_on_the_start_page(site):
    sells(site)
    assert site.browser().get("/my-number?part=1").strip() == ""


def test_no_quota_is_not_zero(site):
    sells(site)
    cy = site.browser(site.add("Ann", "viewer"))
    text = plain(cy.get("/my-number"))
    assert "Sold: $61k. There is no quota for these days" in text
    assert "that is not 0%." in text and "Attainment 0" not in text


def test_an_owner_says_which_owner_of_deals_a_member_is(sites):
    site = sites
    sells(site)
    quotas(site, cy=10_000)
    member = site.browser(site.add("Vic", "viewer"))
    assert "No owner of deals" in plain(member.get("/my-number"))
    visitor = site.browser()
    html = visitor.get("/attainment")
    row = html.partition('id="who"')[2].partition(">Vic<")[2]
    place = next(one for one in row.split('"') if "/attainment/sellers/" in one)
    member.post(place, 403, owner="Cy")
    visitor.post(place, owner="Nobody")
    assert "No owner of deals" in plain(member.get("/my-number"))
    visitor.post(place, owner="Cy")
    assert "deals owned by Cy" in plain(member.get("/my-number"))
    visitor.post(place, owner="")
    assert "No owner of deals" in plain(member.get("/my-number"))


def standing_quotas(site):
    with site.session() as session:
        rows = session.exec(
            select(Quota).where(
                col(Quota.workspace_id) == site.here, col(Quota.deleted_at).is_(None)
            )
        )
        return sorted((one.first_day, one.last_day, one.amount) for one in rows)


def test_quotas_are_pasted_corrected_and_taken_back(sites):
    site = sites
    sells(site)
    visitor = site.browser()
    html = visitor.get("/attainment/quotas")
    assert "Ann\t" in html and "1 Jul 2026" in html
    sent = {"first": "1 Jul 2026", "last": "30 Sep 2026",
            "lines": "Name\tTeam\tQuota\nAnn\tNorth\t50,000\n"
                     "bob@acme.example\t$92K\nCy\t"}  # fmt: skip
    answer = visitor.post("/attainment/quotas", **sent)
    assert standing_quotas(site) == [(FIRST, LAST, 50_000), (FIRST, LAST, 92_000)]
    html = visitor.get(answer.location)
    assert "of 2 people have sold" in plain(html) and "2 quotas are kept." in html
    undo = next(one for one in html.split('"') if "/quotas/undo/" in one)
    visitor.post("/attainment/quotas", **{**sent, "lines": "Ann 60,000"})
    assert (FIRST, LAST, 60_000) in standing_quotas(site)
    visitor.post(undo)
    # What was corrected since stays.
    assert standing_quotas(site) == [(FIRST, LAST, 60_000)]


@pytest.mark.parametrize(("lines", "said"), [
    ("Zoe\t5", "Line 1: no deal has an owner called “Zoe”."),
    ("Ann\t5\nBob\tmuch", "Line 2: “much” is no amount."),
    ("Ann\t5\nann\t6", "Line 2: Ann stands in an earlier line already."),
    ("", "Write a name and an amount in each line."),
    ("Ann\t7000", "has a quota of $92,000 for 1 Jul to 30 Sep 2026 already"),
])  # fmt: skip
def test_a_quota_that_cannot_be_is_said_at_the_field_and_nothing_is_kept(site, lines, said):
    sells(site)
    if "7000" in lines:
        quotas(site, ann=92_000)
    before = standing_quotas(site)
    sent = {"first": "1 Aug 2026", "last": "31 Aug 2026", "lines": lines}
    html = site.browser().post("/attainment/quotas", 422, **sent).text
    assert said in plain(html) and 'id="lines-error"' in html
    assert lines in html.replace("&#34;", '"')
    assert standing_quotas(site) == before


def test_a_viewer_enters_no_quotas(site):
    site.add("Vic", "viewer")
    site.browser("vic@acme.example").get("/attainment/quotas", 403)


# --- Beside a goal ---------------------------------------------------------------------------


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
