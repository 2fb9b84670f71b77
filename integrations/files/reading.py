"""Reading a table of text: line by line, whatever is wrong with some of the lines."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import dropwhile, islice
from typing import BinaryIO, TextIO

from goals.records import detect
from goals.words import N_, Message
from integrations.files.result import NotImported
from integrations.files.sheet import MOST_LINE, Line, Sheet
from integrations.files.workbook import package, table

#: Bytes that are read at once, and at a file's beginning to see what it is.
_CHUNK = 1 << 20
_HEAD = 1 << 16
#: Rows among which the names of the columns stand.
_TOP = 10


def open_sheet(file: BinaryIO, told: Mapping[str, str]) -> Sheet:
    """Return the table that a file holds; `told` is what is known of its format.

    Raises NotImported, such as `empty_file`, `not_text`, `unknown_encoding` or `bad_header`.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip():
        raise NotImported(
            "empty_file",
            N_("This file is empty."),
            fix=Message(N_("Import a file with a row of column names and rows below it.")),
        )
    if package.is_workbook(head):
        return table.open_table(file, told)
    if told.get("sheet"):
        raise NotImported(
            "unknown_sheet",
            N_("This file is a text, which has no sheets."),
            fix=Message(N_("Leave the sheet away, or import the workbook.")),
            field="format.sheet",
        )
    if trouble := detect.trouble(head):
        code, problem, fix = trouble
        raise NotImported(code, problem.id, dict(problem.params), fix=fix)
    encoding = _encoding(file, head, told.get("encoding"))
    with _opened(file, encoding) as text:
        sample = text.read(_HEAD)
    # The sample's last line may be cut.
    whole = sample[: sample.rfind("\n") + 1] or sample
    delimiter = told.get("delimiter") or detect.delimiter(whole)
    with _opened(file, encoding) as text:
        first = _header(list(islice(_rows(text, delimiter), _TOP)))
    if first is None or first.problem is not None:
        raise NotImported(
            "bad_header",
            N_("The first row does not hold the names of the columns."),
            fix=Message(N_("Put a row of column names at the top of the file.")),
        )
    header = [one.strip() for one in first.cells]
    below = partial(_below, file, encoding, delimiter, first.number, len(header))
    return Sheet(header, below, encoding, delimiter, header_line=first.number)


def _header(top: Sequence[Line]) -> Line | None:
    """Return the line with the names of the columns: the first, unless that is a title.

    A title, or a row of names for groups of columns, fills at most half of its cells; below it
    stands a row of names that fills all of them and has no figures.
    """
    if not top or top[0].problem is not None:
        return next(iter(top), None)
    width = max(len(line.cells) for line in top)
    filled = sum(map(bool, map(str.strip, top[0].cells)))
    if filled * 2 > width:
        return top[0]
    for line in top[1:]:
        names = [one.strip() for one in line.cells]
        if line.problem is None and len(names) == width and all(names):
            has_figures = any(sign.isdigit() for one in names for sign in one)
            return top[0] if has_figures or len({*names}) < width else line
    return top[0]


def _below(
    file: BinaryIO, encoding: str, delimiter: str, header: int, width: int
) -> Iterator[Line]:
    """Yield the rows below the header, with as many cells as that has."""
    with _opened(file, encoding) as text:
        found = _rows(text, delimiter)
        for line in dropwhile(lambda one: one.number <= header, found):
            yield line if line.problem is not None else _fitted(line, width)


def _fitted(line: Line, width: int) -> Line:
    """Return a row with as many cells as the header has; others are a problem."""
    if len(line.cells) == width:
        return line
    if len(line.cells) > width and not any(one.strip() for one in line.cells[width:]):
        return Line(line.number, line.cells[:width])
    problem = Message(
        N_("This row has %(cells)s cells where the header has %(columns)s."),
        {"cells": len(line.cells), "columns": width},
    )
    return Line(line.number, line.cells, problem, Message(N_("Check its quotes and commas.")))


