"""Taking the sample company away, with everything that came with it."""

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app.accounts.tables import SignInLink, SignInSession
from app.tables import metadata
from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking import unreviewed
from goals.words import N_
from goals.workspace import Member, Person, Workspace


def remove_sample(session: Session) -> None:
    """Delete the sample workspace that a Session is bound to, and whoever was only there.

    Raises Refusal for a workspace that is no sample.
    """
    here = workspace_of(session)
    workspace = session.get(Workspace, here)
    if workspace is None or not workspace.is_sample:
        raise Refusal("not_a_sample", N_("Only the sample company can be removed."), misused=False)
    people = _only_here(session, here)
    session.execute(
        update(SignInSession)
        .where(col(SignInSession.workspace_id) == here)
        .values(workspace_id=None)
    )
    # Tables come after those that they refer to, so the reverse order breaks no reference.
    # With the workspace, nobody is left to review anything.
    with unreviewed.following(session):
        for table in reversed(metadata.sorted_tables):
            if "workspace_id" in table.columns and table.name != "sign_in_session":
                session.execute(delete(table).where(table.c.workspace_id == here))
        for held in (SignInSession, SignInLink):
            session.execute(delete(held).where(col(held.person_id).in_(people)))
        session.execute(delete(Person).where(col(Person.id).in_(people)))
        session.execute(delete(Workspace).where(col(Workspace.id) == here))
        session.expunge_all()


def _only_here(session: Session, here: int) -> list[int]:
    """Return the people who are members of no other workspace."""
    members = select(Member.person_id).where(col(Member.workspace_id) == here)
    others = select(Member.person_id).where(col(Member.workspace_id) != here)
    statement = select(Person.id).where(col(Person.id).in_(members), col(Person.id).not_in(others))
    return list(session.exec(statement))
