"""The start page."""

from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import col, select

from goals.alerts import review
from goals.records.connections import Connection
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.workspace import Team
from tests.support import company
from tests.support.site import NOW, plain

TODAY = date(2026, 8, 14)


def judged(site, **terms):
    """Add a goal and judge it on two days, so that its status holds."""
    with site.session() as session:
        goal = company.revenue_goal(session, **terms)
        for back in (1, 0):
            now = site.now - timedelta(days=back)
            review.review(session, now=now, today=TODAY - timedelta(days=back), only=[goal])
        return goal.id


def many(site, count, status="off_track"):
    """Put goals with an evaluation straight into the database."""
    with site.session() as session:
        ids = []
        for number in range(count):
            goal = Goal(
                workspace_id=site.here,
                name=f"Goal {number}",
                metric="revenue",
                kind="cumulative",
                direction="up",
                created_at=site.now,
            )
            session.add(goal)
            session.flush()
            session.add(
                GoalVersion(
                    workspace_id=site.here,
                    goal_id=goal.id,
                    version=1,
                    target_kind="target",
                    target_input=Decimal(1000),
                    target_value=Decimal(1000),
                    first_day=date(2026, 7, 1),
                    last_day=date(2026, 9, 30),
                    changed_at=site.now,
                )
            )
            seen = Evaluation(
                workspace_id=site.here,
                goal_id=goal.id,
                version=1,
                day=TODAY,
                fingerprint="f",
                status=status,
                judged=status,
                since=TODAY - timedelta(days=number),
                actual=Decimal(200),
                expected=Decimal(489),
                share=0.2,
                expected_share=0.489,
                pace=0.41,
                unit="money",
                currency="USD",
                reason={"id": "Reason %(n)s", "params": {"n": number}},
                curve={"actual": [[0.1, 10.0], [0.5, 200.0]], "plan": [[0, 0], [1, 1000]]},
                evaluated_at=site.now,
            )
            session.add(seen)
            session.flush()
            goal.evaluation_id = seen.id
            session.add(goal)
            ids.append(goal.id)
        return ids


def test_the_headline_counts_the_goals_that_need_somebody(site):
    judged(site, target=9200, name="Too much")
    judged(site, target=100, name="Little")
    text = plain(site.browser().get("/"))
    assert text.startswith("1 of 2 goals needs you 1 is off track.")
    needs, _, others = text.partition("The other goals")
    assert "Too much" in needs and "Little" in others


def test_a_row_says_now_plan_target_chance_and_likely_end(site):
    judged(site, target=9200, name="Too much")
    text = plain(site.browser().get("/"))
    assert "Off track since 13 Aug" in text
    assert "Now $1.4k Plan today $4.5k Target $9.2k" in text
    assert "$1,400, the plan expects $4,500 by now. Now" in text
    assert "Chance 1%" in text and "likely end $2." in text


def test_the_cells_filter_the_goals_and_can_be_left_again(site):
    judged(site, target=9200, name="Too much")
    judged(site, target=100, name="Little")
    html = site.browser().get("/?status=on_track")
    assert "Little" in html and "Too much" not in html
    assert 'href="/" aria-current=true' in html or 'href="/?" aria-current=true' in html


def test_cells_add_up_to_all_goals(site):
    from app.web import home_facts
    from goals.tracking.evaluation import STATUSES

    assert sorted(one for held in home_facts.GROUPS.values() for one in held) == sorted(STATUSES)


def test_a_team_narrows_the_page_and_stays_in_the_address(site):
    with site.session() as session:
        north = Team(workspace_id=site.here, name="North")
        south = Team(workspace_id=site.here, name="South")
        session.add_all([north, south])
        session.flush()
        ids = north.id, south.id
    judged(site, target=9200, name="For the north", team_id=ids[0])
    judged(site, target=9200, name="For the south", team_id=ids[1])
    html = site.browser().get(f"/?team={ids[0]}")
    assert plain(html).startswith("1 of 1 goals needs you")
    assert "For the south" not in html
    assert f"/?status=off_track&amp;team={ids[0]}" in html


