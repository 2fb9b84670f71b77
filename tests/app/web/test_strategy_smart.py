"""The SMART coach beside the sentence of a goal, and its wording taken over by one button."""

import html

from tests.support.site import plain
from tests.support.worksheets import GOALS, add_goal, answer, version

BAD = "Eliminate customer churn."


def offered(page):
    return html.unescape(page.split("data-rewrite>")[1].split("<")[0])


def letter(page, name):
    """Return what the coach says of a letter."""
    return page.split(f"<b>{name}</b>")[1].split("</span>")[0].rpartition(": ")[2]


def test_the_coach_speaks_only_after_something_was_written(site):
    visitor = site.browser()
    place = visitor.post(f"{GOALS}/add").location
    assert "SMART coach" not in plain(visitor.get(place))
    item = add_goal(visitor, "Churn falls to 3% because lost clinics cost us.")
    page = visitor.get(f"{GOALS}?item={item}")
    assert "SMART coach" in plain(page)
    assert (letter(page, "Measurable"), letter(page, "Relevant")) == ("pass", "pass")


def test_what_later_pages_ask_for_is_not_missed_here(site):
    visitor = site.browser()
    item = add_goal(visitor, "NPS rises to 45, so that customers stay")
    page = visitor.get(f"{GOALS}?item={item}")
    assert "Not sure yet: Specific, Achievable, Time-bound." in plain(page)
    assert (letter(page, "Measurable"), letter(page, "Relevant")) == ("pass", "pass")
    assert "smart-T1" not in page and "smart-M1" not in page
    item = add_goal(visitor, "Improve customer satisfaction")
    assert "SMART coach" not in plain(visitor.get(f"{GOALS}?item={item}"))


def test_the_coach_comes_with_the_answer_to_an_autosave(site):
    visitor = site.browser()
    item = add_goal(visitor, "Improve customer satisfaction")
    where = f"{GOALS}?item={item}"
    known = version(visitor.get(where))
    sent = {"statement": BAD, "kind": "metric", "version": known, "writer": "tab"}
    said = visitor.post(f"{GOALS}/autosave?item={item}", 200, **sent).json
    assert "smart-A1" in said["coach"] and "data-rewrite" in said["coach"]


def test_the_wording_is_taken_over_by_one_button_without_scripts(site):
    visitor = site.browser()
    item = add_goal(visitor, BAD)
    where = f"{GOALS}?item={item}"
    page = visitor.get(where)
    sent = {"statement": BAD, "kind": "metric", "version": version(page)}
    assert visitor.post(where, do="rewrite", **sent).location.endswith(where)
    kept = answer(site, "business_goals.goals", item)
    assert (kept["statement"], kept["kind"]) == (offered(page), "metric")
    after = visitor.get(where)
    assert "The wording is taken over." in after and "smart-A1" not in after


def test_a_team_goal_is_looked_at_under_the_goal_it_supports(site):
    visitor = site.browser()
    parent = add_goal(visitor, "Churn falls to 3%")
    place = visitor.post("/strategy/team_goals/goals/add").location
    known = version(visitor.get(place))
    sent = {"whose": "team", "goal": "Never lose a customer again", "parent": parent}
    address = place.replace("/goals?", "/goals/autosave?")
    coach = visitor.post(address, 200, **sent, version=known, writer="tab").json["coach"]
    assert "smart-A1" in coach and "smart-R1" not in coach


def test_the_name_of_a_goal_is_taken_over_in_the_form(site):
    visitor = site.browser()
    sent = {
        "metric": "revenue", "kind": "cumulative", "direction": "up", "change": "relative",
        "amount": "10", "first": "2027-01-01", "last": "2027-12-31", "plan": "linear",
        "visibility": "workspace", "name": "Win every deal", "shown": "revenue",
    }  # fmt: skip
    page = visitor.post("/goals/new", 200, do="check", **sent).text
    assert "smart-A1" in page
    taken = visitor.post("/goals/new", 200, do="rewrite", **sent).text
    assert f'value="{offered(page)}"' in html.unescape(taken)
    assert "smart-A1" not in taken
