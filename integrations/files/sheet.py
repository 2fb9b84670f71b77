"""The table that a file holds, whatever kind of file it is: a header and the rows below it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

from goals.words import Message

#: A line of more characters than this is not kept in memory.
MOST_LINE = 1_000_000


@dataclass(frozen=True)
class Line:
    """A row of a file; `number` is that of its first line, `problem` why it could not be read.

    `figures` are the places of cells that are numbers in a workbook: they have a point before
    the fraction, however the texts of the file write numbers. `faults` says of a place what is
    wrong with its cell and what to do.
    """

    number: int
    cells: list[str]
    problem: Message | None = None
    fix: Message | None = None
    figures: frozenset[int] = frozenset()
    faults: Mapping[int, tuple[Message, Message]] = field(default_factory=dict)


@dataclass(frozen=True)
class Merged:
    """Cells of several rows that are merged into one, which has its value in the first of them."""

    top: int
    place: int


@dataclass(frozen=True)
class Tab:
    """The sheet of a workbook that is read: its name, the row of its header, and all sheets.

    `names` are the sheets that can be chosen, those that people see first.
    """

    name: str
    header_row: int
    names: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """A table that can be gone through as often as needed; `tab` is None for a text.

    `header_line` is the line of a text on which the names of the columns stand. `merges` tells of
    merged cells below them, once all rows were gone through.
    """

    header: list[str]
    below: Callable[[], Iterator[Line]]
    encoding: str = ""
    delimiter: str = ","
    tab: Tab | None = None
    header_line: int = 1
    merges: Callable[[], Sequence[Merged]] = tuple

    def rows(self) -> Iterator[Line]:
        """Yield the rows below the header; blank ones are left out."""
        return self.below()

    def letters(self) -> dict[str, str]:
        """Return the letters that people see above each column; none for a text."""
        if self.tab is None:
            return {}
        return {name: letters(at) for at, name in reversed(list(enumerate(self.header)))}


def letters(place: int) -> str:
    """Return the letters that a spreadsheet shows above a column; the first place is 0."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = ascii_uppercase[rest] + found
    return found
