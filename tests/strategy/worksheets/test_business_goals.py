"""Business goals: five kinds of what a company may want, each written and proposed as a goal."""

import pytest

from strategy import proposals
from strategy.worksheets import examples, library
from tests.strategy.desk import TODAY

GOALS, MEASURE, DONE = "business_goals.goals", "business_goals.measure", "business_goals.done"
#: What each kind says of its number; a milestone has none.
TERMS = {
    "Satisfaction": {"metric": "csat", "change": "delta", "number": "10", "baseline": "71"},
    "Sales": {"metric": "revenue", "change": "relative", "number": "10%"},
    "Productivity": {
        "metric": "productivity",
        "change": "relative",
        "number": "30%",
        "baseline": "9",
    },
    "Growth": {"change": "relative", "number": "10%", "baseline": "35"},
    "Structure": {},
}


def write(desk, number):
    """Write one of the five examples down as a goal of one's own."""
    asked = library.worksheets().find(GOALS)
    example = asked.question.examples[number]
    name = example.about.partition(":")[0]
    item = desk.add(GOALS, **example.values)
    if example.values["kind"] == "milestone":
        desk.save(DONE, item, evidence="A head of marketing is in post and has a budget")
    else:
        desk.save(MEASURE, item, direction="up", **TERMS[name])
    desk.save(
        "business_goals.deadline",
        item,
        deadline="30 Sep 2027" if name == "Productivity" else "31 Dec 2027",
        owner=str(desk.dana),
        takes_part=["management", "sales"],
    )
    desk.save("business_goals.reason", item, why="It pays for the plant", actions=["Call leads"])
    return name, item


def test_all_five_kinds_can_be_written_down_completely(desk):
    desk.write_period()
    names = [write(desk, number)[0] for number in range(5)]
    assert set(names) == set(TERMS)
    row = desk.section("business_goals")
    assert (row.state, row.minutes) == ("complete", 0)


def test_each_kind_is_proposed_as_the_goal_that_it_is(desk):
    desk.write_period()
    items = dict(write(desk, number) for number in range(5))
    with desk.session() as session:
        found = {one.item: one for one in proposals.proposals(session, today=TODAY)}
    drafts = {name: found[item].draft for name, item in items.items()}
    assert {name: one.metric for name, one in drafts.items()} == {
        "Satisfaction": "csat",
        "Sales": "revenue",
        "Productivity": "productivity",
        "Growth": "headcount",
        "Structure": None,
    }
    assert drafts["Structure"].kind == "milestone"
    assert all(found[item].problem is None for name, item in items.items() if name != "Structure")


@pytest.mark.parametrize("about", ["Survey score", "Sales plan", "Productivity", "Team"])
def test_each_kind_with_a_number_has_an_example_of_it(desk, about):
    desk.write_period()
    asked = library.worksheets().find(MEASURE)
    names = [one.about.partition(":")[0] for one in asked.question.examples]
    kind = "headcount" if about == "Team" else "metric"
    item = desk.add(GOALS, statement="Grow", kind=kind)
    with desk.session() as session:
        examples.use_example(
            session,
            MEASURE,
            item,
            names.index(about),
            reader="en",
            by=desk.dana,
            now=desk.now,
        )
    assert desk.page("business_goals", "measure", item).state == "done"
