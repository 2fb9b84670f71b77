"""A waterfall: from one amount to another, with what each part adds as a step between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from goals import words
from goals.charts import svg
from goals.words import N_, Message, Reader

ROW = 34.0
GAP = 10.0
#: A step is at least so wide that it can be seen.
LEAST = 1.5


@dataclass(frozen=True)
class Step:
    """A part: its name, what it adds, and whether that is good (None: neither)."""

    name: str
    value: Decimal
    is_good: bool | None = None


def waterfall(
    title: str,
    start: Step,
    steps: Sequence[Step],
    end: Step,
    unit: str,
    reader: Reader,
    *,
    currency: str | None = None,
    width: float = 690,
    size: float = 12,
    name: str = "",
) -> str:
    """Return rows of name, step and amount, from the start's bar to that of the end.

    The axis begins at zero unless the steps would be too small to be seen on it; then it begins
    nearer and the bars of start and end are open on the left. What a step does is told by its
    sign, its place and its colour. On narrow paper the name stands over its bar.
    """
    scale = size / 12
    rows = [start, *steps, end]
    edges = _edges(start.value, steps, end.value)
    low, high, is_cut = _reach(edges)
    shown = [
        _written(one.value, unit, currency, reader, is_change=0 < place < len(rows) - 1)
        for place, one in enumerate(rows)
    ]
    is_narrow = width < 480
    names = [svg.cut(one.name, width * (0.7 if is_narrow else 0.34), size) for one in rows]
    left = 0.0 if is_narrow else max(svg.width_of(one, size) for one in names) + GAP
    right = width - max(svg.width_of(one, size, True) for one in shown) - GAP
    per = max(right - left, 1.0) / (high - low) if high > low else 0.0
    tall = (46.0 if is_narrow else ROW) * scale
    over = 22 * scale if is_cut else 0.0
    parts = []
    if is_cut:
        from_here = _written(Decimal(str(low)), unit, currency, reader, is_change=False)
        said = words.render(Message(N_("Axis starts at %(value)s"), {"value": from_here}), reader)
        parts.append(svg.text(said, (left, 12 * scale), "", "start", size))
    if low < 0 < high:
        zero = left - low * per
        parts.append(svg.line("base", (zero, over), (zero, over + tall * len(rows))))
    before: float | None = None
    for place, (row, (first, last), said) in enumerate(zip(rows, edges, shown, strict=True)):
        top = over + tall * place
        middle = top + (30 * scale if is_narrow else tall / 2)
        label = top + 14 * scale if is_narrow else middle + 4 * scale
        parts.append(svg.text(names[place], (0, label), "", "start", size))
        begin, stop = (left + (min(max(one, low), high) - low) * per for one in (first, last))
        if before is not None:
            parts.append(svg.line("tick", (before, middle - tall + 7), (before, middle - 7)))
        x, length = min(begin, stop), max(abs(stop - begin), LEAST)
        parts.append(
            f'<rect class="{_kind(row, place in (0, len(rows) - 1))}" x="{x:.1f}" '
            f'y="{middle - 7:.1f}" width="{length:.1f}" height="14" rx="2"/>'
        )
        if is_cut and place in (0, len(rows) - 1):
            # The gap in a bar says that it does not begin here.
            parts.append(svg.line("tick-h", (left + 12, middle - 9), (left + 6, middle + 9)))
        parts.append(svg.text(said, (width, label), "lbl", "end", size))
        before = stop
    sentence = "; ".join(f"{row.name} {said}" for row, said in zip(rows, shown, strict=True))
    return svg.picture(name, width, over + tall * len(rows), f"{title}: {sentence}", parts)


def _edges(start: Decimal, steps: Sequence[Step], end: Decimal) -> list[tuple[float, float]]:
    """Return from where to where each bar reaches."""
    found = [(0.0, float(start))]
    running = start
    for one in steps:
        found.append((float(running), float(running + one.value)))
        running += one.value
    return [*found, (0.0, float(end))]


def _reach(edges: Sequence[tuple[float, float]]) -> tuple[float, float, bool]:
    """Return the axis's ends, and whether it begins elsewhere than at zero."""
    ends = [one for _, one in edges]
    low, high = min(*ends, 0.0), max(*ends, 0.0)
    nearest, farthest = min(ends), max(ends)
    room = (farthest - nearest) * 0.35
    if nearest > 0 and farthest - nearest < high * 0.4 and room:
        return max(0.0, nearest - room), high, nearest - room > 0
    return low, high, False


def _kind(row: Step, is_whole: bool) -> str:
    if is_whole or row.is_good is None:
        return "bar"
    return "bar bar-good" if row.is_good else "bar bar-bad"


def _written(
    value: Decimal, unit: str, currency: str | None, reader: Reader, *, is_change: bool
) -> str:
    if is_change and unit == "rate":
        return words.format_value(words.Signed(words.RatePoints(value)), reader)
    amount = words.amount(value, unit, currency, compact=True)
    if is_change and amount is not None:
        return words.format_value(words.Signed(amount), reader)
    return words.format_value(amount, reader)
