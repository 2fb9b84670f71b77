"""The worksheets as a conversation: the same questions, the same answers, one at a time."""

import html as codes
import re

import pytest

from strategy.worksheets import keeping, library
from tests.support.site import plain
from tests.support.worksheets import GOALS, PERIOD, TEXT, USP, answer, usp, version

CHAT = "/strategy/chat"
PROPOSITION = f"{CHAT}/proposition"


def asked(html):
    """Return what the newest message asks."""
    found = re.search(r'id="asks">(.*?)</p>', html, re.DOTALL)
    assert found is not None, plain(html)[:800]
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(1)).split())


def hidden(html):
    """Return what the composer carries besides the box."""
    form = re.search(r'<form class="composer".*?</form>', html, re.DOTALL)
    assert form is not None
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.group(0))
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    found.pop("csrf_token")
    return found


def say(visitor, html, section="proposition", status=303, **sent):
    """Answer as the composer of a page does, and return the response."""
    carried = hidden(html)
    for name, value in sent.items():
        carried[name.rstrip("_")] = [*carried.get(name, []), value] if name in carried else [value]
    return visitor.post(f"{CHAT}/{section}", status, **carried)


def talk(visitor, section="proposition", **sent):
    """Answer what is asked now, and return the page that follows."""
    return visitor.get(say(visitor, visitor.get(f"{CHAT}/{section}"), section, **sent).location)


def test_the_talk_asks_the_first_question_and_answers_land_in_its_field(site):
    visitor = site.browser()
    html = visitor.get(CHAT)
    assert "Conversation Where it hurts today" in plain(html)
    assert asked(html).startswith("Marketing hands over leads")
    html = talk(visitor, "symptoms", gap_handoff="yes")
    assert answer(site, "symptoms.checklist") == {"gap_handoff": "yes"}
    assert asked(html).startswith("Deals get stuck")
    assert "Noted." in plain(html)


def test_choices_are_buttons_that_answer_at_once(site):
    html = site.browser().get(f"{CHAT}/symptoms")
    assert re.search(r'<button class="opt" name="gap_handoff" value="yes"', html)
    assert "<select" not in html


def test_a_list_takes_one_entry_after_the_other(site):
    visitor = site.browser()
    html = talk(visitor, what_we_do_well="We measure")
    assert "Noted." in plain(html) and "Your answer: We measure" in plain(html)
    assert asked(html).startswith("Anything else?") and "That's all" in html.replace("&#39;", "'")
    html = talk(visitor, what_we_do_well="We answer within a day")
    assert answer(site, "proposition.strengths")["what_we_do_well"] == [
        "We measure",
        "We answer within a day",
    ]
    html = talk(visitor, do="enough")
    assert asked(html).startswith("What do your customers want?")


def test_what_stands_in_the_box_is_kept_when_that_is_all(site):
    visitor = site.browser()
    talk(visitor, what_we_do_well="We measure")
    html = talk(visitor, what_we_do_well="We repair", do="enough")
    assert answer(site, "proposition.strengths")["what_we_do_well"] == ["We measure", "We repair"]
    assert asked(html).startswith("What do your customers want?")


def test_another_entry_must_say_something(site):
    visitor = site.browser()
    html = talk(visitor, what_we_do_well="We measure")
    html = say(visitor, html, status=422, what_we_do_well=" ").text
    assert "Write one more, or choose “That's all”." in plain(html)


def test_an_empty_answer_is_no_answer(site):
    visitor = site.browser()
    html = say(visitor, visitor.get(f"{PROPOSITION}?at=strengths"), status=422).text
    assert "Write at least one thing" in plain(html)
    visitor.post(USP, **usp(TEXT))
    html = visitor.get(f"{PROPOSITION}?at=usp")
    assert asked(html).startswith("What shows that it is true?")
    html = say(visitor, html, status=422, proof=" ").text
    assert "Give an answer, or choose “Skip”." in plain(html)
    assert asked(html).startswith("What shows that it is true?")


def test_what_cannot_be_saved_stays_in_the_box_with_what_to_mend(site):
    visitor = site.browser()
    visitor.post(PERIOD, name="S", version="0", do="skip")
    html = visitor.get(f"{CHAT}/business_goals")
    assert asked(html) == "First day"
    sent = {"first_day.day": "40", "first_day.month": "1", "first_day.year": "2027"}
    html = say(visitor, html, "business_goals", 422, **sent).text
    assert "Write a day with its month and year" in plain(html)
    assert 'value="40"' in html and asked(html) == "First day"


def test_a_question_is_skipped_and_answered_later_without_losing_the_place(site):
    visitor = site.browser()
    html = talk(visitor, do="skip")
    assert asked(html).startswith("What do your customers want?")
    assert "Left for later Answer" in plain(html)
    html = visitor.get(f"{PROPOSITION}?change=strengths.what_we_do_well")
    assert asked(html).startswith("What do you do well?")
    place = say(visitor, html, what_we_do_well="We measure\nWe repair").location
    html = visitor.get(place)
    assert asked(html).startswith("What do your customers want?")
    assert answer(site, "proposition.strengths")["what_we_do_well"] == ["We measure", "We repair"]


