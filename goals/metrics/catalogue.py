"""The catalogue of metrics (pure): what each number means, its unit and its better side."""

from collections.abc import Mapping

from goals.errors import Refusal
from goals.metrics.definitions import (
    activities,
    costs,
    deals,
    growth,
    leads,
    marketing,
    pipeline,
    purchases,
    quality,
    quota,
    service,
    subscriptions,
)
from goals.metrics.definitions.delivered import RANGES, ROWS, Row
from goals.metrics.definitions.metric import ONE, ZERO, Metric, Param
from goals.words import N_, Message

__all__ = [
    "ALIASES", "COUNTED", "METRICS", "MILESTONE", "ONE", "Metric", "Param", "filled", "find",
    "implied", "knows", "resolve", "unknown",
]  # fmt: skip

COUNTED = (
    *deals.METRICS,
    *pipeline.METRICS,
    *growth.METRICS,
    *quota.METRICS,
    *leads.METRICS,
    *marketing.METRICS,
    *costs.METRICS,
    *service.METRICS,
    *activities.METRICS,
    *subscriptions.METRICS,
    *purchases.METRICS,
    *quality.METRICS,
)


def _delivered(row: Row) -> Metric:
    low, high = RANGES.get(row.unit, (ZERO, None))
    return Metric(
        row.id,
        Message(row.name),
        row.unit,
        row.direction,
        row.kind,
        row.needs,
        Message(N_("Entered or imported as readings")),
        limits=(low, high),
        is_counted=False,
        takes_readings=True,
    )


METRICS: dict[str, Metric] = {one.id: one for one in (*COUNTED, *(_delivered(row) for row in ROWS))}
#: What shows a milestone: no number that is counted, but a person's word. It stands in no list.
MILESTONE = Metric(
    "milestone",
    Message(N_("Done or not done")),
    "done",
    "neutral",
    "stock",
    (),
    Message(N_("Done from the day on which a person says so")),
    limits=(ZERO, ONE),
    is_counted=False,
)
#: Another name -> the metric and the parameters it stands for.
ALIASES: dict[str, tuple[str, Mapping[str, str]]] = {
    alias: (one.id, params) for one in COUNTED for alias, params in one.aliases.items()
}


def find(name: str) -> Metric:
    """Return a metric by its id or another name; raises Refusal `unknown_metric`."""
    word = name.strip()
    found = METRICS.get(ALIASES[word][0] if word in ALIASES else word)
    if word == MILESTONE.id:
        return MILESTONE
    if found is None:
        raise unknown(name)
    return found


def knows(name: str) -> bool:
    """Tell whether a name is taken by the catalogue: an id, or another name."""
    return name in METRICS or name in ALIASES or name == MILESTONE.id


def unknown(name: str) -> Refusal:
    """Return what is said of a name that no metric has."""
    return Refusal(
        "unknown_metric",
        N_("There is no metric %(name)s."),
        {"name": name},
        fix=Message(N_("List the metrics to see their ids.")),
        field="metric",
    )


def resolve(name: str, params: Mapping[str, object]) -> tuple[Metric, dict[str, str]]:
    """Return a metric with all its parameters, the defaults filled in.

    Raises Refusal for a parameter or a word that the metric does not have.
    """
    metric = find(name)
    return metric, filled(metric, {**implied(name), **params})


def implied(name: str) -> Mapping[str, str]:
    """Return the parameters that another name of a metric stands for."""
    return ALIASES[name.strip()][1] if name.strip() in ALIASES else {}


def filled(metric: Metric, params: Mapping[str, object]) -> dict[str, str]:
    """Return a metric's parameters with the defaults filled in; raises Refusal as `resolve`."""
    given = {key: str(value) for key, value in params.items() if value is not None}
    for key in given:
        if metric.param(key) is None:
            raise Refusal(
                "unknown_param",
                N_("%(metric)s has no parameter %(param)s."),
                {"metric": metric.id, "param": key},
                field=key,
            )
    full: dict[str, str] = {}
    for one in metric.params:
        value = given.get(one.name, one.default)
        if value is None:
            continue
        _check(metric, one, value)
        full[one.name] = value
    return full


def _check(metric: Metric, param: Param, value: str) -> None:
    if param.words and value not in param.words:
        raise Refusal(
            "param_value",
            N_("%(value)s is not one of %(words)s."),
            {"value": value, "words": ", ".join(param.words)},
            field=param.name,
        )
    if not param.words and not (value.isdecimal() and 0 < int(value) <= param.most):
        raise Refusal(
            "param_value",
            N_("%(param)s is a whole number above zero."),
            {"param": param.name},
            field=param.name,
        )
