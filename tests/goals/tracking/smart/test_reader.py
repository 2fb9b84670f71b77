"""What the reader takes from a sentence in three languages."""

from datetime import date
from decimal import Decimal

import pytest

from goals.fiscal import FiscalCalendar
from goals.metrics import catalogue
from goals.tracking.smart.text import lexicon, look, reader

TODAY = date(2026, 3, 2)


def read(text, **more):
    return reader.read(text, today=TODAY, **more)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Sell 5 more by 30 June", date(2026, 6, 30)),
        ("Sell 5 more before February 14", date(2027, 2, 14)),
        ("Sell 5 more by the end of next quarter", date(2026, 6, 30)),
        ("Sell 5 more this year", date(2026, 12, 31)),
        ("Sell 5 more by 2026-09-01", date(2026, 9, 1)),
        ("Sell 5 more within six months", date(2026, 9, 2)),
        ("Sell 5 more at year end", date(2026, 12, 31)),
        ("Sell 5 more by Friday", date(2026, 3, 6)),
        ("Sell 5 more from March to August 2026", date(2026, 8, 31)),
        ("ขายเพิ่ม 5 ชิ้นภายในสิ้นไตรมาส", date(2026, 3, 31)),
        ("ขายเพิ่ม 5 ชิ้นภายในสิ้นไตรมาส 3", date(2026, 9, 30)),
        ("ขายเพิ่ม 5 ชิ้นภายใน ๓๐ ก.ย. ๒๕๖๙", date(2026, 9, 30)),
        ("ขายเพิ่ม 5 ชิ้นภายใน 30 ก.ย. 69", date(2026, 9, 30)),
        ("ขายเพิ่ม 5 ชิ้นในปีหน้า", date(2027, 12, 31)),
        ("ขายเพิ่ม 5 ชิ้นภายในหกเดือน", date(2026, 9, 2)),
        ("季度末之前多卖5件", date(2026, 3, 31)),
        ("三季度末前多卖5件", date(2026, 9, 30)),
        ("二〇二六年多卖5件,2026年9月30日前", date(2026, 9, 30)),
        ("六个月内多卖5件", date(2026, 9, 2)),
        ("明年底前多卖5件", date(2027, 12, 31)),
        ("2028年前多卖5件", date(2027, 12, 31)),
    ],
)
def test_a_phrase_names_a_last_day(text, day):
    assert read(text).deadline == day


@pytest.mark.parametrize(
    "text",
    [
        "Answer calls within 20 seconds",
        "Answer every lead within one day",
        "Last year we sold 500",
        "Sign 5 customers every month",
        "ตอบภายใน 20 วินาที",
        "ปีที่แล้วขายได้ 500",
        "20秒内接听",
        "去年卖了500件",
        "彻底改进服务",
    ],
)
def test_not_every_time_is_a_deadline(text):
    assert read(text).deadline is None


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Sell 5 more by the end of the fiscal year", date(2026, 3, 31)),
        ("Sell 5 more this financial year", date(2026, 3, 31)),
        ("Sell 5 more by the end of next fiscal year", date(2027, 3, 31)),
        ("Sell 5 more by the end of fiscal year 2027", date(2027, 3, 31)),
        ("Sell 5 more by the end of the financial year 2027", date(2027, 3, 31)),
        ("Sell 5 more by the end of FY27", date(2027, 3, 31)),
        ("Sell 5 more by the end of Q1 FY27", date(2026, 6, 30)),
        ("Sell 5 more in Q1 FY 2028", date(2027, 6, 30)),
        ("Sell 5 more by the end of the year", date(2026, 12, 31)),
        ("ขายเพิ่ม 5 ชิ้นภายในสิ้นปีงบประมาณ", date(2026, 3, 31)),
        ("ขายเพิ่ม 5 ชิ้นภายในปีงบประมาณหน้า", date(2027, 3, 31)),
        ("本财年多卖5件", date(2026, 3, 31)),
        ("财年末之前多卖5件", date(2026, 3, 31)),
        ("下一财年多卖5件", date(2027, 3, 31)),
        ("本财政年度末之前多卖5件", date(2026, 3, 31)),
        ("年底前多卖5件", date(2026, 12, 31)),
    ],
)
def test_a_fiscal_year_is_the_companys_and_a_year_the_calendars(text, last):
    assert read(text, fiscal=FiscalCalendar(start_month=4)).deadline == last


