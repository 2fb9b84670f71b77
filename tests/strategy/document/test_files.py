"""Each format, read again by another reader, with texts that want to be something else."""

import builtins
import io
import json
import sys
import zipfile
from datetime import datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

import docx
import openpyxl
import pytest

from goals import words
from goals.errors import Refusal
from strategy.document import formats, glyphs, markdown, page, pdf, sheets
from strategy.document.measure import LEADING, SIZES, rows
from strategy.document.model import Cell
from tests.support.slides import notes_of, shape_texts, slides_of

HOSTILE = {
    "formula": '=HYPERLINK("https://evil.example","x")',
    "plus": "+1+1|cmd",
    "minus": "-2+3",
    "at": "@SUM(A1:A9)",
    "script": "<script>alert(1)</script>",
    "style": "</style><img src=x onerror=alert(1)>",
    "xml": "]]></w:t><!-- &amp; \"quoted\" 'too'",
    "markdown": "| a | [x](javascript:alert(1)) `c` **b** ~~s~~ $x$",
    "thai": "สวัสดีครับ ทดสอบภาษาไทยน้ำใจกับกำลังใจ",
    "chinese": "战略与目标：让客户少停机",
    "hebrew": "שלום עולם 123 abc",
    "arabic": "مرحبا بالعالم",
    "emoji": "👩‍👩‍👧‍👦 🇹🇭 \u00e9",
    "endless": "W" * 290,
}
EVERY = ("docx", "pptx", "xlsx", "md", "html", "json")


def written(paper, ending, **more):
    return formats.write(paper.made(**more), ending)


def texts(content, ending):
    """Return everything there is to read in a file, by a reader of its own."""
    if ending == "docx":
        file = docx.Document(io.BytesIO(content))
        found = [one.text for one in file.paragraphs]
        return found + [c.text for t in file.tables for row in t.rows for c in row.cells]
    if ending == "pptx":
        made = slides_of(content)
        found = [t for one in made for shape in one.shapes for t in shape_texts(shape)]
        return found + [notes_of(one) for one in made]
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [str(c.value) for s in book for row in s for c in row if c.value is not None]
    if ending == "html":
        reader = Reader()
        reader.feed(content.decode())
        return reader.texts
    if ending == "json":
        return [json.dumps(json.loads(content), ensure_ascii=False)]
    return [content.decode().replace("\\", "")]


class Reader(HTMLParser):
    """Collects tags and texts."""

    def __init__(self):
        super().__init__()
        self.texts = []
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_people_wrote_is_a_text_and_nothing_else(paper, kind):
    text = HOSTILE[kind]
    paper.fill(text, rows=1)
    made = paper.made()
    for ending in EVERY:
        joined = "\n".join(texts(formats.write(made, ending), ending))
        wanted = json.dumps(text, ensure_ascii=False)[1:-1] if ending == "json" else text
        assert wanted in joined, ending


@pytest.mark.parametrize("ending", ["docx", "pptx", "xlsx"])
def test_an_office_file_is_made_of_sound_parts(paper, ending):
    paper.fill(*HOSTILE.values(), rows=3)
    with zipfile.ZipFile(io.BytesIO(written(paper, ending))) as file:
        assert file.testzip() is None
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(file.read(name))


@pytest.mark.parametrize("ending", EVERY)
def test_a_strategy_without_an_answer_makes_a_file_that_says_so(paper, ending):
    content = written(paper, ending)
    if ending == "json":
        assert json.loads(content)["answers"] == {}
    else:
        assert "Nothing of the strategy is written yet." in "\n".join(texts(content, ending))


@pytest.mark.parametrize("ending", EVERY)
def test_the_title_the_version_and_every_section_stand_in_every_format(paper, ending):
    paper.desk.write_everything()
    paper.approve()
    found = "\n".join(texts(written(paper, ending), ending))
    if ending == "json":
        assert json.loads(written(paper, ending))["version"]["number"] == 1
        return
    for text in ("Strategy 2027", "Version 1, approved", "Northbay", "Fewer stops"):
        assert text in found
    if ending != "xlsx":
        assert "Team goals and KPIs" in found


# --- Workbook ----------------------------------------------------------------------------------


