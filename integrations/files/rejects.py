"""The rows that were left out of an import, as a file to correct and import again."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from goals import words
from goals.words import N_, Message
from integrations.files.result import Problem

#: The last column of the file; it is no field, so that the next import passes it by.
COLUMN = "problem"


class RejectsFile:
    """Writes rejected rows next to the imported file; without any there is no such file.

    `trouble` says why there is none although there should be one.
    """

    def __init__(self, imported: Path, reader: words.Reader | str) -> None:
        self.path = imported.with_name(f"{imported.name}.rejects.csv")
        self.reader = reader
        self.name: str | None = None
        self.trouble: str | None = None
        self._file: Any = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        """Begin; the file is made with the first row."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file if there is one."""
        if self._file is not None:
            self._file.close()

    def problems(self) -> list[Problem]:
        """Return what keeps the rejected rows from being written, if anything does."""
        if self.trouble is None:
            return []
        text = N_("The rejected rows could not be written to a file: %(reason)s.")
        fix = N_("Import a copy in a folder that you may write to; what was kept stays unchanged.")
        said = Message(text, {"reason": self.trouble})
        return [Problem(None, None, str(self.path), said, Message(fix))]

    def add(self, header: Sequence[str], cells: Sequence[str], problems: Sequence[Problem]) -> None:
        """Write a row and, behind it, what is wrong with it."""
        if self.trouble is not None:
            return
        if self._file is None:
            try:
                self._file = self.path.open("w", encoding="utf-8", newline="")
            except OSError as error:
                self.trouble = error.strerror or type(error).__name__
                return
            self._writer = csv.writer(self._file)
            self._writer.writerow([*header, COLUMN])
            self.name = str(self.path)
        blanks = [""] * (len(header) - len(cells))
        said = " ".join(words.render(one.problem, self.reader) for one in problems)
        self._writer.writerow([*cells, *blanks, said])
