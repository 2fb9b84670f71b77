"""Metrics of activities: calls, meetings and what else is done with leads and customers (pure)."""

from goals.metrics.definitions.metric import ONE, ZERO, Metric, Param
from goals.words import N_, Message


def _flow(name: str, label: str, direction: str, formula: str, *params: Param) -> Metric:
    return Metric(
        name,
        Message(label),
        "count",
        direction,
        "flow",
        ("activity",),
        Message(formula),
        params,
        limits=(ZERO, None),
        takes_readings=True,
    )


METRICS = (
    _flow(
        "inbound_outbound_calls",
        N_("Calls in and out"),
        "neutral",
        N_("Calls in the window, those of which nobody knows the direction included"),
        Param("direction", ("all", "inbound", "outbound")),
    ),
    _flow(
        "outreach_volume",
        N_("Outreach volume"),
        "up",
        N_("Calls, e-mails and messages in the window that are not inbound"),
    ),
    _flow(
        "meetings_set",
        N_("Meetings set"),
        "up",
        N_("Meetings on the days of the window, without those called off or missed"),
    ),
    _flow(
        "demos",
        N_("Demonstrations held"),
        "up",
        N_("Demonstrations on the days of the window, without those called off or missed"),
    ),
    Metric(
        "calls_per_lead",
        Message(N_("Calls per lead")),
        "number",
        "neutral",
        "ratio",
        ("activity", "lead"),
        Message(N_("Calls to leads that are not inbound divided by the leads called")),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "touchpoints_per_customer",
        Message(N_("Touchpoints per customer")),
        "number",
        "neutral",
        "ratio",
        ("activity",),
        Message(
            N_(
                "Calls, e-mails, messages, meetings and demonstrations with customers divided by"
                " those customers"
            )
        ),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    _flow(
        "engagement_signals",
        N_("Engagement signals"),
        "up",
        N_(
            "What people do of their own accord: visits, forms, opened e-mails, clicks, events,"
            " and calls and messages from them"
        ),
    ),
    Metric(
        "crm_adoption",
        Message(N_("CRM adoption")),
        "rate",
        "up",
        "ratio",
        ("activity", "owner"),
        Message(N_("Active owners with an activity in the window divided by active owners")),
        limits=(ZERO, ONE),
        takes_readings=True,
    ),
    Metric(
        "followup_coverage",
        Message(N_("Follow-up coverage")),
        "rate",
        "up",
        "ratio",
        ("activity", "lead"),
        Message(
            N_(
                "Open leads that came or were reached out to in the last %(within_days)s days, or"
                " have a next step, divided by open leads at the end of the day"
            )
        ),
        (Param("within_days", number=7),),
        limits=(ZERO, ONE),
        takes_readings=True,
    ),
    Metric(
        "leads_per_rep",
        Message(N_("Leads per rep")),
        "number",
        "neutral",
        "ratio",
        ("lead", "owner"),
        Message(N_("Open leads of active owners divided by active owners at the end of the day")),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "most_least_active",
        Message(N_("Most and least active leads")),
        "count",
        "neutral",
        "stock",
        ("activity", "lead"),
        Message(
            N_(
                "Activities in the window with leads that are open at its end; the records list"
                " those leads, the ones without any activity included"
            )
        ),
        limits=(ZERO, None),
        takes_readings=True,
    ),
)