def _encoding(file: BinaryIO, head: bytes, told: str | None) -> str:
    """Return the encoding that a file is in beyond doubt; asks where there is doubt."""
    if told is not None:
        try:
            "a".encode(told)
            codecs.lookup(told)
        except (LookupError, UnicodeError):
            raise NotImported(
                "bad_mapping",
                N_("There is no encoding named %(name)s."),
                {"name": told},
                fix=Message(N_("Name one such as utf-8, cp874 or gb18030.")),
                field="mapping",
            ) from None
        # A mark says more than what was told of another file with the same columns.
        encoding = detect.marked(head) or told
    else:
        encoding = detect.marked(head) or "utf-8"
    broken = head if told is None and _looks_wide(head) else _undecodable(file, encoding)
    if broken is None:
        return encoding
    choices = detect.choices(broken)
    if not choices:
        problem, fix = detect.NO_TEXT
        raise NotImported("not_text", problem.id, fix=fix)
    listed = [f"{one.encoding} ({one.preview.strip()})" for one in choices]
    raise NotImported(
        "unknown_encoding",
        N_("This file is not in %(encoding)s. Read in other encodings it would say: %(choices)s."),
        {"encoding": encoding.upper(), "choices": listed},
        fix=Message(
            N_("Name the right one as format.encoding in the mapping, or save it as UTF-8.")
        ),
        field="format.encoding",
        extra={"choices": [one.encoding for one in choices]},
    )


def _looks_wide(head: bytes) -> bool:
    return detect.marked(head) is None and detect.wide(head) is not None


def _undecodable(file: BinaryIO, encoding: str) -> bytes | None:
    """Return a part of the file that is not in an encoding, None if all of it is."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    while chunk := file.read(_CHUNK):
        try:
            decoder.decode(chunk)
        except UnicodeError as error:
            at = error.start if isinstance(error, UnicodeDecodeError) else 0
            start = chunk.rfind(b"\n", 0, max(at - 1, 0)) + 1
            return chunk[start : start + _HEAD]
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        file.seek(0)
        return file.read(_HEAD)
    return None


@contextmanager
def _opened(file: BinaryIO, encoding: str) -> Iterator[TextIO]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield text
    finally:
        text.detach()


def _rows(text: TextIO, delimiter: str) -> Iterator[Line]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.refuse(error)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if lines.cut:
            yield Line(
                lines.first,
                [],
                Message(N_("This line is longer than %(n)s characters."), {"n": MOST_LINE}),
                Message(N_("Check whether the file is a table, and shorten the line.")),
            )
        elif any(map(str.strip, cells)):
            yield Line(lines.first, cells)


class _Lines:
    """Counts lines, cuts endless ones, and gives back those that a broken row swallowed."""

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.waiting: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []
        self.read = 0
        self.cut = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.waiting:
            found = self.waiting.popleft()
        else:
            line = self.text.readline(MOST_LINE)
            if not line:
                raise StopIteration
            self.read += 1
            if len(line) == MOST_LINE and line[-1] not in "\r\n":
                self.cut = True
                while line and line[-1] not in "\r\n":
                    line = self.text.readline(MOST_LINE)
                line = "\n"
            found = (self.read, line)
        self.taken.append(found)
        return found[1]

    @property
    def first(self) -> int:
        """Return the number of the line on which the present row begins."""
        return self.taken[0][0] if self.taken else self.read

    def begin(self) -> None:
        """Begin a row."""
        self.taken = []
        self.cut = False

    def refuse(self, error: csv.Error) -> Line:
        """Return the first line of a broken row as a problem and give back the others.

        A quote that is never closed would otherwise take the rest of the file with it.
        """
        number, line = self.taken[0]
        self.waiting.extendleft(reversed(self.taken[1:]))
        if "limit" in str(error) and len(self.taken) == 1:
            problem = Message(
                N_("A cell is longer than %(n)s characters."), {"n": csv.field_size_limit()}
            )
            fix = Message(N_("Shorten the cell, or leave its column out of the file."))
        else:
            problem = Message(N_("The quotes of this row do not match."))
            fix = Message(N_("Close every quote, and write a quote inside a cell twice."))
        return Line(number, [line.rstrip("\r\n")[:MOST_LINE]], problem, fix)
