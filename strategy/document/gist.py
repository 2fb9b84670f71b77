"""What of a section stands on its slide, in full or in short, and what stands in its notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goals.words import NOTHING
from strategy.document import slide_parts
from strategy.document.measure import Line
from strategy.document.model import Answer, Block, Cell, Listing, Part, Row, Section
from strategy.document.slide_parts import TABLE

#: No cell of a slide's table is longer; the whole text stands in the notes.
LONGEST_CELL = 200
ELLIPSIS = "\u2026"
#: An answer of no more letters than this is no sentence.
BARE = 24


@dataclass(frozen=True)
class Gist:
    """How much is shown: the letters of an answer, and the rows or items of a list.

    None is all of it. Where letters are counted, a row of a list is one line.
    """

    letters: int | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Table:
    """Rows beside each other, with the shares of their columns and which hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    numbers: frozenset[int]

    @property
    def tall(self) -> float:
        """Return its height, the room below it included."""
        top = slide_parts.row_height(self.head, self.shares, is_head=True)
        return top + sum(slide_parts.row_height(row, self.shares) for row in self.rows) + TABLE.gap


def pieces(section: Section, gist: Gist) -> list[Line | Table]:
    """Return what is to stand on a section's slide, in order."""
    return [piece for part in section.parts for piece in _part(part, gist)]


def _part(part: Part, gist: Gist) -> Iterator[Line | Table]:
    yield Line(part.title, "head")
    if isinstance(part, Block):
        yield from _lines(part.answers, gist)
        return
    shown = part.rows[: gist.rows]
    if part.is_table:
        yield _table(part, shown)
    elif gist.letters is None:
        for row in shown:
            yield Line(row.name, "name")
            yield from _lines(part.answers(row), gist)
    else:
        for row in shown:
            said = "; ".join(_brief(one) for one in part.answers(row))
            label = f"{cut(row.name, gist.letters)}: " if said else cut(row.name, gist.letters)
            yield Line(cut(said.replace("\n", " "), gist.letters), "bullet", label)
    if len(shown) < len(part.rows):
        yield Line(ELLIPSIS, "body")


def _table(part: Listing, shown: Sequence[Row]) -> Table:
    rows = tuple(tuple(_short(cell) for cell in row.cells) for row in shown)
    numbers = (
        place
        for place in range(len(part.columns))
        if any(row.cells[place].is_number for row in shown)
    )
    shares = tuple(slide_parts.shares(part.columns, rows))
    return Table(tuple(part.columns), rows, shares, frozenset(numbers))


def _lines(answers: Sequence[Answer], gist: Gist) -> Iterator[Line]:
    for one in answers:
        label = lead(one.label)
        if one.cell.is_list:
            if one.label:
                yield Line(one.label, "label")
            for text in one.cell.lines[: gist.rows]:
                yield Line(cut(text, gist.letters), "bullet")
            if gist.rows is not None and len(one.cell.lines) > gist.rows:
                yield Line(ELLIPSIS, "body")
        else:
            for number, text in enumerate(cut(one.cell.text, gist.letters).split("\n")):
                yield Line(text, "body", label if number == 0 else "")


def _brief(one: Answer) -> str:
    """Return an answer in a line of many: a number or a word says nothing without its label."""
    # The mark between the answers ends their sentences.
    text = ", ".join(line.rstrip(".\u3002") for line in one.cell.lines)
    bare = one.cell.is_number or len(text) <= BARE
    return lead(one.label) + text if bare else text


def lead(label: str) -> str:
    """Return what stands before an answer; a question has its mark and needs no colon."""
    if not label:
        return ""
    return f"{label} " if label.endswith(("?", "\uff1f")) else f"{label}: "


def _short(cell: Cell) -> str:
    if cell.is_list and len(cell.lines) > 1:
        return cut("\n".join(f"\u2022 {one}" for one in cell.lines))
    return cut(cell.text) or NOTHING


def cut(text: str, most: int | None = LONGEST_CELL) -> str:
    """Return a text, or its beginning where it has more letters."""
    if most is None or len(text) <= most:
        return text
    kept = text[: most - 1]
    blank = kept.rfind(" ", most * 2 // 3)
    return kept[: blank if blank > 0 else None].rstrip(" ,;.") + ELLIPSIS


def notes(section: Section) -> str:
    """Return everything that a section says, as the speaker reads it."""
    said: list[str] = []
    for part in section.parts:
        said += ["", part.title] if said else [part.title]
        if isinstance(part, Block):
            said += _spoken(part.answers)
        else:
            for row in part.rows:
                said += ["", row.name, *_spoken(part.answers(row))]
    return "\n".join(said)


def _spoken(answers: Sequence[Answer]) -> list[str]:
    return [lead(one.label) + one.cell.text for one in answers]
