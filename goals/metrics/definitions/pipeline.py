"""Metrics of the way through the pipeline (pure)."""

from goals.metrics.definitions.metric import ONE, ZERO, Metric, Param
from goals.words import N_, Message

METRICS = (
    Metric(
        "opportunities_new",
        Message(N_("New opportunities")),
        "count",
        "up",
        "flow",
        ("deal",),
        Message(N_("Deals created in the window; a deal opened again is not new")),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "contracts_signed",
        Message(N_("Contracts signed")),
        "count",
        "up",
        "flow",
        ("deal",),
        Message(N_("Deals won, by close date")),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "stage_length",
        Message(N_("Time in stage")),
        "days",
        "down",
        "duration",
        ("stage_event",),
        Message(
            N_(
                "Days of all visits of a deal to a stage, over the deals that left the stage for "
                "good in the window; a stage that a deal skipped does not count"
            )
        ),
        (Param("stat", ("mean", "median", "p90")), Param("visits", ("all", "last"))),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "stage_share",
        Message(N_("Share of deals in a stage")),
        "rate",
        "neutral",
        "ratio",
        ("stage_event",),
        Message(N_("Deals in the stage divided by all open deals, at the end of the last day")),
        limits=(ZERO, ONE),
        takes_readings=True,
    ),
    Metric(
        "stage_dropoff",
        Message(N_("Drop-off per stage")),
        "rate",
        "down",
        "ratio",
        ("stage_event",),
        Message(
            N_(
                "Deals lost from the stage divided by the deals that first entered it in the "
                "window, whenever they were lost"
            )
        ),
        limits=(ZERO, ONE),
        takes_readings=True,
    ),
    Metric(
        "pipeline_velocity",
        Message(N_("Pipeline velocity")),
        "money",
        "up",
        "ratio",
        ("deal", "stage_event"),
        Message(
            N_(
                "Money a day: deals open at the end × win rate × average deal size ÷ days of the "
                "sales cycle, of the deals closed in the window"
            )
        ),
        (Param("days"),),
        takes_readings=True,
    ),
    Metric(
        "forecast",
        Message(N_("Sales forecast")),
        "money",
        "up",
        "stock",
        ("deal",),
        Message(
            N_(
                "Amounts won in the window, and the amounts of the open deals expected to close "
                "in it from today on, each times the probability of its stage; full counts them "
                "whole, commit only those that the CRM's forecast category commits to, and the "
                "part open leaves out what was won"
            )
        ),
        (Param("odds", ("stage", "history", "full", "commit")), Param("part", ("both", "open"))),
        takes_readings=True,
        looks_ahead=True,
    ),
)
