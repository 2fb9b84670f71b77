"""What is kept of what people type, and what is said when it is not understood."""

import pytest

from goals.metrics import catalogue
from goals.words import render
from strategy.worksheets import fields, figures
from strategy.worksheets.content import Field, Option
from strategy.worksheets.setting import Setting

ABOUT = Setting(
    currency="THB",
    metrics=catalogue.METRICS,
    members={"1": "Dana"},
    names={"1": "Dana", "2": "Left"},
    teams={"7": "Sales"},
)
ROWS = {"business_goals.goals": {"a": "Grow"}}


def clean(kind, raw, values=None, **more):
    field = Field(key=more.pop("key", "number"), kind=kind, label="Label", **more)
    return fields.clean(field, raw, values or {}, ABOUT, ROWS)


def said(cleaned):
    return render(cleaned.problem.message, "en")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,500", "1500"),
        ("1.5M", "1500000"),
        ("1 500 000", "1500000"),
        ("๑,๕๐๐", "1500"),
        ("１５００", "1500"),
        ("2.5 ล้าน", "2500000"),
        ("150万", "1500000"),
        ("1.2亿", "120000000"),
        ("−3", "-3"),
        ("0", "0"),
        (".5", "0.5"),
        ("40 thousand", "40000"),
    ],
)
def test_numbers_are_read_in_three_languages(typed, value):
    assert clean("number", typed) == fields.Cleaned(value)
    # What is kept reads back as the same.
    assert clean("number", value) == fields.Cleaned(value)


@pytest.mark.parametrize("typed", ["1,5", "1.2.3", "1e5", "NaN", "many", "12 15", "0.00000001"])
def test_what_is_not_one_number_stays_as_it_was_typed(typed):
    found = clean("number", typed)
    assert found.value == typed
    assert said(found) == "Write a number, such as 1,500 or 1.5M."


@pytest.mark.parametrize("typed", ["฿1.5M", "1.5M THB", "1,500,000 บาท", "thb 1500k"])
def test_money_may_name_the_currency_of_the_workspace(typed):
    assert clean("money", typed) == fields.Cleaned("1500000")


def test_money_of_another_currency_is_not_taken_for_ours():
    found = clean("money", "$80")
    assert (found.value, said(found)) == ("$80", "Write the amount in THB.")


def test_a_dollar_sign_fits_any_dollar():
    assert figures.fits("$", "SGD")
    assert not figures.fits("USD", "SGD")


@pytest.mark.parametrize("typed", ["10%", "10", "10 %", "๑๐%", "10 percent", "百分之10"])
def test_percentages_are_read_with_and_without_the_sign(typed):
    assert clean("percent", typed) == fields.Cleaned("10%")


def test_a_fraction_without_a_percent_sign_is_asked_about():
    found = clean("percent", "0.81")
    assert found.value == "0.81"
    assert said(found) == "Write 81% or 0.81%, so that it is clear which is meant."
    assert clean("percent", "0.81%") == fields.Cleaned("0.81%")


@pytest.mark.parametrize(
    "typed",
    [
        "31 Dec 2027",
        "31/12/2027",
        "2027-12-31",
        "31 ธ.ค. 2570",
        "๓๑/๑๒/๒๕๗๐",
        "2027年12月31日",
        {"day": "31", "month": "12", "year": "2027"},
        {"day": "31", "month": "12", "year": "2570"},
        {"day": "31", "month": "December", "year": "2027"},
    ],
)
def test_days_are_read_in_either_era(typed):
    assert clean("date", typed) == fields.Cleaned("2027-12-31")


def test_a_day_that_does_not_exist_stays_in_its_boxes():
    found = clean("date", {"day": "31", "month": "2", "year": "2027"})
    assert fields.day_parts(found.value) == ("31", "2", "2027")
    assert said(found) == "Write a day with its month and year, such as 31 12 2027."
    assert clean("date", {"day": "", "month": "", "year": ""}) == fields.Cleaned("")


def test_a_last_day_must_follow_the_first():
    values = {"first_day": "2027-01-01"}
    found = clean("date", "1 Jan 2027", values, after="first_day")
    assert said(found) == "Choose a last day that is after the first."


def test_texts_are_composed_and_lose_what_cannot_be_stored():
    assert clean("long_text", "  cafe\u0301\x00 \r\nbar\ud800 ") == fields.Cleaned("café \nbar")
    assert clean("text", " one\n two ") == fields.Cleaned("one two")


