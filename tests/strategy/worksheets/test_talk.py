"""A section as a conversation: what is asked, in which order, and where the talk stands."""

import pytest

from goals import words
from goals.errors import Refusal
from strategy.worksheets import book as books
from strategy.worksheets import conversation, items, keeping, library, resuming, saving, talk
from strategy.worksheets import setting as settings
from strategy.worksheets.flow import Place

USP = "proposition.usp"
GOALS = "business_goals.goals"
PERSONAS = "personas.who"


@pytest.fixture
def talking(desk):
    """Returns the talk about a section as Dana sees it."""

    def told(section, at=None, member=None):
        with desk.session() as session:
            last = resuming.last(session, member or desk.dana)
            return conversation.conversation(
                session, section, last=last, at=at, today=desk.now.date()
            )

    return told


def look(desk, place, member=None):
    with desk.session() as session:
        resuming.remember(session, place, member or desk.dana, now=desk.now)


def leave(desk, question, item="", fields=()):
    with desk.session() as session:
        saving.skip(session, question, item, fields, by=desk.dana, now=desk.now)


def now(found):
    step = found.now
    if step is None:
        return None
    return step.place.question if step.field is None else f"{step.place.question}.{step.field.key}"


def said(desk, question, item="", **values):
    """Answer as a talk does: one field, the others may wait."""
    with desk.session() as session:
        return saving.save_answer(
            session,
            question,
            item,
            values,
            desk.version(question, item),
            by=desk.dana,
            now=desk.now,
            alone=True,
        )


def test_every_field_of_the_worksheets_is_asked_in_a_talk_or_stands_on_a_page_it_offers(desk):
    for section in library.worksheets().sections:
        for asked in library.worksheets().of_section(section.key):
            if asked.question.repeat and not asked.question.repeat.table:
                desk.add(asked.address)
    with desk.session() as session:
        about, answers = settings.of(session), books.load(session)
    steps = [
        step
        for section in library.worksheets().sections
        for step in talk.steps(answers, section.key, about)
    ]
    reached = {(one.place.address, one.field.key) for one in steps if one.field}
    pages = {one.place.address for one in steps if one.kind == "page"}
    assert pages == {"crm_selection.scores"}
    for asked in library.worksheets().asked.values():
        if asked.question.asked_on is not None:
            assert asked.question.asked_on in pages
        elif not asked.question.show_if and asked.address not in pages:
            wanted = {one.key for one in asked.question.typed if one.show_if is None}
            missing = {key for key in wanted if (asked.address, key) not in reached}
            # What points at rows or goals is asked once there are some to choose from.
            kinds = {asked.field(key).kind for key in missing}
            assert kinds <= {"goal", "reference", "references"}, (asked.address, missing)


def test_a_talk_begins_with_the_first_question_and_goes_on_in_their_order(desk, talking):
    assert now(talking("proposition")) == "strengths.what_we_do_well"
    said(desk, "proposition.strengths", what_we_do_well=["We measure"])
    assert now(talking("proposition")) == "wants.what_customers_want"


def test_a_group_is_asked_field_by_field(desk, talking):
    assert now(talking("business_goals")) == "period.name"
    said(desk, "business_goals.period", name="Strategy 2027")
    assert now(talking("business_goals")) == "period.first_day"


def test_a_field_that_depends_on_another_is_asked_once_that_says_so(desk, talking):
    item = desk.add(PERSONAS)
    said(desk, PERSONAS, item, name="Ann")
    said(desk, PERSONAS, item, segment="b2c")
    fields = {one.field.key for one in talking("personas").steps if one.field}
    assert "industry" not in fields
    said(desk, PERSONAS, item, segment="b2b")
    assert "industry" in {one.field.key for one in talking("personas").steps if one.field}


def test_one_answer_may_stand_alone_where_others_are_required(desk):
    assert said(desk, "business_goals.period", name="Strategy 2027").changed
    with pytest.raises(saving.Invalid) as caught:
        said(desk, "business_goals.period", first_day="the first")
    assert set(caught.value.by_field) == {"first_day"}
    with pytest.raises(saving.Invalid) as caught:
        said(desk, "business_goals.period", name="")
    assert set(caught.value.by_field) == {"name"}


