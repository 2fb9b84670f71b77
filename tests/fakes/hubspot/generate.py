"""Large accounts: deals by the thousand or million, the same for the same seed."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.fakes.hubspot.bulk import PRODUCTS, Bulk
from tests.fakes.hubspot.hub import FakeHubSpot

MODIFIED = datetime(2026, 1, 5, 6, 0, 0, 125_000, tzinfo=UTC)
FIRST = "Ada Ben Cleo Dara Ewa Finn Gita Hugo Iris Joon".split()
LAST = "Abel Brandt Castro Dinh Eriksen".split()


def generate(
    hub: FakeHubSpot,
    deals: int = 10_001,
    *,
    seed: int = 7,
    period: int = 10_000,
    share: int = 250,
    owners: int = 20,
    companies: int = 200,
    modified: datetime = MODIFIED,
) -> None:
    """Fill an account: owners, companies, and deals with product, amount, dates and stage history.

    Runs of `share` deals have one modification stamp, more than a page. Deals repeat after
    `period` of them in all but id, name and stamp; a small period keeps the server cheap.
    """
    with hub.lock:
        table = hub.tables["deals"]
        if table.bulk is not None:
            raise ValueError("this account is already filled")
        hub.define_property("deals", "product", label="Product")
        held = [
            hub.add_owner(FIRST[n % 10], f"{LAST[n // 10 % 5]} {n // 50 or ''}".strip())
            for n in range(owners)
        ]
        firms = [
            int(hub.add_company(f"Company {n + 1:04d}", industry="SOFTWARE", country="Norway"))
            for n in range(companies)
        ]
        first = table.next_id
        table.next_id += deals
        table.bulk = Bulk(
            first,
            deals,
            seed=seed,
            period=period,
            share=share,
            modified=modified,
            pipeline=hub.pipelines["deals"][0],
            owners=held,
            companies=firms,
        )
        hub.version += 1


__all__ = ["PRODUCTS", "generate"]
