"""Measures: what is counted and summed, bound to the records' columns.

A measure adds up: over days, over members of a dimension, over both. Its definition is a
statement, used alike for rolling up days, for rebuilding everything and for reading records
that no rollup covers. Sums are whole numbers: money in ten-thousandths, spans in days, days
as ordinals.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    FromClause,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlmodel import col

from goals.metrics.rollup import Customer
from goals.metrics.sql import days_between, months_later, no_day, whole
from goals.records.demand import Lead
from goals.records.figures import Rate
from goals.records.sales import Deal, Product, StageEvent

#: Members of one key, one after the other, in a pair of dimensions.
SEPARATOR = "\x1f"
#: The day under which stands what has no day.
UNDATED = "0001-01-01"

Expression = ColumnElement[Any]


@dataclass(frozen=True)
class Base:
    """What a measure is computed for: the workspace and its currency."""

    workspace_id: int
    currency: str


@dataclass(frozen=True)
class Rows:
    """The rows a measure looks at: a joined FROM, its condition and its dimensions."""

    source: FromClause
    where: Expression
    dims: Mapping[str, Expression]
    id: Expression


@dataclass(frozen=True)
class Measure:
    """A count and a sum by day.

    `record` and `column` name the marks that make a day due for re-rolling. `value` None
    counts only; rows whose value is unknown are not counted. `spread` keeps the distribution
    of the values as well, for medians and percentiles.
    """

    id: str
    record: str
    column: str
    rows: Callable[[Base], Rows]
    day: Expression
    only: Expression
    value: Callable[[Base], Expression] | None = None
    spread: bool = False
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def is_plain(self) -> bool:
        """Tell whether a measure is asked for by every dimension.

        The others are rolled up in total and by owner only; by anything else they are
        counted from the records.
        """
        return not self.id.endswith(("_list", "_priced", "_qualified", "_lead", "_value")) and (
            self.id not in ("created_amount", "created_won_amount", "created_lost_amount")
        )

    @property
    def family(self) -> tuple[str, str, str]:
        """Return what tells which measures look at the same rows by the same day."""
        return (self.rows.__name__, self.column, str(self.pairs))


def _column(attribute: Any) -> Expression:
    """Return a mapped column as the expression it is in a statement."""
    return attribute  # type: ignore[no-any-return]


def _text(column: Any) -> Expression:
    return func.coalesce(cast(column, String), "")


def _deal_dims() -> dict[str, Expression]:
    return {
        "owner": _text(Deal.owner_id),
        "source": _text(Deal.source),
        "product": _text(Deal.product_id),
        "campaign": _text(Deal.campaign),
        "pipeline": _text(Deal.pipeline),
        "stage": _text(Deal.stage),
        "account": _text(Deal.account_id),
    }


def _deals(base: Base) -> Rows:
    return Rows(
        Deal.__table__,  # type: ignore[attr-defined]
        and_(col(Deal.workspace_id) == base.workspace_id, col(Deal.deleted_at).is_(None)),
        _deal_dims(),
        _column(Deal.id),
    )


def _events(base: Base) -> Rows:
    joined = and_(
        col(Deal.workspace_id) == col(StageEvent.workspace_id),
        col(Deal.id) == col(StageEvent.deal_id),
    )
    return Rows(
        StageEvent.__table__.join(Deal.__table__, joined),  # type: ignore[attr-defined]
        and_(
            col(StageEvent.workspace_id) == base.workspace_id,
            col(StageEvent.deleted_at).is_(None),
            col(Deal.deleted_at).is_(None),
        ),
        {**_deal_dims(), "stage": _text(StageEvent.stage)},
        _column(Deal.id),
    )


def _customers(base: Base) -> Rows:
    joined = and_(
        col(Deal.workspace_id) == col(Customer.workspace_id),
        col(Deal.id) == col(Customer.first_deal_id),
    )
    return Rows(
        Customer.__table__.join(Deal.__table__, joined),  # type: ignore[attr-defined]
        col(Customer.workspace_id) == base.workspace_id,
        _deal_dims(),
        _column(Deal.id),
    )


def _young(base: Base) -> Rows:
    joined = and_(
        col(Customer.workspace_id) == col(Deal.workspace_id),
        col(Customer.id) == col(Deal.account_id),
    )
    return Rows(
        Deal.__table__.join(Customer.__table__, joined),  # type: ignore[attr-defined]
        and_(col(Deal.workspace_id) == base.workspace_id, col(Deal.deleted_at).is_(None)),
        _deal_dims(),
        _column(Deal.id),
    )


def _leads(base: Base) -> Rows:
    return Rows(
        Lead.__table__,  # type: ignore[attr-defined]
        and_(
            col(Lead.workspace_id) == base.workspace_id,
            col(Lead.deleted_at).is_(None),
            col(Lead.is_stub).is_(False),
        ),
        {
            "owner": _text(Lead.owner_id),
            "source": _text(Lead.source),
            "campaign": _text(Lead.campaign),
            "region": _text(Lead.region),
        },
        _column(Lead.id),
    )


def in_base(amount: Any, currency: Any, day: Any) -> Callable[[Base], Expression]:
    """Return an amount in the base currency, in ten-thousandths; null without a rate."""

    def build(base: Base) -> Expression:
        rate = (
            select(col(Rate.per_base))
            .where(
                col(Rate.workspace_id) == base.workspace_id,
                col(Rate.currency) == currency,
                col(Rate.day) <= day,
                col(Rate.deleted_at).is_(None),
            )
            .order_by(col(Rate.day).desc())
            .limit(1)
            .scalar_subquery()
        )
        plain = _units(amount)
        own = func.coalesce(currency, base.currency) == base.currency
        converted = whole(cast(plain, Float) / func.nullif(cast(rate, Float), 0.0))
        return case((amount.is_(None), None), (own, plain), else_=converted)

    return build


def _units(amount: Any) -> Expression:
    """Return money as the whole number it is stored as."""
    from sqlalchemy import BigInteger, type_coerce

    return type_coerce(amount, BigInteger)


def _list_price(base: Base) -> Expression:
    product = (
        select(_units(col(Product.list_price)))
        .where(
            col(Product.workspace_id) == base.workspace_id,
            col(Product.id) == col(Deal.product_id),
            col(Product.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    return func.coalesce(_units(col(Deal.list_price)), product)


def _ordinal(day: Any) -> Callable[[Base], Expression]:
    def build(base: Base) -> Expression:
        return days_between(no_day(), day) + 1

    return build


def _span(start: Any) -> Callable[[Base], Expression]:
    """Return the days from a start to the close, unknown where the dates are reversed."""

    def build(base: Base) -> Expression:
        days = days_between(start, col(Deal.closed_on))
        return case((days >= 0, days), else_=None)

    return build


def _lead_span(base: Base) -> Expression:
    start = (
        select(func.min(col(Lead.created_on)))
        .where(
            col(Lead.workspace_id) == base.workspace_id,
            col(Lead.converted_deal_id) == col(Deal.id),
            col(Lead.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    return _span(start)(base)


WON, LOST = col(Deal.status) == "won", col(Deal.status) == "lost"
_CLOSED, _CREATED = _column(Deal.closed_on), _column(Deal.created_on)
_PAIRS = (("owner", "stage"), ("source", "campaign"))


def _on_close(name: str, only: Expression, value: Any = None, spread: bool = False) -> Measure:
    return Measure(name, "deal", "closed_on", _deals, _CLOSED, only, value, spread, _PAIRS)


def _closing() -> list[Measure]:
    amount = in_base(col(Deal.amount), col(Deal.currency), _CLOSED)
    found = []
    for name, only in (("won", WON), ("lost", LOST)):
        found.append(_on_close(name, only))
        found.append(_on_close(f"{name}_amount", only, amount, spread=name == "won"))
        found.append(_on_close(f"{name}_list", only, _list_price))
        found.append(_on_close(f"{name}_cycle_created", only, _span(_CREATED), True))
        found.append(
            _on_close(f"{name}_cycle_qualified", only, _span(col(Deal.qualified_on)), True)
        )
        foreign = and_(only, col(Deal.amount).is_not(None))
        found.append(_on_close(f"{name}_priced", foreign))
    return found


def cycle_from_lead(outcome: str) -> Measure:
    """Return the days from a deal's first lead to its close; seldom asked, never rolled up."""
    only = WON if outcome == "won" else LOST
    return _on_close(f"{outcome}_cycle_lead", only, _lead_span, True)


