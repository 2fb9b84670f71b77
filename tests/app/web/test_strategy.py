"""The strategy on pages: sections, questions, what two people write, versions and goals."""

import re

from sqlmodel import select

from goals.tracking.goal import Goal
from strategy.worksheets import approval, items, keeping, library
from strategy.worksheets import book as books
from tests.support.site import Visitor, plain

USP = "/strategy/proposition/usp"
PERIOD = "/strategy/business_goals/period"
GOALS = "/strategy/business_goals/goals"
TEXT = "We are the only ones who measure each line before we quote a price."
DAYS = {"first_day": ("1", "1", "2027"), "last_day": ("31", "12", "2027")}


def answer(site, address, item=""):
    """Return what is kept for a question."""
    with site.session() as session:
        row = books.load(session).row(library.worksheets().find(address), item)
        return {} if row is None else dict(row.value)


def version(html):
    found = re.search(r'name="version" value="(\d+)"', html)
    assert found is not None
    return found.group(1)


def usp(text, expected="0", **also):
    return {"usp_sentence": text, "proof": "", "version": expected, "writer": "tab", **also}


def period(**also):
    boxes = {
        f"{key}.{part}": value
        for key, values in DAYS.items()
        for part, value in zip(("day", "month", "year"), values, strict=True)
    }
    return {"name": "Strategy 2027", "version": "0", **boxes, **also}


def add_goal(visitor: Visitor, statement="Win more revenue", kind="metric"):
    """Write a business goal as far as its sentence, and return its row's key."""
    place = visitor.post(f"{GOALS}/add").location
    item = place.partition("item=")[2]
    page = visitor.get(place)
    visitor.post(place, statement=statement, kind=kind, version=version(page))
    return item


def measured_goal(visitor: Visitor):
    """Write a business goal that can be tracked, and return its row's key."""
    visitor.post(PERIOD, **period())
    item = add_goal(visitor)
    for question, fields in (
        ("measure", {"metric": "revenue", "direction": "up", "change": "relative"}),
        ("deadline", {"deadline.day": "31", "deadline.month": "12", "deadline.year": "2027"}),
    ):
        where = f"/strategy/business_goals/{question}?item={item}"
        number = {"number": "10%"} if question == "measure" else {}
        visitor.post(where, version=version(visitor.get(where)), **fields, **number)
    return item


def test_the_hub_lists_every_section_with_its_state_in_words(site):
    text = plain(site.browser().get("/strategy"))
    assert "0 of 3 sections complete." in text
    assert "Business goals What the company wants" in text
    assert "Not started" in text and "Cannot start yet" in text
    assert "About 20 minutes" in text


def test_the_hub_names_the_strategy_and_counts_complete_sections(site):
    visitor = site.browser()
    visitor.post(PERIOD, **period())
    text = plain(visitor.get("/strategy"))
    assert text.startswith("Strategy Strategy 2027")
    assert "In progress" in text and "minutes left" in text


def test_a_question_shows_its_words_example_reason_and_place(site):
    html = site.browser().get(USP)
    text = plain(html)
    assert "USP and value proposition, question 5 of 10" in text
    assert "What is it that only you offer?" in text
    assert "See 3 examples" in text and "Why we ask" in text
    assert "aria-current=step" in html


def test_a_lone_box_is_labelled_by_the_heading(site):
    html = site.browser().get("/strategy/proposition/strengths")
    assert '<label for="f-what_we_do_well">' in html.partition("<h1")[2].partition("</h1>")[0]


def test_saving_keeps_the_answer_and_goes_on(site):
    visitor = site.browser()
    gone_to = visitor.post(USP, **usp(TEXT)).location
    assert gone_to.endswith("/strategy/proposition/customer")
    assert answer(site, "proposition.usp")["usp_sentence"] == TEXT


def test_saving_may_return_to_the_list(site):
    assert site.browser().post(USP, **usp(TEXT, do="list")).location.endswith("/strategy")


