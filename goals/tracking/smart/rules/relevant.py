"""R: why the goal matters, and whether it moves what it is part of (pure)."""

from collections.abc import Callable, Iterator, Mapping

from goals.metrics import catalogue
from goals.tracking.smart.lint import Finding
from goals.tracking.smart.rules.facts import Facts
from goals.words import N_, Message

#: What moves what: a metric, and the metrics that move it, in either direction.
DRIVERS: Mapping[str, frozenset[str]] = {
    name: frozenset(drivers.split())
    for name, drivers in {
        "leads_new": "web_traffic opt_in_rate referrals subscribers cpl content_performance "
        "outreach_volume",
        "opt_in_rate": "content_performance web_traffic email_ctr",
        "mql_to_sql": "lead_score lead_qualification_pct followup_coverage data_quality",
        "lead_qualification_pct": "lead_score data_quality content_performance",
        "lead_conversion": "mql_to_sql lead_qualification_pct followup_coverage lead_score "
        "win_rate demos meetings_set calls_per_lead sales_cycle resolution_time "
        "leads_per_rep",
        "win_rate": "lead_qualification_pct mql_to_sql demos followup_coverage lead_score "
        "sales_cycle leads_per_rep stage_length meetings_set",
        "sales_cycle": "stage_length followup_coverage stage_share leads_per_rep data_quality "
        "crm_adoption",
        "stage_length": "followup_coverage leads_per_rep crm_adoption",
        "followup_coverage": "leads_per_rep crm_adoption",
        "churn_rate": "resolution_time csat nps open_cases service_requests renewal_rate "
        "crm_adoption followup_coverage repeat_rate",
        "retention_rate": "resolution_time csat nps open_cases service_requests renewal_rate "
        "churn_rate repeat_rate",
        "renewal_rate": "csat nps resolution_time churn_rate open_cases",
        "repeat_rate": "csat nps email_open_rate email_ctr subscribers",
        "clv": "repeat_rate avg_purchase_value purchase_frequency customer_lifespan "
        "churn_rate retention_rate upsell_rate",
        "cac": "cpl cost_per_sale win_rate lead_conversion new_customers "
        "lead_qualification_pct leads_per_rep",
        "cpl": "opt_in_rate email_ctr content_performance web_traffic",
        "cost_per_sale": "cpl lead_conversion win_rate",
        "new_customers": "leads_new win_rate lead_conversion opportunities_new referrals demos "
        "meetings_set contracts_signed customers_by_campaign",
        "new_revenue": "new_customers avg_deal_size win_rate leads_new lead_conversion",
        "net_new_revenue": "new_customers avg_deal_size service_requests resolution_time",
        "revenue": "new_customers avg_deal_size win_rate leads_new lead_conversion "
        "sales_cycle new_revenue quota_attainment churn_rate retention_rate "
        "renewal_rate repeat_rate upsell_rate cross_upsell_opps clv "
        "opportunities_new open_deals contracts_signed pipeline_velocity "
        "referrals forecast revenue_by_campaign web_traffic followup_coverage",
        "quota_attainment": "revenue win_rate avg_deal_size opportunities_new open_deals "
        "sales_cycle leads_new",
        "upsell_rate": "csat nps followup_coverage cross_upsell_opps",
        "nps": "csat resolution_time open_cases service_requests",
        "csat": "resolution_time open_cases service_requests nps headcount",
        "resolution_time": "open_cases service_requests headcount",
        "productivity": "sales_by_agent leads_per_rep crm_adoption sales_cycle "
        "lead_qualification_pct",
    }.items()
}
_SAME = {"revenue_growth": "revenue", "sales_by_agent": "revenue", "sales_by_region": "revenue"}


def moves(metric: str, whole: str) -> bool | None:
    """Tell whether a metric moves another one, directly or through a third; None: not known."""
    part, aim = _SAME.get(metric, metric), _SAME.get(whole, whole)
    if part == aim:
        return True
    if aim not in DRIVERS or not catalogue.knows(part):
        return None
    direct = DRIVERS[aim]
    return part in direct or any(part in DRIVERS.get(one, ()) for one in direct)


def _has_reason(facts: Facts) -> Iterator[Finding]:
    if facts.reason == "none":
        yield facts.find(
            "smart-R1",
            "fail",
            Message(N_("It does not say why it matters.")),
            Message(N_("Write the reason, or link the goal to the one that it serves.")),
        )
    elif facts.reason in ("obvious", "empty"):
        yield facts.find(
            "smart-R1",
            "weak",
            Message(N_("The reason is left to the reader.")),
            Message(N_("Say because of what, or so that what becomes possible.")),
            quote="reason",
        )


def _moves_parent(facts: Facts) -> Iterator[Finding]:
    if facts.metric is None or facts.is_milestone:
        return
    for parent in facts.parent_metrics:
        if moves(facts.metric, parent) is False:
            yield facts.find(
                "smart-R2",
                "warn",
                Message(N_("This number is not known to move the goal that it is part of.")),
                Message(N_("Link it to another goal, or say how the one leads to the other.")),
                evidence=Message(
                    N_("%(part)s is not among what moves %(whole)s."),
                    {"part": _name(facts.metric), "whole": _name(parent)},
                ),
            )


def _name(metric: str) -> Message | str:
    found = catalogue.METRICS.get(catalogue.ALIASES.get(metric, (metric, {}))[0])
    return found.name if found is not None else metric


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (_has_reason, _moves_parent)
