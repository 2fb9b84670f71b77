"""Marketing campaigns with their budgets and what was spent, as HubSpot keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from threading import RLock
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.fakes.hubspot import errors, stamps
from tests.fakes.hubspot.stamps import Moment

if TYPE_CHECKING:
    from tests.fakes.hubspot.api import Answer, Ask
    from tests.fakes.hubspot.hub import FakeHubSpot

SCOPE = "marketing.campaigns.read"
MOST = 100
DEFAULT = 50


@dataclass(slots=True)
class Money:
    """A part of a budget, or something that was paid; `at` is when it was written down."""

    id: str
    name: str
    amount: Decimal
    at: int

    def body(self, order: int) -> dict[str, Any]:
        """The item as the budget shows it: a number, and stamps in epoch milliseconds."""
        return {
            "id": self.id,
            "name": self.name,
            "amount": float(self.amount),
            "order": order,
            "createdAt": self.at,
            "updatedAt": self.at,
        }


@dataclass(slots=True)
class Campaign:
    """A campaign; days are texts such as 2026-01-31."""

    id: str
    properties: dict[str, str | None]
    created: int
    updated: int
    currency: str
    budget: list[Money] = field(default_factory=list)
    spent: list[Money] = field(default_factory=list)


class Marketing:
    """The campaigns of the account; a part of FakeHubSpot."""

    lock: RLock
    campaigns: dict[str, Campaign]
    version: int
    currency: str

    @property
    def now_ms(self) -> int:
        """Time of the account in epoch milliseconds."""
        raise NotImplementedError

    def add_campaign(
        self,
        name: str,
        *,
        starts: str | None = None,
        ends: str | None = None,
        budget: Any = None,
        currency: str | None = None,
    ) -> str:
        """Add a campaign; returns its GUID."""
        with self.lock:
            self.version += 1
            key = str(UUID(int=0xC0FFEE0000 + self.version))
            known = {"hs_name": name, "hs_start_date": starts, "hs_end_date": ends}
            now = self.now_ms
            made = Campaign(key, known, now, now, currency or self.currency)
            if budget is not None:
                made.budget.append(Money("1", "Budget", Decimal(str(budget)), now))
            self.campaigns[key] = made
            return key

    def add_spend(self, campaign: str, amount: Any, *, at: Moment | None = None) -> str:
        """Write down what was paid for a campaign; returns the item's id."""
        with self.lock:
            self.version += 1
            moment = self.now_ms if at is None else stamps.to_ms(at)
            item = Money(str(500 + self.version), "Paid", Decimal(str(amount)), moment)
            self.campaigns[campaign].spent.append(item)
            return item.id

    def rename_campaign(self, campaign: str, name: str) -> None:
        """Give a campaign another name."""
        with self.lock:
            self.campaigns[campaign].properties["hs_name"] = name
            self.campaigns[campaign].updated = self.now_ms

    def remove_campaign(self, campaign: str) -> None:
        """Delete a campaign with its money: no list has it any more."""
        with self.lock:
            del self.campaigns[campaign]


def campaigns(hub: FakeHubSpot, ask: Ask) -> Answer:
    """A page of campaigns; only the properties that were asked for."""
    limit = ask.number("limit", DEFAULT, MOST)
    after = ask.word("after") or "0"
    if not after.isdigit():
        raise errors.invalid("after is not a cursor of this listing.")
    known = sorted(hub.campaigns.values(), key=lambda one: one.id)
    first, wanted = int(after), ask.words("properties")
    answer: dict[str, Any] = {
        "total": len(known),
        "results": [
            {
                "id": one.id,
                "properties": {
                    name: value
                    for name, value in one.properties.items()
                    if name in wanted and value is not None
                },
                "createdAt": stamps.iso(one.created),
                "updatedAt": stamps.iso(one.updated),
                "businessUnits": [{"id": 0}],
            }
            for one in known[first : first + limit]
        ],
    }
    if first + limit < len(known):
        cursor = str(first + limit)
        answer["paging"] = {"next": {"after": cursor, "link": f"?after={cursor}"}}
    return answer


def totals(hub: FakeHubSpot, ask: Ask) -> Answer:
    """Budget and spend of one campaign; the sums are left out where there are no items."""
    found = hub.campaigns.get(ask.parts[0])
    if found is None:
        raise errors.missing(f"There is no campaign {ask.parts[0]}.")
    answer: dict[str, Any] = {
        "currencyCode": found.currency,
        "budgetItems": [one.body(place) for place, one in enumerate(found.budget)],
        "spendItems": [one.body(place) for place, one in enumerate(found.spent)],
    }
    if found.budget:
        answer["budgetTotal"] = float(sum(one.amount for one in found.budget))
    if found.spent:
        answer["spendTotal"] = float(sum(one.amount for one in found.spent))
    return answer
