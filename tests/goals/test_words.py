import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from goals import messages, words
from goals.words import N_, P_, Message, Reader

D = Decimal
ENGLISH = Reader("en", zone="Asia/Bangkok", currency="THB")
THAI = Reader("th", "buddhist", "Asia/Bangkok", "THB")
CHINESE = Reader("zh-CN", zone="Asia/Bangkok", currency="THB")
DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def three(value):
    """Return a value as the three readers see it, gaps that do not break as plain ones."""
    return tuple(
        words.format_value(value, one).replace("\u00a0", " ") for one in (ENGLISH, THAI, CHINESE)
    )


def money(amount, currency=None, form="compact"):
    return words.Money(D(amount), currency, form)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("th_TH", "th"),
        ("TH", "th"),
        ("zh", "zh_Hans"),
        ("zh-CN", "zh_Hans"),
        ("zh_Hans", "zh_Hans"),
        ("zh-Hant-TW", "zh_Hans"),
    ],
)
def test_any_locale_is_read_as_one_of_three_languages(given, expected):
    assert words.normalise(given) == expected
    assert Reader(given or "").locale == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (money("16200000"), ("฿16.2 M", "฿16.2 ล้าน", "฿1,620万")),
        (money("42000000"), ("฿42.0 M", "฿42.0 ล้าน", "฿4,200万")),
        (money("14500"), ("฿14.5k", "฿14,500", "฿1.5万")),
        (money("14000"), ("฿14k", "฿14,000", "฿1.4万")),
        (money("99960"), ("฿100k", "฿99,960", "฿10.0万")),
        (money("104000"), ("฿104k", "฿104,000", "฿10.4万")),
        (money("-1900000"), ("−฿1.9 M", "−฿1.9 ล้าน", "−฿190万")),
        (money("162000000"), ("฿162 M", "฿162 ล้าน", "฿1.62亿")),
        (money("999950"), ("฿1.0 M", "฿999,950", "฿100万")),
        (money("1234567.5", "USD", "full"), ("$1,234,568",) * 3),
        (money("1234567.5", "USD", "exact"), ("$1,234,567.50",) * 3),
        (money("12.5", "USD", "full"), ("$12.50",) * 3),
        (money("950", "SGD", "full"), ("SGD 950",) * 3),
        (money("1234.6", "JPY", "full"), ("¥1,235", "¥1,235", "JP¥1,235")),
        (words.Rate(D("0.632")), ("63.2%",) * 3),
        (words.Rate(D("0.38"), 0), ("38%",) * 3),
        (words.Chance(D("0.38")), ("38%",) * 3),
        (words.Chance(D("0.998")), ("over 99%", "มากกว่า 99%", "超过 99%")),
        (words.Chance(D("0.001")), ("under 1%", "ต่ำกว่า 1%", "不到 1%")),
        (words.Days(D("51.8")), ("51.8 days", "51.8 วัน", "51.8 天")),
        (words.Days(D(1)), ("1 day", "1 วัน", "1 天")),
        (words.Hours(D("0.25")), ("0.25 hours", "0.25 ชั่วโมง", "0.25 小时")),
        (words.Months(D(6)), ("6 months", "6 เดือน", "6 个月")),
        (words.Years(D(1)), ("1 year", "1 ปี", "1 年")),
        (words.Points(D("-12")), ("−12",) * 3),
        (words.RatePoints(D("-0.024")), ("−2.4 points", "−2.4 จุด", "−2.4 个百分点")),
        (words.Number(D("1236")), ("1,236",) * 3),
        (words.Number(D("1236000"), "compact"), ("1.2 M", "1.2 ล้าน", "124万")),
        (words.Number(D("0.333")), ("0.33",) * 3),
        (words.Number(D("0.3333"), "exact"), ("0.3333",) * 3),
        (words.Signed(money("600000")), ("+฿600k", "+฿600,000", "+฿60.0万")),
        (words.Signed(words.Rate(D("-0.01"))), ("−1.0%",) * 3),
        (words.Signed(words.Rate(D("0.0001"))), ("0.0%",) * 3),
        (words.Day(DAY), ("22 Nov 2026", "22 พ.ย. 2569", "2026年11月22日")),
        (words.Day(DAY, "short"), ("22 Nov", "22 พ.ย.", "11月22日")),
        (words.Day(DAY, "long"), ("22 November 2026", "22 พฤศจิกายน 2569", "2026年11月22日")),
        (words.Month(DAY), ("Nov 2026", "พ.ย. 2569", "2026年11月")),
        (
            words.DayRange(date(2026, 10, 1), date(2026, 12, 31)),
            ("1 Oct to 31 Dec 2026", "1 ต.ค. ถึง 31 ธ.ค. 2569", "2026年10月1日–12月31日"),
        ),
        (
            words.DayRange(date(2026, 12, 1), date(2027, 1, 31)),
            (
                "1 Dec 2026 to 31 Jan 2027",
                "1 ธ.ค. 2569 ถึง 31 ม.ค. 2570",
                "2026年12月1日–2027年1月31日",
            ),
        ),
        (words.DayRange(DAY, DAY), ("22 Nov 2026", "22 พ.ย. 2569", "2026年11月22日")),
        (
            words.Instant(NOON),
            ("22 Nov 2026 09:00", "22 พ.ย. 2569 09:00", "2026年11月22日 09:00"),
        ),
        (
            words.Instant(NOON, "Europe/Berlin", named=True),
            (
                "22 Nov 2026 03:00, Berlin",
                "22 พ.ย. 2569 เวลา 03:00 เบอร์ลิน",
                "2026年11月22日 03:00（柏林）",
            ),
        ),
        (DAY, ("22 Nov 2026", "22 พ.ย. 2569", "2026年11月22日")),
        (D("1236.0000"), ("1,236",) * 3),
        (0.5, ("0.50",) * 3),
        (None, ("–",) * 3),
        ([D(1), "a", None], ("1, a, –", "1, a, –", "1、a、–")),
    ],
)
def test_values_are_written_as_each_reader_expects(value, expected):
    assert three(value) == expected


