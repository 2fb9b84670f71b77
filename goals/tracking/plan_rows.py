"""A plan as the rows of a table: what comes in each of them, and back again (pure)."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from goals.calendar import Period
from goals.tracking.plan import Plan

#: What values of rows are rounded to, the coarsest first; the first that loses nothing is taken.
QUANTA = (Decimal(1), Decimal("0.01"), Decimal("0.0001"), Decimal("0.000001"))
#: Rows in which a plan can still be read and moved; a plan of more points is shown by buckets.
MOST = 62
#: So near are two values that differ by a machine's rounding alone, as a share of the way.
_NEAR = Decimal("1e-13")
#: The way is told in at least so many steps.
_STEPS = 1000


def periods(window: Period, ends: Sequence[date]) -> list[Period]:
    """Return the rows that end on some days of a window, the last one with the window."""
    found: list[Period] = []
    start = window.start
    for day in sorted({*(day for day in ends if day in window), window.last}):
        found.append(Period.of(start, day))
        start = found[-1].end
    return found


def reached(
    plan: Plan, rows: Sequence[Period], start: Decimal, target: Decimal, *, is_given: bool
) -> list[Decimal]:
    """Return the value expected by the end of each row, the last one the target.

    Values that somebody gave come back as they were; others are rounded to what can be read.
    """
    way = target - start
    exact = [start + way * Decimal(str(plan.share(one.last))) for one in rows[:-1]]
    quantum = _quantum(exact, way, is_given)
    return [*(one.quantize(quantum, ROUND_HALF_EVEN) for one in exact), target]


def _quantum(exact: Sequence[Decimal], way: Decimal, is_given: bool) -> Decimal:
    for quantum in QUANTA[:-1]:
        if is_given:
            rest = (abs(one - one.quantize(quantum, ROUND_HALF_EVEN)) for one in exact)
            if all(one <= abs(way) * _NEAR for one in rest):
                return quantum
        elif abs(way) >= quantum * _STEPS:
            return quantum
    return QUANTA[-1]


def rises(values: Sequence[Decimal], start: Decimal) -> list[Decimal]:
    """Return what comes in each row, from the value by the end of each."""
    return [after - before for before, after in zip([start, *values[:-1]], values, strict=True)]


def shares(
    rows: Sequence[Period], values: Sequence[Decimal], start: Decimal, target: Decimal
) -> tuple[tuple[date, float], ...]:
    """Return the points of a plan from the value by the end of each row, the last at the whole."""
    way = target - start
    found = [
        (one.last, float((value - start) / way)) for one, value in zip(rows, values, strict=True)
    ]
    return (*found[:-1], (rows[-1].last, 1.0))


def spread(
    amounts: Sequence[Decimal], rows: Sequence[Period], target: Decimal, today: date
) -> list[Decimal]:
    """Return amounts that come to the target: the difference goes to rows that are not over.

    Each row takes of it by its own amount, all alike where none has any; rows take none below
    zero. Where all rows are over, or those that are not cannot take it, all of them do.
    """
    open_rows = [place for place, one in enumerate(rows) if one.last >= today]
    difference = target - sum(amounts, Decimal())
    held = sum((amounts[place] for place in open_rows), Decimal())
    if not open_rows or held + difference < 0:
        open_rows = list(range(len(rows)))
        held = sum(amounts, Decimal())
    found = list(amounts)
    quantum = next((one for one in QUANTA if abs(target) >= one * _STEPS), QUANTA[-1])
    for place in open_rows:
        part = amounts[place] / held if held else Decimal(1) / len(open_rows)
        found[place] = (amounts[place] + difference * part).quantize(quantum, ROUND_HALF_EVEN)
    left = target - sum(found, Decimal())
    largest = max(open_rows, key=lambda place: (found[place], place))
    found[largest] += left
    return found
