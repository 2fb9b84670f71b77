"""Metrics of service and satisfaction (pure)."""

from decimal import Decimal

from goals.metrics.definitions.metric import ZERO, Metric, Param
from goals.words import N_, Message

_HUNDRED = Decimal(100)

METRICS = (
    Metric(
        "resolution_time",
        Message(N_("Resolution time")),
        "hours",
        "down",
        "duration",
        ("ticket",),
        Message(
            N_(
                "Mean hours from opening a ticket to its solution, over tickets solved in the"
                " window; waiting for the customer is taken off. Business hours are 9 to 18"
                " o'clock on the workspace's working days"
            )
        ),
        (Param("hours", ("calendar", "business")), Param("resolution", ("full", "first"))),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "service_requests",
        Message(N_("Service requests")),
        "count",
        "down",
        "flow",
        ("ticket",),
        Message(N_("Tickets opened in the window")),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "open_cases",
        Message(N_("Open cases")),
        "count",
        "down",
        "stock",
        ("ticket",),
        Message(
            N_(
                "Tickets opened and not solved at the end of the day; one that was opened again"
                " counts as open since it came"
            )
        ),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "csat",
        Message(N_("Customer satisfaction")),
        "score",
        "up",
        "score",
        ("survey_answer",),
        Message(N_("Mean score of the satisfaction surveys answered on one scale")),
        (Param("scale", ("1-5", "1-7", "1-10", "0-10", "0-100")),),
        limits=(ZERO, _HUNDRED),
        takes_readings=True,
    ),
    Metric(
        "nps",
        Message(N_("Net promoter score")),
        "score",
        "up",
        "score",
        ("survey_answer",),
        Message(
            N_(
                "Share of promoters less share of detractors, in points, by the latest answer of"
                " each customer in the window: 9 and 10 against 0 to 6, or on the scale 1-5 the"
                " scores 4 and 5 against 1 and 2"
            )
        ),
        (Param("scale", ("0-10", "1-5")),),
        limits=(-_HUNDRED, _HUNDRED),
        takes_readings=True,
        note=Message(
            N_("Scores on the scale 1-5 are a number of their own, not to be compared with 0-10.")
        ),
    ),
)
