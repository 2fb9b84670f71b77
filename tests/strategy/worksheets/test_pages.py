"""The pages: the way through a section, what a page shows, and the form that comes back."""

import pytest

from goals.errors import Refusal
from goals.words import render
from strategy.worksheets import flow, forms, library
from strategy.worksheets.flow import Place
from tests.strategy.desk import TODAY

WORKSHEETS = library.worksheets()


def title(page):
    return render(page.title, "en")


def walk(desk, section):
    """Follow `next` from the first page of a section to its check, and `back` again."""
    way = flow.places(desk.book(), section)
    seen = [way[0]]
    while seen[-1].kind != "check":
        here = seen[-1]
        page = desk.page(section, here.question, here.item)
        assert page.place == here
        assert page.next.section == section
        seen.append(page.next)
    back = [seen[-2]]
    while (before := desk.page(section, back[-1].question, back[-1].item).back) is not None:
        back.append(before)
    assert back == seen[-2::-1]
    return seen


@pytest.mark.parametrize("section", [one.key for one in WORKSHEETS.sections])
def test_every_question_is_reached_by_next_and_back(desk, section):
    desk.write_everything()
    desk.add("business_goals.goals", statement="Marketing is a department", kind="milestone")
    for asked in WORKSHEETS.of_section(section):
        if asked.question.repeat is not None and not desk.book().of(asked.store):
            desk.begin(asked.address)
        desk.make_shown(asked)
    reached = {one.question for one in walk(desk, section)}
    book = desk.book()
    pages = [one for one in WORKSHEETS.of_section(section) if one.question.asked_on is None]
    # Where there are no rows, nothing is asked about them.
    wanted = {one.question.key for one in pages if one.question.of is None or book.of(one.store)}
    assert reached == wanted | {None}


def test_a_list_comes_before_its_rows_and_each_row_is_asked_about_in_turn(desk):
    desk.write_period()
    a = desk.add("business_goals.goals", statement="Grow", kind="metric")
    b = desk.add("business_goals.goals", statement="A department", kind="milestone")
    assert [(one.question, one.item) for one in walk(desk, "business_goals")] == [
        ("period", ""),
        ("goals", None),
        ("goals", a),
        ("measure", a),
        ("deadline", a),
        ("reason", a),
        ("goals", b),
        ("done", b),
        ("deadline", b),
        ("reason", b),
        (None, None),
    ]


def test_the_caption_counts_the_questions_that_are_asked_about_a_row(desk):
    item = desk.write_goal("Sales end a tenth above last year")
    page = desk.page("business_goals", "deadline", item)
    assert render(page.caption, "en") == (
        "Business goals, question 4 of 5: Sales end a tenth above last year"
    )
    page = desk.page("proposition", "usp")
    assert render(page.caption, "en") == "USP and value proposition, question 5 of 10"


def test_the_outline_shows_the_questions_with_how_far_each_is(desk):
    desk.write_period()
    item = desk.add("business_goals.goals", statement="Grow", kind="metric")
    page = desk.page("business_goals", "measure", item)
    rows = [(render(one.label, "en"), one.state, one.current) for one in page.outline]
    assert rows == [
        ("Period", "done", False),
        ("The goal", "done", False),
        ("The number", "todo", True),
        ("Date and owner", "todo", False),
        ("Why and how", "todo", False),
    ]
    page = desk.page("business_goals", "period")
    assert [one.place.kind for one in page.outline] == ["question", "list"]


def test_a_row_leads_back_to_its_list(desk):
    item = desk.add("business_goals.goals", statement="Grow", kind="metric")
    whole = desk.page("business_goals", "measure", item).whole
    assert (whole.place.question, whole.place.kind) == ("goals", "list")
    assert desk.page("business_goals", "goals").whole is None
    assert desk.page("business_goals", "period").whole is None


def test_texts_take_up_earlier_answers(desk):
    item = desk.add("business_goals.goals", kind="metric")
    page = desk.page("business_goals", "measure", item)
    assert render(page.lede, "en").startswith("Choose the number")
    desk.save("business_goals.goals", item, statement="Grow by 10% (net).", kind="metric")
    page = desk.page("business_goals", "measure", item)
    assert render(page.lede, "en").startswith("For “Grow by 10% (net)”: choose the number")


def test_a_long_answer_is_shortened_where_it_is_taken_up(desk):
    item = desk.add("business_goals.goals", statement="grow " * 60, kind="metric")
    lede = render(desk.page("business_goals", "measure", item).lede, "en")
    assert "\u2026" in lede
    assert len(lede) < 220


def test_earlier_answers_stand_beside_the_question(desk):
    desk.write_proposition()
    page = desk.page("proposition", "pair")
    usp, value = page.recalls
    assert render(usp.label, "en") == "USP in one sentence"
    assert usp.place == Place("proposition", "usp", "")
    assert str(value.shown.lines[0].params["value"]).startswith("Food plants cut")


