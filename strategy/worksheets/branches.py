"""An automation's condition with a number in it: which side of the number goes which way (pure).

Read from plain words in three languages, such as "its value is over 500", "มูลค่าเกิน 500" or
"金额超过500". A condition without such a number is not read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from goals import calendar, words
from goals.words import N_, Message
from strategy.worksheets import figures
from strategy.worksheets.book import Book, short
from strategy.worksheets.setting import Setting

_COUNTED = "one two three four five six seven eight nine ten eleven twelve".split()
_THAI = "หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ".split()
_CHINESE = "一二三四五六七八九十"
_SPELT = {
    **{word: number for number, word in enumerate(_COUNTED, 1)},
    **{word: number for number, word in enumerate(_THAI, 1)},
    **{word: number for number, word in enumerate(_CHINESE, 1)},
    "两": 2,
    "兩": 2,
}
_SCALE = r"(?:k|m|bn?|thousand|million|billion|พัน|หมื่น|แสน|ล้าน|[千万萬亿億])(?![a-z])"
#: A number in words goes no further than twelve; what would make it larger is a scale or unread.
_MORE = rf"(?!\s?(?:hundred|dozen|ร้อย|สิบ|[{_CHINESE}百]))"
_WORD = (
    rf"(?:\b(?:{'|'.join(_COUNTED)})\b|{'|'.join(_THAI)}|[{_CHINESE}两兩]){_MORE}(?:\s?{_SCALE})?"
)
_NUMBER = (
    r"(?P<sign>[$€£¥฿]?)\s?"
    rf"(?P<number>\d[\d,]*(?:\.\d+)?(?:\s?{_SCALE})?|{_WORD})"
    r"\s?(?P<percent>%|percent\b|per cent\b|เปอร์เซ็นต์)?"
)
#: Words before a number, the longer ones first: "not more than" is no "more than".
_BEFORE = (
    ("<=", r"(?:not|no) (?:more|higher|greater|larger|longer) than|at most|up to|maximum(?: of)?"
           r"|<=|≤|ไม่เกิน|ไม่มากกว่า|สูงสุด|อย่างมาก|不超过|不超過|不高于|不高於|不大于|不大於|不多于|不多於|至多|最多"),
    (">=", r"(?:not|no) (?:less|fewer|lower|smaller|shorter) than|at least|minimum(?: of)?|from"
           r"|>=|≥|ไม่ต่ำกว่า|ไม่น้อยกว่า|อย่างน้อย|ตั้งแต่|ขั้นต่ำ|不低于|不低於|不少于|不少於|不小于|不小於|至少|最少"),
    (">", r"over|above|more than|greater than|higher than|larger than|bigger than|longer than"
          r"|exceed(?:s|ing)?|beyond|>|เกิน(?:กว่า)?|มากกว่า|สูงกว่า|นานกว่า"
          r"|超过|超過|大于|大於|高于|高於|多于|多於|超出"),
    ("<", r"under|below|less than|fewer than|lower than|smaller than|shorter than|<"
          r"|ต่ำกว่า|น้อยกว่า|ไม่ถึง|不足|不到|低于|低於|小于|小於|少于|少於"),
)  # fmt: skip
#: Words after a number, with up to three words of what is counted between them.
_AFTER = (
    (">=", r"or (?:more|above|over|higher|longer)|and (?:more|above|up)|ขึ้นไป|及以上|以上|或更多"),
    ("<=", r"or (?:less|fewer|below|under|lower)|ลงมา|或以下|及以下|以下|以内|以內"),
)
_EDGED = {side: re.compile(rf"(?<![a-z])(?:{words_})\s*(?:the\s+)?{_NUMBER}", re.IGNORECASE)
          for side, words_ in _BEFORE}  # fmt: skip
_CLOSED = {
    side: re.compile(rf"{_NUMBER}(?:\s*[^\W\d]+){{0,3}}?\s*(?:{words_})", re.IGNORECASE)
    for side, words_ in _AFTER
}

#: What stands between two amounts; a comma without a blank groups thousands.
_BETWEEN = re.compile(r"[;\n/、，]|,\s|\b(?:and|or)\b|และ|หรือ|[和与或]|(?<=\d)\s+(?=[$€£¥฿]?\d)")


@dataclass(frozen=True)
class Threshold:
    """A number and the side on which the condition holds: "<", "<=", ">" or ">="."""

    side: str
    value: Decimal
    sign: str = ""
    percent: bool = False

    def holds(self, value: Decimal) -> bool:
        """Tell whether the condition holds for a value."""
        match self.side:
            case "<":
                return value < self.value
            case "<=":
                return value <= self.value
            case ">":
                return value > self.value
        return value >= self.value

    @property
    def step(self) -> Decimal:
        """Return the smallest difference that is worth a case of its own."""
        exponent = self.value.normalize().as_tuple().exponent
        return Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)


def threshold(condition: str) -> Threshold | None:
    """Return the number that a condition turns on, None where it names none or several."""
    plain = calendar.western_digits(condition).casefold()
    found: dict[int, tuple[int, Threshold]] = {}
    for patterns in (_EDGED, _CLOSED):
        for side, pattern in patterns.items():
            for one in pattern.finditer(plain):
                value = _value(one["number"])
                start = one.start("number")
                # "not more than 5" also reads "more than 5", from further right.
                earlier = found.get(start)
                if value is not None and (earlier is None or one.start() < earlier[0]):
                    read = Threshold(side, value, one["sign"], bool(one["percent"]))
                    found[start] = (one.start(), read)
    return next(iter(found.values()))[1] if len(found) == 1 else None


def _value(text: str) -> Decimal | None:
    spelt = next((one for one in sorted(_SPELT, key=len, reverse=True) if text.startswith(one)), "")
    figure = figures.parse(f"{_SPELT[spelt]}{text[len(spelt) :]}" if spelt else text)
    return None if figure is None else figure.value


def route(values: Mapping[str, Any], value: Decimal) -> str | None:
    """Return what an automation does with a value, None where it does nothing.

    Where the condition turns on no number it is taken to hold.
    """
    found = threshold(str(values.get("automation_condition") or ""))
    holds = found is None or found.holds(value)
    return values.get("automation_then" if holds else "automation_else") or None


def samples(text: str) -> list[Decimal]:
    """Return the amounts to try in a text such as "499 and 501", each once and in its order."""
    found = [figures.parse(one.strip()) for one in _BETWEEN.split(text) if one.strip()]
    return list(dict.fromkeys(one.value for one in found if one is not None))


def tried(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    """Return what an automation does with the amounts to try, or on both sides of its number.

    None where its condition turns on no number and nothing is to be tried.
    """
    condition = str(values.get("automation_condition") or "")
    found = threshold(condition)
    cases = samples(str(values.get("sample") or ""))
    if found is None:
        unread = condition.strip() and cases
        return Message(N_("No single number was found in the condition.")) if unread else None
    if not cases:
        near = (found.value - found.step, found.value, found.value + found.step)
        cases = [one for one in near if one >= 0]
    lines = [_line(values, found, one) for one in cases]
    return Message("\n".join(f"%(case{place})s" for place in range(len(lines))),
                   {f"case{place}": line for place, line in enumerate(lines)})  # fmt: skip


def _line(values: Mapping[str, Any], found: Threshold, value: Decimal) -> Message:
    shown: object = words.Rate(value / 100) if found.percent else words.Number(value)
    amount = Message("%(sign)s%(value)s", {"sign": found.sign, "value": shown})
    done = route(values, value)
    if done is None:
        return Message(N_("%(amount)s: nothing happens"), {"amount": amount})
    return Message(N_("%(amount)s: %(done)s"), {"amount": amount, "done": short(done)})
