"""Personas: protected traits are warned about in three languages, trades are not."""

import pytest

from goals.words import render
from strategy.worksheets import content, library, setting
from strategy.worksheets.rules import every, traits

WHO, AIMS, EVIDENCE = "personas.who", "personas.aims", "personas.evidence"
NAMED = [
    "We target people of any race",
    "Mostly Muslims",
    "Hispanic families",
    "a devout Catholic",
    "She is pregnant",
    "diabetic customers",
    "Gay couples",
    "votes for the green party? voters",
    "trade union members",
    "single mothers",
    "women aged 30-45",
    "in their forties",
    "elderly people",
    "Disabled people who shop online",
    "Race: Asian; religion: none",
    "members of a political party",
    "depressed people",
    "คนพุทธศาสนิกชน",
    "นับถือศาสนาอิสลาม",
    "คนเชื้อชาติจีน",
    "ผู้พิการ",
    "เป็นเบาหวาน",
    "เกย์",
    "ผู้หญิงอายุ 30-45 ปี",
    "แม่เลี้ยงเดี่ยว",
    "สนใจการเมือง",
    "สมาชิกพรรค",
    "ผู้สูงอายุ",
    "แต่งงานแล้ว",
    "ตั้งครรภ์",
    "穆斯林家庭",
    "信仰佛教",
    "少数民族客户",
    "孕妇",
    "患有糖尿病的人",
    "同性恋",
    "女性消费者",
    "30岁左右",
    "已婚",
    "党员",
    "政治立场偏左",
    "残疾人",
    "老年人",
    "單親媽媽",
    "90后",
]
HARMLESS = [
    "A race against time",
    "They race to the office",
    "race to the bottom",
    "of race cars",
    "a healthcare company",
    "Works in health insurance",
    "a cancer clinic",
    "diabetes software",
    "women's clothing shop",
    "Christian runs the practice",
    "reads mail religiously",
    "religious about deadlines",
    "office politics",
    "disabled notifications",
    "the arms race",
    "a company 20 years old",
    "a 20-year-old company",
    "married to the process",
    "European Union members",
    "depressed prices",
    "Patients forget appointments",
    "Buddhist temples buy candles",
    "a healthy pipeline",
    "account health problems",
    "black boxes and white papers",
    "the black market",
    "Asian market",
    "alcoholic drinks",
    "female connectors",
    "mother tongue",
    "Divorce lawyers",
    "muslim restaurants",
    "parent company",
    "Votes on the budget",
    "genderless? gender-neutral toys",
    "the conservative forecast",
    "the party starts",
    "management",
    "elders of the trade",
    "horse race",
    "ethnic food",
    "specializes",
    "in the race for talent",
    "salesmen",
    "middle-aged machines",
    "คลินิกเบาหวาน",
    "โรงพยาบาลมะเร็ง",
    "ธุรกิจสุขภาพ",
    "ผู้ป่วยลืมนัด",
    "บริษัทอายุ 20 ปี",
    "การเมืองในองค์กร",
    "เสื้อผ้าผู้หญิง",
    "อาหารมุสลิม",
    "สัญญาอายุ 12 เดือน",
    "แข่งกับเวลา",
    "ประกันสุขภาพ",
    "โสดาบัน",
    "คุณภาพ",
    "癌症医院",
    "女性用品店",
    "医疗公司",
    "孕妇装",
    "客户健康状况",
    "品牌信仰",
    "办公室政治",
    "与时间赛跑",
    "离婚律师事务所",
    "健康产业",
    "种植",
    "医生",
    "糖尿病中心",
    "养老院",
]


@pytest.mark.parametrize("text", NAMED)
def test_a_protected_trait_is_found_with_its_words(text):
    found = traits.found(text)
    assert found
    assert all(one in text for words in found.values() for one in words)


@pytest.mark.parametrize("text", HARMLESS)
def test_trades_and_figures_of_speech_are_left_alone(text):
    assert traits.found(text) == {}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Muslim women in their forties", {"religion", "gender", "age"}),
        ("ผู้หญิงมุสลิมวัยเกษียณ", {"religion", "gender", "age"}),
        ("信教的退休人员，女性", {"religion", "gender", "age"}),
        ("Gay couples who vote for the green party", {"sexuality", "politics"}),
        ("People of the same race, disabled people", {"origin", "health"}),
    ],
)
def test_each_trait_is_told_by_its_kind(text, kinds):
    assert set(traits.found(text)) == kinds


def test_our_own_examples_name_no_protected_trait():
    texts = content.texts(library.worksheets().section("personas"))
    assert {text: found for text in texts if (found := traits.found(text))} == {}


def findings(desk):
    with desk.session() as session:
        about = setting.of(session)
    return every.findings(desk.book(), about, "personas")


def write(desk, **values):
    item = desk.add(WHO, name="Kim who runs the practice", segment="b2b", **values)
    desk.save(EVIDENCE, item, source_of_evidence=["interviews"])
    return item


@pytest.mark.parametrize(
    ("question", "values", "field", "evidence"),
    [
        (WHO, {"role_or_occupation": "Married owner"}, "role_or_occupation", "Married"),
        (AIMS, {"pains": ["Tired", "Pregnant, and on the road"]}, "pains", "Pregnant"),
        (AIMS, {"quote": "ดิฉันนับถือศาสนาพุทธ"}, "quote", "ศาสนา"),
        (AIMS, {"likes": ["认识的人都是党员"]}, "likes", "党员"),
    ],
)
def test_a_trait_in_any_text_is_a_warning_at_its_box(desk, question, values, field, evidence):
    item = write(desk)
    desk.save(question, item, **values)
    [found] = findings(desk)
    assert (found.rule, found.severity) == ("persona-trait", "warn")
    assert (found.question, found.item, found.field) == (question, item, field)
    assert found.evidence == evidence


def test_the_warning_names_the_trait(desk):
    write(desk, location="A quarter with many Muslims")
    [found] = findings(desk)
    assert render(found.message, "en") == "This names a protected trait (religion)."


def test_a_box_that_is_hidden_is_not_read(desk):
    item = write(desk, industry="Shops of Muslims")
    assert len(findings(desk)) == 1
    desk.save(WHO, item, segment="b2c")
    assert findings(desk) == []


@pytest.mark.parametrize(
    ("sources", "shown"),
    [([], False), (["guess"], False), (["guess", "crm"], True), (["survey"], True)],
)
def test_a_guess_is_called_one(desk, sources, shown):
    item = desk.add(WHO, name="Kim", segment="b2b")
    desk.save(EVIDENCE, item, source_of_evidence=sources)
    expected = [] if shown else [("persona-evidence", "warn")]
    assert [(one.rule, one.severity) for one in findings(desk)] == expected


def test_industry_and_size_are_asked_of_companies_only(desk):
    item = desk.add(WHO, name="Robin", segment="b2c")
    hidden = {one.key for one in desk.page("personas", "who", item).fields if not one.shown}
    assert hidden == {"industry", "company_size"}


def test_many_personas_stand_side_by_side(desk):
    for name in ("Kim", "Sam"):
        desk.add(WHO, name=name, segment="b2b")
    page = desk.page("personas", "who")
    assert [one.name for one in page.items.rows] == ["Kim", "Sam"]


def test_an_empty_list_has_nothing_to_say(desk):
    assert findings(desk) == []
    desk.add(WHO)
    assert findings(desk) == []
