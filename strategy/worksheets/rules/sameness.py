"""Whether two texts say the same, whatever the spelling (pure).

Spelling, inflection, order, small words, marks and numbers in words make no difference. A
number, a negation or a word of substance that only one of the two has does. Thai and Chinese do
not part words: there a slip of a sign or two, or a particle, makes no difference.
"""

import re
import unicodedata
from collections import Counter

from rapidfuzz.distance import OSA, Levenshtein

from strategy.worksheets.rules import marks

#: Up to so many letters a word must be spelled alike, up to so many it may have one slip, above
#: two.
STRICT, ONE_SLIP = 4, 7
#: In Thai, one slip and another for every so many signs.
PER_SLIP = 25
#: Spelled nearly alike, and not the same at all.
APART = frozenset(
    {
        frozenset({"contact", "contract"}),
        frozenset({"quot", "quota"}),
        frozenset({"prospect", "suspect"}),
        frozenset({"import", "export"}),
        frozenset({"accept", "except"}),
    }
)

_NUMBERS = {
    word: str(value)
    for value, words in enumerate(
        (
            "zero",
            "one หนึ่ง",
            "two สอง 两 兩 二",
            "three สาม 三",
            "four สี่ 四",
            "five ห้า 五",
            "six หก 六",
            "seven เจ็ด 七",
            "eight แปด 八",
            "nine เก้า 九",
            "ten สิบ 十",
            "eleven",
            "twelve",
        )
    )
    for word in words.split()
}
#: Words that only begin like a number: to be able to, a department store, a chair.
_NO_NUMBER = {"สาม": "(?!ารถ|ัญ)", "ห้า": "(?!ง)", "เก้า": "(?!อี้)"}
_SPELLED = re.compile(
    "|".join(
        rf"\b{one}\b" if one.isascii() else one + _NO_NUMBER.get(one, "")
        for one in sorted(_NUMBERS, key=lambda word: (-len(word), word))
    )
)
_NOT = re.compile(
    r"\b(?:not?|never|without|nobody|none|neither|nor)\b|ไม่|มิได้|ปราศจาก"
    r"|不|没|沒|未|无|無|非"
)
_CANNOT = re.compile(r"\bcan(?:[’'´]t|not)\b", re.IGNORECASE)
_SHORT_NOT = re.compile(r"n[’'´]t\b", re.IGNORECASE)
_OPPOSITE = re.compile(r"^(?:un|non|dis|in|im|ir|ex|re)")
_THAI, _HAN = re.compile("[\u0e00-\u0e7f]"), re.compile("[\u3400-\u9fff]")
#: Said out of politeness or for the flow, and never what tells two texts apart.
_PARTICLES = re.compile("ครับ|ค่ะ|นะคะ|จ้ะ|[的了过着就是便即会请将个]")
#: One spelling for signs that are written in two ways, those that business texts are made of.
_SIMPLE = str.maketrans(
    "戶線簽購買單個後錢過聯繫絡總為與報價訂貨業務員開關門銷資訊電話郵試級規則達標專產經確認預間時內給對應該"
    "還沒無兩種類註冊網頁點擊讀寫會進階談議決當將從說問題發現實際樣舊約數據統計總續",
    "户线签购买单个后钱过联系络总为与报价订货业务员开关门销资讯电话邮试级规则达标专产经确认预间时内给对应该"
    "还没无两种类注册网页点击读写会进阶谈议决当将从说问题发现实际样旧约数据统计总续",
)
_SMALL = frozenset(
    (
        "a an and are as at be been by can for from had has have he her his in into is it its of"
        " on or our she that the their them then they this those to us was we were when which who"
        " whom whose will with you your ie eg any every each also just must should would anyone"
        " do does did anybody everyone everybody someone somebody"
    ).split()
)


def same(one: str, other: str) -> bool:
    """Tell whether two texts say the same; an empty one says nothing that could differ."""
    first, second = _plain(one), _plain(other)
    if not first or not second or first == second:
        return True
    if _numbers(first) != _numbers(second) or _negations(first) != _negations(second):
        return False
    if _HAN.search(first) or _HAN.search(second):
        return _tight(first) == _tight(second)
    if _THAI.search(first) or _THAI.search(second):
        left, right = _tight(first), _tight(second)
        return Levenshtein.distance(left, right) <= 1 + min(len(left), len(right)) // PER_SLIP
    return _same_words(first.split(), second.split())


def groups(texts: dict[str, str]) -> list[list[str]]:
    """Return the keys of texts, those that say the same together, in order."""
    found: list[list[str]] = []
    for key, text in texts.items():
        for group in found:
            if same(texts[group[0]], text):
                group.append(key)
                break
        else:
            found.append([key])
    return found


def _plain(text: str) -> str:
    """Return a text for comparing: digits for numbers in words, hyphens and silent signs gone."""
    shown = (one for one in text if unicodedata.category(one) != "Cf")
    full = _SHORT_NOT.sub(" not", _CANNOT.sub("can not", "".join(shown)))
    plain = marks.plain(re.sub(r"[-\u2010-\u2015’'´]", "", full))
    digits = (
        str(unicodedata.digit(one)) if unicodedata.category(one) == "Nd" else one for one in plain
    )
    return _SPELLED.sub(lambda found: _NUMBERS[found.group()], "".join(digits))


def _numbers(plain: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", plain))


def _negations(plain: str) -> int:
    return len(_NOT.findall(plain)) % 2


def _tight(plain: str) -> str:
    return _PARTICLES.sub("", plain.translate(_SIMPLE)).replace(" ", "")


def _same_words(one: list[str], other: list[str]) -> bool:
    left, right = _without(_substance(one), _substance(other))
    if "".join(left) == "".join(right):
        return True
    for word in left:
        match = next((found for found in right if _spelled_alike(word, found)), None)
        if match is None:
            return False
        right.remove(match)
    return not right


def _substance(words: list[str]) -> list[str]:
    return [word for word in words if word not in _SMALL and not _NOT.fullmatch(word)]


def _without(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Return what is left of two texts without the words that stand in both."""
    left, right = [], list(other)
    for word in one:
        match = next((found for found in right if _stem(found) == _stem(word)), None)
        if match is None:
            left.append(word)
        else:
            right.remove(match)
    return left, right


def _spelled_alike(one: str, other: str) -> bool:
    for long, short in ((one, other), (other, one)):
        if _OPPOSITE.match(long) and _stem(_OPPOSITE.sub("", long)) == _stem(short):
            return False
    first, second = _stem(one), _stem(other)
    length = min(len(first), len(second))
    if length <= STRICT or (one + other).isdigit() or frozenset({first, second}) in APART:
        return first == second
    return OSA.distance(first, second) <= (1 if length <= ONE_SLIP else 2)


def _stem(word: str) -> str:
    """Return a word without its English ending: what sale and sales, sign and signed share."""
    if len(word) < STRICT or word.endswith("ss"):
        return word
    bare = re.sub(r"(?:ies|s|ing|ed|y)$", "", word).rstrip("e")
    return re.sub(r"(.)\1$", r"\1", bare) if len(bare) > 2 else word
