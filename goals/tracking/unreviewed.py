"""Marks that something was written which goals may be judged by, left until a review took it in.

Each transaction that writes leaves one in the same commit, so that where there is none, what the
latest review said still holds. Who opens transactions leaves them (`app.changes`).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import delete
from sqlmodel import Session, col, select

from goals.table import WRITTEN, Scoped, new_id, workspace_of

#: Ids that go into one statement.
PORTION = 1_000


class Unreviewed(Scoped, table=True):
    """A commit whose changes no review of all goals took in yet."""


def mark(session: Session) -> None:
    """Leave a mark beside what this transaction writes."""
    session.add(Unreviewed(workspace_id=workspace_of(session), id=new_id()))


@contextmanager
def following(session: Session) -> Iterator[None]:
    """Let what is written inside leave no mark: it follows from a review."""
    session.flush()
    before = set(session.info.get(WRITTEN, ()))
    yield
    session.flush()
    session.info.get(WRITTEN, set()).intersection_update(before)


def marks(session: Session) -> list[int]:
    """Return the marks there are; what is read after them holds all that they stand for."""
    statement = select(Unreviewed.id).where(col(Unreviewed.workspace_id) == workspace_of(session))
    return list(session.exec(statement))


def clear(session: Session, taken_in: Collection[int]) -> None:
    """Remove marks, and no others: what others wrote meanwhile waits for the next review.

    What this transaction wrote until now, the review in it has seen.
    """
    session.flush()
    session.info.get(WRITTEN, set()).clear()
    ids = sorted(taken_in)
    for start in range(0, len(ids), PORTION):
        session.execute(
            delete(Unreviewed).where(
                col(Unreviewed.workspace_id) == workspace_of(session),
                col(Unreviewed.id).in_(ids[start : start + PORTION]),
            )
        )
