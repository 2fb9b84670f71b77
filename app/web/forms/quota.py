"""The form for quotas: the days they are for, and a name and an amount in each line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.web import texts
from app.web.texts import gettext as _
from goals import calendar
from goals.tracking.selling.sellers import Holder
from strategy.worksheets import figures

#: So many lines are read at once.
MOST = 1000


@dataclass
class Quotas:
    """What was typed or pasted, what it means, and what is wrong with it by field.

    `amounts` is by the ids of owners of deals.
    """

    first: str = ""
    last: str = ""
    lines: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    amounts: dict[int, Decimal] = field(default_factory=dict)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, text) for the summary above the form."""
        return list(self.errors.items())

    def read(self, known: Mapping[str, list[Holder]], currency: str) -> bool:
        """Read what was typed; tell whether all of it was understood.

        `known` says who is meant by a name or an address, in small letters; amounts are in
        `currency`.
        """
        self.first_day, self.last_day = map(calendar.parse_day, (self.first, self.last))
        for name, day in (("first", self.first_day), ("last", self.last_day)):
            if day is None:
                self.errors[name] = _("Write a day, such as 31 Dec 2026 or 2026-12-31.")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            self.errors["last"] = _("The last day lies before the first.")
        wrong = []
        lines = self.lines.splitlines()
        for number, line in enumerate(lines[:MOST], 1):
            if line.strip():
                problem = self._line(line, known, currency)
                if problem and not (number == 1 and _is_head(line, known)):
                    wrong.append(_("Line %(n)s: %(problem)s", n=number, problem=problem))
        if len(lines) > MOST:
            wrong = [_("Enter at most %(most)s lines at once.", most=MOST)]
        if not wrong and not self.amounts:
            wrong = [_("Write a name and an amount in each line.")]
        if wrong:
            more = len(wrong) - 5
            self.errors["lines"] = " ".join(wrong[:5]) + (f" … +{more}" if more > 0 else "")
        return not self.errors

    def _line(self, line: str, known: Mapping[str, list[Holder]], currency: str) -> str:
        """Keep a line's amount; return what is wrong with it, "" for nothing."""
        name, amount = _cells(line)
        meant = known.get(name.casefold(), [])
        if not meant:
            return _("no deal has an owner called “%(name)s”.", name=name[:80])
        if len(meant) > 1:
            return _(
                "several owners of deals are called “%(name)s”: %(words)s."
                " Write one of these in place of the name.",
                name=meant[0].name,
                words=texts.listed(sorted(one.word for one in meant)),
            )
        whose = meant[0]
        if not amount:
            # Who stands there without an amount is somebody of whom nothing was said.
            return ""
        figure = figures.parse(amount)
        if figure is None or figure.percent or figure.value < 0:
            return _("“%(typed)s” is no amount.", typed=amount[:80])
        if not figures.fits(figure.currency, currency):
            return _("“%(typed)s” is not in %(currency)s.", typed=amount[:80], currency=currency)
        if whose.id in self.amounts:
            return _("%(name)s stands in an earlier line already.", name=whose.name)
        self.amounts[whose.id] = figure.value
        return ""


def _cells(line: str) -> tuple[str, str]:
    """Return name and amount of a line, "" where it has none."""
    cells = [one.strip() for one in line.split("\t")]
    if len(cells) < 2:
        return _typed(line)
    # Other columns, such as a team, may stand between.
    filled = [one for one in cells[1:] if one]
    amounts = [one for one in filled if figures.parse(one) is not None]
    return cells[0], (amounts or filled)[-1] if cells[-1] else ""


def _typed(line: str) -> tuple[str, str]:
    """Return name and amount of a line without tabs: the amount begins at the last gap before it.

    A comma or semicolon behind a name, as a file has it, is no part of the name.
    """
    if ";" in line:
        name, _sign, amount = line.partition(";")
        return name.strip(), amount.strip()
    place = next((i for i, one in enumerate(line) if one.isdigit() or one in "$€£¥฿₫-("), len(line))
    return line[:place].strip(" ,:\t"), line[place:].strip()


def _is_head(line: str, known: Mapping[str, list[Holder]]) -> bool:
    """Tell whether a first line holds the heads of columns, such as of a spreadsheet."""
    return not any(one.isdigit() for one in line) and _cells(line)[0].casefold() not in known
