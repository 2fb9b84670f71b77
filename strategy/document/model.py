"""What the document says, in one reader's language and without any format (pure).

Every text is ready to be written as it is, without characters that a file format refuses; what
people wrote is still to be escaped by each writer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from goals import words
from goals.words import Reader

#: What no XML of an office file may hold, beside lone halves of characters.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

#: A list of rows is a table while it has no more columns and no longer cell than this.
MOST_COLUMNS = 5
LONGEST_CELL = 140


def clean(text: str) -> str:
    """Return a text without the characters that files cannot hold."""
    return _REFUSED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True)
class Cell:
    """An answer: its lines for reading, and the day or number behind them if it is one.

    `is_list` asks for one mark per line; other texts have one line, which may hold line
    breaks. `unit` is "money", "rate" (a fraction) or "number"; `affix` stands around the
    digits as in the text ("฿", "" or "", " days").
    """

    lines: tuple[str, ...] = ()
    is_list: bool = False
    value: date | Decimal | None = None
    unit: str = ""
    affix: tuple[str, str] = ("", "")

    @property
    def text(self) -> str:
        """Return all of it as one text; "" for nothing."""
        return "\n".join(self.lines)

    @property
    def is_number(self) -> bool:
        """Tell whether a number stands behind it."""
        return isinstance(self.value, Decimal)

    def __bool__(self) -> bool:
        """Tell whether there is anything to read."""
        return bool(self.lines)


@dataclass(frozen=True)
class Answer:
    """One field that was filled in; its label is "" where the title of its block says it."""

    label: str
    cell: Cell


@dataclass(frozen=True)
class Block:
    """The answers to one question, under its short title."""

    title: str
    answers: tuple[Answer, ...]
    is_listing = False


@dataclass(frozen=True)
class Row:
    """One row of a repeating question: its name, and a cell (maybe empty) for each column."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Listing:
    """The rows of a repeating question; columns that nobody filled in are left out.

    `key` is "section.question". `named_by` is the column that names a row, None where it is
    none of them.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    named_by: int | None = None
    is_listing = True

    @property
    def is_table(self) -> bool:
        """Tell whether the rows fit beside each other; else each is read by itself."""
        if len(self.columns) > MOST_COLUMNS:
            return False
        return all(
            len(cell.text) <= LONGEST_CELL and len(cell.lines) < 5
            for row in self.rows
            for cell in row.cells
        )

    def answers(self, row: Row) -> list[Answer]:
        """Return what a row says under each label, its name and empty cells left out."""
        return [
            Answer(label, cell)
            for place, (label, cell) in enumerate(zip(self.columns, row.cells, strict=True))
            if cell and not (place == self.named_by and cell.text == row.name)
        ]


Part = Block | Listing


@dataclass(frozen=True)
class Section:
    """A section with at least one answer."""

    key: str
    title: str
    hint: str
    parts: tuple[Part, ...]

    @property
    def anchor(self) -> str:
        """Return what links to it are called."""
        return f"section-{self.key}"


@dataclass(frozen=True)
class Kpi:
    """A goal as it stands: the same numbers as on its page, in Slack and in JSON.

    `likely` is the forecast of the end, or where the present pace leads; `chart` is a picture
    in SVG, "" without data, and `chart_says` the same in words.
    """

    name: str
    owner: str
    team: str
    metric: str
    baseline: Cell
    now: Cell
    plan: Cell
    likely: Cell
    target: Cell
    due: Cell
    status: str
    word: str
    mark: str
    tone: str
    reason: str
    chart: str
    chart_says: str


@dataclass(frozen=True)
class Document:
    """The whole strategy, ready for a writer.

    `edition` names the version, who approved it and when, or says that it is a draft; `news`
    says that answers have changed since, None when none has. `unwritten` are the titles of
    sections without an answer. `slug` is the beginning of a file's name.
    `data` holds the answers for programs, as `exchange` makes it.
    """

    company: str
    title: str
    period: str
    edition: str
    note: str | None
    news: str | None
    as_of: str
    sections: tuple[Section, ...]
    unwritten: tuple[str, ...]
    kpis: tuple[Kpi, ...]
    standing: str
    slug: str
    author: str
    made_at: datetime
    reader: Reader
    data: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is written and no goal is tracked."""
        return not self.sections and not self.kpis

    @property
    def lang(self) -> str:
        """Return the language tag."""
        return {"zh_Hans": "zh-Hans"}.get(self.reader.locale, self.reader.locale)

    def say(self, text: str) -> str:
        """Return a fixed text of the document in the reader's language."""
        return words.translate(self.reader.locale, text)

    @property
    def listings(self) -> Iterator[tuple[Section, Listing]]:
        """Yield every list of rows with its section."""
        for section in self.sections:
            for part in section.parts:
                if isinstance(part, Listing):
                    yield section, part
