"""The history of an answer: complete, readable, and always a way back."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from goals.errors import Refusal
from strategy.worksheets import differences, history, items, saving
from strategy.worksheets.differences import Piece
from strategy.worksheets.tables import Answer, AnswerVersion

USP = "proposition.usp"
GOALS = "business_goals.goals"


def steps(desk, question, item=""):
    with desk.session() as session:
        return history.history(session, question, item)


def test_each_save_is_a_step_with_who_when_and_what_changed(desk):
    desk.save(USP, usp_sentence="Only we measure lines.")
    desk.save(USP, by=desk.nok, usp_sentence="Only we measure all lines.", proof="480 lines")
    latest, first = steps(desk, USP)
    assert (latest.version, latest.by_name, latest.is_current) == (2, "Nok", True)
    assert [change.field for change in latest.changes] == ["usp_sentence", "proof"]
    assert latest.changes[0].pieces == (
        Piece("same", "Only we measure "),
        Piece("new", "all "),
        Piece("same", "lines."),
    )
    assert (first.version, first.by_name, first.is_current) == (1, "Dana", False)


def test_what_one_person_types_in_one_go_is_one_step(desk):
    for text in ("O", "On", "Only we"):
        desk.save(USP, autosave=True, usp_sentence=text)
    desk.save(USP, usp_sentence="Only we do.")
    [step] = steps(desk, USP)
    assert (step.version, step.action) == (4, "saved")
    desk.now += timedelta(minutes=30)
    desk.save(USP, autosave=True, usp_sentence="Only we.")
    assert [one.version for one in steps(desk, USP)] == [5, 4]


def test_steps_about_other_questions_of_the_row_are_left_out(desk):
    item = desk.write_goal()
    reasons = steps(desk, "business_goals.reason", item)
    assert [{change.field for change in one.changes} for one in reasons] == [{"why", "actions"}]


def test_an_answer_that_does_not_exist_has_no_history(desk):
    assert steps(desk, USP) == []


def test_an_earlier_version_comes_back_as_a_new_one(desk):
    desk.save(USP, usp_sentence="Only we.", proof="A prize")
    desk.save(USP, usp_sentence="Nobody else.", proof="")
    with desk.session() as session:
        version = history.restore_version(session, USP, "", 1, by=desk.nok, now=desk.now)
    assert version == 3
    assert desk.value(USP) == {"usp_sentence": "Only we.", "proof": "A prize"}
    assert [one.action for one in steps(desk, USP)] == ["restored", "saved", "saved"]


def test_bringing_back_one_question_leaves_the_others_of_the_row(desk):
    item = desk.write_goal()
    before = desk.version(GOALS, item)
    desk.save("business_goals.reason", item, why="Another reason")
    desk.save("business_goals.deadline", item, deadline="30 Jun 2027")
    with desk.session() as session:
        history.restore_version(
            session, "business_goals.reason", item, before, by=desk.dana, now=desk.now
        )
    assert desk.value(GOALS, item)["why"] == "It pays for the new plant"
    assert desk.value(GOALS, item)["deadline"] == "2027-06-30"


def test_a_text_that_was_set_aside_can_be_brought_back(desk):
    desk.save(USP, usp_sentence="Only we.")
    desk.save(USP, by=desk.nok, version=1, usp_sentence="Nobody else.")
    found = desk.save(USP, version=1, usp_sentence="Only we do.")
    with desk.session() as session:
        history.restore_version(session, USP, "", found.version, by=desk.dana, now=desk.now)
    assert desk.value(USP) == {"usp_sentence": "Only we do."}


def test_a_version_that_never_was_cannot_come_back(desk):
    desk.save(USP, usp_sentence="Only we.")
    with pytest.raises(Refusal, match="unknown_version"), desk.session() as session:
        history.restore_version(session, USP, "", 9, by=desk.dana, now=desk.now)


# --- Any sequence --------------------------------------------------------------------------------

TEXTS = st.sampled_from(["", "Grow", "Grow a lot", "Grow everywhere"])
STEPS = st.lists(
    st.one_of(
        st.just(("add",)),
        st.tuples(st.just("save"), st.integers(0, 3), st.integers(0, 3), TEXTS, st.booleans()),
        st.tuples(st.just("why"), st.integers(0, 3), st.integers(0, 3), TEXTS),
        st.tuples(st.just("move"), st.integers(0, 3), st.sampled_from([-1, 1])),
        st.tuples(st.just("remove"), st.integers(0, 3)),
        st.tuples(st.just("restore"), st.integers(0, 3)),
        st.tuples(st.just("back"), st.integers(0, 3), st.integers(1, 9)),
        st.tuples(st.just("skip"), st.integers(0, 3)),
    ),
    max_size=14,
)


def play(session, desk, step, keys):
    """Do one thing with one of the rows; what cannot be done then is refused."""
    kind, *rest = step
    who = {"by": desk.dana if len(keys) % 2 else desk.nok, "now": desk.now}
    if kind == "add":
        keys.append(items.add_item(session, GOALS, **who))
        return
    if not keys:
        return
    item = keys[rest[0] % len(keys)]
    match kind:
        case "save":
            typed = {"statement": rest[2]}
            saving.save_answer(session, GOALS, item, typed, rest[1], autosave=rest[3], **who)
        case "why":
            typed = {"why": rest[2]}
            question = "business_goals.reason"
            saving.save_answer(session, question, item, typed, rest[1], autosave=True, **who)
        case "move":
            items.move_item(session, GOALS, item, rest[1], **who)
        case "remove":
            items.remove_item(session, GOALS, item, **who)
        case "restore":
            items.restore_item(session, GOALS, item, **who)
        case "back":
            history.restore_version(session, GOALS, item, rest[1], **who)
        case "skip":
            saving.skip(session, GOALS, item, **who)


def check(session, desk):
    """Every answer's history counts up without a gap, ends in the present, and leads back."""
    here = desk.workspace_id
    answers = session.exec(select(Answer).where(col(Answer.workspace_id) == here)).all()
    for answer in answers:
        found = session.exec(
            select(AnswerVersion)
            .where(
                col(AnswerVersion.workspace_id) == here, col(AnswerVersion.answer_id) == answer.id
            )
            .order_by(col(AnswerVersion.version))
        ).all()
        assert [one.version for one in found] == list(range(1, answer.version + 1))
        last = [one for one in found if one.action != "set_aside"][-1]
        assert (last.value, last.position, last.removed, last.examples, last.skipped) == (
            answer.value,
            answer.position,
            answer.removed_at is not None,
            answer.examples,
            answer.skipped,
        )
        for version in found:
            history.restore_version(
                session, GOALS, answer.item, version.version, by=desk.dana, now=desk.now
            )
            assert answer.value.get("statement") == version.value.get("statement")
    living = [one for one in answers if one.removed_at is None]
    assert len({one.position for one in living}) == len(living)


