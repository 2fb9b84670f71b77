"""Check-ins and actions through the pages: kept, changed, taken back, looked back on."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from app.accounts import people
from goals.alerts import review
from goals.table import new_id
from goals.tracking.checkins.table import Checkin
from goals.tracking.goal import Goal
from goals.tracking.remedies.table import Attempt
from tests.support import company
from tests.support.site import plain

SAID = {
    "confidence": "70",
    "note": "Two deals moved.",
    "next_action": "Call",
    "next_due": "1 Sep 2026",
}


@pytest.fixture
def goal(sites):
    """A goal of the owner's that is off track and looked at every week."""
    return make(sites)


def make(site, **terms):
    with site.session() as session:
        owner = people.with_email(session, "owner@acme.example")
        given = {"owner_id": owner.id, "cadence": "weekly", **terms}
        made = company.revenue_goal(session, **given)
        for back in (2, 1, 0):
            now = site.now - timedelta(days=back)
            review.review(session, now=now, today=now.date(), only=[made])
        return made.id


def rows(site, table):
    with site.session() as session:
        return list(session.exec(select(table).where(col(table.workspace_id) == site.here)))


def test_a_check_in_stands_on_the_goals_page_with_what_the_numbers_say(sites, goal):
    visitor = sites.browser()
    shown = visitor.get(f"/goals/{goal}")
    seen = re.search(r'name="evaluation"[^>]*value="(\d+)"', shown).group(1)
    assert "A check-in is due since 11 Aug 2026." in plain(shown)
    visitor.post(f"/goals/{goal}/checkins", evaluation=seen, **SAID)
    text = plain(visitor.get(f"/goals/{goal}"))
    assert "Likely (70%)" in text and "Two deals moved." in text
    assert "Next: Call by 1 Sep 2026" in text
    assert "The person says Likely (70%), the numbers say Off track. Both are kept." in text
    [row] = rows(sites, Checkin)
    assert str(row.evaluation_id) == seen
    assert "You owe none." in plain(visitor.get("/checkins"))


def test_what_was_missing_is_told_at_its_field_with_what_was_typed(sites, goal):
    answer = sites.browser().post(
        f"/goals/{goal}/checkins", 422, note="", blocker="A price", next_due="soon"
    )
    text = plain(answer.text)
    assert "Say what changed, in a sentence." in text
    assert 'value="A price"' in answer.text
    answer = sites.browser().post(
        f"/goals/{goal}/checkins", 422, note="It moves.", next_action="x", next_due="soon"
    )
    assert "Write a day" in plain(answer.text) and 'value="soon"' in answer.text
    answer = sites.browser().post(f"/goals/{goal}/checkins", 422, note="It moves.")
    assert "Say how sure you are of the target." in plain(answer.text)
    assert rows(sites, Checkin) == []


def test_a_form_that_is_sent_twice_is_one_check_in(sites, goal):
    visitor, begun = sites.browser(), str(new_id())
    for _ in range(2):
        visitor.post(f"/goals/{goal}/checkins", begun=begun, **SAID)
    assert len(rows(sites, Checkin)) == 1


def test_a_check_in_is_changed_deleted_and_brought_back(sites, goal):
    visitor = sites.browser()
    visitor.post(f"/goals/{goal}/checkins", **SAID)
    [row] = rows(sites, Checkin)
    place = f"/goals/{goal}/checkins/{row.id}"
    assert "Two deals moved." in visitor.get(place)
    visitor.post(place, confidence="30", note="They are lost.", version="1")
    assert "They are lost." in plain(visitor.get(f"/goals/{goal}"))
    visitor.post(f"{place}/remove")
    page = visitor.get(f"/goals/{goal}")
    assert "They are lost." not in plain(page) and "The check-in is deleted." in page
    visitor.post(f"{place}/restore")
    assert "They are lost." in plain(visitor.get(f"/goals/{goal}"))


def test_two_tabs_lose_no_word(sites, goal):
    visitor = sites.browser()
    visitor.post(f"/goals/{goal}/checkins", **SAID)
    [row] = rows(sites, Checkin)
    place = f"/goals/{goal}/checkins/{row.id}"
    visitor.post(place, confidence="50", note="From the first tab.", version="1")
    answer = visitor.post(place, 409, confidence="10", note="From the second.", version="1")
    text = plain(answer.text)
    assert "Somebody changed this check-in" in text
    assert "From the first tab." in text and "From the second." in text
    assert rows(sites, Checkin)[0].note == "From the first tab."


def test_a_viewer_reads_and_others_change_only_their_own(sites, goal):
    for name, role in (("Vic", "viewer"), ("Con", "commenter"), ("Eva", "editor")):
        sites.add(name, role)
    sites.browser().post(f"/goals/{goal}/checkins", **SAID)
    [row] = rows(sites, Checkin)
    place = f"/goals/{goal}/checkins/{row.id}"
    viewer, commenter = sites.browser("vic@acme.example"), sites.browser("con@acme.example")
    assert "Two deals moved." in plain(viewer.get(f"/goals/{goal}"))
    assert 'name="confidence"' not in viewer.get(f"/goals/{goal}")
    viewer.post(f"/goals/{goal}/checkins", 403, **SAID)
    commenter.get(place, 403)
    commenter.post(f"/goals/{goal}/checkins", confidence="50", note="My own.")
    assert place not in commenter.get(f"/goals/{goal}")
    sites.browser("eva@acme.example").get(place)