def test_the_last_question_leads_to_checking_the_answers(site):
    where = "/strategy/proposition/pair"
    option = library.worksheets().find("proposition.pair").question.fields[0].options[0].value
    gone_to = site.browser().post(where, side_by_side=option, version="0").location
    assert gone_to.endswith("/strategy/proposition")


def test_a_refused_save_keeps_all_that_was_typed_and_says_what_to_do(site):
    given = period(name="", **{"last_day.month": "smarch"})
    html = site.browser().post(PERIOD, 422, **given).text
    text = plain(html)
    assert text.startswith("Strategy There is a problem Give the strategy a name")
    assert "Error: Give the strategy a name" in text
    assert 'href="#f-name"' in html and 'href="#f-last_day"' in html
    assert 'value="smarch"' in html and "<title>Error:" in html
    assert answer(site, "business_goals.period") == {}


def test_leaving_for_later_keeps_the_text_and_says_so_in_the_outline(site):
    visitor = site.browser()
    gone_to = visitor.post("/strategy/proposition/wants", do="skip", version="0").location
    assert gone_to.endswith("/strategy/proposition/overlap")
    assert "What customers want , Left for later" in plain(visitor.get(gone_to))


def test_an_example_fills_the_boxes_and_stays_marked_until_it_is_changed(site):
    visitor = site.browser()
    place = visitor.post(USP, **usp("Mine", do="example:0")).location
    text = plain(visitor.get(place))
    assert "This is the text of an example. Change it until it is yours." in text
    assert "garden centre" in answer(site, "proposition.usp")["usp_sentence"]
    assert "Mine" in plain(visitor.get(f"{USP}/history"))


def test_boxes_that_belong_to_the_answer_show_after_the_first_save_without_scripts(site):
    visitor = site.browser()
    measured_goal(visitor)
    add = visitor.post("/strategy/team_goals/goals/add").location
    text = visitor.post(add, 422, whose="team", goal="Sell", version="1", seen="whose goal").text
    assert "f-team" in text and "There is a problem" in plain(text)


def test_writing_saves_itself_and_answers_with_the_time_and_the_coach(site):
    answer_ = site.browser().post(f"{USP}/autosave", 200, **usp(TEXT)).json
    assert answer_["version"] == 1 and answer_["said"] == "Saved 23:59"
    assert "Your sentence has 1 of the 2 parts" in plain(f"<main>{answer_['coach']}</main>")


def test_what_is_too_long_is_not_saved_by_itself(site):
    answer_ = site.browser().post(f"{USP}/autosave", 422, **usp("x" * 6000)).json
    assert answer_["said"].startswith("Not saved: Shorten this to")


def both_wrote(site, mine="Mine is other.", **also):
    """Let two people change one sentence, and return the second one with the page."""
    first = site.browser()
    first.post(USP, **usp("The base."))
    site.add("Wei", "editor")
    second = site.browser("wei@acme.example")
    first.post(USP, **usp("Theirs is new.", "1", writer="first"))
    return second, second.post(USP, 409, **usp(mine, "1", writer="second", **also)).text


def test_two_texts_stand_side_by_side_and_neither_is_lost(sites):
    second, html = both_wrote(sites)
    text = plain(html)
    assert "both changed this" in text and "Both started from: The base." in text
    assert "Yours" in text and "Keep mine" in text and "Or make one text of both" in text
    assert answer(sites, "proposition.usp")["usp_sentence"] == "Theirs is new."
    kept = plain(second.get(f"{USP}/history"))
    assert "Not kept: another text was saved at the same time Wei" in kept and "other" in kept


def test_keeping_ones_own_text_replaces_the_other(site):
    second, html = both_wrote(site)
    chosen = {"field": "usp_sentence", "mine.usp_sentence": "Mine is other."}
    second.post(f"{USP}/resolve", version=version(html), do="mine", **chosen)
    assert answer(site, "proposition.usp")["usp_sentence"] == "Mine is other."