@given(sequence=STEPS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_sequence_of_steps_keeps_the_history_complete_and_restorable(desk, sequence):
    class Done(Exception):
        """Ends the transaction, so that each sequence starts from nothing."""

    with pytest.raises(Done), desk.session() as session:
        keys: list[str] = []
        for step in sequence:
            try:
                play(session, desk, step, keys)
            except (Refusal, saving.Invalid):
                continue
        check(session, desk)
        raise Done


# --- Words that went and came ------------------------------------------------------------------


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_of_two_texts_make_up_both(before, after):
    found = differences.pieces(before, after)
    assert "".join(one.text for one in found if one.kind != "new") == before
    assert "".join(one.text for one in found if one.kind != "gone") == after


def test_scripts_without_spaces_are_compared_sign_by_sign():
    found = differences.pieces("六个月内交货", "三个月内交货")
    assert found == [Piece("gone", "六"), Piece("new", "三"), Piece("same", "个月内交货")]
    thai = differences.pieces("ส่งภายในหกเดือน", "ส่งภายในสามเดือน")
    assert thai[0] == Piece("same", "ส่งภายใน")
    # A vowel or tone mark never stands alone.
    assert all(not one.text.startswith(("\u0e31", "\u0e48", "\u0e49")) for one in thai)


def test_very_long_texts_are_shown_whole():
    assert [one.kind for one in differences.pieces("a " * 4000, "b " * 4000)] == ["gone", "new"]
