"""The pages of metrics of one's own: written with live numbers, refused at the field, archived."""

import re

import pytest

from goals.metrics import authoring, library
from goals.metrics.authoring import Draft
from tests.support import company
from tests.support.site import plain

FIELDS = {
    "name": "Deal size", "id_": "size", "expression": "revenue / contracts_signed",
    "direction": "up", "unit": "", "description": "What a deal brings",
}  # fmt: skip


def make(site, slug, expression, **more):
    with site.session() as session:
        draft = Draft(slug, more.pop("name", slug.title()), expression, **more)
        authoring.add(session, draft, by=None, now=site.now)


def test_a_metric_is_made_on_a_form_and_listed(site):
    visitor = site.browser()
    assert "Make a metric" in plain(visitor.get("/metric"))
    answer = visitor.post("/metric/custom/new", **FIELDS)
    assert answer.location.endswith("/metric/size")
    text = plain(visitor.get("/metric"))
    assert "Made here" in text and "Deal size size $100" in text
    assert "Revenue ÷ Contracts signed" in text


def test_the_page_shows_the_formula_with_its_numbers_and_leads_to_the_parts(site):
    make(site, "size", "revenue / contracts_signed", description="What a deal brings")
    visitor = site.browser()
    html = visitor.get("/metric/size?from=2026-04-01&to=2026-06-30")
    text = plain(html)
    # Thirty deals of 100 were won in the second quarter.
    assert "Size is $100" in text and "$3.0k ÷ 30 = $100" in text
    assert "What a deal brings" in text and "By quarter" in text
    assert 'href="/metric/revenue?from=2026-04-01&amp;to=2026-06-30"' in html
    links = re.findall(r'href="(/receipts/rcp_\w+)"', html)
    assert len(set(links)) == 3
    receipt = plain(visitor.get(links[-1]))
    assert "Made of these readings" in receipt and "the same to the last digit" in receipt
    assert "Size $100 = $3,000 ÷ 30" in receipt
    assert "30 records counted" in plain(visitor.get(links[0]))


def test_it_is_split_by_what_its_parts_have(site):
    make(site, "size", "revenue / contracts_signed")
    text = plain(site.browser().get("/metric/size?from=2026-04-01&to=2026-06-30&by=owner"))
    assert "By owner Ann $100" in text
    html = site.browser().get("/metric/size")
    assert '<option value="product"' in html
    make(site, "per_lead", "revenue / leads_new")
    html = site.browser().get("/metric/per_lead")
    assert '<option value="source"' in html and '<option value="product"' not in html


def test_the_preview_has_live_numbers_of_this_and_the_previous_quarter(site):
    visitor = site.browser()
    answer = visitor.post("/metric/custom/preview", 200, **FIELDS)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).strip()
    assert "1 Jul to 14 Aug 2026 $100 = $1.4k ÷ 14" in text
    assert "1 Apr to 30 Jun 2026 $100 = $3.0k ÷ 30" in text
    assert "Unit an amount of money" in text
    assert "worked out from what its parts come to" in text
    assert "Split by Owner" in text
    with site.session() as session:
        assert not library.made(session)


def test_without_a_script_a_button_shows_what_it_comes_to(site):
    text = plain(site.browser().post("/metric/custom/new", 200, do="check", **FIELDS).text)
    assert "$1.4k ÷ 14" in text
    with site.session() as session:
        assert not library.made(session)


