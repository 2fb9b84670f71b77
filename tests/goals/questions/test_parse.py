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
    ["status of cactus", "tell me a joke", "status of revenue two quarters ago", "weather in Oslo",
     "how is the cac doing", "who owns the weather"],
)  # fmt: skip
def test_what_is_not_understood_is_never_answered_about_a_goal(question):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals) == ("unknown", ())


@pytest.mark.parametrize(
    "question", ["delete all goals", "change new customers to 5", "add a goal"]
)
def test_wishes_to_change_something_are_refused(question):
    assert parse(question, KNOWN).intent == "refused"


MANY = [
    Name(21, "Help desk"),
    Name(22, "Order status"),
    Name(23, "Revenue south"),
    Name(24, "Sell 30% more in 2027"),
    Name(25, "Win rate of partners", ("close rate",)),
    Name(26, "Big wins", ("win rate",)),
    Name(27, "新客户收入"),
    Name(28, "Increase leads"),
    Name(29, "🚀🚀"),
    Name(30, "C#"),
    Name(31, "C"),
    Name(32, "Get off track deals back"),
    Name(33, "ปีนี้"),
    Name(34, "Churn"),
    Name(35, "Churn rate"),
    Name(36, "help"),
    Name(37, "Cost in $"),
    Name(38, "Ready"),
    Name(39, "Ready?"),
]


@pytest.mark.parametrize(
    "question",
    ["status of revenue north", "status of sell 30% more in 2026", "sell 20% more in 2027",
     "老客户收入", "status of decrease leads", "status of ปูนี่", "status of cost in €",
     "churn rate " + "x" * 600, "status of churn" + " " * 40_000 + "years ago"],
)  # fmt: skip
def test_another_number_word_or_character_is_no_typing_error(question):
    asked = parse(question, MANY)
    assert (asked.intent, asked.goals) == ("unknown", ())


@pytest.mark.parametrize(
    ("question", "intent"),
    [("help", "help"), ("off track", "off_track"), ("status", "list"), ("goals", "list")],
)
def test_the_words_for_help_and_lists_keep_their_meaning_beside_such_names(question, intent):
    assert parse(question, MANY).intent == intent


@pytest.mark.parametrize(
    ("question", "goals"),
    [
        ("order status", (22,)),
        ("status of help", (36,)),
        ("status of churn", (34,)),
        ("🚀🚀", (29,)),
        ("status of C#", (30,)),
        ("c", (31,)),
        ("status of ปีนี้", (33,)),
        ("How’s churn doing?", (34,)),
        ("‮status⁦ of churn rate", (35,)),
        ("status of ready?", (38, 39)),
        ("win rate", (25, 26)),
    ],
)
def test_a_name_is_taken_to_the_letter_and_two_readings_are_both_offered(question, goals):
    asked = parse(question, MANY)
    assert (asked.intent, asked.goals, asked.read_as) == ("status", goals, None)


def test_what_phones_make_of_an_apostrophe_is_one():
    assert parse("What’s off track?", MANY).intent == "off_track"


def test_a_part_of_a_name_is_read_with_its_reading_told():
    assert parse("status of desk", MANY).read_as == "Help desk"
    assert parse("status of partners", MANY).read_as == "Win rate of partners"


@pytest.mark.parametrize("question", ["", "   ", "help", "Hello", "what can you do?"])
def test_help_is_given_when_asked_and_for_nothing(question):
    assert parse(question, KNOWN).intent == "help"


@given(st.text(max_size=300))
def test_any_text_is_taken_without_an_error(question):
    asked = parse(question, KNOWN)
    assert asked.goals == () or set(asked.goals) <= {one.id for one in KNOWN}


@given(st.sampled_from(KNOWN), st.integers(0, 20), st.characters(categories=["Ll"]))
def test_one_wrong_letter_never_names_another_goal_silently(name, place, letter):
    typed = name.name[: place % len(name.name)] + letter + name.name[place % len(name.name) + 1 :]
    asked = parse(f"status of {typed}", KNOWN)
    if asked.goals and asked.read_as is None:
        assert name.id in asked.goals


