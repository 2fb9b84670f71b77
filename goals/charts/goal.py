"""The chart of a goal: what was, what the plan expects, how it will likely end, the target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from goals import words
from goals.calendar import Period
from goals.charts import axis, svg
from goals.charts.goal_lines import draw
from goals.charts.goal_sheet import Lines
from goals.words import N_, Message, Reader

Figure = float | Decimal
#: A day and the value at its end, None where there is none.
Point = tuple[date, Figure | None]

#: How a line beside the target is told.
BESIDE = {"commit": N_("commit %(value)s"), "stretch": N_("stretch %(value)s")}
#: What is said of a number that has to stay on one side.
KEEPS = {
    "above": N_("to stay at %(value)s or above"),
    "below": N_("to stay at %(value)s or below"),
}
#: Renderings of a page, of which the stylesheet shows one: class, width, height.
PAGE = (("w-wide", 976, 316), ("w-mid", 690, 330), ("w-narrow", 300, 280))


@dataclass(frozen=True)
class Fan:
    """The forecast for the end of a day: 8 in 10 between p10 and p90, half between p25 and p75."""

    day: date
    p10: Figure
    p25: Figure
    p50: Figure
    p75: Figure
    p90: Figure


@dataclass(frozen=True)
class TargetChange:
    """A target that was changed on a day."""

    day: date
    earlier: Figure
    later: Figure


@dataclass(frozen=True)
class GoalChart:
    """What is drawn of a goal, in its metric's unit; an empty part is left out.

    `title` names the numbers. A flow starts at zero with the window, a level at `start` (None:
    with its first value). `expected` is the day and value that "plan today" shows, by default
    the plan's own at `today`. `band` holds (day, low, high): the plan's usual scatter; `notes`
    the day and number of what is explained beside the chart, where there is room for it; `moved`
    those of changed terms, which always show. `beside` are the lines beside the target, by name
    (commit, stretch). `grips` are points of the plan that can be moved, by day. `keeps` tells of
    a number that only has to stay on one side of the target: "above" or "below" it.
    """

    title: str
    window: Period
    today: date
    unit: str
    actual: Sequence[Point]
    plan: Sequence[Point] = ()
    target: Figure | None = None
    changes: Sequence[TargetChange] = ()
    forecast: Sequence[Fan] = ()
    band: Sequence[tuple[date, Figure, Figure]] = ()
    notes: Sequence[tuple[date, int]] = ()
    moved: Sequence[tuple[date, int]] = ()
    expected: tuple[date, Figure] | None = None
    currency: str | None = None
    flow: bool = True
    start: Figure | None = None
    plan_name: Message | None = None
    beside: Sequence[tuple[str, Figure]] = ()
    grips: Sequence[tuple[date, Figure]] = ()
    keeps: Literal["", "above", "below"] = ""


def goal_charts(chart: GoalChart, reader: Reader) -> str:
    """Return the three renderings for a page, side by side."""
    return "".join(
        goal_chart(chart, reader, width, height, name=name) for name, width, height in PAGE
    )


def goal_chart(
    chart: GoalChart,
    reader: Reader,
    width: float = 976,
    height: float = 316,
    *,
    size: float = 12,
    name: str = "",
) -> str:
    """Return one rendering for a width, its text `size` pixels high."""
    parts = draw(_lines(chart), reader, width, height, size)
    return svg.picture(name, width, height, sentence(chart, reader), parts)


def unit_words(chart: GoalChart, reader: Reader) -> str:
    """Return the unit that the chart's numbers go without (฿ M), "" when they show it."""
    return _lines(chart).unit(reader).caption()


def sentence(chart: GoalChart, reader: Reader) -> str:
    """Return what the chart shows in words: the same numbers, for those who cannot see it."""

    def amount(value: Figure) -> words.Quantity | None:
        return words.amount(Decimal(str(value)), chart.unit, chart.currency, compact=True)

    lines = _lines(chart)
    clauses = []
    if lines.now is not None:
        day, now = lines.now
        clauses.append(
            Message(N_("%(value)s on %(day)s"), {"day": words.Day(day), "value": amount(now)})
        )
    else:
        clauses.append(Message(N_("no value yet")))
    if lines.expected is not None:
        clauses.append(Message(N_("plan %(value)s"), {"value": amount(lines.expected[1])}))
    if chart.forecast:
        end = chart.forecast[-1]
        clauses.append(
            Message(
                N_("likely end %(value)s, 8 in 10 between %(low)s and %(high)s"),
                {"value": amount(end.p50), "low": amount(end.p10), "high": amount(end.p90)},
            )
        )
    if chart.target is not None and chart.keeps:
        clauses.append(Message(KEEPS[chart.keeps], {"value": amount(chart.target)}))
    elif chart.target is not None:
        clauses.append(Message(N_("target %(value)s"), {"value": amount(chart.target)}))
        for name, value in chart.beside:
            clauses.append(Message(BESIDE[name], {"value": amount(value)}))
    elif chart.band:
        ends = {"low": amount(chart.band[0][1]), "high": amount(chart.band[0][2])}
        clauses.append(Message(N_("to stay between %(low)s and %(high)s"), ends))
    for one in sorted(chart.changes, key=lambda one: one.day):
        told = {"earlier": amount(one.earlier), "later": amount(one.later)}
        text = N_("the target went from %(earlier)s to %(later)s on %(day)s")
        clauses.append(Message(text, {**told, "day": words.Day(one.day)}))
    between = "；" if reader.locale == "zh_Hans" else "; "
    parts = {
        "title": chart.title,
        "days": words.DayRange(chart.window.first, chart.window.last),
        "figures": between.join(words.render(one, reader) for one in clauses),
    }
    return words.render(Message(N_("%(title)s, %(days)s: %(figures)s."), parts), reader)


def _lines(chart: GoalChart) -> Lines:
    """Return the chart's numbers as floats, without what is no number."""
    start = 0.0 if chart.flow else axis.number(chart.start)
    actual = [(day, axis.number(value)) for day, value in chart.actual]
    plan = [(day, axis.number(value)) for day, value in chart.plan]
    expected = None
    if chart.expected is not None and (value := axis.number(chart.expected[1])) is not None:
        expected = (chart.expected[0], value)
    return Lines(
        window=chart.window,
        today=chart.today,
        measured_in=(chart.unit, chart.currency),
        flow=chart.flow,
        start=start,
        actual=[point for point in actual if point[0] in chart.window],
        plan=[point for point in plan if point[0] in chart.window],
        given=expected,
        target=axis.number(chart.target),
        changes=[
            (one.day, _known(one.earlier), _known(one.later))
            for one in sorted(chart.changes, key=lambda one: one.day)
            if one.day in chart.window
        ],
        fan=[
            (
                one.day,
                _known(one.p10),
                _known(one.p25),
                _known(one.p50),
                _known(one.p75),
                _known(one.p90),
            )
            for one in chart.forecast
        ],
        band=[(day, _known(low), _known(high)) for day, low, high in chart.band],
        notes=list(chart.notes),
        moved=[one for one in sorted(chart.moved) if one[0] in chart.window],
        plan_name=chart.plan_name,
        beside=[(name, _known(value)) for name, value in chart.beside],
        grips=[(day, _known(value)) for day, value in chart.grips],
        keeps=chart.keeps,
    )


def _known(value: Figure) -> float:
    return axis.number(value) or 0.0
