"""How far apart what is and what is wanted are: "from 42% to 60%: 18 points, 42.86% more" (pure).

The difference of two shares is in points and of other numbers in their own unit. The change in
percent is of the number of today, and left out where that is zero.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from goals import words
from goals.metrics.catalogue import Metric
from goals.words import N_, Message
from strategy.worksheets import figures, measured
from strategy.worksheets.book import Book
from strategy.worksheets.setting import Setting

#: More decimals than these say nothing in a percentage.
CENT = Decimal("0.01")

MORE = N_("from %(now)s to %(wanted)s: %(size)s, %(share)s more")
LESS = N_("from %(now)s to %(wanted)s: %(size)s, %(share)s less")
PLAIN = N_("from %(now)s to %(wanted)s: %(size)s")
SAME = N_("%(now)s now and wanted: no gap")


def gap(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    """Return the gap between `now_value` and `wanted_value` in the unit of `metric`.

    None as long as one of the two is empty or not understood.
    """
    metric = setting.metrics.get(str(values.get("metric") or ""))
    now, wanted = (_number(values.get(key), metric) for key in ("now_value", "wanted_value"))
    if now is None or wanted is None:
        return None
    params: dict[str, object] = {
        "now": _amount(now, metric, setting),
        "wanted": _amount(wanted, metric, setting),
    }
    if now == wanted:
        return Message(SAME, params)
    params["size"] = _size(abs(wanted - now), metric, setting)
    share = change(now, wanted)
    if not share:
        return Message(PLAIN, params)
    params["share"] = measured.rate(abs(share))
    return Message(MORE if share > 0 else LESS, params)


def change(now: Decimal, wanted: Decimal) -> Decimal | None:
    """Return the change as a fraction of the number of today, None where that is zero.

    Towards more it is above zero, also from a number below zero.
    """
    if now == 0:
        return None
    with localcontext() as exact:
        exact.prec = 40
        percent = ((wanted - now) / abs(now) * 100).quantize(CENT, ROUND_HALF_UP)
    return percent / 100


def _number(typed: object, metric: Metric | None) -> Decimal | None:
    figure = figures.parse(typed) if isinstance(typed, str) else None
    if figure is None:
        return None
    if metric is not None and metric.unit == "rate":
        return figure.value / 100
    return figure.value


def _amount(value: Decimal, metric: Metric | None, setting: Setting) -> words.Quantity:
    if metric is None:
        return words.Number(value)
    return measured.amount(value, metric.unit, setting.currency)


def _size(value: Decimal, metric: Metric | None, setting: Setting) -> words.Quantity:
    if metric is not None and metric.unit == "rate":
        return words.RatePoints(value)
    return _amount(value, metric, setting)


#: The rows of the gap analysis, wherever among its questions the gap is shown.
COMPUTED = {"gaps.rows.gap": gap, "gaps.gap.gap": gap}
