"""How one vendor's HTTP differs from another's: signing, limits, and what its signals mean."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

#: What reading an answer raises that is no JSON, or nested deeper than anybody means.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Rate(NamedTuple):
    """So many requests within any span of so many seconds."""

    requests: int
    seconds: float


@dataclass(frozen=True)
class Limit:
    """What a refusal for too many requests means: wait `seconds`, or come back at `until`."""

    seconds: float | None = None
    until: datetime | None = None


def bearer(token: str) -> dict[str, str]:
    """Return the headers that most vendors take a token in."""
    return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class Vendor:
    """A vendor's name and its ways.

    `limit_of` reads status, headers and body of a refusal without a Retry-After, None for one
    that is about something else; `limited` are the statuses that may be such refusals.
    `idempotent` lists how the POST paths begin that only read. `sign` makes headers of a token.
    `nothing` are the statuses, besides 204, that mean a good answer without content, and
    `empty` is what such an answer is read as. `rate` is
    what the vendor allows, and `rate_of` reads it from an answer where the vendor tells it;
    requests are spread so that it is used but not passed. `used_of` reads from an answer which
    share (0 to 1) of a day's requests all programs together have used, None where it does not
    say; the last part is left to the others (`http.MOST_USED`). `means` returns the status that an
    answer should have had, where a vendor says in the body what a status says elsewhere.
    `rate_apart` returns the rate of a path that is counted by itself and not with the others,
    None for all others. `hosts` are the hosts of a vendor that runs itself what it sells; None:
    customers do, and it may be anywhere.
    """

    name: str
    limit_of: Callable[[int, Mapping[str, str], bytes, datetime], Limit | None] | None = None
    limited: frozenset[int] = frozenset((429,))
    idempotent: tuple[str, ...] = ()
    sign: Callable[[str], dict[str, str]] = bearer
    nothing: frozenset[int] = frozenset()
    empty: bytes = b"{}"
    rate: Rate | None = None
    rate_of: Callable[[Mapping[str, str]], Rate | None] | None = None
    used_of: Callable[[Mapping[str, str]], float | None] | None = None
    means: Callable[[int, bytes], int] | None = None
    rate_apart: Callable[[str], Rate | None] | None = None
    hosts: re.Pattern[str] | None = None