def test_the_coach_says_which_parts_a_sentence_has(desk):
    desk.write_proposition()
    page = desk.page("proposition", "sentence")
    assert render(page.coach.headline, "en") == "Your sentence has 4 of the 4 parts"
    assert [render(one.label, "en") for one in page.coach.parts] == [
        "Who",
        "Result with a number",
        "Time frame",
        "Proof",
    ]
    assert desk.page("proposition", "rivals").coach is None


def test_choices_come_from_the_workspace(desk):
    parent = desk.write_goal()
    item = desk.add("team_goals.goals", whose="team", parent=parent)
    fields = {one.key: one for one in desk.page("team_goals", "goals", item).fields}
    assert [render(one.label, "en") for one in fields["team"].choices] == ["Sales", "Service"]
    assert [render(one.label, "en") for one in fields["person"].choices] == ["Dana", "Nok"]
    assert [(one.value, one.chosen) for one in fields["parent"].choices] == [(parent, True)]
    assert (fields["team"].shown, fields["person"].shown) == (True, False)
    assert fields["person"].condition.field == "whose"


def test_an_empty_deadline_proposes_the_last_day_of_the_strategy(desk):
    item = desk.add("business_goals.goals", statement="Grow", kind="metric")
    [deadline, *_] = desk.page("business_goals", "deadline", item).fields
    assert (deadline.parts, deadline.proposed) == (("", "", ""), False)
    desk.write_period()
    [deadline, *_] = desk.page("business_goals", "deadline", item).fields
    assert (deadline.parts, deadline.proposed) == (("31", "12", "2027"), True)
    assert desk.value("business_goals.goals", item).get("deadline") is None


def test_a_new_strategy_proposes_the_coming_financial_year(desk):
    _, first, last = desk.page("business_goals", "period", today=TODAY).fields
    assert (first.parts, last.parts) == (("1", "1", "2027"), ("31", "12", "2027"))
    assert first.proposed
    desk.save("business_goals.period", autosave=True, first_day="1 Apr 2027")
    _, first, last = desk.page("business_goals", "period", today=TODAY).fields
    assert (first.parts, last.parts) == (("1", "4", "2027"), ("", "", ""))


def test_a_page_says_who_saved_it_and_when(desk):
    saved = desk.save("proposition.overlap", by=desk.nok, overlap="Filters that fit")
    page = desk.page("proposition", "overlap")
    assert (page.saved_by, page.saved_at, page.version) == ("Nok", saved.at, 1)


def test_pages_that_do_not_exist_are_refused(desk):
    for place in (("x", "y", None), ("proposition", "y", None), ("business_goals", "goals", "no")):
        with pytest.raises(Refusal):
            desk.page(*place)
    with pytest.raises(Refusal):
        desk.page("business_goals", "measure")


def test_a_section_that_must_wait_says_for_what(desk):
    assert render(desk.page("team_goals", "goals").reason, "en") == (
        "Starts when there is a business goal"
    )
    desk.add("business_goals.goals", statement="Grow")
    assert desk.page("team_goals", "goals").reason is None


# --- Forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", WORKSHEETS.asked.values(), ids=lambda one: one.address)
def test_what_a_page_shows_comes_back_from_its_form_unchanged(desk, asked):
    goal, team_goal, kpi = desk.write_everything()
    items = {"business_goals.goals": goal, "team_goals.goals": team_goal, "team_goals.kpis": kpi}
    if asked.question.key == "done":
        goal = desk.add("business_goals.goals", statement="A department", kind="milestone")
        desk.save("business_goals.done", goal, evidence="A head is in post")
        items["business_goals.goals"] = goal
    item = items.get(asked.store, "")
    if asked.has_rows and not item:
        rows = desk.book().of(asked.store)
        item = rows[0].item if rows else desk.begin(asked.address)
        desk.make_shown(asked)
    page = desk.page(asked.section.key, asked.question.key, item)
    sent: dict[str, list[str]] = {}
    for field in page.fields:
        if field.kind == "date":
            sent |= {
                f"{field.key}.{part}": [text]
                for part, text in zip(forms.DAY_PARTS, field.parts, strict=True)
            }
        elif field.choices:
            sent[field.key] = [one.value for one in field.choices if one.chosen]
        else:
            sent[field.key] = ["\n".join(field.lines)] if field.kind == "texts" else [field.text]
    values = forms.collect(asked, lambda name: sent.get(name, []))
    written = asked.section.key in ("business_goals", "proposition", "team_goals")
    saved = desk.save(asked.address, item, autosave=not written, **values)
    assert not saved.changed


def test_boxes_that_were_not_sent_are_empty():
    asked = WORKSHEETS.find("business_goals.deadline")
    assert forms.collect(asked, lambda name: []) == {
        "deadline": {"day": "", "month": "", "year": ""},
        "owner": "",
        "takes_part": [],
    }
    assert (
        forms.collect(asked, lambda name: ["2027-12-31"] if name == "deadline" else [])["deadline"]
        == "2027-12-31"
    )
