"""The answers in the database: one row found and held, and each change written to its history."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from goals.errors import Refusal
from goals.table import workspace_of
from goals.words import N_
from strategy.worksheets.content import Asked
from strategy.worksheets.tables import Answer, AnswerVersion


def find(session: Session, asked: Asked, item: str) -> Answer | None:
    """Return an answer, removed or not, None if there is none."""
    if asked.has_rows and not item:
        return None
    return session.exec(_one(session, asked, item)).first()


def hold(session: Session, asked: Asked, item: str) -> Answer | None:
    """Return an answer, kept from other writers until the transaction ends; None if none."""
    if asked.has_rows and not item:
        return None
    return session.exec(_one(session, asked, item).with_for_update()).first()


def _one(session: Session, asked: Asked, item: str) -> SelectOfScalar[Answer]:
    return (
        select(Answer)
        .where(
            col(Answer.workspace_id) == workspace_of(session),
            col(Answer.question) == asked.store,
            col(Answer.item) == item,
        )
        .execution_options(populate_existing=True)
    )


def hold_row(session: Session, asked: Asked, item: str) -> Answer:
    """Return a row that exists, removed or not; raises Refusal `unknown_item`."""
    found = hold(session, asked, item)
    if found is None:
        raise Refusal("unknown_item", N_("This row does not exist."), field="item")
    return found


def hold_list(session: Session, asked: Asked, now: datetime) -> Answer:
    """Return the answer that stands for a list itself, kept from other writers.

    It counts as removed from the beginning, so that it is never among the rows.
    """
    found = session.exec(_one(session, asked, "").with_for_update()).first()
    found = found or create(session, asked, "", -1, now)
    found.removed_at = found.removed_at or now
    return found


def create(session: Session, asked: Asked, item: str, position: int, now: datetime) -> Answer:
    """Add an empty answer, or return the one that somebody else added at the same moment."""
    made = Answer(
        workspace_id=workspace_of(session),
        question=asked.store,
        item=item,
        position=position,
        updated_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        return session.exec(_one(session, asked, item).with_for_update()).one()
    return made


def next_position(session: Session, asked: Asked) -> int:
    """Return the position after all rows of a question, removed ones included."""
    statement = select(func.max(col(Answer.position))).where(
        col(Answer.workspace_id) == workspace_of(session), col(Answer.question) == asked.store
    )
    last = session.exec(statement).first()
    return 0 if last is None else last + 1


def versions(session: Session, answer: Answer) -> list[AnswerVersion]:
    """Return the history of an answer, the first version first."""
    statement = (
        select(AnswerVersion)
        .where(
            col(AnswerVersion.workspace_id) == workspace_of(session),
            col(AnswerVersion.answer_id) == answer.id,
        )
        .order_by(col(AnswerVersion.version))
    )
    return list(session.exec(statement))


def versions_of_rows(session: Session, asked: Asked) -> dict[str, list[AnswerVersion]]:
    """Return the history of every row of a question, by its key, the first version first."""
    statement = (
        select(Answer.item, AnswerVersion)
        .join(
            AnswerVersion,
            and_(
                col(AnswerVersion.workspace_id) == col(Answer.workspace_id),
                col(AnswerVersion.answer_id) == col(Answer.id),
            ),
        )
        .where(
            col(Answer.workspace_id) == workspace_of(session),
            col(AnswerVersion.workspace_id) == workspace_of(session),
            col(Answer.question) == asked.store,
        )
        .order_by(col(AnswerVersion.version))
    )
    found: dict[str, list[AnswerVersion]] = {}
    for item, version in session.exec(statement):
        found.setdefault(item, []).append(version)
    return found


def write(
    session: Session,
    answer: Answer,
    action: str,
    *,
    by: int | None,
    now: datetime,
    writer: str | None = None,
) -> AnswerVersion:
    """Record an answer as it now stands as the next version of its history."""
    answer.version += 1
    answer.updated_by, answer.updated_at = by, now
    session.add(answer)
    return _record(session, answer, action, dict(answer.value), by=by, now=now, writer=writer)


def set_aside(
    session: Session,
    answer: Answer,
    value: dict[str, Any],
    *,
    by: int | None,
    now: datetime,
    writer: str | None,
) -> None:
    """Record a text that did not become the answer; the answer itself stays as it is.

    The same text of the same writer is recorded once.
    """
    for one in reversed(versions(session, answer)):
        if one.action == "set_aside" and one.saved_by == by and one.value == value:
            return
    answer.version += 1
    session.add(answer)
    _record(session, answer, "set_aside", value, by=by, now=now, writer=writer)


def _record(
    session: Session,
    answer: Answer,
    action: str,
    value: dict[str, Any],
    *,
    by: int | None,
    now: datetime,
    writer: str | None,
) -> AnswerVersion:
    made = AnswerVersion(
        workspace_id=answer.workspace_id,
        answer_id=answer.id,
        version=answer.version,
        action=action,
        value=value,
        position=answer.position,
        examples=list(answer.examples),
        skipped=list(answer.skipped),
        removed=answer.removed_at is not None,
        writer=writer,
        saved_by=by,
        saved_at=now,
    )
    session.flush()
    session.add(made)
    session.flush()
    return made
