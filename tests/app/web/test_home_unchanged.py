"""An unchanged start page is answered from what was read before, and no change is ever missed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from app.accounts import people, sign_in
from app.db import Database
from goals.alerts import review
from goals.records.connections import Connection
from goals.tracking.goal import Goal, GoalVersion
from goals.workspace import Person, Team, Workspace
from tests.app.web.test_home import TODAY, judged
from tests.support import company
from tests.support.site import plain

#: Other tests write to the same server meanwhile.
TRIES = 30


@pytest.fixture
def known(sites):
    """Lend a site whose start page somebody has looked at more than once."""
    judged(sites, target=9200, name="Too much")
    sites.visitor = sites.browser(sites.add("Ed", "editor"))
    for _ in range(3):
        sites.visitor.get("/")
    return sites


def one(session, kind):
    here = col(kind.workspace_id) == session.info["workspace_id"]
    return session.exec(select(kind).where(here)).first()


def ed(site):
    with site.session() as session:
        return people.with_email(session, "ed@acme.example")


def evaluation(site, session):
    terms = one(session, GoalVersion)
    terms.target_value = Decimal(100)
    session.add(terms)
    session.flush()
    goals = [one(session, Goal)]
    for days in (1, 2):
        now = site.now + timedelta(days=days)
        review.review(session, now=now, today=TODAY + timedelta(days=days), only=goals)


def name_of_a_goal(site, session):
    one(session, Goal).name = "Much too much"


def team_of_another(site, session):
    team = Team(workspace_id=site.here, name="North")
    session.add(team)
    session.flush()
    one(session, Goal).team_id = team.id


def source_to_reconnect(site, session):
    company.connection_of(session, site.here).needs_reconnect = True


def sync(site, session):
    one(session, Connection).last_success_at = site.now - timedelta(days=3)


def new_goal(site, session):
    company.revenue_goal(session, name="One more", target=5)


CHANGES = {
    evaluation: "Your goal needs nothing today",
    name_of_a_goal: "Much too much",
    team_of_another: "North",
    source_to_reconnect: "Next steps Reconnect Files",
    sync: "Data to 11 Aug 2026",
    new_goal: "One more",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_another_process_commits_shows_in_the_next_answer(known, change):
    assert CHANGES[change] not in plain(known.visitor.get("/"))
    other = Database(known.wiring.settings.database)
    with other.session(known.here) as session:
        change(known, session)
    other.dispose()
    assert CHANGES[change] in plain(known.visitor.get("/"))


def test_what_is_undone_never_shows(known):
    with pytest.raises(ZeroDivisionError), known.session() as session:
        name_of_a_goal(known, session)
        session.flush()
        assert "Much too much" not in known.visitor.get("/")
        raise ZeroDivisionError
    assert "Much too much" not in known.visitor.get("/")


def test_an_unchanged_page_asks_for_nothing_but_whether_it_is(known):
    sent = []
    for _ in range(TRIES):
        with known.counted() as seen:
            known.visitor.get("/")
        sent.append(len(seen))
    assert 0 in sent


def test_whose_sign_in_was_ended_elsewhere_gets_no_page(known):
    with known.database.system() as session:
        sign_in.end_all(session, ed(known).person_id, known.now)
    known.visitor.get("/", status=303)


def test_whose_sign_in_rested_too_long_gets_no_page(known):
    known.now += timedelta(hours=13)
    known.visitor.get("/", status=303)


def test_a_sign_in_that_is_used_for_an_unchanged_page_lasts(known):
    for _ in range(4):
        known.now += timedelta(hours=5)
        known.visitor.get("/")


def test_who_is_shut_out_gets_no_page(known):
    with known.database.system() as session:
        person = session.get(Person, ed(known).person_id)
        person.disabled_at = known.now
        session.add(person)
    known.visitor.get("/", status=303)


def test_a_new_role_or_language_shows_in_the_next_answer(known):
    with known.session() as session:
        people.change(
            session, people.with_email(session, "ed@acme.example"), role="viewer", team_id=None
        )
    assert "New goal" not in known.visitor.get("/")
    with known.database.system() as session:
        person = session.get(Person, ed(known).person_id)
        person.locale = "th"
        session.add(person)
    assert '<html lang="th"' in known.visitor.get("/")


def test_a_goal_that_became_private_is_gone_for_others(known):
    with known.session() as session:
        one(session, Goal).visibility = "private"
    assert "Too much" not in known.visitor.get("/")
    assert "Too much" in known.browser().get("/")


def test_the_next_local_day_makes_the_page_anew(known):
    assert "1 new this week" in plain(known.visitor.get("/"))
    with known.database.system() as session:
        workspace = session.get(Workspace, known.here)
        workspace.zone = "Asia/Bangkok"
        session.add(workspace)
    visitor = known.visitor
    shown = []
    for hours in (0, 9 * 24):
        known.now += timedelta(hours=hours)
        visitor = known.browser("ed@acme.example")
        visitor.get("/")
        shown.append("1 new this week" in plain(visitor.get("/")))
    assert shown == [True, False]
