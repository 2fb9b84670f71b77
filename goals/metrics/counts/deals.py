"""Measures of deals: by close, by creation, by the open stages they stand in."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, literal, select
from sqlmodel import col

from goals.metrics import amounts, rows
from goals.metrics.counts.measure import Measure
from goals.metrics.rollup import Customer
from goals.metrics.rows import Expression
from goals.metrics.sql import days_between, months_later, no_day
from goals.records.sales import Deal, StageEvent

WON, LOST = col(Deal.status) == "won", col(Deal.status) == "lost"
_CLOSED, _CREATED = rows.column(Deal.closed_on), rows.column(Deal.created_on)
_PAIRS = (("owner", "stage"), ("source", "campaign"))
#: The days of outcomes that a rollup holds whenever they come.
_TURNS = {"created_won": (_CLOSED, "won"), "created_lost": (_CLOSED, "lost")}


def _on_close(name: str, only: Expression) -> Measure:
    return Measure(name, "deal", "closed_on", rows.deals, _CLOSED, only, pairs=_PAIRS)


def _closing() -> Iterator[Measure]:
    amount = amounts.in_base(col(Deal.amount), col(Deal.currency), _CLOSED)
    since_created, since_qualified = amounts.span(_CREATED), amounts.span(col(Deal.qualified_on))
    for name, only in (("won", WON), ("lost", LOST)):
        one = _on_close(name, only)
        yield one
        yield replace(one, id=f"{name}_amount", value=amount, unit="money", spread=name == "won")
        yield replace(one, id=f"{name}_list", value=amounts.list_price, unit="money", seldom=True)
        days = replace(one, unit="days", spread=True)
        yield replace(days, id=f"{name}_cycle_created", value=since_created)
        yield replace(days, id=f"{name}_cycle_qualified", value=since_qualified, seldom=True)
        priced = and_(only, col(Deal.amount).is_not(None))
        yield replace(one, id=f"{name}_priced", only=priced, seldom=True)


def cycle_from_lead(outcome: str) -> Measure:
    """Return the days from a deal's first lead to its close; seldom asked, never rolled up."""
    one = _on_close(f"{outcome}_cycle_lead", WON if outcome == "won" else LOST)
    return replace(one, value=amounts.lead_span, unit="days", spread=True, seldom=True)


def _creating() -> Iterator[Measure]:
    amount = amounts.in_base(col(Deal.amount), col(Deal.currency), _CREATED)
    everything = col(Deal.id).is_not(None)
    for name, only in (("created", everything), ("created_won", WON), ("created_lost", LOST)):
        one = Measure(
            name,
            "deal",
            "created_on",
            rows.deals,
            _CREATED,
            only,
            pairs=_PAIRS,
            turns=_TURNS.get(name),
        )
        yield one
        money = replace(one, unit="money", seldom=True)
        yield replace(money, id=f"{name}_amount", value=amount)
        yield replace(money, id=f"{name}_list", value=amounts.list_price)


def _standing() -> Iterator[Measure]:
    """Yield runs of open stages, and visits to single stages: what came in and what went out."""
    event = StageEvent
    is_open, left = col(event.status) == "open", rows.column(event.left_on)
    entered = rows.column(event.entered_on)
    kinds = (
        ("run", col(event.run_from), and_(is_open, col(event.starts_run)),
         and_(is_open, col(event.ends_run))),
        ("visit", col(event.entered_on), is_open, is_open),
    )  # fmt: skip
    for name, since, comes, goes in kinds:
        values: tuple[tuple[str, Any, str], ...] = (
            ("", amounts.ordinal(since), "since"),
            ("_value", amounts.in_base(col(Deal.amount), col(Deal.currency), since), "money"),
            ("_list", amounts.list_price, "money"),
        )
        for suffix, value, unit in values:
            for way, only, day, column in (
                ("in", comes, entered, "entered_on"),
                ("out", goes, left, "left_on"),
            ):
                yield Measure(
                    f"{name}_{way}{suffix}",
                    "stage_event",
                    column,
                    rows.events,
                    day,
                    only,
                    value,
                    pairs=_PAIRS,
                    seldom=suffix != "",
                    unit=unit,
                    leaves=left,
                    came=entered,
                    # Of a run that goes on, one visit stands on any day.
                    stood=is_open,
                )


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
    one = _on_close(f"new_revenue_{months}", within)
    return replace(one, rows=rows.young, value=amount, unit="money")


def _undated() -> Measure:
    """Return open deals without any stage event: nobody knows since when they are open."""
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
    return Measure("undated", "deal", "", rows.deals, no_day(), only)


def _customers() -> Measure:
    """Return the accounts that have bought, by the day of their first won deal."""
    first, everybody = rows.column(Customer.first_won_on), col(Customer.id).is_not(None)
    return Measure(
        "customers", "customer", "first_won_on", rows.customers, first, everybody, pairs=_PAIRS
    )


MEASURES = (*_closing(), *_creating(), *_standing(), new_revenue(6), _undated(), _customers())
