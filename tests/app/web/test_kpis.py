"""KPIs: chosen by what should improve, too many of them told, idle ones listed and archived."""

import re
from datetime import date
from decimal import Decimal

from sqlmodel import col, select

from goals.tracking.goal import Goal, GoalVersion
from integrations.files import by_hand
from integrations.files.by_hand import Entry
from tests.support import company
from tests.support.site import owner_of, plain


def followed(site, metrics):
    with site.session() as session:
        owner = owner_of(session, site.here).id
        for name in metrics:
            company.revenue_goal(session, name=f"Goal on {name}", metric=name, kind="level",
                                 baseline=Decimal(1), owner_id=owner)  # fmt: skip


SEVEN = "nps csat headcount cac cpl open_cases demos".split()


def test_a_number_is_chosen_by_what_should_improve_with_the_data_it_needs(site):
    html = site.browser().get("/goals/new")
    text = plain(html)
    assert "Serve customers better 0 of 5 with data" in text
    assert "Net promoter score needs survey answers, or readings by hand" in text
    assert 'href="/goals/new?metric=nps"' in html
    assert "can be steered by" not in text


def test_more_than_seven_numbers_are_told(site):
    followed(site, SEVEN)
    assert "can be steered by" not in plain(site.browser().get("/goals/new"))
    followed(site, ["web_traffic"])
    assert "You follow 8 numbers already; about 7" in plain(site.browser().get("/goals/new"))
    assert "More than 7: keep those" in plain(site.browser().get("/goals/kpis"))


def test_a_goal_about_which_nothing_was_decided_for_long_is_idle_and_can_be_archived(site):
    with site.session() as session:
        goal = company.revenue_goal(session, name="Asleep", first_day=date(2026, 1, 1),
                                    last_day=date(2026, 12, 31))  # fmt: skip
        terms = session.exec(
            select(GoalVersion).where(
                col(GoalVersion.workspace_id) == site.here, col(GoalVersion.goal_id) == goal.id
            )
        ).one()
        terms.changed_at = site.now.replace(month=1)
        session.add(terms)
        goal_id = goal.id
    company_goal = "Fresh"
    with site.session() as session:
        company.revenue_goal(session, name=company_goal)
    visitor = site.browser()
    text = plain(visitor.get("/goals/kpis"))
    assert text.count("Asleep") == 2 and company_goal not in text
    visitor.post(f"/goals/{goal_id}/archive", 303)
    with site.session() as session:
        found = session.exec(
            select(Goal).where(col(Goal.workspace_id) == site.here, col(Goal.id) == goal_id)
        ).one()
        assert found.archived_at is not None
    assert "No KPI is idle" in visitor.get("/goals/kpis")


def test_a_number_kept_by_hand_without_a_goal_is_idle_until_it_has_one(sites):
    site = sites
    with site.session() as session:
        by_hand.enter(session, "headcount", [Entry(date(2026, 8, 1), Decimal(41), "HR")],
                      by=None, now=site.now)  # fmt: skip
    assert "no goal under way uses it" in plain(site.browser().get("/goals/kpis"))
    followed(site, ["headcount"])
    assert "No KPI is idle" in plain(site.browser().get("/goals/kpis"))


def test_a_viewer_sees_the_list_and_archives_nothing(site):
    html = site.browser(site.add("Vic", "viewer")).get("/goals/kpis")
    assert "Archive" not in html and "Choose a KPI" not in html


def test_a_kpi_of_the_strategy_without_a_goal_leads_to_its_row(site):
    visitor = site.browser()
    place = visitor.post("/strategy/team_goals/kpis/add").location
    visitor.post(place.partition("?")[0] + "?" + place.partition("?")[2].partition("#")[0],
                 name="Calls a week", version="0")  # fmt: skip
    html = visitor.get("/goals/kpis")
    assert "It stands in the strategy and shows no team goal." in plain(html)
    [link] = set(re.findall(r'href="(/strategy/team_goals/kpis[^"]+)"', html))
    assert "Calls a week" in visitor.get(link.replace("&amp;", "&"))


def counted_by_hand(site, *days):
    with site.session() as session:
        by_hand.enter(session, "headcount", [Entry(day, Decimal(41), "HR") for day in days],
                      by=None, now=site.now)  # fmt: skip


def test_an_idle_number_kept_by_hand_is_archived_and_brought_back(sites):
    site = sites
    counted_by_hand(site, date(2026, 7, 1), date(2026, 8, 1))
    visitor = site.browser()
    assert 'action="/data/readings/headcount/archive"' in visitor.get("/goals/kpis")
    place = visitor.post("/data/readings/headcount/archive").location
    html = visitor.get(place)
    assert "“Headcount” is archived." in html and "1 archived number" in plain(html)
    assert 'action="/data/readings/headcount/restore"' in html
    assert "No KPI is idle" in plain(html)
    text = plain(visitor.get("/data/readings"))
    assert "Numbers with readings" not in text
    assert "1 archived number Headcount 2 readings, the newest of 1 Aug 2026" in text
    text = plain(visitor.get("/data/readings/headcount"))
    assert "This number is archived" in text and text.count("HR") == 2
    visitor.post("/data/readings/headcount/restore")
    assert "no goal under way uses it" in plain(visitor.get("/goals/kpis"))
    text = plain(visitor.get("/data/readings"))
    assert "Numbers with readings" in text and "archived" not in text


def test_a_new_reading_brings_an_archived_number_back(site):
    counted_by_hand(site, date(2026, 7, 1))
    visitor = site.browser()
    visitor.post("/data/readings/headcount/archive")
    sent = {"seen-0": "", "day-0": "1 Aug 2026", "value-0": "42", "evidence-0": "HR"}
    visitor.post("/data/readings/headcount", **sent)
    assert "This number is archived" not in plain(visitor.get("/data/readings/headcount"))


def test_a_number_that_a_goal_lives_on_is_not_archived(site):
    counted_by_hand(site, date(2026, 8, 1))
    followed(site, ["headcount"])
    answer = site.browser().post("/data/readings/headcount/archive", status=409)
    assert "A goal under way uses this number. Archive the goal first." in plain(answer.text)
    assert "archived" not in plain(site.browser().get("/data/readings"))


def test_archiving_a_number_twice_and_one_without_readings_does_no_harm(site):
    counted_by_hand(site, date(2026, 8, 1))
    visitor = site.browser()
    for _time in range(2):
        visitor.post("/data/readings/headcount/archive")
    visitor.post("/data/readings/nps/archive")
    visitor.post("/data/readings/nothing/archive", status=404)
    visitor.post("/data/readings/headcount/restore")
    assert "archived number" not in plain(visitor.get("/data/readings"))


def test_who_may_only_read_archives_nothing(site):
    counted_by_hand(site, date(2026, 8, 1))
    site.add("Vi", "viewer")
    reader = site.browser("vi@acme.example")
    assert "/archive" not in reader.get("/goals/kpis")
    reader.post("/data/readings/headcount/archive", status=403)
    reader.post("/data/readings/headcount/restore", status=403)
