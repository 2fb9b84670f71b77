"""What the worksheets notice: propositions in three languages, business goals, teams and KPIs."""

import pytest

from goals.words import render
from strategy.worksheets import setting
from strategy.worksheets.rules import every, marks, proposition

KONRATH = {
    "who_we_help": "Large companies with rising health costs",
    "problem": "Health costs rise every year",
    "result_with_number": "A lower cost of employee benefit plans",
    "proof_case": "A manufacturer of the same size saved more than $800,000 in only six months",
    "sentence": "Large companies pay less for employee benefit plans without cutting benefits.",
}


def found(**said):
    return {one.rule: one.severity for one in proposition.findings(said)}


def parts(**said):
    return [one.evidence for one in proposition.value_parts(said)]


def test_a_value_proposition_with_all_parts_has_nothing_to_mend():
    assert found(**KONRATH) == {}
    who, result, time, proof = parts(**KONRATH)
    assert who == "large companies"
    assert "$800,000" in result
    assert time == "in only six months"
    assert proof == KONRATH["proof_case"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Passion for excellence",
        "Innovation that moves the world forward",
        "คุณภาพที่โลกยอมรับ",
        "品质铸就辉煌",
        "品質鑄就輝煌",
    ],
)
def test_a_slogan_is_no_value_proposition(sentence):
    assert found(sentence=sentence) == {
        "value-customer": "fail",
        "value-result": "fail",
        "value-time": "weak",
        "value-proof": "weak",
    }


def test_a_slogan_that_says_you_still_promises_nothing():
    assert "value-result" in found(sentence="Quality you can trust")


@pytest.mark.parametrize(
    "sentence",
    [
        "Food plants with 2 to 20 lines cut filter stops from nine to two a year in six months.",
        "โรงงานอาหารลดการหยุดเครื่องจาก 9 ครั้งเหลือ 2 ครั้งภายในหกเดือน",
        "食品工厂在六个月内把停机从九次减到两次",
        "食品工廠在六個月內把停機從九次減到兩次",
    ],
)
def test_a_promise_with_customer_result_and_time_is_found_in_each_language(sentence):
    assert found(sentence=sentence) == {"value-proof": "weak"}
    who, result, time, _ = parts(sentence=sentence)
    assert who and result and time


def test_words_about_ourselves_are_no_customer():
    for sentence in ("Our team saves half", "本公司节省一半", "บริษัทของเราประหยัดครึ่งหนึ่ง"):
        assert "value-customer" in found(sentence=sentence)
    assert "value-customer" not in found(sentence="Your team saves half")


def test_the_size_of_the_customer_is_not_the_result():
    said = {"who_we_help": "Plants with 2 to 20 lines"}
    assert "value-result" in found(**said, sentence="Plants with 2 to 20 lines work well.")
    assert "value-result" not in found(**said, sentence="Plants with 2 to 20 lines save half.")


def test_a_time_frame_is_not_the_result():
    assert "value-result" in found(sentence="Plants run well within 6 months.")


@pytest.mark.parametrize(
    "usp",
    [
        "The only filter supplier in the region that measures each line before it quotes.",
        "Unlike others we deliver by bicycle.",
        "ร้านเดียวในจังหวัดที่ส่งของภายในวันเดียว",
        "ไม่มีใครส่งเร็วกว่าเราในภาคใต้",
        "唯一在报价前测量每条生产线的供应商",
        "唯一在報價前測量每條生產線的供應商",
        "我们比同行早三天交货",
    ],
)
def test_a_usp_that_tells_a_difference_passes_in_each_language(usp):
    assert found(usp_sentence=usp, proof="480 lines measured") == {}


@pytest.mark.parametrize(
    "usp",
    [
        "We make good filters.",
        "Customers come first",
        "Only the best for you",
        "A unique experience",
        "เราผลิตไส้กรองที่ดี",
        "เพื่อชีวิตที่ดีกว่า",
        "สร้างความแตกต่าง",
        "我们生产好的过滤器",
        "与众不同",
    ],
)
def test_a_usp_without_a_difference_is_flagged_in_each_language(usp):
    assert found(usp_sentence=usp, proof="480 lines")["usp-difference"] == "fail"


@pytest.mark.parametrize(
    ("usp", "lacking"),
    [
        ("We measure each line on site.", "Nobody measures each line on site before a quote"),
        ("เราวัดทุกสายการผลิตที่โรงงานก่อนเสนอราคา", "ไม่มีรายใดวัดทุกสายการผลิตที่โรงงาน"),
        ("我们先到现场测量每条生产线", "没有一家先到现场测量每条生产线"),
    ],
)
def test_what_rivals_lack_makes_the_difference_in_any_words(usp, lacking):
    assert "usp-difference" in found(usp_sentence=usp, proof="x", what_rivals_lack="Nothing")
    assert found(usp_sentence=usp, proof="x", what_rivals_lack=lacking) == {}


@pytest.mark.parametrize("usp", ["The best quality in town", "คุณภาพชั้นนำ", "一流的品质"])
def test_praise_is_quoted_back(usp):
    [praise] = [
        one for one in proposition.findings({"usp_sentence": usp}) if one.rule == "usp-praise"
    ]
    words = str(praise.evidence)
    assert words in usp
    assert words in render(praise.message, "en")


def test_a_usp_of_several_sentences_or_without_proof_is_a_warning_only():
    said = found(usp_sentence="Only we measure. We also deliver.")
    assert said == {"usp-length": "warn", "usp-proof": "warn"}