def test_goals_that_ended_long_ago_are_not_counted(site):
    judged(site, target=9200, name="Old news")
    with site.session() as session:
        review.review(session, now=site.now + timedelta(days=60), today=date(2026, 10, 13))
    site.now += timedelta(days=80)
    text = plain(site.browser().get("/"))
    assert text.startswith("No goal is under way")
    assert "Last results" in text and "Old news" in text and "Missed" in text


def test_the_stamp_says_how_far_the_data_go(site):
    judged(site, target=100)
    assert "Data to 24 Nov 2026 03:00, UTC" in plain(site.browser().get("/"))


def test_every_page_says_when_the_sources_have_fallen_silent_since_the_review(site):
    goal = judged(site, target=9200, name="Sell more")
    with site.session() as session:
        source = company.connection_of(session, site.here)
        source.interval, source.last_success_at, source.newest_on = 15, site.now, None
        session.add(source)
    pages = ("/", "/goals", f"/goals/{goal}", "/ask?q=status+of+sell+more", "/slack?q=goals")
    visitor = site.browser()
    for path in pages:
        assert "stale." not in plain(visitor.get(path))
    for hours in (30, 31):
        site.now = NOW + timedelta(hours=hours)
        visitor = site.browser()
        for path in pages:
            assert f"Last synced {hours} hours ago: stale." in plain(visitor.get(path)), path


def test_a_source_that_must_be_connected_again_is_the_first_next_step(site):
    judged(site, target=100)
    visitor = site.browser()
    assert "Reconnect" not in visitor.get("/")
    with site.session() as session:
        source = session.exec(
            select(Connection).where(col(Connection.workspace_id) == site.here)
        ).one()
        source.needs_reconnect = True
        session.add(source)
    assert "Next steps Reconnect Files" in plain(visitor.get("/"))


def test_an_empty_workspace_gets_one_way_to_begin(bare_site):
    html = bare_site.browser().get("/")
    text = plain(html)
    assert text.startswith("Set your first goal")
    assert "0 of 4 done" in text and "Example, not your data" in text
    assert html.count("btn-primary") == 1


def test_a_viewer_is_not_offered_what_would_be_refused(bare_site):
    email = bare_site.add("Vic", "viewer")
    html = bare_site.browser(email).get("/")
    assert "/goals/new" not in html and "No goals yet" in html


def test_private_goals_stay_private(site):
    judged(site, target=100, name="Secret", visibility="private")
    judged(site, target=100, name="Open")
    html = site.browser(site.add("Vic", "viewer")).get("/")
    assert "Open" in html and "Secret" not in html


def test_any_number_of_goals_costs_three_statements(sites):
    many(sites, 3)
    visitor = sites.browser()
    visitor.get("/")
    many(sites, 47)
    with sites.counted() as seen:
        visitor.get("/")
    assert len(seen) <= 3, seen


def test_rows_are_drawn_once_for_an_evaluation_and_a_reader(site):
    many(site, 50)
    visitor = site.browser()
    visitor.get("/")
    kept = site.app.extensions["headway_rows"]
    assert len(kept) == 50
    visitor.get("/")
    assert len(kept) == 50


def test_an_unchanged_page_is_not_drawn_again(site):
    many(site, 5)
    visitor = site.browser()
    first = visitor.get("/")
    pages = site.app.extensions["headway_home"]
    assert len(pages) == 1
    assert plain(visitor.get("/")) == plain(first)
    assert len(pages) == 1


def test_a_new_name_or_language_shows_at_once(site):
    [goal_id] = many(site, 1)
    visitor = site.browser()
    assert "Goal 0" in visitor.get("/")
    with site.session() as session:
        goal = session.exec(
            select(Goal).where(col(Goal.workspace_id) == site.here, col(Goal.id) == goal_id)
        ).one()
        goal.name = "Another name"
        session.add(goal)
    assert "Another name" in visitor.get("/")
