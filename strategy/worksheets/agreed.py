"""What was approved of the data policy, handed to where records are checked by it."""

from sqlalchemy import delete
from sqlmodel import Session, col

from goals.records.rules import DataRule
from goals.table import workspace_of
from strategy.worksheets.book import Book
from strategy.worksheets.rules import policy


def hand_over(session: Session, book: Book) -> None:
    """Put the rules of a book in the place of those that held before."""
    here = workspace_of(session)
    session.execute(delete(DataRule).where(col(DataRule.workspace_id) == here))
    for position, one in enumerate(policy.policies(book)):
        session.add(
            DataRule(
                workspace_id=here,
                record=one.record,
                field=one.field,
                position=position,
                is_required=one.required,
                allowed=list(one.values) or None,
                low=one.low,
                high=one.high,
                duplicates=one.duplicates,
            )
        )
    session.flush()
