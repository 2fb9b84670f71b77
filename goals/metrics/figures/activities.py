"""How the metrics of activities are counted."""

from collections.abc import Callable
from decimal import Decimal

from goals.metrics import notes
from goals.metrics.counts import activities
from goals.metrics.figures.recipe import Asked, Parts, Recipe
from goals.metrics.figures.window import Params, Window
from goals.metrics.formulas import Figure, ratio, total
from goals.metrics.notes import Note

_CALLS = {"all": "calls", "inbound": "calls_inbound", "outbound": "calls_outbound"}


def _flow(name: Callable[[Params], str], *events: str) -> Recipe:
    """Return the recipe of a number of activities that adds up over days."""

    def figure(window: Window, params: Params) -> Figure:
        n = window.count(name(params))
        return total(Decimal(n), n)

    def parts(params: Params) -> Parts:
        return (name(params),), ()

    return Recipe(("activity",), figure, parts, events, adds=lambda params: (name(params), False))


def _each(
    above: str, below: str, record: str, whole: str, left_out: Callable[[int], Note]
) -> Recipe:
    """Return the recipe of activities divided by the records that they are for.

    `whole` are the activities that could be for one; those that are for none are said apart.
    """

    def figure(window: Window, params: Params) -> Figure:
        done, n = window.count(above), window.count(below)
        return ratio(Decimal(done), Decimal(n), n)

    def say(asked: Asked) -> list[Note]:
        first, last = asked.query.first_day, asked.query.last_day
        n = asked.total(whole, first, last)[0] - asked.total(above, first, last)[0]
        return [left_out(n)] if n else []

    return Recipe(
        ("activity",),
        figure,
        lambda params: ((above,), (below,)),
        (above,),
        notes=say,
        listed=("activity", record),
    )


def _share(above: str, below: str) -> Callable[[Window, Params], Figure]:
    def figure(window: Window, params: Params) -> Figure:
        counted, n = window.special(above)[0], window.special(below)[0]
        return ratio(Decimal(counted), Decimal(n), n)

    return figure


def _most_least_active(window: Window, params: Params) -> Figure:
    n, done = window.special("busy")
    return total(Decimal(done), n)


RECIPES = {
    "inbound_outbound_calls": _flow(lambda params: _CALLS[params["direction"]], "calls"),
    "outreach_volume": _flow(lambda params: "outreach", "outreach"),
    "meetings_set": _flow(lambda params: "meetings", "meetings"),
    "demos": _flow(lambda params: "demos", "demos"),
    "engagement_signals": _flow(lambda params: "signals", "signals"),
    "calls_per_lead": _each(
        "calls_to_leads", "leads_called", "lead", "calls_ours", notes.without_lead
    ),
    "touchpoints_per_customer": _each(
        "touches_customers", "customers_touched", "account", "touches", notes.without_customer
    ),
    "crm_adoption": Recipe(
        ("owner",),
        _share("busy", "reps"),
        lambda params: (("busy",), ("reps",)),
        ("activities",),
        special={
            "busy": lambda scope, query: activities.busy_reps(scope.base, query),
            "reps": lambda scope, query: activities.reps(query),
        },
    ),
    "followup_coverage": Recipe(
        ("lead",),
        _share("followed", "open"),
        lambda params: (("followed",), ("open",)),
        ("on_leads",),
        special={
            "followed": lambda scope, query: activities.followed_leads(scope.base, query),
            "open": lambda scope, query: activities.open_leads(query),
        },
    ),
    "leads_per_rep": Recipe(
        ("lead", "owner"),
        _share("held", "reps"),
        lambda params: (("held",), ("reps",)),
        ("leads",),
        special={
            "held": lambda scope, query: activities.leads_of_reps(scope.base, query),
            "reps": lambda scope, query: activities.reps(query),
        },
    ),
    "most_least_active": Recipe(
        ("lead",),
        _most_least_active,
        lambda params: (("busy",), ()),
        ("on_leads",),
        special={"busy": lambda scope, query: activities.busy_leads(scope.base, query)},
    ),
}