def test_an_earlier_answer_is_corrected_and_the_talk_goes_on_where_it_was(site):
    visitor = site.browser()
    talk(visitor, "symptoms", gap_handoff="yes")
    html = visitor.get(f"{CHAT}/symptoms?change=checklist.gap_handoff")
    assert "You change an earlier answer." in plain(html) and "(chosen now)" in html
    html = visitor.get(say(visitor, html, "symptoms", gap_handoff="no").location)
    assert answer(site, "symptoms.checklist") == {"gap_handoff": "no"}
    assert asked(html).startswith("Deals get stuck")


def test_a_change_that_is_refused_is_still_a_change(site):
    visitor = site.browser()
    visitor.post(PERIOD, name="Strategy", version="0", do="skip")
    html = visitor.get(f"{CHAT}/business_goals?change=period.name")
    html = say(visitor, html, "business_goals", 422, name="").text
    assert "Give the strategy a name" in plain(html)
    assert "You change an earlier answer." in plain(html)


def test_the_talk_goes_on_where_it_was_on_another_device(site):
    talk(site.browser(), do="skip")
    elsewhere = site.browser()
    html = elsewhere.get(CHAT)
    assert "Conversation USP and value proposition" in plain(html)
    assert asked(html).startswith("What do your customers want?")


def test_rows_are_added_filled_in_and_ended(site):
    visitor = site.browser()
    visitor.get(f"{CHAT}/buy_in")
    html = talk(visitor, "buy_in", do="more")
    assert asked(html).startswith("Who is it") or "Person" in plain(html)
    html = talk(visitor, "buy_in", stakeholder="The head of sales")
    html = talk(visitor, "buy_in", do="rest")
    assert asked(html) == "Is there another one?"
    assert "So far: The head of sales" in plain(html)
    html = talk(visitor, "buy_in", do="enough")
    assert asked(html) == "That was the last question here."
    assert "You left these for later:" in plain(html)
    assert asked(site.browser().get(CHAT)) == "That was the last question here."


def test_a_row_that_nobody_wants_is_gone_again(site):
    visitor = site.browser()
    html = talk(visitor, "buy_in", do="more")
    assert "Never mind" in plain(html)
    talk(visitor, "buy_in", do="drop")
    assert "Person 1" not in plain(visitor.get("/strategy/buy_in/people"))


def test_a_list_that_was_passed_over_is_not_asked_again_and_stays_reachable(site):
    visitor = site.browser()
    html = talk(visitor, "lead_management", do="enough")
    assert not asked(html).startswith("Segments") and "Left for later" in plain(html)
    after = asked(html)
    # An earlier page was looked at since, elsewhere, and the talk is gone on with later.
    visitor.get("/strategy/lead_management/segments")
    visitor.get(f"{CHAT}/symptoms")
    later = site.browser().get(f"{CHAT}/lead_management")
    assert asked(later) == after
    back = re.search(r'<a class="xs" href="([^"]*at=segments)"', later)
    assert back is not None
    html = visitor.get(codes.unescape(back.group(1)))
    assert asked(html) != after
    html = visitor.get(say(visitor, html, "lead_management", do="more").location)
    html = talk(visitor, "lead_management", do="rest")
    assert asked(html) == "Is there another one?"
    assert asked(talk(visitor, "lead_management", do="enough")) == after


def test_a_list_that_was_passed_over_is_no_row_of_it(site):
    visitor = site.browser()
    talk(visitor, "lead_management", do="enough")
    segments = "/strategy/lead_management/segments"
    visitor.post(segments, 404, segment_name="Restaurants", item="", version="1")
    for way in ("return", "remove", "move"):
        visitor.post(f"{segments}/{way}", 404, item="", step="1")
    assert "No segments yet." in plain(visitor.get(segments))


def test_rows_of_ours_begin_a_list(site):
    visitor = site.browser()
    html = visitor.get(f"{CHAT}/sales_process")
    assert "Start with our nine stages" in plain(html)
    html = talk(visitor, "sales_process", do="start")
    assert "question 2 of" in plain(html)
    assert "9 other answers" in plain(html) or "other answers" in plain(html)


def test_the_rules_and_the_coach_answer_shortly(site):
    visitor = site.browser()
    html = visitor.get(f"{PROPOSITION}?at=usp")
    assert asked(html).startswith("USP in one sentence")
    html = visitor.get(say(visitor, html, usp_sentence="We are number one worldwide.").location)
    assert "prop-" in html or 'class="rule"' in html
    visitor.post(PERIOD, name="S", version="0", do="skip")
    for _day in ("first_day", "last_day"):
        talk(visitor, "business_goals", do="skip")
    talk(visitor, "business_goals", do="more")
    html = talk(visitor, "business_goals", statement="Eliminate customer churn.")
    assert "SMART coach" in plain(html) and "Specific" in plain(html)


