"""The list of goals and a goal's page."""

import threading
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import col, select

from app.accounts import workspaces
from app.due import Due
from goals import workspace
from goals.alerts import review
from goals.metrics import refresh
from goals.table import hold
from goals.tracking import goals
from goals.tracking.drafts import Origin
from goals.tracking.goal import Goal, Objective
from tests.support import company
from tests.support.site import plain

TODAY = date(2026, 8, 14)


def judged(site, days=2, **terms):
    """Add a goal and judge it on the last days."""
    with site.session() as session:
        goal = company.revenue_goal(session, **terms)
        for back in range(days - 1, -1, -1):
            now = site.now - timedelta(days=back)
            review.review(session, now=now, today=TODAY - timedelta(days=back), only=[goal])
        return goal.id


def held(site, goal_id):
    with site.session() as session:
        statement = select(Goal).where(col(Goal.workspace_id) == site.here, col(Goal.id) == goal_id)
        return session.exec(statement).one()


def test_goals_stand_under_their_objectives_with_part_goals_below(site):
    with site.session() as session:
        grow = Objective(workspace_id=site.here, name="Grow", created_at=site.now)
        session.add(grow)
        session.flush()
        objective_id = grow.id
    top = judged(site, name="Whole", objective_id=objective_id)
    judged(site, name="Alone")
    judged(site, name="Part", objective_id=objective_id, parent_id=top)
    html = site.browser().get("/goals")
    text = plain(html)
    assert text.startswith("3 goals under 1 objective")
    assert text.index("Grow") < text.index("Whole") < text.index("Part") < text.index("Alone")
    assert "Under no objective" in text
    assert html.count("class=kid") == 1


def test_every_status_is_a_filter_even_at_zero(site):
    judged(site, target=9200, name="Too much")
    text = plain(site.browser().get("/goals"))
    for pick in ("All 1", "Off track 1", "At risk 0", "Source broken 0", "Stale 0", "Ahead 0"):
        assert pick in text
    html = site.browser().get("/goals?status=at_risk")
    assert "No goal under way fits this filter." in html and "Too much" not in html


def test_words_owner_and_team_narrow_the_list(site):
    judged(site, name="Sell pumps")
    judged(site, name="Sell valves")
    html = site.browser().get("/goals?q=PUMP")
    assert "Sell pumps" in html and "Sell valves" not in html
    assert "Sell pumps" not in site.browser().get("/goals?owner=7")


def test_closed_goals_stand_apart_with_their_results(site):
    judged(site, target=9200, name="Missed it")
    with site.session() as session:
        review.review(session, now=site.now + timedelta(days=60), today=date(2026, 10, 13))
    html = site.browser().get("/goals")
    text = plain(html)
    running, _, closed = text.partition("Closed 1 missed.")
    assert "Missed it" in closed and "Roll over to the next period" in closed
    assert "Missed it" not in plain(site.browser().get("/goals?window=running"))


def test_a_goal_outside_the_strategy_says_so(site):
    judged(site)
    assert "Not in the strategy yet" in site.browser().get("/goals")


