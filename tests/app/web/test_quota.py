"""Attainment, one's own number, and quotas entered by hand."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from goals.records import writer
from goals.records.company import Quota
from goals.records.connections import Connection
from goals.records.sales import Owner
from tests.support.selling import FIRST, LAST, deal, goal, quotas, sells
from tests.support.site import plain


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
    assert "North $70k $142k 49.3%" in text


def test_a_persons_number_opens_the_deals_and_quotas_that_make_it(sites):
    sells(sites)
    quotas(sites, ann=50_000, bob=92_000)
    visitor = sites.browser()
    place = re.search(r'href="(/attainment/records\?of=Ann[^"]*)"', visitor.get("/attainment"))
    assert place is not None
    answer = visitor.client.get(place[1].replace("&amp;", "&"))
    assert answer.status_code == 302 and "/receipts/rcp_" in answer.location
    text = plain(visitor.get(answer.location))
    assert "$60,000" in text and "120" in text
    assert "$10,000" not in text
    # Nobody else's number is opened, and none that is not there.
    visitor.get("/attainment/records?of=Nobody", 404)
    bob = sites.browser(sites.add("Ann", "viewer"))
    bob.get("/attainment/records?of=Bob", 404)


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
    assert "Sold: $61.4k. There is no quota for these days" in text
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
    assert "Bob\t" in html and "ANN@acme.example\t" in html and "1 Jul 2026" in html
    sent = {"first": "1 Jul 2026", "last": "30 Sep 2026",
            "lines": "Name\tTeam\tQuota\nann@acme.example\tNorth\t50,000\n"
                     "bob@acme.example\t$92K\nCy\t"}  # fmt: skip
    answer = visitor.post("/attainment/quotas", **sent)
    assert standing_quotas(site) == [(FIRST, LAST, 50_000), (FIRST, LAST, 92_000)]
    html = visitor.get(answer.location)
    text = plain(html)
    assert "1 of 2 people have sold their quota" in text and "2 quotas are kept." in html
    assert "Ann North Achieved $60k $50k 120" in text and "Bob North Off track $10k $92k" in text
    undo = next(one for one in html.split('"') if "/quotas/undo/" in one)
    visitor.post("/attainment/quotas", **{**sent, "lines": "ann@acme.example 60,000"})
    assert (FIRST, LAST, 60_000) in standing_quotas(site)
    visitor.post(undo)
    # What was corrected since stays.
    assert standing_quotas(site) == [(FIRST, LAST, 60_000)]


def crm(site, *owners):
    """Add the people of a CRM, who own a deal each, beside those of the files."""
    with site.session() as session:
        made = Connection(workspace_id=site.here, name="HubSpot", provider="hubspot",
                          interval=15, records=["deal"], newest_on=LAST,
                          last_success_at=site.now, created_at=site.now)  # fmt: skip
        session.add(made)
        session.flush()
        writer.write(session, made.id, 1, "owner", [
            {"external_id": f"h{n}", "name": name, "email": email}
            for n, (name, email) in enumerate(owners)
        ], site.now)  # fmt: skip
        writer.write(session, made.id, 1, "deal", [
            deal(f"h{n}", "won", FIRST, FIRST + timedelta(days=9), amount=Decimal(7000 + n),
                 owner=f"h{n}") for n in range(len(owners))
        ], site.now)  # fmt: skip


def test_a_quota_is_of_the_person_whose_deals_come_from_elsewhere(sites):
    site = sites
    sells(site)
    crm(site, ("Dee", "dee@acme.example"))
    visitor = site.browser()
    sent = {"first": "1 Jul 2026", "last": "30 Sep 2026"}
    visitor.post("/attainment/quotas", **sent, lines="Dee\t14,000")
    assert "$14k 50.0%" in plain(visitor.get("/attainment"))
    with site.session() as session:
        owners = session.exec(select(Owner).where(col(Owner.workspace_id) == site.here))
        assert [one.email for one in owners if one.name == "Dee"] == ["dee@acme.example"]


def test_which_of_two_namesakes_is_meant_is_asked_and_chosen_by_address(sites):
    site = sites
    sells(site)
    crm(site, ("Bob", "bob@elsewhere.example"), ("Eve", "eve@acme.example"), ("Cy", None))
    visitor = site.browser()
    sent = {"first": "1 Jul 2026", "last": "30 Sep 2026"}
    html = visitor.get("/attainment/quotas")
    assert "bob@elsewhere.example\t" in html and "bob@acme.example\t" in html
    html = visitor.post("/attainment/quotas", 422, **sent, lines="Eve\t5\nBob\t9000").text
    assert "Line 2: several owners of deals are called “Bob”:" in plain(html)
    assert "bob@acme.example" in plain(html) and "Eve\t5\nBob\t9000" in html
    assert standing_quotas(site) == []
    visitor.post("/attainment/quotas", **sent, lines="Bob@Elsewhere.example\t14,000")
    # What that one sold, not what both did.
    assert "$14k 50.0%" in plain(visitor.get("/attainment"))
    text = plain(visitor.post("/attainment/quotas", 422, **sent, lines="ann\t9000").text)
    assert "called “Ann”: ANN@acme.example" in text and "Files: Ann." in text
    # Who has no address is told apart by the id at the source.
    text = plain(visitor.post("/attainment/quotas", 422, **sent, lines="Cy\t9000").text)
    assert "cyrus@elsewhere.example" in text and "HubSpot: h2" in text
    visitor.post("/attainment/quotas", **sent, lines="HubSpot: h2\t7002")
    assert (FIRST, LAST, 7002) in standing_quotas(site)


@pytest.mark.parametrize(("lines", "said"), [
    ("Cy\tmuch\nBob\t5", "Line 1: “much” is no amount."),
    ("Bob\t€92K", "Line 1: “€92K” is not in USD."),
    ("Cy\nBob\t", "Write a name and an amount in each line."),
    ("Bob\t5\n" * 1001, "Enter at most 1000 lines at once."),
    ("Zoe\t5", "Line 1: no deal has an owner called “Zoe”."),
    ("Cy\t5\nBob\tmuch", "Line 2: “much” is no amount."),
    ("Bob\t5\nbob@acme.example\t6", "Line 2: Bob stands in an earlier line already."),
    ("", "Write a name and an amount in each line."),
    ("Bob\t7000", "has a quota of $92,000 for 1 Jul to 30 Sep 2026 already"),
])  # fmt: skip
def test_a_quota_that_cannot_be_is_said_at_the_field_and_nothing_is_kept(site, lines, said):
    sells(site)
    if "7000" in lines:
        quotas(site, bob=92_000)
    before = standing_quotas(site)
    sent = {"first": "1 Aug 2026", "last": "31 Aug 2026", "lines": lines}
    html = site.browser().post("/attainment/quotas", 422, **sent).text
    assert said in plain(html) and 'id="lines-error"' in html
    assert lines.strip() in html.replace("&#34;", '"')
    assert standing_quotas(site) == before


def test_a_viewer_enters_no_quotas(site):
    site.add("Vic", "viewer")
    site.browser("vic@acme.example").get("/attainment/quotas", 403)
