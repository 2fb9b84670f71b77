"""The document for Word: real headings, a list of contents, tables whose heads repeat."""

import io
from typing import Any

from goals.charts import png
from goals.words import NOTHING
from strategy.document import office, terms, word_parts
from strategy.document.model import Answer, Cell, Document, Listing, Section

MUTED = "566072"
#: Widths in millimetres: of the page between its margins, and of the goals' columns.
WIDE = 170
GOALS = (37, 18, 18, 18, 20, 18, 18, 23)
CHART = 20


def write(document: Document) -> bytes:
    """Return the file."""
    return _Writer(document).write()


class _Writer:
    def __init__(self, document: Document) -> None:
        # Loaded here: nothing else needs it.
        import docx

        self.document = document
        self.file: Any = docx.Document()
        word_parts.prepare(self.file, document)
        self.styles = {style.name: style.style_id for style in self.file.styles}

    def write(self) -> bytes:
        self._cover()
        if self.document.kpis:
            self._goals()
        for section in self.document.sections:
            self._section(section)
        self._unwritten()
        kept = io.BytesIO()
        self.file.save(kept)
        return kept.getvalue()

    # --- Parts -------------------------------------------------------------------------------

    def _cover(self) -> None:
        document = self.document
        self._line(document.company, "Subtitle")
        self._line(document.title, "Title")
        for one in terms.cover_lines(document):
            self._line(one, "Muted")
        if document.is_empty:
            self._line(document.say(terms.EMPTY))
            return
        heading = self._line(document.say(terms.CONTENTS), "Contents Heading")
        heading.paragraph_format.space_before = word_parts.points(36)
        entries = [(one.anchor, one.title) for one in document.sections]
        if document.kpis:
            entries.insert(0, ("goals", document.say(terms.STANDING)))
        if document.unwritten:
            entries.append(("unwritten", document.say(terms.UNWRITTEN)))
        word_parts.contents(self.file, entries)

    def _heading(self, text: str, level: int, anchor: str | None = None) -> None:
        made = self._line(text, f"Heading {level}")
        if level == 1:
            made.paragraph_format.page_break_before = True
        if anchor is not None:
            word_parts.bookmark(made, anchor)

    def _goals(self) -> None:
        document = self.document
        self._heading(document.say(terms.STANDING), 1, "goals")
        self._line(document.standing)
        first = document.kpis[0]
        head = [document.say(terms.GOAL)]
        head += [word for word, _ in terms.figures(document, first)]
        head += [document.say(terms.STATUS)]
        rows = [
            [f"{kpi.name}\n{', '.join(filter(None, (kpi.metric, kpi.owner)))}"]
            + [cell.text or NOTHING for _, cell in terms.figures(document, kpi)]
            + [terms.status(kpi)]
            for kpi in document.kpis
        ]
        numbers = set(range(1, len(head) - 2))
        table = word_parts.table(self.file, head, rows, GOALS, numbers)
        for kpi, row in zip(document.kpis, table.rows[1:], strict=True):
            cell = row.cells[-1]
            word_parts.tint(cell.paragraphs[0].runs[0], *office.TONES[kpi.tone])
            if kpi.chart:
                place = cell.add_paragraph(style="Table Text")
                picture = place.add_run().add_picture(
                    io.BytesIO(png.png(kpi.chart, scale=3)), width=word_parts.millimetres(CHART)
                )
                office.describe(picture._inline.docPr, kpi.chart_says)

    def _section(self, section: Section) -> None:
        self._heading(section.title, 1, section.anchor)
        for part in section.parts:
            self._heading(part.title, 2)
            if not isinstance(part, Listing):
                self._answers(part.answers)
            elif part.is_table:
                self._table(part)
            else:
                for row in part.rows:
                    self._heading(row.name, 3)
                    self._answers(part.answers(row))

    def _table(self, part: Listing) -> None:
        rows = [[_in_cell(cell) for cell in row.cells] for row in part.rows]
        numbers = {
            place
            for place in range(len(part.columns))
            if any(row.cells[place].is_number for row in part.rows)
        }
        widths = word_parts.shared(part.columns, rows, WIDE)
        word_parts.table(self.file, part.columns, rows, widths, numbers)

    def _answers(self, answers: list[Answer] | tuple[Answer, ...]) -> None:
        for one in answers:
            if one.label:
                self._line(one.label, "Label")
            if one.cell.is_list:
                for line in one.cell.lines:
                    self._line(line, "List Bullet")
            else:
                self._line(one.cell.text)

    def _unwritten(self) -> None:
        if self.document.unwritten:
            self._heading(self.document.say(terms.UNWRITTEN), 1, "unwritten")
            for one in self.document.unwritten:
                self._line(one, "List Bullet")

    def _line(self, text: str, style: str | None = None) -> Any:
        made = word_parts.paragraph(self.file)
        if style is not None:
            # By its key: a look-up by name reads all styles for every paragraph.
            made._p.style = self.styles[style]
        return word_parts.fill(made, text)


def _in_cell(cell: Cell) -> str:
    if cell.is_list and len(cell.lines) > 1:
        return "\n".join(f"\u2022 {one}" for one in cell.lines)
    return cell.text or NOTHING
