"""The hub: words found in the strategy, who works on what, and where one goes on."""

import re

from tests.support.site import plain
from tests.support.worksheets import TEXT, USP, add_goal, usp


def test_words_are_found_and_lead_to_the_box_that_holds_them(site):
    visitor = site.browser()
    visitor.post(USP, **usp(TEXT))
    html = visitor.get("/strategy?q=MEASURE+each+line")
    assert "1 place with “MEASURE each line”" in plain(html)
    assert "<mark>measure</mark> <mark>each</mark>" in html
    assert 'href="/strategy/proposition/usp#f-usp_sentence"' in html
    assert 'value="MEASURE each line"' in html


def test_nothing_found_says_so_and_what_was_typed_is_text_only(site):
    html = site.browser().get("/strategy?q=%3Cscript%3E%00nowhere")
    assert "Nothing in the strategy holds" in plain(html)
    assert "<script>" not in html.partition("<main")[2]


def test_a_search_does_not_hide_what_is_around_it(site):
    assert "Before approval" in plain(site.browser().get("/strategy?q=nowhere"))


def test_what_is_open_before_approval_is_told_by_section_and_leads_there(site):
    visitor = site.browser()
    visitor.post(USP, **usp("We are number one and the best quality worldwide."))
    html = visitor.get("/strategy")
    rail = html.partition("Before approval")[2].partition("</section>")[0]
    assert 'href="/strategy/proposition"' in rail and "USP and value proposition" in plain(
        f"<main>{rail}</main>"
    )
    assert "Needs attention" not in rail


def test_an_editor_says_who_works_on_a_section(site):
    site.add("Eva", "editor")
    visitor = site.browser("eva@acme.example")
    html = visitor.get("/strategy/proposition")
    eva = re.findall(r'<option value="(\d+)"[^>]*>Eva</option>', html)[0]
    visitor.post("/strategy/proposition/assignee", member=eva)
    assert re.search(rf'value="{eva}" selected', visitor.get("/strategy/proposition"))
    assert "Eva works on it." in plain(visitor.get("/strategy"))
    visitor.post("/strategy/proposition/assignee", member="")
    assert "works on it." not in plain(visitor.get("/strategy"))


def test_a_viewer_sees_who_works_on_a_section_and_changes_nothing(site):
    site.add("Vic", "viewer")
    vic = site.browser("vic@acme.example")
    assert "Who works on it Nobody yet" in plain(vic.get("/strategy/proposition"))
    vic.post("/strategy/proposition/assignee", 403, member="1")


def test_somebody_who_is_no_member_cannot_work_on_a_section(site):
    text = site.browser().post("/strategy/proposition/assignee", 409, member="12345").text
    assert "Choose somebody who is a member now." in plain(text)


def test_each_member_goes_on_where_that_member_left_off(site):
    site.add("Eva", "editor")
    owner, eva = site.browser(), site.browser("eva@acme.example")
    item = add_goal(owner)
    eva.get("/strategy/proposition/usp")
    owner.get(f"/strategy/business_goals/deadline?item={item}")
    html = owner.get("/strategy")
    assert "Continue: Date and owner Business goals, Win more revenue" in plain(html)
    assert f'href="/strategy/business_goals/deadline?item={item}"' in html
    assert "Continue: USP" in plain(eva.get("/strategy"))


def test_a_page_that_a_viewer_reads_is_no_place_to_go_on(site):
    site.add("Vic", "viewer")
    add_goal(site.browser())
    vic = site.browser("vic@acme.example")
    vic.get("/strategy/proposition/usp")
    assert "Continue:" not in plain(vic.get("/strategy"))


def test_who_works_on_a_section_is_said_in_the_list_itself(site):
    visitor = site.browser()
    page = visitor.get("/strategy")
    [member] = set(re.findall(r'<option value="(\d+)"', page))
    form = page.partition('action="/strategy/terms/assignee"')[2].partition("</form>")[0]
    assert 'name="back" value="hub"' in form and f'<option value="{member}"' in form
    told = visitor.post("/strategy/terms/assignee", member=member, back="hub")
    assert told.location.endswith("/strategy#section-terms")
    page = visitor.get("/strategy")
    form = page.partition('action="/strategy/terms/assignee"')[2].partition("</form>")[0]
    assert f'<option value="{member}" selected' in form
    assert "Olga Owner works on it." in page


def test_a_viewer_finds_no_such_form_in_the_list(site):
    page = site.browser(site.add("Vic", "viewer")).get("/strategy")
    assert "/assignee" not in page


def test_a_comment_that_is_found_leads_to_itself(site):
    visitor = site.browser()
    visitor.post("/strategy/proposition/usp/comments", comment="Is the zebra true?")
    page = visitor.get("/strategy?q=zebra")
    [where] = re.findall(r'href="(/strategy/proposition/usp#comment-\d+)"', page)
    assert f'id="{where.partition("#")[2]}"' in visitor.get("/strategy/proposition/usp")
    assert "Comment, USP and value proposition" in plain(page)
