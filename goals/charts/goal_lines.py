"""How the chart of a goal is drawn: axes, areas and lines, then the marks and labels on them."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from goals.charts import axis, goal_marks, svg
from goals.charts.axis import Days
from goals.charts.goal_sheet import NARROW, Lines, Sheet
from goals.charts.labels import Box, Ground
from goals.charts.svg import XY
from goals.words import Reader


def draw(lines: Lines, reader: Reader, width: float, height: float, size: float) -> list[str]:
    """Return the parts of a rendering, what lies at the back first."""
    scale = size / 12
    unit = lines.unit(reader)
    values = axis.values(lines.numbers(), lines.flow, 30 * scale, height - 28 * scale, unit)
    ends = goal_marks.ends(lines, unit, reader, width < NARROW)
    reach = max((svg.width_of(one, size, True) + 15 * scale for _, one, _ in ends), default=24)
    names = [unit.write(value, values.gap) for value in values.ticks()]
    left = max(26.0, max(svg.width_of(one, size) for one in names) + 10)
    days = Days(lines.window.first, lines.window.last, left, width - reach)
    bounds = Box(left + 2, values.top - 6, days.right - 2, values.bottom - 2)
    sheet = Sheet(lines, reader, unit, days, values, width, size, Ground(bounds))
    parts = [*_grid(sheet, names, reach), *_areas(sheet), *_strokes(sheet)]
    parts += goal_marks.head(sheet)
    parts += goal_marks.marks(sheet)
    parts += goal_marks.right(sheet, ends)
    parts += _grips(sheet)
    return parts


def _grid(sheet: Sheet, names: list[str], reach: float) -> Iterator[str]:
    days, values, scale = sheet.days, sheet.values, sheet.size / 12
    lowest = values.ticks()[0]
    for tick, name in zip(values.ticks(), names, strict=True):
        y = values.y(tick)
        # The line of zero is one to stand on, wherever it lies.
        kind = "base" if tick == lowest or abs(tick) < values.gap / 1000 else "grid"
        yield svg.line(kind, (days.left, y), (days.right, y))
        yield svg.text(name, (days.left - 8, y + 4 * scale), "", "end", sheet.size)
    for one in axis.day_ticks(days, sheet.reader, sheet.size, reach):
        yield svg.line("base", (one.x, values.bottom), (one.x, values.bottom + 4))
        yield svg.text(one.words, (one.x, values.bottom + 18 * scale), "", one.anchor, sheet.size)


def _areas(sheet: Sheet) -> Iterator[str]:
    lines = sheet.lines
    if lines.band:
        yield _area(sheet, "band", lines.band)
    if lines.fan:
        begin = [(*lines.now, lines.now[1])] if lines.now is not None else []
        yield _area(sheet, "fan", [*begin, *((one[0], one[1], one[5]) for one in lines.fan)])
        yield _area(sheet, "fan2", [*begin, *((one[0], one[2], one[4]) for one in lines.fan)])


def _area(sheet: Sheet, name: str, band: Sequence[tuple[date, float, float]]) -> str:
    upper = [sheet.at(day, high) for day, _, high in band]
    lower = [sheet.at(day, low) for day, low, _ in band]
    return svg.polygon(name, [*upper, *reversed(lower)])


def _strokes(sheet: Sheet) -> Iterator[str]:
    lines, ground = sheet.lines, sheet.ground
    for run in _runs(sheet, lines.plan):
        ground.cover(run)
        yield svg.polyline("plan", run)
    for _, value in lines.beside:
        level = [
            (sheet.days.left, sheet.values.y(value)),
            (sheet.days.right, sheet.values.y(value)),
        ]
        ground.cover(level)
        yield svg.line("beside", *level)
    if (path := _target(sheet)) is not None:
        ground.cover(path)
        yield svg.polyline("tgt", path)
    if lines.fan:
        middle = [sheet.at(one[0], one[3]) for one in lines.fan]
        if lines.now is not None:
            middle = [sheet.at(*lines.now), *middle]
        ground.cover(middle)
        yield svg.polyline("p50", middle)
    for run in _runs(sheet, lines.actual):
        ground.cover(run)
        if len(run) > 1:
            yield svg.polyline("act", run)
        else:
            yield svg.circle("dot", run[0], 3)


def _grips(sheet: Sheet) -> Iterator[str]:
    """Yield the points that can be moved, with the scale by which a script reads their heights."""
    if not sheet.lines.grips:
        return
    values = sheet.values
    scale = (values.low, values.high, values.top, values.bottom)
    yield '<g class="grips" data-scale="{}">'.format(" ".join(f"{one:.10g}" for one in scale))
    # A finger needs more room than the eye.
    for name, radius in (("hit", 15), ("grip", 6)):
        for day, value in sheet.lines.grips:
            yield svg.circle(name, sheet.at(day, value), radius)
    yield "</g>"


def _runs(sheet: Sheet, line: Sequence[tuple[date, float | None]]) -> list[list[XY]]:
    """Return the parts of a line between days without a value."""
    runs = []
    for known, part in groupby(line, key=lambda point: point[1] is not None):
        if known:
            runs.append([sheet.at(day, value) for day, value in part if value is not None])
    start = sheet.lines.start
    if runs and start is not None and line[0][1] is not None:
        runs[0].insert(0, (sheet.days.left, sheet.values.y(start)))
    return runs


def _target(sheet: Sheet) -> list[XY] | None:
    """Return the target's line with its steps."""
    lines, days, values = sheet.lines, sheet.days, sheet.values
    if lines.target is None:
        return None
    level = lines.changes[0][1] if lines.changes else lines.target
    path = [(days.left, values.y(level))]
    for day, _, later in lines.changes:
        x = days.x(day)
        path += [(x, path[-1][1]), (x, values.y(later))]
    if abs(path[-1][1] - values.y(lines.target)) > 0.05:
        path += [(path[-1][0], values.y(lines.target))]
    return [*path, (days.right, values.y(lines.target))]
