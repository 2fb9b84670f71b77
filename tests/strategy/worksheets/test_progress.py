"""How far pages and sections are, as the hub shows it."""

import pytest

from strategy.worksheets import library


def test_a_new_workspace_has_all_sections_and_one_waits(desk):
    hub, sections = desk.hub(), library.worksheets().sections
    assert (hub.complete, hub.total) == (0, len(sections))
    assert (hub.number, hub.approved) == (1, None)
    shown = [(group.key, row.key) for group in hub.groups for row in group.sections]
    assert sorted(shown) == sorted((one.group, one.key) for one in sections)
    assert desk.section("business_goals").state == "not_started"
    waiting = desk.section("team_goals")
    assert waiting.state == "cannot_start"
    assert waiting.note.id == "Starts when there is a business goal"


def test_the_hub_carries_the_name_of_the_strategy(desk):
    assert desk.hub().title.id == "Strategy"
    desk.write_period()
    assert desk.hub().title.params == {"value": "Strategy 2027"}


def test_a_section_is_in_progress_once_something_is_written(desk):
    desk.write_period()
    row = desk.section("business_goals")
    assert row.state == "in_progress"
    assert (row.place.question, row.place.item) == ("goals", None)
    assert 0 < row.minutes < 20


def test_a_business_goal_opens_the_team_goals(desk):
    desk.add("business_goals.goals", statement="Grow")
    assert desk.section("team_goals").state == "not_started"


def test_everything_written_is_complete_with_nothing_left_to_do(desk):
    desk.write_everything()
    hub = desk.hub()
    assert (hub.complete, hub.minutes, hub.open) == (3, 0, ())
    row = desk.section("proposition")
    assert row.place.kind == "check"
    assert row.done_at is not None


def test_a_finding_in_a_finished_section_needs_attention(desk):
    desk.write_everything()
    desk.save("proposition.usp", usp_sentence="The best quality in town")
    row = desk.section("proposition")
    assert row.state == "needs_attention"
    assert row.note.id == "The USP does not say how you differ from others."
    assert len(desk.hub().open) == 2


def test_an_autosaved_half_answer_is_begun_not_done(desk):
    desk.save("business_goals.period", autosave=True, name="2027")
    assert desk.page("business_goals", "period").state == "doing"


def test_an_answer_that_is_not_understood_is_to_be_looked_at(desk):
    desk.save("business_goals.period", autosave=True, name="2027", first_day="soon")
    assert desk.page("business_goals", "period").state == "look"


def test_skipping_keeps_the_section_open_and_the_text(desk):
    from strategy.worksheets import saving

    with desk.session() as session:
        saving.skip(session, "proposition.overlap", "", by=desk.dana, now=desk.now)
    assert desk.page("proposition", "overlap").state == "skipped"
    assert desk.section("proposition").state == "in_progress"
    desk.save("proposition.overlap", overlap="Filters that fit")
    assert desk.page("proposition", "overlap").state == "done"


def test_removing_the_last_business_goal_opens_the_section_again(desk):
    from strategy.worksheets import items

    goal, _, _ = desk.write_everything()
    with desk.session() as session:
        items.remove_item(session, "business_goals.goals", goal, by=desk.dana, now=desk.now)
    assert desk.section("business_goals").state == "in_progress"
    # What referred to it must be chosen again.
    assert desk.section("team_goals").state == "in_progress"


@pytest.mark.parametrize("section", ["symptoms", "gaps", "buy_in", "personas", "competitors"])
def test_a_section_that_may_stay_empty_begins_at_its_first_page_and_holds_nothing_up(desk, section):
    row = desk.section(section)
    first = library.worksheets().section(section).questions[0]
    assert row.state == "not_started"
    assert (row.place.question, row.place.kind) == (
        first.key,
        "list" if first.repeat is not None else "question",
    )
    desk.write_everything()
    hub = desk.hub()
    assert (hub.minutes, hub.open) == (0, ())
    assert desk.page(section, first.key).state == "todo"