def test_quarters_follow_the_companys_year():
    april = FiscalCalendar(start_month=4)
    assert read("Sell 5 more in Q1", fiscal=april).deadline == date(2026, 6, 30)
    assert read("Sell 5 more by the end of Q4", fiscal=april).deadline == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "change", "given", "baseline"),
    [
        ("Cut churn from 4% to 3%", "target", "0.03", "0.04"),
        ("Cut churn by 25%", "relative", "-0.25", None),
        ("Raise win rate by 5 points", "points", "0.05", None),
        ("Sign 12 new customers", "target", "12", None),
        ("Double web traffic", "relative", "1", None),
        ("Grow revenue to $2.4m", "target", "2400000", None),
        ("เพิ่มรายได้ร้อยละสิบ", "relative", "0.1", None),
        ("เพิ่มอัตราการชนะจาก ๒๒% เป็น ๒๘%", "target", "0.28", "0.22"),
        ("เพิ่มรายได้เป็น 8 ล้านบาท", "target", "8000000", None),
        ("收入提高三成", "relative", "0.3", None),
        ("把复购率由两成五提到三成", "target", "0.3", "0.25"),
        ("销售额达到一千万元", "target", "10000000", None),
        ("收入翻一番", "relative", "1", None),
        ("增购率提高5个百分点", "points", "0.05", None),
    ],
)
def test_a_number_is_read_with_its_unit(text, change, given, baseline):
    said = read(text)
    assert (said.change, said.given) == (change, Decimal(given))
    assert said.baseline == (None if baseline is None else Decimal(baseline))


@pytest.mark.parametrize("language", lexicon.LANGUAGES)
def test_every_number_of_the_catalogue_has_a_name_in_every_language(language):
    known = set(lexicon.lexicon(language).metrics.values())
    assert set(catalogue.METRICS) <= known
    assert all(one in catalogue.METRICS or one in catalogue.ALIASES for one in known)


def test_the_longest_name_counts():
    assert read("Raise new revenue by 5%").metric == "new_revenue"
    assert read("Cut revenue churn by 5%").metric == "revenue_churn"
    assert read("เพิ่มรายได้ใหม่ 5%").metric == "new_revenue"
    assert read("线索转化率提高到5%").metric == "lead_conversion"


def test_findings_point_at_the_writers_words():
    text = "Eliminate customer churn by getting more leads"
    for one in look.look(text, today=TODAY).findings:
        if one.span is not None:
            start, end = one.span
            assert 0 <= start < end <= len(text)
    [absolute] = [one for one in look.look(text, today=TODAY).findings if one.rule == "smart-A1"]
    start, end = absolute.span or (0, 0)
    assert text[start:end] == "Eliminate"


def test_not_sure_is_an_answer_and_blocks_nothing():
    other = look.look("Umsatz um 10% steigern", today=TODAY)
    assert set(other.letters.values()) == {None}
    assert not other.has_failed
    elsewhere = look.look("Same as last time, see the slides.", today=TODAY)
    assert set(elsewhere.letters.values()) == {None}


def test_an_empty_or_endless_text_is_read_without_harm():
    for text in ("", " ", "。", "1" * 5000, "by " * 3000, "จาก" * 2000, "把" * 3000):
        look.look(text, today=TODAY)


def test_the_same_text_gives_the_same_answer():
    text = "Grow sales by 12% by June by adding a second rep, since two rivals left."
    assert look.look(text, today=TODAY) == look.look(text, today=TODAY)


def test_fields_beside_the_sentence_count_as_said():
    text = "Cut churn from 4% to 3%."
    bare = look.look(text, today=TODAY).letters
    assert (bare["S"], bare["A"], bare["R"], bare["T"]) == ("weak", "fail", "fail", "fail")
    given = look.Given(why="Cash.", has_actions=True, deadline=date(2026, 9, 30), has_owner=True)
    assert look.look(text, today=TODAY, given=given).verdict == "smart"


def test_a_sentence_and_its_fields_must_agree():
    given = look.Given(metric="churn_rate", direction="up", target=Decimal("0.03"))
    found = look.look("Cut churn from 4% to 2%.", today=TODAY, given=given).findings
    assert "smart-M6" in {one.rule for one in found if one.severity == "fail"}
