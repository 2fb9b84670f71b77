"""Pages of fields that look at the rest of the workspace, and rows of ours to begin with."""

import re

import pytest

from tests.support import company
from tests.support.site import plain
from tests.support.worksheets import answer, version

NUMBERS, STEPS = "/strategy/trial/numbers", "/strategy/trial/steps"
pytestmark = pytest.mark.usefixtures("trial")


def test_metrics_are_boxes_in_groups_that_need_no_script(site):
    visitor = site.browser()
    visitor.post(NUMBERS, metric_ids=["nps", "win_rate"], version="0", do="list")
    html = visitor.get(NUMBERS)
    assert html.count('name="metric_ids"') > 60
    assert 'value="nps" checked' in html
    assert len(re.findall(r'<details class="choosing" open>', html)) == 2
    assert "Sales and pipeline 1 of 17 chosen" in plain(html)
    assert answer(site, "trial.numbers")["metric_ids"] == ["win_rate", "nps"]


def test_a_refused_page_shows_the_choice_again_with_the_error(site):
    sent = site.browser().post(NUMBERS, 422, metric_ids="luck", crm_stages="Talk", version="0")
    text = plain(sent.text)
    assert "Error: Choose numbers from the list." in text
    assert 'value="luck" checked' in sent.text and "Talk</textarea>" in sent.text


def test_a_goal_is_chosen_from_those_that_may_be_seen(site):
    with site.session() as session:
        goal = company.revenue_goal(session, name="Sell a tenth more")
    visitor = site.browser()
    assert ">Sell a tenth more</option>" in visitor.get(NUMBERS)
    visitor.post(NUMBERS, metric_ids="nps", linked_goal=str(goal.id), version="0", do="list")
    assert "Goal Sell a tenth more" in plain(visitor.get("/strategy/trial"))


def test_a_viewer_reads_what_was_chosen(site):
    site.browser().post(NUMBERS, metric_ids=["nps", "win_rate"], version="0", do="list")
    site.add("Vic", "viewer")
    text = plain(site.browser("vic@acme.example").get(NUMBERS))
    assert "Numbers Win rate Net promoter score Goal –" in text


def rows(site):
    found = re.findall(r'id="row-(\w+)"', site.browser().get(STEPS))
    return list(dict.fromkeys(found))


def test_our_rows_are_offered_taken_and_taken_back(site):
    visitor = site.browser()
    text = plain(visitor.get(STEPS))
    assert "Start with our three steps You can change or remove every row." in text
    visitor.post(f"{STEPS}/start")
    html = visitor.get(STEPS)
    assert "3 rows of ours are added." in html and "Start with our" not in html
    assert len(rows(site)) == 3
    (undo,) = re.findall(r'action="([^"]+start/undo[^"]+)"', html)
    visitor.post(undo.replace("&amp;", "&"))
    assert "3 rows are removed." in visitor.get(STEPS)
    assert rows(site) == []


def test_a_row_of_ours_says_that_it_can_be_changed(site):
    visitor = site.browser()
    visitor.post(f"{STEPS}/start")
    first, *_ = rows(site)
    assert "This is our default. Change it if it does not fit." in plain(
        visitor.get(f"{STEPS}?item={first}")
    )


def test_a_row_is_chosen_among_the_others_and_gone_when_it_was_removed(site):
    visitor = site.browser()
    visitor.post(f"{STEPS}/start")
    first, second, _ = rows(site)
    page = f"{STEPS}?item={second}"
    html = visitor.get(page)
    assert f'value="{second}"' not in html and f'value="{first}"' in html
    given = {"name": "Move", "depends_on": first, "version": version(html)}
    visitor.post(page, **given, do="list")
    visitor.post(f"{STEPS}/remove?item={first}")
    assert "Choose a vendor (gone from the list)" in plain(visitor.get(page))
    sent = visitor.post(page, 422, **{**given, "version": "2"})
    assert "Something that was chosen is gone. Take it out." in plain(sent.text)


def test_what_is_worked_out_comes_back_with_each_save(site):
    visitor = site.browser()
    visitor.post(f"{STEPS}/start")
    where = f"/strategy/trial/more?item={rows(site)[1]}"
    html = visitor.get(where)
    assert "Is worked out from the answers on this page." in plain(html)
    assert 'name="double"' not in html
    sent = visitor.post(
        "/strategy/trial/more/autosave" + where[where.index("?") :], 200, weight="4", version="1"
    )
    assert sent.json["computed"] == {"double": ["8"]}
    assert 'data-computed="double" aria-live="polite">8</p>' in visitor.get(where)
    checked = plain(visitor.get("/strategy/trial"))
    assert "Twice the weight 8" in checked
