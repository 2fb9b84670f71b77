"""How the reports of each CRM count: its own names for a filter and a day, and what to know.

A vendor's words stand as they are on its screens and in its fields, in every language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from goals.metrics.reconcile.report import Report
from goals.words import N_


@dataclass(frozen=True)
class Reports:
    """The reports of one CRM.

    `filters` are its conditions by our word for the outcome, `days` its fields by record and our
    column. `known` are sentences about how its reports count; `usual` is what a plain one does.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[tuple[str, str], str] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    usual: Report = Report()


REPORTS = {
    "hubspot": Reports(
        {
            "won": "hs_is_closed_won = true",
            "lost": "hs_is_closed = true, hs_is_closed_won = false",
            "closed": "hs_is_closed = true",
            "open": "hs_is_closed = false",
        },
        {
            ("deal", "closed_on"): "closedate",
            ("deal", "created_on"): "createdate",
            ("lead", "created_on"): "hs_createdate",
        },
        (
            N_("Its days are those of the account's time zone; a close date may be a plain day."),
            N_("Archived records are in no report."),
            N_("With several currencies, take the amount in company currency."),
        ),
    ),
    "salesforce": Reports(
        {
            "won": "IsWon = true",
            "lost": "IsClosed = true, IsWon = false",
            "closed": "IsClosed = true",
            "open": "IsClosed = false",
        },
        {
            ("deal", "closed_on"): "CloseDate",
            ("deal", "created_on"): "CreatedDate",
            ("lead", "created_on"): "CreatedDate",
            ("lead", "converted_on"): "ConvertedDate",
        },
        (
            N_("Its days are those of whoever runs the report; a close date is a plain day."),
            N_("Deleted records lie in the recycle bin and are in no report."),
            N_("With several currencies, take converted amounts."),
        ),
    ),
    "pipedrive": Reports(
        {"won": "status = won", "lost": "status = lost", "open": "status = open"},
        {("deal", "closed_on"): "won_time, lost_time"},
        (N_("Archived deals are missing from the usual lists."),),
    ),
}
#: Files and databases: a sum over a column knows no currencies.
_PLAIN = Reports(usual=Report(currency="plain"))


def of(provider: str) -> Reports:
    """Return how the reports of a kind of source count."""
    return REPORTS.get(provider, _PLAIN)
