"""Measures of leads: by the day they came, by the day they converted."""

from dataclasses import replace

from sqlalchemy import func
from sqlmodel import col

from goals.metrics import rows
from goals.metrics.counts.measure import Measure
from goals.metrics.counts.reaching import OF_LEAD
from goals.records.demand import Lead

_CREATED, _CONVERTED = rows.column(Lead.created_on), rows.column(Lead.converted_on)
_PAIRS = (("source", "campaign"),)
_LEADS = Measure(
    "leads", "lead", "created_on", rows.leads, _CREATED, col(Lead.id).is_not(None), pairs=_PAIRS
)
_QUALIFIED = rows.column(Lead.qualified_on)
#: What a source says, in small letters, when a customer brought the lead. Colleagues and other
#: web sites that refer somebody are no customers.
REFERRED = (
    "referral", "customer referral", "client referral", "referred by customer",
    "referred by a customer", "reference", "customer reference", "word of mouth",
    "ลูกค้าแนะนำ", "客户推荐", "客户介绍", "老客户介绍", "转介绍",
)  # fmt: skip

MEASURES = (
    _LEADS,
    # Whether anything is known of sources and types at all.
    replace(_LEADS, id="leads_sourced", only=col(Lead.source).is_not(None), seldom=True),
    replace(_LEADS, id="leads_typed", only=OF_LEAD.is_not(None), seldom=True),
    replace(
        _LEADS,
        id="leads_converted",
        only=_CONVERTED.is_not(None),
        turns=(_CONVERTED, "conversions"),
    ),
    replace(_LEADS, id="leads_qualified", only=_QUALIFIED.is_not(None), turns=(_QUALIFIED, None)),
    replace(_LEADS, id="referrals", only=func.lower(func.trim(col(Lead.source))).in_(REFERRED)),
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
