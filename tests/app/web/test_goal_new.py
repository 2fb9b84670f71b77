"""Setting a new goal."""

from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from sqlmodel import col, select

from app.web import presets
from goals.tracking import goals as use_cases
from goals.tracking.goal import Goal
from tests.support import company
from tests.support.forms import sent
from tests.support.site import plain

FIELDS = {
    "metric": "revenue",
    "kind": "cumulative",
    "direction": "up",
    "change": "target",
    "amount": "2,000",
    "first": "1 Oct 2026",
    "last": "31 Dec 2026",
    "plan": "linear",
    "visibility": "workspace",
    "do": "save",
}


def only_goal(site):
    """Return the goal that there is, with its terms."""
    with site.session() as session:
        goal = session.exec(select(Goal).where(col(Goal.workspace_id) == site.here)).one()
        return goal, use_cases.current(session, goal)


def no_goal(site):
    with site.session() as session:
        return session.exec(select(Goal).where(col(Goal.workspace_id) == site.here)).first() is None


def test_the_aims_come_first_and_say_what_they_still_need(site):
    text = plain(site.browser().get("/goals/new"))
    assert text.index("Keep customers") < text.index("Close sooner") < text.index("Sell more")
    assert "Keep customers Fewer customers leave needs purchases" in text
    assert "Spend less per sale Lower acquisition cost needs spend" in text
    assert "Sell more More revenue from new customers Spend" in text


@pytest.mark.parametrize("preset", presets.PRESETS)
def test_each_aim_makes_a_goal_as_it_is_proposed(site, preset):
    visitor = site.browser()
    html = visitor.get(f"/goals/new?preset={preset}")
    visitor.post("/goals/new", **sent(html))
    goal, terms = only_goal(site)
    assert goal.metric == presets.PRESETS[preset].metric
    assert terms.target_kind == presets.PRESETS[preset].change
    assert terms.last_day > date(2026, 8, 14)
    assert goal.actions and goal.name
    for path in (f"/goals/{goal.id}", f"/goals/{goal.id}/edit", f"/goals/{goal.id}.csv", "/goals"):
        assert visitor.client.get(path).status_code == 200


def test_the_number_is_read_as_people_type_it(site):
    site.browser().post("/goals/new", **{**FIELDS, "amount": "฿1.5 M"})
    assert only_goal(site)[1].target_value == Decimal(1_500_000)


def test_a_change_without_a_sign_goes_where_the_direction_points(site):
    fields = {
        **FIELDS,
        "metric": "sales_cycle",
        "kind": "level",
        "direction": "down",
        "change": "relative",
        "amount": "25%",
    }
    site.browser().post("/goals/new", **fields)
    assert only_goal(site)[1].target_input == Decimal("-0.25")


def test_rates_are_typed_in_percent_and_kept_as_fractions(site):
    fields = {**FIELDS, "metric": "win_rate", "kind": "level", "amount": "30", "baseline": "24%"}
    site.browser().post("/goals/new", **fields)
    terms = only_goal(site)[1]
    assert (terms.target_value, terms.baseline_value) == (Decimal("0.3"), Decimal("0.24"))


@pytest.mark.parametrize("typed", ["2026-12-31", "31/12/2026", "31 ธ.ค. 2569", "2026年12月31日"])
def test_days_may_be_typed_in_three_languages_and_two_eras(site, typed):
    site.browser().post("/goals/new", **{**FIELDS, "last": typed})
    assert only_goal(site)[1].last_day == date(2026, 12, 31)


def test_a_goal_without_a_name_gets_one_from_its_terms(site):
    site.browser().post("/goals/new", **FIELDS)
    assert only_goal(site)[0].name == "Revenue of $2,000 by 31 Dec 2026"


def test_what_was_not_understood_stands_at_its_field_and_nothing_is_lost(site):
    answer = site.browser().post(
        "/goals/new", status=422, **{**FIELDS, "amount": "a lot", "why": "Because"}
    )
    text = plain(answer.text)
    assert "There is a problem" in text and "Write a number, such as 27 M" in text
    assert 'value="a lot"' in answer.text and "Because" in answer.text
    assert "<title>Error:" in answer.text
    assert no_goal(site)


def test_a_refusal_from_below_lands_at_the_field_it_names(site):
    answer = site.browser().post("/goals/new", status=422, **{**FIELDS, "last": "1 Jan 2026"})
    assert 'href="#last">The last day is before the first.' in answer.text


def test_findings_never_stop_anybody_from_saving(site):
    visitor = site.browser()
    page = visitor.post("/goals/new", status=200, **{**FIELDS, "do": "check"})
    assert "smart-S2" in page.text
    assert no_goal(site)
    visitor.post("/goals/new", **FIELDS)
    assert not no_goal(site)


