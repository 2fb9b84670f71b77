"""Questions in Thai, Chinese and mixtures; what is left over; what goes on from before."""

import pytest

from goals.questions import lexicon
from goals.questions.known import team_words as _team
from goals.questions.parse import Name, parse

WORDS = lexicon.metric_words()


def goal(number, name, metric, owner, team, segment=()):
    return Name(
        number, name, WORDS[metric], segment=segment, owners=(owner,), teams=_team(team)
    )  # fmt: skip


KNOWN = [
    goal(1, "Won revenue", "revenue", "Dana Kim", "Sales"),
    goal(2, "Won revenue Thailand", "revenue", "Somchai Jaidee", "Sales", ("Thailand",)),
    goal(3, "Cut churn to 3%", "churn_rate", "Li Wei", "Service"),
    goal(4, "Win rate 30%", "win_rate", "Dana Kim", "Sales"),
    goal(5, "ลูกค้าใหม่ 200 ราย", "new_customers", "Somchai Jaidee", "Marketing"),
    goal(6, "客户满意度", "csat", "王伟", "Service"),
]


@pytest.mark.parametrize(
    ("question", "intent", "goals"),
    [
        ("ขอ status ของ churn หน่อย", "status", (3,)),
        ("churn 怎么样", "status", (3,)),
        ("churn 为什么这么高？", "why", (3,)),
        ("อัตราการชนะเป็นยังไงบ้างคะ", "status", (4,)),
        ("ลูกค้าใหม่ตอนนี้เท่าไหร่แล้ว", "status", (5,)),
        ("客戶滿意度如何", "status", (6,)),
        ("本季度的贏單率怎麼樣？", "status", (4,)),
        ("ทำไมอัตราการเลิกใช้ถึงสูง", "why", (3,)),
        ("流失率能达标吗", "forecast", (3,)),
        ("will we hit the win rate", "forecast", (4,)),
        ("ใครดูแล win rate", "owner", (4,)),
        ("who owns win rate", "owner", (4,)),
        ("อัตราการเลิกใช้ครบกำหนดเมื่อไหร่", "due", (3,)),
        ("赢单率跟上季度比怎么样", "compare", (4,)),
        ("win rate this quarter vs last quarter", "compare", (4,)),
        ("流失率最近有什么变化", "changed", (3,)),
        ("赢单率是怎么算的", "definition", (4,)),
        ("怎么改善流失率？", "remedies", (3,)),
        ("มีเป้าหมายไหนหลุดแผนบ้าง", "off_track", ()),
        ("哪些目标超前了", "ahead", ()),
        ("เป้าไหนข้อมูลเก่า", "stale", ()),
        ("我的业绩怎么样", "my_number", ()),
        ("พูดภาษาไทยได้ไหม", "language", ()),
        ("你能做什么", "help", ()),
        ("把流失率目标改成5%", "refused", ()),
        ("ช่วยเปลี่ยนเป้าหมาย churn เป็น 5%", "refused", ()),
    ],
)
def test_a_question_is_understood_in_each_language(question, intent, goals):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals) == (intent, goals)


@pytest.mark.parametrize(
    "question",
    ["won revenue France", "法国收入怎么样", "ยอดขายเวียดนามเป็นยังไง", "churn of partners",
     "is lost revenue Thailand on track?", "win rate excluding renewals", "不算续约的流失率",
     "อัตราการเลิกใช้ของลูกค้าญี่ปุ่นเท่าไหร่", "赢单率不包括大客户"],
)  # fmt: skip
def test_a_word_that_nobody_knows_is_never_passed_over(question):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals) == ("unknown", ())


def test_what_was_not_understood_is_named():
    assert parse("how is gizmo revenue", KNOWN).rest == "gizmo revenue"
    assert parse("ยอดขายเวียดนามเป็นยังไง", KNOWN).rest == "ยอดขายเวียดนาม"


def test_a_metric_that_several_goals_are_about_is_asked_back():
    assert parse("how is revenue", KNOWN).goals == (1, 2)
    assert parse("revenue in Thailand", KNOWN).goals == (2,)


def test_the_only_goal_for_a_segment_is_confirmed_before_it_answers_for_the_metric():
    asked = parse("how is revenue", KNOWN[1:])
    assert (asked.goals, asked.is_sure) == ((2,), False)


@pytest.mark.parametrize(
    ("question", "goals"),
    [("Dana Kim's goals", (1, 4)), ("show me the sales team's goals", (1, 2, 4)),
     ("ทีม Service มีเป้าอะไรบ้าง", (3, 6)), ("Service团队的目标", (3, 6))],
)  # fmt: skip
def test_goals_are_listed_by_whose_they_are(question, goals):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals, asked.is_group) == ("list", goals, True)


@pytest.mark.parametrize(
    ("question", "scope"),
    [("my goals", "me"), ("เป้าหมายของฉัน", "me"), ("我们团队的目标", "team"),
     ("goals in this channel", "channel"), ("本频道的目标", "channel")],
)  # fmt: skip
def test_goals_are_listed_by_who_asks_and_where(question, scope):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.scope) == ("list", scope)


@pytest.mark.parametrize(
    ("before", "question", "intent", "goals", "ahead"),
    [
        ("how is churn this quarter", "and last quarter?", "status", (3,), -1),
        ("churn เป็นยังไงบ้าง", "แล้วไตรมาสก่อนล่ะ", "status", (3,), -1),
        ("流失率怎么样", "那上季度呢?", "status", (3,), -1),
        ("how is churn", "why?", "why", (3,), None),
        ("why is churn so high", "and win rate?", "why", (4,), None),
        ("how is churn", "who owns it?", "owner", (3,), None),
        ("流失率怎么样", "谁负责？", "owner", (3,), None),
    ],
)
def test_a_short_question_goes_on_from_the_one_before(before, question, intent, goals, ahead):
    asked = parse(question, KNOWN, parse(before, KNOWN))
    assert (asked.intent, asked.goals) == (intent, goals)
    assert (None if asked.period is None else asked.period.ahead) == ahead


@pytest.mark.parametrize("question", ["and last quarter?", "why?", "那上季度呢?", "และไตรมาสก่อนล่ะ"])
def test_a_short_question_alone_is_no_question(question):
    assert parse(question, KNOWN).intent == "unknown"
    assert parse(question, KNOWN, parse("what is the weather", KNOWN)).intent == "unknown"


def test_the_phrases_of_a_language_say_what_the_product_knows():
    known = {meaning for meanings in lexicon.phrases().values() for meaning in meanings}
    plain = {one for one in known if ":" not in one}
    assert {"status", "why", "filler", "off", "ahead", "risk"} <= plain
    metrics = {one.removeprefix("metric:") for one in known if one.startswith("metric:")}
    from goals.metrics import catalogue

    assert metrics == set(catalogue.METRICS)