def test_a_gregorian_thai_reader_sees_the_common_year():
    assert words.format_value(words.Day(DAY), Reader("th")) == "22 พ.ย. 2026"
    assert words.format_value(words.Day(DAY), Reader("en", "buddhist")) == "22 Nov 2569"
    assert words.format_value(words.Day(DAY), Reader("zh", "buddhist")) == "佛历2569年11月22日"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            words.Range(money("36900000"), money("45300000"), money("41000000")),
            ("36.9 to 45.3", "36.9 ถึง 45.3", "3,690万–4,530万"),
        ),
        (
            words.Range(money("36900000"), money("45300000")),
            ("฿36.9 to 45.3 M", "฿36.9 ถึง 45.3 ล้าน", "฿3,690万–4,530万"),
        ),
        (
            words.Range(money("93000"), money("105000"), money("99000")),
            ("93k to 105k", "93,000 ถึง 105,000", "9.3万–10.5万"),
        ),
        # Both ends take the step of the larger one, so that they can be compared.
        (
            words.Range(money("900000"), money("1100000")),
            ("฿0.9 to 1.1 M", "฿0.9 ถึง 1.1 ล้าน", "฿90万–110万"),
        ),
        (
            words.Range(words.Rate(D("0.826")), words.Rate(D("0.852"))),
            ("82.6 to 85.2%", "82.6 ถึง 85.2%", "82.6–85.2%"),
        ),
        (
            words.Range(words.Days(D("46.7")), words.Days(D("55.6")), words.Days(D(51))),
            ("47 to 56", "47 ถึง 56", "47–56"),
        ),
    ],
)
def test_ranges_name_their_unit_once_and_leave_it_out_beside_the_value(value, expected):
    assert three(value) == expected


def test_a_number_and_its_unit_do_not_part_at_a_line_end():
    for value in (money("16200000"), words.Days(D(57)), words.RatePoints(D("0.024"))):
        for reader in (ENGLISH, THAI, CHINESE):
            assert " " not in words.format_value(value, reader)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("money", "฿1,500"),
        ("rate", "150,000.0%"),
        ("count", "1,500"),
        ("number", "1,500"),
        ("ratio", "1,500"),
        ("points", "1,500"),
        ("hours", "1,500\u00a0hours"),
        ("days", "1,500\u00a0days"),
        ("months", "1,500\u00a0months"),
        ("years", "1,500\u00a0years"),
    ],
)
def test_a_metrics_unit_says_how_its_value_is_written(unit, expected):
    value = words.amount(D(1500), unit)
    assert words.format_value(value, ENGLISH) == expected
    assert words.amount(None, unit) is None


