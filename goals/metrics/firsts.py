"""First purchases: which accounts have bought, since when, and what moves when that changes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import delete, func, insert, or_, select
from sqlmodel import Session, col

from goals.metrics.rollup import Customer
from goals.metrics.sql import not_by_index
from goals.records.sales import Deal
from goals.table import workspace_of

T = TypeVar("T")
#: Days and ids that go into one statement.
PORTION = 500
#: Where the days are marked on which deals closed, and what moves with them: the days on which
#: accounts bought first, and those on which young ones bought.
CLOSED = ("deal", "closed_on")
FIRSTS, YOUNG = ("customer", "first_won_on"), ("customer", "revenue")


def find(session: Session, closed: set[date]) -> dict[tuple[str, str], set[date]]:
    """Find first purchases anew for the accounts that closing days touch.

    Returns the days on which customers and young revenue must be counted again.
    """
    here = workspace_of(session)
    # Not made distinct by the database: SQLite would go by an index of all accounts for that.
    accounts: set[int] = set()
    for portion in portions(sorted(closed)):
        earlier = or_(col(Customer.id).is_(None), col(Deal.closed_on) <= col(Customer.first_won_on))
        joined = (col(Customer.workspace_id) == here) & (col(Customer.id) == col(Deal.account_id))
        won = (
            select(col(Deal.account_id))
            .outerjoin(Customer, joined)
            .where(
                col(Deal.workspace_id) == here,
                col(Deal.closed_on).in_(portion),
                col(Deal.status) == "won",
                not_by_index(col(Deal.account_id)).is_not(None),
                col(Deal.deleted_at).is_(None),
                earlier,
            )
        )
        # Who had bought before then became a customer before, and is it since that day still.
        accounts.update(session.scalars(won))
        known = select(col(Customer.id)).where(
            col(Customer.workspace_id) == here, col(Customer.first_won_on).in_(portion)
        )
        accounts.update(session.scalars(known))
    if not accounts:
        return {}
    before = _firsts(session, accounts)
    write(session, accounts)
    after = _firsts(session, accounts)
    first_days: set[date] = set()
    moved: set[int] = set()
    for account in accounts:
        old, new = before.get(account), after.get(account)
        if old == new:
            continue
        first_days.update(day for day, _ in (one for one in (old, new) if one is not None))
        if old is None or new is None or old[0] != new[0]:
            moved.add(account)
    # A first deal that changed without moving keeps its day but may have changed its owner.
    first_days.update(closed)
    return {FIRSTS: first_days, YOUNG: _won_days(session, moved)}


def _firsts(session: Session, accounts: set[int]) -> dict[int, tuple[date, int]]:
    here = workspace_of(session)
    found: dict[int, tuple[date, int]] = {}
    for portion in portions(sorted(accounts)):
        statement = select(
            col(Customer.id), col(Customer.first_won_on), col(Customer.first_deal_id)
        ).where(col(Customer.workspace_id) == here, col(Customer.id).in_(portion))
        found.update({one: (day, deal) for one, day, deal in session.execute(statement)})
    return found


def _won_days(session: Session, accounts: set[int]) -> set[date]:
    here = workspace_of(session)
    days: set[date] = set()
    for portion in portions(sorted(accounts)):
        statement = select(col(Deal.closed_on)).where(
            col(Deal.workspace_id) == here,
            col(Deal.account_id).in_(portion),
            col(Deal.status) == "won",
            not_by_index(col(Deal.closed_on)).is_not(None),
        )
        days.update(session.scalars(statement))
    return days


def write(session: Session, accounts: set[int] | None) -> None:
    """Write the first won deal of accounts, of all of them when None."""
    here = workspace_of(session)
    table = Customer.__table__  # type: ignore[attr-defined]
    every: Iterable[list[int] | None] = [None]
    for portion in every if accounts is None else portions(sorted(accounts)):
        place = func.row_number().over(
            partition_by=col(Deal.account_id), order_by=(col(Deal.closed_on), col(Deal.id))
        )
        won = select(
            col(Deal.workspace_id).label("workspace_id"),
            col(Deal.account_id).label("account_id"),
            col(Deal.closed_on).label("closed_on"),
            col(Deal.id).label("deal_id"),
            place.label("place"),
        ).where(
            col(Deal.workspace_id) == here,
            col(Deal.status) == "won",
            not_by_index(col(Deal.account_id)).is_not(None),
            not_by_index(col(Deal.closed_on)).is_not(None),
            col(Deal.deleted_at).is_(None),
        )
        if portion is not None:
            session.execute(
                delete(Customer).where(
                    col(Customer.workspace_id) == here, col(Customer.id).in_(portion)
                )
            )
            won = won.where(col(Deal.account_id).in_(portion))
        first = won.subquery()
        chosen = select(
            first.c.workspace_id, first.c.account_id, first.c.closed_on, first.c.deal_id
        ).where(first.c.place == 1, first.c.workspace_id == here)
        columns = ("workspace_id", "id", "first_won_on", "first_deal_id")
        session.execute(insert(table).from_select(columns, chosen))


def portions(found: Sequence[T]) -> Iterator[list[T]]:
    """Yield as many as go into one statement at a time."""
    for start in range(0, len(found), PORTION):
        yield list(found[start : start + PORTION])
