"""What comes of numbers with units: which may be joined, and what the result is (pure).

An amount keeps its unit when it is scaled, like goes with like in sums, and the quotient of two
amounts of a unit has none of its own: it may be read as a rate or as a number.
"""

from dataclasses import dataclass

from goals.words import N_, Message

#: Units as they are called in a sentence.
WORDS = {
    "money": N_("an amount of money"),
    "rate": N_("a rate"),
    "ratio": N_("a ratio"),
    "count": N_("a count"),
    "number": N_("a number"),
    "days": N_("a span of days"),
    "hours": N_("a span of hours"),
    "months": N_("a span of months"),
    "years": N_("a span of years"),
    "score": N_("a score"),
    "points": N_("points"),
}
TIMES = ("hours", "days", "months", "years")
#: Without a measure of their own, so that one may be read as another.
SHARES = ("rate", "number", "ratio")
#: What scales whatever it is multiplied with.
SCALES = (*SHARES, "count")


@dataclass(frozen=True)
class Sort:
    """What a part of an expression is: its unit and whether it adds up.

    `unit` None is a plain number, which takes the unit of what it is added to. `kind` is that of
    metrics: flow, stock, ratio, duration or score; None for what is the same on every day.
    `is_loose` tells that it is the quotient of two of a unit.
    """

    unit: str | None
    kind: str | None
    is_loose: bool = False

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the units in which the value may be shown, its own first."""
        unit = self.unit or "number"
        if not self.is_loose:
            return (unit,)
        return (unit, *(one for one in SHARES[:2] if one != unit))


def called(unit: str | None) -> Message:
    """Return what a unit is called in a sentence."""
    return Message(N_("a plain number") if unit is None else WORDS[unit])


def added(left: Sort, right: Sort) -> Sort | None:
    """Return the sum or difference of two, None where they are no likes."""
    unit = _like(left, right)
    if unit == "":
        return None
    return Sort(unit, _kind_of_sum(left, right), left.is_loose and right.is_loose)


def _like(left: Sort, right: Sort) -> str | None:
    """Return the unit that two have together, "" where they have none."""
    if left.unit is None or left.unit == right.unit:
        return right.unit
    if right.unit is None:
        return left.unit
    if left.is_loose and right.unit in SHARES:
        return right.unit
    if right.is_loose and left.unit in SHARES:
        return left.unit
    return ""


def _kind_of_sum(left: Sort, right: Sort) -> str | None:
    kinds = (left.kind, right.kind)
    if None in kinds:
        known = left.kind or right.kind
        # A fixed amount belongs to the window, however many days it has.
        return "ratio" if known == "flow" else known
    if set(kinds) == {"flow", "stock"}:
        # What was added in a window and what stands at its end stand together at its end.
        return "stock"
    return left.kind if left.kind == right.kind else "ratio"


def picked(left: Sort, right: Sort) -> Sort | None:
    """Return the one or the other of two, None where they are no likes."""
    found = added(left, right)
    if found is None or found.kind != "flow":
        return found
    # The greater of two totals is no sum of the greater ones of each day.
    return Sort(found.unit, "ratio", found.is_loose)


def multiplied(left: Sort, right: Sort) -> Sort | None:
    """Return the product of two, None where it would have no unit."""
    kind = left.kind if right.kind is None else right.kind if left.kind is None else "ratio"
    if left.unit is None or right.unit is None:
        known = right if left.unit is None else left
        return Sort(known.unit, kind, known.is_loose)
    units = (left.unit, right.unit)
    scaled = [one for one in units if one not in SCALES]
    if len(scaled) > 1:
        return None
    if scaled:
        return Sort(scaled[0], kind)
    if "count" in units:
        return Sort("number" if units == ("count", "count") else "count", kind)
    if left.is_loose and right.is_loose:
        return Sort(left.unit, kind, is_loose=True)
    return Sort(next(one for one in ("number", "ratio", "rate") if one in units), kind)


def divided(left: Sort, right: Sort) -> Sort | None:
    """Return the quotient of two, None where it would have no unit."""
    kind = left.kind if right.kind is None else "ratio"
    if right.unit is None:
        return Sort(left.unit, kind, left.is_loose)
    if left.unit is None:
        return Sort("number", kind) if right.unit in SCALES else None
    if left.unit == right.unit:
        return Sort("rate" if left.unit == "money" else "number", kind, is_loose=True)
    if right.unit in TIMES:
        # So much a day: an amount stays one, and what is counted becomes a number.
        per = {"money": "money", "count": "number", "number": "number"}.get(left.unit)
        return None if per is None else Sort(per, kind)
    if right.unit not in SCALES:
        return None
    if left.unit in SHARES and right.unit in SHARES:
        return Sort("number", kind, is_loose=True)
    if left.unit in SHARES:
        return Sort("number", kind)
    return Sort(left.unit, kind)
