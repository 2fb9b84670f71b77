"""How the metrics of the way through the pipeline are counted."""

from dataclasses import replace
from decimal import Decimal

from goals.metrics import cohorts, notes
from goals.metrics.figures import forecast
from goals.metrics.figures.recipe import Asked, Parts, Recipe
from goals.metrics.figures.window import Params, Window, money
from goals.metrics.formulas import Figure, percentile, ratio, total
from goals.metrics.notes import Note
from goals.metrics.query import Query

_SHARES = {"median": Decimal("0.5"), "p90": Decimal("0.9")}


def _opportunities(window: Window, params: Params) -> Figure:
    n = window.count("created")
    return total(Decimal(n), n)


def _contracts(window: Window, params: Params) -> Figure:
    n = window.count("won")
    return total(Decimal(n), n)


def _stay(params: Params) -> str:
    return f"stay_{params['visits']}"


def _stage_length(window: Window, params: Params) -> Figure:
    name = _stay(params)
    n, days = window.get(name, window.first, window.last)
    if params["stat"] == "mean":
        return ratio(Decimal(days), Decimal(n), n)
    return Figure(percentile(window.values(name), _SHARES[params["stat"]]), None, None, n)


def _standing(window: Window) -> int:
    """Return how many deals stand open at the end of the window."""
    kind = "visit" if window.by_stage else "run"
    return sum(
        sign * window.get(f"{kind}_{way}", None, window.last)[0]
        for way, sign in (("in", 1), ("out", -1))
    )


def _stage_share(window: Window, params: Params) -> Figure:
    everything = _standing(window.whole())
    return ratio(Decimal(_standing(window)), Decimal(everything), everything)


def _stands(params: Params, by_stage: bool) -> tuple[str, str]:
    return "visit_in", f"{'visit' if by_stage else 'run'}_in"


def _stage_dropoff(window: Window, params: Params) -> Figure:
    entered = window.count("stay_from")
    return ratio(Decimal(window.count("stay_lost")), Decimal(entered), entered)


def _velocity(window: Window, params: Params) -> Figure:
    won, lost = window.count("won"), window.count("lost")
    priced, units = window.get("won_amount", window.first, window.last)
    timed, days = window.get("won_cycle_created", window.first, window.last)
    if not (won and priced and timed and days):
        return Figure(None, n=won + lost)
    size, win_rate = money(units) / priced, Decimal(won) / (won + lost)
    return ratio(_standing(window) * win_rate * size, Decimal(days) / timed, won + lost)


def _factors(query: Query) -> tuple[Query, ...]:
    """Return the numbers that are multiplied, and the days that they are divided by."""
    factors: dict[str, Params] = {
        "open_deals": {"measure": "count"},
        "win_rate": {"weight": "count", "basis": "closed"},
        "avg_deal_size": {"stat": "mean"},
        "sales_cycle": {"stat": "mean", "start": "created", "outcome": "won"},
    }
    return tuple(replace(query, metric=name, params=one) for name, one in factors.items())


# --- What to say beside a value --------------------------------------------------------------


def _of_stage_length(asked: Asked) -> list[Note]:
    last = asked.query.last_day
    (came, since), (went, gone) = (asked.total(f"visit_{one}", None, last) for one in ("in", "out"))
    n = came - went
    if n <= 0:
        return []
    return [notes.still_there(n, (Decimal(n * last.toordinal() - (since - gone)) / n))]


def _of_dropoff(asked: Asked) -> list[Note]:
    first, last = asked.query.first_day, asked.query.last_day
    entered, left = (asked.total(name, first, last)[0] for name in ("stay_from", "stay_left"))
    return [notes.immature(entered - left)] if entered > left else []


def _undated(asked: Asked) -> list[Note]:
    n = cohorts.undated(asked.scope)
    return [notes.undated(n)] if n else []


def _of_velocity(asked: Asked) -> list[Note]:
    if asked.figure.value is None:
        return _undated(asked)
    first, last = asked.query.first_day, asked.query.last_day
    kind = "visit" if asked.by_stage else "run"
    came, went = (asked.total(f"{kind}_{way}", None, last) for way in ("in", "out"))
    won, lost, amounts, cycle = (
        asked.total(name, first, last)
        for name in ("won", "lost", "won_amount", "won_cycle_created")
    )
    said = notes.velocity(
        came[0] - went[0],
        Decimal(won[0]) / (won[0] + lost[0]),
        money(amounts[1]) / amounts[0],
        asked.scope.base.currency,
        Decimal(cycle[1]) / cycle[0],
    )
    return [said, *_undated(asked)]


def _only(*names: str) -> Parts:
    return names, ()


_DEAL = ("deal",)
RECIPES = {
    "opportunities_new": Recipe(
        _DEAL,
        _opportunities,
        lambda params: _only("created"),
        ("created",),
        adds=lambda params: ("created", False),
    ),
    "contracts_signed": Recipe(
        _DEAL,
        _contracts,
        lambda params: _only("won"),
        ("won", "created"),
        adds=lambda params: ("won", False),
    ),
    "stage_length": Recipe(
        _DEAL,
        _stage_length,
        lambda params: ((_stay(params),), (_stay(params),)),
        ("visit_out", "visit_in"),
        notes=_of_stage_length,
    ),
    "stage_share": Recipe(
        _DEAL,
        _stage_share,
        lambda params: (("run_in",), ("run_in",)),
        ("run_in",),
        stands=_stands,
        notes=_undated,
    ),
    "stage_dropoff": Recipe(
        _DEAL,
        _stage_dropoff,
        lambda params: (("stay_lost",), ("stay_from",)),
        ("visit_in",),
        ripens=lambda params, is_over: True,
        notes=_of_dropoff,
    ),
    "pipeline_velocity": Recipe(
        _DEAL,
        _velocity,
        lambda params: (("won_amount", "lost"), ("won_cycle_created",)),
        ("won", "lost", "run_in"),
        is_money=lambda params: (True, False),
        notes=_of_velocity,
        made_of=_factors,
    ),
    "forecast": forecast.RECIPE,
}
