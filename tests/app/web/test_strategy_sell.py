"""Pages of selling: channels that propose, words beside each other, deals that were won."""

import re

from tests.support.site import plain
from tests.support.worksheets import answer, version

CHANNELS = "/strategy/channels/channels"
BEST = "/strategy/best_customers/attributes"


def row(site, address):
    visitor = site.browser()
    sent = visitor.post(f"{address}/add")
    return visitor, sent.location.partition("item=")[2]


def test_the_way_of_selling_proposes_advantages_and_says_that_they_are_ours(site):
    visitor, item = row(site, CHANNELS)
    page = f"{CHANNELS}?item={item}"
    visitor.post(
        page,
        name="Dealers",
        customer_type="consumer",
        route="indirect",
        version=version(visitor.get(page)),
    )
    text = plain(visitor.get(f"/strategy/channels/weigh?item={item}"))
    assert text.count("This is our default. Change it if it does not fit.") == 2
    assert "the partner brings a network of its own" in text
    assert len(answer(site, "channels.channels", item)["drawbacks"]) == 3


def test_the_answers_of_the_teams_stand_beside_the_agreed_text(site):
    visitor, item = row(site, "/strategy/terms/answers")
    page = f"/strategy/terms/answers?item={item}"
    visitor.post(page, team_name="Sales", version=version(visitor.get(page)))
    page = f"/strategy/terms/team_leads?item={item}"
    visitor.post(page, lead_means="A clinic on the list", version=version(visitor.get(page)))
    html = visitor.get("/strategy/terms/lead")
    assert "Sales A clinic on the list Change Sales" in plain(html)
    assert f'href="{page}"' in html


def test_the_largest_won_deals_come_with_the_way_to_their_evidence(site):
    visitor = site.browser()
    html = visitor.get(BEST)
    assert re.search(r"Largest won deals \d+ of \d+, the last twelve months", plain(html))
    [receipt] = re.findall(r'href="(/receipts/\w+)"', html)
    assert "Revenue" in plain(visitor.get(receipt))
    for link in re.findall(r'href="(/metric/revenue[^"]+)"', html):
        visitor.get(link.replace("&amp;", "&"))
    assert "won deals" in plain(visitor.get("/strategy/best_customers"))


def test_without_won_deals_the_page_says_so(bare_site):
    html = bare_site.browser().get(BEST)
    assert "No won deals yet from" in plain(html)
    assert "Largest won deals</h2>" not in html
