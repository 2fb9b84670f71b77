"""What Pipedrive allows, and what its refusals for too many requests mean (pure).

Two limits hold at once: a burst within two seconds for each token, and a budget of tokens for a
day which the whole company shares (pipedrive.readme.io/docs/core-api-concepts-rate-limiting).
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from integrations.vendor import Limit, Rate, Vendor

#: The headers of the day's budget; Pipedrive documents neither and leaves them out at times.
LEFT = "x-daily-ratelimit-token-remaining"
#: The span of a burst in seconds, and the longest that its end is believed to be away.
SPAN, LONGEST = 2.0, 10.0
#: The burst of the smallest plan, until an answer tells the account's own.
SMALLEST = Rate(20, SPAN)
#: The firewall refuses whoever goes on after refusals; for how long, nobody says.
BLOCKED = timedelta(minutes=15)


def sign(token: str) -> dict[str, str]:
    """Return the header in which Pipedrive takes a token."""
    return {"x-api-token": token}


def left(headers: Mapping[str, str]) -> int | None:
    """Return the tokens that the company may still spend today, None where nothing is told."""
    told = headers.get(LEFT, "")
    return int(told) if told.isdigit() else None


def rate_of(headers: Mapping[str, str]) -> Rate | None:
    """Return the burst that an answer tells, None where it tells none."""
    told = headers.get("x-ratelimit-limit", "")
    return Rate(int(told), SPAN) if told.isdigit() and int(told) > 0 else None


def limit_of(status: int, headers: Mapping[str, str], answer: bytes, now: datetime) -> Limit | None:
    """Return what a refusal means: a burst passes in seconds, a spent day does not.

    A spent day may carry a pause of seconds as well, which leads nowhere. The budget comes anew
    at midnight of a server whose zone nobody tells; midnights are at full hours, so that is when
    it is asked again. A refusal as a web page is the firewall's.
    """
    if status == 403:
        return Limit(until=now + BLOCKED) if answer.lstrip()[:1] == b"<" else None
    if left(headers) == 0:
        return Limit(until=now.replace(minute=1, second=0, microsecond=0) + timedelta(hours=1))
    reset = headers.get("x-ratelimit-reset", "")
    return Limit(seconds=min(LONGEST, max(SPAN, float(reset)))) if reset.isdigit() else None


VENDOR = Vendor(
    "Pipedrive",
    limit_of,
    limited=frozenset((403, 429)),
    sign=sign,
    rate=SMALLEST,
    rate_of=rate_of,
    hosts=re.compile(r"([\w-]+\.)*pipedrive\.com", re.ASCII),
)
