"""Saving answers: versions, what is refused, two people at once, and nothing lost."""

import threading

import pytest

from goals.errors import Refusal
from goals.words import render
from strategy.worksheets import history, items, saving
from strategy.worksheets.saving import Conflict, Invalid, Saved

PERIOD = "business_goals.period"
USP = "proposition.usp"
RESULT = "proposition.result"


def steps(desk, question, item=""):
    with desk.session() as session:
        return history.history(session, question, item)


def test_a_save_makes_a_version_and_the_same_content_does_not(desk):
    first = desk.save(USP, usp_sentence="Only we measure.", proof="480 lines")
    assert isinstance(first, Saved)
    assert (first.version, first.changed) == (1, True)
    again = desk.save(USP, usp_sentence="  Only we measure. ", proof="480 lines")
    assert (again.version, again.changed) == (1, False)
    assert desk.save(USP, usp_sentence="Only we measure twice.").version == 2


def test_a_full_save_names_each_field_to_mend_and_keeps_nothing(desk):
    with pytest.raises(Invalid) as caught:
        desk.save(PERIOD, name=" ", first_day="1 Jan 2027", last_day="tomorrow")
    assert {key: render(one, "en") for key, one in caught.value.by_field.items()} == {
        "name": "Give the strategy a name",
        "last_day": "Write a day with its month and year, such as 31 12 2027.",
    }
    assert caught.value.typed["last_day"] == "tomorrow"
    assert desk.value(PERIOD) is None


def test_a_refused_save_is_shown_again_as_it_was_typed(desk):
    typed = {"name": "x" * 600_000, "first_day": {"day": "31", "month": "2", "year": "2027"}}
    with pytest.raises(Invalid) as caught:
        desk.save(PERIOD, autosave=True, **typed)
    page = desk.page(
        "business_goals", "period", typed=caught.value.typed, errors=caught.value.by_field
    )
    name, first_day, _ = page.fields
    assert len(name.text) == 600_000
    assert render(name.error, "en") == "Shorten this to 100 characters. It has 600,000 now."
    assert first_day.parts == ("31", "2", "2027")


def test_an_autosave_takes_what_is_incomplete(desk):
    saved = desk.save(PERIOD, autosave=True, name="2027", first_day="1 Jan")
    assert saved.value == {"name": "2027", "first_day": "1 Jan"}


def test_an_empty_autosave_makes_nothing(desk):
    assert desk.save(PERIOD, autosave=True, name="", first_day="", last_day="").version == 0
    assert desk.value(PERIOD) is None


def test_clearing_a_field_clears_it(desk):
    desk.save(USP, usp_sentence="Only we.", proof="A prize")
    assert desk.save(USP, usp_sentence="Only we.", proof="").value == {"usp_sentence": "Only we."}


def test_a_field_that_is_not_sent_stays_as_it_is(desk):
    desk.save(USP, usp_sentence="Only we.", proof="A prize")
    assert desk.save(USP, usp_sentence="Only us.").value["proof"] == "A prize"


def test_what_a_condition_hides_is_kept_but_not_asked_for(desk):
    case = "proposition.case"
    desk.save(case, proof_kind="case", proof_case="A plant saved 2 million")
    desk.save(case, proof_kind="none")
    assert desk.value(case)["proof_case"] == "A plant saved 2 million"
    assert [one.shown for one in desk.page("proposition", "case").fields] == [True, False]
    with pytest.raises(Invalid) as caught:
        desk.save(case, proof_kind="case", proof_case="")
    assert list(caught.value.by_field) == ["proof_case"]


def test_unknown_questions_and_rows_are_refused(desk):
    for question, item in (("business_goals.x", ""), ("business_goals.goals", "no"), (USP, "no")):
        with pytest.raises(Refusal), desk.session() as session:
            saving.save_answer(session, question, item, {}, 0, by=desk.dana, now=desk.now)


# --- Two people --------------------------------------------------------------------------------


def test_two_people_who_change_different_fields_both_keep_their_work(desk):
    desk.save(USP, usp_sentence="Only we.", proof="A prize")
    desk.save(USP, usp_sentence="Only us.", version=1)
    saved = desk.save(USP, by=desk.nok, version=1, usp_sentence="Only we.", proof="480 lines")
    assert isinstance(saved, Saved)
    assert saved.value == {"usp_sentence": "Only us.", "proof": "480 lines"}
    assert saved.merged == ("usp_sentence",)


def test_two_people_who_change_one_field_are_both_heard(desk):
    desk.save(USP, usp_sentence="Only we.", proof="A prize")
    desk.save(USP, by=desk.nok, version=1, usp_sentence="Nobody else does.")
    found = desk.save(USP, version=1, usp_sentence="Only we do.", proof="480 lines")
    assert isinstance(found, Conflict)
    [clash] = found.clashes
    assert (clash.mine, clash.theirs, clash.base) == (
        "Only we do.",
        "Nobody else does.",
        "Only we.",
    )
    assert (found.by, found.by_name, found.saved) == (desk.nok, "Nok", ("proof",))
    # The answer is theirs, the field without a clash is saved, and mine is in the history.
    assert desk.value(USP) == {"usp_sentence": "Nobody else does.", "proof": "480 lines"}
    aside = steps(desk, USP)[0]
    assert (aside.action, aside.by_name, aside.is_current) == ("set_aside", "Dana", False)


