"""The document as a workbook: one sheet for each table, numbers and days as such, no formulas."""

import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from goals.charts.svg import width_of
from strategy.document import terms
from strategy.document.model import Cell, Document, Listing

#: What a spreadsheet would take for the beginning of a formula.
FORMULA = re.compile(r"^[=+\-@\t\r\n]")
#: Limits of the format.
LONGEST_TEXT, LONGEST_SHEET = 32_767, 31
_NO_SHEET = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
#: Excel knows no day before.
FIRST_YEAR = 1900
WIDEST, NARROWEST = 60, 8
#: A line of text, the title and the highest row that there may be, in points.
LINE, TITLE_LINE, HIGHEST = 15, 26, 409
#: Of wide tables so many characters go on a page of print; more could not be read.
PAGE = 170

TEXT, HEAD, TITLE = "text", "head", "title"
LOOKS: dict[str, dict[str, object]] = {
    TEXT: {"text_wrap": True},
    HEAD: {"text_wrap": True, "bold": True, "bottom": 1, "bg_color": "#EEF0F4"},
    TITLE: {"text_wrap": True, "bold": True, "font_size": 18},
}

Head = Sequence[str]


def write(document: Document) -> bytes:
    """Return the workbook."""
    return _Book(document).write()


class _Book:
    def __init__(self, document: Document) -> None:
        # Loaded here: nothing else needs it.
        import xlsxwriter

        self.document = document
        self.file = io.BytesIO()
        self.book: Any = xlsxwriter.Workbook(
            self.file,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.names: set[str] = {"history"}
        self.formats: dict[tuple[str, bool], Any] = {}

    def write(self) -> bytes:
        document = self.document
        self.book.set_properties(
            {
                "title": document.title,
                "author": document.author or document.company,
                "company": document.company,
                "created": document.made_at.replace(tzinfo=None),
            }
        )
        self._cover()
        if document.kpis:
            self._table(document.say(terms.STANDING), *self._goals())
        if document.sections:
            head = [document.say(one) for one in (terms.SECTION, terms.FIELD, terms.ANSWER)]
            self._table(document.say(terms.ANSWER), head, list(self._answers()))
        for _section, listing in document.listings:
            self._table(listing.title, listing.columns, [row.cells for row in listing.rows])
        self.book.close()
        return self.file.getvalue()

    def _cover(self) -> None:
        document = self.document
        sheet = self.book.add_worksheet(self._name(document.say(terms.STRATEGY)))
        lines = [document.company, *terms.cover_lines(document)]
        if document.is_empty:
            lines.append(document.say(terms.EMPTY))
        if document.unwritten:
            lines += ["", f"{document.say(terms.UNWRITTEN)}:", *document.unwritten]
        sheet.set_column(0, 0, 90, self._format(TEXT))
        sheet.set_row(0, TITLE_LINE * _lines(document.title, 90 * LINE / TITLE_LINE))
        self._text(sheet, 0, 0, document.title, TITLE)
        for row, line in enumerate(lines, start=1):
            self._text(sheet, row, 0, line)

    def _goals(self) -> tuple[Head, list[Sequence[Cell]]]:
        document = self.document
        words = [terms.GOAL, terms.OWNER, terms.TEAM, terms.METRIC]
        figures = [word for word, _ in terms.figures(document, document.kpis[0])]
        head = [document.say(one) for one in words] + figures
        head += [document.say(terms.STATUS), document.say(terms.WHY)]
        rows: list[Sequence[Cell]] = [
            [Cell((one,)) for one in (kpi.name, kpi.owner, kpi.team, kpi.metric)]
            + [cell for _, cell in terms.figures(document, kpi)]
            + [Cell((kpi.word,)), Cell((kpi.reason,))]
            for kpi in document.kpis
        ]
        return head, rows

    def _answers(self) -> Iterator[Sequence[Cell]]:
        for section in self.document.sections:
            for part in section.parts:
                if isinstance(part, Listing):
                    continue
                for one in part.answers:
                    label = f"{part.title}: {one.label}" if one.label else part.title
                    yield Cell((section.title,)), Cell((label,)), one.cell

    def _table(self, title: str, head: Head, rows: Sequence[Sequence[Cell]]) -> None:
        if not rows:
            return
        sheet = self.book.add_worksheet(self._name(title))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0)
        sheet.set_landscape()
        widths = [_width(word, [row[place] for row in rows]) for place, word in enumerate(head)]
        sheet.fit_to_pages(max(1, round(sum(widths) / PAGE)), 0)
        for place, (word, width) in enumerate(zip(head, widths, strict=True)):
            sheet.set_column(place, place, width)
            self._text(sheet, 0, place, word, HEAD)
        for number, row in enumerate(rows, start=1):
            # Excel would find the height itself; other programs show what they are told.
            tall = max(_lines(_text(cell), width) for cell, width in zip(row, widths, strict=True))
            sheet.set_row(number, min(LINE * tall, HIGHEST))
            for place, cell in enumerate(row):
                self._cell(sheet, number, place, cell)
        sheet.autofilter(0, 0, len(rows), len(head) - 1)

    def _cell(self, sheet: Any, row: int, place: int, cell: Cell) -> None:
        value = cell.value
        if isinstance(value, date) and value.year >= FIRST_YEAR:
            day = datetime(value.year, value.month, value.day)  # noqa: DTZ001
            sheet.write_datetime(row, place, day, self._format("yyyy-mm-dd"))
        elif isinstance(value, Decimal) and abs(value) < 10**15:
            sheet.write_number(row, place, float(value), self._format(_pattern(cell)))
        elif cell:
            self._text(sheet, row, place, _text(cell))

    def _text(self, sheet: Any, row: int, place: int, text: str, look: str = TEXT) -> None:
        """Write a text as a text; one that looks like a formula keeps its mark when copied."""
        form = self._format(look, bool(FORMULA.match(text)))
        sheet.write_string(row, place, text[:LONGEST_TEXT], form)

    def _format(self, look: str, quoted: bool = False) -> Any:
        """Return a look of cells: a key of LOOKS, or the pattern of a number."""
        key = look, quoted
        if key not in self.formats:
            looks = {"valign": "top", **LOOKS.get(look, {"num_format": look})}
            if quoted:
                looks |= {"num_format": "@", "quote_prefix": True}
            self.formats[key] = self.book.add_format(looks)
        return self.formats[key]

    def _name(self, title: str) -> str:
        """Return a name for a sheet that Excel takes and that no other sheet has."""
        plain = _NO_SHEET.sub(" ", title)
        plain = " ".join(plain.split()).strip("' ") or self.document.say(terms.ANSWER)
        for number in range(1, 1000):
            tail = "" if number == 1 else f" {number}"
            name = _utf16(plain, LONGEST_SHEET - len(tail)).strip("' ") + tail
            if name.casefold() not in self.names:
                break
        self.names.add(name.casefold())
        return name


