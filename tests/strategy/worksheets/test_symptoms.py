"""The signs of a missing strategy: which aims and numbers they point to."""

import pytest

from goals.metrics import catalogue
from goals.words import render
from strategy.worksheets import book, library, setting, suggested

CHECKLIST = suggested.CHECKLIST
# The reference: sign -> aim, numbers.
REFERENCE = {
    "gap_handoff": ("sell", "mql_to_sql followup_coverage lead_conversion"),
    "gap_process": ("cycle", "stage_length stage_dropoff sales_cycle"),
    "gap_retention": ("retention", "churn_rate repeat_rate renewal_rate"),
    "gap_silos": ("together", "crm_adoption data_quality"),
    "gap_unhappy": ("retention", "resolution_time open_cases nps csat"),
}


def aims(desk):
    with desk.session() as session:
        return suggested.of_book(book.load(session), setting.of(session))


def test_nothing_is_suggested_before_something_is_answered(desk):
    assert aims(desk) == []
    assert desk.page("symptoms", "checklist").fields[-1].said.lines == ()


@pytest.mark.parametrize("sign", REFERENCE)
def test_a_sign_points_to_its_aim_and_its_numbers(desk, sign):
    desk.save(CHECKLIST, **{sign: "yes"})
    [found] = aims(desk)
    aim, metrics = REFERENCE[sign]
    assert (found.aim, [one.id for one in found.metrics]) == (aim, metrics.split())
    _, field = library.worksheets().field(f"{CHECKLIST}.{sign}")
    assert [render(one, "en") for one in found.signs] == [field.label]


def test_two_signs_bring_the_presets_of_both(desk):
    desk.save(CHECKLIST, gap_handoff="yes", gap_process="yes", gap_silos="no")
    assert [one.preset for one in aims(desk)] == ["sell", "cycle"]


def test_two_signs_of_one_aim_are_one_suggestion(desk):
    desk.save(CHECKLIST, gap_retention="yes", gap_unhappy="yes")
    [found] = aims(desk)
    assert (found.preset, len(found.metrics), len(found.signs)) == ("retention", 7, 2)


def test_what_is_seen_always_comes_before_what_is_seen_now_and_then(desk):
    desk.save(CHECKLIST, gap_handoff="sometimes", gap_unhappy="yes", gap_silos="sometimes")
    assert [(one.aim, one.firm) for one in aims(desk)] == [
        ("retention", True),
        ("sell", False),
        ("together", False),
    ]


def test_shared_data_has_no_preset_but_numbers(desk):
    desk.save(CHECKLIST, gap_silos="yes")
    [found] = aims(desk)
    assert found.preset is None
    assert found.metrics


def test_every_number_is_one_of_the_catalogue():
    named = {id for _, metrics in REFERENCE.values() for id in metrics.split()}
    assert named <= set(catalogue.METRICS)


def test_the_page_says_what_the_answers_point_to(desk):
    desk.save(CHECKLIST, gap_process="yes", gap_silos="sometimes")
    [line] = desk.page("symptoms", "checklist").fields[-1].said.lines
    assert render(line, "en") == (
        "Close sooner (Time in stage, Drop-off per stage, Sales cycle), "
        "Work from the same data (CRM adoption, Data quality)"
    )


def test_a_clean_list_leads_to_the_business_goals(desk):
    desk.save(CHECKLIST, **dict.fromkeys(REFERENCE, "no"))
    [line] = desk.page("symptoms", "checklist").fields[-1].said.lines
    assert render(line, "en") == "None of these signs. Start from your business goals."
    assert aims(desk) == []


def test_every_preset_is_a_start_that_the_form_of_goals_knows():
    from app.web.presets import PRESETS

    starts = {aim for aim, _ in REFERENCE.values()} - {"together"}
    assert starts <= set(PRESETS)
