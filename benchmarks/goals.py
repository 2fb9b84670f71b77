"""Reviewing many goals on many deals: the first review, and one that finds nothing new (D6).

The first is told in milliseconds for each goal, which is no ratio; the second in shares of it.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from app.db import Database
from benchmarks import measuring
from benchmarks.metrics import Company
from goals import workspace
from goals.alerts.whole import Whole
from goals.metrics.ahead import Ahead
from goals.tracking import goals
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal

#: Deals, people and goals.
SIZE, SMALL = (1_000_000, 1_000, 10_000), (2_000, 10, 40)
#: What each person has goals for, and where they are to end.
METRICS: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("revenue", {}, "cumulative", "250000"),
    ("new_customers", {}, "cumulative", "4"),
    ("new_revenue", {}, "cumulative", "90000"),
    ("avg_deal_size", {}, "level", "26000"),
    ("win_rate", {}, "level", "0.5"),
    ("win_rate", {"basis": "created"}, "level", "0.4"),
    ("sales_cycle", {}, "level", "55"),
    ("sales_cycle", {"stat": "median"}, "level", "55"),
    ("open_deals", {}, "level", "300"),
    ("open_deals", {"measure": "age"}, "level", "200"),
)
QUARTER = (date(2026, 7, 1), date(2026, 9, 30))
TODAY = date(2026, 8, 14)


def rows(*, small: bool = False) -> Iterator[dict[str, Any]]:
    """Yield D6 on both databases."""
    deals, people, many = SMALL if small else SIZE
    with measuring.databases() as kinds:
        for name, make in kinds:
            company = Company(make(), deals, owners=people)
            company.count()
            measuring.analyze(company.database)
            _set(company, people, many)
            first = measuring.seconds(partial(_review, company.database, company.workspace_id))
            again = measuring.seconds(partial(_review, company.database, company.workspace_id))
            of = f"{many} goals on {deals} deals"
            what = f"first review of {of}, milliseconds for each goal"
            yield measuring.row("D6", what, name, 1000 * first / many, "-", "-")
            what = f"review of {of} with nothing changed against the first"
            yield measuring.row("D6", what, name, again / first, "1/10", "1/50")


def _set(company: Company, people: int, many: int) -> None:
    """Give everybody goals for the quarter, one metric after the other."""
    with company.database.session(company.workspace_id) as session:
        now = workspace.of(session).end_of(QUARTER[0])
        ahead = Ahead(session)
        for number in range(many):
            metric, params, kind, target = METRICS[number // people % len(METRICS)]
            draft = Draft(
                name=f"Goal {number}",
                metric=metric,
                params=params,
                segment={"owner": f"Owner {number % people}"},
                kind=kind,
                direction="up",
                target_kind="target",
                target_input=Decimal(target),
                # Given, because looking up each is what takes long before anything is measured.
                baseline=Decimal(target) / 2,
                first_day=QUARTER[0],
                last_day=QUARTER[1],
            )
            goals.add(session, draft, by=None, today=QUARTER[0], now=now, ahead=ahead)


def _review(database: Database, workspace_id: int) -> None:
    """Review as the worker does, in portions."""
    begin = database.begin(workspace_id)
    with begin() as session:
        now = workspace.of(session).end_of(TODAY)
        whole = Whole.begin(session, now=now, today=TODAY)
    whole.go_on(begin, _failed)
    with begin() as session:
        whole.end(session)


def _failed(goal: Goal, error: Exception) -> None:
    raise error
