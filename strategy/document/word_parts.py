"""Pieces of a Word file that python-docx leaves to its caller: styles, fields, tables, links."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from goals.charts.svg import width_of
from strategy.document import office
from strategy.document.model import Document

INK, MUTED = "161A22", "566072"
#: Styles: name, what it is based on, size in points, bold, colour, space before and after.
STYLES = (
    ("Normal", None, 10.5, False, INK, 0, 6),
    ("Title", None, 26, True, INK, 6, 12),
    ("Subtitle", None, 12, True, MUTED, 60, 0),
    ("Heading 1", None, 18, True, INK, 0, 8),
    ("Heading 2", None, 13, True, INK, 16, 4),
    ("Heading 3", None, 11, True, INK, 12, 2),
    ("List Bullet", None, 10.5, False, INK, 0, 3),
    ("Muted", "Normal", 10.5, False, MUTED, 0, 3),
    ("Label", "Normal", 9, True, MUTED, 6, 0),
    ("Contents Heading", "Normal", 13, True, INK, 0, 6),
    ("Table Text", "Normal", 8.5, False, INK, 0, 0),
    ("Header", None, 8, False, MUTED, 0, 0),
    ("Footer", None, 8, False, MUTED, 0, 0),
)
#: The key that python-docx gives to the style of that name.
TABLE_TEXT = "TableText"


def points(size: float) -> Any:
    """Return a length in points."""
    from docx.shared import Pt

    return Pt(size)


def millimetres(size: float) -> Any:
    """Return a length in millimetres."""
    from docx.shared import Mm

    return Mm(size)


def element(name: str, children: Iterable[Any] = (), /, **attributes: object) -> Any:
    """Return an element of Word's own names, such as `tblHeader`, with attributes of them."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    made: Any = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    for child in children:
        made.append(child)
    return made


def prepare(file: Any, document: Document) -> None:
    """Set page, styles, languages, head, foot and properties."""
    page = file.sections[0]
    page.page_width, page.page_height = millimetres(210), millimetres(297)
    page.left_margin = page.right_margin = millimetres(20)
    page.top_margin = page.bottom_margin = millimetres(22)
    page.different_first_page_header_footer = True
    _styles(file, document)
    fill(page.header.paragraphs[0], f"{document.company} \u00b7 {document.title}")
    foot = page.footer.paragraphs[0]
    fill(foot, f"{document.edition}  \u00b7  ")
    field(foot, "PAGE", "1")
    about = file.core_properties
    about.title, about.author = document.title, document.author or document.company
    about.subject, about.comments = document.company, document.edition
    about.language = document.lang
    about.created = about.modified = document.made_at.replace(tzinfo=None)


