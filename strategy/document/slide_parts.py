"""Pieces of a presentation: slides, texts, tables and pictures at measured places (in points)."""

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from goals.charts.svg import width_of
from strategy.document import office
from strategy.document.measure import ABOVE, INDENT, LEADING, SIZES, Line, rows
from strategy.document.model import Document

WIDE, HIGH = 960.0, 540.0
INK, MUTED, ACCENT = "161A22", "566072", "2450C8"
#: The size of letters in the notes.
NOTES = 12.0


@dataclass(frozen=True)
class Box:
    """A place on a slide."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class TableLook:
    """Measures of tables: letters, room inside cells, room below."""

    size: float = 11.0
    inside: float = 5.0
    gap: float = 10.0
    least: float = 44.0


BODY = Box(48, 96, WIDE - 96, HIGH - 96 - 40)
TITLE = Box(48, 28, WIDE - 96, 56)
TABLE = TableLook()


def row_height(texts: Sequence[str], shares: Sequence[float], is_head: bool = False) -> float:
    """Return how tall a row of a table is."""
    most = max(
        rows(text, TABLE.size, share * BODY.width - 2 * TABLE.inside, strong=is_head)
        for text, share in zip(texts, shares, strict=True)
    )
    return most * TABLE.size * LEADING + 2 * TABLE.inside


def shares(head: Sequence[str], lines: Sequence[Sequence[str]]) -> list[float]:
    """Share the width among columns by how much stands in them."""
    columns = [[title, *(row[place] for row in lines)] for place, title in enumerate(head)]
    wishes = [max(min(width_of(text, 1), 30.0) for text in column) + 4 for column in columns]
    return [one / sum(wishes) for one in wishes]


class Deck:
    """A presentation in the making."""

    def __init__(self, document: Document) -> None:
        # Loaded here: nothing else needs it.
        import pptx
        from pptx.util import Pt

        self.points = Pt
        self.document = document
        self.file: Any = pptx.Presentation()
        self.file.slide_width, self.file.slide_height = Pt(WIDE), Pt(HIGH)
        about = self.file.core_properties
        about.title, about.author = document.title, document.author or document.company
        about.subject, about.language = document.company, document.lang
        about.created = about.modified = document.made_at.replace(tzinfo=None)
        self.layout = self.file.slide_layouts.get_by_name("Title Only")

    def save(self) -> bytes:
        """Return the file."""
        kept = io.BytesIO()
        self.file.save(kept)
        return kept.getvalue()

    def slide(self, title: str, box: Box = TITLE, size: float = 26) -> Any:
        """Add a slide with its title, which is made smaller where it would not fit."""
        from pptx.enum.text import PP_ALIGN

        made = self.file.slides.add_slide(self.layout)
        for one in list(made.placeholders):
            if one.placeholder_format.idx != 0:
                one._element.getparent().remove(one._element)
        shape = made.shapes.title
        self._place(shape, box)
        while size > 12 and rows(title, size, box.width, True) * size * LEADING > box.height:
            size -= 2
        while rows(title, size, box.width, True) * size * LEADING > box.height:
            title = title[: len(title) * 3 // 4].rstrip() + "\u2026"
        frame = shape.text_frame
        self._frame(frame, middle=True)
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        self._run(frame.paragraphs[0], title, size, bold=True)
        self._foot(made)
        return made

    def cover(self, title: str, company: str, lines: Sequence[str]) -> None:
        """Add the first slide."""
        made = self.slide(title, Box(72, 170, WIDE - 144, 110), 40)
        texts = [Line(company, "name")]
        self._lines(made, texts, Box(72, 130, WIDE - 144, 36), MUTED)
        below = [Line(one, "body") for one in lines]
        self._lines(made, below, Box(72, 290, WIDE - 144, 180), MUTED)

    def text(self, slide: Any, lines: Sequence[Line], box: Box) -> None:
        """Add paragraphs."""
        self._lines(slide, lines, box, INK)

    def notes(self, slide: Any, text: str) -> None:
        """Put a text under a slide, where only who presents it reads it."""
        frame = slide.notes_slide.notes_text_frame
        frame.text = ""
        for number, line in enumerate(text.split("\n")):
            place = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            self._run(place, line, NOTES)

    def table(
        self,
        slide: Any,
        head: Sequence[str],
        lines: Sequence[Sequence[str]],
        parts: Sequence[float],
        numbers: Collection[int],
        top: float,
    ) -> None:
        """Add a table with the heights that were measured."""
        tall = [row_height(head, parts, is_head=True)] + [row_height(row, parts) for row in lines]
        frame = slide.shapes.add_table(
            len(lines) + 1, len(head), *self._lengths(BODY.left, top, BODY.width, sum(tall))
        )
        made = frame.table
        made.horz_banding = False
        for column, share in zip(made.columns, parts, strict=True):
            column.width = self.points(share * BODY.width)
        for number, (row, texts) in enumerate(zip(made.rows, [head, *lines], strict=True)):
            row.height = self.points(tall[number])
            for place, text in enumerate(texts):
                self._cell(row.cells[place], text, is_head=number == 0, right=place in numbers)

    def picture(self, slide: Any, file: io.BytesIO, says: str, left: float, top: float) -> None:
        """Add a small chart with the sentence that says what it shows."""
        made = slide.shapes.add_picture(
            file, self.points(left), self.points(top), height=self.points(27)
        )
        office.describe(made._element.nvPicPr.cNvPr, says)

    # --- Inside ------------------------------------------------------------------------------

    def _lengths(self, *given: float) -> list[Any]:
        return [self.points(one) for one in given]

    def _place(self, shape: Any, box: Box) -> None:
        left, top, width, tall = self._lengths(box.left, box.top, box.width, box.height)
        shape.left, shape.top, shape.width, shape.height = left, top, width, tall

    def _frame(self, frame: Any, middle: bool = False) -> None:
        from pptx.enum.text import MSO_ANCHOR

        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP

    def _lines(self, slide: Any, lines: Sequence[Line], box: Box, colour: str) -> None:
        shape = slide.shapes.add_textbox(*self._lengths(box.left, box.top, box.width, box.height))
        frame = shape.text_frame
        self._frame(frame)
        for number, line in enumerate(lines):
            place = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            size = SIZES[line.kind]
            place.space_before = self.points(ABOVE[line.kind] if number else 0)
            place.space_after = self.points(0)
            properties = place._p.get_or_add_pPr()
            if line.kind == "bullet":
                properties.set("marL", str(self.points(INDENT)))
                properties.set("indent", str(-self.points(INDENT)))
                mark = properties.makeelement(
                    "{http://schemas.openxmlformats.org/drawingml/2006/main}buChar",
                    {"char": "\u2022"},
                )
                properties.append(mark)
            if line.label:
                self._run(place, line.label, size, MUTED)
            ink = {"head": ACCENT, "label": MUTED}.get(line.kind, colour)
            self._run(place, line.text, size, ink, bold=line.kind in ("head", "name"))

    def _cell(self, cell: Any, text: str, *, is_head: bool, right: bool) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        cell.margin_left = cell.margin_right = self.points(TABLE.inside)
        cell.margin_top = cell.margin_bottom = self.points(TABLE.inside)
        cell.vertical_anchor = MSO_ANCHOR.TOP
        cell.fill.solid()
        cell.fill.fore_color.rgb = _colour("EEF0F4" if is_head else "FFFFFF")
        frame = cell.text_frame
        frame.word_wrap = True
        for number, line in enumerate(text.split("\n")):
            place = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            if right:
                place.alignment = PP_ALIGN.RIGHT
            self._run(place, line, TABLE.size, MUTED if is_head else INK, bold=is_head)

    def _foot(self, slide: Any) -> None:
        document = self.document
        box = Box(48, HIGH - 30, WIDE - 96, 18)
        shape = slide.shapes.add_textbox(*self._lengths(box.left, box.top, box.width, box.height))
        self._frame(shape.text_frame)
        number = len(self.file.slides)
        text = f"{document.company} \u00b7 {document.edition} \u00b7 {number}"
        while rows(text, 9, box.width) > 1:
            text = text[: len(text) * 3 // 4].rstrip() + "\u2026"
        self._run(shape.text_frame.paragraphs[0], text, 9, MUTED)

    def _run(
        self, place: Any, text: str, size: float, colour: str = INK, bold: bool = False
    ) -> None:
        """Write text with fonts of all scripts, its language and its direction."""
        run = place.add_run()
        run.text = text
        font = run.font
        font.size, font.bold = self.points(size), bold
        font.color.rgb = _colour(colour)
        properties = run._r.get_or_add_rPr()
        properties.set("lang", _language(text, self.document))
        names = (("latin", office.LATIN), ("ea", office.CHINESE), ("cs", office.COMPLEX))
        for name, face in names:
            made = properties.makeelement(
                f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}{name}",
                {"typeface": face},
            )
            properties.append(made)
        if office.is_right_to_left(text):
            place._p.get_or_add_pPr().set("rtl", "1")


def _colour(code: str) -> Any:
    from pptx.dml.color import RGBColor

    made: Any = RGBColor
    return made(*bytes.fromhex(code))


def _language(text: str, document: Document) -> str:
    if any("\u0e00" <= sign <= "\u0e7f" for sign in text):
        return office.BIDI
    if any("\u2e80" <= sign <= "\u9fff" for sign in text):
        return office.EAST_ASIAN
    return office.TAGS[document.reader.locale]
