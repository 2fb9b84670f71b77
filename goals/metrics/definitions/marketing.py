"""Metrics of marketing (pure)."""

from goals.metrics.definitions.metric import ONE, ZERO, Metric, Param
from goals.words import N_, Message

METRICS = (
    Metric(
        "opt_in_rate",
        Message(N_("Opt-in rate")),
        "rate",
        "up",
        "ratio",
        ("lead", "web_visit"),
        Message(N_("Leads created divided by visitors of the web site in the same window")),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "web_traffic",
        Message(N_("Web traffic")),
        "count",
        "up",
        "flow",
        ("web_visit",),
        Message(N_("Visits or visitors of the web site, added up over the days of the window")),
        (Param("measure", ("visits", "visitors")),),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "subscribers",
        Message(N_("Subscribers")),
        "count",
        "up",
        "stock",
        ("contact",),
        Message(N_("Contacts that opted in by the end of the day and have not opted out since")),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "email_open_rate",
        Message(N_("E-mail open rate")),
        "rate",
        "up",
        "ratio",
        ("email_event",),
        Message(N_("Mails sent in the window that were opened, each once, divided by delivered")),
        limits=(ZERO, ONE),
        takes_readings=True,
        note=Message(N_("Programs that protect privacy open mails that nobody has read.")),
    ),
    Metric(
        "email_ctr",
        Message(N_("E-mail click rate")),
        "rate",
        "up",
        "ratio",
        ("email_event",),
        Message(
            N_(
                "Mails sent in the window whose links were clicked, each once, divided by"
                " delivered; or all clicks"
            )
        ),
        (Param("measure", ("rate", "clicks")),),
        limits=(ZERO, None),
        takes_readings=True,
        units={("measure", "clicks"): "count"},
        note=Message(N_("Programs that check links click on what nobody has clicked.")),
    ),
    Metric(
        "content_performance",
        Message(N_("Content performance")),
        "count",
        "up",
        "flow",
        ("email_event", "purchase"),
        Message(
            N_("Clicks, or purchases, that content brought in the window; split it by campaign")
        ),
        (Param("measure", ("clicks", "purchases")),),
        limits=(ZERO, None),
        takes_readings=True,
    ),
)
