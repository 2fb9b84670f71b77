"""Rows of ours that a list can begin with."""

import pytest

from goals.errors import Refusal
from strategy.worksheets import content, library, starters
from strategy.worksheets.content import ContentError
from tests.support.worksheets_trial.section import FILE

STEPS = "trial.steps"
pytestmark = pytest.mark.usefixtures("trial")


def take(desk, reader="en"):
    with desk.session() as session:
        return starters.take(session, STEPS, reader=reader, by=desk.dana, now=desk.now)


def names(desk):
    return [row.value.get("name") for row in desk.book().of(STEPS)]


def offered(desk):
    return desk.page("trial", "steps").items.starters


def test_an_empty_list_offers_our_rows_and_takes_them_in_their_order(desk):
    assert offered(desk) == 3
    take(desk)
    assert names(desk) == ["Choose a vendor", "Move the data", "Train everybody"]
    row = desk.book().of(STEPS)[0]
    assert row.value == {
        "name": "Choose a vendor",
        "notes": ["Ask three", "Compare"],
        "weight": "3",
    }
    assert offered(desk) == 0


def test_our_rows_are_no_examples_and_count_as_written(desk):
    (item, *_) = take(desk)
    assert desk.book().of(STEPS)[0].examples == frozenset()
    page = desk.page("trial", "more", item)
    assert page.state == "done" and not page.is_example


def test_a_row_says_that_it_is_a_default_until_it_is_changed(desk):
    (item, *_) = take(desk)

    def marked(question):
        return [one.key for one in desk.page("trial", question, item).fields if one.is_default]

    assert (marked("steps"), marked("more")) == (["name"], ["notes"])
    desk.save(STEPS, item, name="Choose", autosave=True)
    assert marked("steps") == []


def test_rows_that_are_there_are_not_added_again(desk):
    desk.add(STEPS, name="MOVE the data")
    assert offered(desk) == 2
    take(desk)
    assert names(desk) == ["MOVE the data", "Choose a vendor", "Train everybody"]
    with pytest.raises(Refusal):
        take(desk)


def test_a_row_that_was_taken_in_another_language_is_known(desk, monkeypatch):
    from goals import words

    thai = {"Move the data": "ย้ายข้อมูล"}
    told = words.render
    monkeypatch.setattr(
        words,
        "render",
        lambda text, reader: (
            thai.get(text.id, "ไทย " + text.id) if reader == "th" else told(text, reader)
        ),
    )
    take(desk, "th")
    assert names(desk)[1] == "ย้ายข้อมูล"
    assert offered(desk) == 0


def test_the_list_takes_no_more_rows_than_make_sense(desk):
    for number in range(4):
        desk.add(STEPS, name=f"Step {number}")
    assert offered(desk) == 1
    assert len(take(desk)) == 1
    assert len(names(desk)) == 5


def test_taking_can_be_undone_but_not_what_was_changed_since(desk):
    first, *others = take(desk)
    desk.save(STEPS, first, name="Choose", autosave=True)
    with desk.session() as session:
        gone = starters.take_back(session, STEPS, [first, *others], by=desk.dana, now=desk.now)
    assert gone == 2
    assert names(desk) == ["Choose"]


def test_both_databases_take_them(any_desk):
    assert len(take(any_desk)) == 3
    assert names(any_desk) == ["Choose a vendor", "Move the data", "Train everybody"]


def test_texts_of_our_rows_are_translated():
    found = set(content.texts(library.worksheets().section("trial")))
    assert {"Start with our three steps", "Move the data", "Ask three", "Compare"} <= found
    assert "3" not in found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('starter_label = "Start with our three steps"', "", "have a label"),
        ('name = "Train everybody"', 'name = "Move the data"', "a name of its own"),
        ('name = "Train everybody"', 'weight = "1"', "a name of its own"),
        ('weight = "3"', 'width = "3"', "answers width, which it does not ask for"),
        ('weight = "3"', 'double = "3"', "only the company itself can"),
        ('weight = "3"', 'weight = ["3"]', "in another shape than number"),
        ("most = 5", "most = 2", "more rows to start with than make sense"),
        ('["win_rate", "revenue"]', '["win_rate", "luck"]', "chooses luck for metric_ids"),
        ('crm_stages = ["First talk", "Offer sent"]', 'linked_goal = "7"', "only the company"),
        ('refers_to = "trial.steps"', "", "say what they refer to"),
        ('named_by = "name"', 'named_by = "depends_on"', "no text, choice or metric"),
        ('key = "double"', 'key = "double"\nlongest = 3', "is never asked for"),
    ],
)
def test_a_mistake_in_the_new_parts_of_a_file_is_named(tmp_path, old, new, said):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / "mistaken"
    folder.mkdir()
    (folder / "trial.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        library.load(folder)
