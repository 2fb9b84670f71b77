"""Through the pages: goals made of parts, without an end, looked back on, and carried on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from app.accounts import people
from goals import workspace
from goals.alerts import review
from goals.alerts.rule import AlertRule
from goals.metrics import refresh
from goals.tracking import goals
from goals.tracking.checkins import keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from goals.tracking.retrospectives import Retrospective
from tests.support import company
from tests.support.forms import sent
from tests.support.site import plain

END = date(2026, 9, 30)
BACK = {"went_well": "Calls", "in_the_way": "", "keep": "", "next_time": "Call sooner"}


def judge(session, day, *only):
    return review.review(
        session, now=workspace.of(session).end_of(day), today=day, only=only or None
    )


def make(site, **terms):
    with site.session() as session:
        owner = people.with_email(session, "owner@acme.example")
        return company.revenue_goal(session, **{"owner_id": owner.id, **terms}).id


def ended(site, **terms):
    """Add a goal that is over, with what its owner said while it ran."""
    goal_id = make(site, **terms)
    with site.session() as session:
        goal = session.get(Goal, (site.here, goal_id))
        for week in range(5):
            day = date(2026, 7, 10) + timedelta(days=14 * week)
            said = Said("10" if week else "70", "It will not be reached.")
            keeping.add(session, goal, said, by=goal.owner_id, today=day, now=site.now)
        judge(session, END + timedelta(days=1), goal)
    return goal_id


def rows(site, table):
    with site.session() as session:
        return list(session.exec(select(table).where(col(table.workspace_id) == site.here)))


def test_results_say_how_far_the_forecast_could_be_relied_on(site):
    goal_id, visitor = ended(site), site.browser()
    assert "could be relied on" not in plain(visitor.get("/goals/closed"))
    with site.session() as session:
        session.add(
            Evaluation(
                workspace_id=site.here, goal_id=goal_id, version=1, day=END - timedelta(days=10),
                fingerprint="said", status="on_track", judged="on_track", since=END, unit="money",
                raw_chance=0.7, chance=0.7, low_end=Decimal(1), high_end=Decimal(2), final=False,
                evaluated_at=site.now,
            )
        )  # fmt: skip
    text = plain(visitor.get("/goals/closed"))
    assert "How far the forecast could be relied on" in text
    assert "60% to 80% 1 1 0%" in text
    assert "0% of 1 landing range held what came; 80% are meant to." in text


def test_a_goals_page_says_what_its_parts_bring_and_what_is_missing(site):
    top = make(site, name="Whole", target=2800, rollup="sum")
    for name, target in (("North", 1300), ("South", 1000)):
        make(site, name=name, target=target, parent_id=top)
    with site.session() as session:
        judge(session, date(2026, 8, 14))
    text = plain(site.browser().get(f"/goals/{top}"))
    assert "The goal is the sum of its parts, counted at every review." in text
    assert "The parts add up to $2,300 of $2,800: nobody has $500 yet." in text
    assert "50%" in text and "Why it is there" not in text
    tree = plain(site.browser().get("/goals/alignment"))
    assert "the sum of its parts" in tree and "2 parts" in tree


def test_parts_that_are_put_away_or_hidden_are_said(sites):
    top = make(sites, name="Whole", rollup="sum")
    gone = make(sites, name="Gone", parent_id=top)
    make(sites, name="Secret", parent_id=top, visibility="private")
    sites.browser().post(f"/goals/{gone}/archive")
    viewer = sites.browser(sites.add("Vic", "viewer"))
    text = plain(viewer.get(f"/goals/{top}"))
    assert "1 archived part is left out." in text and "Secret" not in text
    assert "1 more part counts that you may not see." in text


def test_late_records_change_no_result_and_are_told_beside_it(site):
    goal_id = make(site, name="Every month", target=9000, every="month",
                   first_day=date(2026, 6, 1), last_day=None)  # fmt: skip
    with site.session() as session:
        judge(session, date(2026, 8, 1))
    text = plain(site.browser().get(f"/goals/{goal_id}"))
    assert "Period by period" in text and "counted today" not in text
    company.win(site.database, site.here, [(date(2026, 7, 30), 700)], owner="Late")
    with site.session() as session:
        refresh.refresh(session)
    text = plain(site.browser().get(f"/goals/{goal_id}"))
    assert text.count("counted today: $") == 1
    assert "A result stays as it was told." in text


def test_the_form_refuses_a_parent_that_does_not_add_up_at_its_field(site):
    top = make(site, name="Whole", rollup="sum")
    visitor = site.browser()
    fields = sent(visitor.get(f"/goals/new?metric=win_rate&target=0.5&parent={top}&name=Rate"))
    answer = visitor.post("/goals/new", 422, **fields)
    assert "they do not add up" in plain(answer.text)
    assert 'href="#parent_id"' in answer.text and 'value="Rate"' in answer.text


def test_a_goal_without_an_end_is_set_through_the_form(site):
    visitor = site.browser()
    fields = sent(visitor.get("/goals/new?metric=revenue&target=900&name=Ever&from=2026-08-10"))
    visitor.post("/goals/new", **{**fields, "every": "month", "to": ""})
    [goal] = [one for one in rows(site, Goal) if one.name == "Ever"]
    with site.session() as session:
        terms = goals.current(session, goal)
        for day in (date(2026, 8, 31), date(2026, 9, 1)):
            judge(session, day)
    assert (terms.first_day, terms.last_day) == (date(2026, 8, 1), date(2026, 8, 31))
    text = plain(visitor.get(f"/goals/{goal.id}"))
    assert "Judged anew every month, without an end" in text
    assert "1 Aug 2026 – 31 Aug 2026" in text


def test_an_ended_goal_is_looked_back_on_and_asked_for_once(sites):
    goal_id = ended(sites, name="Sell more")
    visitor = sites.browser()
    assert "Goals to look back on" in plain(visitor.get("/checkins"))
    page = visitor.get(f"/goals/{goal_id}/retrospective")
    assert "Ended at" in plain(page) and "the target was" in plain(page)
    visitor.post(f"/goals/{goal_id}/retrospective", **{**sent(page), **BACK})
    text = plain(visitor.get(f"/goals/{goal_id}"))
    assert "Call sooner" in text and "Goals to look back on" not in plain(visitor.get("/checkins"))
    closed = plain(visitor.get("/goals/closed"))
    assert "Call sooner" in closed and "Lost (10%)" in closed
    line = visitor.client.get("/goals/closed.csv").get_data(as_text=True)
    assert "Call sooner" in line and "brier" in line


def test_nothing_said_is_told_at_the_field_and_a_goal_that_runs_has_no_form(site):
    goal_id = ended(site, name="Sell more")
    answer = site.browser().post(f"/goals/{goal_id}/retrospective", 422, version="0")
    assert "Answer at least one question." in plain(answer.text)
    running = make(site, name="Runs", last_day=date(2027, 9, 30))
    assert "looked back on when it has ended" in plain(
        site.browser().get(f"/goals/{running}/retrospective")
    )


def test_who_writes_meanwhile_is_not_written_over(site):
    goal_id = ended(site, name="Sell more")
    first, second = site.browser(), site.browser()
    old = sent(second.get(f"/goals/{goal_id}/retrospective"))
    first.post(f"/goals/{goal_id}/retrospective", **{**old, **BACK})
    answer = second.post(
        f"/goals/{goal_id}/retrospective", 409, **{**old, **BACK, "next_time": "Later"}
    )
    assert "Call sooner" in answer.text and "Later" in answer.text
    second.post(f"/goals/{goal_id}/retrospective", **sent(answer.text))
    assert rows(site, Retrospective)[0].next_time == "Later"


def test_how_well_the_end_was_foreseen_is_said_with_enough_check_ins(site):
    text = plain(site.browser().get(f"/goals/{ended(site, name='Sell more')}"))
    assert "Over 5 check-ins the score is 0.11" in text
    with site.session() as session:
        few = company.revenue_goal(session, name="Few")
        judge(session, END + timedelta(days=1), few)
    assert "is said from 4 check-ins on" in plain(site.browser().get(f"/goals/{few.id}"))


def test_goals_are_carried_on_in_one_go_and_taken_back(sites):
    first, second = ended(sites, name="North"), ended(sites, name="South", target=1000)
    with sites.session() as session:
        rule = AlertRule(
            workspace_id=sites.here, name="Tell", kind="status_change", goal_id=first,
            created_at=sites.now, changed_at=sites.now,
        )  # fmt: skip
        session.add(rule)
    visitor = sites.browser()
    page = visitor.get("/goals/roll-over")
    fields = {**sent(page), "pick": [str(first), str(second)], "goal": [str(first), str(second)]}
    asked = {**fields, "way": "change", "percent": "10", "do": "fill"}
    filled = visitor.post("/goals/roll-over", 200, **asked)
    assert sent(filled.text)[f"target-{second}"] == "1,100"
    fields |= {f"target-{second}": "1,250", f"name-{second}": "South again"}
    shown = visitor.post("/goals/roll-over", 200, **fields, do="preview")
    assert "2 goals will be set" in plain(shown.text) and "South again" in shown.text
    assert len(rows(sites, Goal)) == 2
    for _ in range(2):
        visitor.post("/goals/roll-over", **fields, do="save")
    made = {one.continues_id: one for one in rows(sites, Goal) if one.continues_id}
    assert {one.name for one in made.values()} == {"North (Q4 2026)", "South again"}
    with sites.session() as session:
        terms = goals.current(session, made[second])
    assert (terms.target_value, terms.first_day) == (Decimal(1250), date(2026, 10, 1))
    assert made[second].cadence == "fortnightly"
    assert {one.goal_id for one in rows(sites, AlertRule) if one.name == "Tell"} == {
        first, made[first].id,
    }  # fmt: skip
    old = plain(visitor.get(f"/goals/{first}"))
    assert "Goes on as North (Q4 2026)" in old
    assert "Continues North" in plain(visitor.get(f"/goals/{made[first].id}"))
    at = int(made[first].created_at.timestamp() * 1_000_000)
    visitor.post(f"/goals/roll-over/{at}/undo")
    assert all(one.archived_at for one in rows(sites, Goal) if one.continues_id)


def test_what_is_wrong_with_one_goal_keeps_all_from_going_on(site):
    first, second = ended(site, name="North"), ended(site, name="South")
    visitor = site.browser()
    fields = sent(visitor.get(f"/goals/roll-over?goal={first}&goal={second}"))
    both = {"pick": [str(first), str(second)], "goal": [str(first), str(second)]}
    wrong = {
        f"target-{second}": "much",
        f"from-{first}": "1 Jan 2027",
        f"to-{first}": "31 Dec 2026",
    }
    answer = visitor.post("/goals/roll-over", 422, **{**fields, **both, **wrong}, do="save")
    assert 'value="much"' in answer.text and f'href="#target-{second}"' in answer.text
    wrong[f"target-{second}"] = "500"
    answer = visitor.post("/goals/roll-over", 422, **{**fields, **both, **wrong}, do="save")
    assert "The last day is before the first." in plain(answer.text)
    assert len(rows(site, Goal)) == 2


@pytest.mark.parametrize("path", ["/goals/roll-over", "/goals/closed"])
def test_a_workspace_without_ended_goals_says_what_will_stand_here(bare_site, path):
    assert "stand here" in plain(bare_site.browser().get(path))


def test_a_last_word_that_the_chance_speaks_against_is_flagged(site):
    goal_id = make(site, name="Sell more", target=99_000)
    with site.session() as session:
        goal = session.get(Goal, (site.here, goal_id))
        [seen] = judge(session, date(2026, 8, 14), goal)
        seen.evaluation.chance = 0.1
        session.add(seen.evaluation)
        keeping.add(
            session, goal, Said("90", "All is well."), by=goal.owner_id,
            today=date(2026, 8, 14), now=site.now,
        )  # fmt: skip
    text = plain(site.browser().get(f"/goals/{goal_id}"))
    assert "Last said: Sure (90%). The chance today: 10%." in text
