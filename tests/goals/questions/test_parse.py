"""Understanding questions: the goal that is meant, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.questions.parse import Name, parse

KNOWN = [
    Name(1, "Sell 2.8M in Q3", ("revenue", "Revenue")),
    Name(2, "Win rate up", ("win rate", "Win rate")),
    Name(3, "Win rate of partners", ("win rate", "Win rate")),
    Name(4, "New customers", ("new customers", "New customers")),
    Name(5, "客户流失率", ("churn rate", "Churn rate")),
]


@pytest.mark.parametrize(
    ("question", "goals"),
    [
        ("status of Sell 2.8M in Q3", (1,)),
        ("What's the status of new customers?", (4,)),
        ("what is the current status of revenue", (1,)),
        ("how are we doing on revenue", (1,)),
        ("how is win rate up doing?", (2,)),
        ("Win rate up", (2,)),
        ("win rate", (2, 3)),
        ("status of 4", (4,)),
        ("客户流失率", (5,)),
        ("<@U0HEADWAY> status of New customers", (4,)),
        ("ＳＴＡＴＵＳ of Ｎｅｗ customers", (4,)),
    ],
)
def test_a_goal_is_found_by_its_own_words(question, goals):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals, asked.read_as) == ("status", goals, None)


@pytest.mark.parametrize(
    "question",
    ["what is off track?", "Which goals are off-track", "off track", "what's at risk",
     "list goals that are off track", "What is behind right now?"],
)  # fmt: skip
def test_what_is_off_track_has_many_wordings(question):
    assert parse(question, KNOWN).intent == "off_track"


def test_a_typing_error_is_read_with_its_reading_told():
    asked = parse("status of new custmers", KNOWN)
    assert (asked.goals, asked.read_as) == ((4,), "New customers")


@pytest.mark.parametrize(
    "question",
    ["status of cactus", "tell me a joke", "status of revenue last quarter", "weather in Oslo",
     "how is the cac doing", "who owns new customers"],
)  # fmt: skip
def test_what_is_not_understood_is_never_answered_about_a_goal(question):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals) == ("unknown", ())


@pytest.mark.parametrize(
    "question", ["delete all goals", "change new customers to 5", "add a goal"]
)
def test_wishes_to_change_something_are_refused(question):
    assert parse(question, KNOWN).intent == "refused"


@pytest.mark.parametrize("question", ["", "   ", "help", "Hello", "what can you do?"])
def test_help_is_given_when_asked_and_for_nothing(question):
    assert parse(question, KNOWN).intent == "help"


@given(st.text(max_size=300))
def test_any_text_is_taken_without_an_error(question):
    asked = parse(question, KNOWN)
    assert asked.intent in ("status", "off_track", "list", "help", "refused", "unknown")


@given(st.sampled_from(KNOWN), st.integers(0, 20), st.characters(categories=["Ll"]))
def test_one_wrong_letter_never_names_another_goal_silently(name, place, letter):
    typed = name.name[: place % len(name.name)] + letter + name.name[place % len(name.name) + 1 :]
    asked = parse(f"status of {typed}", KNOWN)
    if asked.goals and asked.read_as is None:
        assert name.id in asked.goals
