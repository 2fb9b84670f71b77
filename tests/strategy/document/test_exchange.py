"""The strategy as JSON, out of one workspace and into another."""

import json
import shutil

import pytest
from sqlmodel import col, select

from goals.errors import Refusal
from goals.workspace import Person
from strategy.document import formats, intake
from strategy.worksheets import book as books
from strategy.worksheets import checking, history, saving, scoring
from strategy.worksheets import setting as settings
from strategy.worksheets.scoring import TypedCell
from tests.strategy.desk import Desk


def exported(paper, **more):
    return formats.write(paper.made(**more), "json")


def taken(desk, content):
    with desk.session() as session:
        return intake.take_in(session, content, by=desk.nok, now=desk.now)


def answers(paper):
    return json.loads(exported(paper))["answers"]


@pytest.fixture
def other(paper, tmp_path, sqlite_template):
    """Another workspace, where the same people have other ids."""
    file = tmp_path / "other.db"
    shutil.copy(sqlite_template, file)
    desk = Desk(f"sqlite:///{file}")
    yield type(paper)(desk)
    desk.dispose()


def test_every_answer_stands_under_its_question_row_and_field(paper):
    goal, *_ = paper.desk.write_everything()
    found = answers(paper)
    [row] = found["business_goals.goals"]
    assert row["item"] == goal
    assert row["values"]["statement"] == "Sales end a tenth above last year"
    assert row["values"]["owner"] == "dana@northbay.example"
    assert found["team_goals.goals"][0]["values"]["team"] == "Sales"


def test_the_answers_are_the_same_after_a_round_trip_to_another_workspace(paper, other):
    paper.fill('Text with \u00e9, ไทย, 中文, \U0001f600 and "quotes" \\ <b>', rows=3)
    result = taken(other.desk, exported(paper))
    assert result.changed and not result.unknown
    assert answers(other) == answers(paper)
    assert taken(other.desk, exported(paper)).changed == 0


def test_scores_of_systems_come_back_from_a_file(paper, other):
    need = paper.desk.add("crm_needs.requirements", requirement="Mails", team="sales")
    vendor = paper.desk.add("crm_selection.vendors", vendor="System A")
    with paper.desk.session() as session:
        cell = TypedCell(vendor, need, "4", "Tried", 0)
        good = scoring.save(session, [cell], [], by=None, now=paper.desk.now)
    assert good.changed
    taken(other.desk, exported(paper))
    [row] = other.desk.book().of("crm_selection.scores")
    assert (row.value["vendor"], row.value["score"]) == (vendor, "4")


def test_an_answer_that_was_never_there_is_saved_and_not_brought_back(paper, other):
    goal = paper.desk.write_goal("Theirs")
    for statement in ("Theirs", "Changed"):
        content = exported(paper).replace(b"Theirs", statement.encode())
        taken(other.desk, content)
    with other.desk.session() as session:
        steps = history.history(session, "business_goals.goals", goal)
    assert [one.action for one in steps] == ["restored", "saved"]


def test_what_was_left_for_later_is_left_in_the_other_workspace_too(paper, other):
    paper.desk.save("proposition.usp", usp_sentence="Only we measure each line.")
    with paper.desk.session() as session:
        saving.skip(session, "proposition.usp", "", ["proof"], by=None, now=paper.desk.now)
    content = exported(paper).replace(b'"usp.proof"', b'"usp.proof", "usp.nothing"')
    taken(other.desk, content)
    rows = other.desk.book().rows
    assert rows["proposition.usp"][0].skipped == {"usp.proof"}


def test_people_and_teams_are_found_by_name(paper, other):
    paper.desk.write_everything()
    taken(other.desk, exported(paper))
    [row] = other.desk.book().of("business_goals.goals")
    assert row.value["owner"] == str(other.desk.dana) != str(paper.desk.dana)
    [row] = other.desk.book().of("team_goals.goals")
    assert row.value["team"] == other.desk.sales


