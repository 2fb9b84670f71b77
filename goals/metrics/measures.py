"""Measures: what is counted and summed, bound to the records' columns.

A measure adds up: over days, over members of a dimension, over both. Its definition is a
statement, used alike for rolling up days, for rebuilding everything and for reading records
that no rollup covers. Sums are whole numbers: money in ten-thousandths, spans in days, days
as ordinals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    and_,
    literal,
    select,
)
from sqlmodel import col

from goals.metrics import amounts, rows
from goals.metrics.rollup import Customer
from goals.metrics.rows import Base, Expression, Rows
from goals.metrics.sql import days_between, months_later, no_day
from goals.records.demand import Lead
from goals.records.sales import Deal, StageEvent

#: Members of one key, one after the other, in a pair of dimensions.
SEPARATOR = "\x1f"
#: The day under which stands what has no day.
UNDATED = "0001-01-01"


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


WON, LOST = col(Deal.status) == "won", col(Deal.status) == "lost"
_CLOSED, _CREATED = rows.column(Deal.closed_on), rows.column(Deal.created_on)
_PAIRS = (("owner", "stage"), ("source", "campaign"))


def _on_close(name: str, only: Expression, value: Any = None, spread: bool = False) -> Measure:
    return Measure(name, "deal", "closed_on", rows.deals, _CLOSED, only, value, spread, _PAIRS)


def _closing() -> list[Measure]:
    amount = amounts.in_base(col(Deal.amount), col(Deal.currency), _CLOSED)
    since_created, since_qualified = amounts.span(_CREATED), amounts.span(col(Deal.qualified_on))
    found = []
    for name, only in (("won", WON), ("lost", LOST)):
        found.append(_on_close(name, only))
        found.append(_on_close(f"{name}_amount", only, amount, spread=name == "won"))
        found.append(_on_close(f"{name}_list", only, amounts.list_price))
        found.append(_on_close(f"{name}_cycle_created", only, since_created, True))
        found.append(_on_close(f"{name}_cycle_qualified", only, since_qualified, True))
        foreign = and_(only, col(Deal.amount).is_not(None))
        found.append(_on_close(f"{name}_priced", foreign))
    return found


def cycle_from_lead(outcome: str) -> Measure:
    """Return the days from a deal's first lead to its close; seldom asked, never rolled up."""
    only = WON if outcome == "won" else LOST
    return _on_close(f"{outcome}_cycle_lead", only, amounts.lead_span, True)


def _creating() -> list[Measure]:
    amount = amounts.in_base(col(Deal.amount), col(Deal.currency), _CREATED)
    everything = col(Deal.id).is_not(None)
    found = []
    for name, only in (("created", everything), ("created_won", WON), ("created_lost", LOST)):
        for suffix, value in (("", None), ("_amount", amount), ("_list", amounts.list_price)):
            found.append(
                Measure(
                    name + suffix,
                    "deal",
                    "created_on",
                    rows.deals,
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
            ("", amounts.ordinal(since)),
            ("_value", amounts.in_base(col(Deal.amount), col(Deal.currency), since)),
            ("_list", amounts.list_price),
        )
        for suffix, value in values:
            for way, only, day in (
                ("in", comes, rows.column(event.entered_on)),
                ("out", goes, rows.column(event.left_on)),
            ):
                column = "entered_on" if way == "in" else "left_on"
                found.append(
                    Measure(
                        f"{name}_{way}{suffix}",
                        "stage_event",
                        column,
                        rows.events,
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
    first = col(Customer.first_won_on)
    within = and_(
        WON,
        # Saying first what is quickly seen spares most deals the calendar.
        days_between(first, _CLOSED) <= 31 * months,
        months_later(first, literal(months)) > _CLOSED,
    )
    amount = amounts.in_base(col(Deal.amount), col(Deal.currency), _CLOSED)
    return Measure(
        f"new_revenue_{months}",
        "deal",
        "closed_on",
        rows.young,
        _CLOSED,
        within,
        amount,
        False,
        _PAIRS,
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
    return Measure("undated", "deal", "", rows.deals, day, only)


_CONVERTED = rows.column(Lead.converted_on)
MEASURES: dict[str, Measure] = {
    one.id: one
    for one in (
        *_closing(),
        *_creating(),
        *_standing(),
        new_revenue(6),
        _undated(),
        Measure(
            "customers", "customer", "first_won_on", rows.customers,
            rows.column(Customer.first_won_on), col(Customer.id).is_not(None), None, False, _PAIRS,
        ),
        Measure(
            "leads", "lead", "created_on", rows.leads, rows.column(Lead.created_on),
            col(Lead.id).is_not(None), None, False, (("source", "campaign"),),
        ),
        Measure(
            "leads_converted", "lead", "created_on", rows.leads, rows.column(Lead.created_on),
            _CONVERTED.is_not(None), None, False, (("source", "campaign"),),
        ),
        Measure(
            "conversions", "lead", "converted_on", rows.leads, _CONVERTED, _CONVERTED.is_not(None),
            None, False, (("source", "campaign"),),
        ),
    )
}  # fmt: skip
