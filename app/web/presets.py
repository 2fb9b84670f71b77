"""Four aims that a goal can start from, each with a metric, a direction and a number."""

from dataclasses import dataclass
from typing import Any

from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals.calendar import Period
from goals.workspace import Workspace


@dataclass(frozen=True)
class Preset:
    """An aim with its proposal; `window` names the period it is proposed for."""

    key: str
    title: Any
    hint: Any
    metric: str
    direction: str
    change: str
    amount: str
    window: str
    means: tuple[Any, ...]


PRESETS = {
    one.key: one
    for one in (
        Preset(
            "retention",
            _l("Keep customers"),
            _l("Fewer customers leave"),
            "churn_rate",
            "down",
            "relative",
            "25",
            "next_quarter",
            (
                _l("Call every customer of more than 24 months"),
                _l("Ask the accounts that left which signs we missed"),
            ),
        ),
        Preset(
            "cycle",
            _l("Close sooner"),
            _l("A shorter sales cycle"),
            "sales_cycle",
            "down",
            "relative",
            "25",
            "next_quarter",
            (
                _l("Find the stage that holds the most deals"),
                _l("Follow up every lead within a day"),
            ),
        ),
        Preset(
            "sell",
            _l("Sell more"),
            _l("More revenue from new customers"),
            "new_revenue",
            "up",
            "relative",
            "50",
            "this_year",
            (
                _l("Score leads by what the best customers have in common"),
                _l("Stay in touch with the leads that are not ready"),
            ),
        ),
        Preset(
            "cac",
            _l("Spend less per sale"),
            _l("Lower acquisition cost"),
            "cac",
            "down",
            "relative",
            "30",
            "this_year",
            (
                _l("Spend on qualified leads only"),
                _l("Stop the two channels that cost most per sale"),
            ),
        ),
    )
}


def period(name: str, here: Workspace, today: Any) -> Period | None:
    """Return the fiscal period of a word: this_quarter, next_quarter or this_year."""
    quarter = here.fiscal.quarter(today)
    if name == "this_quarter":
        return quarter
    if name == "next_quarter":
        return here.fiscal.quarter(quarter.end)
    return here.fiscal.year(today) if name == "this_year" else None


def period_words() -> list[tuple[str, str]]:
    """Return the fiscal shortcuts with their words."""
    return [
        ("this_quarter", _("This quarter")),
        ("next_quarter", _("Next quarter")),
        ("this_year", _("This year")),
    ]
