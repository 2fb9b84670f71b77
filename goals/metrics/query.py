"""A question for a metric: which number, over which days, of whom (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Query:
    """What to read.

    Days are inclusive; a stock is read at the end of `last_day`. `where` narrows to members
    of dimensions, `by` splits by one. `matured` ends the time that outcomes of a cohort may
    take (None: today). `known_at` asks for what was known then (None: now). `versions` names
    custom metrics that are meant as they once were; the others are as they are now.
    """

    metric: str
    first_day: date
    last_day: date
    params: Mapping[str, Any] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    matured: date | None = None
    known_at: datetime | None = None
    versions: Mapping[str, int] = field(default_factory=dict)
