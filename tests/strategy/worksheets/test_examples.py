"""Examples: each is a valid answer, and stays marked until it is edited."""

import pytest

from goals.errors import Refusal
from goals.words import render
from strategy.worksheets import examples, library, progress, setting
from strategy.worksheets.rules import proposition

WORKSHEETS = library.worksheets()
ALL = [
    (asked, number)
    for asked in WORKSHEETS.asked.values()
    for number in range(len(asked.question.examples))
]


def use(desk, question, item="", number=0, reader="en"):
    with desk.session() as session:
        return examples.use_example(
            session, question, item, number, reader=reader, by=desk.dana, now=desk.now
        )


@pytest.mark.parametrize(("asked", "number"), ALL, ids=lambda one: getattr(one, "address", one))
def test_every_example_is_a_valid_answer_as_far_as_it_goes(desk, asked, number):
    desk.write_period()
    lead = WORKSHEETS.sharing(asked.store)[0]
    item = desk.add(lead.address) if asked.has_rows else ""
    if asked.has_rows and lead is not asked:
        # An example of a later question belongs to a row that one of the first is about.
        given = asked.question.examples[number].values
        headcount = asked.address == "business_goals.measure" and "metric" not in given
        if lead.field("kind"):
            milestone = asked.question.key == "done"
            kind = "milestone" if milestone else "headcount" if headcount else "metric"
            desk.save(lead.address, item, autosave=True, kind=kind)
    use(desk, asked.address, item, number)
    with desk.session() as session:
        about = setting.of(session)
    problems = progress.problems(desk.book(), asked, item, about)
    # People, teams and rows are the reader's own and no part of an example.
    kinds = {asked.field(key).kind for key in problems}
    assert kinds <= {"member", "team", "reference"}
    assert all(one.code == "missing" for one in problems.values())


@pytest.mark.parametrize("number", range(3))
def test_the_examples_of_a_proposition_have_nothing_to_mend(desk, number):
    for asked in WORKSHEETS.of_section("proposition"):
        if asked.question.examples:
            use(desk, asked.address, "", number)
    assert proposition.findings(proposition.answers(desk.book())) == []


def test_an_example_stays_marked_until_it_is_edited(desk):
    use(desk, "proposition.usp")
    page = desk.page("proposition", "usp")
    assert (page.is_example, page.state) == (True, "look")
    assert [one.is_example for one in page.fields] == [True, True]
    desk.save("proposition.usp", usp_sentence="Only we measure lines.")
    assert [one.is_example for one in desk.page("proposition", "usp").fields] == [False, True]
    desk.save("proposition.usp", proof="480 lines")
    assert desk.page("proposition", "usp").state == "done"


def test_saving_an_example_as_it_is_leaves_the_mark(desk):
    use(desk, "proposition.overlap")
    [field] = desk.page("proposition", "overlap").fields
    desk.save("proposition.overlap", overlap=field.text)
    assert desk.page("proposition", "overlap").is_example


def test_what_stood_there_before_an_example_is_in_the_history(desk):
    from strategy.worksheets import history

    desk.save("proposition.overlap", overlap="Filters that fit")
    use(desk, "proposition.overlap")
    with desk.session() as session:
        latest, first = history.history(session, "proposition.overlap")
    assert (latest.action, first.changes[0].after.lines[0].params) == (
        "example",
        {"value": "Filters that fit"},
    )


def test_an_example_takes_the_last_day_of_the_strategy(desk):
    desk.write_period()
    item = desk.add("business_goals.goals", statement="Grow", kind="metric")
    use(desk, "business_goals.deadline", item)
    assert desk.value("business_goals.goals", item)["deadline"] == "2027-12-31"


def test_examples_are_shown_with_company_and_values(desk):
    item = desk.add("business_goals.goals", statement="Grow", kind="metric")
    shown = desk.page("business_goals", "measure", item).examples[1]
    assert render(shown.company, "en") == "Software for businesses"
    lines = {render(label, "en"): render(value.lines[0], "en") for label, value in shown.lines}
    assert lines["Number"] == "Revenue"
    assert lines["How much?"] == "+10%"


def test_an_example_that_does_not_exist_is_refused(desk):
    with pytest.raises(Refusal, match="unknown_example"):
        use(desk, "proposition.usp", "", 3)
    with pytest.raises(Refusal, match="unknown_item"):
        use(desk, "business_goals.deadline", "no")
