"""The pages that say why a goal is where it is and what if; scenarios that are kept."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from app.accounts import people
from goals.alerts import review
from goals.table import new_id
from goals.tracking import standing, visibility
from goals.tracking.scenarios.table import Scenario
from goals.tracking.why import gap, saying
from goals.tracking.why.terms import Explained
from goals.words import render
from tests.support import company
from tests.support.site import plain

FIRST = date(2026, 1, 1)


@pytest.fixture
def goal(site):
    """A goal that is off track: Ben wins less than in the quarter before."""
    days = [FIRST + timedelta(n) for n in range(226)]
    company.win(site.database, site.here, [(one, 100) for one in days], owner="Ann")
    company.win(site.database, site.here, [(one, 150) for one in days[:185]], owner="Ben")
    return made(site, 60_000)


def made(site, target=60_000, **terms):
    with site.session() as session:
        owner = people.with_email(session, "owner@acme.example")
        found = company.revenue_goal(session, target, owner_id=owner.id, **terms)
        look(site, session, site.now)
        return found.id


def look(site, session, now):
    review.review(session, now=now, today=now.date())


def kept(site):
    with site.session() as session:
        here = col(Scenario.workspace_id) == site.here
        return list(session.exec(select(Scenario).where(here)))


def field(page, name):
    return re.search(rf'id="lever-{name}" name="{name}" value="([^"]*)"', page).group(1)


def test_the_page_says_what_the_question_is_answered_with(site, goal):
    page = plain(site.browser().get(f"/goals/{goal}/why"))
    with site.session() as session:
        known = standing.board(session, visibility.OWNER)
        found = gap.explain(session, known[0], known, now=site.now)
        assert isinstance(found, Explained)
        sentence = render(saying.sentence(found), "en").replace("\u00a0", " ")
    assert sentence in page
    assert "The whole gap" in page and "Deals closed" in page and "By owner" in page
    asked = plain(site.browser().get("/ask?q=why is sell more behind"))
    assert sentence in asked and "Show the waterfall" in asked
    assert sentence in plain(site.browser().get(f"/goals/{goal}/why?by=nonsense&against=never"))


def test_what_if_says_where_it_ends_and_what_would_do(site, goal):
    page = site.browser().get(f"/goals/{goal}/whatif")
    text = plain(page)
    assert "The target is missed" in text and "Least change of all:" in text
    assert "Deals closed of" in text and "alone would do, instead of" in text
    address = re.search(r'href="(/goals/\d+/whatif\?closed=[^"]+)"', page).group(1)
    moved = plain(site.browser().get(address.replace("&amp;", "&")))
    assert "The target is reached" in moved and "if it goes on like this" in moved


def test_the_end_is_the_heading_and_what_each_driver_adds_is_the_way_there(site, goal):
    as_it_goes = site.browser().get(f"/goals/{goal}/whatif")
    assert re.search(r"<h1[^>]*>It ends at \$[^<]+ if it goes on like this</h1>", as_it_goes)
    assert "What each driver adds" not in as_it_goes
    fields = re.findall(r'name="([a-z_.]+)" value="([\d,.]+)" inputmode', as_it_goes)
    address = "&".join(f"{name}={float(text.replace(',', '')) / 2}" for name, text in fields)
    moved = site.browser().get(f"/goals/{goal}/whatif?{address}")
    text = plain(moved)
    assert re.search(r"<h1[^>]*>It ends at \$[^<]+ with these numbers</h1>", moved)
    assert "What each driver adds" in text and "Together \u2212$" in text
    wrong = site.browser().get(f"/goals/{goal}/whatif?closed=lots")
    assert ">What if</h1>" in wrong and "What each driver adds" not in wrong


@pytest.mark.parametrize("typed", ["lots", "-5", "1e99", "๑๒๓ล้านล้านล้าน", "<b>", "9" * 40])
def test_what_is_no_number_is_said_at_its_field_and_calculated_with_nothing(site, goal, typed):
    page = site.browser().get(f"/goals/{goal}/whatif?closed={typed}")
    assert "Write a number of zero or more" in page
    assert "One of the numbers cannot be read" in page and "<b>" not in field(page, "closed")
    token = site.browser()
    answer = token.post(
        f"/goals/{goal}/scenarios", 422, name="Bad", closed=typed, begun=str(new_id())
    )
    assert "Write a number of zero or more" in answer.text
    assert kept(site) == []


def test_a_zero_leads_nowhere_but_to_what_there_is(site, goal):
    text = plain(site.browser().get(f"/goals/{goal}/whatif?closed=0"))
    assert "The target is missed" in text


def test_numbers_are_typed_in_any_way_that_people_write_them(site, goal):
    pages = [
        plain(site.browser().get(f"/goals/{goal}/whatif?closed={typed}"))
        for typed in ("1200", "1,200", "1.2k", "๑๒๐๐")
    ]
    ends = {re.search(r"\$[\d.]+k The target", page).group() for page in pages}
    assert len(ends) == 1


def test_a_scenario_is_kept_once_and_stands_beside_what_came(site, goal):
    visitor = site.browser()
    page = visitor.get(f"/goals/{goal}/whatif?closed=900")
    begun = re.search(r'name="begun"[^>]*value="(\d+)"', page).group(1)
    said = {"name": "ทีม 客户 🚀", "note": "Two more people", "closed": "900", "begun": begun}
    visitor.post(f"/goals/{goal}/scenarios", **said)
    visitor.post(f"/goals/{goal}/scenarios", **said)
    [row] = kept(site)
    assert (row.name, row.note) == ("ทีม 客户 🚀", "Two more people")
    assert next(one for one in row.levers if one["id"] == "closed")["assumed"] == "900"
    text = plain(visitor.get(f"/goals/{goal}/whatif"))
    assert "Nothing came since: its first day is 15 Aug 2026." in text
    more = [(date(2026, 8, 15) + timedelta(n), 100) for n in range(20)]
    company.win(site.database, site.here, more, owner="Ann")
    site.now += timedelta(days=60)
    with site.session() as session:
        look(site, session, site.now)
    text = plain(site.browser().get(f"/goals/{goal}/whatif"))
    assert "The window ended on 30 Sep 2026" in text
    assert "It came to" in text and "from what was assumed." in text
    deals = re.search(r"Deals closed (\S+) (\S+) (\S+)", text)
    assert deals.group(2, 3) == ("900", "20")


def test_a_scenario_needs_a_name_and_can_be_deleted_and_brought_back(site, goal):
    visitor = site.browser()
    answer = visitor.post(f"/goals/{goal}/scenarios", 422, name="  ", begun=str(new_id()))
    assert "Give the scenario a name." in answer.text
    visitor.post(f"/goals/{goal}/scenarios", 422, name="x" * 81, begun=str(new_id()))
    visitor.post(f"/goals/{goal}/scenarios", name="Hope", begun=str(new_id()))
    [row] = kept(site)
    visitor.post(f"/goals/{goal}/scenarios/{row.id}/remove")
    assert "Hope" not in visitor.get(f"/goals/{goal}/whatif").split("toast")[0]
    visitor.post(f"/goals/{goal}/scenarios/{row.id}/restore")
    assert "Hope" in visitor.get(f"/goals/{goal}/whatif")


def test_a_rate_is_moved_by_those_still_to_come(site, goal):
    rate = made(
        site, metric="win_rate", kind="level", name="Win more", target_input=Decimal("0.9"),
        baseline=Decimal("0.8"),
    )  # fmt: skip
    text = plain(site.browser().get(f"/goals/{rate}/whatif"))
    assert "Still to be counted" in text and "Win rate of these" in text
    over = site.browser().get(f"/goals/{rate}/whatif?value=140")
    assert "This cannot be more than 100%." in over


@pytest.mark.parametrize("place", ["why", "whatif"])
def test_a_milestone_has_neither_and_says_so(site, place):
    goal_id = made(site, metric=None, kind="milestone", target_input=None)
    assert "A milestone is done or not" in plain(site.browser().get(f"/goals/{goal_id}/{place}"))
