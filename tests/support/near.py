"""A site that may read loopback, beside a fake HubSpot with deals in two stages of its own."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from app import queue, work
from app.wiring import Wiring
from goals.records.connections import Connection, SyncRun
from goals.records.sales import Deal, PipelineStage
from goals.table import new_id
from tests.support import site as sites
from tests.support.site import Site

SECRET = "pat-na1-canary-9f2e"
STAGED = datetime(2026, 6, 1, 9, tzinfo=UTC)


def near(site: Site, **settings: Any) -> Site:
    """Let a site read from loopback, with other settings besides."""
    given = {"allow_private_sources": True, **settings}
    site.wiring = Wiring(site.wiring.settings.model_copy(update=given), lambda: site.now)
    site.app = sites.application(site.wiring)
    return site


def work_now(site: Site) -> None:
    """Do what is due for the connections of a site, as a worker would."""
    work.run_files(site.wiring, site.here, "test", None)
    work.run_syncs(site.wiring, site.here, "test", None)


def begin(site: Site, made: Connection, worker: str = "test", **given: Any) -> int:
    """Let a run be under way, as if a worker were at it; return its id."""
    with site.session() as session:
        queue.ensure(session, "sync", str(made.id), site.now)
        assert queue.claim(session, worker=worker, now=site.now, task="sync", subject=str(made.id))
        run = SyncRun(
            id=new_id(), workspace_id=site.here, connection_id=made.id, status="running",
            started_at=site.now, **given,
        )  # fmt: skip
        session.add(run)
        return int(run.id)


def connected(site: Site, name: str = "HubSpot") -> Connection:
    """Return a connection by its name."""
    with site.session() as session:
        statement = select(Connection).where(
            col(Connection.workspace_id) == site.here, col(Connection.name) == name
        )
        return session.exec(statement).one()


def deals(site: Site, connection_id: int) -> dict[str, Deal]:
    """Return the living deals of a connection by name."""
    with site.session() as session:
        statement = select(Deal).where(
            col(Deal.workspace_id) == site.here,
            col(Deal.connection_id) == connection_id,
            col(Deal.deleted_at).is_(None),
        )
        return {one.name: one for one in session.exec(statement)}


def stage(site: Site, connection_id: int, name: str) -> PipelineStage:
    """Return a stage of a connection."""
    with site.session() as session:
        statement = select(PipelineStage).where(
            col(PipelineStage.workspace_id) == site.here,
            col(PipelineStage.connection_id) == connection_id,
            col(PipelineStage.name) == name,
        )
        return session.exec(statement).one()


def runs(site: Site, connection_id: int) -> list[SyncRun]:
    """Return the runs of a connection, the oldest first."""
    with site.session() as session:
        statement = (
            select(SyncRun)
            .where(
                col(SyncRun.workspace_id) == site.here,
                col(SyncRun.connection_id) == connection_id,
            )
            .order_by(col(SyncRun.started_at), col(SyncRun.id))
        )
        return list(session.exec(statement))