def test_a_workbook_holds_no_formula_and_no_link(paper):
    paper.fill(*HOSTILE.values(), rows=3)
    content = written(paper, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert not any(b"<f>" in file.read(name) for name in file.namelist())


def test_what_looks_like_a_formula_keeps_its_mark_when_it_is_copied(paper):
    paper.fill("=1+1", rows=1)
    book = openpyxl.load_workbook(io.BytesIO(written(paper, "xlsx")))
    looking = [c for s in book for row in s for c in row if str(c.value).startswith("=")]
    assert looking and all(cell.quotePrefix for cell in looking)


def test_days_and_numbers_are_such_and_heads_stay_in_view(paper):
    paper.desk.write_everything()
    book = openpyxl.load_workbook(io.BytesIO(written(paper, "xlsx")))
    sheet = next(one for one in book if one["A1"].value == "The goal in one sentence")
    head = [cell.value for cell in sheet[1]]
    due = sheet[2][head.index("Reached by")]
    assert due.value == datetime.fromisoformat("2027-12-31") and due.is_date
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref.startswith("A1:")
    change = sheet[2][head.index("How much?")]
    assert change.value == pytest.approx(0.1) and change.number_format == "0.0%"
    assert max(one.width for one in sheet.column_dimensions.values()) <= 61


def test_a_row_of_a_workbook_is_as_high_as_its_longest_text(paper):
    paper.fill("word " * 60, rows=1)
    book = openpyxl.load_workbook(io.BytesIO(written(paper, "xlsx")))
    found = []
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if str(cell.value).startswith("word word"):
                    # A column holds at most sixty signs, and a line is fifteen points high.
                    lines = len(cell.value) / 60
                    assert sheet.row_dimensions[cell.row].height >= lines * 15
                    found.append(lines)
    assert max(found) > 1


def test_the_title_of_a_workbook_has_the_room_it_needs(paper):
    book = openpyxl.load_workbook(io.BytesIO(written(paper, "xlsx")))
    cover = book.worksheets[0]
    assert cover.row_dimensions[1].height >= cover["A1"].font.size * 1.2


def test_the_names_of_sheets_are_allowed_and_differ(paper):
    book = sheets._Book(paper.made())
    titles = ["History", "a/b:c*?[x]", "'q'", "x" * 40, "x" * 50, "", "👩" * 30, "X" * 31]
    names = [book._name(one) for one in titles]
    assert len({one.casefold() for one in names}) == len(names)
    assert all(0 < len(one.encode("utf-16-le")) // 2 <= 31 for one in names)
    assert not any(sign in one for one in names for sign in "[]:*?/\\")
    book.book.close()


# --- Word --------------------------------------------------------------------------------------


def test_headings_are_headings_and_the_contents_link_to_them(paper):
    paper.desk.write_everything()
    content = written(paper, "docx")
    file = docx.Document(io.BytesIO(content))
    heads = [one.text for one in file.paragraphs if one.style.name == "Heading 1"]
    assert heads[0] == "Business goals" and "USP and value proposition" in heads
    body = file.element.body
    ns = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    name = f"{{{ns['w']}}}name"
    aims = {one.get(name) for one in body.iterfind(".//w:bookmarkStart", ns)}
    links = {one.get(f"{{{ns['w']}}}anchor") for one in body.iterfind(".//w:hyperlink", ns)}
    assert links and links <= aims
    codes = "".join(one.text for one in body.iterfind(".//w:instrText", ns))
    assert "TOC" in codes
    begun = [one.get(f"{{{ns['w']}}}fldCharType") for one in body.iterfind(".//w:fldChar", ns)]
    assert begun == ["begin", "separate", "end"]


def test_every_script_has_a_font_and_a_language(paper):
    content = written(paper, "docx", lang="th")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        styles = file.read("word/styles.xml").decode()
    assert 'w:cs="Noto Sans Thai"' in styles and 'w:eastAsia="Noto Sans CJK SC"' in styles
    assert 'w:bidi="th-TH"' in styles and 'w:eastAsia="zh-CN"' in styles


def test_a_text_from_right_to_left_runs_that_way(paper):
    paper.desk.save("proposition.overlap", overlap=HOSTILE["hebrew"])
    file = docx.Document(io.BytesIO(written(paper, "docx")))
    [line] = [one for one in file.paragraphs if one.text == HOSTILE["hebrew"]]
    assert "<w:bidi/>" in line._p.xml and line.runs[0].font.rtl


# --- Slides ------------------------------------------------------------------------------------


def test_a_measure_breaks_words_that_are_longer_than_a_line():
    assert rows("W" * 100, 10, 100) >= 9
    assert rows("a b c", 10, 1000) == 1
    assert rows("", 10, 100) == 1
    assert rows("战略" * 50, 10, 100) >= 10
    assert LEADING > 1 and min(SIZES.values()) >= 12


# --- Page, Markdown, PDF -----------------------------------------------------------------------


def test_the_page_holds_no_tag_that_somebody_wrote(paper):
    plain = Reader()
    paper.desk.write_everything()
    plain.feed(written(paper, "html").decode())
    hostile = Reader()
    paper.desk.save("proposition.overlap", overlap=HOSTILE["script"])
    paper.desk.save("proposition.rivals", what_rivals_lack=HOSTILE["style"])
    paper.desk.save("proposition.strengths", what_we_do_well=list(HOSTILE.values())[:9])
    paper.desk.add("business_goals.goals", statement=HOSTILE["script"])
    hostile.feed(written(paper, "html").decode())
    assert {tag for tag, _ in hostile.tags} <= {tag for tag, _ in plain.tags}
    assert not any(name.startswith("on") for _, attrs in hostile.tags for name in attrs)


def test_links_of_the_contents_lead_to_what_is_there(paper):
    paper.desk.write_everything()
    reader = Reader()
    reader.feed(written(paper, "html").decode())
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    links = [attrs["href"][1:] for tag, attrs in reader.tags if tag == "a"]
    assert len(ids) == len(set(ids)) and links and set(links) <= set(ids)


def test_the_name_of_a_company_does_not_lead_out_of_the_style():
    said = page.quoted('a"; } </style><script>\n\\')
    assert said[0] == said[-1] == '"' and not set('"}<>\n') & set(said[1:-1])


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# no", "\\# no"),
        ("- no", "\\- no"),
        ("1. no", "1\\. no"),
        ("a|b", "a\\|b"),
        ("<b>", "\\<b\\>"),
        ("46.0%", "46.0%"),
        ("a\n+ b", "a\n\\+ b"),
    ],
)
def test_signs_of_markdown_are_only_signs(text, escaped):
    assert markdown.line(text) == escaped


