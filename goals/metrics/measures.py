"""Measures: what is counted and summed, bound to the records' columns.

A measure adds up: over days, over members of a dimension, over both. Its definition is a
statement, used alike for rolling up days, for rebuilding everything and for reading records
that no rollup covers. Sums are whole numbers: money in ten-thousandths, spans in days, days
as ordinals.
"""

from goals.metrics.counts import (
    activities,
    costs,
    deals,
    leads,
    marketing,
    pipeline,
    purchases,
    quota,
    reaching,
    scores,
    service,
    subscriptions,
)
from goals.metrics.counts.measure import SEPARATOR, UNDATED, Measure

__all__ = ["MEASURES", "SEPARATOR", "UNDATED", "UNROLLED", "Measure", "find"]

MEASURES: dict[str, Measure] = {
    one.id: one
    for one in (
        *deals.MEASURES,
        *quota.MEASURES,
        *leads.MEASURES,
        *marketing.MEASURES,
        *costs.MEASURES,
        *service.MEASURES,
        *activities.MEASURES,
        *subscriptions.MEASURES,
        *purchases.MEASURES,
    )
}
#: Measures that are counted from the records whenever they are asked for.
UNROLLED: dict[str, Measure] = {
    one.id: one
    for one in (
        *activities.UNROLLED.values(),
        *costs.KNOWN.values(),
        *marketing.KNOWN.values(),
        *pipeline.UNROLLED,
        *quota.UNROLLED,
        *reaching.MEASURES.values(),
        scores.TOLD,
    )
}


def find(name: str) -> Measure:
    """Return a measure by its id, those that are made when asked for included."""
    if name in UNROLLED:
        return UNROLLED[name]
    if name.endswith("_cycle_lead"):
        return deals.cycle_from_lead(name.split("_")[0])
    if name.startswith("new_revenue_"):
        return MEASURES.get(name) or deals.new_revenue(int(name.rsplit("_", 1)[1]))
    if name in MEASURES:
        return MEASURES[name]
    made = (make(name) for make in (service.find, subscriptions.made, purchases.made))
    found = next((one for one in made if one is not None), None)
    if found is None:
        raise KeyError(name)
    return found
