"""The form for quotas: the days they are for, and a name and an amount in each line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.web.texts import gettext as _
from goals import calendar
from goals.tracking.selling.sellers import Seller
from strategy.worksheets import figures

#: So many lines are read at once.
MOST = 1000


@dataclass
class Quotas:
    """What was typed or pasted, what it means, and what is wrong with it by field."""

    first: str = ""
    last: str = ""
    lines: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    amounts: dict[str, Decimal] = field(default_factory=dict)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, text) for the summary above the form."""
        return list(self.errors.items())

    def read(self, known: Mapping[str, Seller]) -> bool:
        """Read what was typed; tell whether all of it was understood."""
        self.first_day, self.last_day = map(calendar.parse_day, (self.first, self.last))
        for name, day in (("first", self.first_day), ("last", self.last_day)):
            if day is None:
                self.errors[name] = _("Write a day, such as 31 Dec 2026 or 2026-12-31.")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            self.errors["last"] = _("The last day lies before the first.")
        names = {name.casefold(): name for name in known}
        names |= {one.email.casefold(): one.name for one in known.values() if one.email}
        wrong = []
        for number, line in enumerate(self.lines.splitlines()[:MOST], 1):
            if line.strip():
                problem = self._line(line, names)
                if problem and not (number == 1 and _is_head(line)):
                    wrong.append(_("Line %(n)s: %(problem)s", n=number, problem=problem))
        if not wrong and not self.amounts:
            wrong = [_("Write a name and an amount in each line.")]
        if wrong:
            more = len(wrong) - 5
            self.errors["lines"] = " ".join(wrong[:5]) + (f" … +{more}" if more > 0 else "")
        return not self.errors

    def _line(self, line: str, names: Mapping[str, str]) -> str:
        """Keep a line's amount; return what is wrong with it, "" for nothing."""
        cells = [one.strip() for one in line.split("\t") if one.strip()]
        if len(cells) < 2:
            # Typed by hand: the amount stands behind the last blank, comma or semicolon.
            name, amount = _typed(line)
        else:
            # Other columns, such as a team, may stand between.
            amounts = [one for one in cells[1:] if _figure(one) is not None]
            name, amount = cells[0], (amounts or cells[1:])[-1]
        whose = names.get(name.casefold())
        if whose is None:
            return _("no deal has an owner called “%(name)s”.", name=name[:80])
        figure = _figure(amount)
        if figure is None or figure.percent or figure.value < 0:
            return _("“%(typed)s” is no amount.", typed=amount[:80])
        if whose in self.amounts:
            return _("%(name)s stands in an earlier line already.", name=whose)
        self.amounts[whose] = figure.value
        return ""


def _typed(line: str) -> tuple[str, str]:
    """Return name and amount of a line without tabs: the amount begins at the last gap before it.

    A comma or semicolon behind a name, as a file has it, is no part of the name.
    """
    if ";" in line:
        name, _sign, amount = line.partition(";")
        return name.strip(), amount.strip()
    place = next((i for i, one in enumerate(line) if one.isdigit() or one in "$€£¥฿₫-("), len(line))
    return line[:place].strip(" ,:\t"), line[place:].strip()


def _figure(text: str) -> figures.Figure | None:
    """Return the number that a cell holds, None for none."""
    if len(text) > 60 or not any(one.isdigit() for one in text):
        return None
    return figures.parse(text)


def _is_head(line: str) -> bool:
    """Tell whether a first line holds the heads of columns, such as of a spreadsheet."""
    return not any(one.isdigit() for one in line)
