"""The strategy checked, approved, compared and turned into goals."""

import html as codes
import re
from datetime import timedelta
from urllib.parse import quote

from sqlmodel import select

from goals.tracking.goal import Goal
from strategy.worksheets import approval
from tests.support.site import plain
from tests.support.worksheets import (
    GOALS,
    PERIOD,
    TEXT,
    USP,
    add_goal,
    answer,
    measured_goal,
    period,
    usp,
)


def test_the_answers_of_a_section_stand_together_with_links_to_change_them(site):
    visitor = site.browser()
    visitor.post(PERIOD, **period())
    html = visitor.get("/strategy/business_goals")
    text = plain(html)
    assert "Name of the strategy Strategy 2027 Change" in text
    assert "Last day 31 Dec 2027 Change" in text
    assert f'href="{PERIOD}#f-name"' in html
    assert "Still open here:" in text and "No business goals yet." in text


def test_findings_stand_at_the_question_and_in_the_check(site):
    visitor = site.browser()
    measured_goal(visitor)
    assert "The goal does not say why it matters." in plain(visitor.get("/strategy/business_goals"))


def test_goals_are_made_from_answers_once(sites):
    visitor = sites.browser()
    item = measured_goal(visitor)
    assert "Make these goals" in plain(visitor.get("/strategy/business_goals"))
    visitor.post("/strategy/goals", goal=f"business_goals.goals/{item}")
    with sites.session() as session:
        [goal] = session.exec(select(Goal).where(Goal.workspace_id == sites.here)).all()
        assert (goal.origin_section, goal.origin_item) == ("business_goals", item)
    html = visitor.get("/strategy/goals")
    assert "This is a goal already:" in html and f"/goals/{goal.id}" in html
    assert "1 of 1 goal in your answers is tracked." in plain(visitor.get("/strategy"))
    again = visitor.post("/strategy/goals", 422, goal=f"business_goals.goals/{item}").text
    assert "This is the goal Win more revenue already." in plain(again)


def test_what_cannot_become_a_goal_says_why_and_the_others_are_made(site):
    visitor = site.browser()
    good = measured_goal(visitor)
    bad = add_goal(visitor, "Something without a number")
    picked = [f"business_goals.goals/{one}" for one in (good, bad)]
    html = visitor.post("/strategy/goals", 422, goal=picked).text
    assert "Something without a number: " in plain(html)
    assert "This is a goal already:" in plain(html)


def test_approval_asks_to_settle_what_is_open_or_to_say_so(site):
    visitor = site.browser()
    visitor.post(PERIOD, **period())
    html = visitor.post("/strategy/approve", 422, name="First", note="").text
    assert "Settle what is open, or say that you approve with it." in plain(html)
    assert 'value="First"' in html
    visitor.post("/strategy/approve", name="First", note="Agreed", with_open="y")
    with site.session() as session:
        made = approval.latest(session)
        assert (made.number, made.name, made.note) == (1, "First", "Agreed")
    text = plain(visitor.get("/strategy"))
    assert "Version 1, approved" in text


def test_an_empty_strategy_is_not_approved(site):
    html = site.browser().post("/strategy/approve", 422, name="", note="").text
    assert "There is nothing to approve yet." in plain(html)


def test_versions_are_compared_field_by_field_and_brought_back(site):
    visitor = site.browser()
    visitor.post(USP, **usp("The only one."))
    visitor.post("/strategy/approve", name="One", note="", with_open="y")
    visitor.post(USP, **usp("The best one.", "1"))
    html = visitor.get("/strategy/versions")
    text = plain(html)
    assert text.startswith("Strategy What changed from version 1 to now")
    assert "1 changed, 0 added, 0 removed." in text
    assert text.index("USP in one sentence") < text.index("The only")
    assert '<del translate="no">only</del>' in html and '<ins translate="no">best</ins>' in html
    visitor.post("/strategy/versions/1/return")
    assert answer(site, "proposition.usp")["usp_sentence"] == "The only one."
    assert "Nothing differs" in plain(visitor.get("/strategy/versions"))


