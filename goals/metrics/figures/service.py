"""How the metrics of service and satisfaction are counted."""

from decimal import Decimal

from goals.metrics import cohorts, notes
from goals.metrics.counts import service
from goals.metrics.figures.recipe import Asked, Parts, Recipe
from goals.metrics.figures.window import Params, Window, hours, money
from goals.metrics.formulas import Figure, ratio, total
from goals.metrics.notes import Note


def _resolved(params: Params) -> str:
    return f"resolved_{params['resolution']}_{params['hours']}"


def _resolution_time(window: Window, params: Params) -> Figure:
    n, seconds = window.get(_resolved(params), window.first, window.last)
    return ratio(hours(seconds), Decimal(n), n)


def _resolution_parts(params: Params) -> Parts:
    return (_resolved(params),), (_resolved(params),)


def _of_resolution(asked: Asked) -> list[Note]:
    last = asked.query.last_day
    came, went = (asked.total(name, None, last)[0] for name in ("cases_in", "cases_out"))
    found = [notes.backlog(came - went)] if came > went else []
    if asked.params["resolution"] == "full":
        ended = asked.total("solved_for_good", asked.query.first_day, last)[0]
        timed = asked.total(_resolved(asked.params), asked.query.first_day, last)[0]
        found += [notes.no_span(ended - timed)] if ended > timed else []
    if asked.params["resolution"] == "first":
        solved = asked.total("solved", asked.query.first_day, last)[0]
        if solved > asked.figure.n:
            found.append(notes.first_unknown(solved - asked.figure.n))
    return found


def _service_requests(window: Window, params: Params) -> Figure:
    n = window.count("requests")
    return total(Decimal(n), n)


def _open_cases(window: Window, params: Params) -> Figure:
    came, went = (window.get(name, None, window.last)[0] for name in ("cases_in", "cases_out"))
    return total(Decimal(came - went), came - went)


def _of_cases(asked: Asked) -> list[Note]:
    n = asked.total("solved_sometime", None, asked.query.last_day)[0]
    return [notes.solved_sometime(n)] if n else []


# --- Surveys ---------------------------------------------------------------------------------


def _on_scale(kind: str, params: Params) -> str:
    return f"{kind}_{params['scale']}"


def _csat(window: Window, params: Params) -> Figure:
    n, units = window.get(_on_scale("csat", params), window.first, window.last)
    return ratio(money(units), Decimal(n), n)


def _csat_parts(params: Params) -> Parts:
    return (_on_scale("csat", params),), (_on_scale("csat", params),)


def _nps(window: Window, params: Params) -> Figure:
    n, points = window.special("promoting")
    return ratio(Decimal(points), Decimal(n), n)


def _of_answers(asked: Asked, kind: str) -> list[Note]:
    first, last = asked.query.first_day, asked.query.last_day
    everything = asked.total(kind, first, last)[0]
    here = asked.total(_on_scale(kind, asked.params), first, last)[0]
    found = [notes.other_scale(everything - here)] if everything > here else []
    if 0 < asked.figure.n < notes.FEW_ANSWERS:
        found.append(notes.small_n(asked.figure.n))
    return found


def _of_csat(asked: Asked) -> list[Note]:
    return _of_answers(asked, "csat")


def _of_nps(asked: Asked) -> list[Note]:
    found = _of_answers(asked, "nps")
    n, value = asked.figure.n, asked.figure.value
    if value is not None and n > 1:
        measure = service.promoting(asked.scope.base, asked.query, decided=True)
        decided, _ = cohorts.total(asked.scope, measure, None, None)
        found.append(notes.margin(_margin(Decimal(decided) / n, value / 100, n)))
    return found


def _margin(decided: Decimal, score: Decimal, n: int) -> Decimal:
    """Return how far off a score of so many answers may be, in points: 95 in 100 are nearer.

    `decided` is the share of promoters and detractors together, `score` their difference.
    """
    return Decimal("1.96") * 100 * ((decided - score * score) / n).sqrt()


_TICKET, _ANSWER = ("ticket",), ("survey_answer",)
RECIPES = {
    "resolution_time": Recipe(
        _TICKET, _resolution_time, _resolution_parts, ("solved",), notes=_of_resolution
    ),
    "service_requests": Recipe(
        _TICKET,
        _service_requests,
        lambda params: (("requests",), ()),
        ("requests",),
        adds=lambda params: ("requests", False),
    ),
    "open_cases": Recipe(
        _TICKET,
        _open_cases,
        lambda params: (("cases_in",), ()),
        ("requests",),
        stands=lambda params, by_stage: ("cases_in", "cases_in"),
        notes=_of_cases,
    ),
    "csat": Recipe(_ANSWER, _csat, _csat_parts, ("csat",), notes=_of_csat),
    "nps": Recipe(
        _ANSWER,
        _nps,
        lambda params: (("promoting",), ("promoting",)),
        ("nps",),
        special={"promoting": lambda scope, query: service.promoting(scope.base, query)},
        notes=_of_nps,
    ),
}