def test_after_a_conflict_keep_mine_replaces_theirs(desk):
    desk.save(USP, usp_sentence="Only we.", proof="A prize")
    desk.save(USP, by=desk.nok, version=1, usp_sentence="Nobody else does.")
    found = desk.save(USP, version=1, usp_sentence="Only we do.")
    saved = desk.save(USP, version=found.version, usp_sentence=found.clashes[0].mine)
    assert saved.value["usp_sentence"] == "Only we do."


def test_a_conflict_does_not_disturb_the_one_who_saved_first(desk):
    desk.save(USP, usp_sentence="Only we.", proof="A prize")
    first = desk.save(USP, by=desk.nok, version=1, usp_sentence="Nobody else does.")
    desk.save(USP, version=1, usp_sentence="Only we do.")
    after = desk.save(USP, by=desk.nok, version=first.version, usp_sentence="Nobody else does it.")
    assert isinstance(after, Saved)


def test_the_same_text_set_aside_twice_stands_in_the_history_once(desk):
    desk.save(USP, usp_sentence="Only we.", proof="A prize")
    desk.save(USP, by=desk.nok, version=1, usp_sentence="Nobody else does.")
    versions = [desk.save(USP, version=1, usp_sentence="Only we do.").version for _ in range(3)]
    assert len(set(versions)) == 1


def test_two_people_who_write_the_same_agree(desk):
    desk.save(USP, usp_sentence="Only we.")
    desk.save(USP, by=desk.nok, version=1, usp_sentence="Only we do.")
    found = desk.save(USP, version=1, usp_sentence="Only we do.")
    assert isinstance(found, Saved)
    assert not found.changed


def test_a_clash_that_is_also_incomplete_is_refused_before_anything_is_kept(desk):
    desk.save(USP, usp_sentence="Only we.", proof="A prize")
    desk.save(USP, by=desk.nok, version=1, usp_sentence="Nobody else does.")
    with pytest.raises(Invalid):
        desk.save(USP, version=1, usp_sentence="", proof="480 lines")
    assert desk.value(USP)["proof"] == "A prize"


def test_one_tab_never_meets_its_own_autosaves(desk):
    desk.save(USP, autosave=True, version=0, writer="tab-1", usp_sentence="Only")
    desk.save(USP, autosave=True, version=0, writer="tab-1", usp_sentence="Only we")
    saved = desk.save(USP, version=0, writer="tab-1", usp_sentence="Only we do.")
    assert isinstance(saved, Saved)
    assert saved.value == {"usp_sentence": "Only we do."}


def test_another_tab_of_the_same_person_does(desk):
    desk.save(USP, autosave=True, version=0, writer="tab-1", usp_sentence="Only")
    found = desk.save(USP, version=0, writer="tab-2", usp_sentence="Nobody else.")
    assert isinstance(found, Conflict)


def test_a_page_from_before_a_full_save_does_not_overwrite_it(desk):
    desk.save(USP, version=0, writer="tab-1", usp_sentence="Only we.")
    found = desk.save(USP, version=0, writer="tab-1", usp_sentence="An older text.")
    assert isinstance(found, Conflict)


def test_pages_about_one_row_do_not_conflict(desk):
    item = desk.add("business_goals.goals", statement="Grow", kind="metric")
    desk.save("business_goals.deadline", item, version=2, deadline="31 Dec 2027")
    saved = desk.save(
        "business_goals.reason", item, version=2, by=desk.nok, why="Because", actions=["Call"]
    )
    assert isinstance(saved, Saved)
    assert desk.value("business_goals.goals", item) == {
        "statement": "Grow",
        "kind": "metric",
        "deadline": "2027-12-31",
        "why": "Because",
        "actions": ["Call"],
    }


def test_writing_to_a_row_that_somebody_removed_keeps_the_text(desk):
    item = desk.add("business_goals.goals", statement="Grow", kind="metric")
    with desk.session() as session:
        items.remove_item(session, "business_goals.goals", item, by=desk.nok, now=desk.now)
    found = desk_save_removed(desk, item, "Grow faster")
    assert isinstance(found, Conflict)
    assert found.removed
    with desk.session() as session:
        items.restore_item(session, "business_goals.goals", item, by=desk.dana, now=desk.now)
    texts = [
        change.after for one in steps(desk, "business_goals.goals", item) for change in one.changes
    ]
    assert any("Grow faster" in str(text) for text in texts)


def desk_save_removed(desk, item, statement):
    with desk.session() as session:
        return saving.save_answer(
            session,
            "business_goals.goals",
            item,
            {"statement": statement},
            2,
            by=desk.dana,
            now=desk.now,
        )


def test_a_first_save_at_the_same_moment_loses_neither_text(any_desk):
    """Each thread has read that there is no answer before either of them writes."""
    desk, found, gate = any_desk, [], threading.Barrier(2, timeout=30)

    def write(member, text):
        with desk.database.session(desk.workspace_id) as session:
            gate.wait()
            found.append(
                saving.save_answer(
                    session, USP, "", {"usp_sentence": text}, 0, by=member, now=desk.now
                )
            )

    writers = [
        threading.Thread(target=write, args=one)
        for one in ((desk.dana, "Only we."), (desk.nok, "Nobody else."))
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "Saved"]
    kept = {desk.value(USP)["usp_sentence"]}
    aside = [one for one in steps(desk, USP) if one.action == "set_aside"]
    kept |= {str(change.after.lines[0].params["value"]) for one in aside for change in one.changes}
    assert kept == {"Only we.", "Nobody else."}
