"""Goals on the page of file import, as a workbook to keep, and an import of them undone."""

import io

import pytest
from sqlmodel import col, select

from goals.records.connections import SyncRun
from goals.tracking import goals
from goals.tracking.goal import Goal
from integrations.files import reading
from integrations.files.goals.exporting import COLUMNS
from tests.support import company
from tests.support.forms import sent
from tests.support.site import plain

HEAD = "name,metric,kind,direction,target,from,to,owner,why,reason"
ROW = "Grow,revenue,cumulative,up,900,2026-07-01,2026-09-30,owner@acme.example,,"


def upload(visitor, text, status=303):
    file = (io.BytesIO(text.encode()), "goals.csv")
    answer = visitor.post("/data/import", status, record="goal", file=file)
    return answer.headers.get("Location")


def bring(visitor, text):
    """Import a file of goals as a person does."""
    place = upload(visitor, text)
    visitor.post(place, **sent(visitor.get(place)), then="import")


def undo(site, visitor):
    """Undo the last import, and return the page that says what became of it."""
    with site.session() as session:
        here = col(SyncRun.workspace_id) == site.here
        run = session.exec(select(SyncRun).where(here).order_by(col(SyncRun.id).desc())).first()
        place = f"/data/imports/{run.id}/undo"
    visitor.post(place)
    return visitor.get("/data")


def named(site, name):
    """Return a goal and its versions, None if it is not shown."""
    with site.session() as session:
        statement = select(Goal).where(
            col(Goal.workspace_id) == site.here,
            col(Goal.name) == name,
            col(Goal.archived_at).is_(None),
        )
        goal = session.exec(statement).first()
        return goal and (goal, goals.versions(session, goal))


def exported(visitor):
    """Return the names of the goals in the workbook."""
    answer = visitor.client.get("/goals.xlsx")
    sheet = reading.open_sheet(io.BytesIO(answer.data), {})
    assert tuple(sheet.header) == COLUMNS
    return [line.cells[1] for line in sheet.rows()]


def test_goals_are_looked_at_and_imported_like_records(site):
    visitor = site.browser()
    assert '<option value="goal">Goals</option>' in visitor.get("/data/import")
    place = upload(visitor, f"{HEAD}\n{ROW}\n{ROW.replace('Grow', 'Odd').replace('900', 'x')}\n")
    page = visitor.get(place)
    text = plain(page)
    assert "1 new, 0 changed, 0 unchanged, 1 left out" in text
    assert "What is in the way" in text and "target" in text
    assert "Owner's e-mail" in text
    assert named(site, "Grow") is None
    visitor.post(place, **sent(page), then="import")
    goal, [version] = named(site, "Grow")
    assert (version.target_value, version.changed_by) == (900, goal.created_by)
    assert goal.created_by is not None and named(site, "Odd") is None


def test_who_may_not_set_goals_may_not_import_them(site):
    visitor = site.browser(site.add("Vic", "viewer"))
    upload(visitor, f"{HEAD}\n{ROW}\n", 403)


def test_a_plan_on_the_machine_of_the_web_process_is_not_read(site):
    visitor = site.browser()
    place = upload(visitor, f"{HEAD},plan\n{ROW},/etc/secrets.csv\n")
    assert "A file on your computer cannot be read from here." in plain(visitor.get(place))


def test_an_import_of_goals_is_undone(site):
    visitor = site.browser()
    bring(visitor, f"{HEAD}\n{ROW}\n")
    assert "1 removed, 0 given back, 0 kept" in undo(site, visitor)
    assert named(site, "Grow") is None
    bring(visitor, f"{HEAD}\n{ROW}\n")
    assert named(site, "Grow") is not None


def test_goals_that_an_import_changed_get_their_terms_back_and_the_history_stays(site):
    visitor = site.browser()
    bring(visitor, f"{HEAD}\n{ROW}\n")
    other = ROW.replace("900", "950").removesuffix(",,")
    bring(visitor, f"{HEAD}\n{other},Because,A new shop\n")
    assert "0 removed, 1 given back, 0 kept" in undo(site, visitor)
    goal, versions = named(site, "Grow")
    assert [one.target_value for one in versions] == [900, 950, 900]
    assert (goal.why, versions[-1].reason) == (None, "The import was undone.")


def test_goals_that_were_changed_since_are_kept_when_an_import_is_undone(site):
    visitor = site.browser()
    bring(visitor, f"{HEAD}\n{ROW}\n{ROW.replace('Grow', 'Other')}\n")
    with site.session() as session:
        goal = goals.find(session, "Grow")
        goal.why = "Said on the page"
        session.add(goal)
    assert "1 removed, 0 given back, 1 kept" in undo(site, visitor)
    assert named(site, "Grow") is not None and named(site, "Other") is None


@pytest.fixture
def private(site):
    """A goal of the owner that nobody else sees, and an editor."""
    with site.session() as session:
        company.revenue_goal(session, name="Secret", visibility="private")
        company.revenue_goal(session, name="Open")
    return site.browser(site.add("Ed", "editor"))


def test_a_workbook_holds_the_goals_that_its_reader_may_see(site, private):
    assert exported(site.browser()) == ["Secret", "Open"]
    assert exported(private) == ["Open"]
    assert "/goals.xlsx" in private.get("/goals")


def test_a_goal_that_is_not_seen_is_not_changed_by_a_file(site, private):
    secret, _ = named(site, "Secret")
    place = upload(private, f"external_id,{HEAD}\n{secret.id},{ROW}\n")
    assert "1 new, 0 changed" in plain(private.get(place))
    place = upload(private, f"{HEAD},parent\n{ROW},Secret\n")
    assert "There is no goal Secret." in plain(private.get(place))
