"""Numbers in a statement with their units: digits, words and Chinese numerals (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from goals.tracking.smart.text import spelt

HAN = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
HAN |= {"六": 6, "七": 7, "八": 8, "九": 9}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_GROUPS = {"万": 10_000, "亿": 100_000_000}
WORDS = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve".split(),
        range(1, 13),
        strict=True,
    )
) | {"fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100}
THAI = dict(zip("หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ".split(), range(1, 11), strict=True)) | {
    "ยี่สิบ": 20,
    "สามสิบ": 30,
    "ห้าสิบ": 50,
}

_SCALES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6}
_SCALES |= {"bn": 10**9, "b": 10**9, "billion": 10**9, "พัน": 10**3, "หมื่น": 10**4, "แสน": 10**5}
_SCALES |= {"ล้าน": 10**6, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}

_UNITS = {
    "percent": r"%|per ?cent|เปอร์เซ็นต์",
    "points": r"(?:percentage[ -])?points?|pts?|pp|จุด(?:เปอร์เซ็นต์)?|个?百分点|分(?![之店钟])",
    "money": r"dollars?|euros?|usd|eur|thb|rmb|cny|baht|บาท|ดอลลาร์|元|美元|人民币|块",
    "seconds": r"seconds?|secs?|วินาที|秒",
    "minutes": r"minutes?|mins?|นาที|分钟",
    "hours": r"hours?|hrs?|ชั่วโมง|个?小时",
    "days": r"(?:working |business )?days?|วัน|个?工作日|天|日(?!\d)",
    "weeks": r"weeks?|สัปดาห์|周",
    "months": r"months?|เดือน|个月",
    "years": r"years?|ปี|年",
    "times": r"times|fold|x|เท่า|倍",
}
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_WORD = "|".join(sorted([*WORDS, *THAI], key=len, reverse=True))
_HAN_NUMBER = "[零〇一二两三四五六七八九十百千万亿]+"

_DIGITS = re.compile(
    r"(?<![\d.a-z])(?<!\d,)(?P<percent_before>ร้อยละ\s?|百分之)?"
    r"(?P<sign>[+\-−](?=[\d$€£¥฿]))?(?P<currency>[$€£¥฿]|usd |thb |rmb )?"
    rf"(?P<digits>\d{{1,3}}(?:[, ]\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"
    rf"(?:\s?(?P<scale>{_SCALE})(?![a-z]))?"
    rf"(?:[\s-]?(?:{_UNIT})(?![a-z]))?"
)
_SPELT = re.compile(
    rf"(?:(?P<percent_before>ร้อยละ\s?)(?P<thai>{_WORD})|(?<![a-zก-๙])(?P<word>{_WORD})(?![a-z])(?:[\s-]?(?:{_UNIT})(?![a-z])))"
)
_CHINESE = re.compile(
    rf"(?P<whole>百分之)(?P<share>{_HAN_NUMBER})|(?P<tenths>[一二两三四五六七八九])成(?P<half>[一二三四五六七八九半])?(?![交功本立单为])"
    rf"|(?P<number>{_HAN_NUMBER})(?=\s?(?:{'|'.join(_UNITS.values())}|家|个|名|条|份|位|人|次|场|笔|$))(?:\s?(?:{_UNIT}))?"
    r"|(?P<twice>翻[一两]?[番倍])|(?P<halved>减半)"
)
_MULTIPLES = re.compile(
    r"(?<![a-z])(?P<en>double|doubling|twice|triple|quadruple|halve)(?![a-z])"
    r"|(?P<th>สองเท่า|สามเท่า|เท่าตัว)"
)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
#: "By a quarter" is no time, and a quarter of something is no change of it.
_PART = re.compile(
    r"(?<=by )(?:an? |one[ -])?(?P<en>half|third|quarter|fifth|tenth)(?![a-z])(?! of (?:the|our))"
    rf"|(?P<over>{_WORD})ใน(?P<under>{_WORD})|(?P<th>ครึ่งหนึ่ง)"
    r"|(?P<below>[二三四五六七八九十])分之(?P<above>[一二三四五])"
)
_NOTHING = re.compile(r"(?<=to )zero(?![a-z])|(?<=เป็น)ศูนย์|(?<=[到至为])零")
_FACTORS = {"double": 2, "doubling": 2, "twice": 2, "triple": 3, "quadruple": 4, "สองเท่า": 2}
_FACTORS |= {"สามเท่า": 3, "เท่าตัว": 2}


@dataclass(frozen=True)
class Quantity:
    """A number as it stands at a place; percent are written as the number before the sign.

    `unit` is "" for a plain count; `times` multiplies what is there today, and a `part` ("a
    quarter") is one of that, in percent.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    signed: bool = False

    @property
    def share(self) -> Decimal:
        """Return it as a fraction where it is a percentage, else as it is."""
        return self.value / 100 if self.unit in ("percent", "points", "part") else self.value


def quantities(folded: str) -> list[Quantity]:
    """Return the numbers of a folded text in order, none of them twice."""
    found: list[Quantity] = []
    taken: set[int] = set()
    for one in sorted(_every(folded), key=lambda one: (one.start, -one.end)):
        if taken.isdisjoint(range(one.start, one.end)):
            found.append(one)
            taken.update(range(one.start, one.end))
    return found


def _every(folded: str) -> Iterator[Quantity]:
    for found in _DIGITS.finditer(folded):
        value = Decimal(re.sub("[, ]", "", found["digits"])) * _SCALES.get(found["scale"] or "", 1)
        unit = _unit(found)
        if found["percent_before"]:
            unit = "percent"
        elif found["currency"]:
            unit = "money"
        signed = found["sign"] is not None
        if signed and found["sign"] != "+":
            value = -value
        yield Quantity(value, unit, found.start(), found.end(), signed)
    yield from _in_letters(folded)


def _in_letters(folded: str) -> Iterator[Quantity]:
    for found in _SPELT.finditer(folded):
        word = found["thai"] or found["word"]
        unit = "percent" if found["percent_before"] else _unit(found)
        yield Quantity(Decimal({**WORDS, **THAI}[word]), unit, found.start(), found.end())
    for value, start, end in spelt.counts(folded):
        yield Quantity(Decimal(value), "", start, end)
    for found in _CHINESE.finditer(folded):
        yield _han_quantity(found)
    for found in _MULTIPLES.finditer(folded):
        word = found["en"] or found["th"]
        factor = Decimal("0.5") if word == "halve" else Decimal(_FACTORS[word])
        yield Quantity(factor, "times", found.start(), found.end())
    for found in _PART.finditer(folded):
        yield Quantity(_part(found), "part", *found.span())
    for found in _NOTHING.finditer(folded):
        yield Quantity(Decimal(0), "", found.start(), found.end())


def _part(found: re.Match[str]) -> Decimal:
    if found["en"] or found["th"]:
        return Decimal(100) / _PARTS.get(found["en"] or "", 2)
    if found["over"]:
        return Decimal(100) * THAI.get(found["over"], 1) / THAI.get(found["under"], 1)
    return Decimal(100) * han(found["above"]) / han(found["below"])


def _unit(found: re.Match[str]) -> str:
    return next((name for name in _UNITS if found[name]), "")


def _han_quantity(found: re.Match[str]) -> Quantity:
    start, end = found.span()
    if found["share"]:
        return Quantity(Decimal(han(found["share"])), "percent", start, end)
    if found["tenths"]:
        half = found["half"]
        part = 0 if not half else 5 if half == "半" else HAN[half]
        return Quantity(Decimal(HAN[found["tenths"]] * 10 + part), "percent", start, end)
    if found["twice"]:
        factor = 4 if found["twice"] == "翻两番" else 2
        return Quantity(Decimal(factor), "times", start, end)
    if found["halved"]:
        return Quantity(Decimal("0.5"), "times", start, end)
    return Quantity(Decimal(han(found["number"])), _unit(found), start, end)


def han(text: str) -> int:
    """Return the value of a Chinese numeral."""
    total = section = digit = 0
    for one in text:
        if one in HAN:
            digit = HAN[one]
        elif one in _HAN_TENS:
            section += (digit or 1) * _HAN_TENS[one]
            digit = 0
        else:
            total = (total + section + digit or 1) * _HAN_GROUPS[one]
            section = digit = 0
    return total + section + digit
