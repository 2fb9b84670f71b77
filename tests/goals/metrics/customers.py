"""Subscriptions and purchases to count, and the same numbers worked out row by row."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.goals.metrics.company import Company
from tests.goals.metrics.maven import SHARED

DAY = timedelta(days=1)
IS_THERE = (SHARED / "domain" / "vectors.json").exists()


def vectors(name: str) -> Any:
    return json.loads((SHARED / "domain" / "vectors.json").read_text(encoding="utf-8"))[name]


@dataclass(frozen=True)
class Sub:
    """A subscription; `ended` None while it runs."""

    id: str
    account: str
    started: date
    ended: date | None = None
    mrr: int = 10

    def stands(self, day: date) -> bool:
        """Tell whether it stands at the end of a day."""
        return self.started <= day and (self.ended is None or self.ended > day)


def write_subs(company: Company, subs: Iterable[Sub], **more: Any) -> None:
    company.write(
        "subscription",
        [
            {
                "external_id": one.id,
                "account": one.account,
                "started_on": one.started,
                "ended_on": one.ended,
                "mrr": Decimal(one.mrr),
                **more,
            }
            for one in subs
        ],
    )


def paid(subs: Sequence[Sub], day: date) -> dict[str, int]:
    """What each account pays a month at the end of a day; accounts with nothing are left out."""
    found: dict[str, int] = {}
    for one in subs:
        if one.stands(day):
            found[one.account] = found.get(one.account, 0) + one.mrr
    return found


def went_on(one: Sub, subs: Sequence[Sub], last: date) -> bool:
    """Whether a subscription, or one that took over on the day it ended, stands on a day."""
    if one.stands(last):
        return True
    return (
        one.ended is not None
        and one.ended <= last
        and any(
            went_on(other, subs, last)
            for other in subs
            if other.account == one.account
            and other.started == one.ended
            and (other.ended is None or other.ended > other.started)
        )
    )


def of_subs(subs: Sequence[Sub], first: date, last: date) -> dict[str, Any]:
    """The numbers of a window by looking at every row on every day."""
    opening, closing = paid(subs, first - DAY), paid(subs, last)
    days = [first + DAY * n for n in range((last - first).days + 1)]
    met = {name for day in days for name in paid(subs, day)}
    lost = set(opening) - set(closing)
    start, low = sum(opening.values()), sum(min(v, closing.get(k, 0)) for k, v in opening.items())
    end = sum(closing.get(name, 0) for name in opening)
    there = [one for one in subs if one.stands(first - DAY)]
    gone = [one for one in there if not went_on(one, subs, last)]
    passed = met - set(opening) - set(closing)

    def share(part: int, whole: int) -> float | None:
        return part / whole if whole else None

    return {
        "churn_rate": share(len(lost), len(opening)),
        "retention_rate": share(len(opening) - len(lost), len(opening)),
        "end_less_new": share(len(opening) - len(lost) - len(passed), len(opening)),
        "customers_retained": len(opening) - len(lost),
        "by_subscription": share(len(gone), len(there)),
        "revenue_churn": share(start - low, start),
        "grr": share(low, start),
        "nrr": share(end, start),
        "net_new_mrr": sum(closing.values()) - sum(opening.values()),
    }


@dataclass(frozen=True)
class Buy:
    """A purchase, or a refund."""

    id: str
    account: str
    day: date
    amount: int = 10
    is_refund: bool = False


def write_buys(company: Company, buys: Iterable[Buy], **more: Any) -> None:
    company.write(
        "purchase",
        [
            {
                "external_id": one.id,
                "account": one.account,
                "day": one.day,
                "amount": Decimal(one.amount),
                "is_refund": one.is_refund,
                **more,
            }
            for one in buys
        ],
    )


def of_buys(buys: Sequence[Buy], first: date, last: date, idle: int) -> dict[str, Any]:
    """The numbers of a window by looking at every purchase of every customer."""
    days: dict[str, list[date]] = {}
    for one in buys:
        if not one.is_refund:
            days.setdefault(one.account, []).append(one.day)
    within = [one for one in buys if first <= one.day <= last]
    bought = [one for one in within if not one.is_refund]
    who = {one.account for one in bought}
    revenue = sum(-abs(one.amount) if one.is_refund else one.amount for one in within)
    back = timedelta(days=idle)
    start = {k for k, v in days.items() if any(first - back <= day < first for day in v)}
    left = {k for k, v in days.items() if any(last - back <= day <= last for day in v)}
    new = {k for k, v in days.items() if first <= min(v) <= last}
    so_far = {k: [day for day in v if day <= last] for k, v in days.items() if min(v) <= last}
    lives = sum((max(v) - min(v)).days for v in so_far.values())
    on_first = [one for one in within if one.account in days and one.day == min(days[one.account])]

    def share(part: float, whole: int) -> float | None:
        return part / whole if whole else None

    return {
        "avg_purchase_value": share(revenue, len(bought)),
        "purchase_frequency": share(len(bought), len(who)),
        "customer_value": share(revenue, len(who)),
        "customer_lifespan": share(lives / 365.25, len(so_far)),
        "orders": share(sum(len(days[name]) > 1 for name in new), len(new)),
        "days": share(sum(len(set(days[name])) > 1 for name in new), len(new)),
        "net_new_revenue": sum(
            -abs(one.amount) if one.is_refund else one.amount for one in on_first
        ),
        "churn_rate": share(len(start - left), len(start)),
    }
