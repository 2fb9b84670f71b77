"""Where the number of a goal starts from and where it is to be (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from goals.tracking.smart.text.numbers import Quantity
from goals.tracking.smart.text.statement import Named

_BETWEEN = re.compile(
    r"\s*(?:[^\s\d,]{0,9}\s)?\s*(?:to|->|→|=>|down to|up to|เป็น|เหลือ|ถึง|ไปที่"
    r"|[^\d,。]{0,8}[到至为])\s*(?:under|below|at least|over|about|ประมาณ|ต่ำกว่า)?\s*"
)
#: What stands before the number of today, where that comes after the target or by itself.
_TODAY = re.compile(
    r"(?:(?:up|down) from|rather than|instead of|currently(?: at)?|จากเดิม(?:ที่)?|จากปัจจุบัน(?:ที่)?"
    r"|ปัจจุบัน(?:อยู่ที่)?|目前[为是]?|现在[为是]?|现为)\s*(?:about|only|ประมาณ|只有|约)?\s*[$€£฿¥]?\s*$"
)
_FROM = re.compile(r"(?:(?<![a-z])from|จาก|从)\s?$")


@dataclass(frozen=True)
class Move:
    """The number of today and the one that is aimed at; None where the text has none.

    `goes_to` is True where both are named as ends, so that the second is no step.
    """

    start: Quantity | None
    aim: Quantity | None
    goes_to: bool = False


def of(folded: str, counted: Sequence[Quantity]) -> Move:
    """Return what moves, of the numbers that may be the goal's."""
    for one, other in zip(counted, counted[1:], strict=False):
        if _BETWEEN.fullmatch(folded, one.end, other.start) and other.unit != "times":
            unit = one.unit or other.unit
            start = Quantity(one.value, unit, one.start, one.end)
            end = Quantity(other.value, other.unit or unit, other.start, other.end)
            return Move(start, end, goes_to=True)
    today = next((one for one in counted if _is_today(folded, one)), None)
    aim = next((one for one in counted if one is not today), None)
    if today is not None and aim is not None:
        unit = aim.unit or today.unit
        start = Quantity(today.value, today.unit or unit, today.start, today.end)
        return Move(start, Quantity(aim.value, unit, aim.start, aim.end), goes_to=True)
    return _by_a_step(folded, counted) or Move(None, next(iter(counted), None))


def _by_a_step(folded: str, counted: Sequence[Quantity]) -> Move | None:
    """Return what moves by an amount: "by 10 days, from 62 days"."""
    for one in counted:
        alike = ("times", one.unit)
        step = next((other for other in counted if other is not one and other.unit in alike), None)
        if one.unit and step and _FROM.search(folded, max(0, one.start - 8), one.start):
            return Move(one, step)
    return None


def _is_today(folded: str, one: Quantity) -> bool:
    """Tell whether a number says where it stands now: "85%, up from 70%"."""
    return _TODAY.search(folded, max(0, one.start - 28), one.start) is not None


def nearest(metrics: list[Named], quantity: Quantity | None) -> tuple[Named, ...]:
    """Return the metrics, the one that the number belongs to first."""
    if quantity is None or len(metrics) < 2:
        return tuple(metrics)

    def distance(named: Named) -> int:
        place = named.words
        if place.end <= quantity.start:
            return quantity.start - place.end
        # A count stands before what it counts: "40 contracts".
        return (place.start - quantity.end) * (1 if quantity.unit == "" else 3) + 2

    nearest = min(metrics, key=distance)
    return (nearest, *(one for one in metrics if one is not nearest))
