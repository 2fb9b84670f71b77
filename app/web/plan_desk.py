"""A plan as rows to be typed: what they hold, what is wrong in them, and their way on the chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from app.web import goal_typed, texts
from app.web.texts import gettext as _
from goals import words
from goals.calendar import Period
from goals.tracking import plan_rows, planning
from goals.tracking.plan import Plan
from strategy.worksheets import figures

#: A sum may be so far from the target: as little as nobody types.
SLACK = Decimal("0.005")


@dataclass(frozen=True)
class Row:
    """A row of the table: its days, what is typed for it, and what it comes to by its end."""

    id: str
    days: str
    text: str
    by_end: str
    error: str = ""
    is_fixed: bool = False


@dataclass(frozen=True)
class Desk:
    """A plan that can be changed, with the rows of its table and the unit of its number."""

    kind: str
    rows: Sequence[Period]
    plan: Plan
    start: Decimal
    target: Decimal
    unit: str
    currency: str | None
    is_sum: bool

    @property
    def in_percent(self) -> bool:
        """Tell whether values are typed in percent."""
        return self.unit == "rate"

    @property
    def sign(self) -> str:
        """Return the unit that stands above what is typed, "" for a plain number."""
        return "%" if self.in_percent else (self.currency or "")

    def amount(self, value: Decimal) -> str:
        """Return a value as it is read."""
        return texts.amount(value, self.unit, self.currency)

    def typed(self, value: Decimal) -> str:
        """Return a value as it is typed."""
        return goal_typed.number(str(value), self.in_percent)

    def held(self, values: Sequence[Decimal]) -> list[str]:
        """Return what the rows hold for the value by the end of each, as it is typed."""
        said = plan_rows.rises(values, self.start) if self.is_sum else values
        return [self.typed(one) for one in said]

    def is_fixed(self, row: Period) -> bool:
        """Tell whether a row holds the target and nothing else."""
        return not self.is_sum and row is self.rows[-1]


def field(row: Period) -> str:
    """Return the name of the field of a row."""
    return f"row-{row.last.isoformat()}"


def read(desk: Desk, typed: Mapping[str, str]) -> tuple[list[Decimal], dict[str, str]]:
    """Return the value by the end of each row, and what cannot be read, by the row's field."""
    values: list[Decimal] = []
    errors: dict[str, str] = {}
    running = desk.start
    low, high = sorted((desk.start, desk.target))
    for row in desk.rows:
        key = field(row)
        if desk.is_fixed(row):
            values.append(desk.target)
            continue
        found = figures.parse(typed.get(key, ""))
        value = Decimal()
        if found is None:
            errors[key] = _("Write a number, such as 27 M, 1,200 or 88%.")
        else:
            value = found.value / 100 if desk.in_percent or found.percent else found.value
        if desk.is_sum:
            if value < 0:
                errors[key] = _("What adds up takes nothing away: write 0 or more.")
            running += value
            values.append(running)
            continue
        if found is not None and not low <= value <= high:
            errors[key] = _(
                "Write a number from %(low)s to %(high)s: from the baseline to the target.",
                low=desk.amount(low),
                high=desk.amount(high),
            )
        values.append(value)
    return values, errors


def missed(desk: Desk, values: Sequence[Decimal]) -> str:
    """Return by how much the rows do not come to the target, "" where they do."""
    away = values[-1] - desk.target
    if not desk.is_sum or abs(away) <= SLACK:
        return ""
    text = _("The rows come to %(sum)s, %(difference)s more than the target of %(target)s.")
    if away < 0:
        text = _("The rows come to %(sum)s, %(difference)s less than the target of %(target)s.")
    told = {"sum": values[-1], "difference": abs(away), "target": desk.target}
    return text % {name: desk.amount(value) for name, value in told.items()}


def spread(desk: Desk, values: Sequence[Decimal], today: date) -> list[Decimal]:
    """Return the value by the end of each row once the rows come to the target."""
    amounts = plan_rows.rises(values, desk.start)
    amounts = plan_rows.spread(amounts, desk.rows, desk.target, today)
    return [sum(amounts[: place + 1], desk.start) for place in range(len(amounts))]


def shown(
    desk: Desk,
    values: Sequence[Decimal],
    typed: Mapping[str, str] | None,
    errors: Mapping[str, str],
) -> list[Row]:
    """Return the rows as a page shows them, with what was typed where something was."""
    return [
        Row(
            field(row),
            texts.written(words.DayRange(row.first, row.last)),
            text if typed is None else typed.get(field(row), ""),
            desk.amount(value),
            errors.get(field(row), ""),
            desk.is_fixed(row),
        )
        for row, text, value in zip(desk.rows, desk.held(values), values, strict=True)
    ]


@dataclass(frozen=True)
class Way:
    """The way through the rows: how many of them are over by the end of a day, with parts."""

    desk: Desk
    plan: Plan
    values: Sequence[Decimal]

    @classmethod
    def of(cls, session: Session, desk: Desk, values: Sequence[Decimal]) -> "Way":
        """Return the way on which every row takes as much of the window as any other."""
        count = len(desk.rows)
        alike = [(row.last, (place + 1) / count) for place, row in enumerate(desk.rows)]
        asked = planning.Asked(desk.plan.window, desk.kind, alike)
        return cls(desk, planning.drawn(session, asked), values)

    def place(self, day: date) -> float:
        """Return how many rows lie before the end of a day."""
        return self.plan.share(day) * len(self.desk.rows)

    def value(self, day: date) -> Decimal:
        """Return the value expected by the end of a day."""
        heights = [self.desk.start, *self.values, self.values[-1]]
        place = self.place(day)
        row = min(int(place + 1e-9), len(self.desk.rows))
        share = Decimal(str(max(0.0, place - row)))
        return heights[row] + (heights[row + 1] - heights[row]) * share

    def grips(self) -> list[tuple[date, Decimal]]:
        """Return the points that can be moved; the last one is the target."""
        rows = zip(self.desk.rows[:-1], self.values[:-1], strict=True)
        return [(row.last, value) for row, value in rows]

    def told(self, days: Sequence[date]) -> str:
        """Return the places of some days, as the script that redraws the line reads them."""
        return " ".join(f"{self.place(day):.5g}" for day in days)
