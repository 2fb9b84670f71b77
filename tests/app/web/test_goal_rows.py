"""The rows of a new goal's plan, typed and drawn before the goal is saved."""

from datetime import date

import pytest

from goals.tracking import evaluate
from tests.app.web.test_goal_new import FIELDS, no_goal, only_goal
from tests.app.web.test_goals import held, judged
from tests.support.forms import sent
from tests.support.site import plain

MONTHLY = {**FIELDS, "plan": "monthly", "amount": "2,400"}
NAMES = ("row-monthly-2026-10-31", "row-monthly-2026-11-30", "row-monthly-2026-12-31")


def rows(*amounts):
    return dict(zip(NAMES, amounts, strict=False))


def looked(visitor, **fields):
    """Return what the form shows after a look at it, and the fields that it would send."""
    html = visitor.post("/goals/new", status=200, **{**fields, "do": "check"}).text
    return html, sent(html)


def held_rows(fields):
    return {name: text for name, text in fields.items() if name.startswith("row-")}


def test_months_are_offered_as_rows_and_drawn_while_the_goal_is_typed(site):
    html, fields = looked(site.browser(), **MONTHLY)
    assert held_rows(fields) == rows("800", "800", "800")
    assert html.count('class="grip"') >= 2 and "data-way=" in html
    assert "Target $2,400" in plain(html)
    assert no_goal(site)


def test_what_is_typed_is_the_plan_of_the_goal(site):
    visitor = site.browser()
    answer = visitor.post("/goals/new", **MONTHLY, **rows("1,200", "900", "300"))
    goal, terms = only_goal(site)
    assert answer.headers["Location"] == f"/goals/{goal.id}"
    assert [day for day, _share in terms.plan_points] == ["2026-10-31", "2026-11-30", "2026-12-31"]
    assert [share for _day, share in terms.plan_points] == [0.5, 0.875, 1.0]
    with site.session() as session:
        plan = evaluate.plan_of(session, held(site, goal.id), terms)
    assert plan.share(date(2026, 10, 31)) == pytest.approx(0.5)


def test_rows_that_nobody_touched_follow_the_target_and_the_days(site):
    visitor = site.browser()
    _html, fields = looked(visitor, **MONTHLY)
    _html, fields = looked(visitor, **fields | {"amount": "4,800"})
    assert held_rows(fields) == rows("1,600", "1,600", "1,600")
    _html, fields = looked(visitor, **fields | {"last": "30 Nov 2026"})
    assert held_rows(fields)[NAMES[1]] == "2,400"


def test_rows_that_were_typed_stay_when_anything_else_changes(site):
    visitor = site.browser()
    _html, fields = looked(visitor, **MONTHLY)
    typed = rows("1,200", "900", "300")
    html, fields = looked(visitor, **fields | typed | {"amount": "3,000"})
    assert held_rows(fields) == typed
    assert "The rows come to $2,400, $600 less than the target of $3,000." in plain(html)
    # Neither another plan nor days that end sooner lose them.
    html, fields = looked(visitor, **fields | {"plan": "points"})
    assert typed.items() <= fields.items() and 'name="row-points-' in html
    _html, fields = looked(visitor, **fields | {"plan": "monthly", "last": "15 Dec 2026"})
    assert fields["row-monthly-2026-12-15"] == "300" and fields[NAMES[0]] == "1,200"
    _html, fields = looked(visitor, **fields | {"amount": ""})
    _html, fields = looked(visitor, **fields | {"amount": "3,000"})
    assert fields[NAMES[0]] == "1,200"


