"""The metrics of the catalogue in groups, as people look for them (pure)."""

from collections.abc import Iterable

from goals.words import N_, Message

#: A group's name and its metrics in order; what stands in none comes last, among the others.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        N_("Leads and demand"),
        ("leads_new", "leads_by_type", "lead_conversion", "lead_qualification_pct", "mql_to_sql")
        + ("opt_in_rate", "referrals", "followup_coverage", "calls_per_lead", "leads_per_rep")
        + ("leads_needed", "lead_score", "most_least_active"),
    ),
    (
        N_("Marketing"),
        ("web_traffic", "subscribers", "email_open_rate", "email_ctr", "content_performance")
        + ("engagement_signals", "touchpoints_per_customer")
        + ("cpl", "cost_per_sale", "cac", "cac_payback", "ltv_cac"),
    ),
    (
        N_("Sales and pipeline"),
        ("win_rate", "sales_cycle", "avg_deal_size", "open_deals", "opportunities_new")
        + ("pipeline_velocity", "stage_length", "stage_dropoff", "stage_share", "forecast")
        + ("contracts_signed", "meetings_set", "demos", "outreach_volume", "quota_attainment")
        + ("deals_to_quota", "productivity"),
    ),
    (
        N_("Revenue and customers"),
        ("revenue", "new_revenue", "new_customers", "revenue_growth", "yoy_comparison")
        + ("net_new_revenue", "net_new_mrr", "customers_retained", "retention_rate")
        + ("churn_rate", "revenue_churn", "grr", "nrr", "renewal_rate", "repeat_rate")
        + ("upsell_rate", "cross_upsell_opps", "clv", "avg_purchase_value")
        + ("purchase_frequency", "customer_value", "customer_lifespan"),
    ),
    (
        N_("Service and satisfaction"),
        ("csat", "nps", "resolution_time", "open_cases", "service_requests")
        + ("inbound_outbound_calls",),
    ),
    (N_("People and data"), ("crm_adoption", "data_quality", "headcount")),
)
OTHERS = N_("Other numbers")


def grouped(ids: Iterable[str]) -> list[tuple[Message, tuple[str, ...]]]:
    """Return metrics by their groups, each metric once; groups without any are left out."""
    wanted = list(ids)
    found = [
        (Message(name), tuple(one for one in members if one in wanted)) for name, members in GROUPS
    ]
    known = {one for _, members in GROUPS for one in members}
    found.append((Message(OTHERS), tuple(one for one in wanted if one not in known)))
    return [(name, members) for name, members in found if members]