def test_somebody_unknown_stays_as_it_was_written_and_is_asked_for_again(paper, other):
    paper.desk.write_everything()
    with other.desk.database.system() as session:
        person = session.exec(
            select(Person).where(col(Person.email) == "dana@northbay.example")
        ).one()
        person.email = "dana@elsewhere.example"
    taken(other.desk, exported(paper))
    [row] = other.desk.book().of("business_goals.goals")
    assert row.value["owner"] == "dana@northbay.example"
    text = "Choose somebody who is a member now."
    assert text in [one.message.id for one in _open(other.desk)]


def _open(desk):
    with desk.session() as session:
        return checking.open_points(books.load(session), settings.of(session))


def test_what_was_written_before_stays_in_the_history(paper, other):
    other.desk.save("proposition.overlap", overlap="Ours")
    paper.desk.save("proposition.overlap", overlap="Theirs")
    taken(other.desk, exported(paper))
    assert other.desk.value("proposition.overlap") == {"overlap": "Theirs"}
    with other.desk.session() as session:
        steps = history.history(session, "proposition.overlap")
    assert [one.changes[0].after.lines[0].params["value"] for one in steps] == ["Theirs", "Ours"]


def test_rows_that_the_file_does_not_have_are_removed_and_can_come_back(paper, other):
    paper.desk.write_goal("Theirs")
    other.desk.write_goal("Ours")
    taken(other.desk, exported(paper))
    names = [row.value["statement"] for row in other.desk.book().of("business_goals.goals")]
    assert names == ["Theirs"]
    assert len(other.desk.book().removed["business_goals.goals"]) == 1


def test_the_order_of_rows_is_that_of_the_file(paper, other):
    for text in ("One", "Two", "Three"):
        paper.desk.add("business_goals.goals", statement=text)
    taken(other.desk, exported(paper))
    rows = other.desk.book().of("business_goals.goals")
    assert [row.value["statement"] for row in rows] == ["One", "Two", "Three"]


def test_what_is_not_asked_here_is_left_out_and_named(paper):
    content = file(
        {"proposition.overlap": [{"values": {"overlap": "Text", "colour": "red"}}], "a.b": []}
    )
    assert taken(paper.desk, content).unknown == ("a.b", "proposition.overlap.colour")
    assert paper.desk.value("proposition.overlap") == {"overlap": "Text"}


def file(given, form=1):
    return json.dumps({"headway_strategy": form, "answers": given}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff\xfe",
        b"[" * 100_000,
        file({}, form=99),
        file({"proposition.overlap": [{"values": {"overlap": 5}}]}),
        file({"proposition.overlap": [{"values": {"overlap": {"a": 1}}}]}),
        file({"proposition.overlap": [{}, {}]}),
        file({"proposition.overlap": [{"item": "x"}]}),
        file({"business_goals.goals": [{"item": "a"}, {"item": "a"}]}),
        file({"business_goals.goals": [{"item": ""}]}),
        file({"business_goals.goals": [{"item": "../x"}]}),
        file({"business_goals.goals": [{"item": format(one, "x")} for one in range(99)]}),
    ],
    ids=range(14),
)
def test_what_is_no_strategy_is_refused_and_changes_nothing(paper, content):
    paper.desk.save("proposition.overlap", overlap="Ours")
    with pytest.raises(Refusal, match="not_a_strategy"):
        taken(paper.desk, content)
    assert paper.desk.value("proposition.overlap") == {"overlap": "Ours"}


def test_a_text_that_is_too_long_is_refused_with_its_place(paper):
    with pytest.raises(Refusal, match="strategy_too_long") as caught:
        taken(paper.desk, file({"proposition.overlap": [{"values": {"overlap": "x" * 9999}}]}))
    assert caught.value.message.params == {"place": "proposition.overlap.overlap"}


def test_control_characters_do_not_come_in(paper):
    taken(paper.desk, file({"proposition.overlap": [{"values": {"overlap": "a\x00b\x1bc"}}]}))
    assert paper.desk.value("proposition.overlap") == {"overlap": "abc"}
