"""Two sources with a cut-over: whose records are checked, and which are compared.

What counts nowhere is nobody's to mend, and that a record stands in both sources is meant so.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, case, literal, or_, true

from goals.metrics.rows import Base, Expression, Limit


def counts(table: Any, days: Sequence[str], base: Base, day: date) -> Expression:
    """Return whether a record counts: on one of its `days`, or as of `day` where it is open.

    A record of a kind without days counts, for others refer to it.
    """
    conditions: list[Expression] = []
    for limit in base.limits if days else ():
        found = [_within(getattr(table, name), limit) for name in days]
        own = or_(*found, and_(*(getattr(table, name).is_(None) for name in days)))
        if hasattr(table, "closed_on"):
            is_open = table.status == "open"
            stands = (limit.first is None or limit.first <= day) and (
                limit.last is None or day <= limit.last
            )
            own = and_(is_open, literal(stands)) | and_(~is_open, own)
        conditions.append(or_(table.connection_id != limit.connection_id, own))
    return and_(true(), *conditions)


def side(table: Any, base: Base) -> Expression:
    """Return the same for records that may be doubles of each other: a source's, or the others'."""
    limited = [one.connection_id for one in base.limits]
    return case((table.connection_id.in_(limited), table.connection_id), else_=0)


def _within(column: Any, limit: Limit) -> Expression:
    ends = []
    if limit.first is not None:
        ends.append(column >= limit.first)
    if limit.last is not None:
        ends.append(column <= limit.last)
    return and_(column.is_not(None), *ends)
