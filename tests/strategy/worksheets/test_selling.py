"""The sections on selling together: they can be completed, and each leads into the next."""

import pytest

from tests.strategy import selling

SECTIONS = ("journey", "content_plan", "retention", "automations")


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_that_is_written_is_complete(desk, section):
    assert desk.section(section).state in ("not_started", "cannot_start")
    selling.write(desk)
    row = desk.section(section)
    assert (row.state, row.note, row.place.kind) == ("complete", None, "check")


def test_the_content_plan_waits_for_a_stage(desk):
    waiting = desk.section("content_plan")
    assert (waiting.state, waiting.note.id) == (
        "cannot_start",
        "Starts when the journey map has a stage",
    )
    desk.add("journey.stages", name="Loyalty")
    assert desk.section("content_plan").state == "not_started"


def test_an_obstacle_without_an_action_holds_the_section_up(desk):
    selling.write(desk)
    stage = desk.book().of("journey.stages")[0].item
    desk.add("journey.obstacles", obstacle="Two contacts", stage=stage)
    row = desk.section("journey")
    assert row.state == "needs_attention"
    assert row.note.params == {"obstacle": "Two contacts"}


def test_a_piece_of_a_stage_that_was_removed_is_to_be_looked_at(desk):
    selling.write(desk)
    desk.remove("journey.stages", desk.book().of("journey.stages")[0].item)
    assert desk.section("content_plan").state in ("in_progress", "needs_attention")
