"""The strategy as slides: one for each section, nothing beyond the edge, all of it in the notes."""

import io

import pptx
import pytest

from strategy.document import formats, gist
from strategy.document.measure import Line, rows
from tests.support.slides import notes_of, shape_texts, slides_of

LONG = {
    "thai": "สวัสดีครับ ทดสอบภาษาไทยน้ำใจกับกำลังใจ",
    "chinese": "战略与目标：让客户少停机",
    "endless": "W" * 290,
    "formula": '=HYPERLINK("https://evil.example","x")',
}


def boxes(slide):
    return [shape for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text]


@pytest.mark.parametrize("kind", LONG)
def test_no_text_runs_out_of_a_slide(paper, kind):
    paper.fill((LONG[kind] + " ") * 40, rows=3)
    content = formats.write(paper.made(), "pptx")
    file = pptx.Presentation(io.BytesIO(content))
    assert (file.slide_width, file.slide_height) == (12192000, 6858000)
    for slide in file.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0
            assert shape.left + shape.width <= file.slide_width
            assert shape.top + shape.height <= file.slide_height
        for shape in boxes(slide):
            tall = sum(
                rows(one.text, one.runs[0].font.size.pt, shape.width.pt, one.runs[-1].font.bold)
                * one.runs[0].font.size.pt
                * 1.2
                for one in shape.text_frame.paragraphs
                if one.text
            )
            assert tall <= shape.height.pt * 1.02, shape.text_frame.text[:80]


def test_each_section_has_one_slide_however_much_it_says(paper):
    paper.fill("A sentence of the strategy that says something. " * 30, rows=12)
    made = paper.made()
    slides = slides_of(formats.write(made, "pptx"))
    titles = [one.shapes.title.text for one in slides]
    sections = [one.title for one in made.sections]
    assert titles[0] == made.title
    assert [one for one in titles if one in sections] == sections
    assert len(titles) == 1 + len(sections) + bool(made.unwritten)
    for slide in slides:
        if slide.shapes.title.text in sections:
            assert any("notes under the slide" in one.text_frame.text for one in boxes(slide))


def test_what_does_not_fit_on_a_slide_stands_in_its_notes(paper):
    paper.fill("A sentence of the strategy that says something. " * 30, rows=3)
    made = paper.made()
    slides = {one.shapes.title.text: one for one in slides_of(formats.write(made, "pptx"))}
    for section in made.sections:
        said = notes_of(slides[section.title])
        for part in section.parts:
            rows = part.rows if part.is_listing else [None]
            for row in rows:
                for answer in part.answers if row is None else part.answers(row):
                    assert answer.cell.text in said and answer.label in said


def test_a_short_section_stands_on_its_slide_in_full(paper):
    paper.desk.save("proposition.overlap", autosave=True, overlap="Filters that fit.")
    [slide] = [
        one
        for one in slides_of(formats.write(paper.made(), "pptx"))
        if "USP" in one.shapes.title.text
    ]
    shown = [t for shape in slide.shapes for t in shape_texts(shape)]
    assert any("Filters that fit." in one for one in shown)
    assert not any("notes under the slide" in one for one in shown)


def test_a_number_and_a_word_keep_their_label_where_rows_are_lines(paper):
    paper.fill("A sentence of the strategy that says something. " * 30, rows=3)
    made = paper.made()
    for section in made.sections:
        for part in section.parts:
            if not part.is_listing or part.is_table:
                continue
            found = gist.pieces(section, gist.Gist(letters=4000, rows=3))
            said = [
                one.label + one.text
                for one in found
                if isinstance(one, Line) and one.kind == "bullet"
            ]
            for row in part.rows[:3]:
                for answer in part.answers(row):
                    if answer.cell.is_number or len(answer.cell.text) <= gist.BARE:
                        assert any(gist.lead(answer.label) in one for one in said)


def test_no_two_marks_stand_between_answers_in_a_line(paper):
    paper.fill("A sentence of the strategy.", rows=3)
    for section in paper.made().sections:
        found = gist.pieces(section, gist.Gist(letters=4000, rows=3))
        assert not any(".;" in one.text for one in found if isinstance(one, Line))


def test_a_question_keeps_its_mark_before_its_answer():
    assert gist.lead("Where do they stand?") == "Where do they stand? "
    assert gist.lead("Number") == "Number: "
    assert gist.lead("") == ""
