"""How the metrics of leads are counted."""

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import and_, or_

from goals.metrics import cohorts, measures, notes
from goals.metrics.counts import activities, scores
from goals.metrics.figures.recipe import Asked, Parts, Recipe
from goals.metrics.figures.window import Params, Window, money
from goals.metrics.formulas import Figure, ratio, total
from goals.metrics.notes import Note
from goals.metrics.rows import Expression, column
from goals.records.demand import Lead


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


def _leads_by_type(window: Window, params: Params) -> Figure:
    n = window.count(f"reached_{params['type']}")
    return total(Decimal(n), n)


def _untold(asked: Asked) -> list[Note]:
    wanted = asked.params["type"]
    measure = measures.find("reached_untold")
    if wanted != "all":
        measure = replace(measure, only=measure.only & measures.find(f"reached_{wanted}").only)
    first, last = asked.query.first_day, asked.query.last_day
    n = cohorts.total(asked.scope, measure, first, last)[0]
    return [notes.reached_untold(n)] if n else []


def _qualification(window: Window, params: Params) -> Figure:
    leads = window.count("leads")
    return ratio(Decimal(window.count("leads_qualified")), Decimal(leads), leads)


def _unworked(asked: Asked) -> list[Note]:
    """Say how many leads are neither qualified nor disqualified: they are no failures yet."""

    def not_by_then(day: Expression) -> Expression:
        return or_(day.is_(None), day > asked.horizon)

    waiting = not_by_then(column(Lead.qualified_on)), not_by_then(column(Lead.disqualified_on))
    measure = replace(measures.find("leads"), only=and_(*waiting))
    n = cohorts.total(asked.scope, measure, asked.query.first_day, asked.query.last_day)[0]
    return [notes.immature(n)] if n else []


def _mql_to_sql(window: Window, params: Params) -> Figure:
    mqls = window.count("mql")
    return ratio(Decimal(window.count("mql_to_sql")), Decimal(mqls), mqls)


def _not_sql_yet(asked: Asked) -> list[Note]:
    # Asked for whatever the figure is, it is counted by the same look at the leads.
    gone = asked.total("mql_gone", asked.query.first_day, asked.query.last_day)[0]
    figure = asked.figure
    if not figure.n or figure.denominator is None or figure.numerator is None:
        return []
    waiting = int(figure.denominator - figure.numerator) - gone
    return [notes.immature(waiting)] if waiting > 0 else []


def _referrals(window: Window, params: Params) -> Figure:
    n = window.count("referrals")
    return total(Decimal(n), n)


def _lead_score(window: Window, params: Params) -> Figure:
    # Points are kept as money is.
    n, points = window.special("scored")
    return ratio(money(points), Decimal(n), n)


def _without_points(asked: Asked) -> list[Note]:
    measure = scores.without_points(asked.scope.base, asked.query)
    n = cohorts.total(asked.scope, measure, None, None)[0]
    return [notes.without_points(n)] if n else []


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
    "leads_by_type": Recipe(
        _LEAD,
        _leads_by_type,
        lambda params: ((f"reached_{params['type']}",), ()),
        ("types_told", "leads_typed"),
        adds=lambda params: (f"reached_{params['type']}", False),
        notes=_untold,
    ),
    "lead_qualification_pct": Recipe(
        _LEAD,
        _qualification,
        lambda params: (("leads_qualified",), ("leads",)),
        ("leads_qualified",),
        notes=_unworked,
    ),
    "mql_to_sql": Recipe(
        _LEAD,
        _mql_to_sql,
        lambda params: (("mql_to_sql",), ("mql",)),
        ("types_told", "leads_typed"),
        notes=_not_sql_yet,
    ),
    "referrals": Recipe(
        _LEAD,
        _referrals,
        lambda params: (("referrals",), ()),
        ("leads_sourced",),
        adds=lambda params: ("referrals", False),
    ),
    "lead_score": Recipe(
        _LEAD,
        _lead_score,
        lambda params: (("scored",), ("open",)),
        ("lead_scored",),
        special={
            "scored": lambda scope, query: scores.scored(scope.base, query),
            "open": lambda scope, query: activities.open_leads(query),
        },
        notes=_without_points,
    ),
}