def _utf16(text: str, most: int) -> str:
    """Return the beginning of a text, measured as Excel does: some signs count twice."""
    kept, used = [], 0
    for sign in text:
        used += 2 if ord(sign) > 0xFFFF else 1
        if used > most:
            break
        kept.append(sign)
    return "".join(kept)


def _pattern(cell: Cell) -> str:
    """Return the number format that shows a number as its text does."""
    before, after = (f'"{part}"' if part else "" for part in map(_plain, cell.affix))
    if cell.unit == "rate":
        return "0.0%"
    digits = "#,##0" if _is_whole(cell.value) else "#,##0.00"
    return f"{before}{digits}{after}"


def _plain(affix: str) -> str:
    return affix.replace('"', "").replace("\\", "")


def _is_whole(value: object) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value()


def _text(cell: Cell) -> str:
    if cell.is_list and len(cell.lines) > 1:
        return "\n".join(f"\u2022 {one}" for one in cell.lines)
    return cell.text


def _lines(text: str, width: float) -> int:
    """Return about how many lines a text takes in a column."""
    return sum(max(1, math.ceil(width_of(one, 1) * 1.9 / width)) for one in text.split("\n"))


def _width(head: str, cells: Sequence[Cell]) -> float:
    longest = max(
        (width_of(line, 1) for cell in cells for line in cell.text.split("\n")), default=0.0
    )
    return min(max(NARROWEST, width_of(head, 2), longest * 1.9), WIDEST)
