"""The form for readings by hand: some days of one metric, each with its value and evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.web import frame, texts
from app.web.texts import gettext as _
from goals import calendar, words
from goals.metrics.catalogue import Metric
from goals.metrics.entries import Entry as Kept
from integrations.files.by_hand import Entry
from strategy.worksheets import figures

#: Rows that are offered at once; empty ones count for nothing.
ROWS = 3
EVIDENCE = 2000
_LONGEST = 60


@dataclass
class Line:
    """A row as it was typed, with what is wrong with each of its fields.

    `seen` is the run that wrote the reading which the writer knows of, "" for none.
    """

    day: str = ""
    value: str = ""
    evidence: str = ""
    seen: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed."""
        return not (self.value or self.evidence or (self.day and self.seen))


@dataclass
class Form:
    """What was typed; `is_outdated` where somebody else was quicker."""

    lines: list[Line]
    entries: list[Entry] = field(default_factory=list)
    is_outdated: bool = False
    nothing: str = ""

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, text) for the summary above the form."""
        found = [("day-0", self.nothing)] if self.nothing else []
        for number, line in enumerate(self.lines):
            found += [(f"{name}-{number}", text) for name, text in line.errors.items()]
        return found


def blank(today: str) -> Form:
    """Return an empty form, the first row of it for a day."""
    return Form([Line(day=today), *(Line() for _number in range(ROWS - 1))])


def correcting(kept: Kept, metric: Metric) -> Form:
    """Return a form that holds a reading as it stands."""
    value = kept.value * 100 if metric.unit == "rate" else kept.value
    line = Line(
        day=texts.day(kept.day),
        value=f"{value.normalize():f}",
        evidence=kept.evidence or "",
        seen=str(kept.run_id),
    )
    return Form([line])


def typed(given: Mapping[str, str]) -> Form:
    """Return what was sent."""
    lines = []
    for number in range(ROWS):
        if f"day-{number}" in given or f"value-{number}" in given:
            day, value, evidence, seen = (
                given.get(f"{name}-{number}", "").strip()
                for name in ("day", "value", "evidence", "seen")
            )
            lines.append(Line(day, value, evidence, seen))
    return Form(lines or [Line()])


def check(form: Form, metric: Metric, known: Mapping[date, Kept], today: date) -> None:
    """Read the rows; what is wrong stands at its field, what is right under `entries`."""
    days: set[date] = set()
    for line in form.lines:
        if line.is_empty:
            continue
        day, value = _day(line, today), _value(line, metric)
        if not line.evidence:
            line.errors["evidence"] = _(
                "Say where the number comes from: a sentence, or a link to the source."
            )
        elif len(line.evidence) > EVIDENCE:
            line.errors["evidence"] = _("Use at most %(max)d characters.", max=EVIDENCE)
        if day is None:
            continue
        if day in days:
            line.errors["day"] = _("This day stands in another row already.")
        days.add(day)
        if value is None:
            continue
        entry = Entry(day, value, line.evidence)
        _compare(form, line, entry, known.get(day), metric)
        form.entries.append(entry)
    if not form.entries and not form.problems:
        form.nothing = _("Write a day, a value and where it comes from.")


def _day(line: Line, today: date) -> date | None:
    day = calendar.parse_day(line.day)
    if day is None:
        line.errors["day"] = _("Write a day, such as 31 Dec 2026 or 2026-12-31.")
    elif day > today:
        line.errors["day"] = _("This day is still to come.")
    return day


def _value(line: Line, metric: Metric) -> Decimal | None:
    figure = figures.parse(line.value) if len(line.value) <= _LONGEST else None
    if figure is None:
        line.errors["value"] = _("Write a number, such as 27 M, 1,200 or 88%.")
        return None
    value = figure.value / 100 if figure.percent or metric.unit == "rate" else figure.value
    low, high = metric.limits
    if (low is not None and value < low) or (high is not None and value > high):
        limits = (words.amount(one, metric.unit) for one in (low, high))
        shown = [words.format_value(one, frame.reader()) if one else "∞" for one in limits]
        line.errors["value"] = _(
            "This is outside what the number can be: %(low)s to %(high)s.",
            low=shown[0],
            high=shown[1],
        )
        return None
    return value


def _compare(form: Form, line: Line, entry: Entry, kept: Kept | None, metric: Metric) -> None:
    """Ask before a reading is replaced that the writer may not know of."""
    if kept is None or line.seen == str(kept.run_id):
        return
    if (kept.value, kept.evidence or "") == (entry.value, entry.evidence):
        return
    said = texts.amount(kept.value, metric.unit, frame.here().currency)
    if line.seen:
        form.is_outdated = True
        line.errors["value"] = _(
            "Somebody has changed this reading to %(value)s meanwhile. Send it again to replace"
            " that; it stays visible.",
            value=said,
        )
    else:
        line.errors["value"] = _(
            "This day has a reading of %(value)s already. Send it again to replace that; it stays"
            " visible.",
            value=said,
        )
    line.seen = str(kept.run_id)