def test_a_huge_text_is_refused_with_its_limit_and_kept():
    found = clean("long_text", "ก" * 600_000, longest=400)
    assert len(found.value) == 600_000
    assert found.problem.code == "long"
    assert said(found) == "Shorten this to 400 characters. It has 600,000 now."


def test_lists_hold_one_entry_a_line():
    assert clean("texts", "one\n\n two \n") == fields.Cleaned(["one", "two"])
    assert clean("texts", ["one", "two\nthree"]) == fields.Cleaned(["one", "two", "three"])
    assert said(clean("texts", ["x" * 301])).startswith("Shorten each line to 300")
    assert said(clean("texts", ["x"] * 31)) == "Write at most 30 lines. There are 31 now."


def test_choices_come_from_the_list_and_keep_its_order():
    options = (Option("a", "A"), Option("b", "B"))
    assert clean("choice", "a", options=options) == fields.Cleaned("a")
    assert said(clean("choice", "c", options=options)) == "Choose from the list."
    assert clean("choices", ["b", "a"], options=options) == fields.Cleaned(["a", "b"])


def test_people_teams_metrics_and_rows_must_exist_now():
    assert clean("member", "1") == fields.Cleaned("1")
    assert said(clean("member", "2")) == "Choose somebody who is a member now."
    assert clean("team", "7") == fields.Cleaned("7")
    assert clean("metric", "win_rate") == fields.Cleaned("win_rate")
    assert said(clean("metric", "luck")) == "Choose a number from the list."
    assert clean("reference", "a", refers_to="business_goals.goals") == fields.Cleaned("a")
    gone = clean("reference", "z", refers_to="business_goals.goals")
    assert said(gone) == "What was chosen is gone. Choose again."


def test_where_there_is_nobody_to_choose_nothing_is_required():
    empty = Setting(currency="THB", metrics={}, members={}, names={}, teams={})
    field = Field(key="team", kind="team", label="Team", required=True, missing="Choose the team")
    assert fields.missing(field, "", empty, {}) is None
    found = fields.missing(field, "", ABOUT, {})
    assert found is not None
    assert found.message.id == "Choose the team"


WIN = {"metric": "win_rate", "direction": "up"}
MONEY = {"metric": "revenue", "direction": "up"}


@pytest.mark.parametrize(
    ("values", "typed", "kept"),
    [
        ({**WIN, "change": "target"}, "81", "81%"),
        ({**WIN, "change": "target"}, "81%", "81%"),
        ({**WIN, "change": "points"}, "+5 points", "5"),
        ({**WIN, "change": "relative"}, "10", "10%"),
        ({**MONEY, "change": "target"}, "฿42M", "42000000"),
        ({**MONEY, "change": "delta"}, "2 ล้าน", "2000000"),
        ({"metric": "cac", "direction": "down", "change": "delta"}, "-35", "35"),
        ({"kind": "headcount", "direction": "up", "change": "relative"}, "10%", "10%"),
        ({"metric": "nrr", "direction": "up", "change": "target"}, "105%", "105%"),
    ],
)
def test_a_number_takes_the_unit_of_its_metric(values, typed, kept):
    found = clean("quantity", typed, values)
    assert found == fields.Cleaned(kept)
    assert clean("quantity", kept, values) == fields.Cleaned(kept)


@pytest.mark.parametrize(
    ("values", "typed", "words"),
    [
        ({**WIN, "change": "target"}, "0.8", "Write 80% or 0.8%"),
        ({**WIN, "change": "target"}, "120%", "Win rate cannot come to 120%"),
        ({**WIN, "change": "delta"}, "5", "Choose percentage points"),
        ({**MONEY, "change": "points"}, "5", "Revenue is not a percentage"),
        ({**MONEY, "change": "target"}, "10%", "without the percent sign"),
        ({**MONEY, "change": "target"}, "$5M", "Write the amount in THB"),
        ({**MONEY, "change": "relative"}, "0", "above zero"),
        ({**MONEY, "change": "relative"}, "-10%", "without a minus sign"),
        ({"metric": "leads_new", "change": "target"}, "฿10", "not an amount of money"),
    ],
)
def test_a_number_that_does_not_fit_its_metric_says_what_would(values, typed, words):
    found = clean("quantity", typed, values)
    assert found.value == typed
    assert words in said(found)


def test_keeping_a_number_states_it_as_the_number_itself():
    values = {"metric": "win_rate", "direction": "at_least", "change": "relative"}
    assert clean("quantity", "80", values) == fields.Cleaned("80%")
