"""The journey map: what it asks for, what its rules notice, and the grid that it becomes."""

import pytest

from goals.words import render
from strategy.worksheets import journey, journey_map, library
from strategy.worksheets.rules import every
from strategy.worksheets.rules import journey as rules
from tests.strategy.rows import ABOUT, book

WANTED = (
    "customer_goal customer_questions touchpoints buying_signals obstacles actions metric_ids "
    "influencing_factors emotion deciders stage touchpoint owner content channel metric due"
)
LOYALTY = {"name": "Loyalty", "customer_goal": "The same result", "metric_ids": ["revenue"]}


def whole(**changes):
    """Return a map of one stage to which nothing is missing."""
    found = {
        journey.STAGES: {"s1": LOYALTY},
        journey.TOUCHPOINTS: {
            "t1": {
                "touchpoint": "Service report",
                "stage": "s1",
                "content": "What was done",
                "owner": "1",
                "metric": "revenue",
            }
        },
        journey.OBSTACLES: {"o1": {"obstacle": "It comes too late", "stage": "s1"}},
        journey.ACTIONS: {
            "a1": {"action": "Send it first", "obstacle": "o1", "owner": "2", "due": "2027-01-31"}
        },
    }
    return book({**found, **changes})


def found(answers):
    return [(one.rule, one.severity) for one in every.findings(answers, ABOUT, "journey")]


def said(answers, rule):
    every_one = every.findings(answers, ABOUT, "journey")
    return [render(one.message, "en") for one in every_one if one.rule == rule]


def test_the_section_asks_for_all_that_it_should():
    asked = library.worksheets().of_section("journey")
    keys = {field.key for one in asked for field in one.question.fields}
    assert set(WANTED.split()) - keys == set()


def test_the_six_stages_of_ours_are_offered():
    repeat = library.worksheets().find("journey.stages").question.repeat
    assert [one["name"] for one in repeat.starters] == [
        "Awareness",
        "Consideration",
        "Decision and purchase",
        "Onboarding and service",
        "Loyalty",
        "Advocacy",
    ]


def test_a_whole_map_has_nothing_to_mend():
    assert found(whole()) == []


def test_nothing_is_said_of_a_map_that_nobody_has_begun():
    stages = {"s1": {"name": "Awareness", "what_happens": "Notices us"}, "s2": {"name": "Loyalty"}}
    assert found(book({journey.STAGES: stages})) == []
    assert found(book({})) == []


def test_a_stage_that_stayed_empty_is_flagged_beside_one_that_did_not():
    answers = whole(**{journey.STAGES: {"s1": LOYALTY, "s2": {"name": "Advocacy"}}})
    assert found(answers) == [("stage-empty", "weak")]
    assert said(answers, "stage-empty") == ["Nothing is known about “Advocacy” yet."]


def test_two_stages_of_one_name_are_flagged():
    stages = {"s1": LOYALTY, "s2": {"name": " loyalty ", "customer_goal": "x"}}
    assert ("stage-twice", "weak") in found(whole(**{journey.STAGES: stages}))


@pytest.mark.parametrize("name", ["Advocacy", "แนะนำต่อ", "推荐"])
def test_a_stage_says_what_it_lacks_once_the_list_is_begun(name):
    other = {"name": name, "customer_goal": "A reason to tell others"}
    answers = whole(**{journey.STAGES: {"s1": LOYALTY, "s2": other}})
    assert found(answers) == [
        ("stage-obstacle", "weak"),
        ("stage-content", "weak"),
        ("stage-touchpoint", "warn"),
        ("stage-metric", "warn"),
    ]
    assert said(answers, "stage-obstacle") == [f"No obstacle is named for “{name}”."]
    only = book({journey.STAGES: {"s1": {**LOYALTY}}})
    assert found(only) == []


def test_a_content_plan_takes_over_from_the_map():
    other = {"name": "Advocacy", "customer_goal": "x", "metric_ids": ["revenue"]}
    plan = {"p1": {"title": "Story", "stage": "s1"}}
    answers = whole(**{journey.STAGES: {"s1": LOYALTY, "s2": other}, journey.PIECES: plan})
    assert "stage-content" not in dict(found(answers))


@pytest.mark.parametrize(
    "obstacle", ["No full page of questions", "ไม่มีหน้าคำถามที่ครบ", "常见问题不全"]
)
def test_an_obstacle_without_an_action_is_flagged_until_it_has_one(obstacle):
    obstacles = {"o1": {"obstacle": obstacle, "stage": "s1"}}
    answers = whole(**{journey.OBSTACLES: obstacles, journey.ACTIONS: {}})
    assert found(answers) == [("obstacle-action", "weak")]
    assert said(answers, "obstacle-action") == [f"Nothing is done yet about “{obstacle}”."]
    assert found(whole(**{journey.OBSTACLES: obstacles})) == []


