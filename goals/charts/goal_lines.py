"""How the chart of a goal is drawn: axes, areas, lines, marks, and labels that find their place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from goals import words
from goals.calendar import Period
from goals.charts import axis, svg
from goals.charts.axis import Days, Unit, Values
from goals.charts.labels import SPREAD, Box, Ground, Label, around, spread
from goals.charts.svg import XY
from goals.words import N_, Message, Reader

#: Below this width texts are the short ones.
NARROW = 400


@dataclass(frozen=True)
class Lines:
    """The numbers of a chart, ready to be drawn."""

    window: Period
    today: date
    measured_in: tuple[str, str | None]
    flow: bool
    start: float | None
    actual: list[tuple[date, float | None]]
    plan: list[tuple[date, float | None]]
    given: tuple[date, float] | None
    target: float | None
    changes: list[tuple[date, float, float]]
    fan: list[tuple[date, float, float, float, float, float]]
    band: list[tuple[date, float, float]]
    notes: list[tuple[date, int]]
    plan_name: Message | None

    @property
    def over(self) -> bool:
        """Tell whether the window lies behind."""
        return self.today > self.window.last

    @property
    def ended(self) -> bool:
        """Tell whether the newest value stands at the right end."""
        return self.now is not None and self.now[0] == self.window.last

    @cached_property
    def now(self) -> tuple[date, float] | None:
        """Return the newest day with a value, and that value."""
        known = [(day, value) for day, value in self.actual if value is not None]
        return known[-1] if known else None

    @cached_property
    def expected(self) -> tuple[date, float] | None:
        """Return what is shown as plan today: a day and the plan's value."""
        if self.given is not None or not self.plan:
            return self.given
        day = min(self.today, self.window.last)
        value = at(self.plan, day)
        return (day, value) if value is not None and day in self.window else None

    def numbers(self) -> Iterator[float]:
        """Yield every number that the axis must hold."""
        if self.start is not None:
            yield self.start
        for _, value in [*self.actual, *self.plan]:
            if value is not None:
                yield value
        for _, earlier, later in self.changes:
            yield from (earlier, later)
        for _, low, high in self.band:
            yield from (low, high)
        for _, low, *_, high in self.fan:
            yield from (low, high)
        yield from (one for one in (self.target, self.given and self.given[1]) if one is not None)

    def unit(self, reader: Reader) -> Unit:
        """Return how the chart's numbers are written."""
        largest = max((abs(value) for value in self.numbers()), default=0.0)
        # The target gives the step, unless it is out of all proportion.
        if self.target and largest < 1000 * abs(self.target):
            largest = abs(self.target)
        return axis.unit_for(largest, *self.measured_in, reader)


@dataclass(frozen=True)
class Sheet:
    """The paper of one rendering."""

    lines: Lines
    reader: Reader
    unit: Unit
    days: Days
    values: Values
    width: float
    size: float
    ground: Ground

    @property
    def narrow(self) -> bool:
        """Tell whether texts must be short."""
        return self.width < NARROW

    def at(self, day: date, value: float) -> XY:
        """Return where a value at the end of a day lies."""
        return self.days.x(day), self.values.y(value)

    def say(self, text: str, **params: object) -> str:
        """Return a text in the reader's language; numbers as the chart writes them."""
        written = {
            name: self.unit.write(value) if isinstance(value, float) else value
            for name, value in params.items()
        }
        return words.render(Message(text, written), self.reader)


def at(line: Sequence[tuple[date, float | None]], day: date) -> float | None:
    """Return a line's value at the end of a day, between its days by a straight line."""
    before: tuple[date, float] | None = None
    for here, value in line:
        if value is None:
            continue
        if here >= day:
            if before is None:
                return value if here == day else None
            share = (day - before[0]).days / (here - before[0]).days
            return before[1] + (value - before[1]) * share
        before = here, value
    return None


def draw(lines: Lines, reader: Reader, width: float, height: float, size: float) -> list[str]:
    """Return the parts of a rendering, what lies at the back first."""
    scale = size / 12
    unit = lines.unit(reader)
    values = axis.values(lines.numbers(), lines.flow, 30 * scale, height - 28 * scale, unit)
    ends = _ends(lines, unit, reader, width < NARROW)
    reach = max((svg.width_of(one, size, True) + 15 * scale for _, one, _ in ends), default=24)
    names = [unit.write(value, values.gap) for value in values.ticks()]
    left = max(26.0, max(svg.width_of(one, size) for one in names) + 10)
    days = Days(lines.window.first, lines.window.last, left, width - reach)
    bounds = Box(left + 2, values.top - 6, days.right - 2, values.bottom - 2)
    sheet = Sheet(lines, reader, unit, days, values, width, size, Ground(bounds))
    parts = [*_grid(sheet, names, reach), *_areas(sheet), *_strokes(sheet)]
    parts += _head(sheet)
    parts += _marks(sheet)
    parts += _right(sheet, ends)
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


