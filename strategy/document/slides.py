"""The document as slides: a title, the goals, and one slide for each section.

A slide shows what fits on it, in up to three columns where one is not enough, and where that is
not enough either the gist; everything that a section says stands in the notes under its slide. What
stands on a slide is measured before it is placed, so that no text runs out of it.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from goals.charts import png
from goals.words import NOTHING
from strategy.document import slide_parts, terms
from strategy.document.gist import Gist, Table, cut, notes, pieces
from strategy.document.measure import Line, height, split
from strategy.document.model import Document, Section
from strategy.document.slide_parts import BODY, TABLE, Box

#: Shares of the goals' columns: goal, six figures, status, chart.
GOALS = (24, 8, 8, 8, 12, 8, 9, 12, 11)
#: How much of a section is left out until the rest fits: first nothing.
GISTS = (
    *(Gist(letters=letters) for letters in (None, 400, 280, 190, 110)),
    *(Gist(letters=110, rows=rows) for rows in (8, 4)),
)
#: The room for the line that leads to the notes, and between columns.
MORE, GAP = 24.0, 36.0


def _columns(count: int) -> tuple[Box, ...]:
    wide = (BODY.width - GAP * (count - 1)) / count
    return tuple(
        Box(BODY.left + place * (wide + GAP), BODY.top, wide, BODY.height) for place in range(count)
    )


#: What stands in a column from a height on.
Placed = list[tuple[Box, float, list[Line] | Table]]


def write(document: Document) -> bytes:
    """Return the presentation."""
    return _Writer(document).write()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.deck = slide_parts.Deck(document)
        self.title = ""
        self.slide: Any = None
        self.used = 0.0

    def write(self) -> bytes:
        document = self.document
        lines = terms.cover_lines(document)
        if document.is_empty:
            lines = [*lines, document.say(terms.EMPTY)]
        self.deck.cover(document.title, document.company, lines)
        if document.kpis:
            self._standing()
        for section in document.sections:
            self._section(section)
        if document.unwritten:
            self._unwritten()
        return self.deck.save()

    def _section(self, section: Section) -> None:
        slide = self.deck.slide(section.title)
        self.deck.notes(slide, notes(section))
        for gist in GISTS:
            found = pieces(section, gist)
            placed, rest = _laid(found, more=gist != GISTS[0])
            if not rest:
                break
        self._put(slide, placed)
        if gist != GISTS[0]:
            self._lead_on(slide)

    def _lead_on(self, slide: Any) -> None:
        """Say where the rest of a section is."""
        line = Line(self.document.say(terms.IN_NOTES), "label")
        top = BODY.top + BODY.height - MORE
        self.deck.text(slide, [line], Box(BODY.left, top, BODY.width, MORE))

    def _unwritten(self) -> None:
        slide = self.deck.slide(self.document.say(terms.UNWRITTEN))
        placed, _ = _laid([Line(one, "bullet") for one in self.document.unwritten], more=False)
        self._put(slide, placed)

    def _put(self, slide: Any, placed: Placed) -> None:
        for box, top, piece in placed:
            if isinstance(piece, Table):
                self.deck.table(slide, piece.head, piece.rows, piece.shares, piece.numbers, top)
            else:
                tall = sum(height(line, box.width) for line in piece)
                self.deck.text(slide, piece, Box(box.left, top, box.width, tall))

    # --- The goals ---------------------------------------------------------------------------

    def _standing(self) -> None:
        """Show all goals, on as many slides as they need."""
        self.title = self.document.say(terms.STANDING)
        self.slide, self.used = self.deck.slide(self.title), 0.0
        line = Line(self.document.standing, "body")
        tall = height(line, BODY.width)
        self.deck.text(self.slide, [line], Box(BODY.left, BODY.top, BODY.width, tall))
        self.used += tall
        self._goals()

    def _turn(self) -> None:
        """Go on with a new slide."""
        title = self.document.say(terms.CONTINUED) % {"title": self.title}
        self.slide, self.used = self.deck.slide(title), 0.0

    @property
    def _room(self) -> float:
        return BODY.height - self.used

    def _goals(self) -> None:
        document = self.document
        figures = [word for word, _ in terms.figures(document, document.kpis[0])]
        head = [document.say(terms.GOAL), *figures]
        head += [document.say(terms.STATUS), document.say(terms.CHART)]
        rows = [
            [cut("\n".join((kpi.name, ", ".join(filter(None, (kpi.metric, kpi.owner))))))]
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


def _laid(found: Sequence[Line | Table], *, more: bool) -> tuple[Placed, bool]:
    """Return where pieces stand on a slide, and whether there was no room for some.

    Tables take the whole width. With `more`, room is left for the line that leads on.
    """
    wide = any(isinstance(one, Table) for one in found)
    for boxes in map(_columns, (1,) if wide else (1, 2, 3)):
        low = [Box(one.left, one.top, one.width, one.height - MORE * more) for one in boxes]
        placed, rest = _flow(found, low)
        if not rest:
            break
    return placed, rest


def _flow(found: Sequence[Line | Table], boxes: Sequence[Box]) -> tuple[Placed, bool]:
    placed: Placed = []
    spot, used = 0, 0.0
    lines: list[Line] = []
    for piece, following in _with_next(found):
        box = boxes[spot]
        needed = _tall(piece, box.width)
        # A heading does not stand alone at the foot.
        if isinstance(piece, Line) and piece.is_head and following is not None:
            needed += min(_tall(following, box.width), box.height / 3)
        if used + needed > box.height and used:
            spot, used, lines = spot + 1, 0.0, []
            if spot == len(boxes):
                return placed, True
            box = boxes[spot]
        if isinstance(piece, Table):
            if _tall(piece, box.width) > box.height:
                return placed, True
            placed.append((box, box.top + used, piece))
            lines, used = [], used + _tall(piece, box.width)
            continue
        first, *rest = split(piece, box.width, box.height)
        if not lines:
            lines = []
            placed.append((box, box.top + used, lines))
        lines.append(first)
        used += height(first, box.width)
        if rest:
            return placed, True
    return placed, False


def _tall(piece: Line | Table, width: float) -> float:
    return piece.tall if isinstance(piece, Table) else height(piece, width)


def _with_next(
    found: Sequence[Line | Table],
) -> Iterator[tuple[Line | Table, Line | Table | None]]:
    for place, piece in enumerate(found):
        yield piece, found[place + 1] if place + 1 < len(found) else None
