"""Meant in other words: names abroad and cut short, the one goal of a rate, the last one."""

from datetime import date

import pytest

from goals.fiscal import FiscalCalendar
from goals.questions import lexicon, nouns
from goals.questions.parse import Name, parse
from goals.questions.periods import Spoken

WORDS = lexicon.metric_words()


def goal(number, name, metric, segment=(), **more):
    return Name(
        number, name, WORDS[metric], segment=segment, owners=("Dana Kim", "Dana"),
        translated=nouns.single(name), **more,
    )  # fmt: skip


RATE = goal(1, "Rental win rate 35%", "win_rate", ("Machine rental",), is_sum=False)
REPAIRS = goal(2, "ซ่อมเครื่องเสร็จใน 24 ชม.", "resolution_time", is_sum=False)
KNOWN = [
    RATE,
    REPAIRS,
    goal(3, "40 new offices by Christmas", "new_customers"),
    goal(4, "老客户复购率45%", "repeat_rate", is_sum=False),
    goal(5, "展会线索300条", "leads_new", ("Trade show",), places=(nouns.elsewhere("Trade show"),)),
    goal(6, "เคสค้างไม่เกิน 30", "open_cases"),
    goal(7, "Year-end bookings", "revenue", ("Singapore",)),
]


def test_the_only_goal_for_a_rate_is_meant_by_its_metric_and_told():
    asked = parse("how's win rate", KNOWN)
    assert (asked.goals, asked.is_sure, asked.read_as) == ((1,), True, RATE.name)


def test_a_rate_with_two_goals_and_a_sum_of_a_part_are_asked_back():
    other = goal(8, "SMB wins", "win_rate", ("SMB",), is_sum=False)
    assert parse("how's win rate", [*KNOWN, other]).goals == (1, 8)
    asked = parse("how is revenue", KNOWN)
    assert (asked.goals, asked.is_sure) == ((7,), False)


@pytest.mark.parametrize(
    ("question", "intent", "goals"),
    [
        ("why are repairs slow", "why", (2,)),
        ("维修怎么这么慢", "why", (2,)),
        ("ซ่อมเครื่อง 24 ชม. หมดเขตวันไหน", "due", (2,)),
        ("展会300条怎么样", "status", (5,)),
        ("新办公室还差几家", "status", (3,)),
        ("Year-end bookings เหลือกี่วัน", "due", (7,)),
        ("leads count in october", "status", (5,)),
        ("เคสค้าง เดือน ต.ค. 69", "status", (6,)),
        ("复购率比上个月好点没", "compare", (4,)),
    ],
)
def test_names_are_found_by_their_words_abroad_and_cut_short(question, intent, goals):
    asked = parse(question, KNOWN)
    assert (asked.intent, asked.goals) == (intent, goals)


@pytest.mark.parametrize(
    "question",
    ["when is the next trade show", "งานแสดงสินค้าวันไหน", "下次展会什么时候", "who is Dana",
     "is Dana in today", "今天几号", "what day is it", "วันนี้วันที่เท่าไหร่", "现在几点",
     "ซ่อมเครื่องราคาเท่าไหร่", "客户总数多少", "เคสปิดไปกี่เคส", "how many repairs did we do",
     "win rate vs last"],
)  # fmt: skip
def test_what_only_sounds_like_a_goal_is_not_answered(question):
    assert parse(question, KNOWN).intent == "unknown"


def test_the_last_one_is_the_one_before_that_named_beside_it():
    asked = parse("win rate this quarter vs last", KNOWN)
    assert (asked.intent, asked.period, asked.against) == (
        "compare", Spoken("quarter"), Spoken("quarter", -1)
    )  # fmt: skip


def test_a_thai_month_may_stand_beside_the_last_digits_of_its_year():
    asked = parse("เคสค้าง เดือน ต.ค. 69", KNOWN)
    period = asked.period.on(date(2027, 3, 1), FiscalCalendar(1))
    assert (period.first, period.last) == (date(2026, 10, 1), date(2026, 10, 31))


def test_as_of_a_day_is_the_end_of_what_is_asked_about():
    asked = parse("win rate as of 31 oct", KNOWN)
    assert asked.period is not None
    assert (asked.period.day, asked.period.is_until) == (31, True)
