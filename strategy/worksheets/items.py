"""The rows of a repeating question: added, removed, brought back, put in order, and complete."""

from datetime import datetime

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.table import new_id, workspace_of
from goals.words import N_
from strategy.worksheets import keeping, library
from strategy.worksheets.content import Asked
from strategy.worksheets.tables import Answer


def add_item(session: Session, question: str, *, by: int | None, now: datetime) -> str:
    """Add an empty row at the end, and return its key.

    Raises Refusal when the question does not repeat or has as many rows as make sense.
    """
    asked = _repeating(question)
    repeat = asked.question.repeat
    if repeat is not None and len(hold_rows(session, asked)) >= repeat.most:
        raise Refusal(
            "too_many_items",
            N_("There are %(most)s already. Remove one to add another."),
            {"most": repeat.most},
            field="item",
        )
    answer = keeping.create(
        session, asked, format(new_id(), "x"), keeping.next_position(session, asked), now
    )
    keeping.write(session, answer, "saved", by=by, now=now)
    return answer.item


def remove_item(
    session: Session, question: str, item: str, *, by: int | None, now: datetime
) -> None:
    """Take a row out of the list; it stays in the history and can be brought back."""
    answer = keeping.hold_row(session, _repeating(question), item)
    if answer.removed_at is None:
        answer.removed_at = now
        keeping.write(session, answer, "removed", by=by, now=now)


def restore_item(
    session: Session, question: str, item: str, *, by: int | None, now: datetime
) -> None:
    """Bring a removed row back to its place."""
    answer = keeping.hold_row(session, _repeating(question), item)
    if answer.removed_at is not None:
        answer.removed_at = None
        keeping.write(session, answer, "restored", by=by, now=now)


def move_item(
    session: Session, question: str, item: str, step: int, *, by: int | None, now: datetime
) -> bool:
    """Move a row up (-1) or down (+1) by one place; return False at either end."""
    asked = _repeating(question)
    rows = hold_rows(session, asked)
    here = [row.item for row in rows].index(item) if item in {r.item for r in rows} else -1
    if here < 0:
        raise Refusal("unknown_item", N_("This row does not exist."), field="item")
    there = here + step
    if step not in (-1, 1) or not 0 <= there < len(rows):
        return False
    places = _apart([row.position for row in rows])
    rows[here], rows[there] = rows[there], rows[here]
    for row, place in zip(rows, places, strict=True):
        if row.position != place:
            row.position = place
            keeping.write(session, row, "moved", by=by, now=now)
    return True


def close_list(session: Session, question: str, *, by: int | None, now: datetime) -> None:
    """Keep in mind that a list gets no (other) row, so that a talk does not ask again."""
    asked = _repeating(question)
    answer = keeping.hold_list(session, asked, now)
    if asked.question.key not in answer.skipped:
        answer.skipped = [asked.question.key]
        keeping.write(session, answer, "skipped", by=by, now=now)


def open_list(session: Session, question: str, *, by: int | None, now: datetime) -> None:
    """Let a talk ask for more rows of a list again."""
    asked = _repeating(question)
    answer = keeping.hold_list(session, asked, now)
    if answer.skipped:
        answer.skipped = []
        keeping.write(session, answer, "skipped", by=by, now=now)


def _apart(positions: list[int]) -> list[int]:
    """Return rising positions; two rows added at the same moment may share one."""
    found: list[int] = []
    for position in positions:
        found.append(max(position, found[-1] + 1) if found else position)
    return found


def _repeating(question: str) -> Asked:
    asked = library.worksheets().find(question)
    if asked.question.repeat is None:
        raise Refusal("not_repeating", N_("This question has one answer only."), field="question")
    return asked


def hold_rows(session: Session, asked: Asked) -> list[Answer]:
    """Return the rows that are in the list, in order, kept from other writers."""
    statement = (
        select(Answer)
        .where(
            col(Answer.workspace_id) == workspace_of(session),
            col(Answer.question) == asked.store,
            col(Answer.removed_at).is_(None),
        )
        .order_by(col(Answer.position), col(Answer.item))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.exec(statement))
