"""The Maven sales data, where the shared data is at hand: 8,800 deals of 2016 and 2017."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.goals.metrics.company import Company

SHARED = Path(__file__).resolve().parents[4] / "shared"
FOLDER = SHARED / "data" / "maven_crm"
IS_THERE = (FOLDER / "sales_pipeline.csv").exists()
STATUS = {"Won": "won", "Lost": "lost"}
#: The price list spells one product otherwise than the deals do.
SPELT = {"GTXPro": "GTX Pro"}


def golden() -> dict[str, Any]:
    text = (SHARED / "domain" / "golden.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["maven_crm"]
    return found


def rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(company: Company) -> None:
    company.write(
        "owner",
        (
            {
                "external_id": row["sales_agent"],
                "name": row["sales_agent"],
                "manager": row["manager"],
                "region": row["regional_office"],
            }
            for row in rows("sales_teams")
        ),
    )
    company.write(
        "product",
        (
            {
                "external_id": row["product"],
                "name": row["product"],
                "list_price": Decimal(row["sales_price"]),
            }
            for row in rows("products")
        ),
    )
    company.write(
        "account",
        ({"external_id": row["account"], "name": row["account"]} for row in rows("accounts")),
    )
    deals = list(rows("sales_pipeline"))
    company.write("deal", map(deal, deals))
    company.histories({row["opportunity_id"]: history(row) for row in deals if row["engage_date"]})


def deal(row: dict[str, str]) -> dict[str, Any]:
    return {
        "external_id": row["opportunity_id"],
        "owner": row["sales_agent"],
        "product": SPELT.get(row["product"], row["product"]),
        "account": row["account"] or None,
        "stage": row["deal_stage"],
        "status": STATUS.get(row["deal_stage"], "open"),
        "amount": Decimal(row["close_value"]) if row["close_value"] else None,
        "currency": "USD",
        "created_on": day(row["engage_date"]),
        "closed_on": day(row["close_date"]),
    }


def history(row: dict[str, str]) -> list[tuple[str, str, date]]:
    started, closed = day(row["engage_date"]), day(row["close_date"])
    assert started is not None
    steps = [("Engaging", "open", started)]
    if closed is not None:
        steps.append((row["deal_stage"], STATUS[row["deal_stage"]], closed))
    return steps


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
