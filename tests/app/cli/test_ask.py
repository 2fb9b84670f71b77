import pytest

ANSWER = {
    "kind", "intent", "text", "lang", "read_as", "goal", "metric", "value", "target", "status",
    "period", "goals", "choices", "receipt",
}  # fmt: skip
RECEIPT = {
    "id", "text", "formula", "numerator", "denominator", "n", "as_of", "source", "url",
}  # fmt: skip
PRIVATE = (
    "goal", "add", "--name", "Secret plan", "--metric", "revenue", "--kind", "cumulative",
    "--direction", "up", "--target", "1", "--from", "2026-01-01", "--to", "2026-03-31",
    "--visibility", "private",
)  # fmt: skip


@pytest.fixture
def judged(acme):
    acme.json("review", "--today", "2026-02-14")
    return acme


def answered(here, question, *words):
    told = here.json("ask", question, *words)
    assert set(told) == ANSWER
    return told


def test_a_question_about_a_goal_is_answered_with_evidence(judged):
    told = answered(judged, "how is sell more going")
    assert (told["kind"], told["intent"], told["lang"]) == ("answer", "status", "en")
    assert told["goal"]["name"] == "Sell more"
    assert (told["metric"], told["value"], told["target"]) == ("revenue", 400, 1200)
    assert told["status"] == "off_track"
    assert set(told["receipt"]) == RECEIPT
    assert (told["receipt"]["numerator"], told["receipt"]["n"]) == (400, 2)
    assert set(told["period"]) == {"from", "to", "label"}
    assert (told["period"]["from"], told["period"]["to"]) == ("2026-01-01", "2026-03-31")


def test_the_answer_has_the_numbers_of_the_status(judged):
    told = answered(judged, "sell more")
    [seen] = judged.json("status", "Sell more")["goals"]
    assert (told["value"], told["target"], told["status"], told["receipt"]["id"]) == (
        seen["actual"],
        seen["target"],
        seen["status"],
        seen["receipt"],
    )


def test_what_is_off_track_is_listed_as_status_objects(judged):
    told = answered(judged, "what is off track?")
    assert (told["kind"], told["intent"], told["goal"]) == ("answer", "off_track", None)
    assert told["goals"] == judged.json("status", "Sell more")["goals"]


def test_what_cannot_be_answered_is_no_failure(judged):
    told = answered(judged, "what is the weather in Bangkok")
    assert (told["kind"], told["value"], told["receipt"]) == ("unknown", None, None)


def test_a_wish_to_change_something_is_refused_and_changes_nothing(judged):
    before = judged.json("status")["goals"]
    told = answered(judged, "delete the goal sell more")
    assert told["kind"] == "refused"
    assert judged.json("status")["goals"] == before


def test_of_goals_with_one_name_one_is_chosen(judged):
    terms = [one for one in PRIVATE if one not in ("--visibility", "private")]
    for _ in range(2):
        judged.json(*[one.replace("Secret plan", "Twin") for one in terms], *owner())
    told = answered(judged, "status of twin")
    assert told["kind"] == "choose"
    assert all(set(one) == {"label", "question"} for one in told["choices"])
    for one in told["choices"]:
        assert answered(judged, one["question"])["kind"] == "answer"


def owner(name="olga"):
    return ("--owner", f"{name}@acme.example")


def test_without_a_name_the_owner_asks(judged):
    judged.json(*PRIVATE, *owner("ed"))
    assert answered(judged, "secret plan")["goal"]["name"] == "Secret plan"


def test_a_member_learns_nothing_about_a_goal_of_others(judged):
    judged.json(*PRIVATE, *owner())
    for words in (("--as", "vic@acme.example"), ("--channel", "C0SALES01")):
        told = answered(judged, "secret plan", *words)
        assert (told["kind"], told["goal"]) == ("unknown", None)
        assert "Secret plan" not in str(told["choices"]) + str(told["goals"])


def test_a_goal_of_ones_own_may_be_asked_for(judged):
    judged.json(*PRIVATE, *owner("ed"))
    told = answered(judged, "secret plan", "--as", "ED@acme.example")
    assert told["goal"]["name"] == "Secret plan"


def test_a_stranger_cannot_be_asked_for(judged):
    error = judged.error("ask", "goals", "--as", "nobody@acme.example", code=2)
    assert error["code"] == "unknown_member"


@pytest.mark.parametrize(("given", "lang"), [("th", "th"), ("zh-CN", "zh_Hans"), ("en-GB", "en")])
def test_the_answer_comes_in_the_language_asked_for(judged, given, lang):
    told = answered(judged, "sell more", "--lang", given)
    assert (told["lang"], told["value"]) == (lang, 400)


def test_an_unknown_language_exits_2(judged):
    assert judged.error("ask", "goals", "--lang", "de", code=2)["code"] == "usage"


def test_a_question_may_start_with_a_dash(judged):
    code, out, err = judged.say("ask", "--json", "--", "-sell more")
    assert (code, err) == (0, "")
    assert out.count("\n") == 1


def test_an_empty_question_is_answered_with_help(judged):
    assert answered(judged, "")["kind"] in ("answer", "unknown")
    assert answered(judged, "help")["intent"] == "help"