def test_a_field_that_was_skipped_is_not_asked_again_and_stands_among_those_left(desk, talking):
    said(desk, USP, usp_sentence="Only we measure each line before we quote.")
    leave(desk, USP, fields=["proof"])
    found = talking("proposition", at=Place("proposition", "usp", ""))
    assert now(found) == "strengths.what_we_do_well"
    assert [one.name for one in found.left] == ["usp.proof"]
    said(desk, USP, proof="480 lines")
    assert talking("proposition").left == []
    assert desk.book().row(library.worksheets().find(USP)).skipped == frozenset()


def test_a_question_that_was_left_for_later_in_its_form_is_not_asked_again(desk, talking):
    leave(desk, "proposition.strengths")
    assert now(talking("proposition")) == "wants.what_customers_want"


def test_a_list_takes_entries_until_somebody_says_that_is_all(desk, talking):
    place = Place("proposition", "strengths", "")
    look(desk, place)
    said(desk, "proposition.strengths", what_we_do_well=["We measure"])
    found = talking("proposition")
    assert now(found) == "strengths.what_we_do_well" and found.now.state == talk.COLLECTING
    leave(desk, "proposition.strengths", fields=["what_we_do_well"])
    assert now(talking("proposition")) == "wants.what_customers_want"


def test_a_list_that_somebody_else_filled_in_is_not_asked_about_again(desk, talking):
    look(desk, Place("proposition", "strengths", ""))
    said(desk, "proposition.strengths", what_we_do_well=["We measure"])
    found = talking("proposition", member=desk.nok)
    assert now(found) == "wants.what_customers_want"


def test_rows_are_asked_one_after_the_other_and_then_whether_there_is_another(desk, talking):
    desk.write_period()
    assert now(talking("business_goals")) == "goals"
    item = desk.add(GOALS)
    assert now(talking("business_goals")) == "goals.statement"
    assert talking("business_goals").is_new_row
    said(desk, GOALS, item, statement="A new shop is open")
    said(desk, GOALS, item, kind="milestone")
    assert now(talking("business_goals")) == "done.evidence"
    for question, fields in (
        ("done", ["evidence"]),
        ("deadline", ["deadline", "owner", "takes_part"]),
        ("reason", ["why", "actions"]),
    ):
        leave(desk, f"business_goals.{question}", item, fields)
    found = talking("business_goals")
    assert now(found) == "goals" and [one.name for one in found.items.rows] == [
        "A new shop is open"
    ]


def test_the_rest_of_a_row_can_be_left_at_once(desk, talking):
    desk.write_period()
    item = desk.add(GOALS, statement="A new shop is open", kind="milestone")
    rest = talking("business_goals").rest
    assert [one.field.key for one in rest] == [
        "evidence", "deadline", "owner", "takes_part", "why", "actions",
    ]  # fmt: skip
    assert {one.place.item for one in rest} == {item}


def test_a_list_is_passed_once_its_reader_went_on_behind_it(desk, talking):
    assert now(talking("lead_management")) == "segments"
    look(desk, Place("lead_management", "scores", None))
    assert now(talking("lead_management")) == "scores"
    assert now(talking("lead_management", member=desk.nok)) == "segments"


def close(desk, question):
    with desk.session() as session:
        items.close_list(session, question, by=desk.dana, now=desk.now)


def test_a_list_that_was_passed_over_is_asked_about_again_only_where_it_is_named(desk, talking):
    close(desk, "lead_management.segments")
    # Nothing was looked at behind it, so that alone cannot be what is remembered.
    for member in (desk.dana, desk.nok):
        found = talking("lead_management", member=member)
        assert now(found) not in ("segments", None)
        assert [one.name for one in found.left] == ["segments"]
    named = talking("lead_management", at=Place("lead_management", "segments", None))
    assert now(named) == "segments" and named.left == []
    with desk.session() as session:
        items.open_list(session, "lead_management.segments", by=desk.dana, now=desk.now)
    assert now(talking("lead_management")) == "segments"