def test_the_list_names_what_is_due_and_missed_and_not_what_is_hidden(sites):
    make(sites, name="Ours")
    make(sites, name="Secret", visibility="private")
    sites.add("Eva", "editor")
    mine = plain(sites.browser().get("/checkins"))
    assert "2 check-ins are owed" in mine and "5 earlier ones were missed too" in mine
    theirs = plain(sites.browser("eva@acme.example").get("/checkins"))
    assert "Ours" in theirs and "Secret" not in theirs


def test_an_empty_list_says_what_a_check_in_is(bare_site):
    assert "No check-in is owed" in plain(bare_site.browser().get("/checkins"))


def test_the_rhythm_is_set_on_the_form_of_the_goal(sites, goal):
    visitor = sites.browser()
    page = visitor.get(f"/goals/{goal}/edit")
    assert re.search(r'<option selected[^>]*value="weekly"', page)
    fields = {
        "change": "target", "amount": "9200", "first": "1 Jul 2026", "last": "30 Sep 2026",
        "name": "Sell more", "plan": "linear", "visibility": "workspace", "version": "1",
    }  # fmt: skip
    visitor.post(f"/goals/{goal}/edit", do="save", cadence="monthly", reminds="y", **fields)
    with sites.session() as session:
        kept = session.get(Goal, (sites.here, goal))
        assert (kept.cadence, kept.reminds) == ("monthly", True)
    visitor.post(f"/goals/{goal}/edit", 422, do="save", cadence="hourly", **fields)


def test_an_action_is_taken_from_a_suggestion_and_looked_back_on(sites, goal):
    visitor = sites.browser()
    page = visitor.get(f"/goals/{goal}")
    assert "What to try" in plain(page) and "Change the plan, not the goal." in plain(page)
    link = f"/goals/{goal}/tries?remedy=revenue.score"
    assert link in page
    form = visitor.get(link)
    assert "Score leads and call the best first" in form
    visitor.post(
        f"/goals/{goal}/tries", remedy="revenue.score", text="Score leads", due_on="14 Aug 2026"
    )
    [row] = rows(sites, Attempt)
    assert (row.remedy, row.text) == ("revenue.score", "Score leads")
    assert "Actions to look back on" in plain(visitor.get("/checkins"))
    place = f"/goals/{goal}/tries/{row.id}"
    visitor.get(place)
    visitor.post(place, outcome="not_helped", note="Nobody called.", version="1")
    text = plain(visitor.get(f"/goals/{goal}"))
    assert "It did not help" in text and "Nobody called." in text and "Before:" in text
    assert "Actions to look back on" not in plain(visitor.get("/checkins"))


def test_an_expected_effect_is_kept_and_what_cannot_be_one_is_told(sites, goal):
    visitor = sites.browser()
    assert "By how much Revenue changes by that day" in plain(visitor.get(f"/goals/{goal}/tries"))
    typed = {"text": "Call", "due_on": "1 Sep 2026"}
    for hoped, told in (("much", "Write a number"), ("5%", "Say how much of Revenue it is")):
        answer = visitor.post(f"/goals/{goal}/tries", 422, hoped=hoped, **typed)
        assert told in plain(answer.text)
    assert rows(sites, Attempt) == []
    visitor.post(f"/goals/{goal}/tries", hoped="2 k", **typed)
    [row] = rows(sites, Attempt)
    assert row.hoped == 2000
    shown = plain(visitor.get(f"/goals/{goal}"))
    assert "Hoped for: +$2.0k by 1 Sep 2026." in shown
    place = f"/goals/{goal}/tries/{row.id}"
    assert "Hoped for: +$2.0k by 1 Sep 2026." in plain(visitor.get(place))
    visitor.post(place, 422, outcome="early", due_on="1 Aug 2026", version="1")
    visitor.post(place, outcome="early", due_on="20 Sep 2026", version="1")
    assert "to be looked back on 20 Sep 2026" in plain(visitor.get(f"/goals/{goal}"))


def test_an_action_without_words_or_with_a_past_day_is_told(sites, goal):
    visitor = sites.browser()
    answer = visitor.post(f"/goals/{goal}/tries", 422, text="", due_on="1 Aug 2026")
    assert "Say what will be done." in plain(answer.text)
    answer = visitor.post(f"/goals/{goal}/tries", 422, text="Call", due_on="1 Aug 2026")
    assert "Choose a day that is still to come." in plain(answer.text)
    assert rows(sites, Attempt) == []


def test_an_outcome_over_another_one_is_told_and_not_kept(sites, goal):
    visitor = sites.browser()
    visitor.post(f"/goals/{goal}/tries", text="Call", due_on="1 Sep 2026")
    [row] = rows(sites, Attempt)
    place = f"/goals/{goal}/tries/{row.id}"
    visitor.post(place, outcome="helped", version="1")
    answer = visitor.post(place, 409, outcome="dropped", note="My words.", version="1")
    assert "Somebody told what became of it" in plain(answer.text)
    assert "My words." in answer.text
    assert rows(sites, Attempt)[0].outcome == "helped"


def test_what_people_write_is_never_taken_for_html(sites, goal):
    visitor = sites.browser()
    bad = "<script>alert(1)</script>"
    visitor.post(f"/goals/{goal}/checkins", confidence="70", note=bad, blocker=bad)
    visitor.post(f"/goals/{goal}/tries", text=bad, due_on="1 Sep 2026")
    assert bad not in visitor.get(f"/goals/{goal}")