def _creating() -> list[Measure]:
    amount = in_base(col(Deal.amount), col(Deal.currency), _CREATED)
    everything = col(Deal.id).is_not(None)
    found = []
    for name, only in (("created", everything), ("created_won", WON), ("created_lost", LOST)):
        for suffix, value in (("", None), ("_amount", amount), ("_list", _list_price)):
            found.append(
                Measure(
                    name + suffix,
                    "deal",
                    "created_on",
                    _deals,
                    _CREATED,
                    only,
                    value,
                    False,
                    _PAIRS,
                )
            )
    return found


def _standing() -> list[Measure]:
    """Runs of open stages, and visits to single stages: what came in and what went out."""
    event = StageEvent
    is_open = col(event.status) == "open"
    kinds = (
        ("run", col(event.run_from), and_(is_open, col(event.starts_run)),
         and_(is_open, col(event.ends_run))),
        ("visit", col(event.entered_on), is_open, is_open),
    )  # fmt: skip
    found = []
    for name, since, comes, goes in kinds:
        values = (
            ("", _ordinal(since)),
            ("_value", in_base(col(Deal.amount), col(Deal.currency), since)),
            ("_list", _list_price),
        )
        for suffix, value in values:
            for way, only, day in (
                ("in", comes, _column(event.entered_on)),
                ("out", goes, _column(event.left_on)),
            ):
                column = "entered_on" if way == "in" else "left_on"
                found.append(
                    Measure(
                        f"{name}_{way}{suffix}",
                        "stage_event",
                        column,
                        _events,
                        day,
                        only,
                        value,
                        False,
                        _PAIRS,
                    )  # fmt: skip
                )
    return found


