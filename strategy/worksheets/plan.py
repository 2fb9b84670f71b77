"""The plan of the implementation in the order of its days, with what is late and what is blocked.

`today` is an argument: the same answers are late on one day and not on the day before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from goals import words
from goals.words import Message
from strategy.worksheets import flow, library
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.flow import Place
from strategy.worksheets.rules import implementation
from strategy.worksheets.setting import Setting

#: Bars are never thinner than this, in percent of the whole.
THINNEST = Decimal("0.8")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bar:
    """Where a task lies between the first and the last day, in percent."""

    left: Decimal
    width: Decimal


@dataclass(frozen=True)
class PlanRow:
    """A task of the plan. `days_late` is 0 for one that is in time or done."""

    item: str
    task: str
    step: str | Message | None
    owner: str | None
    team: str | None
    start: date | None
    due: date | None
    status: str
    days_late: int
    blocked_by: str
    needs: tuple[str, ...]
    bar: Bar | None
    place: Place

    @property
    def is_marked(self) -> bool:
        """Tell whether somebody should look at the task: it is late or blocked."""
        return self.days_late > 0 or self.status == implementation.BLOCKED


@dataclass(frozen=True)
class Mark:
    """The first day of a month on the line of days, in percent."""

    day: date
    left: Decimal

    @property
    def name(self) -> Message:
        """Return the month with its year."""
        return Message("%(value)s", {"value": words.Month(self.day)})


@dataclass(frozen=True)
class Plan:
    """All tasks in the order of their days; those without days stand at the end.

    `first` and `last` are None while no task has a day. `today` says where today lies, None
    outside of the plan.
    """

    rows: tuple[PlanRow, ...]
    first: date | None
    last: date | None
    months: tuple[Mark, ...]
    today: Decimal | None

    @property
    def late(self) -> tuple[PlanRow, ...]:
        """Return the tasks that should have been done before today, the latest first."""
        found = [one for one in self.rows if one.days_late]
        return tuple(sorted(found, key=lambda one: -one.days_late))

    @property
    def blocked(self) -> tuple[PlanRow, ...]:
        """Return the tasks that cannot go on."""
        return tuple(one for one in self.rows if one.status == implementation.BLOCKED)

    @property
    def done(self) -> int:
        """Return how many tasks are done."""
        return sum(one.status == implementation.DONE for one in self.rows)


def of(book: Book, about: Setting, today: date) -> Plan:
    """Return the plan as it stands on a day."""
    tasks = implementation.tasks(book)
    days = [day for row in tasks for day in _days(row)]
    first, last = min(days, default=None), max(days, default=None)
    known = {row.item: row for row in tasks}
    names = book.names(implementation.STEPS)
    line = None if first is None or last is None else _Line(first, last)
    rows = [
        PlanRow(
            item=row.item,
            task=short(str(row.value["task"])),
            step=names.get(str(row.value.get("step"))),
            owner=about.names.get(str(row.value.get("owner"))),
            team=about.teams.get(str(row.value.get("team"))),
            start=implementation.start(row),
            due=implementation.due(row),
            status=implementation.status(row),
            days_late=_days_late(row, today),
            blocked_by=str(row.value.get("blocked_by") or ""),
            needs=tuple(short(str(one.value["task"])) for one in implementation.needed(row, known)),
            bar=None if line is None else line.bar(row),
            place=flow.place(library.worksheets().find(implementation.TASKS), row.item),
        )
        for row in tasks
    ]
    inside = line is not None and line.first <= today <= line.last
    return Plan(
        rows=tuple(sorted(rows, key=_order)),
        first=first,
        last=last,
        months=() if line is None else tuple(line.months()),
        today=line.at(today) if line is not None and inside else None,
    )


def _days(row: Row) -> Iterator[date]:
    for day in (implementation.start(row), implementation.due(row)):
        if day is not None:
            yield day


def _days_late(row: Row, today: date) -> int:
    until = implementation.due(row)
    if until is None or not implementation.is_late(row, today):
        return 0
    return (today - until).days


def _order(row: PlanRow) -> tuple[bool, date, date, str]:
    first = row.start or row.due
    return first is None, first or date.max, row.due or date.max, row.task


@dataclass(frozen=True)
class _Line:
    """The days from the first to the last one, that day included."""

    first: date
    last: date

    def at(self, day: date) -> Decimal:
        """Return where a day begins."""
        length = (self.last - self.first).days + 1
        return (Decimal((day - self.first).days * 100) / length).quantize(_CENT)

    def bar(self, row: Row) -> Bar | None:
        begin, end = implementation.start(row), implementation.due(row)
        begin, end = begin or end, end or begin
        if begin is None or end is None or end < begin:
            return None
        left = self.at(begin)
        width = max(self.at(end + timedelta(days=1)) - left, THINNEST)
        return Bar(min(left, 100 - width), width)

    def months(self) -> Iterator[Mark]:
        """Yield the first days of months, few enough to be read."""
        day = self.first if self.first.day == 1 else _next_month(self.first)
        found = []
        while day <= self.last:
            found.append(Mark(day, self.at(day)))
            day = _next_month(day)
        step = len(found) // 5 + 1
        yield from found[::step]


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