def test_adding_churn_to_revenue_is_refused_at_the_field_with_the_place_marked(site):
    fields = {**FIELDS, "expression": "revenue + churn_rate"}
    html = site.browser().post("/metric/custom/new", 422, **fields).text
    assert "There is a problem" in html and 'href="#expression"' in html
    assert "revenue + <mark>churn_rate</mark>" in html
    text = plain(html)
    assert "one is an amount of money, the other a rate" in text
    # What was typed is still there.
    assert "revenue + churn_rate</textarea>" in html and 'value="Deal size"' in html


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id_", "revenue", "The id revenue is taken."),
        ("id_", "Deal Size", "cannot be an id"),
        ("name", "", "Give the metric a name."),
        ("expression", "", "Write a formula."),
        ("expression", "revenue +", "the formula breaks off"),
        ("expression", "<b>", "has no meaning here"),
        ("unit", "rate", "is not one of money"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(site, field, value, said):
    html = site.browser().post("/metric/custom/new", 422, **{**FIELDS, field: value}).text
    assert said in plain(html)
    name = field.rstrip("_")
    assert re.search(
        rf'aria-invalid="true"[^>]* id="{name}"|id="{name}"[^>]*aria-invalid="true"', html
    )
    assert "<b>" not in html.partition('id="formula"')[2].partition("</form>")[0]


def test_a_change_makes_a_version_that_the_page_lists(site):
    make(site, "size", "revenue / contracts_signed")
    visitor = site.browser()
    form = visitor.get("/metric/size/edit")
    assert "revenue / contracts_signed</textarea>" in form and 'name="seen"' in form
    fields = {**FIELDS, "expression": "revenue / leads_new", "seen": "1"}
    visitor.post("/metric/size/edit", **fields)
    text = plain(visitor.get("/metric/size"))
    assert "Versions" in text and "revenue / contracts_signed" in text and "version 2" in text
    outdated = visitor.post("/metric/size/edit", 409, **{**fields, "expression": "revenue * 1"})
    assert "Somebody has changed this metric meanwhile" in plain(outdated.text)


def test_it_is_archived_and_brought_back_unless_a_goal_lives_on_it(site):
    make(site, "size", "revenue / contracts_signed")
    visitor = site.browser()
    visitor.post("/metric/size/archive")
    text = plain(visitor.get("/metric"))
    assert "Made here" not in text and "Archived" in text
    assert "no list offers it" in plain(visitor.get("/metric/size"))
    visitor.post("/metric/size/restore")
    with site.session() as session:
        company.revenue_goal(session, 90, name="Hold", metric="size", kind="level")
    refused = plain(visitor.post("/metric/size/archive", 409).text)
    assert "Hold" in refused and "Archive them first." in refused


def test_viewers_read_and_do_not_write(site):
    make(site, "size", "revenue / contracts_signed")
    visitor = site.browser(site.add("Vic", "viewer"))
    text = visitor.get("/metric/size")
    assert "Size is" in text and "/metric/size/edit" not in text
    assert "Make a metric" not in visitor.get("/metric")
    for path in ("/metric/custom/new", "/metric/size/edit"):
        visitor.get(path, 403)
    for path in ("/metric/custom/new", "/metric/custom/preview", "/metric/size/archive"):
        visitor.post(path, 403, **FIELDS)


def test_another_workspace_finds_nothing_of_it(site):
    make(site, "size", "revenue / contracts_signed")
    here = site.here
    site.here = company.make(site.database, name="Borealis")
    stranger = site.browser("owner@borealis.example")
    for path in ("/metric/size", "/metric/size/edit"):
        stranger.get(path, 404)
    for path in ("/metric/size/edit", "/metric/size/archive", "/metric/size/restore"):
        stranger.post(path, 404, **FIELDS)
    assert "Made here" not in plain(stranger.get("/metric"))
    site.here = here


def test_a_goal_is_set_on_it_from_its_page(site):
    make(site, "kept", "revenue * 0.7", direction="up", name="Kept")
    visitor = site.browser()
    assert 'href="/goals/new?metric=kept"' in visitor.get("/metric/kept")
    form = visitor.get("/goals/new?metric=kept")
    assert '<option selected value="kept">Kept</option>' in form
    answer = visitor.post(
        "/goals/new", metric="kept", kind="cumulative", direction="up", change="target",
        amount="2000", first="2026-07-01", last="2026-09-30", plan="linear",
        visibility="workspace", do="save",
    )  # fmt: skip
    text = plain(visitor.get(answer.location))
    assert "Kept of $2,000" in text and "Revenue × 0.7" in text


def test_it_is_offered_among_the_numbers_to_steer_by(site):
    make(site, "kept", "revenue * 0.7", name="Kept")
    make(site, "guess", "churn_rate * 2", name="Guess")
    html = site.browser().get("/goals/new")
    assert 'href="/goals/new?metric=kept"' in html
    assert "Made here 1 of 2 with data" in plain(html)
    assert "Guess needs purchases" in plain(html)


def test_names_that_look_like_markup_stay_text(site):
    make(site, "odd", "revenue * 2", name="<i>%(n)s</i> 100%", description="<b>bold</b>")
    html = site.browser().get("/metric/odd")
    assert "<i>" not in html and "<b>bold" not in html
    assert "%(n)s" in plain(html)
