"""Choosing the sheet of a workbook that is read, and the row with the names of its columns."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise, zip_longest
from typing import BinaryIO, NamedTuple
from weakref import WeakKeyDictionary

from goals.words import N_, Message
from integrations.files.result import NotImported
from integrations.files.sheet import Line, Merged, Sheet, Tab
from integrations.files.workbook import rows, shared
from integrations.files.workbook.formats import Look
from integrations.files.workbook.package import Attributes, Package, relation
from integrations.files.workbook.shared import Book

#: Rows among which the names of the columns are looked for.
_TOP = 20
#: Texts and formats of files that are open: a large list of texts takes seconds to go through.
_SHARED: WeakKeyDictionary[BinaryIO, tuple[list[str | None], list[Look]]] = WeakKeyDictionary()


class _Listed(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    is_hidden: bool


def open_table(file: BinaryIO, told: Mapping[str, str]) -> Sheet:
    """Return the table on the sheet that `told` names, else on the first that holds one.

    Hidden sheets are read only where they are named. Raises NotImported for a file that is no
    workbook, `unknown_sheet`, `empty_file` or `bad_header`.
    """
    package = Package(file)
    book, listed = _opened(file, package)
    names = [one.name for one in sorted(listed, key=lambda one: one.is_hidden)]
    wanted = told.get("sheet")
    if wanted:
        chosen = [one for one in listed if one.name == wanted] or [
            one for one in listed if one.name.casefold() == wanted.strip().casefold()
        ]
        if not chosen:
            raise NotImported(
                "unknown_sheet",
                N_("This workbook has no sheet named %(name)s."),
                {"name": wanted},
                fix=Message(N_("Its sheets are: %(names)s."), {"names": names}),
                field="format.sheet",
            )
    else:
        chosen = [one for one in listed if not one.is_hidden]
    found = [(one, top) for one in chosen if (top := list(islice(_of(book, one), _TOP)))]
    # A sheet of one row, such as a title page, is passed by where another has a table.
    for one, top in sorted(found, key=lambda pair: len(pair[1]) == 1):
        return _sheet(book, one, top, names)
    raise NotImported(
        "empty_file",
        N_("No sheet of this workbook holds a table that can be seen."),
        fix=Message(
            N_("Name the sheet that is meant. The sheets are: %(names)s."), {"names": names}
        ),
        field="format.sheet",
    )


def _of(book: Book, one: _Listed) -> Iterator[Line]:
    return rows.lines(book, one.part)


def _opened(file: BinaryIO, package: Package) -> tuple[Book, list[_Listed]]:
    """Return what the sheets share, and the sheets that hold cells."""
    book = Book(package)
    relations = package.relations(package.book)
    listed: list[_Listed] = []

    def begin(tag: str, told: Attributes) -> None:
        if tag == "workbookPr":
            book.from_1904 = told.get("date1904") in ("1", "true")
        elif tag == "sheet":
            type_, part = relations.get(relation(told), ("", ""))
            if type_.endswith("/worksheet") and package.has(part):
                is_hidden = told.get("state", "visible") != "visible"
                listed.append(_Listed(told.get("name", ""), part, is_hidden))

    package.parse(package.book, begin)
    if (known := _SHARED.get(file)) is not None:
        book.texts, book.looks = known
        return book, listed
    for type_, part in relations.values():
        if type_.endswith("/sharedStrings") and package.has(part):
            book.texts = shared.texts(package, part)
        elif type_.endswith("/styles") and package.has(part):
            book.looks = shared.looks(package, part)
    _SHARED[file] = book.texts, book.looks
    return book, listed


def _sheet(book: Book, one: _Listed, top: Sequence[Line], sheets: Sequence[str]) -> Sheet:
    filled = [sum(map(bool, map(str.strip, line.cells))) for line in top]
    # Titles and groups of columns, often merged, fill less of the row than the names do.
    header = next(line for line, n in zip(top, filled, strict=True) if n * 2 > max(filled))
    if header.problem is not None:
        raise NotImported(
            "bad_header",
            N_("The first row does not hold the names of the columns."),
            fix=Message(N_("Put a row of column names at the top of the file.")),
        )
    near = {line.number: line for line in top}
    names, groups = _texts(header), _texts(near.get(header.number - 1))
    under = near.get(header.number + 1)
    if under is not None and _goes_on(names, under):
        names, groups, header = _texts(under), names, under
    columns = _joined(groups, names)
    while not columns[-1]:
        columns.pop()

    def below() -> Iterator[Line]:
        for line in _of(book, one):
            if line.number > header.number:
                fitted = _fitted(line, len(columns))
                if fitted is not None:
                    yield fitted

    def merges() -> list[Merged]:
        found = book.merged.get(one.part, ())
        return [each for each in found if each.top > header.number and each.place < len(columns)]

    tab = Tab(one.name, header.number, sheets)
    return Sheet(columns, below, tab=tab, merges=merges)


def _texts(line: Line | None) -> list[str]:
    return [] if line is None else [text.strip() for text in line.cells]


def _goes_on(names: Sequence[str], under: Line) -> bool:
    """Tell whether the names of columns go on in the next row, below those of groups.

    A group's name stands over several columns, of which the first has it. Below it are texts,
    and below every other name is nothing, as where two cells are merged into one.
    """
    if under.problem is not None or under.figures or under.faults:
        return False
    width = max(len(names), len(under.cells))
    above, below = ([*some, *[""] * (width - len(some))] for some in (names, _texts(under)))
    starts = [bool(one and not then) for one, then in pairwise([*above, "-"])]
    places = list(zip(above, starts, below, strict=True))
    below_alone = [text for one, is_group, text in places if one and not is_group]
    beside = any(text for one, _, text in places if not one)
    return bool(below_alone) and not any(below_alone) and beside


def _joined(groups: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the names of columns; of those that come twice each has its group's before it.

    Where nothing stands below a group's name, that is the column's.
    """
    is_title = sum(map(bool, groups)) < 2
    found: list[str] = []
    group = ""
    for told, own in zip_longest(groups, names, fillvalue=""):
        group = told or group
        if not own and not is_title:
            found.append(told)
        elif own and group and names.count(own) > 1:
            found.append(f"{group} {own}")
        else:
            found.append(own)
    return found


def _fitted(line: Line, width: int) -> Line | None:
    """Return a row with as many cells as there are columns; what stands beside them is no part.

    None for a row that has nothing in the columns.
    """
    if line.problem is not None:
        return line
    cells = line.cells[:width]
    if not any(map(str.strip, cells)):
        return None
    if len(cells) < width:
        cells += [""] * (width - len(cells))
    return Line(line.number, cells, figures=line.figures, faults=line.faults)
