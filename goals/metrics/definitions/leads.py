"""Metrics of leads (pure)."""

from goals.metrics.definitions.metric import ONE, ZERO, Metric, Param
from goals.words import N_, Message

METRICS = (
    Metric(
        "leads_new",
        Message(N_("New leads")),
        "count",
        "up",
        "flow",
        ("lead",),
        Message(N_("Leads created in the window")),
        limits=(ZERO, None),
    ),
    Metric(
        "lead_conversion",
        Message(N_("Lead conversion")),
        "rate",
        "up",
        "ratio",
        ("lead",),
        Message(N_("Leads that converted divided by leads created")),
        (Param("mode", ("cohort", "period")), Param("within_days")),
        limits=(ZERO, None),
    ),
    Metric(
        "leads_by_type",
        Message(N_("Leads by type")),
        "count",
        "up",
        "flow",
        ("lead", "lead_event"),
        Message(N_("Leads that first reached the type in the window, once for each type")),
        (Param("type", ("all", "iql", "mql", "sql", "trial")),),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "lead_qualification_pct",
        Message(N_("Lead qualification rate")),
        "rate",
        "up",
        "ratio",
        ("lead",),
        Message(N_("Leads created in the window that were qualified, divided by leads created")),
        limits=(ZERO, ONE),
        takes_readings=True,
    ),
    Metric(
        "mql_to_sql",
        Message(N_("MQL to SQL rate")),
        "rate",
        "up",
        "ratio",
        ("lead", "lead_event"),
        Message(
            N_(
                "Leads that became SQL, divided by leads that became MQL in the window; whoever"
                " skipped a type has reached it"
            )
        ),
        limits=(ZERO, ONE),
        takes_readings=True,
    ),
    Metric(
        "referrals",
        Message(N_("Referrals")),
        "count",
        "up",
        "flow",
        ("lead",),
        Message(N_("Leads created in the window whose source is a customer")),
        limits=(ZERO, None),
        takes_readings=True,
        note=Message(N_("Referrals by employees and by other web sites do not count.")),
    ),
    Metric(
        "lead_score",
        Message(N_("Lead score")),
        "number",
        "up",
        "score",
        ("lead", "lead_event"),
        Message(
            N_(
                "Points of the events of leads up to the end of the day, divided by the leads that"
                " are neither converted nor disqualified by then; a lead without events has 0"
            )
        ),
        (Param("repeats", ("each", "once")),),
        takes_readings=True,
        note=Message(
            N_(
                "An event counts with its own value; without one, with the points that are our"
                " default for its kind: a trial or an appointment 25, a reply 15, a click or a"
                " visit of the page with prices 10, a subscription or an opened e-mail 5, a"
                " cancelled appointment -5, no e-mail opened -10, unsubscribing -25. A lead may"
                " also score once by each kind of event, the first time that it comes."
            )
        ),
    ),
)