def test_a_list_with_rows_that_is_complete_is_not_asked_for_another(desk, talking):
    item = desk.add("buy_in.people", stakeholder="The head of sales")
    for step in talking("buy_in").rest:
        leave(desk, step.place.address, item, [step.field.key])
    assert now(talking("buy_in")) == "people"
    close(desk, "buy_in.people")
    assert talking("buy_in").now is None
    assert "people" not in [one.name for one in talking("buy_in").left]


def test_a_passed_list_is_not_among_the_rows_of_any_reading(desk):
    close(desk, "lead_management.segments")
    asked = library.worksheets().find("lead_management.segments")
    with desk.session() as session:
        answers = books.load(session)
        assert answers.of(asked.store) == () and items.hold_rows(session, asked) == []
        assert books.freeze(answers) == {}
        assert keeping.find(session, asked, "") is None
        assert keeping.next_position(session, asked) == 0
        with pytest.raises(Refusal):
            items.restore_item(session, asked.address, "", by=desk.dana, now=desk.now)
        with pytest.raises(Refusal):
            saving.skip(session, asked.address, "", by=desk.dana, now=desk.now)


def test_what_a_talk_cannot_ask_is_offered_as_a_page(desk, talking):
    kinds = {one.place.question: one.kind for one in talking("crm_selection").steps}
    assert kinds["scores"] == "page"
    assert not {"usability", "ease"} & set(kinds)


def test_a_talk_ends_when_nothing_is_left_and_names_the_section_to_go_on_with(desk, talking):
    for field in library.worksheets().find("symptoms.checklist").question.typed:
        said(desk, "symptoms.checklist", **{field.key: "no"})
    assert talking("symptoms").now is None
    with desk.session() as session:
        about, answers = settings.of(session), books.load(session)
    assert talk.following(answers, "symptoms", about) == "business_goals"
    assert talk.where(answers, about, None) == "business_goals"
    assert talk.where(answers, about, Place("personas", "who", None)) == "personas"
    # A section that cannot start yet is passed over.
    assert talk.following(answers, "journey", about) == "lead_management"


def test_the_rules_answer_a_sentence_once_their_field_was_asked(desk, talking):
    said(desk, USP, usp_sentence="We are number one and the best quality worldwide.")
    turn = talking("proposition").turn("usp.usp_sentence", "")
    assert any(one.evidence for one in turn.reply.findings)
    assert turn.reply.coach is None
    leave(desk, USP, fields=["proof"])
    turn = talking("proposition").turn("usp.usp_sentence", "")
    assert turn.reply.coach.headline.params == {"have": 0, "count": 2}


def test_the_coach_answers_the_sentence_of_a_goal(desk, talking):
    item = desk.add(GOALS)
    said(desk, GOALS, item, statement="Eliminate customer churn.")
    turn = talking("business_goals").turn("goals.statement", item)
    assert turn.reply.smart.letters["A"] == "fail"
    assert turn.reply.rewrite


def test_what_is_worked_out_is_said_when_its_page_is_done(desk, talking):
    for field in library.worksheets().find("symptoms.checklist").question.typed:
        said(desk, "symptoms.checklist", **{field.key: "no"})
    [(_label, said_back)] = talking("symptoms").turns[-1].reply.worked_out
    assert words.render(said_back.lines[0], "en").startswith("None of these signs.")


def test_the_answers_before_a_question_stand_next_to_it(desk, talking):
    desk.write_everything()
    found = talking("proposition")
    assert now(found) == "result.what_is_not_sacrificed"
    assert found.recent[-1].name == "result.time_frame"
    assert {one.name for one in found.earlier} >= {"strengths.what_we_do_well", "pair.side_by_side"}
    assert len(found.earlier) + len(found.recent) == len(found.turns)


def test_a_talk_about_no_section_is_refused(talking):
    with pytest.raises(Refusal) as caught:
        talking("nowhere")
    assert caught.value.code == "unknown_section"
