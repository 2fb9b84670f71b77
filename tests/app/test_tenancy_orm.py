"""The ORM's own statements: loading by key, lazily, joined and in batches; and the unit of work."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import and_, insert, select, update
from sqlalchemy.orm import (
    aliased,
    joinedload,
    lazyload,
    registry,
    relationship,
    selectinload,
    subqueryload,
    with_loader_criteria,
)
from sqlmodel import col

from app.db import Database, TenancyError
from app.tables import metadata
from app.tenancy import reading
from goals.workspace import Team
from tests.support.tenants import NOW, workspace

# Connections and their runs, mapped once more with the relationships that our tables do without.
Source: Any = type("Source", (), {})
Run: Any = type("Run", (), {})
mapping = registry()
mapping.map_imperatively(
    Source,
    metadata.tables["connection"],
    properties={"runs": relationship(Run, back_populates="source", order_by="Run.id")},
)
mapping.map_imperatively(
    Run,
    metadata.tables["sync_run"],
    properties={"source": relationship(Source, back_populates="runs")},
)


def runs(here):
    return [Run(workspace_id=here, id=n, started_at=NOW + timedelta(hours=n)) for n in range(1, 4)]


def source(here):
    made = Source(workspace_id=here, id=7, name="CRM", provider="csv", created_at=NOW)
    made.runs = runs(here)
    return made


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def here(database):
    """A workspace whose rows have the same ids as those of another."""
    made = [workspace(database, name) for name in ("Acme", "Beta")]
    for one in made:
        with database.session(one) as session:
            session.add(source(one))
    return made[0]


@pytest.mark.parametrize("load", [lazyload, joinedload, selectinload, subqueryload])
def test_a_collection_loads_its_own_workspace(database, here, load):
    with database.session(here) as session:
        statement = select(Source).where(Source.workspace_id == here).options(load(Source.runs))
        found = session.scalars(statement).unique().one()
        assert [(run.workspace_id, run.id) for run in found.runs] == [(here, n) for n in (1, 2, 3)]


@pytest.mark.parametrize("load", [lazyload, joinedload, selectinload])
def test_a_reference_loads_its_own_workspace(database, here, load):
    with database.session(here) as session:
        statement = select(Run).where(Run.workspace_id == here).options(load(Run.source))
        found = session.scalars(statement).all()
        assert {run.source.workspace_id for run in found} == {here}


def test_eager_loading_behind_a_limit_passes(database, here):
    with database.session(here) as session:
        statement = (
            select(Source)
            .where(Source.workspace_id == here)
            .options(joinedload(Source.runs))
            .limit(1)
        )
        assert len(session.scalars(statement).unique().one().runs) == 3


@pytest.mark.parametrize("load", [lazyload, joinedload, selectinload])
def test_loading_without_the_workspace_is_refused(database, here, load):
    with database.session(here) as session, pytest.raises(TenancyError):
        session.scalars(select(Source).options(load(Source.runs))).unique().all()


def test_joins_of_entities_pass_or_are_refused(database, here):
    other = aliased(Run)
    held = Source.workspace_id == here
    with database.session(here) as session:
        assert len(session.execute(select(Source, Run).join(Source.runs).where(held)).all()) == 3
        same = and_(
            other.workspace_id == Run.workspace_id, other.connection_id == Run.connection_id
        )
        pairs = select(Run, other).join(other, same).where(Run.workspace_id == here)
        assert len(session.execute(pairs).all()) == 9
        inside = select(Run.connection_id).join(Run.source).where(held)
        assert session.scalars(select(Source).where(held, Source.id.in_(inside))).one()
        assert session.scalars(select(Source).where(held, Source.runs.any(Run.id == 1))).one()
        for loose in (
            select(Source, Run).join(Source.runs),
            select(Source).where(held, Source.id.in_(select(Run.connection_id))),
            select(other).join(Source, other.connection_id == Source.id).where(held),
        ):
            with pytest.raises(TenancyError):
                session.execute(loose)


def test_criteria_of_the_loader_count(database, here):
    only = with_loader_criteria(Run, lambda run: run.workspace_id == here)
    with database.session(here) as session:
        assert len(session.scalars(select(Run).options(only)).all()) == 3


def test_getting_by_key_and_refreshing_pass(database, here):
    with database.session(here) as session:
        found = session.get(Source, (here, 7))
        session.refresh(found)
        session.expire(found)
        assert found.name == "CRM"
        assert session.get(Source, (here, 8)) is None
        with pytest.raises(TenancyError):
            session.get(Source, (here + 1, 7))


def test_the_unit_of_work_adds_changes_and_deletes(database, here):
    with database.session(here) as session:
        found = session.get(Source, (here, 7))
        found.name = "New"
        for run in found.runs:
            run.status = "done"
        session.flush()
        found.runs[0].label = "One"
        session.flush()
        session.delete(found.runs.pop())
        session.merge(Run(workspace_id=here, id=9, connection_id=7, started_at=NOW))
        session.add_all(Team(workspace_id=here, name=f"Team {n}") for n in range(50))
    with database.session(here) as session:
        found = session.get(Source, (here, 7))
        assert (found.name, [run.id for run in found.runs]) == ("New", [1, 2, 9])


@pytest.mark.parametrize("stray", [0, 3])
def test_adding_to_another_workspace_is_refused(database, here, stray):
    there = max(database.workspaces())
    rows = [Team(workspace_id=here, name=f"Team {n}") for n in range(4)]
    rows[stray].workspace_id = there
    with pytest.raises(TenancyError), database.session(here) as session:
        session.add_all(rows)
    with database.session(there) as session:
        statement = select(Team).where(col(Team.workspace_id) == there)
        assert session.scalars(statement).all() == []


def test_moving_a_row_to_another_workspace_is_refused(database, here):
    there = max(database.workspaces())
    with pytest.raises(TenancyError), database.session(here) as session:
        session.get(Run, (here, 1)).workspace_id = there


def test_statements_of_the_orm_that_change_rows_are_judged(database, here):
    with database.session(here) as session:
        session.execute(insert(Run), [_run(here, n) for n in (11, 12)])
        session.execute(insert(Run).values(_run(here, 13)))
        session.execute(update(Run).where(Run.workspace_id == here).values(status="done"))
        session.execute(update(Run), [{"workspace_id": here, "id": 11, "status": "failed"}])
    there = max(database.workspaces())
    for statement, rows in (
        (insert(Run), [_run(here, 21), _run(there, 22)]),
        (insert(Run).values(_run(there, 23)), None),
        (update(Run).values(status="done"), None),
        (update(Run), [{"workspace_id": there, "id": 1, "status": "failed"}]),
    ):
        with pytest.raises(TenancyError), database.session(here) as session:
            session.execute(statement, rows)


def _run(workspace_id, number):
    return {
        "workspace_id": workspace_id,
        "id": number,
        "connection_id": 7,
        "started_at": NOW,
        "kind": "sync",
        "status": "running",
        "streams": [],
    }


def test_a_statement_is_read_once_however_often_it_runs(sqlite_url, monkeypatch):
    database = Database(sqlite_url)
    here = workspace(database, "Acme", "North")
    statement = select(col(Team.id)).where(col(Team.workspace_id) == here)
    read = []

    def noted(compiled):
        read.append(compiled)
        return shape(compiled)

    shape = reading.shape
    monkeypatch.setattr(reading, "shape", noted)
    for _ in range(3):
        with database.session(here) as session:
            for _ in range(20):
                session.execute(statement).all()
    database.dispose()
    assert len(read) == 1
