"""The marks and labels on the chart of a goal; each label finds its place."""

from collections.abc import Iterator
from datetime import date

from goals import words
from goals.charts import axis, svg
from goals.charts.axis import Unit
from goals.charts.goal_sheet import Lines, Sheet, at
from goals.charts.labels import SPREAD, Box, Label, around, spread
from goals.charts.svg import XY
from goals.words import N_, Message, Reader

#: Lines beside the target, as they are called at its end.
BESIDE = {"commit": N_("%(value)s commit"), "stretch": N_("%(value)s stretch")}
#: What the value of a line is called in the texts beside it.
NAMED = ("value", "low", "high")
#: A line at one side of which a number is to be kept.
KEEPS = {"above": N_("%(low)s or above"), "below": N_("%(high)s or below")}


def head(sheet: Sheet) -> Iterator[str]:
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


def marks(sheet: Sheet) -> Iterator[str]:
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
    yield from _moved(sheet)
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


def _moved(sheet: Sheet) -> Iterator[str]:
    """Yield a numbered ring on the axis for each day on which other terms changed."""
    radius = 8 * sheet.size / 12
    taken: list[Box] = []
    for day, number in sheet.lines.moved:
        x = min(max(sheet.days.x(day), sheet.days.left + radius), sheet.days.right - radius)
        y = sheet.values.bottom - 2 * radius
        box = Box(x - radius - 2, y - radius - 2, x + radius + 2, y + radius + 2)
        while any(map(box.meets, taken)):
            y -= 2 * radius + 5
            box = Box(x - radius - 2, y - radius - 2, x + radius + 2, y + radius + 2)
        taken.append(box)
        sheet.ground.keep(box)
        yield svg.line("lead", (x, sheet.values.bottom), (x, y + radius))
        yield svg.circle("mark", (x, y), radius)
        yield svg.text(str(number), (x, y + 4 * sheet.size / 12), "lbl", "middle", sheet.size)


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


def ends(lines: Lines, unit: Unit, reader: Reader, brief: bool) -> list[tuple[float, str, str]]:
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
    elif lines.band:
        # What is to be kept lies between two lines.
        _, low, high = lines.band[-1]
        wanted += [(high, KEEPS["below"], "lbl"), (low, KEEPS["above"], "lbl")]
    if lines.target is not None:
        wanted.append((lines.target, KEEPS.get(lines.keeps, N_("%(value)s target")), "lbl"))
    wanted += [(value, BESIDE[name], "") for name, value in lines.beside]
    if lines.ended and lines.now is not None:
        text = N_("%(value)s at the end") if lines.over else N_("%(value)s now")
        wanted.append((lines.now[1], text, "lbl-a"))
        if lines.expected is not None and lines.expected[1] != lines.target:
            wanted.append((lines.expected[1], N_("%(value)s plan"), ""))
    return [
        (value, words.render(Message(text, dict.fromkeys(NAMED, unit.write(value))), reader), name)
        for value, text, name in wanted
    ]


def right(sheet: Sheet, ends: list[tuple[float, str, str]]) -> Iterator[str]:
    """Yield the labels at the right end, spread apart, with leaders to their lines."""
    right, scale = sheet.days.right, sheet.size / 12
    wanted = [sheet.values.y(value) for value, _, _ in ends]
    heights = spread(wanted, sheet.values.top, sheet.values.bottom - 4 * scale, SPREAD * scale)
    for (_, said, name), from_y, to_y in zip(ends, wanted, heights, strict=True):
        yield f'<path class="lead" d="M{right + 2:.1f} {from_y:.1f}L{right + 9:.1f} {to_y:.1f}"/>'
        yield svg.text(said, (right + 13, to_y + 4 * scale), name, "start", sheet.size)
