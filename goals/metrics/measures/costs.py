"""Measures of what winning customers cost."""

from dataclasses import replace

from sqlalchemy import ColumnElement, and_, func, literal
from sqlmodel import col

from goals.metrics import amounts
from goals.metrics.measures.marketing import campaign_of
from goals.metrics.measures.measure import Measure
from goals.metrics.rows import Base, Rows, column
from goals.metrics.sql import months_later
from goals.records.marketing import Spend

#: What is not said to be spent on sales is spent on marketing.
_MARKETING = func.coalesce(col(Spend.category), "marketing") != "sales"
_EVERYTHING: ColumnElement[bool] = col(Spend.id).is_not(None)


def spends(base: Base) -> Rows:
    """Return what was spent, by the name of its campaign."""
    return Rows(
        Spend.__table__,  # type: ignore[attr-defined]
        and_(col(Spend.workspace_id) == base.workspace_id, col(Spend.deleted_at).is_(None)),
        {"campaign": campaign_of(Spend)},
        column(Spend.id),
    )


_DAY = column(Spend.day)
_SPENDS = Measure("spends", "spend", "day", spends, _DAY, _EVERYTHING)
_AMOUNTS = replace(
    _SPENDS,
    id="spend",
    value=amounts.in_base(col(Spend.amount), col(Spend.currency), _DAY),
    unit="money",
)
MEASURES = (
    _SPENDS,
    _AMOUNTS,
    replace(_SPENDS, id="spends_marketing", only=_MARKETING),
    replace(_AMOUNTS, id="spend_marketing", only=_MARKETING),
)
#: Spend on the day a month later, when the customers come that it is to win; not rolled up.
_LATER = months_later(_DAY, literal(1))
KNOWN = {
    one.id: one
    for one in (
        replace(_SPENDS, id="spends_lagged", day=_LATER),
        replace(_AMOUNTS, id="spend_lagged", day=_LATER),
    )
}
