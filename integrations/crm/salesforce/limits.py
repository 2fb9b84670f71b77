"""How Salesforce's HTTP differs: refusals without a Retry-After, and the day's allowance."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from integrations.vendor import UNREADABLE, Limit, Vendor

NAME = "Salesforce"
#: Requests are counted over the last 24 hours, so that there are some again before a day is over.
PAUSE = timedelta(hours=1)
#: Too many long requests at once: those of others end within seconds.
CROWDED = 10.0
HOSTS = re.compile(
    r"([\w-]+\.)+(salesforce\.(com|mil)|force\.com|cloudforce\.com|sfcrmproducts\.cn)", re.ASCII
)
_USAGE = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)", re.ASCII)


class _Refusal(msgspec.Struct, rename="camel"):
    error_code: str = ""
    message: str = ""


def limit_of(status: int, headers: Mapping[str, str], answer: bytes, now: datetime) -> Limit | None:
    """Return what a refusal means: a spent day is waited for, a crowd of requests sat out."""
    try:
        told = msgspec.json.decode(answer, type=list[_Refusal])
    except UNREADABLE:
        return None
    for one in told:
        if one.error_code == "REQUEST_LIMIT_EXCEEDED":
            crowded = one.message.startswith("Concurrent")
            return Limit(seconds=CROWDED) if crowded else Limit(until=now + PAUSE)
    return None


def used_of(headers: Mapping[str, str]) -> float | None:
    """Return the share of the day's requests that are used: `api-usage=18/5000` is 0.0036."""
    found = _USAGE.search(headers.get("sforce-limit-info", ""))
    if found is None or int(found[2]) == 0:
        return None
    return int(found[1]) / int(found[2])


#: All that is posted only reads; a query job that is made twice costs one job more.
VENDOR = Vendor(
    NAME,
    limit_of,
    limited=frozenset((403, 429)),
    idempotent=("/services/data/",),
    used_of=used_of,
    hosts=HOSTS,
)
