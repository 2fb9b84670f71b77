"""Marks along a run of days, one row for each subject: when something began, and how long."""

from collections.abc import Sequence
from datetime import date

from goals.charts.svg import esc

#: Wide enough to be seen, in percent of the strip.
LEAST = 0.6


def strip(
    first: date,
    last: date,
    marks: Sequence[tuple[date, date | None, str]],
    label: str,
    *,
    window: tuple[date, date] | None = None,
) -> str:
    """Return a strip from a first to a last day; all with the same days stand in line.

    A mark is the day on which something began, the day on which it was over (None: a moment),
    and its tone: "bad", "ok" or "none". `window` are the days over which its goal runs, drawn
    behind the marks. `label` says it in words.
    """
    days = (last - first).days + 1

    def place(day: date) -> float:
        return 100 * min(max((day - first).days, 0), days) / days

    low, high = (first, last) if window is None else window
    wide = place(high) - place(low) + 100 / days
    parts = [f'<rect class="track" x="{place(low):.2f}%" y="8" width="{wide:.2f}%" height="4"/>']
    for begun, over, tone in marks:
        end = place(over) if over is not None else place(begun)
        wide = min(max(end - place(begun), LEAST), 100 - min(place(begun), 100 - LEAST))
        left = min(place(begun), 100 - LEAST)
        parts.append(
            f'<rect class="{tone}" x="{left:.2f}%" y="2" width="{wide:.2f}%" height="16" rx="1"/>'
        )
    return (
        f'<svg class="strip" width="100%" height="20" role="img" aria-label="{esc(label)}">'
        f"{''.join(parts)}</svg>"
    )