@pytest.mark.parametrize(
    "text",
    [
        "Only our customers cut stops by half in six months.",
        "ลูกค้าของเราเท่านั้นที่ลดการหยุดเครื่องลงครึ่งหนึ่งภายในหกเดือน",
        "只有我们的客户能在六个月内把停机减少一半",
    ],
)
def test_the_same_text_twice_is_flagged_in_each_language(text):
    said = {"proof": "x", "proof_case": "y"}
    assert found(**said, usp_sentence=text, sentence=text.rstrip(".") + " ") == {
        "pair-same": "fail"
    }


def test_a_sentence_that_its_writer_wants_to_look_at_again_stays_open():
    assert found(side_by_side="usp") == {"pair-again": "weak"}
    assert found(side_by_side="both") == {}


def test_an_empty_section_has_nothing_to_say():
    assert found() == {}


@pytest.mark.parametrize(
    ("text", "count"),
    [("One. Two.", 2), ("One", 1), ("1.5 million a year.", 1), ("一句。两句。", 2), ("", 0)],
)
def test_sentences_are_counted_by_their_ends(text, count):
    assert marks.sentences(text) == count


# --- Business goals, teams and KPIs ------------------------------------------------------------


def rules(desk, section):
    with desk.session() as session:
        about = setting.of(session)
    return [(one.rule, one.severity) for one in every.findings(desk.book(), about, section)]


def test_a_complete_strategy_has_no_findings(desk):
    desk.write_everything()
    assert [rules(desk, one) for one in ("business_goals", "proposition", "team_goals")] == [[]] * 3


def test_a_goal_without_owner_reason_or_steps_says_so(desk):
    desk.write_period()
    item = desk.add("business_goals.goals", statement="Grow", kind="milestone")
    desk.save("business_goals.deadline", item, deadline="31 Dec 2027")
    assert rules(desk, "business_goals") == [
        ("business-why", "weak"),
        ("business-how", "weak"),
        ("business-owner", "warn"),
    ]


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("31 Dec 2026", [("business-early", "fail")]),
        ("30 Jun 2028", [("business-late", "weak")]),
        ("30 Jun 2027", []),
    ],
)
def test_a_goal_must_end_within_the_strategy(desk, deadline, expected):
    desk.write_period()
    item = desk.write_goal()
    desk.save("business_goals.deadline", item, deadline=deadline)
    assert rules(desk, "business_goals") == expected


def test_one_goal_written_twice_is_noticed(desk):
    desk.write_period()
    desk.write_goal("Sales grow by a tenth")
    desk.write_goal("sales grow  by a tenth.")
    assert rules(desk, "business_goals") == [("business-twice", "weak")]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"direction": "up", "number": "70", "baseline": "71"}, [("business-side", "fail")]),
        ({"direction": "down", "number": "80", "baseline": "71"}, [("business-side", "fail")]),
        ({"direction": "up", "number": "80", "baseline": "71"}, []),
        ({"direction": "at_least", "number": "70", "baseline": "71"}, []),
        ({"change": "delta", "number": "10"}, [("business-baseline", "weak")]),
        ({"change": "delta", "number": "10", "baseline": "71"}, []),
    ],
)
def test_a_target_lies_on_the_right_side_of_where_it_starts(desk, terms, expected):
    desk.write_period()
    desk.write_goal(**{"metric": "csat", "change": "target", **terms})
    assert rules(desk, "business_goals") == expected


def test_a_team_goal_without_a_kpi_fails_and_a_kpi_without_a_goal_is_idle(desk):
    desk.write_period()
    parent = desk.write_goal()
    desk.write_team_goal(parent)
    desk.write_kpi(None)
    assert rules(desk, "team_goals") == [("team-kpi", "fail"), ("kpi-idle", "weak")]


def test_more_than_seven_kpis_are_too_many_for_one_owner(desk):
    desk.write_period()
    goal = desk.write_team_goal(desk.write_goal())
    for number in range(7):
        desk.write_kpi(goal, name=f"KPI {number}")
    assert rules(desk, "team_goals") == []
    desk.write_kpi(goal, name="One more")
    assert rules(desk, "team_goals") == [("kpi-many", "warn")]


def test_a_kpi_ends_with_the_goal_that_it_supports(desk):
    _, _, kpi = desk.write_everything()
    desk.save("team_goals.due", kpi, due="31 Jan 2028")
    assert rules(desk, "team_goals") == [("kpi-date", "weak")]
    desk.save("team_goals.due", kpi, due="31 Dec 2026")
    assert rules(desk, "team_goals") == [("kpi-date", "fail")]


def test_a_business_goal_that_no_team_supports_is_named(desk):
    desk.write_everything()
    desk.write_goal("Customers are happier")
    assert rules(desk, "team_goals") == [("team-support", "warn")]


def test_a_page_that_nobody_has_begun_is_not_scolded_for_what_is_missing(desk):
    item = desk.add("business_goals.goals", statement="Grow", kind="milestone")
    assert desk.page("business_goals", "reason", item).findings == ()
    desk.save("business_goals.reason", item, why="Because")
    assert [one.rule for one in desk.page("business_goals", "reason", item).findings] == [
        "business-how"
    ]


def test_thai_words_are_quoted_as_they_were_written():
    assert marks.shares("เราทำสวนให้ลูกค้า", "ลูกค้าอยากให้ทำสวนให้") == "ทำสวนให้"
