"""Counts that are written in words before what they count: "twelve new customers" (pure)."""

import re
from collections.abc import Iterator

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_EN = {word: n for n, word in enumerate(f"{_ONES} sixteen seventeen eighteen nineteen".split(), 1)}
_TENS = dict(
    zip(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        range(20, 91, 10),
        strict=True,
    )
)
_EN_WORD = "|".join(sorted((*_EN, *_TENS), key=len, reverse=True))
#: What no count is asked of: times and parts have their own readers.
_NOT_COUNTED = (
    "days?|weeks?|months?|quarters?|years?|hours?|minutes?|times|percent|per cent|points?|of|in|out"
)
_ENGLISH = re.compile(
    rf"(?<![a-z-])(?P<dozen>(?:a|two|three) dozen)(?= [a-z])"
    rf"|(?<![a-z-])(?P<one>{_EN_WORD})(?:[ -](?P<two>hundred"
    rf"|{_EN_WORD}))?(?= (?!(?:{_NOT_COUNTED})(?![a-z]))"
    r"(?:[a-z-]+ ){0,3}?(?:[a-z-]+[^\Ws]s|people|staff)(?![a-z]))"
)
_DIGITS = dict(
    zip(
        "หนึ่ง เอ็ด สอง ยี่ สาม สี่ ห้า หก เจ็ด แปด เก้า".split(),
        (1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)
_PLACES = {"สิบ": 10, "ร้อย": 100, "พัน": 1000}
_THAI_WORD = "|".join((*_DIGITS, *_PLACES))
_THAI = re.compile(
    rf"(?P<number>(?:{_THAI_WORD})+)\s?(?=ราย|คน|แห่ง|ครั้ง|ดีล|ฉบับ|สาขา|ใบ|บริษัท|ร้าน|ลีด"
    rf"|สัญญา|องค์กร|โครงการ)"
)


def counts(folded: str) -> Iterator[tuple[int, int, int]]:
    """Yield each such count with where it stands; one of anything is no count."""
    for found in _ENGLISH.finditer(folded):
        value = _english(found)
        if value > 1:
            yield value, *found.span()
    for found in _THAI.finditer(folded):
        value = thai(found["number"])
        if value > 1:
            yield value, found.start(), found.end("number")


def _english(found: re.Match[str]) -> int:
    if found["dozen"]:
        return 12 * {"a": 1, "two": 2, "three": 3}[found["dozen"].split()[0]]
    first = {**_EN, **_TENS}[found["one"]]
    if found["two"] == "hundred":
        return first * 100
    more = _EN.get(found["two"] or "", 0)
    return first + more if first in _TENS.values() and more < 10 else first


def thai(text: str) -> int:
    """Return the value of a Thai numeral."""
    total = digit = 0
    for word in re.findall(_THAI_WORD, text):
        if word in _PLACES:
            total += (digit or 1) * _PLACES[word]
            digit = 0
        else:
            digit = _DIGITS[word]
    return total + digit
