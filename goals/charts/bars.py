"""Bars for a breakdown: one row for each member, all from a common zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from goals import words
from goals.charts import axis, svg
from goals.words import N_, Message, Reader

ROW = 30.0
GAP = 10.0


@dataclass(frozen=True)
class Bar:
    """A member of a breakdown; a value of None is no data and gets no bar."""

    name: str
    value: float | Decimal | None


def bars(
    title: str,
    rows: Sequence[Bar],
    unit: str,
    reader: Reader,
    *,
    whole: float | Decimal | None = None,
    currency: str | None = None,
    width: float = 690,
    size: float = 12,
    name: str = "",
) -> str:
    """Return rows of name, bar and value; `whole` is a line through all of them.

    Returns "" without rows: an empty frame says nothing.
    """
    if not rows:
        return ""
    scale = size / 12
    known = [value for row in rows if (value := axis.number(row.value)) is not None]
    mark = axis.number(whole)
    reached = [*known, 0.0, *([mark] if mark is not None else [])]
    low, high = min(reached), max(reached)
    shown = [_written(row.value, unit, currency, reader) for row in rows]
    room = width * 0.34
    names = [svg.cut(row.name, room, size) for row in rows]
    left = max(svg.width_of(one, size) for one in names) + GAP
    right = width - max(svg.width_of(one, size, True) for one in shown) - GAP
    per = max(right - left, 1.0) / (high - low) if high > low else 0.0
    zero = left - low * per
    top = 22 * scale if mark is not None else 0.0
    bottom = top + ROW * scale * len(rows)
    parts = []
    if low < 0:
        parts.append(svg.line("base", (zero, top), (zero, bottom)))
    for index, (row, said) in enumerate(zip(rows, shown, strict=True)):
        middle = top + ROW * scale * (index + 0.5)
        value = axis.number(row.value)
        parts.append(svg.text(names[index], (0, middle + 4 * scale), "", "start", size))
        if value is not None:
            length = abs(value) * per
            start = zero - length if value < 0 else zero
            parts.append(
                f'<rect class="bar" x="{start:.1f}" y="{middle - 7:.1f}" '
                f'width="{length:.1f}" height="14" rx="2"/>'
            )
        parts.append(svg.text(said, (width, middle + 4 * scale), "lbl", "end", size))
    if mark is not None:
        x = left + (mark - low) * per
        said = _written(whole, unit, currency, reader)
        label = words.render(Message(N_("All %(value)s"), {"value": said}), reader)
        half = svg.width_of(label, size) / 2
        # The ground beside the line keeps it visible over the bars.
        parts += [svg.line(kind, (x, top - 4), (x, bottom)) for kind in ("tick-h", "tick25")]
        middle = min(max(x, left + half), max(right - half, left + half))
        parts.append(svg.text(label, (middle, top - 8 * scale), "halo", "middle", size))
    sentence = "; ".join(f"{row.name} {said}" for row, said in zip(rows, shown, strict=True))
    return svg.picture(name, width, bottom, f"{title}: {sentence}", parts)


def _written(value: float | Decimal | None, unit: str, currency: str | None, reader: Reader) -> str:
    if axis.number(value) is None:
        return words.NOTHING
    amount = words.amount(Decimal(str(value)), unit, currency, compact=True)
    return words.format_value(amount, reader)