def test_lines_of_a_longer_text_stay_apart_in_markdown():
    assert markdown.block("a\nb\n\n    c") == "a\\\nb\n\nc"


def test_a_pdf_is_made_or_it_is_said_what_is_missing(paper):
    paper.desk.write_everything()
    try:
        content = written(paper, "pdf", lang="th")
    except Refusal as error:
        assert error.code == "no_pdf"
    else:
        assert content.startswith(b"%PDF-") and len(content) > 10_000


@pytest.mark.parametrize("error", [ImportError("no"), OSError("cannot load library")])
def test_without_its_library_a_pdf_is_refused_with_what_to_install(monkeypatch, error):
    real = builtins.__import__

    def lacking(name, *more):
        if name == "weasyprint":
            raise error
        return real(name, *more)

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(Refusal, match="no_pdf") as caught:
        pdf.weasyprint()
    assert "headway[pdf]" in caught.value.fix.id


def test_characters_that_no_font_has_are_named_and_others_are_not(paper):
    # The last private one belongs to no script, so no font of any machine has it.
    private = chr(0x10FFFD)
    paper.fill(
        f"Only we measure {private} twice \u200d\ufe0f, \u0e27\u0e31\u0e14", "Ein Maß", rows=1
    )
    try:
        found = glyphs.characters(paper.made())
    except Refusal as error:
        assert error.code == "no_pdf"
    else:
        assert found == (private,)
        message = glyphs.said(found)
        assert message is not None
        told = words.render(message, "en")
        assert told.startswith(f"No font here can show {private} (U+10FFFD): in the PDF a box")


def test_no_more_than_a_line_of_characters_is_named():
    message = glyphs.said(tuple(map(chr, range(0xE000, 0xE020))))
    assert message is not None
    told = words.render(message, "en")
    assert "(U+E00B)" in told and "(U+E00C)" not in told and "20 more" in told
    assert glyphs.said(()) is None


def test_an_empty_cell_is_nothing():
    assert not Cell() and Cell().text == ""


# --- Size --------------------------------------------------------------------------------------


def test_the_longest_strategy_is_written(paper):
    paper.fill("A sentence of the strategy that says something. " * 100, rows=12)
    made = paper.made()
    for ending in EVERY:
        assert len(formats.write(made, ending)) > 20_000, ending