def test_keeping_the_other_text_changes_nothing(site):
    second, html = both_wrote(site)
    second.post(f"{USP}/resolve", version=version(html), do="theirs")
    assert answer(site, "proposition.usp")["usp_sentence"] == "Theirs is new."


def test_one_text_can_be_made_of_both(site):
    second, html = both_wrote(site)
    chosen = {"field": "usp_sentence", "usp_sentence": "One of both."}
    second.post(f"{USP}/resolve", version=version(html), do="both", **chosen)
    assert answer(site, "proposition.usp")["usp_sentence"] == "One of both."


def test_a_conflict_while_writing_says_so_and_keeps_the_text(site):
    first = site.browser()
    first.post(USP, **usp("The base."))
    first.post(USP, **usp("Theirs.", "1", writer="other"))
    said = first.post(f"{USP}/autosave", 409, **usp("Mine.", "1", writer="tab")).json
    assert said["choose"] == "Compare"
    with site.session() as session:
        kept = keeping.find(session, library.worksheets().find("proposition.usp"), "")
        assert "set_aside" in [one.action for one in keeping.versions(session, kept)]


def test_changes_in_different_boxes_are_both_kept(site):
    first = site.browser()
    first.post(USP, **usp("The base.", proof=""))
    first.post(USP, **usp("Theirs.", "1", writer="other"))
    mine = usp("The base.", "1", writer="tab") | {"proof": "A prize."}
    said = first.post(f"{USP}/autosave", 200, **mine).json
    assert said["fill"] == {"usp_sentence": ["Theirs."]}
    assert answer(site, "proposition.usp") == {"usp_sentence": "Theirs.", "proof": "A prize."}


def test_a_row_that_was_removed_meanwhile_can_come_back_with_the_text(site):
    visitor = site.browser()
    item = add_goal(visitor, "The first words")
    where = f"{GOALS}?item={item}"
    seen = version(visitor.get(where))
    visitor.post(f"{GOALS}/remove?item={item}")
    text = visitor.post(where, 409, statement="Newer words", kind="metric", version=seen).text
    assert "removed this while you were writing" in plain(text)
    chosen = {"field": "statement", "mine.statement": "Newer words", "removed": "1"}
    visitor.post(f"{GOALS}/resolve?item={item}", version=seen, do="mine", **chosen)
    assert answer(site, "business_goals.goals", item)["statement"] == "Newer words"


def test_rows_are_added_moved_removed_and_brought_back(site):
    visitor = site.browser()
    first, second = add_goal(visitor, "Alpha"), add_goal(visitor, "Beta")
    visitor.post(f"{GOALS}/move?item={second}", do="up")
    text = plain(visitor.get(GOALS))
    assert text.index("Beta") < text.index("Alpha")
    visitor.post(f"{GOALS}/remove?item={first}")
    html = visitor.get(GOALS)
    assert "“Alpha” is removed." in html and "1 removed" in plain(html)
    visitor.post(f"{GOALS}/return?item={first}")
    assert "Alpha" in plain(visitor.get(GOALS)).partition("Add a business goal")[0]


def test_no_more_rows_than_make_sense_can_be_added(site):
    visitor = site.browser()
    with site.session() as session:
        for _number in range(12):
            items.add_item(session, "business_goals.goals", by=None, now=site.now)
    visitor.post(f"{GOALS}/add")
    assert "There are 12 already. Remove one to add another." in visitor.get(GOALS)


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
    assert '<del translate="no">only</del>' in html and '<ins translate="no">best</ins>' in html
    visitor.post("/strategy/versions/1/return")
    assert answer(site, "proposition.usp")["usp_sentence"] == "The only one."
    assert "Nothing differs" in plain(visitor.get("/strategy/versions"))


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


def test_texts_of_people_are_shown_as_they_were_typed(site):
    visitor = site.browser()
    visitor.post(USP, **usp("<b>Bold</b> & 'quoted'"))
    for path in (USP, "/strategy/proposition", "/strategy/versions", f"{USP}/history"):
        html = visitor.get(path)
        assert "<b>Bold" not in html and "&lt;b&gt;" in html
