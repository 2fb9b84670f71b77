"""The strategy on pages: its sections, its questions, and saving an answer."""

from strategy.worksheets import library
from tests.support.site import plain
from tests.support.worksheets import PERIOD, TEXT, USP, answer, measured_goal, period, usp


def test_the_hub_lists_every_section_with_its_state_in_words(site):
    text = plain(site.browser().get("/strategy"))
    assert f"0 of {len(library.worksheets().sections)} sections complete." in text
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


def test_another_row_can_be_added_from_the_page_that_checks_the_answers(site):
    visitor = site.browser()
    measured_goal(visitor)
    html = visitor.get("/strategy/business_goals")
    assert html.count('<a href="/strategy/business_goals/goals">Add a business goal</a>') == 1


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
