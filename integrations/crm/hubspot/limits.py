"""What HubSpot's refusals for too many requests mean."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import msgspec

from integrations.crm.hubspot import paths
from integrations.vendor import UNREADABLE, Limit, Rate, Vendor

#: Searches are counted by themselves, and no answer says how many are allowed.
SEARCHES = Rate(5, 1.0)


class _Refusal(msgspec.Struct, rename="camel"):
    policy_name: str = ""


def vendor(zone: str) -> Vendor:
    """Return how HubSpot differs, for an account that most likely lives in a time zone."""
    return Vendor(
        "HubSpot",
        partial(limit_of, zone=zone),
        idempotent=("/crm/",),
        rate_of=rate_of,
        rate_apart=lambda path: SEARCHES if path.endswith("/search") else None,
        hosts=paths.HOSTS,
    )


def rate_of(headers: Mapping[str, str]) -> Rate | None:
    """Return what an account may ask in a short while, None where an answer does not say."""
    try:
        requests = int(headers["x-hubspot-ratelimit-max"])
        seconds = int(headers["x-hubspot-ratelimit-interval-milliseconds"]) / 1000
    except (KeyError, ValueError):
        return None
    return Rate(requests, seconds) if requests > 0 and seconds > 0 else None


def limit_of(
    status: int, headers: Mapping[str, str], answer: bytes, now: datetime, zone: str = "UTC"
) -> Limit | None:
    """Return what a 429 means: a burst passes in seconds, a spent day does not."""
    try:
        policy = msgspec.json.decode(answer, type=_Refusal).policy_name
    except UNREADABLE:
        return None
    if "DAILY" in policy:
        return Limit(until=next_day(now, zone))
    if "SECONDLY" in policy and "TEN" in policy:
        return Limit(seconds=10.0)
    if "SECONDLY" in policy:
        return Limit(seconds=1.0)
    return None


def next_day(now: datetime, zone: str) -> datetime:
    """Return when a day's allowance may be given anew.

    HubSpot counts days in the account's own zone, which nobody told us: the next midnight in
    the workspace's zone or in UTC, whichever comes first.
    """
    return min(_midnight(now, ZoneInfo(zone)), _midnight(now, ZoneInfo("UTC")))


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).astimezone(UTC)