def _head(sheet: Sheet) -> Iterator[str]:
    """Yield what stands above the chart: where the axis starts, and today with its line."""
    lines, days, values, size = sheet.lines, sheet.days, sheet.values, sheet.size
    row = values.top - size
    taken = 0.0
    if starts := axis.start_words(values, sheet.unit, sheet.narrow, sheet.reader):
        taken = svg.width_of(starts, size) + size
        yield svg.text(starts, (0, row), "", "start", size)
    if lines.today not in lines.window:
        return
    x = days.x(lines.today)
    yield svg.line("today", (x, values.top - 4), (x, values.bottom))
    sheet.ground.cover([(x, values.top), (x, values.bottom)])
    said = sheet.say(N_("Today, %(day)s"), day=words.Day(lines.today, "short"))
    width = svg.width_of(said, size)
    middle = min(max(x, taken + width / 2), sheet.width - width / 2)
    label = Label(said, (middle, row), "middle", "halo", size)
    sheet.ground.keep(label.box)
    yield label.draw()


def _marks(sheet: Sheet) -> Iterator[str]:
    """Yield dots, diamonds and rings with their labels, the most important first."""
    lines, ground, scale = sheet.lines, sheet.ground, sheet.size / 12
    rising = _rising(lines)
    now = sheet.at(*lines.now) if lines.now is not None else None
    expected = sheet.at(*lines.expected) if lines.expected is not None else None
    diamonds = [
        (sheet.days.x(day), (sheet.values.y(one) + sheet.values.y(other)) / 2)
        for day, one, other in lines.changes
    ]
    for point in [*filter(None, (now, expected)), *diamonds]:
        ground.keep(Box(point[0] - 7, point[1] - 7, point[0] + 7, point[1] + 7))
    for x, y in diamonds:
        yield f'<path class="mark" d="M{x:.1f} {y - 7:.1f}l7 7-7 7-7-7z"/>'
    if expected is not None:
        yield svg.circle("dot-p", expected, 4 * scale)
    if now is not None:
        yield svg.circle("dot", now, 5.5 * scale)
    found: list[Label | None] = []
    over = now is None or expected is None or expected[1] < now[1]
    if lines.now is not None and now is not None and not lines.ended:
        text = N_("Last %(value)s") if lines.over else N_("Now %(value)s")
        said = sheet.say(text, value=lines.now[1])
        found.append(ground.place(around(said, now, "lbl-a halo", sheet.size, rising, not over)))
    if lines.expected is not None and expected is not None and not lines.ended:
        brief = sheet.narrow or lines.over
        text = N_("Plan %(value)s") if brief else N_("Plan today %(value)s")
        said = sheet.say(text, value=lines.expected[1])
        choices = around(said, expected, "halo", sheet.size, rising, over)
        if found and found[0] is not None:
            # The higher value keeps the higher label.
            level = found[0].at[1]
            choices = [one for one in choices if (one.at[1] < level) == over]
        found.append(ground.place(choices))
    for place, change in zip(diamonds, lines.changes, strict=True):
        found.append(ground.place(_change_labels(sheet, place, change)))
    yield from (label.draw() for label in found if label is not None)
    for day, number in lines.notes:
        yield from _note(sheet, day, number)
    yield from _plan_name(sheet)


def _rising(lines: Lines) -> bool:
    known = [value for _, value in lines.plan or lines.actual if value is not None]
    first = lines.start if lines.start is not None else known[0] if known else 0.0
    return not known or known[-1] >= first


def _change_labels(sheet: Sheet, place: XY, change: tuple[date, float, float]) -> Iterator[Label]:
    day, earlier, later = change
    whole = float(sheet.unit.divisor)
    numbers = {
        "earlier": sheet.unit.write(earlier, whole),
        "later": sheet.unit.write(later, whole),
        "day": words.Day(day, "short"),
    }
    texts = [N_("%(earlier)s to %(later)s")]
    if not sheet.narrow:
        texts = [
            N_("Target %(earlier)s to %(later)s, %(day)s"),
            N_("%(earlier)s to %(later)s, %(day)s"),
            *texts,
        ]
    x, y = place
    for text in texts:
        said = sheet.say(text, **numbers)
        for level in (y - 8, y + 18, y - 24, y + 34):
            yield Label(said, (x + 12, level), "start", "halo", sheet.size)
            yield Label(said, (x - 12, level), "end", "halo", sheet.size)


