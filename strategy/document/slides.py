"""The document as slides: a title, the goals, one slide a section and what does not fit on more.

What stands on a slide is measured before it is placed, so that no text runs out of it.
"""

import io
from collections.abc import Sequence
from typing import Any

from goals.charts import png
from goals.words import NOTHING
from strategy.document import slide_parts, terms
from strategy.document.measure import Line, height, split
from strategy.document.model import Answer, Block, Cell, Document, Listing, Part, Section
from strategy.document.slide_parts import BODY, TABLE

#: Shares of the goals' columns: goal, six figures, status, chart.
GOALS = (24, 8, 8, 8, 12, 8, 9, 12, 11)
#: No cell of a slide's table is longer; the whole text stands in the other formats.
LONGEST_CELL = 200


def write(document: Document) -> bytes:
    """Return the presentation."""
    return _Writer(document).write()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.deck = slide_parts.Deck(document)
        self.title = ""
        self.is_first = True
        self.slide: Any = None
        self.lines: list[Line] = []
        self.used = 0.0

    def write(self) -> bytes:
        document = self.document
        lines = terms.cover_lines(document)
        if document.is_empty:
            lines = [*lines, document.say(terms.EMPTY)]
        self.deck.cover(document.title, document.company, lines)
        if document.kpis:
            self._begin(document.say(terms.STANDING))
            self._text([Line(document.standing, "body")])
            self._goals()
        for section in document.sections:
            self._section(section)
        if document.unwritten:
            self._begin(document.say(terms.UNWRITTEN))
            self._text([Line(one, "bullet") for one in document.unwritten])
        self._flush()
        return self.deck.save()

    # --- Slides ------------------------------------------------------------------------------

    def _begin(self, title: str) -> None:
        self._flush()
        self.title, self.is_first = title, True
        self._turn()

    def _turn(self) -> None:
        """Go on with a new slide."""
        self._flush()
        title = self.title
        if not self.is_first:
            title = self.document.say(terms.CONTINUED) % {"title": title}
        self.slide = self.deck.slide(title)
        self.is_first = False
        self.used = 0.0

    def _flush(self) -> None:
        """Place the lines that wait."""
        if self.lines:
            tall = sum(height(line, BODY.width) for line in self.lines)
            self.deck.text(self.slide, self.lines, BODY.top + self.used - tall, tall)
            self.lines = []

    @property
    def _room(self) -> float:
        return BODY.height - self.used

    def _text(self, lines: Sequence[Line]) -> None:
        for place, line in enumerate(lines):
            for piece in split(line, BODY.width, BODY.height):
                # A heading does not stand alone at the foot.
                following = lines[place + 1 : place + 2] if line.is_head else ()
                needed = height(piece, BODY.width) + sum(
                    min(height(one, BODY.width), BODY.height / 3) for one in following
                )
                if needed > self._room and self.used:
                    self._turn()
                self.lines.append(piece)
                self.used += height(piece, BODY.width)

    def _section(self, section: Section) -> None:
        self._begin(section.title)
        for part in section.parts:
            self._part(part)

    def _part(self, part: Part) -> None:
        head = Line(part.title, "head")
        if isinstance(part, Block):
            self._text([head, *_lines(part.answers)])
        elif part.is_table:
            self._table(part)
        else:
            self._text([head])
            for row in part.rows:
                self._text([Line(row.name, "name"), *_lines(part.answers(row))])

    def _table(self, part: Listing) -> None:
        rows = [[_short(cell) for cell in row.cells] for row in part.rows]
        shares = slide_parts.shares(part.columns, rows)
        least = slide_parts.row_height(part.columns, shares, is_head=True)
        least += slide_parts.row_height(rows[0], shares)
        if height(Line(part.title, "head"), BODY.width) + least > self._room and self.used:
            self._turn()
        self._text([Line(part.title, "head")])
        numbers = {
            place
            for place in range(len(part.columns))
            if any(row.cells[place].is_number for row in part.rows)
        }
        self._rows(part.columns, rows, shares, numbers, [None] * len(rows))

    def _goals(self) -> None:
        document = self.document
        figures = [word for word, _ in terms.figures(document, document.kpis[0])]
        head = [document.say(terms.GOAL), *figures]
        head += [document.say(terms.STATUS), document.say(terms.CHART)]
        rows = [
            [_cut("\n".join((kpi.name, ", ".join(filter(None, (kpi.metric, kpi.owner))))))]
            + [cell.text or NOTHING for _, cell in terms.figures(document, kpi)]
            + [terms.status(kpi), ""]
            for kpi in document.kpis
        ]
        total = sum(GOALS)
        shares = [one / total for one in GOALS]
        self._rows(head, rows, shares, set(range(1, len(head) - 3)), list(document.kpis))

    def _rows(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        shares: Sequence[float],
        numbers: set[int],
        kpis: Sequence[Any],
    ) -> None:
        """Place rows in as many tables as they need, each with the head."""
        self._flush()
        top = slide_parts.row_height(head, shares, is_head=True)
        place = 0
        while place < len(rows):
            fitting: list[Sequence[str]] = []
            tall = top
            for row in rows[place:]:
                more = slide_parts.row_height(row, shares)
                if fitting and tall + more > self._room:
                    break
                if not fitting and tall + more > self._room and self.used:
                    break
                fitting.append(row)
                tall += more
            if not fitting:
                self._turn()
                continue
            y = BODY.top + self.used
            self.deck.table(self.slide, head, fitting, shares, numbers, y)
            self._decorate(kpis[place : place + len(fitting)], fitting, shares, y + top)
            place += len(fitting)
            self.used += tall + TABLE.gap
            if place < len(rows):
                self._turn()

    def _decorate(
        self, kpis: Sequence[Any], rows: Sequence[Sequence[str]], shares: Sequence[float], y: float
    ) -> None:
        """Lay the charts of goals over the last cells of their rows."""
        for kpi, row in zip(kpis, rows, strict=True):
            if kpi is not None and kpi.chart:
                picture = io.BytesIO(png.png(kpi.chart, scale=3))
                width = shares[-1] * BODY.width
                self.deck.picture(
                    self.slide, picture, kpi.chart_says, BODY.left + BODY.width - width + 3, y + 3
                )
            y += slide_parts.row_height(row, shares)


def _lines(answers: Sequence[Answer]) -> list[Line]:
    lines = []
    for one in answers:
        label = f"{one.label}: " if one.label else ""
        if one.cell.is_list:
            if one.label:
                lines.append(Line(one.label, "label"))
            lines += [Line(text, "bullet") for text in one.cell.lines]
        else:
            for number, text in enumerate(one.cell.text.split("\n")):
                lines.append(Line(text, "body", label if number == 0 else ""))
    return lines


def _short(cell: Cell) -> str:
    if cell.is_list and len(cell.lines) > 1:
        return _cut("\n".join(f"\u2022 {one}" for one in cell.lines))
    return _cut(cell.text) or NOTHING


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1].rstrip() + "\u2026"
