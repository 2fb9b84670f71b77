"""A small company: three owners, six deals, four leads; every number fits in a head."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.goals.metrics.company import Company

JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))
END = date(2026, 3, 31)


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def deal(name: str, status: str, created: date | None, closed: date | None, **more: Any) -> Any:
    amount = more.pop("amount", None)
    return {
        "external_id": name,
        "name": name,
        "status": status,
        "stage": {"open": "Talking", "won": "Won", "lost": "Lost"}[status],
        "created_on": created,
        "closed_on": closed,
        "amount": None if amount is None else Decimal(amount),
        **more,
    }


DEALS = [
    # Ten days to win 100, twenty to win 300, thirty to lose, forty to win 900.
    deal("d1", "won", day(1, 5), day(1, 15), amount=100, owner="ann", product="basic",
         account="acme", source="fair", custom={"size": "big"}),
    deal("d2", "won", day(1, 10), day(1, 30), amount=300, owner="bob", product="pro",
         account="beta", source="web"),
    deal("d3", "lost", day(1, 5), day(2, 4), owner="ann", product="pro", account="beta",
         source="web"),
    deal("d4", "open", day(2, 1), None, amount=50, owner="bob", product="basic", source="web"),
    deal("d5", "won", day(2, 1), day(3, 13), amount=900, owner="ann", product="pro",
         account="acme", source="fair", custom={"size": "big"}),
    deal("d6", "open", None, None, owner="ann", product="basic"),
]  # fmt: skip


def history(row: dict[str, Any]) -> list[tuple[str, str, date]]:
    steps = [("Talking", "open", row["created_on"])]
    if row["closed_on"] is not None:
        steps.append((row["stage"], row["status"], row["closed_on"]))
    return steps


def write_deals(company: Company, rows: list[dict[str, Any]], **how: Any) -> None:
    company.write("deal", rows, **how)
    told = {row["external_id"]: history(row) for row in rows if row["created_on"] is not None}
    company.histories(told, **how)


def load(company: Company) -> None:
    company.write("owner", [
        {"external_id": "ann", "name": "Ann", "region": "North", "manager": "Mo", "team": "A"},
        {"external_id": "bob", "name": "Bob", "region": "South", "manager": "Mo", "team": "B"},
        {"external_id": "cy", "name": "Cy", "region": "East", "manager": "Nia", "team": "B"},
    ])  # fmt: skip
    company.write("product", [
        {"external_id": "basic", "name": "Basic", "list_price": Decimal(120)},
        {"external_id": "pro", "name": "Pro", "list_price": Decimal(500)},
    ])  # fmt: skip
    company.write("account", [
        {"external_id": "acme", "name": "Acme", "customer_type": "partner"},
        {"external_id": "beta", "name": "Beta", "customer_type": "direct"},
    ])  # fmt: skip
    write_deals(company, DEALS)
    company.write("lead", [
        {"external_id": "l1", "created_on": day(1, 1), "converted_on": day(1, 11), "source": "web",
         "campaign": "spring", "owner": "ann"},
        {"external_id": "l2", "created_on": day(1, 1), "converted_on": day(3, 2), "source": "web",
         "owner": "bob"},
        {"external_id": "l3", "created_on": day(1, 20), "source": "fair", "campaign": "spring",
         "owner": "bob"},
        {"external_id": "l4", "created_on": day(2, 20), "source": "fair"},
    ])  # fmt: skip