@pytest.mark.parametrize(
    ("lacking", "text"),
    [
        ({"owner": ""}, "Nobody looks after “Fair”."),
        ({"metric": ""}, "No number shows whether “Fair” works."),
        ({"owner": "", "metric": ""}, "“Fair” has neither an owner nor a number."),
    ],
)
def test_a_touchpoint_needs_an_owner_and_a_number(lacking, text):
    fair = {"touchpoint": "Fair", "stage": "s1", "content": "x", "owner": "1", "metric": "revenue"}
    answers = whole(**{journey.TOUCHPOINTS: {"t1": {**fair, **lacking}}})
    assert found(answers) == [("touchpoint-care", "weak")]
    assert said(answers, "touchpoint-care") == [text]


def test_an_action_that_nobody_does_is_a_warning():
    answers = whole(**{journey.ACTIONS: {"a1": {"action": "Write it", "obstacle": "o1"}}})
    assert found(answers) == [("action-owner", "warn")]


def test_the_page_of_a_stage_tells_what_the_map_holds_for_it():
    told = {
        path.rpartition(".")[2]: compute(LOYALTY, ABOUT, whole())
        for path, compute in rules.COMPUTED.items()
    }
    assert {key: text and render(text, "en") for key, text in told.items()} == {
        "touchpoints": "Service report",
        "obstacles": "It comes too late",
        "actions": "Send it first",
    }
    empty = book({journey.STAGES: {"s1": LOYALTY}})
    assert [compute(LOYALTY, ABOUT, empty) for compute in rules.COMPUTED.values()] == [None] * 3


# --- The grid ----------------------------------------------------------------------------------


def grid(answers):
    return journey_map.journey_map(answers, ABOUT)


def cell(stage, row):
    return next(one for one in stage.cells if one.row == row)


def texts(cell):
    return [render(line, "en") for entry in cell.entries for line in entry.lines]


def test_a_whole_stage_has_no_gap_and_each_entry_leads_to_its_page():
    [stage] = grid(whole()).stages
    assert stage.gaps == ()
    assert texts(cell(stage, "actions")) == ["Send it first"]
    [entry] = cell(stage, "actions").entries
    assert (entry.place.address, entry.place.item) == ("journey.actions", "a1")
    assert [render(one, "en") for one in entry.notes] == ["Nok", "31 Jan 2027"]
    assert texts(cell(stage, "metrics")) == ["Revenue"]
    assert texts(cell(stage, "content")) == ["What was done"]


def test_empty_cells_say_what_to_add_and_only_those_that_matter_are_gaps():
    [stage] = grid(book({journey.STAGES: {"s1": {"name": "Advocacy"}}})).stages
    assert [one.row for one in stage.gaps] == list(journey_map.NEEDED)
    assert render(cell(stage, "obstacles").add.lines[0], "en") == "Name an obstacle"
    assert render(cell(stage, "actions").add.lines[0], "en") == "Name an obstacle first"
    assert cell(stage, "actions").add.place.address == "journey.obstacles"
    assert cell(stage, "emotion").add.place.item == "s1"


def test_an_obstacle_without_an_action_stands_in_the_row_of_actions():
    obstacles = {
        "o1": {"obstacle": "It comes too late", "stage": "s1"},
        "o2": {"obstacle": "Two contacts", "stage": "s1"},
    }
    [stage] = grid(whole(**{journey.OBSTACLES: obstacles})).stages
    assert texts(cell(stage, "actions")) == ["Send it first", "Nothing yet about “Two contacts”"]
    assert [one.row for one in stage.gaps] == ["actions"]


def test_pieces_of_the_content_plan_stand_on_the_map_until_they_are_retired():
    plan = {
        "p1": {"title": "Story", "stage": "s1", "status": "published"},
        "p2": {"title": "Old", "stage": "s1", "status": "retired"},
    }
    [stage] = grid(whole(**{journey.PIECES: plan})).stages
    assert texts(cell(stage, "content")) == ["Story", "What was done"]


def test_the_rows_of_the_grid_have_a_cell_for_each_stage_in_order(desk):
    items = [desk.add("journey.stages", name=name) for name in ("Buys", "Stays")]
    found = grid(desk.book())
    assert [one.name for one in found.stages] == ["Buys", "Stays"]
    assert [(one.can_move_back, one.can_move_on) for one in found.stages] == [
        (False, True),
        (True, False),
    ]
    assert {len(cells) for _, cells in found.rows} == {2}
    assert [one.item for one in found.stages] == items
