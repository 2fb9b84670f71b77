"""Metrics that are delivered as readings so far: their names, units and better sides (pure)."""

from decimal import Decimal
from typing import NamedTuple

from goals.words import N_


class Row(NamedTuple):
    """One delivered metric; `needs` are the records it could be counted from."""

    id: str
    name: str
    unit: str
    direction: str
    kind: str
    needs: tuple[str, ...] = ("reading",)


#: The values a unit allows.
RANGES: dict[str, tuple[Decimal | None, Decimal | None]] = {
    "rate": (Decimal(0), Decimal(1)),
    "score": (Decimal(-100), Decimal(100)),
    "ratio": (None, None),
}

ROWS = (
    Row("cross_upsell_opps", N_("Cross-sell and upsell opportunities"), "count", "up", "flow",
        ("deal",)),
    Row("headcount", N_("Headcount"), "count", "up", "stock"),
)  # fmt: skip