def test_versions_are_kept_by_themselves_apart_from_those_with_a_name(site):
    visitor = site.browser()
    visitor.post(USP, **usp("The only one."))
    visitor.post("/strategy/approve", name="One", note="", with_open="y")
    site.now += timedelta(hours=1)
    visitor.post(USP, **usp("The best one.", "1"))
    site.now += timedelta(hours=1)
    visitor.post(USP, **usp("The finest one.", "2"))
    html = visitor.get("/strategy/versions")
    named, _sign, kept = html.partition(">Kept automatically</h2>")
    assert "1, <span" in named and kept.count("<li") == 1
    [address] = re.findall(r'href="(/strategy/versions\?to=[^"]*T[^"]*)"', kept)
    shown = visitor.get(codes.unescape(address))
    assert '<del translate="no">only</del>' in shown and '<ins translate="no">best</ins>' in shown
    [at] = re.findall(r'name="at" value="([^"]+)"', shown)
    visitor.post("/strategy/versions/return", at=codes.unescape(at))
    assert answer(site, "proposition.usp")["usp_sentence"] == "The best one."
    assert "What changed from version 1 to now" in plain(visitor.get("/strategy/versions"))
    between = visitor.get(f"/strategy/versions?from={quote(codes.unescape(at))}")
    assert "Nothing differs between the two." in plain(between)


def test_a_strategy_that_was_never_approved_has_versions_all_the_same(site):
    visitor = site.browser()
    visitor.post(USP, **usp("The only one."))
    assert "What changed from the beginning to now" in plain(visitor.get("/strategy/versions"))
    site.now += timedelta(hours=1)
    visitor.post(USP, **usp("The best one.", "1"))
    text = plain(visitor.get("/strategy/versions"))
    assert "1 changed, 0 added, 0 removed." in text
    assert "No version is approved yet." in text and "Bring back what stood on" in text


def test_what_another_person_wrote_over_is_a_version(site):
    site.add("Wei", "editor")
    visitor, other = site.browser(), site.browser("wei@acme.example")
    visitor.post(USP, **usp("The only one."))
    site.now += timedelta(minutes=1)
    other.post(USP, **usp("The best one.", "1"))
    assert '<del translate="no">only</del>' in other.get("/strategy/versions")


def test_a_version_that_was_never_kept_is_not_brought_back(site):
    visitor = site.browser()
    for at in ("", "nonsense", "2026-08-14T23:59:59+00:00", "9999999"):
        visitor.post("/strategy/versions/return", 404, at=at)
        visitor.get(f"/strategy/versions?from={quote(at)}&to={quote(at)}")
    site.add("Vi", "viewer")
    site.browser("vi@acme.example").post("/strategy/versions/return", 403, at="x")


def test_an_earlier_text_of_an_answer_comes_back(site):
    visitor = site.browser()
    visitor.post(USP, **usp("The only one."))
    visitor.post(USP, **usp("The best one.", "1"))
    assert "Bring back this text" in plain(visitor.get(f"{USP}/history"))
    visitor.post(f"{USP}/history", version="1")
    assert answer(site, "proposition.usp")["usp_sentence"] == "The only one."


def test_who_may_only_read_finds_answers_but_nothing_to_save(site):
    site.browser().post(USP, **usp(TEXT))
    site.add("Vi", "viewer")
    reader = site.browser("vi@acme.example")
    html = reader.get(USP)
    assert TEXT in html and "Save and continue" not in html and "<textarea" not in html
    reader.post(USP, 403, **usp("Other"))
    reader.post(f"{USP}/autosave", 403, **usp("Other"))
    assert "Add a business goal" not in reader.get(GOALS)


def test_what_does_not_exist_is_not_found(site):
    visitor = site.browser()
    visitor.get("/strategy/nowhere", 404)
    visitor.get("/strategy/proposition/nothing", 404)
    visitor.get(f"{GOALS}?item=none", 404)
    visitor.get(f"{GOALS}?item=%00", 404)
    visitor.post("/strategy/versions/99999999999999999999/return", 404)


def test_texts_of_people_are_shown_as_they_were_typed(site):
    visitor = site.browser()
    visitor.post(USP, **usp("<b>Bold</b> & 'quoted'"))
    for path in (USP, "/strategy/proposition", "/strategy/versions", f"{USP}/history"):
        html = visitor.get(path)
        assert "<b>Bold" not in html and "&lt;b&gt;" in html
