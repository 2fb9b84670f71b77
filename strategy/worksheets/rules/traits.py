"""Words that name a protected trait of people, in three languages (pure).

Where law or fairness protects a trait, it may not decide who is scored, called or served. Most
of these words also name trades and things ("cancer clinic", "race against time"), which are
left alone: a warning that cries wolf is not read.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from goals.words import N_

#: Kinds of traits with their words.
TRAITS = {
    "origin": N_("race or origin"),
    "religion": N_("religion"),
    "health": N_("health"),
    "sexuality": N_("sexuality"),
    "gender": N_("gender"),
    "politics": N_("politics"),
    "family": N_("family status"),
    "age": N_("age"),
}

#: What stands beside an illness, a group or a belief when a trade is meant and no person.
_TRADE = (
    r"(?![-\s]+(?:clinics?|cent(?:er|re)s?|care|hospitals?|wards?|research\w*|screening"
    r"|charit(?:y|ies)|foundations?|insurance|medicine|drugs?|software|products?|supplies|shops?"
    r"|stores?|compan(?:y|ies)|industry|market|sector|departments?|experts?|specialists?"
    r"|treatments?|schools?|temples?|churches|organi[sz]ations?|associations?|food|cuisine"
    r"|restaurants?|magazines?|fashion|clothing|wear|shoes|law(?:yers?)?|studies|tests?))"
)
_TRADE_TH = "".join(
    f"(?<!{word})" for word in "คลินิก โรงพยาบาล ศูนย์ สินค้า เสื้อผ้า รองเท้า แฟชั่น อาหาร".split()
)
_TRADE_ZH = (
    "(?!医院|醫院|诊所|診所|中心|研究|筛查|篩查|用品|服装|服裝|服饰|服飾|内衣|內衣|时装|時裝"
    "|专科|專科|协会|協會|基金|杂志|雜誌|律师|律師|学校|學校|餐厅|餐廳|食品|产品|產品|药|藥|装|裝|店|院)"
)
_PEOPLE = (
    "(?:people|persons?|men|women|customers?|buyers?|clients?|users?|famil(?:y|ies)|households?"
    "|owners?|communit(?:y|ies)|parents?|couples?|adults?|workers?|voters?)"
)


def _named(english: str, thai: str, chinese: str) -> re.Pattern[str]:
    """Return a pattern of the words, one phrase a line in English, any of them in the others."""
    lines = "|".join(line.strip() for line in english.strip().splitlines())
    parts = (
        rf"\b(?:{lines})\b{_TRADE}".replace("PEOPLE", _PEOPLE),
        f"{_TRADE_TH}(?:{'|'.join(thai.split())})",
        f"(?:{'|'.join(chinese.split())}){_TRADE_ZH}",
    )
    return re.compile("|".join(parts), re.IGNORECASE)


_PATTERNS = {
    "origin": _named(
        r"""
        (?:of|by|their|his|her|any|same|whose|mixed|what) race(?! (?:against|to|for|of|is on|car))
        race (?:or|and) (?:religion|origin|ethnicity|gender)
        race(?=\s*[:=])
        racial(?:ly)?
        ethnic(?:ity|ities)?
        skin colou?r
        nationalit(?:y|ies)
        caucasians?
        african[- ]americans?
        hispanics?
        latin[oa]s?
        (?:white|black|asian) PEOPLE
        (?:im)?migrants?
        foreigners
        indigenous
        """,
        "เชื้อชาติ ชาติพันธุ์ สีผิว สัญชาติ คนต่างด้าว ชนกลุ่มน้อย ผู้อพยพ ชาวต่างชาติ",
        "种族 種族 族裔 少数民族 少數民族 肤色 膚色 国籍 國籍 籍贯 籍貫 外国人 外國人"
        " 移民(?!顾问|顧問|服务|服務|局|公司)",
    ),
    "religion": _named(
        r"""
        religions?
        religious(?! about)
        christians
        (?:devout|practi[sc]ing|is|are) (?:a )?(?:christian|catholic|jewish|hindu|buddhist|muslim)
        christian PEOPLE
        muslims?
        buddhists?
        hindus?
        catholics?
        protestants?
        jews
        jewish
        sikhs?
        mormons?
        atheists?
        church[- ]?goers?
        """,
        "ศาสนา ชาวพุทธ พุทธศาสนิกชน มุสลิม อิสลาม ชาวคริสต์ คริสเตียน คาทอลิก ฮินดู ซิกข์",
        "宗教 信教 (?<!品牌)(?<!技术)(?<!技術)信仰 基督徒 穆斯林 伊斯兰教 伊斯蘭教 佛教徒 天主教"
        " 教徒",
    ),
    "health": _named(
        r"""
        disabled (?:PEOPLE|children|veterans?)
        disabilit(?:y|ies)
        wheelchair users?
        pregnan(?:t|cy)
        diabet(?:es|ics?)
        cancer
        hiv
        chronic(?:ally)? ill(?:ness(?:es)?)?
        (?<!economic )(?<!great )depression
        depressed(?! (?:prices?|demand|sales|markets?))
        mental(?:ly)? (?:ill(?:ness)?|health (?:problems?|issues?|conditions?))
        obes(?:e|ity)
        overweight(?! (?:luggage|parcels?|positions?))
        (?<!account )(?<!customer )(?<!data )(?<!mental )health (?:problems?|conditions?)
        medical (?:history|conditions?)
        dementia
        autis(?:m|tic)
        epilep(?:sy|tics?)
        alcoholics
        addicts
        """,
        "ผู้พิการ คนพิการ ทุพพลภาพ (?<!ผู้)ป่วยเป็น (?<!ผู้)ป่วยเรื้อรัง โรคประจำตัว โรคเรื้อรัง เบาหวาน"
        " มะเร็ง ซึมเศร้า ตั้งครรภ์ เอชไอวี โรคจิต ปัญหาสุขภาพ ประวัติการรักษา โรคอ้วน ออทิสติก สมองเสื่อม",
        "残疾 殘疾 残障 殘障 慢性病 糖尿病 癌症 抑郁症 憂鬱症 抑鬱症 孕妇 孕婦 怀孕 懷孕"
        " 艾滋病? 愛滋病? 病史 精神疾病 精神病 患有 肥胖 自闭症 自閉症 老年痴呆"
        " (?<![客财財企公数數][户戶务務业業司据據])健康(?:状况|狀況|问题|問題)",
    ),
    "sexuality": _named(
        r"""
        sexual(?:ity| orientation| preferences?)
        gays?
        lesbians?
        bisexuals?
        homosexuals?
        heterosexuals?
        lgbt\w*
        queer
        """,
        "รสนิยมทางเพศ เกย์ เลสเบี้ยน ไบเซ็กชวล รักร่วมเพศ เพศทางเลือก",
        "性取向 同性恋 同性戀 双性恋 雙性戀 异性恋 異性戀",
    ),
    "gender": _named(
        r"""
        gender(?![- ]neutral)
        (?:fe)?males?(?! (?:plugs?|connectors?))
        (?:wo)?men(?!['’]s)
        mothers?(?! tongue)(?!['’]s day)
        fathers?(?!['’]s day)
        housewi(?:fe|ves)
        transgender
        transsexuals?
        """,
        "เพศ(?:ชาย|หญิง|สภาพ) ผู้หญิง ผู้ชาย คุณแม่ คุณพ่อ สาวออฟฟิศ ข้ามเพศ กะเทย ทรานส์เจนเดอร์",
        "性别 性別 女性 男性 女人 男人 宝妈 寶媽 妈妈 媽媽 爸爸 家庭主妇 家庭主婦 跨性别 跨性別",
    ),
    "politics": _named(
        r"""
        political (?:views?|opinions?|leanings?|beliefs?|affiliations?|part(?:y|ies)|left|right)
        politically (?:active|left|right|conservative)
        (?:left|right)[- ]wing(?:ers?)?
        democrats?
        republicans?
        socialists?
        communists?
        (?:conservative|liberal|labou?r|green) part(?:y|ies)
        voters?
        party members?(?:hips?)?
        trade[- ]union(?: members?(?:hips?)?|ists?)
        """,
        "การเมือง(?!ใน|ภายใน|องค์กร|สำนักงาน) พรรค(?:ประชา|เพื่อ|ก้าว|พลัง|ภูมิใจ) หัวอนุรักษ เสื้อแดง"
        " เสื้อเหลือง สมาชิก(?:พรรค|สหภาพแรงงาน)",
        "政治(?:立场|立場|倾向|傾向|观点|觀點|面貌|信仰|派别|派別) 党派 黨派 党员 黨員 选民 選民"
        " 左派 右派 工会(?:会员|成员) 工會(?:會員|成員)",
    ),
    "family": _named(
        r"""
        marital status
        married(?! to the)
        unmarried
        divorced(?! from)
        divorcees?
        widow(?:s|ed|ers?)?
        single (?:mothers?|fathers?|mums?|moms?|dads?|parents?)
        """,
        "สถานภาพสมรส สมรสแล้ว แต่งงานแล้ว หย่าร้าง เป็นโสด คนโสด หม้าย (?:แม่|พ่อ)เลี้ยงเดี่ยว",
        "已婚 未婚 离异 離異 离婚 離婚 丧偶 喪偶 单身 單身 婚姻状况 婚姻狀況 单亲 單親",
    ),
    "age": _named(
        r"""
        aged? (?:\d\d(?:\s?[-–]\s?\d\d)?|between|over|under|group)
        \d\d(?:[-–]| to )\d\d years old
        \d\d[- ]year[- ]olds?(?! (?:compan|firm|business|shop|brand|building|contract|machine))
        elderly
        pensioners?
        retirees?
        senior citizens?
        millennials?
        teenagers?
        (?:in|over|under) (?:their|his|her) (?:\w+ )?(?:twen|thir|for|fif|six|seven)ties
        gen(?:eration)?[- ]z
        baby boomers?
        """,
        r"(?<!บริษัท)(?<!กิจการ)(?<!สัญญา)(?<!ธุรกิจ)(?<!ร้าน)อายุ\s*(?:\d\d|ระหว่าง|เกิน|ต่ำกว่า) ผู้สูงอายุ"
        " วัยเกษียณ คนชรา ผู้สูงวัย วัยรุ่น เจน(?:วาย|แซด|ซี)",
        r"\d\d\s*[岁歲] [二三四五六七八九]十[多几幾来來]?[岁歲] 年龄 年齡 老年人 老人 中老年"
        " 退休人员 退休人員 [5-90五六七八九零][0零][后後]",
    ),
}


@lru_cache(maxsize=4096)
def found(text: str) -> Mapping[str, tuple[str, ...]]:
    """Return the words of a text that name a protected trait, by kind, each once."""
    plain = unicodedata.normalize("NFC", text)
    said = {
        trait: tuple(dict.fromkeys(one.group().strip() for one in pattern.finditer(plain)))
        for trait, pattern in _PATTERNS.items()
    }
    return {trait: words for trait, words in said.items() if words}
