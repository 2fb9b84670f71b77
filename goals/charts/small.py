"""Small pictures that stand in rows: sparkline, ruler (forecast bar), meter, bar of a gap."""

import math
from collections.abc import Sequence
from decimal import Decimal

from goals.charts.svg import esc

Figure = float | Decimal
#: A share of the window (0 to 1) and the value there, None where there is none.
Pair = tuple[float, Figure | None]

#: Where the target stands on a ruler: at 100% of the way, with room for 125%.
TARGET = 80.0


def sparkline(actual: Sequence[Pair], plan: Sequence[Pair], label: str) -> str:
    """Return actual values and plan over a window, 120 by 44; "" when there are neither.

    Both share one scale; the free part on the right is the time left. `label` says the same
    in words.
    """
    done, drawn = _runs(actual), _runs(plan)
    known = [value for run in (*done, *drawn) for _, value in run]
    if not known:
        return ""
    low, high = min(known), max(known)
    span = high - low
    # A line that is level stands in the middle.
    per, base = (34 / span, 40.0) if span > 0 else (0.0, 23.0)
    parts = []
    for name, runs in (("p", drawn), ("a", done)):
        for run in runs:
            if len(run) > 1:
                dots = " ".join(
                    [f"{2 + x * 112:.1f},{base - (value - low) * per:.1f}" for x, value in run]
                )
                parts.append(f'<polyline class="{name}" points="{dots}"/>')
    if done:
        x, value = done[-1][-1]
        y = base - (value - low) * per
        parts.append(f'<circle class="e" cx="{2 + x * 112:.1f}" cy="{y:.1f}" r="2.75"/>')
    return (
        '<svg class="spark" viewBox="0 0 120 44" role="img" '
        f'aria-label="{esc(label)}">{"".join(parts)}</svg>'
    )


def ruler(
    now: float | None,
    plan: float | None,
    label: str,
    *,
    low: float | None = None,
    middle: float | None = None,
    high: float | None = None,
) -> str:
    """Return the way from baseline to target: now, plan today, the likely end with its range.

    Shares of the way: 0 is the baseline, 1 the target, better always to the right. What is
    None is not drawn; what lies outside ends at the ruler's ends. `label` says it in words.
    """
    parts = ['<rect class="track" x="0" y="10" width="100%" height="6" rx="3"/>']
    if now is not None and (reached := _place(now)) > 0:
        parts.append(f'<rect class="past" x="0" y="10" width="{reached:.1f}%" height="6" rx="3"/>')
    if low is not None and high is not None:
        first, last = sorted((_place(low), _place(high)))
        parts.append(
            f'<rect class="rng" x="{first:.1f}%" y="8" width="{last - first:.1f}%" '
            'height="10" rx="2"/>'
        )
    if plan is not None:
        parts.append(
            f'<svg x="{_place(plan):.1f}%" overflow="visible">'
            '<rect class="exp" x="-1" y="5" width="2" height="16"/></svg>'
        )
    parts.append(f'<line class="tgt" x1="{TARGET:g}%" x2="{TARGET:g}%" y1="0" y2="26"/>')
    if middle is not None:
        parts.append(f'<circle class="mid" cx="{_place(middle):.1f}%" cy="13" r="4.5"/>')
    return f'<svg class="ruler" role="img" aria-label="{esc(label)}">{"".join(parts)}</svg>'


def meter(share: float | None, label: str, reference: float | None = None) -> str:
    """Return a share of a whole as a bar; `reference` marks what it is compared with.

    Shares from 0 to 1; None leaves the bar empty.
    """
    parts = ['<rect class="track" width="100%" height="10" rx="3"/>']
    if share is not None:
        parts.append(f'<rect class="fill" width="{_percent(share):.1f}%" height="10" rx="3"/>')
    if reference is not None:
        x = _percent(reference)
        parts.append(f'<line class="ref" x1="{x:.1f}%" x2="{x:.1f}%" y1="-3" y2="13"/>')
    return f'<svg class="meter" role="img" aria-label="{esc(label)}">{"".join(parts)}</svg>'


def gap_bar(value: float, low: float, high: float, tone: str = "") -> str:
    """Return one driver of a gap as a bar from a zero that all rows share.

    `low` and `high` are the least and the most of all rows. `tone` is "pos", "neg" or "sum",
    by default the value's sign. The number stands beside it, so the bar itself is silent.
    """
    low, high = min(low, 0.0), max(high, 0.0)
    per = 106 / (high - low) if high > low else 0.0
    zero = 2 - low * per
    length = abs(value) * per
    start = zero if value >= 0 else zero - length
    kind = tone or ("pos" if value >= 0 else "neg")
    return (
        '<svg viewBox="0 0 110 20" preserveAspectRatio="none" aria-hidden="true">'
        f'<line class="zero" x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="20"/>'
        f'<rect class="{kind}" x="{start:.1f}" y="4" width="{length:.1f}" height="12"/></svg>'
    )


def _runs(line: Sequence[Pair]) -> list[list[tuple[float, float]]]:
    """Return the parts of a line between points without a value."""
    runs: list[list[tuple[float, float]]] = []
    apart = True
    for share, given in line:
        if given is None or not math.isfinite(value := float(given)):
            apart = True
            continue
        if apart:
            runs.append([])
            apart = False
        runs[-1].append((0.0 if share < 0 else 1.0 if share > 1 else share, value))
    return runs


def _place(share: float) -> float:
    return _percent(share * TARGET / 100)


def _percent(share: float) -> float:
    return min(max(share * 100, 0.0), 100.0)