def test_the_list_as_a_file_holds_unrounded_numbers_and_no_formulas(site):
    judged(site, name="=HYPERLINK(1)", target=9200)
    answer = site.browser().client.get("/goals.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    text = answer.get_data(as_text=True)
    assert "'=HYPERLINK(1)" in text and ",1400," in text


def test_an_empty_list_says_what_will_be_there(bare_site):
    text = plain(bare_site.browser().get("/goals"))
    assert text.startswith("No goals yet") and "Set a goal" in text


def test_a_goal_page_says_status_reason_and_key_figures(site):
    goal_id = judged(site, target=9200, name="Too much")
    text = plain(site.browser().get(f"/goals/{goal_id}"))
    assert "Too much" in text
    assert "Off track $1,400, the plan expects $4,500 by now. Chance to reach $9,200: 1%;" in text
    assert "Now $1.4k 15% of the way" in text
    assert "Plan today $4.5k $3.1k behind" in text
    assert "Chance 1% likely end $2." in text
    assert "weeks of its own past" in text
    assert "Target $9.2k by 30 Sep 2026" in text
    assert "Needed a day $165.96 for 47 days" in text


def test_the_chart_comes_in_three_widths_with_table_and_file(site):
    goal_id = judged(site, target=9200)
    html = site.browser().get(f"/goals/{goal_id}")
    for width in ("w-wide", "w-mid", "w-narrow"):
        assert f'<svg class="{width}"' in html
    table = plain(html.partition('id="as-table"')[2].join(["<main>", "</main>"]))
    assert "14 Aug 2026 $1,400 $4,500 −$3,100" in table
    lines = site.browser().client.get(f"/goals/{goal_id}.csv").get_data(as_text=True).splitlines()
    assert len(lines) == 1 + 92
    assert lines[45].startswith("2026-08-14,1400,4500")


def test_the_receipt_line_leads_to_the_records(site):
    goal_id = judged(site, target=9200)
    visitor = site.browser()
    html = visitor.get(f"/goals/{goal_id}")
    receipt = html.partition('href="/receipts/')[2].partition('"')[0]
    text = plain(visitor.get(f"/receipts/{receipt}"))
    assert text.partition(" ")[2].startswith("14 deals make $1.4k") or "14 deals make" in text
    assert "the same to the last digit" in text


def test_a_seasonal_plan_without_a_past_says_why_it_is_linear(bare_site):
    with bare_site.session() as session:
        session.add(_source(bare_site))
    goal_id = judged(bare_site, plan="seasonal", target=9200)
    text = plain(bare_site.browser().get(f"/goals/{goal_id}"))
    assert "Linear. A seasonal plan was asked for, but there is no whole comparable period" in text


def _source(site):
    from goals.records.connections import Connection

    return Connection(
        workspace_id=site.here, name="Files", provider="file", interval=None,
        records=["deal"], created_at=site.now,
    )  # fmt: skip


def test_the_origin_shows_the_sentence_that_asked_for_the_goal(site):
    origin = Origin("business", "goals", "a", 3, "We want to sell twice as much.")
    goal_id = judged(site, origin=origin)
    assert "We want to sell twice as much." in site.browser().get(f"/goals/{goal_id}")


def test_findings_of_the_coach_stay_visible(site):
    goal_id = judged(site, target=9200)
    text = plain(site.browser().get(f"/goals/{goal_id}"))
    assert "How SMART it is" in text and "smart-S2" in text


def test_a_goal_of_others_that_one_may_not_see_is_not_there(site):
    goal_id = judged(site, visibility="private")
    visitor = site.browser(site.add("Vic", "viewer"))
    visitor.get(f"/goals/{goal_id}", status=404)
    visitor.get(f"/goals/{goal_id}.csv", status=404)


def test_pages_open_on_both_databases(sites):
    goal_id = judged(sites, target=9200)
    visitor = sites.browser()
    for path in ("", ".csv", "/edit"):
        assert visitor.client.get(f"/goals/{goal_id}{path}").status_code == 200
    for path in ("/goals", "/goals.csv", "/goals/new", "/goals/new?preset=sell", "/metric"):
        visitor.get(path)
    for path in ("/settings", "/settings/members", "/metric/win_rate?by=owner"):
        visitor.get(path)


def test_archiving_can_be_undone(site):
    goal_id = judged(site, name="Put me away")
    visitor = site.browser()
    visitor.post(f"/goals/{goal_id}/archive")
    html = visitor.get("/goals")
    assert f'action="/goals/{goal_id}/restore"' in html and "is archived." in html
    assert held(site, goal_id).archived_at is not None
    visitor.post(f"/goals/{goal_id}/restore")
    assert held(site, goal_id).archived_at is None
    assert "Put me away" in visitor.get("/goals")


def test_a_viewer_may_not_archive(site):
    goal_id = judged(site)
    visitor = site.browser(site.add("Vic", "viewer"))
    visitor.post(f"/goals/{goal_id}/archive", status=403)
    assert held(site, goal_id).archived_at is None


def test_a_goal_that_was_never_reviewed_says_so(site):
    with site.session() as session:
        goal_id = company.revenue_goal(session).id
    text = plain(site.browser().get(f"/goals/{goal_id}"))
    assert "No data Not reviewed yet. The first review comes with the next sync." in text


def test_changed_terms_stand_in_the_ledger_and_on_the_chart(site):
    goal_id = judged(site, target=9200)
    site.browser().post(
        f"/goals/{goal_id}/edit",
        **terms(amount="8000", reason="The distributor left", version="1"),
    )
    html = site.browser().get(f"/goals/{goal_id}")
    text = plain(html)
    assert "Target from $9,200 to $8,000" in text
    assert "Reason: The distributor left" in text
    assert "first $9.2k" in text
    assert 'class="mark"' in html
    with site.session() as session:
        goal = session.exec(
            select(Goal).where(col(Goal.workspace_id) == site.here, col(Goal.id) == goal_id)
        ).one()
        assert goals.current(session, goal).target_value == Decimal(8000)
        # What was said of the old target stands there no longer than it takes to judge anew.
        due = select(Due.due_at).where(
            col(Due.workspace_id) == site.here, col(Due.task) == "review"
        )
        assert session.exec(due).one() <= site.now
    assert "The goal was changed since this was said." in text
    with site.session() as session:
        review.review(session, now=site.now, today=site.now.date())
    assert "changed since this was said" not in plain(site.browser().get(f"/goals/{goal_id}"))


def terms(**changed):
    """Return the fields of the form for the goal as it was added."""
    return {
        "name": "Sell more",
        "change": "target",
        "amount": "9200",
        "first": "2026-07-01",
        "last": "2026-09-30",
        "plan": "linear",
        "visibility": "workspace",
        "version": "1",
        **changed,
    }


def test_new_terms_need_a_reason(site):
    goal_id = judged(site, target=9200)
    answer = site.browser().post(f"/goals/{goal_id}/edit", status=422, **terms(amount="8000"))
    assert "Say why the target changes." in answer.text and 'value="8000"' in answer.text
    assert "Target from" not in plain(site.browser().get(f"/goals/{goal_id}"))


def test_words_and_people_change_without_a_reason(site):
    goal_id = judged(site, target=9200)
    site.browser().post(f"/goals/{goal_id}/edit", **terms(name="Sell much more", why="Cash"))
    goal = held(site, goal_id)
    assert (goal.name, goal.why, goal.version) == ("Sell much more", "Cash", 1)


def test_in_another_currency_a_new_target_is_asked_for(site):
    goal_id = judged(site, target=9200)
    rebase(site, "THB")
    page = f"/goals/{goal_id}/edit"
    assert 'value="9,200"' not in site.browser().get(page)
    answer = site.browser().post(page, status=422, **terms(amount="", name="Sell much more"))
    assert "Say the number to reach." in answer.text
    site.browser().post(page, **terms(amount="300000", reason="Counted in baht"))
    text = plain(site.browser().get(f"/goals/{goal_id}"))
    assert "Target from $9,200 to ฿300,000" in text
    assert "first $9.2k" in text


def rebase(site, currency):
    with site.session() as session:
        here = workspace.of(session)
        workspaces.apply(here, currency=currency)
        session.add(here)
        session.flush()
        refresh.rebuild(session)


def test_a_change_over_the_head_of_another_is_refused(site):
    goal_id = judged(site, target=9200)
    site.browser().post(f"/goals/{goal_id}/edit", **terms(amount="8000", reason="First"))
    answer = site.browser().post(
        f"/goals/{goal_id}/edit", status=422, **terms(amount="7000", reason="Second")
    )
    assert "Somebody changed this goal while you had it open." in answer.text


def test_two_changes_at_the_same_moment_come_one_after_the_other(site):
    goal_id, visitor, answers = judged(site, target=9200), site.browser(), []
    sent = terms(amount="7000", reason="Second")
    second = threading.Thread(
        target=lambda: answers.append(visitor.post(f"/goals/{goal_id}/edit", status=422, **sent))
    )
    with site.session() as session:
        goal = goals.find(session, str(goal_id))
        hold(session, goal)
        second.start()
        second.join(0.5)
        goal.version = 2
        session.add(goal)
    second.join(30)
    assert "Somebody changed this goal while you had it open." in answers[0].text


def test_a_goal_that_is_archived_twice_is_archived_once(site):
    with site.session() as session:
        goal = company.revenue_goal(session, name="Sell more").id
    visitor = site.browser()
    for _click in range(2):
        visitor.post(f"/goals/{goal}/archive")
    assert "“Sell more” is archived." in visitor.get("/goals")
