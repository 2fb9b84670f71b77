"""Measures of leads: by the day they came, by the day they converted."""

from dataclasses import replace

from sqlmodel import col

from goals.metrics import rows
from goals.metrics.measures.measure import Measure
from goals.records.demand import Lead

_CREATED, _CONVERTED = rows.column(Lead.created_on), rows.column(Lead.converted_on)
_PAIRS = (("source", "campaign"),)
_LEADS = Measure(
    "leads", "lead", "created_on", rows.leads, _CREATED, col(Lead.id).is_not(None), pairs=_PAIRS
)

MEASURES = (
    _LEADS,
    replace(
        _LEADS,
        id="leads_converted",
        only=_CONVERTED.is_not(None),
        turns=(_CONVERTED, "conversions"),
    ),
    Measure(
        "conversions",
        "lead",
        "converted_on",
        rows.leads,
        _CONVERTED,
        _CONVERTED.is_not(None),
        pairs=_PAIRS,
    ),
)