def _styles(file: Any, document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    known = {style.name for style in file.styles}
    for name, base, size, bold, colour, before, after in STYLES:
        style = (
            file.styles[name]
            if name in known
            else file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        )
        if base is not None:
            style.base_style = file.styles[base]
        _font(style.element.get_or_add_rPr(), size, bold, colour)
        style.paragraph_format.space_before = points(before)
        style.paragraph_format.space_after = points(after)
        if name in ("Label",) or name.startswith("Heading"):
            style.paragraph_format.keep_with_next = True
    borders = file.styles["Title"].element.get_or_add_pPr()
    for one in borders.findall(element("pBdr").tag):
        borders.remove(one)
    defaults = file.styles.element.find(f".//{element('rPrDefault').tag}/{element('rPr').tag}")
    for one in defaults.findall(element("lang").tag):
        defaults.remove(one)
    defaults.append(
        element(
            "lang",
            val=office.TAGS[document.reader.locale],
            eastAsia=office.EAST_ASIAN,
            bidi=office.BIDI,
        )
    )


def _font(properties: Any, size: float, bold: bool, colour: str) -> None:
    """Set fonts of all scripts; Word keeps size and weight of complex ones apart."""
    for one in list(properties):
        properties.remove(one)
    properties.append(
        element(
            "rFonts",
            ascii=office.LATIN,
            hAnsi=office.LATIN,
            eastAsia=office.CHINESE,
            cs=office.COMPLEX,
        )
    )
    on = "1" if bold else "0"
    for name in ("b", "bCs"):
        properties.append(element(name, val=on))
    for name in ("i", "iCs"):
        properties.append(element(name, val="0"))
    properties.append(element("color", val=colour))
    half_points = int(size * 2)
    for name in ("sz", "szCs"):
        properties.append(element(name, val=half_points))


def paragraph(file: Any) -> Any:
    """Add an empty paragraph at the end; python-docx looks through all before for the place."""
    from docx.text.paragraph import Paragraph

    body = file.element.body
    made = element("p")
    # The last element holds the measures of the page.
    body[-1].addprevious(made)
    return Paragraph(made, file._body)


def fill(paragraph: Any, text: str) -> Any:
    """Write a text into a paragraph, line breaks and direction included; returns it."""
    right_to_left = office.is_right_to_left(text)
    if right_to_left:
        paragraph._p.get_or_add_pPr().append(element("bidi"))
    run = paragraph.add_run(text)
    if right_to_left:
        run.font.rtl = True
    return paragraph


def tint(run: Any, ink: str, ground: str) -> None:
    """Give a run of text a colour and a ground, and make it bold."""
    from docx.shared import RGBColor

    run.bold = run.font.cs_bold = True
    run.font.color.rgb = RGBColor.from_string(ink)
    run._r.get_or_add_rPr().append(element("shd", val="clear", color="auto", fill=ground))


def field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field, such as the number of the page, with what it shows until it is counted."""
    for piece in (
        [element("fldChar", fldCharType="begin")],
        [_code(code)],
        [element("fldChar", fldCharType="separate")],
    ):
        paragraph.add_run()._r.append(piece[0])
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def _code(code: str) -> Any:
    made = element("instrText")
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.text = f" {code} "
    return made


def contents(file: Any, entries: Sequence[tuple[str, str]]) -> None:
    """Add the list of contents: links that work at once, and a field that Word can count anew."""
    for place, (anchor, title) in enumerate(entries):
        line = file.add_paragraph()
        line.paragraph_format.space_after = points(1)
        if place == 0:
            for piece in (
                element("fldChar", fldCharType="begin"),
                _code(r'TOC \o "1-2" \h \z \u'),
                element("fldChar", fldCharType="separate"),
            ):
                line.add_run()._r.append(piece)
        link = element("hyperlink", anchor=anchor, history="1")
        run = line.add_run(title)
        link.append(run._r)
        line._p.append(link)
        if place == len(entries) - 1:
            line.add_run()._r.append(element("fldChar", fldCharType="end"))


def bookmark(paragraph: Any, name: str) -> None:
    """Make a paragraph the aim of links."""
    number = len(paragraph._p.getparent().findall(f".//{element('bookmarkStart').tag}"))
    paragraph._p.insert(
        1 if paragraph._p.pPr is not None else 0, element("bookmarkStart", id=number, name=name)
    )
    paragraph._p.append(element("bookmarkEnd", id=number))


def shared(head: Sequence[str], rows: Sequence[Sequence[str]], wide: float) -> list[float]:
    """Share a width among columns by how much stands in them, none too narrow to read."""
    columns = [[title, *(row[place] for row in rows)] for place, title in enumerate(head)]
    wishes = [max(min(width_of(text, 1), 30.0) for text in column) + 4 for column in columns]
    return [wide * one / sum(wishes) for one in wishes]


def table(
    file: Any,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    numbers: Collection[int] = (),
) -> Any:
    """Add a table; its head repeats on every page and no row is torn apart."""
    made = file.add_table(rows=1 + len(rows), cols=len(head))
    made.autofit = False
    properties = made._tbl.tblPr
    edges = [
        element(side, val="single", sz="4", space="0", color="C9CFD8")
        for side in ("top", "bottom", "insideH")
    ]
    sides = [element(side, w=60, type="dxa") for side in ("left", "right")]
    # Word insists on the order of these.
    properties.find(element("tblLayout").tag).addprevious(element("tblBorders", edges))
    properties.find(element("tblLayout").tag).addnext(element("tblCellMar", sides))
    for column, width in zip(made.columns, widths, strict=True):
        column.width = millimetres(width)
    every = [head, *rows]
    # Asking the table for its cells would read all of it each time.
    for number, (row, texts) in enumerate(zip(made._tbl.tr_lst, every, strict=True)):
        setting = row.get_or_add_trPr()
        setting.append(element("cantSplit"))
        if number == 0:
            setting.append(element("tblHeader"))
        for place, (box, text) in enumerate(zip(row.tc_lst, texts, strict=True)):
            _cell(file, box, text, widths[place], is_head=number == 0, is_number=place in numbers)
    return made


def _cell(file: Any, box: Any, text: str, width: float, *, is_head: bool, is_number: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.text.paragraph import Paragraph

    box.width = millimetres(width)
    first = Paragraph(box.p_lst[0], file._body)
    box.p_lst[0].style = TABLE_TEXT
    fill(first, text)
    if is_number:
        first.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for run in first.runs:
        if is_head:
            run.bold = run.font.cs_bold = True
