"""What the document says: which answers, of which version, in whose language."""

from datetime import date
from decimal import Decimal

import pytest

from goals import words
from goals.errors import Refusal
from goals.words import Reader
from strategy.document import build, cells
from strategy.document.model import Block, Listing
from strategy.worksheets.display import Shown, plain


def parts(document):
    return [part for section in document.sections for part in section.parts]


def test_what_nobody_answered_is_left_out_and_named_once(paper):
    paper.desk.save("proposition.strengths", what_we_do_well=["We measure"])
    made = paper.made()
    assert [one.key for one in made.sections] == ["proposition"]
    assert [type(one) for one in parts(made)] == [Block]
    assert "Business goals" in made.unwritten
    assert "USP and value proposition" not in made.unwritten


def test_a_strategy_without_an_answer_says_so(paper):
    made = paper.made()
    assert made.is_empty and made.title == "Strategy"
    assert made.edition == "Draft of version 1, not approved."


def test_rows_of_a_repeating_question_stand_in_order_with_their_answers(paper):
    goal, team_goal, _kpi = paper.desk.write_everything()
    second = paper.desk.write_goal("Grow the team")
    assert goal and team_goal and second
    made = paper.made()
    [goals] = [one for _, one in made.listings if one.key == "business_goals.goals"]
    assert [row.name for row in goals.rows] == [
        "Sales end a tenth above last year",
        "Grow the team",
    ]
    assert goals.named_by == 0
    first = {one.label: one.cell for one in goals.answers(goals.rows[0])}
    assert first["Owner"].text == "Dana"
    assert first["Reached by"].value == date(2027, 12, 31)
    assert "The goal in one sentence" not in first


def test_the_name_of_a_version_stands_beside_its_number(paper):
    paper.desk.write_period()
    paper.approve("Spring")
    assert paper.made().edition.startswith("Version 1, Spring, approved 2 Nov 2026")


def test_approved_answers_are_shown_and_newer_ones_counted(paper):
    paper.desk.write_period()
    paper.desk.save("proposition.overlap", overlap="Before")
    paper.approve(note="For the board")
    paper.desk.save("proposition.overlap", overlap="After")
    made = paper.made()
    assert made.edition.startswith("Version 1, approved 2 Nov 2026") and "by Dana" in made.edition
    assert made.news == "1 answer has changed since."
    assert made.note == "For the board"
    assert "Before" in str(made.sections) and "After" not in str(made.sections)
    draft = paper.made(version=build.DRAFT)
    assert "After" in str(draft.sections) and draft.edition.startswith("Draft of version 2")


def test_another_version_can_be_asked_for(paper):
    for text in ("First", "Second"):
        paper.desk.save("proposition.overlap", overlap=text)
        paper.approve()
    assert "First" in str(paper.made(version=1).sections)
    assert "Second" in str(paper.made().sections)
    with pytest.raises(Refusal, match="unknown_version"):
        paper.made(version=9)


def test_what_was_approved_later_than_the_day_is_not_there_yet(paper):
    paper.desk.save("proposition.overlap", overlap="Text")
    before = paper.desk.now
    paper.approve()
    with paper.desk.session() as session:
        made = build.build(session, Reader(), now=before)
    assert made.edition.startswith("Draft of version 1")


def test_the_readers_language_is_spoken(paper):
    paper.desk.write_everything()
    thai, chinese = paper.made("th"), paper.made("zh")
    assert thai.lang == "th" and chinese.lang == "zh-Hans"
    assert "เป้าหมายธุรกิจ" in [one.title for one in thai.sections]
    assert "业务目标" in [one.title for one in chinese.sections]
    assert chinese.period.startswith("2027年1月1日")


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [
        (words.Money(Decimal(27), "THB"), "money", Decimal(27)),
        (words.Rate(Decimal("0.25")), "rate", Decimal("0.25")),
        (words.Days(Decimal(48)), "number", Decimal(48)),
        (words.Signed(words.RatePoints(Decimal("-0.02"))), "number", Decimal("-2.00")),
    ],
)
def test_a_number_keeps_what_stands_behind_its_text(value, unit, number):
    cell = cells.of_shown(Shown((plain(value),)), Reader())
    assert (cell.unit, cell.value) == (unit, number)
    assert cell.text == words.format_value(value, Reader())


def test_a_text_is_freed_of_what_no_file_can_hold():
    cell = cells.of_shown(Shown((plain("a\x00b\x0bc\ud800d\ufffee"),)), Reader())
    assert cell.text == "abcde"


@pytest.mark.parametrize(
    ("company", "name"),
    [
        ("Acme", "acme-strategy-v3"),
        ("../../etc/passwd", "etc-passwd-strategy-v3"),
        ('A"; x=\r\n<b>', "a-x-b-strategy-v3"),
        ("บริษัทน้ำใส", "บริษัทน้ำใส-strategy-v3"),
        ("\u202e...", "headway-strategy-v3"),
    ],
)
def test_a_files_name_is_safe_everywhere(company, name):
    assert build.slug(company, "v", 3) == name


def test_long_rows_are_read_one_by_one_and_short_ones_as_a_table(paper):
    short = Listing("a.b", "Steps", ("Name", "Owner"), ())
    assert short.is_table
    paper.desk.write_everything()
    [goals] = [one for _, one in paper.made().listings if one.key == "business_goals.goals"]
    assert not goals.is_table
