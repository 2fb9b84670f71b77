"""Goals of people for money won, which are quotas: one for each of their periods."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec

from integrations.rest import values
from integrations.rest.fields import Item, Take, day, money
from integrations.rest.stream import Asked, Batch

#: Months of an interval; a week has none.
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
FIELDS = {
    "owner": Take("owner"),
    "first_day": Take("first", day),
    "last_day": Take("last", day),
    "amount": Take("amount", money),
    "currency": Take("currency"),
}


class _Goals(msgspec.Struct):
    goals: list[dict[str, Any]]


class _Found(msgspec.Struct):
    data: _Goals


class _Currencies(msgspec.Struct):
    data: list[dict[str, Any]]


def ask(source: Any, asked: Asked) -> Batch:
    """Ask for the goals for deals won; those for numbers of deals or of teams are no quotas."""
    path = "/api/v1/goals/find"
    found = source.client.get(path, _Found, {"type.name": "deals_won", "is_active": "true"})
    sums = [one for one in found.data.goals if _is_quota(one)]
    codes: dict[str, str] = {}
    if sums:
        told = source.client.get("/api/v1/currencies", _Currencies)
        codes = {str(one.get("id")): str(one.get("code")) for one in told.data}
    today = source.terms.clock().astimezone(source.zone).date()
    return Batch([part for one in sums for part in _parts(one, codes, today)])


def _is_quota(goal: Item) -> bool:
    outcome, whose = goal.get("expected_outcome") or {}, goal.get("assignee") or {}
    return outcome.get("tracking_metric") == "sum" and whose.get("type") == "person"


def _parts(goal: Item, codes: dict[str, str], today: date) -> Iterator[Item]:
    """Yield a goal's periods; one without an end goes on to the end of this year."""
    outcome, lasts = goal["expected_outcome"], goal.get("duration") or {}
    told = {
        "owner": goal["assignee"].get("id"),
        "amount": outcome.get("target"),
        "currency": codes.get(str(outcome.get("currency_id"))),
    }
    try:
        first = date.fromisoformat(str(lasts.get("start")))
        end = values.text(lasts.get("end"))
        until = date(today.year, 12, 31) if end is None else date.fromisoformat(end)
    except ValueError:
        # A period that cannot be read is counted as such, under the goal's own name.
        yield {**told, "id": goal.get("id"), "first": "?"}
        return
    while first <= until:
        following = _next(first, str(goal.get("interval")))
        last = min(until, following - timedelta(days=1))
        yield {**told, "id": f"{goal['id']}:{first}", "first": str(first), "last": str(last)}
        first = following


def _next(first: date, interval: str) -> date:
    """Return when the period after the one that begins on a day begins."""
    if interval not in MONTHS:
        return first + timedelta(days=7)
    months = first.year * 12 + first.month - 1 + MONTHS[interval]
    year, month = divmod(months, 12)
    # Periods of months begin on the first day but for the very first one.
    return date(year, month + 1, 1)