def test_the_preview_says_what_the_target_comes_to(site):
    fields = {**FIELDS, "change": "relative", "amount": "50", "first": "1 Jul 2026"}
    fields["last"] = "30 Sep 2026"
    text = plain(wrapped(site.browser().post("/goals/preview", status=200, **fields)))
    assert "Baseline $3,000 read from the records, 1 Apr to 30 Jun 2026" in text
    assert "Target $4,500 +$1,500, +50.0%" in text
    assert "a day on average" in text


def wrapped(answer):
    return f"<main>{answer.text}</main>"


def test_the_preview_keeps_nothing(site):
    site.browser().post("/goals/preview", status=200, **FIELDS)
    assert no_goal(site)


def test_fiscal_shortcuts_fill_the_days_and_keep_the_rest(site):
    fields = {**FIELDS, "do": "next_quarter", "first": "", "last": "", "why": "Because"}
    html = site.browser().post("/goals/new", status=200, **fields).text
    assert 'value="1 Oct 2026"' in html and 'value="31 Dec 2026"' in html and "Because" in html


def test_words_of_the_contract_prefill_the_form(site):
    words = [
        ("name", "Sell to the north"),
        ("metric", "win_rate"),
        ("where", "owner=Ann"),
        ("change", "points=0.04"),
        ("direction", "up"),
        ("from", "2026-10-01"),
        ("to", "2026-12-31"),
        ("owner", "owner@acme.example"),
        ("why", "It pays"),
        ("action", "Call them"),
        ("action", "Visit them"),
        ("origin", "business.goals"),
        ("origin_item", "g1"),
        ("origin_version", "4"),
        ("origin_sentence", "Win more in the north."),
    ]
    visitor = site.browser()
    html = visitor.get(f"/goals/new?{urlencode(words)}")
    assert "Win more in the north." in plain(html)
    fields = sent(html)
    assert fields["amount"] == "4" and fields["actions"] == "Call them\nVisit them"
    visitor.post("/goals/new", **fields)
    goal, terms = only_goal(site)
    assert goal.segment == {"owner": "Ann"} and goal.name == "Sell to the north"
    assert terms.target_input == Decimal("0.04")
    assert (goal.origin_section, goal.origin_question) == ("business", "goals")
    assert (goal.origin_item, goal.origin_answer_version) == ("g1", 4)
    assert goal.origin_sentence == "Win more in the north."


def test_another_metric_than_was_shown_brings_its_own_kind_and_direction(site):
    fields = {**FIELDS, "metric": "sales_cycle", "shown": "revenue", "amount": "20"}
    site.browser().post("/goals/new", **fields)
    goal, _terms = only_goal(site)
    assert (goal.kind, goal.direction) == ("level", "down")


def test_a_variant_of_the_metric_is_kept(site):
    fields = {**FIELDS, "metric": "win_rate", "kind": "level", "set-weight": "value"}
    site.browser().post("/goals/new", **fields)
    assert only_goal(site)[0].params["weight"] == "value"


def test_a_goal_can_be_copied_to_the_period_that_follows(site):
    with site.session() as session:
        goal_id = company.revenue_goal(session, target=9200).id
    fields = sent(site.browser().get(f"/goals/new?copy={goal_id}"))
    assert (fields["first"], fields["last"]) == ("1 Oct 2026", "31 Dec 2026")
    assert fields["amount"] == "9,200"


def test_only_editors_set_goals(site):
    visitor = site.browser(site.add("Vic", "viewer"))
    visitor.get("/goals/new", status=403)
    visitor.post("/goals/new", status=403, **FIELDS)
    visitor.post("/goals/preview", status=403, **FIELDS)


def begun(visitor, **changed):
    """Return what a form that was just opened sends."""
    return sent(visitor.get("/goals/new?metric=revenue")) | FIELDS | {"name": "Twice"} | changed


def test_a_form_that_is_sent_twice_is_one_goal(sites):
    visitor = sites.browser()
    fields = begun(visitor)
    first, second = (visitor.post("/goals/new", **fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert only_goal(sites)[0].name == "Twice"


def test_a_form_that_is_changed_after_going_back_is_another_goal(site):
    visitor = site.browser()
    fields = begun(visitor)
    first = visitor.post("/goals/new", **fields)
    second = visitor.post("/goals/new", **fields | {"name": "Another"})
    assert first.headers["Location"] != second.headers["Location"]
    assert "Another" in visitor.get(second.headers["Location"])
