"""The rows of a sheet: cells in their columns, row after row as they stand in the file."""

import csv
import re
from collections.abc import Iterator
from string import ascii_uppercase

from goals.words import N_, Message
from integrations.files.sheet import MOST_LINE, Line, Merged
from integrations.files.workbook import formats, shared
from integrations.files.workbook.package import Attributes, damaged
from integrations.files.workbook.shared import Book

#: The size of a sheet in Excel; what lies beyond is a mistake or an attack.
MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
#: Merged cells that are noted.
MOST_MERGED = 1000
_PLACE = re.compile(r"([A-Z]{1,3})\d{1,7}", re.ASCII)
_ERROR = (
    Message(N_("This cell shows an error of the spreadsheet.")),
    Message(N_("Correct its formula, or clear the cell.")),
)
_NO_RESULT = (
    Message(N_("This cell holds a formula without a stored result.")),
    Message(N_("Open the file in Excel or LibreOffice, save it there, and import it again.")),
)


def lines(book: Book, part: str) -> Iterator[Line]:
    """Yield the rows of a sheet that are not blank, with their numbers in the sheet.

    Which cells are merged stands behind the rows, so the book knows it once all were gone through.
    """
    parser = _Rows(book)
    for _ in book.package.steps(part, parser.begin, parser.end, parser.text):
        yield from parser.done
        parser.done.clear()
    book.merged[part] = parser.merged


class _Rows:
    """Takes what the parser meets in a sheet and puts finished rows into `done`."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.done: list[Line] = []
        self.number = self.count = 0
        self.place = -1
        self.width = self.room = 0
        self.cells: dict[int, str] = {}
        self.figures: set[int] = set()
        self.faults: dict[int, tuple[Message, Message]] = {}
        self.places: dict[str, int] = {}
        self.type = "n"
        self.look = formats.PLAIN
        self.value: str | None = None
        self.formula: str | None = None
        self.pieces: list[str] | None = None
        self.is_aloud = False
        self.merged: list[Merged] = []

    def begin(self, tag: str, told: Attributes) -> None:
        """Begin an element."""
        if tag == "c":
            self._begin_cell(told)
        elif tag in ("v", "f") or (tag == "t" and not self.is_aloud):
            self.pieces = []
        elif tag == "row":
            self._begin_row(told)
        elif tag == "rPh":
            self.is_aloud = True
        elif tag == "mergeCell" and len(self.merged) < MOST_MERGED:
            self._merge(told.get("ref", ""))

    def _merge(self, reference: str) -> None:
        """Note cells of several rows that are merged into one."""
        start, _, end = reference.partition(":")
        if _PLACE.fullmatch(start) and _PLACE.fullmatch(end):
            top, bottom = (int(one.lstrip(ascii_uppercase)) for one in (start, end))
            if top < bottom:
                self.merged.append(Merged(top, self._place(start)))

    def text(self, piece: str) -> None:
        """Take a piece of text; what no row may be long enough for is not kept."""
        if self.pieces is not None:
            self.room -= len(piece)
            if self.room >= 0:
                self.pieces.append(piece)

    def end(self, tag: str) -> None:
        """End an element."""
        if tag == "c":
            self._end_cell()
        elif tag == "row":
            self._end_row()
        elif tag == "rPh":
            self.is_aloud = False
        elif self.pieces is not None:
            told = "".join(self.pieces)
            self.pieces = None
            if tag == "f":
                self.formula = told
            else:
                self.value = told if tag == "v" else f"{self.value or ''}{told}"

    def _begin_row(self, told: Attributes) -> None:
        number = told.get("r")
        if number is not None and not (number.isascii() and number.isdecimal()):
            raise damaged()
        self.number = self.number + 1 if number is None else int(number[:8])
        self.count += 1
        if not 1 <= self.number <= MOST_ROWS or self.count > MOST_ROWS:
            raise damaged()
        self.place, self.width, self.room = -1, 0, MOST_LINE
        self.cells, self.figures, self.faults = {}, set(), {}

    def _begin_cell(self, told: Attributes) -> None:
        reference = told.get("r")
        self.place = self.place + 1 if reference is None else self._place(reference)
        self.width += 1
        # A row that names one place again and again would never end.
        if self.place >= MOST_COLUMNS or self.width > MOST_COLUMNS:
            raise damaged()
        self.type = told.get("t", "n")
        style = told.get("s")
        self.look = formats.PLAIN
        if style is not None and self.type == "n":
            try:
                self.look = self.book.looks[int(style)]
            except (ValueError, IndexError):
                self.look = formats.PLAIN
        self.value = self.formula = None

    def _place(self, reference: str) -> int:
        name = reference.rstrip("0123456789")
        found = self.places.get(name)
        if found is None:
            if _PLACE.fullmatch(reference) is None:
                raise damaged()
            found = 0
            for letter in name:
                found = found * 26 + ord(letter) - 64
            found = self.places[name] = found - 1
        return found

    def _end_cell(self) -> None:
        if self.formula is not None and not self.value and (self.type, self.value) != ("str", ""):
            self.cells[self.place] = f"={self.formula}"
            self.faults[self.place] = _NO_RESULT
            return
        if self.value is None:
            return
        text = self._text(self.value)
        if len(text) > csv.field_size_limit():
            self.room = -1
        if text:
            self.cells[self.place] = text

    def _text(self, value: str) -> str:
        """Return a cell's value as text, and note what is particular about it."""
        match self.type:
            case "n":
                text, is_figure = formats.text_of(
                    value.strip(), self.look, from_1904=self.book.from_1904
                )
                if is_figure:
                    self.figures.add(self.place)
                return text
            case "s":
                return self._shared(value)
            case "b":
                return "true" if value.strip() in ("1", "true") else "false"
            case "e":
                self.faults[self.place] = _ERROR
                return value
            case "d":
                return value.strip().removesuffix("T00:00:00")
        return shared.unescaped(value)

    def _shared(self, value: str) -> str:
        try:
            found = self.book.texts[int(value)]
        except (ValueError, IndexError):
            raise damaged() from None
        self.room -= MOST_LINE if found is None else len(found)
        return found or ""

    def _end_row(self) -> None:
        if self.room < 0:
            self.done.append(
                Line(
                    self.number,
                    [],
                    Message(N_("This line is longer than %(n)s characters."), {"n": MOST_LINE}),
                    Message(N_("Check whether the file is a table, and shorten the line.")),
                )
            )
            return
        if not any(one.strip() for one in self.cells.values()):
            return
        cells = [""] * (max(self.cells) + 1)
        for place, text in self.cells.items():
            cells[place] = text
        self.done.append(
            Line(self.number, cells, figures=frozenset(self.figures), faults=self.faults)
        )