@pytest.mark.parametrize(
    "question",
    ["status new customers", "hows new customers going", "is new customers on track?",
     "are we on track for new customers", "where are we on new customers?",
     "where do we stand with new customers", "tell me about new customers",
     "give me an update on new customers please", "status of the new customers goal, please",
     "status: new customers", "- status of new customers", "*status of new customers*",
     "can you show me the status of new customers right now?", "new customers progress",
     "statsu of new customers", "how's \"New customers\" looking today"],
)  # fmt: skip
def test_the_status_of_a_goal_is_asked_for_in_many_wordings(question):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals, asked.read_as) == ("status", (4,), None)


@pytest.mark.parametrize(
    "question",
    ["whats off-track", "anything off track?", "what is of track", "waht is off track",
     "is anything behind", "are any goals at risk", "what needs attention", "are we on track?",
     "please tell me what's off track today", "which of our goals are off track"],
)  # fmt: skip
def test_what_needs_attention_is_asked_for_in_many_wordings(question):
    assert parse(question, KNOWN).intent == "off_track"


@pytest.mark.parametrize(
    ("question", "intent"),
    [("show me status of everything", "list"), ("how are we doing?", "list"),
     ("hello there", "help"), ("how do I use this", "help"), ("thanks", "help")],
)  # fmt: skip
def test_lists_and_help_are_asked_for_in_many_wordings(question, intent):
    assert parse(question, KNOWN).intent == intent


def test_a_hyphen_between_the_words_of_a_name_is_read_as_the_name():
    assert parse("status of new-customers", KNOWN).goals == (4,)


@pytest.mark.parametrize(
    "question",
    ["who owns the car", "when is lunch due", "why did we lose the Acme deal",
     "what can we do about the weather", "how can I improve my golf", "why", "explain gravity",
     "how about the weather", "tell me about cats", "is Oslo behind", "stats of cats",
     "status of new customers two quarters ago", "compare new customers and the weather"],
)  # fmt: skip
def test_a_question_of_another_kind_is_not_answered_with_a_status(question):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals) == ("unknown", ())


@pytest.mark.parametrize(
    "question",
    ["Why is new customers behind?", "why are we off track on new customers",
     "how come new customers is so low", "what's driving new customers",
     "what is holding new customers back", "the reasons for new customers, please",
     "explain new customers", "why isn't the new customers goal on track?",
     "break down the gap of new customers", "why new customers"],
)  # fmt: skip
def test_reasons_are_asked_for_in_many_wordings(question):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals) == ("why", (4,))


@pytest.mark.parametrize(
    "question",
    ["What can we do about new customers?", "how do we get new customers back on track",
     "how can we fix new customers", "what to try for new customers",
     "remedies for new customers", "what should I do about new customers now"],
)  # fmt: skip
def test_remedies_are_asked_for_in_many_wordings(question):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals) == ("remedies", (4,))


@pytest.mark.parametrize(
    ("question", "intent", "goals"),
    [
        ("What is off track this quarter?", "off_track", ()),
        ("how is new customers doing this month", "status", (4,)),
        ("Show all goals in the current year, please", "list", ()),
    ],
)
def test_the_running_period_narrows_what_is_asked(question, intent, goals):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals) == (intent, goals)
    assert asked.period.unit in ("quarter", "month", "year")


@pytest.mark.parametrize(
    "question", ["tell me a joke this quarter", "status of new customers last decade", "this week"]
)
def test_another_period_or_another_question_is_still_not_understood(question):
    assert parse(question, KNOWN).intent == "unknown"


def test_a_name_with_a_period_in_it_is_that_name():
    known = [Name(1, "Calls"), Name(2, "Calls this week")]
    asked = parse("how is calls this week", known)
    assert (asked.goals, asked.period) == ((2,), None)