def new_revenue(months: int) -> Measure:
    """Return the amounts won from accounts younger than so many months."""
    within = and_(WON, months_later(col(Customer.first_won_on), literal(months)) > _CLOSED)
    amount = in_base(col(Deal.amount), col(Deal.currency), _CLOSED)
    return Measure(
        f"new_revenue_{months}", "deal", "closed_on", _young, _CLOSED, within, amount, False, _PAIRS
    )


def _undated() -> Measure:
    """Open deals without any stage event: nobody knows since when they are open."""
    known = (
        select(col(StageEvent.id))
        .where(
            col(StageEvent.workspace_id) == col(Deal.workspace_id),
            col(StageEvent.deal_id) == col(Deal.id),
            col(StageEvent.deleted_at).is_(None),
        )
        .exists()
    )
    only = and_(col(Deal.status) == "open", col(Deal.is_stub).is_(False), ~known)
    day = no_day()
    return Measure("undated", "deal", "", _deals, day, only)


_CONVERTED = _column(Lead.converted_on)
MEASURES: dict[str, Measure] = {
    one.id: one
    for one in (
        *_closing(),
        *_creating(),
        *_standing(),
        new_revenue(6),
        _undated(),
        Measure(
            "customers", "customer", "first_won_on", _customers, _column(Customer.first_won_on),
            col(Customer.id).is_not(None), None, False, _PAIRS,
        ),
        Measure(
            "leads", "lead", "created_on", _leads, _column(Lead.created_on),
            col(Lead.id).is_not(None), None, False, (("source", "campaign"),),
        ),
        Measure(
            "leads_converted", "lead", "created_on", _leads, _column(Lead.created_on),
            _CONVERTED.is_not(None), None, False, (("source", "campaign"),),
        ),
        Measure(
            "conversions", "lead", "converted_on", _leads, _CONVERTED, _CONVERTED.is_not(None),
            None, False, (("source", "campaign"),),
        ),
    )
}  # fmt: skip
