"""Workspaces with rows in them, for tests of what keeps them apart."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from app.db import Database
from goals.workspace import Team, Workspace

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def workspace(database: Database, name: str, *teams: str) -> int:
    """Make a workspace with teams of these names."""
    with database.system() as session:
        made = Workspace(name=name, created_at=NOW)
        session.add(made)
    with database.session(made.id) as session:
        session.add_all(Team(workspace_id=made.id, name=team) for team in teams)
    return made.id


def teams(session: Session, here: int) -> list[str]:
    """Return the names of a workspace's teams."""
    statement = select(Team.name).where(col(Team.workspace_id) == here).order_by(col(Team.name))
    return list(session.exec(statement))
