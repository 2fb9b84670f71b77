"""What the worked examples are made of: deals and subscriptions as rows of files."""

from datetime import date
from typing import Any

import pytest

from goals.calendar import DAY, add_months
from tests.goals.metrics import customers

#: The digits to which the examples are written down.
CLOSE = 1e-6
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
DEALS = {
    "columns": {one: one for one in ("external_id", "owner", "account", "stage", "amount",
                                     "created_on", "closed_on")},
    "stages": {"Open": "open", "Won": "won", "Lost": "lost"},
}  # fmt: skip


def vector(name: str) -> Any:
    return customers.vectors(name)


def near(value: Any) -> Any:
    return None if value is None else pytest.approx(value, abs=CLOSE)


def month(number: int) -> tuple[date, date]:
    first = date(2026, number, 1)
    return first, add_months(first, 1) - DAY


def deals(name: str, number: int, stage: str, amount: Any = "", on: date = FIRST) -> list[Any]:
    return [
        {
            "external_id": f"{name}{one}",
            "owner": "",
            "account": f"{name} {one}",
            "stage": stage,
            "amount": amount,
            "created_on": on,
            "closed_on": "" if stage == "Open" else on,
        }
        for one in range(number)
    ]


def subscription(name: str, mrr: int, start: Any, end: Any = "", **more: Any) -> dict[str, Any]:
    return {
        "external_id": name,
        "customer": more.pop("customer", name),
        "started_on": start,
        "ended_on": end,
        "mrr": mrr,
        "due_on": more.pop("due", ""),
        "renewed_on": more.pop("renewed", ""),
    }