def test_the_wording_of_the_coach_is_taken_over(site):
    visitor = site.browser()
    place = visitor.post(f"{GOALS}/add").location
    item = place.partition("item=")[2]
    visitor.post(place, statement="Eliminate customer churn.", kind="metric", version="1")
    page = visitor.get(f"{CHAT}/business_goals?said=goals.statement&item={item}")
    offered = re.search(r"data-rewrite>([^<]+)<", page)
    assert offered is not None
    visitor.post(
        f"{CHAT}/business_goals", do="rewrite", question="goals", field="statement", item=item,
        version=version(page),
    )  # fmt: skip
    assert answer(site, "business_goals.goals", item)["statement"] == codes.unescape(
        offered.group(1)
    )


def test_two_people_on_one_question_see_both_texts_and_come_back_to_the_talk(site):
    site.add("Wei", "editor")
    mine, theirs = site.browser(), site.browser("wei@acme.example")
    html = mine.get(f"{PROPOSITION}?at=usp")
    theirs.post(USP, **usp("Their sentence."))
    response = say(mine, html, status=409, usp_sentence="My own words.")
    text = plain(response.text)
    assert "Their sentence." in text and "My own words." in text
    sent = {
        "do": "mine", "field": "usp_sentence", "mine.usp_sentence": "My own words.",
        "version": version(response.text), "back": "chat",
    }  # fmt: skip
    assert 'name="back" value="chat"' in response.text
    assert mine.post(f"{USP}/resolve", **sent).location == PROPOSITION
    assert answer(site, "proposition.usp")["usp_sentence"] == "My own words."


def test_what_somebody_else_wrote_in_another_field_stays(site):
    site.add("Wei", "editor")
    mine, theirs = site.browser(), site.browser("wei@acme.example")
    html = mine.get(f"{PROPOSITION}?at=usp")
    theirs.post(USP, usp_sentence="", proof="480 lines", version="0", do="skip")
    say(mine, html, usp_sentence="Only we measure.")
    assert answer(site, "proposition.usp") == {
        "usp_sentence": "Only we measure.",
        "proof": "480 lines",
    }


def test_why_hint_and_example_are_there_on_request(site):
    html = site.browser().get(f"{PROPOSITION}?at=usp")
    assert "<summary" in html.partition("Why do you ask?")[0].rpartition("<details")[2]
    assert "Show 3 examples" in plain(html)


def test_pages_that_cannot_be_talked_about_are_offered_with_a_reason(site):
    visitor = site.browser()
    text = plain(visitor.get(f"{CHAT}/crm_selection"))
    assert "Scores are set in a table" in text and "See the scores" in text
    text = plain(visitor.get(f"{CHAT}/journey"))
    assert "The map puts the stages beside each other" in text and "See the map" in text


def test_the_hub_and_the_questions_lead_into_the_talk_and_it_leads_back(site):
    visitor = site.browser()
    assert f'href="{CHAT}"' in visitor.get("/strategy")
    assert f'href="{PROPOSITION}?at=usp"' in visitor.get(USP)
    assert f'href="{CHAT}/business_goals?at=goals"' in visitor.get(GOALS)
    html = visitor.get(f"{PROPOSITION}?at=usp")
    assert f'href="{USP}#f-usp_sentence"' in html


def test_who_may_only_read_reads_the_talk_and_cannot_answer(site):
    site.browser().post(USP, **usp(TEXT))
    site.add("Vi", "viewer")
    reader = site.browser("vi@acme.example")
    html = reader.get(PROPOSITION)
    assert TEXT in html and "composer" not in html and ">Change<" not in html
    assert "You can read this." in plain(html)
    reader.post(PROPOSITION, 403, question="usp", field="usp_sentence", usp_sentence="Mine")


@pytest.mark.parametrize(
    "sent",
    [
        {"question": "nothing", "field": "x"},
        {"question": "usp", "field": "nothing"},
        {"question": "usp"},
        {"question": "usp", "field": "usp_sentence", "item": "none", "usp_sentence": "x"},
    ],
)
def test_an_answer_to_no_question_is_not_found(site, sent):
    site.browser().post(PROPOSITION, 404, **sent)


def test_a_talk_about_nothing_is_not_found(site):
    visitor = site.browser()
    visitor.get(f"{CHAT}/nothing", 404)
    visitor.get(f"{PROPOSITION}?at=nothing", 404)
    visitor.get(f"{PROPOSITION}?change=nothing&item=%00", 404)


def test_what_was_typed_is_shown_as_it_was_typed(site):
    visitor = site.browser()
    html = visitor.get(f"{PROPOSITION}?at=usp")
    html = visitor.get(say(visitor, html, usp_sentence="<script>alert(1)</script>").location)
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html


def test_a_talk_that_is_sent_twice_counts_once(site):
    visitor = site.browser()
    html = visitor.get(f"{PROPOSITION}?at=usp")
    for _time in range(2):
        say(visitor, html, usp_sentence="Only we measure.")
    with site.session() as session:
        found = keeping.find(session, library.worksheets().find("proposition.usp"), "")
        assert found.version == 1