def test_rows_that_do_not_come_to_the_target_keep_the_goal_from_being_saved(site):
    visitor = site.browser()
    answer = visitor.post("/goals/new", status=422, **MONTHLY, **rows("1,000", "1,000", "1,000"))
    said = "The rows come to $3,000, $600 more than the target of $2,400."
    assert plain(answer.text).count(said) == 2 and 'href="#total"' in answer.text
    assert held_rows(sent(answer.text)) == rows("1,000", "1,000", "1,000")
    assert no_goal(site)
    spread = visitor.post("/goals/new", status=200, **{**sent(answer.text), "do": "spread"})
    assert held_rows(sent(spread.text)) == rows("800", "800", "800")


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        (("lots", "1", "1"), "Write a number, such as"),
        (("-5", "2,405", "0"), "What adds up takes nothing away: write 0 or more."),
        (("<b>1</b>", "1", "1"), "Write a number, such as"),
    ],
)
def test_what_is_wrong_in_a_row_stands_at_the_row(site, amounts, said):
    answer = site.browser().post("/goals/new", status=422, **MONTHLY, **rows(*amounts))
    assert f'id="{NAMES[0]}-error"' in answer.text and f'href="#{NAMES[0]}"' in answer.text
    assert said in plain(answer.text) and "<b>1</b>" not in answer.text
    assert sent(answer.text)[NAMES[0]] == amounts[0]
    assert no_goal(site)


def test_a_level_has_what_is_expected_at_the_end_of_each_row(site):
    fields = {
        **MONTHLY, "metric": "sales_cycle", "kind": "level", "direction": "down",
        "baseline": "60", "amount": "30",
    }  # fmt: skip
    visitor = site.browser()
    _html, shown = looked(visitor, **fields)
    assert list(held_rows(shown)) == list(NAMES[:2])
    answer = visitor.post("/goals/new", status=422, **fields, **rows("70", "40"))
    assert "Write a number from 30 days to 60 days" in plain(answer.text)
    visitor.post("/goals/new", **fields, **rows("55", "40"))
    shares = [share for _day, share in only_goal(site)[1].plan_points]
    assert shares == pytest.approx([1 / 6, 2 / 3, 1])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"metric": ""}, "Its rows appear here once metric, number and days are said."),
        ({"last": ""}, "Its rows appear here once metric, number and days are said."),
        ({"last": "1 Sep 2026"}, "Its rows appear here once metric, number and days are said."),
        ({"amount": ""}, "Its rows appear here once baseline and target are known."),
        ({"amount": "0"}, "The goal begins where its target is: there is no way to plan."),
        ({"first": "1 Dec 2026"}, "The window is too short for rows"),
    ],
)
def test_before_there_can_be_rows_the_form_says_what_they_need(site, changed, said):
    html, fields = looked(site.browser(), **{**MONTHLY, **rows("1", "2", "3"), **changed})
    assert said in plain(html)
    assert held_rows(fields) == rows("1", "2", "3")


def test_the_month_of_29_february_has_its_row(site):
    window = {"first": "1 Jan 2028", "last": "29 Feb 2028"}
    _html, fields = looked(site.browser(), **MONTHLY | window)
    assert list(held_rows(fields)) == ["row-monthly-2028-01-31", "row-monthly-2028-02-29"]


def test_the_same_rows_sent_twice_are_one_goal_and_others_another(site):
    visitor = site.browser()
    begun = sent(visitor.get("/goals/new?metric=revenue"))["begun"]
    fields = {**MONTHLY, "begun": begun}
    first = visitor.post("/goals/new", **fields, **rows("1,200", "900", "300"))
    again = visitor.post("/goals/new", **fields, **rows("1,200", "900", "300"))
    other = visitor.post("/goals/new", **fields, **rows("300", "900", "1,200"))
    places = [one.headers["Location"] for one in (first, again, other)]
    assert places[0] == places[1] != places[2]


def test_a_copy_begins_with_the_months_of_the_goal_it_is_made_of(site):
    points = (("2026-07-31", 0.5), ("2026-08-31", 0.75), ("2026-09-30", 1.0))
    given = tuple((date.fromisoformat(day), share) for day, share in points)
    goal_id = judged(site, target=9200, plan="monthly", plan_points=given)
    fields = sent(site.browser().get(f"/goals/new?copy={goal_id}"))
    assert held_rows(fields) == rows("4,600", "2,300", "2,300")
