"""How the metrics of leads are counted."""

from decimal import Decimal

from goals.metrics import cohorts, notes
from goals.metrics.formulas import Figure, ratio, total
from goals.metrics.notes import Note
from goals.metrics.recipes.recipe import Asked, Parts, Recipe
from goals.metrics.recipes.window import Params, Window


def _leads_new(window: Window, params: Params) -> Figure:
    n = window.count("leads")
    return total(Decimal(n), n)


def _converted(params: Params) -> str:
    """Return the measure of the leads that came and converted, or that converted by then."""
    return "leads_converted" if params["mode"] == "cohort" else "conversions"


def _lead_conversion(window: Window, params: Params) -> Figure:
    leads = window.count("leads")
    return ratio(Decimal(window.count(_converted(params))), Decimal(leads), leads)


def _conversion_parts(params: Params) -> Parts:
    return (_converted(params),), ("leads",)


def _of_conversion(asked: Asked) -> list[Note]:
    if asked.params["mode"] != "cohort" or not asked.params.get("within_days"):
        return []
    days = int(asked.params["within_days"])
    waiting = cohorts.unripe(asked.scope, asked.query, days, asked.horizon)
    return [notes.immature(waiting)] if waiting else []


_LEAD = ("lead",)
RECIPES = {
    "leads_new": Recipe(
        _LEAD,
        _leads_new,
        lambda params: (("leads",), ()),
        ("leads",),
        adds=lambda params: ("leads", False),
    ),
    "lead_conversion": Recipe(
        _LEAD, _lead_conversion, _conversion_parts, ("leads",), notes=_of_conversion
    ),
}
