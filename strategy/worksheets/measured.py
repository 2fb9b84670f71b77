"""A metric's number in an answer: which unit it has, what it says, how it moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from goals import words
from goals.metrics.catalogue import Metric
from goals.words import N_, Message
from strategy.worksheets import figures
from strategy.worksheets.figures import Figure
from strategy.worksheets.setting import Setting

#: What a goal about people counts, without being asked.
HEADCOUNT = "headcount"
KEEPING = frozenset({"at_least", "at_most"})
CHANGES = ("target", "relative", "points", "delta")
LOWERING = frozenset({"down", "at_most"})

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """The terms that an answer states; None where it says nothing readable yet.

    `number` is what stands for the change: the value to reach, or by how much, always as a
    fraction where the metric is a rate and for relative changes; without a sign for changes.
    """

    metric: Metric | None
    direction: str | None
    change: str
    number: Decimal | None
    baseline: Decimal | None


def metric_of(values: Values, setting: Setting) -> Metric | None:
    """Return the metric that an answer is measured by, None while none is chosen."""
    name = HEADCOUNT if values.get("kind") == HEADCOUNT else values.get("metric")
    return setting.metrics.get(name) if isinstance(name, str) else None


def change_of(values: Values) -> str:
    """Return what the number of an answer is: a value to reach, or a kind of change."""
    if values.get("direction") in KEEPING:
        return "target"
    change = values.get("change")
    return change if change in CHANGES else "target"


def read(values: Values, setting: Setting) -> Measure:
    """Return what an answer says about its number."""
    metric, change = metric_of(values, setting), change_of(values)
    direction = values.get("direction")
    return Measure(
        metric=metric,
        direction=direction if isinstance(direction, str) else None,
        change=change,
        number=_read(values.get("number"), change, metric, setting),
        baseline=_read(values.get("baseline"), "target", metric, setting),
    )


def stated(typed: object, values: Values, setting: Setting) -> Decimal | None:
    """Return what a typed number of the answer's metric amounts to, None while it says nothing."""
    return _read(typed, "target", metric_of(values, setting), setting)


def _read(typed: object, change: str, metric: Metric | None, setting: Setting) -> Decimal | None:
    figure = figures.parse(typed) if isinstance(typed, str) else None
    if figure is None or metric is None:
        return None
    if problem(figure, change, metric, None, setting.currency) is not None:
        return None
    value = value_of(figure, change, metric)
    return value if change == "target" else abs(value)


def value_of(figure: Figure, change: str, metric: Metric) -> Decimal:
    """Return what a typed number amounts to: a fraction for shares and relative changes."""
    fraction = change in ("relative", "points") or (change == "target" and metric.unit == "rate")
    return figure.value / 100 if fraction else figure.value


def problem(
    figure: Figure, change: str, metric: Metric, direction: str | None, currency: str
) -> Message | None:
    """Return why a number does not fit what it should say, None when it fits."""
    if not figures.fits(figure.currency, currency) or (
        figure.currency is not None and metric.unit != "money"
    ):
        if metric.unit != "money":
            text = N_("%(metric)s is not an amount of money. Write the number alone.")
            return Message(text, {"metric": metric.name})
        return Message(N_("Write the amount in %(currency)s."), {"currency": currency})
    found = _unit(figure, change, metric)
    if found is not None or change == "target":
        return found
    if figure.value == 0:
        return Message(N_("Write by how much it should change, above zero."))
    if figure.value < 0 and direction not in LOWERING and direction is not None:
        return Message(N_("Write the change without a minus sign, or choose to lower the number."))
    return None


def _unit(figure: Figure, change: str, metric: Metric) -> Message | None:
    found = _kind_of_number(figure, change, metric)
    if found is None and change == "target":
        return _beyond(value_of(figure, change, metric), metric)
    return found


def _beyond(value: Decimal, metric: Metric) -> Message | None:
    low, high = metric.limits
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    shown = amount(value, metric.unit)
    text = N_("%(metric)s cannot come to %(value)s. Check the number.")
    return Message(text, {"metric": metric.name, "value": shown})


def _kind_of_number(figure: Figure, change: str, metric: Metric) -> Message | None:
    if change == "points":
        if metric.unit != "rate":
            text = N_("%(metric)s is not a percentage. Choose another kind of change.")
            return Message(text, {"metric": metric.name})
        return None
    if change == "delta" and metric.unit == "rate":
        return Message(N_("Choose percentage points: the number is itself a percentage."))
    if change == "relative" or (change == "target" and metric.unit == "rate"):
        return ambiguous(figure)
    if figure.percent:
        text = N_("%(metric)s is not a percentage. Write a number without the percent sign.")
        return Message(text, {"metric": metric.name})
    return None


def ambiguous(figure: Figure) -> Message | None:
    """Return the question that a fraction without a percent sign raises, None for others."""
    if figure.percent or figure.value == 0 or abs(figure.value) >= 1:
        return None
    choices = {
        "small": f"{figures.plain(figure.value)}%",
        "large": f"{figures.plain(figure.value * 100)}%",
    }
    return Message(N_("Write %(large)s or %(small)s, so that it is clear which is meant."), choices)


def canonical(figure: Figure, change: str, metric: Metric) -> str:
    """Return a number that fits as text that reads back as the same."""
    value = figure.value if change == "target" else abs(figure.value)
    percent = change == "relative" or (change == "target" and metric.unit == "rate")
    return figures.plain(value) + ("%" if percent else "")


def amount(value: Decimal, unit: str, currency: str | None = None) -> words.Quantity:
    """Return a number that somebody wrote with its unit, as exact as it was written."""
    if unit == "rate":
        return rate(value)
    return words.amount(value, unit, currency) or words.Number(value)


def rate(value: Decimal) -> words.Rate:
    """Return a share with as many decimals as were written, two at most."""
    exponent = (value * 100).normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    return words.Rate(value, min(max(decimals, 0), 2))
