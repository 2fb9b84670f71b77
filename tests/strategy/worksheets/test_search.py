"""Looking for words in the strategy, in three languages."""

import pytest

from goals.words import Reader, render
from strategy.worksheets import commenting, search, setting


def look(desk, query, language="en"):
    with desk.session() as session:
        about = setting.of(session)
        return search.search(desk.book(), about, query, Reader(language), commenting.every(session))


def found(results):
    return ["".join(run.text for run in one.runs) for one in results.hits]


def marked(results):
    return [[run.text for run in one.runs if run.found] for one in results.hits]


def test_answers_are_found_whatever_their_case_and_lead_to_their_box(desk):
    item = desk.write_goal("Win Ten Hospitals in the north")
    results = look(desk, "ten hospitals")
    (hit,) = [one for one in results.hits if one.kind == "answer"]
    assert (hit.place.question, hit.place.item, hit.field) == ("goals", item, "statement")
    assert render(hit.title, "en") == "The goal in one sentence"
    assert hit.name == "Win Ten Hospitals in the north"
    assert "Win Ten Hospitals in the north" in found(results)
    assert marked(results)[-1] == ["Ten", "Hospitals"]


def test_each_of_several_words_must_be_there(desk):
    desk.write_goal("Win ten hospitals in the north")
    assert look(desk, "north hospitals").hits
    assert not look(desk, "north schools").hits


def test_sections_come_first_then_questions(desk):
    kinds = [one.kind for one in look(desk, "value proposition").hits]
    assert kinds == sorted(kinds, key=("section", "question", "answer").index)
    assert kinds[0] == "section" and "question" in kinds


@pytest.mark.parametrize(
    ("text", "query", "mark"),
    [
        ("ลูกค้าโรงพยาบาลในภาคเหนือเพิ่มขึ้น", "โรงพยาบาล", "โรงพยาบาล"),
        ("ทำกำไรเพิ่มขึ้นร้อยละสิบ", "กำไร", "กำไร"),
        ("在北方赢得十家医院", "十家医院", "十家医院"),
        ("拿下ＡＢＣ公司的订单", "abc公司", "ＡＢＣ公司"),
        ("Straße und Haus", "STRASSE", "Straße"),
        ("Cafe\u0301 owners", "CAFÉ", "Café"),
    ],
)
def test_thai_chinese_and_wide_letters_are_found_inside_a_text(desk, text, query, mark):
    desk.write_goal(text)
    hits = [one for one in look(desk, query).hits if one.kind == "answer"]
    assert [[run.text for run in one.runs if run.found] for one in hits] == [[mark]]


def test_questions_are_found_in_the_readers_language(desk, monkeypatch):
    assert look(desk, "What is it that only you offer", "en").hits
    thai = look(desk, "USP", "th")
    assert any(one.kind == "section" for one in thai.hits)


def test_what_is_not_asked_is_not_found(desk):
    item = desk.add("business_goals.goals", statement="Open a branch", kind="metric")
    desk.save("business_goals.measure", item, autosave=True, metric="revenue", number="12%")
    desk.save("business_goals.goals", item, statement="Open a branch", kind="milestone")
    assert [one for one in look(desk, "12%").hits if one.kind == "answer"] == []


def test_a_long_answer_is_cut_around_the_word(desk):
    text = " ".join(["before"] * 60 + ["needle"] + ["after"] * 60)
    desk.save("proposition.overlap", overlap=text, autosave=True)
    (line,) = found(look(desk, "needle"))
    assert len(line) < 200
    assert line.startswith("\u2026before ") and " needle after" in line and line.endswith("\u2026")


@pytest.mark.parametrize("query", ["", "   ", "\u200b"])
def test_an_empty_query_finds_nothing(desk, query):
    assert look(desk, query).hits == ()


def test_more_than_fit_are_counted(desk):
    for number in range(40):
        desk.add("team_goals.kpis", name=f"Quote {number}")
        desk.add("team_goals.goals", goal=f"Quote {number}")
    results = look(desk, "quote")
    assert (len(results.hits), results.more) == (50, 30)


def remark(desk, text, question="proposition.usp", item=""):
    with desk.session() as session:
        about = setting.of(session)
        made = commenting.add(session, question, item, text, about, by=desk.dana, now=desk.now)
        return made.id


def test_comments_are_found_after_answers_and_lead_to_themselves(desk):
    item = desk.write_goal("Win ten hospitals in the north")
    told = remark(desk, "Are the Hospitals ready?", "business_goals.goals", item)
    results = look(desk, "hospitals")
    assert [one.kind for one in results.hits] == ["answer", "comment"]
    hit = results.hits[-1]
    assert (hit.comment, hit.place.question, hit.place.item) == (told, "goals", item)
    assert hit.name == "Win ten hospitals in the north"
    assert marked(results)[-1] == ["Hospitals"]


def test_a_comment_that_is_deleted_or_on_a_removed_row_is_not_found(desk):
    item = desk.write_goal("Win ten schools")
    told = remark(desk, "Zebra one", "business_goals.goals", item)
    other = remark(desk, "Zebra two")
    assert len(look(desk, "zebra").hits) == 2
    desk.remove("business_goals.goals", item)
    assert [one.comment for one in look(desk, "zebra").hits] == [other]
    with desk.session() as session:
        commenting.remove(session, other, now=desk.now)
    assert told and not look(desk, "zebra").hits
