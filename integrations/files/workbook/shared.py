"""What the sheets of a workbook share: texts, formats, and the day from which days count."""

import re
from dataclasses import dataclass, field

from integrations.files.sheet import MOST_LINE, Merged
from integrations.files.workbook import formats
from integrations.files.workbook.formats import Look
from integrations.files.workbook.package import Attributes, Package, too_large

#: Texts that are kept in memory.
MOST_TEXTS = 1 << 22
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass
class Book:
    """A workbook that is read.

    `texts` are those that cells name by number, None for one that is too long to be kept;
    `looks` says by number of the style what a number means, `merged` of each sheet that was gone
    through which cells of several rows are merged.
    """

    package: Package
    from_1904: bool = False
    texts: list[str | None] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    merged: dict[str, list[Merged]] = field(default_factory=dict)


def unescaped(text: str) -> str:
    """Return a text with the characters that a workbook writes by their numbers."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def texts(package: Package, part: str) -> list[str | None]:
    """Return the texts that cells name by number, without the hints on how they are read aloud."""
    parser = _Texts()
    package.parse(part, parser.begin, parser.end, parser.text)
    return parser.found


class _Texts:
    """Takes what the parser meets in the list of texts."""

    def __init__(self) -> None:
        self.found: list[str | None] = []
        self.pieces: list[str] = []
        self.room = 0
        self.is_text = self.is_aloud = False

    def begin(self, tag: str, _told: Attributes) -> None:
        """Begin an element."""
        if tag == "si":
            self.pieces, self.room = [], MOST_LINE
        elif tag == "rPh":
            self.is_aloud = True
        elif tag == "t":
            self.is_text = not self.is_aloud

    def text(self, piece: str) -> None:
        """Take a piece of text."""
        if self.is_text:
            self.room -= len(piece)
            if self.room >= 0:
                self.pieces.append(piece)

    def end(self, tag: str) -> None:
        """End an element."""
        if tag == "t":
            self.is_text = False
        elif tag == "rPh":
            self.is_aloud = False
        elif tag == "si":
            if len(self.found) == MOST_TEXTS:
                raise too_large()
            self.found.append(None if self.room < 0 else unescaped("".join(self.pieces)))


def looks(package: Package, part: str) -> list[Look]:
    """Return what the styles of cells say about their numbers, in the order of the styles."""
    codes: dict[str, str] = {}
    numbers: list[str] = []
    within: list[str] = []

    def begin(tag: str, told: Attributes) -> None:
        if tag == "numFmt":
            codes[told.get("numFmtId", "")] = told.get("formatCode", "")
        elif tag == "xf" and within[-1:] == ["cellXfs"]:
            numbers.append(told.get("numFmtId", "0"))
        within.append(tag)

    def end(_tag: str) -> None:
        within.pop()

    package.parse(part, begin, end)
    return [
        formats.look(int(one) if one.isascii() and one.isdecimal() else 0, codes.get(one))
        for one in numbers
    ]