def _note(sheet: Sheet, day: date, number: int) -> Iterator[str]:
    """Yield a numbered ring near the line, nothing where there is no room for it."""
    value = at(sheet.lines.actual, day)
    if value is None:
        return
    x, y = sheet.at(day, value)
    radius = 8 * sheet.size / 12
    for away in (22, -22, 36, -36, 50, -50):
        box = Box(x - radius - 2, y + away - radius - 2, x + radius + 2, y + away + radius + 2)
        leader = Box(x - 1, min(y, y + away), x + 1, max(y, y + away))
        if not sheet.ground.free(box) or any(map(leader.meets, sheet.ground.taken)):
            continue
        if any(map(box.holds, sheet.ground.lines)):
            continue
        sheet.ground.keep(box)
        side = 1 if away > 0 else -1
        yield svg.line("lead", (x, y + 3 * side), (x, y + away - radius * side))
        yield svg.circle("mark", (x, y + away), radius)
        yield svg.text(
            str(number), (x, y + away + 4 * sheet.size / 12), "lbl", "middle", sheet.size
        )
        return


def _plan_name(sheet: Sheet) -> Iterator[str]:
    """Yield the plan's name with a leader to its line, where there is room."""
    lines, size = sheet.lines, sheet.size
    name = lines.plan_name
    if name is None or sheet.narrow:
        return
    said = words.render(name, sheet.reader)
    choices = {}
    for share in (0.78, 0.7, 0.86, 0.6, 0.92, 0.5, 0.4, 0.3):
        day = lines.window.first + (lines.window.last - lines.window.first) * share
        value = at(lines.plan, day)
        x = sheet.days.x(day)
        # Beside the plan's value of today, its name would be read as one with it.
        if value is None or abs(x - sheet.days.x(lines.today)) < 60:
            continue
        y = sheet.values.y(value)
        for away in (-32, -42, 44):
            leader = Box(x - 2, min(y, y + away), x + 2, max(y, y + away))
            if not any(leader.meets(box) for box in sheet.ground.taken):
                choices[Label(said, (x + 4, y + away), "end", "halo", size)] = (x, y, away)
    label = sheet.ground.place(choices)
    if label is not None:
        x, y, away = choices[label]
        near, far = (y - 3, y + away + 5) if away < 0 else (y + 3, y + away - size)
        yield svg.line("lead", (x, near), (x, far))
        yield label.draw()


def _ends(lines: Lines, unit: Unit, reader: Reader, brief: bool) -> list[tuple[float, str, str]]:
    """Return value, text and class of the labels at the right end."""
    wanted: list[tuple[float, str, str]] = []
    if lines.fan:
        _, low, _, middle, _, high = lines.fan[-1]
        texts = (N_("%(value)s high end"), N_("%(value)s low end"))
        if brief:
            texts = (N_("%(value)s high"), N_("%(value)s low"))
        wanted.append((high, texts[0], ""))
        wanted.append((low, texts[1], ""))
        wanted.append((middle, N_("%(value)s likely"), "lbl-a"))
    if lines.target is not None:
        wanted.append((lines.target, N_("%(value)s target"), "lbl"))
    if lines.ended and lines.now is not None:
        text = N_("%(value)s at the end") if lines.over else N_("%(value)s now")
        wanted.append((lines.now[1], text, "lbl-a"))
        if lines.expected is not None and lines.expected[1] != lines.target:
            wanted.append((lines.expected[1], N_("%(value)s plan"), ""))
    return [
        (value, words.render(Message(text, {"value": unit.write(value)}), reader), name)
        for value, text, name in wanted
    ]


def _right(sheet: Sheet, ends: list[tuple[float, str, str]]) -> Iterator[str]:
    """Yield the labels at the right end, spread apart, with leaders to their lines."""
    right, scale = sheet.days.right, sheet.size / 12
    wanted = [sheet.values.y(value) for value, _, _ in ends]
    heights = spread(wanted, sheet.values.top, sheet.values.bottom - 4 * scale, SPREAD * scale)
    for (_, said, name), from_y, to_y in zip(ends, wanted, heights, strict=True):
        yield f'<path class="lead" d="M{right + 2:.1f} {from_y:.1f}L{right + 9:.1f} {to_y:.1f}"/>'
        yield svg.text(said, (right + 13, to_y + 4 * scale), name, "start", sheet.size)
