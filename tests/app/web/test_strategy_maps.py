"""The journey map and the coverage of the strategy on pages."""

import pytest

from strategy.worksheets import items, saving
from tests.support.site import plain
from tests.support.worksheets import GOALS, add_goal

MAP = "/strategy/journey/map"
COVERAGE = "/strategy/coverage"


def add(site, question, **values):
    """Add a row of the strategy, and return its key."""
    with site.session() as session:
        item = items.add_item(session, question, by=None, now=site.now)
        saving.save_answer(session, question, item, values, 1, by=None, now=site.now, autosave=True)
    return item


@pytest.fixture
def stages(site):
    return [
        add(site, "journey.stages", name=name, what_happens=does)
        for name, does in (("Purchase", "decides"), ("Loyalty", "stays"), ("Advocacy", "tells"))
    ]


def head(html):
    """Return the columns of the map in their order."""
    inside = html.partition("<thead>")[2].partition("</thead>")[0]
    return plain(f'<main id="main">{inside}</main>')


def test_an_empty_map_says_what_it_will_be_and_where_to_begin(site):
    html = site.browser().get(MAP)
    assert "The map is empty" in plain(html)
    assert 'href="/strategy/journey/stages"' in html


def test_the_map_has_a_column_for_each_stage_and_says_what_to_add(site, stages):
    obstacle = add(site, "journey.obstacles", obstacle="Comes too late", stage=stages[1])
    html = site.browser().get(MAP)
    text = plain(html)
    assert "3 stages from the customer's side." in text
    assert "3 stages have gaps." in text
    assert head(html) == "Stage Purchase decides Loyalty stays Advocacy tells"
    assert html.count('<th scope="row">') == 11
    assert f'href="/strategy/journey/obstacles?item={obstacle}#f-obstacle"' in html
    assert "Nothing yet about “Comes too late”" in text
    assert "Name an obstacle : Advocacy" in text


def test_stages_are_put_in_order_on_the_map_and_it_stays_in_sight(site, stages):
    visitor = site.browser()
    where = f"/strategy/journey/stages/move?item={stages[2]}"
    gone_to = visitor.post(where, do="up", back="map").location
    assert gone_to == f"{MAP}?stage=2#stage-{stages[2]}"
    assert head(visitor.get(MAP)) == "Stage Purchase decides Advocacy tells Loyalty stays"
    assert visitor.post(where, do="up").location.startswith("/strategy/journey/stages")


@pytest.mark.parametrize(
    ("wanted", "shown", "neighbours"),
    [
        ("", "Stage 1 of 3 Purchase", "Stage after: Loyalty"),
        ("?stage=2", "Stage 2 of 3 Loyalty", "Stage before: Purchase Stage after: Advocacy"),
        ("?stage=9", "Stage 1 of 3 Purchase", "Stage after: Loyalty"),
        ("?stage=x", "Stage 1 of 3 Purchase", "Stage after: Loyalty"),
    ],
)
def test_narrow_screens_get_one_stage_with_its_neighbours(site, stages, wanted, shown, neighbours):
    text = plain(site.browser().get(f"{MAP}{wanted}"))
    assert shown in text and text.endswith(neighbours)


def test_a_reader_moves_and_adds_nothing(site, stages):
    site.add("Vic", "viewer")
    html = site.browser("vic@acme.example").get(MAP)
    assert "Nothing yet" in plain(html) and "Add a touchpoint" not in plain(html)
    assert "/move" not in html


def test_the_map_can_be_kept_as_a_table(site, stages):
    add(site, "journey.touchpoints", touchpoint="=Service report", stage=stages[1])
    lines = site.browser().get(f"{MAP}.csv").lstrip("\ufeff").splitlines()
    assert lines[0] == "Stage,Purchase,Loyalty,Advocacy"
    assert "Touchpoints,,'=Service report," in lines


def test_the_hub_and_the_pages_of_the_section_lead_to_the_map(site, stages):
    visitor = site.browser()
    for where in ("/strategy", "/strategy/journey", "/strategy/journey/stages"):
        assert f'href="{MAP}"' in visitor.get(where)
    assert f'href="{COVERAGE}"' in visitor.get("/strategy")


def test_the_coverage_begins_with_a_business_goal(site):
    html = site.browser().get(COVERAGE)
    text = plain(html)
    assert "No business goal is written yet" in text
    assert text.count("Not checked yet") == 4
    assert f'href="{GOALS}"' in html


def test_gaps_and_orphans_lead_to_where_they_are_mended(site, stages):
    visitor = site.browser()
    add_goal(visitor)
    html = visitor.get(COVERAGE)
    text = plain(html)
    assert text.partition(" 0 gaps")[0] and "1 business goal has gaps" in text
    assert "Win more revenue 5 gaps" in text and "No persona" in text
    assert "Purchase Stage Choose a number of a goal" in text
    assert f'href="/strategy/journey/measure?item={stages[0]}#f-metric_ids"' in html
    assert "2 of 4 are raised" in text
    assert "No obstacle is named for “Loyalty”." in text
    assert "“Win more revenue” is not followed yet." in text


def test_a_reader_of_the_coverage_sees_no_links_to_mend(site, stages):
    site.add("Vic", "viewer")
    assert "Choose a number of a goal" not in plain(site.browser("vic@acme.example").get(COVERAGE))
