"""What a goal would take: leads, deals, meetings, spend, customers; exact arithmetic (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Need:
    """Something that a target takes, and how much of it can be counted on (None: not known).

    `kind` is "leads", "deals", "meetings", "spend" or "customers". `each` is what was reckoned
    with: customers for a lead, the amount of a deal, meetings for a deal, or the cost of a
    customer. For "spend", `needed` is what is spent now and `expected` what may be.
    """

    kind: str
    needed: Decimal
    expected: Decimal | None
    each: Decimal

    @property
    def is_short(self) -> bool:
        """Tell whether less can be counted on than it takes."""
        return self.expected is not None and self.expected < self.needed


@dataclass(frozen=True)
class Expected:
    """What the company can count on in the goal's window; None where it is not known."""

    close_rate: Decimal | None = None
    average_deal: Decimal | None = None
    meetings_per_deal: Decimal | None = None
    leads: Decimal | None = None
    deals: Decimal | None = None
    meetings: Decimal | None = None
    spend: Decimal | None = None
    customers: Decimal | None = None


def leads_needed(customers: Decimal, close_rate: Decimal) -> int | None:
    """Return how many leads bring so many customers, rounded up; None at a rate of zero."""
    if close_rate <= 0:
        return None
    return _up(Fraction(customers) / Fraction(close_rate))


def deals_needed(target: Decimal, won: Decimal, average_deal: Decimal) -> int | None:
    """Return how many deals are still needed for an amount; None where a deal brings nothing."""
    if average_deal <= 0:
        return None
    return max(0, _up(Fraction(target - won) / Fraction(average_deal)))


def meetings_needed(deals: Decimal, per_deal: Decimal) -> int:
    """Return how many meetings so many deals take, rounded up."""
    return _up(Fraction(deals) * Fraction(per_deal))


def customers_needed(spend: Decimal, cost_each: Decimal) -> int | None:
    """Return how many customers a spend must bring at a cost for each; None at no cost."""
    if cost_each <= 0:
        return None
    return _up(Fraction(spend) / Fraction(cost_each))


def spend_allowed(customers: Decimal, cost_each: Decimal) -> Decimal:
    """Return what so many customers may cost altogether."""
    return customers * cost_each


def needs(metric: str, target: Decimal, known: Expected) -> Iterator[Need]:
    """Yield what a target takes, as far as what it is reckoned with is known."""
    if metric in ("new_customers", "contracts_signed", "customers_by_campaign"):
        yield from _of_deals(target, known)
    elif metric in ("revenue", "quota_amount", "new_revenue") and known.average_deal:
        deals = deals_needed(target, Decimal(0), known.average_deal)
        if deals is not None:
            yield Need("deals", Decimal(deals), known.deals, known.average_deal)
            yield from _of_deals(Decimal(deals), known)
    elif metric == "cac":
        yield from _of_spend(target, known)


def _of_deals(deals: Decimal, known: Expected) -> Iterator[Need]:
    if known.close_rate is not None:
        needed = leads_needed(deals, known.close_rate)
        if needed is not None:
            yield Need("leads", Decimal(needed), known.leads, known.close_rate)
    if known.meetings_per_deal is not None:
        meetings = Decimal(meetings_needed(deals, known.meetings_per_deal))
        yield Need("meetings", meetings, known.meetings, known.meetings_per_deal)


def _of_spend(target: Decimal, known: Expected) -> Iterator[Need]:
    if known.spend is None or known.customers is None:
        return
    needed = customers_needed(known.spend, target)
    if needed is not None:
        yield Need("customers", Decimal(needed), known.customers, target)
        if known.customers < needed:
            yield Need("spend", known.spend, spend_allowed(known.customers, target), target)


def _up(value: Fraction) -> int:
    return -((-value.numerator) // value.denominator)
