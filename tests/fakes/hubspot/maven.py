"""The public Maven CRM sales data as a HubSpot account."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from tests.fakes.hubspot.hub import FakeHubSpot

# The pipeline's file writes one product differently.
ALIASES = {"GTXPro": "GTX Pro"}
CLOSED = {"Won", "Lost"}


def load_maven(hub: FakeHubSpot, directory: Path | str) -> dict[str, str]:
    """Load the four files of a directory; returns deal ids by the data's own opportunity id.

    Agents are owners in a team "<region> / <manager>"; accounts are companies. Deals are created on
    the day they were engaged and close on their close date, both at 00:00Z; those never engaged are
    created at the account's time. Custom properties of deals: opportunity_id, product, list_price,
    engage_date, sales_region, sales_manager.
    """
    folder = Path(directory)
    # One stamp for all of it, as an import leaves behind.
    with hub.lock, hub.still():
        loaded = hub.now_ms
        for name, kind in (
            ("opportunity_id", "string"),
            ("product", "string"),
            ("list_price", "number"),
            ("engage_date", "date"),
            ("sales_region", "string"),
            ("sales_manager", "string"),
        ):
            hub.define_property("deals", name, kind)
        prices = {row["product"]: row["sales_price"] for row in _rows(folder / "products.csv")}
        companies = _companies(hub, folder)
        owners, teams = _owners(hub, folder)
        deals = {}
        for row in _rows(folder / "sales_pipeline.csv"):
            product = ALIASES.get(row["product"], row["product"])
            region, manager = teams[row["sales_agent"]]
            opened, closed = row["engage_date"], row["close_date"]
            stage = row["deal_stage"]
            key = hub.add_deal(
                f"{product} for {row['account'] or 'a new account'} ({row['opportunity_id']})",
                amount=row["close_value"],
                stage="Engaging" if stage in CLOSED else stage,
                owner=owners[row["sales_agent"]],
                company=companies.get(row["account"]),
                currency=hub.currency,
                created=opened or loaded,
                closed=closed or None,
                opportunity_id=row["opportunity_id"],
                product=product,
                list_price=prices[product],
                engage_date=opened or None,
                sales_region=region,
                sales_manager=manager,
            )
            if stage in CLOSED:
                hub.move(key, stage, at=closed, closed=closed)
            deals[row["opportunity_id"]] = key
    return deals


def _companies(hub: FakeHubSpot, folder: Path) -> dict[str, str]:
    return {
        row["account"]: hub.add_company(
            row["account"],
            industry=row["sector"],
            country=row["office_location"],
            founded_year=row["year_established"],
            numberofemployees=row["employees"],
        )
        for row in _rows(folder / "accounts.csv")
    }


def _owners(hub: FakeHubSpot, folder: Path) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    owners, teams = {}, {}
    for row in _rows(folder / "sales_teams.csv"):
        first, _, last = row["sales_agent"].partition(" ")
        region, manager = row["regional_office"], row["manager"]
        owners[row["sales_agent"]] = hub.add_owner(first, last, teams=(f"{region} / {manager}",))
        teams[row["sales_agent"]] = (region, manager)
    return owners, teams


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)
