"""The plan of a goal: chosen and looked at on the form, changed in its table, taken back."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from goals.alerts import review
from goals.tracking import evaluate, goals, standing
from tests.app.web.test_goal_new import FIELDS, only_goal
from tests.app.web.test_goals import held, judged, terms
from tests.support.site import plain

MONTHS = ("2026-07-31", "2026-08-31", "2026-09-30")


def typed(**rows):
    """Return the fields of the table for amounts of July, August and September."""
    amounts = zip(MONTHS, rows.pop("amounts"), strict=True)
    return {f"row-{day}": amount for day, amount in amounts} | {
        "as": "monthly", "do": "save", "version": "1", "reason": "Sold before the holidays", **rows,
    }  # fmt: skip


def plans(site, goal_id):
    with site.session() as session:
        return [(one.plan, one.plan_points) for one in goals.versions(session, held(site, goal_id))]


def test_each_plan_is_explained_and_drawn_before_it_is_saved(site):
    visitor = site.browser()
    for plan, said in (
        ("linear", "Linear: every day weighs the same."),
        ("working_days", "Working days: 66 of 92 days count, weekends and holidays stay flat."),
        ("monthly", "By months: an amount for each, within a month by its working days."),
        ("s_curve", "S-curve: a quarter of the way in the first third"),
        ("points", "A straight line until you give points of your own."),
        ("seasonal", "Seasonal, from the"),
    ):
        fields = {**FIELDS, "plan": plan}
        html = visitor.post("/goals/preview", status=200, **fields).text
        assert said in plain(f"<main>{html}</main>"), plan
        assert '<polyline class="plan"' in html
        assert "By the end of" in html and ("31 Oct 2026" in html) == (plan == "monthly")


def test_a_seasonal_plan_without_a_past_says_so_before_it_is_saved(bare_site):
    html = bare_site.browser().post("/goals/preview", status=200, **FIELDS | {"plan": "seasonal"})
    assert "there is no whole comparable period before the window yet." in html.text


def test_a_new_goal_with_a_table_leads_to_the_table(site):
    answer = site.browser().post("/goals/new", **FIELDS | {"plan": "monthly"})
    goal, version = only_goal(site)
    assert answer.headers["Location"] == f"/goals/{goal.id}/plan"
    assert (version.plan, version.plan_points) == ("monthly", None)


def test_the_months_of_a_plan_are_typed_and_are_what_the_chart_expects(site):
    goal_id = judged(site, target=9200)
    visitor = site.browser()
    html = visitor.get(f"/goals/{goal_id}/plan?as=monthly")
    assert all(f'name="row-{day}"' in html for day in MONTHS)
    visitor.post(f"/goals/{goal_id}/plan", **typed(amounts=("1,000", "5,000", "3,200")))
    assert plans(site, goal_id)[-1][0] == "monthly"
    lines = visitor.client.get(f"/goals/{goal_id}.csv").get_data(as_text=True).splitlines()
    expected = {line.split(",")[0]: Decimal(line.split(",")[2]) for line in lines[1:]}
    for day, value in zip(MONTHS, (1000, 6000, 9200), strict=True):
        assert abs(expected[day] - value) < Decimal("0.001")
    # 4 and 5 July 2026 were a weekend.
    assert expected["2026-07-03"] == expected["2026-07-04"] == expected["2026-07-05"]
    again = visitor.get(f"/goals/{goal_id}/plan")
    assert 'value="5,000"' in again and 'value="3,200"' in again
    text = plain(visitor.get(f"/goals/{goal_id}"))
    assert "Plan, linear became Plan, by months" in text and "Sold before the holidays" in text


def test_rows_that_do_not_come_to_the_target_say_so_and_are_spread_at_a_click(site):
    goal_id = judged(site, target=9200)
    visitor = site.browser()
    fields = typed(amounts=("1,000", "2,000", "3,000"))
    answer = visitor.post(f"/goals/{goal_id}/plan", status=422, **fields)
    assert "The rows come to $6,000, $3,200 less than the target of $9,200." in plain(answer.text)
    assert 'value="2,000"' in answer.text and "Sold before the holidays" in answer.text
    answer = visitor.post(f"/goals/{goal_id}/plan", status=200, **fields | {"do": "spread"})
    # July is over on 14 August; the others take what is missing by what they have.
    assert 'value="1,000"' in answer.text
    assert 'value="3,280"' in answer.text and 'value="4,920"' in answer.text
    assert plans(site, goal_id) == [("linear", None)]


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        (("lots", "1", "1"), "Write a number, such as"),
        (("-5", "9,205", "0"), "What adds up takes nothing away: write 0 or more."),
    ],
)
def test_what_is_wrong_in_a_row_stands_at_the_row(site, amounts, said):
    goal_id = judged(site, target=9200)
    answer = site.browser().post(f"/goals/{goal_id}/plan", status=422, **typed(amounts=amounts))
    assert said in answer.text and f'value="{amounts[0]}"' in answer.text
    assert 'aria-describedby="row-2026-07-31-error"' in answer.text


def test_a_new_plan_needs_a_reason(site):
    goal_id = judged(site, target=9200)
    fields = typed(amounts=("1,000", "5,000", "3,200"), reason="")
    answer = site.browser().post(f"/goals/{goal_id}/plan", status=422, **fields)
    assert "Say why the target changes." in answer.text and 'value="5,000"' in answer.text


def test_a_plan_that_somebody_else_changed_meanwhile_is_not_written_over(site):
    goal_id = judged(site, target=9200)
    visitor = site.browser()
    visitor.post(f"/goals/{goal_id}/plan", **typed(amounts=("1,000", "5,000", "3,200")))
    fields = typed(amounts=("3,200", "5,000", "1,000"))
    answer = visitor.post(f"/goals/{goal_id}/plan", status=422, **fields)
    assert "Somebody changed this goal while you had it open." in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    visitor.post(f"/goals/{goal_id}/plan", **fields | {"version": "2"})
    assert len(plans(site, goal_id)) == 3


def test_an_earlier_plan_is_used_again_at_a_click(site):
    goal_id = judged(site, target=9200, plan="s_curve")
    visitor = site.browser()
    visitor.post(f"/goals/{goal_id}/plan", **typed(amounts=("1,000", "5,000", "3,200")))
    html = visitor.get(f"/goals/{goal_id}")
    assert f'action="/goals/{goal_id}/plan/1"' in html and "The plan is changed." in html
    assert "Plan, S-curve" in plain(visitor.get(f"/goals/{goal_id}/plan"))
    visitor.post(f"/goals/{goal_id}/plan/1")
    found = plans(site, goal_id)
    assert found[0] == found[2] == ("s_curve", None) and found[1][0] == "monthly"
    visitor.post(f"/goals/{goal_id}/plan/9", status=404)


def test_what_was_judged_by_an_earlier_plan_keeps_it(site):
    goal_id = judged(site, target=9200)
    with site.session() as session:
        before = standing.one(session, held(site, goal_id)).evaluation.expected
    site.browser().post(f"/goals/{goal_id}/plan", **typed(amounts=("1,000", "5,000", "3,200")))
    with site.session() as session:
        goal = held(site, goal_id)
        assert standing.one(session, goal).evaluation.expected == before
        first = evaluate.plan_of(session, goal, goals.versions(session, goal)[0])
        assert first.used == "linear"
        review.review(session, now=site.now, today=site.now.date(), only=[goal])
    with site.session() as session:
        assert standing.one(session, held(site, goal_id)).evaluation.expected != before


def test_points_of_a_level_are_typed_as_values_on_the_way(site):
    goal_id = judged(
        site, metric="win_rate", kind="level", target=Decimal("0.5"), baseline=Decimal("0.2"),
        target_input=Decimal("0.5"),
    )  # fmt: skip
    visitor = site.browser()
    html = visitor.get(f"/goals/{goal_id}/plan?as=points")
    rows = re.findall(r'name="(row-[\d-]+)"', html)
    fields = dict.fromkeys(rows, "30") | {"as": "points", "version": "1", "do": "save"}
    answer = visitor.post(f"/goals/{goal_id}/plan", status=422, **fields | {rows[0]: "51"})
    assert "Write a number from 20.0% to 50.0%" in plain(answer.text)
    visitor.post(f"/goals/{goal_id}/plan", reason="It starts late", **fields)
    plan, points = plans(site, goal_id)[-1]
    assert plan == "points" and points[-1][1] == 1.0
    assert all(share == pytest.approx(1 / 3) for _day, share in points[:-1])


@pytest.mark.parametrize("kind", ["milestone", "maintain"])
def test_a_goal_without_a_way_says_that_it_has_no_plan(site, kind):
    more: dict[str, Any] = {"metric": None}
    if kind == "maintain":
        more = {"metric": "win_rate", "direction": "at_least", "target": Decimal("0.5")}
    goal_id = judged(site, kind=kind, days=0, **more)
    visitor = site.browser()
    assert "has no curve to follow" in plain(visitor.get(f"/goals/{goal_id}/plan"))
    assert f"/goals/{goal_id}/plan" not in visitor.get(f"/goals/{goal_id}")


def test_a_viewer_may_not_change_a_plan(site):
    goal_id = judged(site, target=9200)
    visitor = site.browser(site.add("Vic", "viewer"))
    visitor.get(f"/goals/{goal_id}/plan", status=403)
    visitor.post(f"/goals/{goal_id}/plan/1", status=403)
    assert f"/goals/{goal_id}/plan" not in visitor.get(f"/goals/{goal_id}")


def test_another_window_begins_with_months_that_weigh_alike(site):
    goal_id = judged(site, target=9200)
    visitor = site.browser()
    visitor.post(f"/goals/{goal_id}/plan", **typed(amounts=("1,000", "5,000", "3,200")))
    changed = terms(plan="monthly", last="2026-10-31", version="2", reason="A month more")
    visitor.post(f"/goals/{goal_id}/edit", **changed)
    assert plans(site, goal_id)[-1] == ("monthly", None)


# --- Commit and stretch ----------------------------------------------------------------------


def test_commit_and_stretch_are_drawn_with_the_chance_of_each(site):
    goal_id = judged(site, target=2500, commit=Decimal(2000), stretch=Decimal(3000))
    html = site.browser().get(f"/goals/{goal_id}")
    text = plain(html)
    found = re.search(r"commit (\d+)% , target (\d+)% , stretch (\d+)% \.", text)
    assert found, text
    commit, target, stretch = map(int, found.groups())
    assert commit >= target >= stretch and commit > stretch
    assert html.count('<line class="beside"') == 6
    for label in ("commit", "stretch"):
        assert len(re.findall(rf">[\d.,]+k? {label}<", html)) == 3
    table = plain(html.partition('id="as-table"')[2].join(["<main>", "</main>"]))
    assert "Commit $2,000" in table and "Stretch $3,000" in table
    with site.session() as session:
        seen = standing.one(session, held(site, goal_id)).evaluation
        assert (seen.commit_chance or 0) >= (seen.chance or 0) >= (seen.stretch_chance or 0)


def test_the_lines_of_a_goal_change_with_a_reason_and_stay_in_its_history(site):
    goal_id = judged(site, target=9200, commit=Decimal(8000))
    visitor = site.browser()
    fields = terms(commit="8,500", stretch="10,000", reason="We know more")
    visitor.post(f"/goals/{goal_id}/edit", **fields)
    text = plain(visitor.get(f"/goals/{goal_id}"))
    assert "Commit from $8,000 to $8,500. Stretch set: $10,000" in text
    # What was said under the earlier terms is no chance of these.
    assert "Chance to reach each" not in text
    html = visitor.get(f"/goals/{goal_id}/edit")
    assert 'value="8,500"' in html and 'value="10,000"' in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"commit": "2,000"}, "What is promised at least has to be below the target."),
        ({"stretch": "1,999"}, "What would be great has to be above the target."),
        ({"commit": "many"}, "Write a number, such as"),
        (
            {"metric": "sales_cycle", "kind": "level", "direction": "down", "amount": "20",
             "baseline": "30", "commit": "19"},
            "What is promised at least has to be above the target: less is better.",
        ),
        (
            {"metric": "", "kind": "milestone", "name": "Open", "commit": "1"},
            "A milestone is done or not done: nothing lies before it or behind it.",
        ),
    ],
)  # fmt: skip
def test_a_line_on_the_wrong_side_is_said_at_its_field(site, fields, said):
    answer = site.browser().post("/goals/new", status=422, **{**FIELDS, **fields})
    assert said in plain(answer.text)
    assert f'value="{fields.get("commit") or fields.get("stretch")}"' in answer.text


def test_the_form_says_why_a_band_has_no_lines_beside_it(site):
    fields = {"metric": "win_rate", "kind": "maintain", "direction": "band", "do": "check"}
    answer = site.browser().post("/goals/new", status=200, **{**FIELDS, **fields})
    assert "A band has two ends and no direction" in plain(answer.text)


def test_lines_move_no_status(site):
    plain_goal = judged(site, target=2500)
    lined = judged(site, target=2500, commit=Decimal(1), stretch=Decimal(10**6))
    with site.session() as session:
        seen = [standing.one(session, held(site, one)).evaluation for one in (plain_goal, lined)]
        assert seen[0].status == seen[1].status and seen[0].chance == seen[1].chance


def test_the_plan_page_works_on_both_databases(sites):
    goal_id = judged(sites, target=9200, commit=Decimal(8000))
    visitor = sites.browser()
    visitor.get(f"/goals/{goal_id}/plan")
    visitor.post(f"/goals/{goal_id}/plan", **typed(amounts=("1,000", "5,000", "3,200")))
    visitor.post(f"/goals/{goal_id}/plan/1")
    assert held(sites, goal_id).version == 3
    assert only_of(sites, goal_id).first_day == date(2026, 7, 1)


def only_of(site, goal_id):
    with site.session() as session:
        return goals.current(session, held(site, goal_id))
