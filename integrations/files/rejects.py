"""The rows that were left out of an import, as a file to correct and import again."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

from goals import words
from goals.words import N_, Message
from integrations.files import defusing
from integrations.files.result import Problem
from integrations.files.sheet import Sheet

#: The last column of the file; it is no field, so that the next import passes it by.
COLUMN = "problem"


class RejectsFile:
    """Writes rejected rows into a file of the kind that was imported; without any there is none.

    `base` is the file without its ending. `trouble` says why there is none although there
    should be one.
    """

    def __init__(self, base: Path, reader: words.Reader | str) -> None:
        self.base = base
        self.reader = reader
        self.path: Path | None = None
        self.trouble: str | None = None
        self._file: BinaryIO | None = None
        self._table: _Table | None = None

    def __enter__(self) -> Self:
        """Begin; the file is made with the first row."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the file if there is one."""
        if self._table is not None and self._file is not None:
            try:
                self._table.close()
                self._file.close()
            except OSError as failed:
                self._give_up(failed)

    def problems(self) -> list[Problem]:
        """Return what keeps the rejected rows from being written, if anything does."""
        if self.trouble is None:
            return []
        text = N_("The rejected rows could not be written to a file: %(reason)s.")
        fix = N_("Import a copy in a folder that you may write to; what was kept stays unchanged.")
        said = Message(text, {"reason": self.trouble})
        return [Problem(None, None, str(self.base), said, Message(fix))]

    def add(self, sheet: Sheet, cells: Sequence[str], problems: Sequence[Problem]) -> None:
        """Write a row and, behind it, what is wrong with it."""
        if self.trouble is not None:
            return
        try:
            table = self._table or self._begin(sheet)
            blanks = [""] * (len(sheet.header) - len(cells))
            said = dict.fromkeys(words.render(one.problem, self.reader) for one in problems)
            table.add([*cells, *blanks, " ".join(said)])
        except OSError as error:
            self._give_up(error)

    def _begin(self, sheet: Sheet) -> "_Table":
        ending = "csv" if sheet.tab is None else "xlsx"
        self.path = self.base.with_name(f"{self.base.name}.{ending}")
        self._file = self.path.open("wb")
        self._table = (
            _Text(self._file, sheet) if sheet.tab is None else _Workbook(self._file, sheet)
        )
        self._table.add([*sheet.header, COLUMN])
        return self._table

    def _give_up(self, error: OSError) -> None:
        self.trouble = error.strerror or type(error).__name__
        self.path = self._table = None


class _Table(Protocol):
    """A table that is written row by row."""

    def add(self, cells: Sequence[str]) -> None: ...
    def close(self) -> None: ...


class _Text:
    """A CSV file with the delimiter of the one that was imported, which spreadsheets open."""

    def __init__(self, file: BinaryIO, sheet: Sheet) -> None:
        # The mark tells spreadsheets the encoding, and our reader too.
        self._text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        self._writer = csv.writer(self._text, delimiter=sheet.delimiter)

    def add(self, cells: Sequence[str]) -> None:
        self._writer.writerow(map(defusing.defused, cells))

    def close(self) -> None:
        self._text.close()


class _Workbook:
    """A workbook whose cells are all texts: zeros in front stay, and nothing is a formula."""

    def __init__(self, file: BinaryIO, sheet: Sheet) -> None:
        import xlsxwriter
        from xlsxwriter import exceptions

        self._failures = exceptions.XlsxFileError
        self._book: Any = xlsxwriter.Workbook(file, {"constant_memory": True})
        try:
            self._page: Any = self._book.add_worksheet(sheet.tab.name if sheet.tab else None)
        except exceptions.XlsxInputError:
            # Not every name that a workbook can have may be given to a sheet.
            self._page = self._book.add_worksheet()
        self._row = 0

    def add(self, cells: Sequence[str]) -> None:
        for place, text in enumerate(cells):
            if text:
                self._page.write_string(self._row, place, text)
        self._row += 1

    def close(self) -> None:
        try:
            self._book.close()
        except self._failures as error:
            raise OSError(str(error)) from error