def test_a_compact_amount_is_shortened_and_keeps_its_currency():
    value = words.amount(D(1500), "money", "USD", compact=True)
    assert words.format_value(value, ENGLISH) == "$1.5k"


# Messages


def test_parameters_are_rendered_for_the_reader_and_messages_within_messages_too():
    inner = Message(N_("On track"))
    text = Message(N_("%(actual)s, the plan expects %(expected)s by now."))
    message = Message(text.id, {"actual": money("16200000"), "expected": inner})
    assert words.render(message, ENGLISH) == "฿16.2\u00a0M, the plan expects On track by now."
    assert words.render(message, THAI) == "฿16.2\u00a0ล้าน แผนคาดไว้ ตามแผน ถึงตอนนี้"
    assert words.render(message, "zh-Hans") == "当前 $1,620万，计划此时应为 正常推进。"


def test_percent_signs_and_missing_parameters_do_not_break_a_text():
    assert words.render(Message("100% of %(all)s, 50%% of %(gone)s"), "en") == (
        "100% of %(all)s, 50% of %(gone)s"
    )


def test_a_text_without_translation_is_read_in_english():
    assert words.render(Message("No such text %(n)s", {"n": 3}), "th") == "No such text 3"
    assert words.render(Message(""), "th") == ""


def test_a_language_without_catalogue_is_read_in_english(monkeypatch, tmp_path):
    monkeypatch.setattr(messages, "FOLDER", tmp_path)
    messages._catalogue.cache_clear()
    try:
        assert words.render(words.status("at_risk"), "th") == "At risk"
    finally:
        messages._catalogue.cache_clear()


@pytest.mark.parametrize(("n", "english"), [(1, "1 day"), (2, "2 days"), (0, "0 days")])
def test_a_plural_follows_the_number(n, english):
    message = Message.counted(P_("%(n)s day", "%(n)s days"), n)
    assert words.render(message, "en") == english
    assert words.render(message, "th") == f"{n} วัน"


def test_texts_marked_one_by_one_are_found_as_plurals_too():
    message = Message("At risk", {}, "Off track", 2)
    assert words.render(message, "en") == "Off track"
    assert words.render(message, "th") == "หลุดแผน"


@pytest.mark.parametrize(
    ("token", "thai", "chinese"),
    [
        ("achieved", "บรรลุแล้ว", "已达成"),
        ("missed", "ไม่ถึงเป้า", "未达成"),
        ("on_track", "ตามแผน", "正常推进"),
        ("at_risk", "มีความเสี่ยง", "有风险"),
        ("off_track", "หลุดแผน", "偏离计划"),
        ("ahead", "นำหน้า", "超前"),
        ("too_early", "เร็วเกินไป", "为时尚早"),
        ("no_data", "ไม่มีข้อมูล", "无数据"),
        ("stale", "ข้อมูลเก่า", "数据过期"),
        ("source_broken", "แหล่งข้อมูลขัดข้อง", "数据源中断"),
    ],
)
def test_every_status_has_its_word_in_every_language(token, thai, chinese):
    message = words.status(token)
    assert words.render(message, "en") == token.replace("_", " ").capitalize()
    assert words.render(message, "th") == thai
    assert words.render(message, "zh") == chinese


def test_an_unknown_status_is_no_word():
    with pytest.raises(KeyError):
        words.status("fine")


def test_a_stored_message_is_brought_back_as_it_was():
    rich = {
        "money": money("16200000", "USD"),
        "range": words.Range(words.Rate(D("0.1")), words.Rate(D("0.2"), 0), None),
        "signed": words.Signed(words.Days(D("2.5"))),
        "days": words.DayRange(DAY, DAY),
        "at": words.Instant(NOON, named=True),
        "inner": Message("x", {"n": D("1.50")}),
        "many": [D(1), "a", None, words.Day(DAY, "short")],
        "raw": DAY,
        "count": 3,
    }
    for message in (Message("a"), Message("a %(n)s", rich, "as %(n)s", 3)):
        stored = json.loads(json.dumps(words.to_json(message)))
        assert words.from_json(stored) == message
        assert words.render(words.from_json(stored), THAI) == words.render(message, THAI)


def test_what_cannot_be_brought_back_is_not_stored():
    with pytest.raises(TypeError, match="object"):
        words.to_json(Message("a", {"x": object()}))
